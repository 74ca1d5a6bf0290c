"""Two people who are alone in their groups, and each other's only protection: each knows the other's answer."""

from __future__ import annotations

import pandas as pd
import pytest

from kunskap.disclosure import Policy, read_policy, release
from kunskap.disclosure.audit import Auditor
from tests.disclosure.hand import reason, shares

BY_SEX = {
    "k": {"right": 12, "wrong": 8},
    "m": {"right": 10, "wrong": 12},
    "x": {"right": 1, "wrong": 0},
    "u": {"right": 0, "wrong": 1},
}


@pytest.fixture(scope="module")
def policy() -> Policy:
    return read_policy()


def tables() -> dict[str, pd.DataFrame]:
    everyone = {option: sum(counts[option] for counts in BY_SEX.values()) for option in ("right", "wrong")}
    return {"all": shares({"": everyone}), "by_sex": shares(BY_SEX, by="sex")}


def partners(released: dict[str, pd.DataFrame]) -> set[int]:
    """How many of the two were right, as far as the shown rows tell: everyone less women less men, if all are shown."""
    told = pd.concat(released.values())
    right = told[(told["option"] == "right") & told["hidden"].isna()]
    one = right.set_index(right["sex"].fillna("all"))["count"]
    if not {"all", "k", "m"} <= set(one.index):
        return {0, 1, 2}
    return {int(one["all"] - one["k"] - one["m"])}


def shown(policy: Policy) -> dict[str, pd.DataFrame]:
    released = release(tables(), policy=policy)
    return {name: released.table(name) for name in released.names}


def blind(monkeypatch: pytest.MonkeyPatch, *rules: str) -> None:
    """Plant a fault: the auditor does not look for these."""
    for rule in rules:
        monkeypatch.setattr(Auditor, rule, lambda self, question: iter(()))


def test_neither_can_work_out_the_other(policy: Policy) -> None:
    released = shown(policy)
    assert partners(released) == {0, 1, 2}
    assert reason(released["by_sex"], sex="x") == reason(released["by_sex"], sex="u") == {"level"}
    assert reason(released["by_sex"], sex="k") == reason(released["by_sex"], sex="m") == {"shown"}


def test_the_rule_of_insiders_alone_protects_them(policy: Policy, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of the two could be right or wrong for all others; only who knows one of them knows both."""
    blind(monkeypatch, "_alike", "_secret", "_narrow")
    assert partners(shown(policy)) == {0, 1, 2}


def test_without_the_rules_the_two_give_each_other_away(policy: Policy, monkeypatch: pytest.MonkeyPatch) -> None:
    blind(monkeypatch, "_alike", "_secret", "_narrow", "_insiders")
    assert partners(shown(policy)) == {1}
