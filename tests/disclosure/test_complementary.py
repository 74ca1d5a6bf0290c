"""Subtraction: what the total, the parts and other divisions of the same people say together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kunskap.disclosure import Policy, Released, read_policy, release
from kunskap.disclosure.complementary import _Subject
from kunskap.disclosure.figures import collect
from kunskap.disclosure.pieces import Target
from kunskap.tables import estimates
from tests.disclosure.hand import means, reason, shares

Counts = Mapping[str, int]
TOTAL = {"universe": "all", "scale": "total", "statistic": "mean", "unit": "share"}


@pytest.fixture(scope="module")
def policy(root: Path) -> Policy:
    return read_policy(root / "survey")


def added(*parts: Counts) -> dict[str, int]:
    return {option: sum(part.get(option, 0) for part in parts) for option in parts[0]}


def release_all(policy: Policy, **tables: pd.DataFrame) -> Released:
    return release(tables, policy=policy, view="internal")


WOMEN, MEN = {"right": 10, "wrong": 9, "dk": 6}, {"right": 12, "wrong": 8, "dk": 4}


def test_a_total_whose_unseen_remainder_is_small_is_not_shown(policy: Policy) -> None:
    """Annat and vill inte uppge: two people, who would be told of by a subtraction."""
    others = {"right": 1, "wrong": 1, "dk": 0}
    total, by_sex = shares({"": added(WOMEN, MEN, others)}), shares({"k": WOMEN, "m": MEN}, by="sex")
    released = release_all(policy, total=total, by_sex=by_sex)
    assert reason(released.table("total")) == {"remainder"}
    assert reason(released.table("by_sex")) == {"shown"}
    off = release_all(replace(policy, complementary=False), total=total, by_sex=by_sex)
    assert reason(off.table("total")) == {"shown"}


def test_a_total_whose_unseen_remainder_is_large_is_shown(policy: Policy) -> None:
    others = {"right": 3, "wrong": 3, "dk": 3}
    tables = {"total": shares({"": added(WOMEN, MEN, others)}), "by_sex": shares({"k": WOMEN, "m": MEN}, by="sex")}
    assert release_all(policy, **tables).log.empty


def test_a_total_whose_unseen_remainder_is_alike_is_not_shown(policy: Policy) -> None:
    others = {"right": 8, "wrong": 0, "dk": 0}
    tables = {"total": shares({"": added(WOMEN, MEN, others)}), "by_sex": shares({"k": WOMEN, "m": MEN}, by="sex")}
    assert reason(release_all(policy, **tables).table("total")) == {"complement"}


def test_the_remainder_is_found_without_a_total_too(policy: Policy) -> None:
    """Politicians and officials together are everyone, so that everyone less women and men is two people."""
    politicians = {"right": 8, "wrong": 9, "dk": 4}
    others = {"right": 1, "wrong": 1, "dk": 0}
    officials = {option: added(WOMEN, MEN, others)[option] - politicians[option] for option in WOMEN}
    by_role = shares({"pol": politicians, "tjm": officials}, by="role")
    released = release_all(policy, by_role=by_role, by_sex=shares({"k": WOMEN, "m": MEN}, by="sex"))
    assert reason(released.table("by_sex")) == {"shown"}
    hidden = [level for level in ("pol", "tjm") if reason(released.table("by_role"), role=level) != {"shown"}]
    assert hidden == ["pol"]


def test_a_small_group_takes_its_neighbour_with_it_and_the_total_stays(policy: Policy) -> None:
    few = {"right": 3, "wrong": 2, "dk": 1}
    tables = {"total": shares({"": added(WOMEN, few)}), "by_sex": shares({"k": WOMEN, "m": few}, by="sex")}
    released = release_all(policy, **tables)
    assert reason(released.table("by_sex"), sex="m") == {"base"}
    assert reason(released.table("by_sex"), sex="k") == {"complement"}
    assert reason(released.table("total")) == {"shown"}


def test_two_small_groups_hide_each_other_only_if_they_are_many_together(policy: Policy) -> None:
    """Three and two officials: the total less the large groups would tell of five."""
    small = {"lst": {"right": 2, "wrong": 1, "dk": 0}, "ovr": {"right": 1, "wrong": 0, "dk": 1}}
    large = {"reg": {"right": 9, "wrong": 5, "dk": 6}, "kom": {"right": 7, "wrong": 4, "dk": 3}}
    total = shares({"": added(*large.values(), *small.values())}, universe="role=tjm")
    by_body = shares(large | small, by="orgtype", universe="role=tjm")
    released = release_all(policy, total=total, by_body=by_body).table("by_body")
    assert reason(released, orgtype="kom") == {"complement"}
    assert reason(released, orgtype="reg") == {"shown"}
    larger = {level: {option: 2 * count for option, count in counts.items()} for level, counts in small.items()}
    larger = {"lst": larger["lst"], "ovr": {"right": 2, "wrong": 2, "dk": 2}}
    total = shares({"": added(*large.values(), *larger.values())}, universe="role=tjm")
    by_body = shares(large | larger, by="orgtype", universe="role=tjm")
    released = release_all(policy, total=total, by_body=by_body).table("by_body")
    assert reason(released, orgtype="kom") == {"shown"}


def test_the_same_people_through_a_universe_are_linked(policy: Policy) -> None:
    """Politicians by sex in one table, everyone by role in another."""
    women, men = {"right": 8, "wrong": 6, "dk": 4}, {"right": 2, "wrong": 2, "dk": 1}
    by_sex = shares({"k": women, "m": men}, by="sex", universe="role=pol")
    by_role = shares({"pol": added(women, men), "tjm": WOMEN}, by="role")
    released = release_all(policy, by_sex=by_sex, by_role=by_role)
    assert reason(released.table("by_sex"), sex="m") == {"base"}
    assert reason(released.table("by_sex"), sex="k") == {"complement"}
    assert reason(released.table("by_role")) == {"shown"}


def test_a_difference_between_nested_groups_is_a_group(policy: Policy) -> None:
    """Forty people, of whom 36 are officials of the region: four are left."""
    officials = {"right": 16, "wrong": 11, "dk": 9}
    total = shares({"": added(officials, {"right": 1, "wrong": 2, "dk": 1})})
    released = release_all(policy, total=total, part=shares({"": officials}, universe="orgtype=reg&role=tjm"))
    assert {*reason(released.table("total")), *reason(released.table("part"))} & {"remainder", "complement"}


def test_two_margins_of_a_cross_table(policy: Policy) -> None:
    """One small cell in a cross table with both margins: three further cells, or a margin, must go."""
    cells = {
        ("pol", "k"): {"right": 3, "wrong": 2},
        ("pol", "m"): {"right": 9, "wrong": 7},
        ("tjm", "k"): {"right": 14, "wrong": 9},
        ("tjm", "m"): {"right": 12, "wrong": 13},
    }
    rows = [
        {"role": role, "sex": sex, "universe": "all", "item": "goals01", "option": option, "statistic": "share"}
        | {"unit": "share", "count": count, "n": sum(counts.values()), "estimate": count / sum(counts.values())}
        for (role, sex), counts in cells.items()
        for option, count in counts.items()
    ]
    margins = {
        name: shares({a: added(*(c for key, c in cells.items() if key[place] == a)) for a in levels}, by=name)
        for place, (name, levels) in enumerate({"role": ("pol", "tjm"), "sex": ("k", "m")}.items())
    }
    released = release_all(policy, cross=estimates(rows, by=["role", "sex"]), **margins)
    cross = released.table("cross")
    assert reason(cross[cross["role"] == "pol"], sex="k") == {"base"}
    for levels in ({"role": "pol"}, {"sex": "k"}):
        (name, level), other = next(iter(levels.items())), {"role": "sex", "sex": "role"}[next(iter(levels))]
        margin_hidden = reason(released.table(name), **levels) != {"shown"}
        in_line = cross[(cross[name] == level) & cross["hidden"].notna()]
        assert margin_hidden or in_line[other].nunique() == 2


def test_all_alike_is_not_told_by_what_is_left(policy: Policy) -> None:
    """Every woman right: neither she nor the total less the men may say so, nor a total that leaves no other way."""
    women = {"right": 12, "wrong": 0}
    men = {"right": 9, "wrong": 3}
    tables = {"total": shares({"": added(women, men)}), "by_sex": shares({"k": women, "m": men}, by="sex")}
    released = release_all(policy, **tables)
    assert reason(released.table("by_sex"), sex="k") == {"unanimity"}
    # 21 of 24 right: that one of two groups is alike is said, but not which
    assert reason(released.table("by_sex"), sex="m") == {"complement"}
    only = release_all(policy, total=tables["total"], women=shares({"k": women}, by="sex"))
    # the women alone are hidden: whoever knows the rule would see that only "right" can be what they share
    assert reason(only.table("total")) != {"shown"}


def test_a_scale_and_its_items_do_not_give_the_item_that_is_hidden(policy: Policy) -> None:
    """All right on one of two items: the other item and the mean of both would tell (total = sum of items / 2)."""
    alike, other = {"right": 22, "wrong": 0}, {"right": 8, "wrong": 14}
    tables = {
        "one": shares({"": alike}, item="goals01"),
        "other": shares({"": other}, item="goals02"),
        "total": estimates([{**TOTAL, "n": 22, "estimate": 30 / 44, "se": 0.05, "low": 0.58, "high": 0.78}]),
    }
    released = release_all(policy, **tables)
    assert reason(released.table("one")) == {"unanimity"}
    assert {*reason(released.table("other")), *reason(released.table("total"))} > {"shown"}
    open_ = release_all(replace(policy, sums={}), **tables)
    assert {*reason(open_.table("other")), *reason(open_.table("total"))} == {"shown"}


def test_sizes_from_other_tables_count(policy: Policy) -> None:
    """Role and sex apart, and how many answered by both: the crossing can be worked out, though it has no row."""
    rates = [
        {"role": role, "sex": sex, "universe": "all", "scale": "response", "statistic": "response_rate"}
        | {"unit": "share", "count": n, "n": 40, "estimate": n / 40}
        for (role, sex), n in {("pol", "k"): 2, ("pol", "m"): 10, ("tjm", "k"): 20, ("tjm", "m"): 9}.items()
    ]
    tables = {
        "by_role": shares({"pol": {"right": 12, "wrong": 0}, "tjm": {"right": 15, "wrong": 14}}, by="role"),
        "by_sex": shares({"k": {"right": 20, "wrong": 2}, "m": {"right": 7, "wrong": 12}}, by="sex"),
        "rates": estimates(rows=rates, by=["role", "sex"]),
    }
    assert "shown" not in reason(release_all(policy, **tables).table("by_role"), role="pol")


def test_a_total_that_leaves_the_question_open_may_stay(policy: Policy) -> None:
    women = {"right": 12, "wrong": 0}
    men = {"right": 4, "wrong": 14}
    tables = {"total": shares({"": added(women, men)}), "by_sex": shares({"k": women, "m": men}, by="sex")}
    released = release_all(policy, **tables)
    assert reason(released.table("total")) == {"shown"}
    assert reason(released.table("by_sex"), sex="m") == {"complement"}


def test_means_are_counted_back(policy: Policy) -> None:
    """n × mean is a sum, and sums subtract as counts do."""
    total = (20 * 0.5 + 4 * 0.75) / 24
    tables = {"total": means({"": (24, total)}), "by_sex": means({"k": (20, 0.5), "m": (4, 0.75)}, by="sex")}
    released = release_all(policy, **tables)
    assert reason(released.table("by_sex"), sex="m") == {"base"}
    assert {*reason(released.table("by_sex"), sex="k"), *reason(released.table("total"))} == {"complement", "shown"}


def test_a_mean_does_not_give_what_a_share_hides(policy: Policy) -> None:
    few = {"right": 3, "wrong": 2, "dk": 1}
    share, mean = shares({"": added(WOMEN, few)}), means({"k": (25, 0.4), "m": (6, 0.5)}, by="sex")
    released = release_all(policy, total=share, by_sex=mean)
    assert reason(released.table("by_sex"), sex="m") == {"base"}
    assert {*reason(released.table("by_sex"), sex="k"), *reason(released.table("total"))} == {"complement", "shown"}


def test_what_one_safe_figure_says_alone_is_accepted(policy: Policy) -> None:
    """Six women and two men: the total of eight leaves the women open by two, and shows it by the policy's own rule."""
    women, men = {"right": 3, "wrong": 3}, {"right": 1, "wrong": 1}
    tables = {"total": shares({"": added(women, men)}), "by_sex": shares({"k": women, "m": men}, by="sex")}
    assert reason(release_all(policy, **tables).table("total")) == {"shown"}


