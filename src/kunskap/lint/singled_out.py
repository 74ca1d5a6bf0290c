"""How many persons the raw rows would single out, from the frame and the background questions of a form.

The frame counts persons per role, organisation type and sex.  Where it is silent (age, years), each stratum's N
persons are taken to spread evenly and independently over the K combinations of the other questions' levels.  Then

    expected unique      = Σ N (1 − 1/K)^(N−1)
    expected fewer than 3 = Σ N [(1 − 1/K)^(N−1) + (N−1)/K (1 − 1/K)^(N−2)]

(the binomial chance that none, or at most one, of the other N−1 shares a person's combination).  Real people spread
unevenly, and then more are unique, not fewer: take the figures as a floor.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from math import prod

import pandas as pd

from kunskap.bank import Bank, Variable
from kunskap.design import STRATUM, Design
from kunskap.errors import Fault, fault

__all__ = ["identifying_background", "persons_singled_out", "singled_out", "variables_to_drop"]

REFUSED = "u"
# Half a person: below it, no whole person is expected.
NONE_EXPECTED = 0.5


def singled_out(design: Design, *, bank: Bank, form: str) -> pd.DataFrame:
    """Compute how many persons are expected to be alone, or with at most one other, for each choice of background.

    Parameters
    ----------
    design : Design
        The frame: persons per role, organisation type and sex.
    bank : Bank
        The bank.
    form : str
        The form whose background questions make the rows; KeyError if there is none.

    Returns
    -------
    DataFrame
        One row per set of questions to drop, the smallest sets first and within a size the best first; columns
        dropped and kept (tuples of ids), combinations (of levels, all in all), unique and fewer_than_three (expected
        persons), share (of the persons that is unique).  The first row drops none.

    Notes
    -----
    Only questions that can point at someone count (sensitivity other than plain, one choice).  *Vill inte uppge* is
    no trait of a person and counts as no level, and the frame knows no *annat*: whoever states it is to be taken as
    singled out.  Everyone is taken to answer; fewer answers hide nobody from a person who knows who answered.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> from kunskap.design import read_design
    >>> table = singled_out(read_design(), bank=read_bank(), form="baslinje")
    >>> bool(table.loc[0, "unique"] >= table["unique"].min()), table.loc[0, "dropped"]
    (True, ())
    """
    names = [variable.id for variable in identifying_background(bank, form)]
    rows = [_row(design, bank, names, dropped) for dropped in _subsets(names)]
    return (
        pd.DataFrame(rows)
        .sort_values("unique", kind="stable")
        .sort_values("dropped", key=lambda dropped: dropped.map(len), kind="stable")
        .reset_index(drop=True)
    )


def identifying_background(bank: Bank, form: str) -> list[Variable]:
    """The form's background questions that can point at someone."""
    asked = [bank.variables[name] for name in bank.forms[form].background]
    return [variable for variable in asked if variable.levels and variable.sensitivity != "plain"]


def _subsets(names: list[str]) -> Iterator[tuple[str, ...]]:
    for size in range(len(names) + 1):
        yield from combinations(names, size)


def _row(design: Design, bank: Bank, names: list[str], dropped: tuple[str, ...]) -> dict[str, object]:
    kept = tuple(name for name in names if name not in dropped)
    in_frame = [name for name in STRATUM if name in kept]
    persons = design.population["persons"]
    strata = design.population.groupby(in_frame)["persons"].sum() if in_frame else pd.Series([persons.sum()])
    cells = prod(
        sum(level.id != REFUSED for level in bank.variables[name].levels) for name in kept if name not in STRATUM
    )
    others, alone = strata - 1, 1 - 1 / cells
    # In one cell (1 − 1/K) is 0, and 0⁰ = 1 is what a stratum of one or two persons needs.
    unique = strata * alone ** others.clip(lower=0)
    paired = strata * others.clip(lower=0) / cells * alone ** (others - 1).clip(lower=0)
    return {
        "dropped": dropped,
        "kept": kept,
        "combinations": len(strata) * cells,
        "unique": float(unique.sum()),
        "fewer_than_three": float((unique + paired).sum()),
        "share": float(unique.sum() / max(1, persons.sum())),
    }


def variables_to_drop(table: pd.DataFrame) -> list[tuple[str, ...]]:
    """The sets of questions without which no person is expected to be unique; none holds a smaller one that is enough.

    Parameters
    ----------
    table : DataFrame
        What `singled_out` returns.

    Examples
    --------
    >>> table = pd.DataFrame({"dropped": [(), ("age",), ("sex",), ("age", "sex")], "unique": [4.0, 0.2, 3.0, 0.0]})
    >>> variables_to_drop(table)
    [('age',)]
    """
    chosen: list[tuple[str, ...]] = []
    for dropped in table.loc[table["unique"] < NONE_EXPECTED, "dropped"]:
        if not any(set(smaller) <= set(dropped) for smaller in chosen):
            chosen.append(dropped)
    return chosen


def persons_singled_out(bank: Bank, *, design: Design) -> list[Fault]:
    """In no form do the background questions together point at single persons: a row is then personal data.

    Raw rows stay on the secure side in any case; this says what must go before rows are lent, archived or published.
    """
    found = []
    for form in bank.forms:
        table = singled_out(design, bank=bank, form=form)
        worst = table.iloc[0]
        if worst["unique"] >= NONE_EXPECTED:
            sets = "; ".join(" + ".join(names) for names in variables_to_drop(table))
            found.append(
                fault(
                    "LINT-27",
                    form,
                    unique=round(worst["unique"]),
                    few=round(worst["fewer_than_three"]),
                    persons=int(design.population["persons"].sum()),
                    variables=", ".join(worst["kept"]),
                    sets=sets,
                )
            )
    return found
