"""Against sdcTable and GaussSuppression: their published examples, by their rule, through our gate."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import replace

import pytest

from kunskap.disclosure import release
from kunskap.disclosure.figures import Cell
from tests.disclosure import peers
from tests.disclosure.peers import Example, examples, hidden_by_us, open_ends, policy_for, tables_of

EXAMPLES = {example.name: example for example in examples()}


@pytest.fixture(scope="module")
def ours() -> Mapping[str, frozenset[Cell]]:
    return {
        name: hidden_by_us(example, base=example.most_hidden and example.most_hidden + 1)
        for name, example in EXAMPLES.items()
    }


def with_people(example: Example, cells: frozenset[Cell]) -> set[Cell]:
    return {cell for cell in cells if example.people[cell]}


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_more_cells_are_hidden_than_the_peer_hides(name: str, ours: Mapping[str, frozenset[Cell]]) -> None:
    """Nor of those with people in them: the peer hides empty cells too, which we never do."""
    example = EXAMPLES[name]
    assert len(ours[name]) <= len(example.hidden)
    assert len(ours[name]) <= len(with_people(example, example.hidden))


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_the_rule_hides_is_hidden_and_cannot_be_worked_out(name: str, ours: Mapping[str, frozenset[Cell]]) -> None:
    """So that we do not win by protecting less; the ends are found without the gate, in whole numbers."""
    example = EXAMPLES[name]
    primary = with_people(example, example.primary)
    assert primary <= ours[name]
    ends = open_ends(example, ours[name])
    assert [cell for cell in primary if ends[cell][1] == ends[cell][0]] == []
    theirs = open_ends(example, example.hidden)
    assert all(theirs[cell][0] <= example.people[cell] <= theirs[cell][1] for cell in theirs)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_cells_are_written_down_as_they_add_up(name: str) -> None:
    example = EXAMPLES[name]
    if example.most_hidden is not None:
        few = {cell for cell, n in example.people.items() if n <= example.most_hidden}
        assert example.primary in (few, with_people(example, frozenset(few)))
    assert example.primary <= example.hidden
    for cell, (least, most) in open_ends(example, example.hidden).items():
        assert least <= example.people[cell] <= most


def test_without_complementary_suppression_the_few_are_worked_out() -> None:
    example = EXAMPLES["z2-hitas"]
    policy = replace(policy_for(example, base=4), complementary=False)
    made = release(tables_of(example), policy=policy, basis="register", view="internal")
    assert len(made.log) == len(with_people(example, example.primary)) == 6
    ends = open_ends(example, example.primary)
    assert any(least == most for least, most in ends.values())


def test_the_figures_on_file_are_those_of_this_gate(ours: Mapping[str, frozenset[Cell]]) -> None:
    with (peers.FOLDER / "ours.csv").open(encoding="utf-8") as file:
        told = {row["example"]: row for row in csv.DictReader(file)}
    assert {name: int(row["ours_by_their_rule"]) for name, row in told.items()} == {
        name: len(cells) for name, cells in ours.items()
    }
    assert {name: int(row["peer_hidden"]) for name, row in told.items()} == {
        name: len(example.hidden) for name, example in EXAMPLES.items()
    }
