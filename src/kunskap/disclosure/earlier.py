"""What has been released before, as figures that stand beside the new ones: what is out cannot be hidden again.

Answers go on coming in and some are taken back, so that two releases may be about different people.  The larger crowd
is everyone, and each smaller one is told of as a part of the next: those who came in between are then the rest of a
cell, and every rule that holds for groups holds for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from kunskap.disclosure.figures import Cell, Figure, Unit, figures_of
from kunskap.disclosure.people import AMONG
from kunskap.disclosure.policy import Basis, Policy
from kunskap.disclosure.rounding import to_step
from kunskap.errors import Fault, KunskapError, fault

__all__ = ["Beside", "Earlier", "beside"]

SAME = 1e-9


@dataclass(frozen=True)
class Earlier:
    """A release that is out.

    Attributes
    ----------
    name : str
        What it is called where people read of it.
    persons : mapping of str to int
        How many it is about, wave by wave.
    crowd : mapping of str to str
        A sign for who they are and what they answered, wave by wave: the same for the same answers of the same people.
    tables : mapping of str to DataFrame
        As they were released: with the column `hidden`, and nothing where it says why.
    """

    name: str
    persons: Mapping[str, int]
    crowd: Mapping[str, str]
    tables: Mapping[str, pd.DataFrame]

    def shares_people_with(self, other: Earlier) -> bool:
        """Whether some wave is in both."""
        return not set(self.persons).isdisjoint(other.persons)


@dataclass(frozen=True)
class Beside:
    """The new figures and the old ones in one system of cells.

    Attributes
    ----------
    new, old : tuple of Figure
        Old ones that the new release tells again are left out.
    out : frozenset of Unit
        What is known whatever is hidden now.
    few : frozenset of Unit
        New units that differ from one that is out by fewer people than the base.
    """

    new: tuple[Figure, ...]
    old: tuple[Figure, ...] = ()
    out: frozenset[Unit] = frozenset()
    few: frozenset[Unit] = frozenset()


def beside(
    new: Sequence[Figure], about: Earlier | None, earlier: Iterable[Earlier], *, policy: Policy, basis: Basis
) -> Beside:
    """Put the figures of a new release beside those that are out.

    Parameters
    ----------
    new : sequence of Figure
        From `collect`.
    about : Earlier, optional
        Who the new release is about; without tables.
    earlier : iterable of Earlier
        The releases that are out.
    policy : Policy
        The bases and steps.
    basis : Basis
        Whose data it is.

    Raises
    ------
    KunskapError
        ``GATE-30`` if the two crowds differ by so few that these could be singled out, ``GATE-31`` if a figure about
        the same answers of the same people is not what it was, ``GATE-32`` if nobody says who the new release is about.
    """
    related = [one for one in earlier if about is None or one.shares_people_with(about)]
    if not related:
        return Beside(tuple(new))
    if about is None:
        raise KunskapError([fault("GATE-32", related[0].name)])
    faults = [wrong for one in related for wrong in _too_few_between(one, about, policy=policy)]
    if faults:
        raise KunskapError(faults)
    crowds = [about, *related]
    own_pairs = _pairs(about, crowds)
    moved = tuple(_moved(figure, own_pairs) for figure in new)
    there = {_place(figure): figure for figure in moved}
    beside_it = {_place(figure, bare=True): figure for figure in moved}
    old: list[Figure] = []
    out: set[Unit] = set()
    few: set[Unit] = set()
    for one in related:
        pairs = _pairs(one, crowds)
        for figure in _shown(one, policy=policy, labels=basis.labels):
            told = _moved(figure, pairs)
            again, is_same = there.get(_place(told)), _is_of_same(told, one, about)
            if again is None or not is_same:
                old.append(told)
            elif not _is_same(again, told, policy=policy):
                faults.append(fault("GATE-31", f"{one.name}, {figure.key}"))
            out.add(told.about)
            twin = None if is_same else beside_it.get(_place(told, bare=True))
            if twin is not None and 0 < abs(twin.n - figure.n) < policy.base_for(twin.cell):
                few.add(twin.about)
    if faults:
        raise KunskapError(faults)
    return Beside(moved, tuple(_once(old)), frozenset(out), frozenset(few))


def _too_few_between(one: Earlier, about: Earlier, *, policy: Policy) -> Iterable[Fault]:
    """The waves in which the crowds differ, but by fewer than the base."""
    for wave in sorted(set(one.persons) & set(about.persons)):
        between = abs(one.persons[wave] - about.persons[wave])
        if one.crowd[wave] != about.crowd[wave] and between < policy.base:
            yield fault(
                "GATE-30",
                f"{one.name}, {wave}",
                before=one.persons[wave],
                now=about.persons[wave],
                base=policy.base,
            )


def _pairs(one: Earlier, crowds: Sequence[Earlier]) -> Cell:
    """What tells a crowd from the larger ones, and its wave from other waves."""
    waves = {wave for crowd in crowds for wave in crowd.persons}
    found = {("wave", next(iter(one.persons)))} if len(one.persons) == 1 and len(waves) > 1 else set()
    sizes = sorted({_size(crowd, crowds): None for crowd in crowds})
    found |= {(f"{AMONG} {place}", "yes") for place, size in enumerate(sizes[:-1]) if _size(one, crowds) <= size}
    return frozenset(found)


def _size(one: Earlier, crowds: Sequence[Earlier]) -> int:
    """How many would have answered, had the waves that this one does not tell of stayed as large as they have been."""
    most = {wave: max(crowd.persons.get(wave, 0) for crowd in crowds) for crowd in crowds for wave in crowd.persons}
    return sum((most | dict(one.persons)).values())


def _place(figure: Figure, *, bare: bool = False) -> tuple[object, ...]:
    """What a figure is of; `bare`: whichever crowd it is about."""
    cell = frozenset(pair for pair in figure.cell if not (bare and pair[0].startswith(AMONG)))
    return cell, figure.subject, figure.statistic, figure.option


def _is_of_same(told: Figure, one: Earlier, about: Earlier) -> bool:
    """Whether a figure of an earlier release is about answers that the new one has, all of its waves."""
    waves = {level for variable, level in told.cell if variable == "wave"} or set(one.persons)
    return all(one.crowd.get(wave) == about.crowd.get(wave) for wave in waves)


def _moved(figure: Figure, pairs: Cell) -> Figure:
    named = {variable for variable, _ in figure.cell}
    return replace(figure, cell=figure.cell | {pair for pair in pairs if pair[0] not in named})


def _shown(one: Earlier, *, policy: Policy, labels: Sequence[str]) -> Iterable[Figure]:
    for name, table in one.tables.items():
        kinds = table["statistic"].map(lambda statistic: getattr(policy.statistics.get(statistic), "kind", ""))
        rows = table[table["hidden"].isna() & kinds.isin(["count", "mean"])].drop(columns="hidden")
        yield from figures_of(name, rows.assign(inputs=None), policy=policy, labels=labels)


def _is_same(new: Figure, old: Figure, *, policy: Policy) -> bool:
    if new.n != old.n:
        return False
    if new.kind == "count":
        return new.count == old.count
    step = policy.statistics[new.statistic].step
    (estimate,) = to_step(pd.Series([new.estimate]), step).tolist()
    return abs(estimate - old.estimate) < SAME


def _once(figures: Iterable[Figure]) -> list[Figure]:
    """One of those that say the same, for two releases about the same people often do."""
    return list({(one.cell, one.subject, one.statistic, one.option): one for one in figures}.values())
