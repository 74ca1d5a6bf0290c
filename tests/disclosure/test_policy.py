"""The policy is read strictly: what is not said is never assumed."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from kunskap.disclosure import read_policy
from kunskap.disclosure.primary import SECRET
from kunskap.errors import KunskapError
from kunskap.words import read_words


def test_the_projects_policy(root: Path) -> None:
    policy = read_policy(root / "survey")
    assert (policy.base, policy.width, policy.unanimity, policy.all_but_one, policy.extremes) == (
        7,
        3,
        True,
        True,
        True,
    )
    assert policy.complementary
    assert policy.base_for([("role", "pol")]) == 7
    assert policy.base_for([("role", "pol"), ("orgtype", "reg"), ("sex", "k")]) == 10
    assert policy.shown_apart["sex"] == ("k", "m")
    assert policy.decisions["retention"].decision == "ej fattat"
    assert policy.bases["public"].source_demanded
    with pytest.raises(FrozenInstanceError):
        policy.base = 1  # type: ignore[misc]
    with pytest.raises(TypeError):
        policy.views["public"] = policy.views["internal"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("base = 7\n", "", "GATE-22"),
        ("base = 7\n", "base = 2\n", "GATE-24"),
        ("base = 7\n", "base = true\n", "GATE-24"),
        ("base = 7\n", 'base = "7"\n', "GATE-24"),
        ("width = 3", "width = 3\nwidht = 2", "GATE-23"),
        ("width = 3", "width = 0", "GATE-24"),
        ("unanimity = true", 'unanimity = "yes"', "GATE-24"),
        ('where = { role = "pol", orgtype = "reg" }', "where = {}", "GATE-24"),
        ("base = 10", "base = 5", "GATE-24"),
        ('kind = "mean", step = 0.01', 'kind = "median", step = 0.01', "GATE-24"),
        ('kind = "mean", step = 0.01', 'kind = "mean", step = 0', "GATE-24"),
        ("suppress = true", "suppress = false", "GATE-24"),
        ("source_demanded = true", "source_demanded = false", "GATE-24"),
        ('statistics = ["share", ', 'statistics = ["shares", ', "GATE-24"),
        ("[views.room]", "[views.rooms]", "GATE-22"),
        ("base = 7\n", "base = = 7\n", "GATE-21"),
    ],
)
def test_a_broken_policy_is_refused(root: Path, tmp_path: Path, old: str, new: str, code: str) -> None:
    text = (root / "survey" / "policy.toml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "policy.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(KunskapError) as caught:
        read_policy(tmp_path)
    assert code in caught.value.codes
    told = [fault for fault in caught.value.faults if fault.code == "GATE-24"]
    assert not [fault for fault in told if str(fault.values["expected"]) in fault.message("sv")]


def test_no_policy_no_release(tmp_path: Path) -> None:
    with pytest.raises(KunskapError) as caught:
        read_policy(tmp_path)
    assert caught.value.codes == ("GATE-20",)


def test_every_reason_has_words(root: Path) -> None:
    codes = ["base", "level", "remainder", "input", "protected", *SECRET, "complement", "width", "limit"]
    for language in ("sv", "en"):
        words = read_words(root / "survey", language)
        assert all(words(f"gate.reason.{code}") for code in codes)
