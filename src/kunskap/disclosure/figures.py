"""All figures of a release in one list, each about a named set of people; what cannot be judged is a fault.

The same people can be named in two ways: ``universe="role=pol"`` grouped by sex, or ``universe="all"`` grouped by role
and sex.  Here both become one `cell`: the set of (variable, level) pairs that the people share.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import pandas as pd

from kunskap.disclosure.policy import Basis, Policy, View
from kunskap.errors import Fault, KunskapError, fault
from kunskap.tables import CONTRIBUTIONS, ESTIMATE_COLUMNS, grouping_columns, row_keys

__all__ = ["Cell", "Figure", "Unit", "collect", "describe", "figures_of"]

Cell = frozenset[tuple[str, str]]
Unit = tuple[str, Cell]
SAME = 1e-6
DIRECT = ("count", "mean")
BOUNDED = ("share", "points")
WEIGHTED = "weighted_share"
TEXTS = ("universe", "item", "scale", "statistic", "option", "unit")
NUMBERS = ("count", "n", "estimate", "se", "low", "high")


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of one table, as the gate sees it.

    Attributes
    ----------
    table, key : str
        Where it stands, and its name among rows.
    subject : str
        The item or scale (and the label columns that tell measures apart).
    universe : str
        As in the table: who was asked.
    cell : Cell
        The people it is about.
    kind : str
        How the policy treats its statistic; empty if the policy does not know it.
    statistic, option, unit : str
        As in the table; empty where missing.
    count, n, estimate, se, low, high : float
        As in the table; NaN where missing.
    inputs : tuple of str
        The keys of the rows it was computed from.
    largest, second : float
        Of a mean of amounts: the two largest amounts behind it; NaN for all else.
    """

    table: str
    key: str
    subject: str
    universe: str
    cell: Cell
    kind: str
    statistic: str
    option: str
    unit: str
    count: float
    n: float
    estimate: float
    se: float
    low: float
    high: float
    inputs: tuple[str, ...]
    largest: float = math.nan
    second: float = math.nan

    @property
    def is_amount(self) -> bool:
        """Whether it is a mean of something that one may have much more of than another: kronor, not answers."""
        return self.kind == "mean" and self.unit not in BOUNDED

    @property
    def is_direct(self) -> bool:
        """Whether it was computed from answers, and adds up over people."""
        return self.kind in DIRECT

    @property
    def about(self) -> Unit:
        """The unit that is shown or hidden as a whole: what is said of one subject in one cell."""
        return self.subject, self.cell


def describe(cell: Cell) -> str:
    """The name of a cell, as a universe is written.

    Examples
    --------
    >>> describe(frozenset({("sex", "k"), ("role", "pol")}))
    'role=pol&sex=k'
    """
    return "&".join(f"{variable}={level}" for variable, level in sorted(cell)) or "all"


def collect(tables: Mapping[str, pd.DataFrame], *, policy: Policy, basis: str, view: str) -> list[Figure]:
    """Gather every figure of the tables, or tell all that keeps them from being judged.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Name → estimates table.
    policy : Policy
        Knows the statistics, variables and views.
    basis, view : str
        Names that the policy knows.

    Returns
    -------
    list of Figure
        Table by table, row by row.

    Raises
    ------
    KunskapError
        ``GATE-01`` to ``GATE-18``, ``GATE-25`` and ``GATE-26``, all at once.
    """
    whose = policy.bases[basis]
    faults: list[Fault] = []
    figures: list[Figure] = []
    for name, table in tables.items():
        missing = [column for column in ESTIMATE_COLUMNS if column not in table.columns]
        if missing:
            expected = ", ".join(ESTIMATE_COLUMNS)
            faults.append(fault("GATE-01", name, columns=", ".join(missing), expected=expected))
            continue
        keys = row_keys(table).fillna("?").tolist()
        faults += _statistic_faults(name, table, keys, policy.views[view], view)
        if whose.suppress:
            faults += _column_faults(name, table, keys, whose, policy.views[view])
        found = figures_of(name, table, policy=policy, labels=whose.labels, faults=faults)
        if whose.suppress:
            faults += [wrong for figure in found for wrong in _number_faults(figure)]
        if whose.count_base:
            faults += [wrong for figure in found for wrong in _amount_faults(figure, policy)]
        figures += found
    if whose.suppress:
        faults += _contradictions(figures)
        faults += _weighted_faults(figures)
    if faults:
        raise KunskapError(faults)
    return figures


