"""What hangs together: all counts of one item, in all cells of people where it is told of.

A `Measure` is what one statistic says about one subject: for every cell the number of people and how they divide into
categories.  Shares divide people by option, a mean divides n into its sum of scores and the rest.  Both add up over
cells, and that is all an attacker needs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from kunskap.disclosure.figures import Cell, Figure

__all__ = ["ContradictionError", "Measure", "are_siblings", "children", "measures_of", "with_parents"]

NEAR = 1e-6


class ContradictionError(Exception):
    """The parts do not add up to the whole; nothing can then be proved about them."""


@dataclass(frozen=True)
class Measure:
    """One statistic of one subject.

    Attributes
    ----------
    name : str
        The statistic, and the option where options overlap.
    whole : bool
        Whether the counts are of people (a sum of scores is not).
    bounded : bool
        Whether each person adds 0–1, so that counts cannot be below 0 or above n.
    n : mapping of cell to float
        People in the cell.
    counts : mapping of cell to array
        How they divide into categories; adds up to n where `bounded`.
    overlapping : bool
        Whether it is one of several options that a person could choose together.  The last category is then no
        answer, but all who did not choose this one: that nobody did says no more than in a question with one choice.
    """

    name: str
    whole: bool
    bounded: bool
    n: Mapping[Cell, float]
    counts: Mapping[Cell, np.ndarray]
    overlapping: bool = False

    def answers(self, counts: np.ndarray) -> np.ndarray:
        """Those of the counts that are answers, which not all, or all but one, may be known to share."""
        return counts[:-1] if self.overlapping else counts


def are_siblings(cell: Cell, other: Cell) -> bool:
    """Whether two cells differ in the level of one variable only.

    Examples
    --------
    >>> women, men, officials = (frozenset({pair}) for pair in (("sex", "k"), ("sex", "m"), ("role", "tjm")))
    >>> are_siblings(women, men), are_siblings(women, officials), are_siblings(women, frozenset())
    (True, False, False)
    """
    return len(cell - other) == len(other - cell) == len({variable for variable, _ in cell ^ other}) == 1


def measures_of(rows: Iterable[Figure]) -> list[Measure]:
    """The measures of one subject's figures (kinds count and mean).

    Parameters
    ----------
    rows : iterable of Figure
        From `collect`, one subject.
    """
    of_statistic: dict[tuple[str, str], dict[str, dict[Cell, Figure]]] = {}
    for row in sorted(rows, key=lambda row: (row.statistic, row.option)):
        by_option = of_statistic.setdefault((row.kind, row.statistic), {})
        by_option.setdefault(row.option, {}).setdefault(row.cell, row)
    measures: list[Measure] = []
    for (kind, statistic), by_option in of_statistic.items():
        if kind == "mean":
            measures += [_of_means(f"{statistic} {option}", told) for option, told in by_option.items()]
        elif _is_partition(by_option):
            measures.append(_of_options(statistic, by_option))
        else:
            measures += [
                replace(_of_options(f"{statistic} {option}", {option: told}), overlapping=len(by_option) > 1)
                for option, told in by_option.items()
            ]
    return measures


def _is_partition(by_option: Mapping[str, Mapping[Cell, Figure]]) -> bool:
    """Whether every cell has the same options, one n, and no more answers than people."""
    cells = {cell for told in by_option.values() for cell in told}
    for cell in cells:
        listed = [told[cell] for told in by_option.values() if cell in told]
        if len(listed) < len(by_option) or len({row.n for row in listed}) > 1:
            return False
        if sum(row.count for row in listed) > listed[0].n:
            return False
    return True


def _of_options(name: str, by_option: Mapping[str, Mapping[Cell, Figure]]) -> Measure:
    n = {cell: row.n for told in by_option.values() for cell, row in told.items()}
    counts = {}
    for cell, people in n.items():
        listed = [told[cell].count for told in by_option.values()]
        counts[cell] = np.array([*listed, people - sum(listed)])
    return Measure(name, True, True, n, counts)


def _of_means(name: str, told: Mapping[Cell, Figure]) -> Measure:
    bounded = all(row.unit == "share" and -NEAR <= row.estimate <= 1 + NEAR for row in told.values() if row.n > 0)
    n = {cell: row.n for cell, row in told.items()}
    sums = {cell: row.n * row.estimate if row.n > 0 else 0.0 for cell, row in told.items()}
    return Measure(name, False, bounded, n, {cell: np.array([sums[cell], n[cell] - sums[cell]]) for cell in n})


def with_parents(measure: Measure, *, stretch: bool = False, partial: Collection[str] = ()) -> Measure:
    """Add the cells that the given ones add up to, and check that all adds up.

    A table by role and a table by sex both tell of everyone, whether or not everyone has a row.  What no table counts
    is taken from the variable that leaves out fewest people, as an attacker would.

    Parameters
    ----------
    measure : Measure
        Of the cells that have rows.
    stretch : bool
        Make a cell as large as its parts where it is smaller (several statistics need not have the same n).
    partial : collection of str
        Variables of which some tables tell a part only, as of one wave of two: parts add up to a cell when every level
        has a row there.

    Raises
    ------
    ContradictionError
        If the parts of a cell are more than the cell.
    """
    n, counts = dict(measure.n), dict(measure.counts)
    wanted = {parent for cell in measure.n for parent in _parents(cell)} - set(n)
    levels: dict[str, set[str]] = {}
    for variable, level in {pair for cell in measure.n for pair in cell}:
        levels.setdefault(variable, set()).add(level)
    for cell in sorted(wanted | set(n), key=lambda cell: (-len(cell), sorted(cell))):
        divided = children(cell, n)
        sums = {
            variable: (sum(n[part] for part in parts), np.sum([counts[part] for part in parts], axis=0))
            for variable, parts in divided.items()
        }
        if cell in wanted:
            whole = [
                sums[variable]
                for variable, parts in divided.items()
                if not cell or variable not in partial or len(parts) == len(levels[variable]) > 1
            ]
            if not whole:
                continue
            n[cell], counts[cell] = max(whole, key=lambda known: known[0])
        elif stretch:
            n[cell] = max([n[cell], *(people for people, _ in sums.values())])
        excess = any(
            people > n[cell] + NEAR or (measure.bounded and (parts > counts[cell] + NEAR * max(n[cell], 1)).any())
            for people, parts in sums.values()
        )
        if excess and cell in wanted:
            del n[cell], counts[cell]
        elif excess:
            raise ContradictionError
    return replace(measure, n=n, counts=counts)


def _parents(cell: Cell) -> Iterator[Cell]:
    """Every set of pairs that the cell's people share, the cell itself not."""
    pairs = sorted(cell)
    for kept in range(2 ** len(pairs) - 1):
        yield frozenset(pair for place, pair in enumerate(pairs) if kept >> place & 1)


def children(cell: Cell, cells: Mapping[Cell, object]) -> dict[str, list[Cell]]:
    """The cells that divide a cell, by variable.

    Examples
    --------
    >>> one = frozenset({("sex", "k")})
    >>> children(frozenset(), {one: 12})
    {'sex': [frozenset({('sex', 'k')})]}
    """
    found: dict[str, list[Cell]] = {}
    for other in cells:
        if len(other) == len(cell) + 1 and cell < other:
            ((variable, _),) = other - cell
            found.setdefault(variable, []).append(other)
    return {variable: found[variable] for variable in sorted(found)}
