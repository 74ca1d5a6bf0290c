"""A respondent with their own answer: who is alone with it in a shown group knows what all others there did not say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kunskap.disclosure import read_policy
from kunskap.disclosure.audit import Auditor
from kunskap.disclosure.figures import collect
from kunskap.disclosure.hanging import focuses_of
from kunskap.disclosure.people import people_of
from tests.disclosure.hand import shares

ANSWERS = {("pol", "k"): (46, 40, 8), ("pol", "m"): (45, 40, 1), ("tjm", "k"): (3, 2, 1), ("tjm", "m"): (9, 5, 0)}
"""Right, wrong, don't know; two hundred people, and six of them women among the officials."""


def table(level: int, *, by: str, role: str = "") -> pd.DataFrame:
    groups: dict[str, np.ndarray] = {}
    for who, counts in ANSWERS.items():
        if role in ("", who[0]):
            groups[who[level]] = groups.get(who[level], 0) + np.array(counts)
    named = {name: dict(zip(("right", "wrong", "dk"), map(int, told), strict=True)) for name, told in groups.items()}
    return shares(named, by=by, universe=f"role={role}" if role else "all")


def rules_that_leak() -> list[tuple[str, int]]:
    """What is known too well, and of how many atoms, while roles and sexes are shown and no crossing of them."""
    policy = read_policy(Path(__file__).resolve().parents[2] / "survey")
    tables = {"by_role": table(0, by="role"), "by_sex": table(1, by="sex")}
    tables |= {role: table(1, by="sex", role=role) for role in ("pol", "tjm")}
    figures = collect(tables, policy=policy, basis="respondents", view="public")
    people = people_of(figures, policy=policy)
    (focus,) = focuses_of(figures, policy=policy)
    crossings = {figure.about: "complement" for figure in figures if len(figure.cell) == 2}
    auditor = Auditor(people, focus, policy=policy, thorough=False)
    assert auditor.system.is_crowd and not people.tiny.any(), "nobody is one of two who are alike"
    return [(leak.rule, int(leak.group.sum())) for leak in auditor.leaks(crossings)]


def test_the_one_who_did_not_know_among_the_men_knows_that_no_other_man_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """He is a politician; so the one official who did not know is among the six women.

    `kunskap audit` found such a one in forty people of the demo, 2026-11-22.
    """
    assert rules_that_leak() == [("insider", 1)]
    nobody = np.zeros((len(ANSWERS), 3), dtype=bool)
    monkeypatch.setattr(Auditor, "_only", lambda *_: nobody)  # the planted fault: only few of a kind are tried
    assert rules_that_leak() == []