def _statistic_faults(name: str, table: pd.DataFrame, keys: list[str], view: View, view_name: str) -> Iterator[Fault]:
    both = table["item"].isna() == table["scale"].isna()
    for key, statistic, is_both in zip(keys, table["statistic"], both, strict=True):
        if statistic not in view.statistics:
            closest = ", ".join(get_close_matches(str(statistic), view.statistics, n=1)) or "–"
            yield fault("GATE-02", f"{name}, {key}", statistic=statistic, view=view_name, closest=closest)
        if is_both:
            yield fault("GATE-12", f"{name}, {key}")


def _column_faults(name: str, table: pd.DataFrame, keys: list[str], basis: Basis, view: View) -> Iterator[Fault]:
    allowed = [*(variable for variable in basis.variables if variable in view.variables), *basis.labels]
    for column in grouping_columns(table):
        if column not in allowed:
            yield fault("GATE-10", name, column=column, expected=", ".join(allowed))
    for universe in sorted(set(table["universe"].dropna().astype("str")) - {"all"}):
        for variable in (part.split("=")[0] for part in universe.split("&")):
            if variable not in basis.variables:
                yield fault("GATE-10", f"{name}, {universe}", column=variable, expected=", ".join(basis.variables))
    for key in sorted({key for key in keys if keys.count(key) > 1} if len(set(keys)) < len(keys) else ()):
        yield fault("GATE-06", f"{name}, {key}")


def figures_of(
    name: str, table: pd.DataFrame, *, policy: Policy, labels: Sequence[str], faults: list[Fault] | None = None
) -> list[Figure]:
    """The figures of one table, row by row.

    Parameters
    ----------
    name : str
        What the table is called.
    table : DataFrame
        An estimates table.
    policy : Policy
        Knows the statistics.
    labels : sequence of str
        Columns that tell measures apart, and not people.
    faults : list, optional
        Takes up ``GATE-11`` for rows whose people cannot be named.
    """
    keys = row_keys(table).fillna("?").tolist()
    texts = {column: _listed(table[column], "") for column in TEXTS}
    levels = {column: _listed(table[column], None) for column in grouping_columns(table)}
    told = [*NUMBERS, *(column for column in CONTRIBUTIONS if column in table)]
    numbers = {column: pd.to_numeric(table[column], errors="coerce").astype("float64").tolist() for column in told}
    figures = []
    for place, (key, inputs) in enumerate(zip(keys, table["inputs"], strict=True)):
        present = [(column, str(listed[place])) for column, listed in levels.items() if listed[place] is not None]
        cell = _cell(texts["universe"][place], [pair for pair in present if pair[0] not in labels])
        if cell is None and faults is not None:
            faults.append(fault("GATE-11", f"{name}, {key}", universe=texts["universe"][place]))
        measured = describe(frozenset(pair for pair in present if pair[0] in labels))
        item, scale, statistic = (str(texts[column][place]) for column in ("item", "scale", "statistic"))
        kind = policy.statistics[statistic].kind if statistic in policy.statistics else ""
        figures.append(
            Figure(
                table=name,
                key=key,
                subject=f"item {item} {measured}" if item else f"scale {scale} {measured}",
                universe=str(texts["universe"][place]),
                cell=cell or frozenset(),
                kind=kind,
                statistic=statistic,
                option=str(texts["option"][place]),
                unit=str(texts["unit"][place]),
                inputs=inputs if isinstance(inputs, tuple) else (),
                **{column: numbers[column][place] for column in told},
            )
        )
    return figures


def _listed(column: pd.Series, missing: str | None) -> list[str | None]:
    return column.astype(object).where(column.notna(), missing).tolist()


