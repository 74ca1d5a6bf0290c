"""What hangs together: a scale and the items that all were asked, and not those of one role."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from kunskap.disclosure import Policy, read_policy, release
from kunskap.disclosure.figures import Figure, collect
from kunskap.disclosure.hanging import focuses_of
from kunskap.tables import estimates, row_keys
from tests.disclosure.hand import reason, shares

TOTAL = {"universe": "all", "scale": "total", "statistic": "mean", "unit": "share", "se": 0.05, "low": 0.58}
ITEMS = {"goals01": {"right": 22, "wrong": 0}, "goals02": {"right": 8, "wrong": 14}}
OF_ONE_ROLE = {"right": 5, "wrong": 6}


@pytest.fixture(scope="module")
def policy(root: Path) -> Policy:
    return read_policy(root / "survey")


def tables(universe: str) -> dict[str, pd.DataFrame]:
    """Two items that all 22 were asked, their mean, and an item that stands in this universe."""
    made = {name: shares({"": counts}, item=name) for name, counts in ITEMS.items()}
    made["rds01"] = shares({"": OF_ONE_ROLE}, item="rds01", universe=universe)
    made["total"] = estimates([{**TOTAL, "n": 22, "estimate": 30 / 44, "high": 0.78}])
    return made


def figures(policy: Policy, universe: str) -> list[Figure]:
    return collect(tables(universe), policy=policy, basis="respondents", view="public")


def test_an_item_of_one_role_is_no_part_of_the_scale(policy: Policy) -> None:
    told = focuses_of(figures(policy, "role=pol"), policy=policy)
    scale = next(focus for focus in told if focus.sums)
    assert (scale.parts, len(told)) == (2, 2)
    assert ["item rds01 all"] in [focus.subjects for focus in told]


def test_an_item_that_all_were_asked_is_part_of_the_scale(policy: Policy) -> None:
    """The same item, planted as everyone's: then the mean is taken to be of three."""
    (scale,) = focuses_of(figures(policy, "all"), policy=policy)
    assert scale.parts == 3


def test_a_scale_of_one_role_is_made_of_what_that_role_was_asked(policy: Policy) -> None:
    made = [table.assign(universe="role=pol") for table in tables("role=pol").values()]
    named = {str(number): table for number, table in enumerate(made)}
    (scale,) = focuses_of(collect(named, policy=policy, basis="respondents", view="public"), policy=policy)
    assert scale.parts == 3


def test_an_item_of_one_role_does_not_hide_what_the_scale_tells(policy: Policy) -> None:
    """One of two items is hidden as alike: the other and the mean would give it, whatever else one role was asked."""
    released = release(tables("role=pol"), policy=policy, view="internal")
    assert reason(released.table("goals01")) == {"unanimity"}
    assert {*reason(released.table("goals02")), *reason(released.table("total"))} > {"shown"}


def test_bins_tie_the_items_together_where_no_mean_is_told(policy: Policy) -> None:
    """44 people, of whom 42 in one group: three of the 42 have all points, and so the two others have none right.

    Found by the long run of the attacker (seed 374).
    """
    made = {name: shares({"": {"right": 3, "wrong": 41}}, item=name) for name in ("goals01", "goals02")}
    bins = [
        {"role": role, "universe": "all", "scale": "total", "statistic": "share", "unit": "share", "option": option}
        | {"count": count, "n": n, "estimate": count / n}
        for role, n, counts in (("tjm", 42, {"0-1": 39, "2-2": 3}), ("pol", 2, {"0-1": 2, "2-2": 0}))
        for option, count in counts.items()
    ]
    made["distribution"] = estimates(bins, by=["role"])
    figures = collect(made, policy=policy, basis="respondents", view="public")
    focus = max(
        focuses_of([row for row in figures if row.is_direct], policy=policy), key=lambda one: len(one.questions)
    )
    assert [question.subject.split()[1] for question in focus.questions] == ["goals01", "goals02"]
    assert len(focus.bins) == 1
    released = release(made, policy=policy)
    shown = {name: released.table(name)["hidden"].isna().all() for name in ("goals01", "goals02")}
    bins_shown = released.table("distribution").loc[lambda rows: rows["role"].eq("tjm"), "hidden"].isna().all()
    assert not (bins_shown and any(shown.values()))


def test_a_difference_says_no_more_than_the_two_means_that_are_shown(policy: Policy) -> None:
    """0.4375 and 0.4028 are shown as 0.44 and 0.40: the difference is then told as 0.04, not as the exact 0.03."""
    means = [
        {"sex": sex, "universe": "all", "scale": "total", "statistic": "mean", "unit": "share"}
        | {"n": n, "estimate": mean, "se": 0.02, "low": mean - 0.04, "high": mean + 0.04}
        for sex, n, mean in (("k", 64, 0.4375), ("m", 48, 0.4028))
    ]
    keys = tuple(row_keys(estimates(means, by=["sex"])))
    gap = {"universe": "all", "scale": "total", "statistic": "difference", "unit": "share", "option": "k-m", "n": 112}
    gap |= {"estimate": 0.0347, "se": 0.03, "low": -0.0253, "high": 0.0947, "inputs": keys}
    shown = release({"total_by_sex": estimates([*means, gap], by=["sex"])}, policy=policy).table("total_by_sex")
    told = shown.set_index("statistic")
    assert told.loc["mean", "estimate"].tolist() == [0.44, 0.40]
    assert told.loc["difference", ["estimate", "low", "high"]].tolist() == [0.04, -0.02, 0.10]
    barely = {**gap, "low": -0.002, "high": 0.0714}
    shown = release({"total_by_sex": estimates([*means, barely], by=["sex"])}, policy=policy).table("total_by_sex")
    # 0.04 ± 0.037 would exclude zero, which the exact interval holds
    assert shown.set_index("statistic").loc["difference", "low"] == 0