def test_the_width_that_must_remain(policy: Policy) -> None:
    """Six women of tjm are left of two totals; the other six leave them one person's room, which is not enough."""
    tables = {
        "total": shares({"": {"right": 12, "wrong": 13}}),
        "by_role": shares({"pol": {"right": 8, "wrong": 10}, "tjm": {"right": 4, "wrong": 3}}, by="role"),
        "by_sex": shares({"k": {"right": 4, "wrong": 2}}, by="sex", universe="role=tjm"),
    }
    shown = release_all(policy, **tables)
    assert reason(shown.table("by_sex")) == {"base"}
    narrow = release_all(replace(policy, base=8), **tables)
    assert reason(narrow.table("by_role"), role="tjm") == {"base"}
    assert "shown" not in reason(narrow.table("by_role"), role="pol") & reason(narrow.table("total"))


def test_a_rare_answer_does_not_hide_the_total(policy: Policy) -> None:
    """No bare rule on small counts: one person of 45 skipped, which is shown, and hides nothing."""
    women, men = {"right": 20, "wrong": 18, "skip": 1}, {"right": 3, "wrong": 3, "skip": 0}
    tables = {"total": shares({"": added(women, men)}), "by_sex": shares({"k": women, "m": men}, by="sex")}
    released = release_all(policy, **tables)
    assert reason(released.table("total")) == {"shown"}