def _cell(universe: str | None, people: list[tuple[str, str]]) -> Cell | None:
    """The people of a row; None where the universe cannot be read or contradicts the groups."""
    if not universe:
        return None
    pairs = [] if universe == "all" else [part.split("=") for part in universe.split("&")]
    if any(len(pair) != 2 or not all(pair) for pair in pairs):
        return None
    cell = frozenset([*((pair[0], pair[1]) for pair in pairs), *people])
    return cell if len({variable for variable, _ in cell}) == len(cell) else None


def _number_faults(figure: Figure) -> Iterator[Fault]:
    where, count, n, estimate = f"{figure.table}, {figure.key}", figure.count, figure.n, figure.estimate
    if not _is_whole(n):
        yield fault("GATE-03", where, value=n)
        return
    if figure.kind == "count" and not _is_whole(count):
        yield fault("GATE-04", where, value=count)
    elif figure.is_direct and count > n:
        yield fault("GATE-05", where, count=f"{count:g}", n=f"{n:g}")
    elif figure.kind == "count" and n > 0 and not abs(estimate - count / n) < SAME:
        yield fault("GATE-17", where, value=estimate, expected=f"{count / n:.6g}")
    if figure.kind == "mean" and n > 0 and not math.isfinite(estimate):
        yield fault("GATE-17", where, value=estimate, expected="0–1")
    if figure.kind == "derived" and not figure.inputs:
        yield fault("GATE-13", where)
    if figure.kind == "pooled" and figure.cell:
        yield fault("GATE-15", where)


def _amount_faults(figure: Figure, policy: Policy) -> Iterator[Fault]:
    """Kronor about firms cannot be judged without the two largest: part of the sum, the larger first."""
    if not figure.is_amount or figure.n == 0:
        return
    where, whole = f"{figure.table}, {figure.key}", figure.n * figure.estimate
    if policy.amounts is None:
        yield fault("GATE-26", where, unit=figure.unit)
    elif not 0 <= figure.second <= figure.largest or figure.largest + figure.second > whole * (1 + SAME) + SAME:
        yield fault("GATE-25", where, unit=figure.unit, largest=figure.largest, second=figure.second)


def _is_whole(value: float) -> bool:
    return math.isfinite(value) and value >= 0 and value == round(value)


def _contradictions(figures: list[Figure]) -> Iterator[Fault]:
    """One figure, two values: then one of the tables is about other people than it says."""
    first: dict[tuple[str, Cell, str, str], Figure] = {}
    for figure in figures:
        if figure.is_direct:
            known = first.setdefault((*figure.about, figure.statistic, figure.option), figure)
            pairs = ((known.count, figure.count), (known.n, figure.n), (known.estimate, figure.estimate))
            if any(abs(one - other) > SAME for one, other in pairs):
                yield fault("GATE-14", f"{known.table}, {figure.table}", key=figure.key)


def _weighted_faults(figures: list[Figure]) -> Iterator[Fault]:
    """A weighted share lies between those it is made of: else it was made of others, which it would tell."""
    counted = {figure.key: figure for figure in figures if figure.kind == "count"}
    for figure in figures:
        if figure.statistic != WEIGHTED or not figure.inputs or not set(figure.inputs) <= set(counted):
            continue  # GATE-13, or with a row that is not here it is hidden
        sources = [counted[key] for key in figure.inputs]
        whole, parts = sources[0], sources[1:]
        people = whole.n - sum(part.n for part in parts)
        left = whole.count - sum(part.count for part in parts)
        # Who has no stratum of their own: the rest of the group.  Without strata that is all of it.
        shares = [part.count / part.n for part in parts if part.n] + ([left / people] if people > 0 else [])
        same = {(source.subject, source.option) for source in sources} == {(figure.subject, figure.option)}
        is_of_group = whole.cell == figure.cell and all(part.cell > whole.cell for part in parts)
        low, high = min(shares, default=math.nan), max(shares, default=math.nan)
        if not (same and is_of_group and low - SAME <= figure.estimate <= high + SAME):
            where = f"{figure.table}, {figure.key}"
            yield fault("GATE-18", where, value=figure.estimate, low=f"{low:.3g}", high=f"{high:.3g}")
