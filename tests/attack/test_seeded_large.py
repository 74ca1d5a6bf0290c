"""Counties as large as the real form makes them: item by item with the scale beside it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from large_populations import large_population
from naive import base_rule_only, everything, published
from populations import shares, totals
from releases import reader_of, released
from seeded import LARGE, LARGE_CHUNK, faults, policy
from wide_populations import wide_population

from kunskap.audit.attacker import Attacker
from kunskap.audit.breaches import audit
from kunskap.disclosure import system

ROOM = 6  # a room of 25 people, 4 of them male officials
ROOM_OF_FIVE_OFFICIALS = 13
FOUND_BY_THE_LONG_RUN = (374, 1094, 1558, 2167, 3020, 629, 5645, 6183)
"""Small counties: bins without a mean; places an insider learns; everybody but a group; differences (two)."""


@pytest.mark.parametrize("first", range(0, LARGE, LARGE_CHUNK))
def test_large_releases_tell_nothing_they_should_not(first: int) -> None:
    assert faults(range(first, first + LARGE_CHUNK), large=True) == []


@pytest.mark.parametrize("seed", [ROOM, ROOM_OF_FIVE_OFFICIALS])
def test_bins_and_standard_errors_of_a_long_scale_give_no_small_group_away(seed: int) -> None:
    assert faults([seed], large=True) == []


@pytest.mark.parametrize("seed", FOUND_BY_THE_LONG_RUN)
def test_what_the_long_run_found_stays_mended(seed: int) -> None:
    assert faults([seed]) == []


@pytest.mark.parametrize("seed", [170, 215])
def test_that_all_answered_alike_is_tried_with_whole_people_in_a_crowd_too(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Parts of people made up two who gave another answer; of whole people there was one at most (wide county 7).
    monkeypatch.setattr(system, "CROWD", 0)
    assert faults([seed]) == []


@pytest.mark.parametrize("seed", [3, 4])
def test_tables_of_up_to_four_variables_tell_nothing_they_should_not(seed: int) -> None:
    county = wide_population(seed)
    knows = reader_of(policy(), county.known)
    assert audit(released(county, policy()), knows, county.people) == ([], [])
    assert audit(everything(county.tables), knows, county.people, most=1)[0]


def test_a_bad_gate_is_caught_in_a_large_county() -> None:
    county = large_population(ROOM)
    knows = reader_of(policy(), county.known)
    for tables in (everything(county.tables), base_rule_only(county.tables, policy().base)):
        assert audit(tables, knows, county.people, most=1)[0]


def test_the_other_items_are_subtracted_from_the_scale() -> None:
    # Every item but one is shown for everyone, and the scale unrounded: what is left is the one.
    county = large_population(ROOM)
    items = county.known.scales["total"]
    hidden, *others = items
    known = replace(county.known, mean_step=0.0, interval_step=0.0, share_step=0.0)
    options = {item: county.known.options[item] for item in items}
    knowledge = published(shares(county.people, options), shares(county.people, options)["item"].eq(hidden))
    tables = {"knowledge": knowledge, "total": published(totals(county.people, items))}
    attacker = Attacker(tables, known, only=hidden)
    right = int((county.people[hidden] == "right").sum())
    asked = attacker.count(attacker.group({}).atoms, hidden, "right")
    np.testing.assert_allclose(attacker.interval(asked), (right, right), atol=1e-4)
    assert attacker.known.scales["total"] == (hidden, *others)


def test_what_one_role_was_asked_is_no_part_of_the_others() -> None:
    county = large_population(ROOM)
    asked = next(iter(county.known.asked))
    others = county.people["role"] != county.known.asked[asked]["role"]
    assert county.people.loc[others, asked].isna().all() and county.people.loc[~others, asked].notna().all()
    assert asked not in county.known.scales["total"]


def test_the_gate_does_not_simply_hide_everything_in_large_counties() -> None:
    shown = []
    for seed in range(6):
        hidden = pd.concat([table["hidden"] for table in released(large_population(seed), policy()).values()])
        shown.append(float(hidden.isna().mean()))
    assert np.median(shown) >= 0.45