def test_what_is_known_of_nearly_all_is_known_too_well_however_wide(policy: Policy) -> None:
    """A group of nine that is not hidden for its own sake: eight alike must not be certain, seven may be."""
    figures = collect(
        {"total": shares({"": {"right": 8, "wrong": 6}})}, policy=policy, basis="respondents", view="public"
    )
    subject = _Subject(figures, {}, policy, False)
    ((people, _), (reach, _)) = subject._measures()
    nine = Target(np.ones(1, dtype=bool), 9.0, np.array([8.0, 1.0, 0.0]), False, False, None)
    assert people.measure.name == "people"
    assert not subject._is_wide(reach, nine, np.array([8.0, 0, 0]), np.array([9.0, 9, 9]))
    assert subject._is_wide(reach, nine, np.array([7.0, 0, 0]), np.array([9.0, 9, 9]))


def test_statistics_of_one_subject_need_not_have_the_same_n(policy: Policy) -> None:
    """A mean leaves out those who did not know; the shares count them."""
    tables = {"total": means({"": (30, 0.6)}), "by_sex": shares({"k": WOMEN, "m": MEN}, by="sex")}
    assert release_all(policy, **tables).log.empty


def test_parts_larger_than_the_whole_prove_nothing_and_are_hidden(policy: Policy) -> None:
    tables = {"total": shares({"": WOMEN}), "by_sex": shares({"k": WOMEN, "m": MEN}, by="sex")}
    released = release_all(policy, **tables)
    assert reason(released.table("by_sex")) == {"limit"}


def test_too_many_pieces_fail_closed(policy: Policy) -> None:
    few = {"right": 3, "wrong": 2, "dk": 1}
    tables = {"total": shares({"": added(WOMEN, few)}), "by_sex": shares({"k": WOMEN, "m": few}, by="sex")}
    released = release_all(replace(policy, pieces=1), **tables)
    assert reason(released.table("by_sex"), sex="k") == {"limit"}


def test_nothing_is_hidden_without_need(policy: Policy) -> None:
    tables = {
        "total": shares({"": added(WOMEN, MEN)}),
        "by_sex": shares({"k": WOMEN, "m": MEN}, by="sex"),
        "by_role": shares({"pol": MEN, "tjm": WOMEN}, by="role"),
    }
    assert release_all(policy, **tables).log.empty
