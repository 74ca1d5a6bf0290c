"""Only the gate makes a Released."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from pathlib import Path

import pandas as pd
import pytest

from kunskap.disclosure import Policy, Released, read_policy, release, require_released
from tests.disclosure.hand import shares


@pytest.fixture(scope="module")
def policy(root: Path) -> Policy:
    return read_policy(root / "survey")


@pytest.fixture
def released(policy: Policy) -> Released:
    return release({"knowledge": shares({"": {"right": 12, "wrong": 8}})}, policy=policy, simulated=True)


def test_what_release_makes_passes(released: Released) -> None:
    assert require_released(released) is released
    assert released.names == ("knowledge",)
    assert (released.basis, released.view, released.simulated, released.source) == ("respondents", "public", True, None)


def test_nothing_else_passes(released: Released) -> None:
    class Lookalike:
        _seal = released._seal

    bare = object.__new__(Released)
    for candidate in (None, released.table("knowledge"), {"knowledge": released.table("knowledge")}, Lookalike(), bare):
        with pytest.raises(TypeError):
            require_released(candidate)


def test_it_is_not_built_copied_pickled_replaced_or_inherited(released: Released) -> None:
    attempts = [
        lambda: Released({}),
        lambda: copy.copy(released),
        lambda: copy.deepcopy(released),
        lambda: pickle.dumps(released),
        lambda: dataclasses.replace(released),  # type: ignore[type-var]
        lambda: type("Mine", (Released,), {}),
    ]
    for attempt in attempts:
        with pytest.raises(TypeError):
            attempt()


def test_it_does_not_change(released: Released, policy: Policy) -> None:
    with pytest.raises(AttributeError):
        released.view = "internal"
    with pytest.raises(AttributeError):
        del released.view
    mine = released.table("knowledge")
    mine["count"] = 0
    assert released.table("knowledge")["count"].tolist() == [12, 8]
    with pytest.raises(TypeError):
        released._tables["knowledge"] = pd.DataFrame()  # type: ignore[index]


def test_the_tables_that_went_in_are_copied(policy: Policy) -> None:
    table = shares({"": {"right": 12, "wrong": 8}})
    before = table.copy()
    released = release({"knowledge": table}, policy=policy)
    pd.testing.assert_frame_equal(table, before)
    table["count"] = 0
    assert released.table("knowledge")["count"].tolist() == [12, 8]


def test_an_unknown_table_is_named(released: Released) -> None:
    with pytest.raises(KeyError, match="knowledge"):
        released.table("secret")
