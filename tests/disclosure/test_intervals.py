"""The algebra and the linear programme must agree, and both with counting on fingers."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from kunskap.disclosure.figures import Cell
from kunskap.disclosure.intervals import Reach, _by_regions, _ends, _regions, weights_that_give
from kunskap.disclosure.linked import ContradictionError, Measure, with_parents
from kunskap.disclosure.pieces import Target, picture_of


def cell(**levels: str) -> Cell:
    return frozenset(levels.items())


def measure(counts: dict[Cell, list[float]]) -> Measure:
    return Measure(
        "share", True, True, {c: float(sum(v)) for c, v in counts.items()}, {c: np.array(v) for c, v in counts.items()}
    )


def target(whole: Measure, pieces: np.ndarray, of: Cell) -> Target:
    return Target(pieces, whole.n[of], whole.counts[of], True, False, None)


def ends(whole: Measure, shown: list[Cell], goal: Target) -> tuple[list[float], list[float]]:
    """What the linear programme says, asked through the only door it has."""
    reach = Reach(whole, picture_of(whole, most=30))
    reach._solve(shown, goal.pieces[None])
    low, high = reach._whole(_ends(reach._possible(shown), goal))
    return low.tolist(), high.tolist()


def test_a_hidden_part_of_a_shown_total() -> None:
    """Of ten, seven right; four are hidden: at least one and at most four of them were right."""
    told = measure({cell(): [7, 3], cell(sex="k"): [2, 2], cell(sex="m"): [5, 1]})
    picture = picture_of(told, most=10)
    hidden = target(told, picture.member[picture.place[cell(sex="k")]], cell(sex="k"))
    assert ends(told, [cell()], hidden) == ([1.0, 0.0], [4.0, 3.0])
    assert ends(told, [cell(), cell(sex="m")], hidden) == ([2.0, 2.0], [2.0, 2.0])
    assert ends(told, [], hidden) == ([0.0, 0.0], [4.0, 4.0])


def test_only_what_is_judged_too_narrow_is_reported() -> None:
    told = measure({cell(): [7, 3], cell(sex="k"): [2, 2], cell(sex="m"): [5, 1]})
    reach = Reach(told, picture_of(told, most=10))
    hidden = target(told, reach.picture.member[reach.picture.place[cell(sex="k")]], cell(sex="k"))
    for width, expected in ((3, []), (4, [hidden])):
        wide = partial(lambda demanded, _, low, high: bool((high - low >= demanded).all()), width)
        assert list(reach.narrow([cell()], [hidden], wide)) == expected


@pytest.mark.parametrize("seed", range(25))
def test_algebra_and_programme_agree(seed: int) -> None:
    rng = np.random.default_rng(seed)
    parts = {cell(role=role, sex=sex): rng.integers(0, 9, 3).astype(float) for role in "pt" for sex in "kmx"}
    told = dict(parts)
    for role in "pt":
        told[cell(role=role)] = sum((v for c, v in parts.items() if cell(role=role) < c), np.zeros(3))
    told[cell()] = told[cell(role="p")] + told[cell(role="t")]
    whole = with_parents(measure({c: list(v) for c, v in told.items()}))
    picture = picture_of(whole, most=30)
    shown = [c for c in told if rng.random() < 0.6]
    regions = _regions(whole, picture, shown)
    assert regions is not None
    for hidden in sorted(set(told) - set(shown), key=lambda c: (len(c), sorted(c))):
        if whole.n[hidden] == 0:
            continue
        goal = target(whole, picture.member[picture.place[hidden]], hidden)
        by_algebra = _by_regions(goal, regions)
        low, high = ends(whole, shown, goal)
        assert (low <= whole.counts[hidden]).all() and (whole.counts[hidden] <= high).all()
        if by_algebra is not None:
            assert (by_algebra[0].tolist(), by_algebra[1].tolist()) == (low, high)


def test_a_cross_table_pins_a_cell_when_three_others_are_shown() -> None:
    told = {cell(role=r, sex=s): [float(3 + i), 2.0] for i, (r, s) in enumerate(["pk", "pm", "tk", "tm"])}
    told[cell(role="p")] = [7.0, 4.0]
    whole = with_parents(measure(told))
    picture = picture_of(whole, most=30)
    shown = [cell(role="p"), cell(role="p", sex="m"), cell(role="t", sex="k")]
    member = picture.member[[picture.place[c] for c in shown]]
    hidden = picture.member[picture.place[cell(role="p", sex="k")]]
    assert weights_that_give(member, hidden) is not None
    assert weights_that_give(member[1:], hidden) is None


def test_what_does_not_add_up_is_a_contradiction() -> None:
    with pytest.raises(ContradictionError):
        with_parents(measure({cell(): [2, 2], cell(sex="k"): [3, 2]}))
