"""The least to hide: against trying all, and told when it was not found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from kunskap.disclosure import read_policy, release
from kunskap.disclosure.covering import least_cover
from tests.disclosure.peers import examples, policy_for, tables_of

UNITS = "abcdefgh"
Tell = Callable[[frozenset[str]], list[frozenset[str]]]


def drawn(seed: int) -> tuple[dict[str, float], Tell]:
    """Prices, and sets of which two are told at a time."""
    rng = np.random.default_rng(seed)
    price = {unit: float(1 + rng.integers(4) / 4) for unit in UNITS}
    sets = [frozenset(rng.choice(list(UNITS), rng.integers(1, 4), replace=False).tolist()) for _ in range(9)]
    return price, lambda hidden: [one for one in sets if not one & hidden][:2]


def cheapest_of_all(price: dict[str, float], tell: Tell) -> float:
    """Every set of units tried."""
    every = (frozenset(some) for size in range(len(UNITS) + 1) for some in combinations(UNITS, size))
    return min(sum(price[unit] for unit in some) for some in every if not tell(some))


@pytest.mark.parametrize("seed", range(20))
def test_nothing_cheaper_would_do(seed: int) -> None:
    price, tell = drawn(seed)
    cover = least_cover(price, tell, tries=99)
    assert not tell(cover.units)
    assert cover.is_least
    assert sum(price[unit] for unit in cover.units) == pytest.approx(cheapest_of_all(price, tell))


def test_a_search_that_is_cut_short_is_safe_and_says_so() -> None:
    """The planted fault: the first answer that is safe, taken for the cheapest."""
    short = [(seed, least_cover(*drawn(seed), tries=0)) for seed in range(20)]
    assert all(not drawn(seed)[1](cover.units) for seed, cover in short)
    dearer = {
        seed
        for seed, cover in short
        if sum(drawn(seed)[0][unit] for unit in cover.units) > cheapest_of_all(*drawn(seed)) + 1e-9
    }
    assert dearer
    assert all(not cover.is_least for seed, cover in short if seed in dearer)


def test_nothing_is_hidden_where_nothing_tells() -> None:
    cover = least_cover({"a": 1.0}, lambda _: [], tries=9)
    assert (cover.units, cover.is_least) == (frozenset(), True)


def test_the_gate_says_whether_it_hid_the_least(root: Path) -> None:
    example = next(one for one in examples() if one.name == "z2-hitas")
    policy = policy_for(example, base=4)
    made = {
        tries: release(tables_of(example), policy=replace(policy, rounds=tries), basis="register", view="internal")
        for tries in (0, policy.rounds)
    }
    assert [one.is_least for one in made.values()] == [False, True]
    assert len(made[0].log) >= len(made[policy.rounds].log) == 10
    assert release(tables_of(example), policy=read_policy(root / "survey"), basis="public", source="x").is_least
