"""The persons whom raw rows would single out: the formula, the frame, and what to drop."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kunskap.bank import Bank
from kunskap.design import Design, read_design
from kunskap.lint import singled_out, variables_to_drop
from kunskap.lint.singled_out import identifying_background, persons_singled_out
from tests.lint.examples import good_bank

BANK = good_bank()


def design(*strata: tuple[str, str, str, int]) -> Design:
    """A frame of role, organisation type, sex and persons."""
    rows = pd.DataFrame(strata, columns=["role", "orgtype", "sex", "persons"])
    return Design(rows.assign(valid_from="2014-10-15"))


def row(table: pd.DataFrame, *dropped: str) -> pd.Series:
    """The row where these questions are dropped."""
    return table[table["dropped"].map(set) == set(dropped)].iloc[0]


def test_a_stratum_of_one_is_unique_and_one_of_two_is_fewer_than_three() -> None:
    frame = design(("pol", "reg", "k", 1), ("pol", "reg", "m", 2), ("tjm", "kom", "k", 30))
    alone = row(singled_out(frame, bank=BANK, form="prov"), "age")
    assert (alone["unique"], alone["fewer_than_three"]) == (1.0, 3.0)
    together = row(singled_out(frame, bank=BANK, form="prov"), "age", "sex")
    assert (together["unique"], together["fewer_than_three"]) == (0.0, 0.0)


def test_the_formula_is_what_a_simulation_finds() -> None:
    """4 000 draws of each stratum's ages, each with the same chance, counted by hand."""
    strata = [("pol", "reg", "k", 3), ("pol", "kom", "m", 9), ("tjm", "kom", "k", 5)]
    expected = row(singled_out(design(*strata), bank=BANK, form="prov"))
    rng = np.random.default_rng(20161122)
    unique, few = np.zeros(4000), np.zeros(4000)
    for *_, persons in strata:
        ages = rng.integers(4, size=(4000, persons))
        counts = np.stack([(ages == age).sum(axis=1) for age in range(4)])
        unique += (counts == 1).sum(axis=0)
        few += np.where(counts < 3, counts, 0).sum(axis=0)
    assert expected["unique"] == pytest.approx(unique.mean(), abs=4 * unique.std() / 4000**0.5)
    assert expected["fewer_than_three"] == pytest.approx(few.mean(), abs=4 * few.std() / 4000**0.5)


def test_a_refusal_and_a_plain_question_point_at_nobody(bank: Bank) -> None:
    asked = identifying_background(bank, "baslinje")
    assert "training" not in [variable.id for variable in asked]
    plain = replace(BANK.variables["age"], sensitivity="plain")
    without = replace(BANK, variables={**BANK.variables, "age": plain})
    assert all(
        "age" not in kept for kept in singled_out(design(("pol", "reg", "k", 9)), bank=without, form="prov")["kept"]
    )
    # four ages and a refusal make four combinations
    assert row(singled_out(design(("pol", "reg", "k", 9)), bank=BANK, form="prov"))["combinations"] == 4


def asking(bank: Bank, *background: str) -> Bank:
    """The bank whose baslinje asks these background questions."""
    return replace(bank, forms={"baslinje": replace(bank.forms["baslinje"], background=background)})


FINE = ("role", "orgtype", "sex", "age", "years", "training")


def test_what_to_drop_is_enough_and_holds_nothing_needless(bank: Bank, root: Path) -> None:
    table = singled_out(read_design(root / "survey"), bank=asking(bank, *FINE), form="baslinje")
    assert row(table)["unique"] > 1
    sets = variables_to_drop(table)
    assert sets
    for dropped in sets:
        assert row(table, *dropped)["unique"] < 0.5
        for kept in dropped:
            assert row(table, *(name for name in dropped if name != kept))["unique"] >= 0.5


def test_forms_that_point_at_nobody_are_not_told_of(bank: Bank, root: Path) -> None:
    frame = read_design(root / "survey")
    assert persons_singled_out(bank, design=frame) == []
    told = persons_singled_out(asking(bank, *FINE), design=frame)
    assert [fault.where for fault in told] == ["baslinje"]
    assert "orgtype" in told[0].message("sv")
    large = design(("pol", "reg", "k", 5000))
    assert persons_singled_out(BANK, design=large) == []


def test_the_reasons_for_the_inventorys_levels_hold(bank: Bank, root: Path) -> None:
    """background.toml says why: three age groups, or the other organisations as three, would leave someone alone."""
    frame = read_design(root / "survey")

    def alone(changed: Bank, people: Design = frame) -> float:
        return float(row(singled_out(people, bank=changed, form="baslinje"))["unique"])

    asked = bank.forms["baslinje"].background
    assert (len(asked), alone(bank) < 0.5) == (5, True)
    assert round(alone(asking(bank, *FINE))) == 40
    assert round(alone(asking(bank, "role", "orgtype", "sex", "age"))) == 3
    three = replace(bank.variables["agegroup"], levels=bank.variables["age"].levels[1:])
    assert alone(replace(bank, variables={**bank.variables, "agegroup": three})) > 1
    people = frame.population[frame.population["orgtype"] != "ovr"]
    split = [("tjm", orgtype, sex, n) for orgtype, both in (("nar", (4, 3)), ("par", (2, 2)), ("ovr", (2, 2)))
             for sex, n in zip("km", both, strict=True)]  # fmt: skip
    parts = pd.concat([people, design(*split).population])
    assert frame.size({"orgtype": "ovr"}) == sum(n for *_, n in split) == 15
    assert round(alone(bank, Design(parts))) == 5


def test_an_unknown_form_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        singled_out(design(("pol", "reg", "k", 5)), bank=BANK, form="finns-inte")
