"""Tables of change: of everyone, of those who answered both times, and of those who are missing.

A column is a scale of numbers 0–1 (``total``) or an item's outcomes, of which the share right is followed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskap import compare, estimates, tables
from kunskap.change.formulas import Estimate, gain_share, overlapping_t, paired_shares, paired_t, standardised_change
from kunskap.errors import KunskapError, fault
from kunskap.grouping import checked_level, groups_of

__all__ = ["attrition", "everyone", "linking", "paired"]

Floats = NDArray[np.float64]
NEAR = 1e-12
LINKED = ("no", "yes")


def linking(people: pd.DataFrame, *, by: Sequence[str] = (), level: float = 0.95) -> pd.DataFrame:
    """Compute how many of each wave are the same people: linked, moved (not paired) and once.

    Parameters
    ----------
    people : DataFrame
        As `rounds` returns it.
    by : sequence of str
        Grouping columns, beside the wave: who is missing.
    level : float
        Coverage aimed at.

    Returns
    -------
    DataFrame
        An estimates table by `by` and wave: scale ``link``, statistic ``share``, options ``linked``, ``moved``,
        ``once``.  Of the first wave it is who came back (the rest is attrition); of the second, who was there before.

    Raises
    ------
    KunskapError
        ``CHANGE-06`` without the columns of `rounds`.

    Examples
    --------
    >>> people = pd.DataFrame({"wave": list("1122"), "link": pd.Categorical(["linked", "once", "linked", "once"])})
    >>> table = linking(people)
    >>> table.loc[table["option"] == "linked", ["wave", "count", "n"]].values.tolist()
    [['1', 1, 2], ['2', 1, 2]]
    """
    _check(people, ["wave", "link"])
    table = estimates.proportion(people, by=[*by, "wave"], items=["link"], level=level)
    return table.assign(scale=table["item"], item=pd.Series(pd.NA, index=table.index, dtype="str"))


def attrition(
    people: pd.DataFrame, *, columns: Sequence[str] = ("total",), by: Sequence[str] = (), level: float = 0.95
) -> pd.DataFrame:
    """Compare, at the first wave, those who did not come back with those who did.

    Parameters
    ----------
    people : DataFrame
        As `rounds` returns it.
    columns : sequence of str
        Scales.
    by, level
        As in `linking`.

    Returns
    -------
    DataFrame
        As `kunskap.compare.difference`, option "no-yes": the missing minus the linked, before; the universe is the
        first wave.  A difference says that the linked are not everyone, so that their change may not be everyone's.

    Raises
    ------
    KunskapError
        ``CHANGE-06``, and ``CHANGE-07`` if everybody, or nobody, came back.

    Examples
    --------
    >>> people = pd.DataFrame({"wave": "1", "linked": ["no", "no", "yes", "yes"], "total": [0.2, 0.4, 0.5, 0.7]})
    >>> table = attrition(people).query("statistic == 'difference'")
    >>> table[["universe", "option", "estimate"]].round(2).values.tolist()
    [['wave=1', 'no-yes', -0.3]]
    """
    _check(people, ["wave", "linked", *columns])
    first = next(iter(dict.fromkeys(people["wave"])))
    started = people[people["wave"] == first]
    if started["linked"].nunique() < len(LINKED):
        raise KunskapError([fault("CHANGE-07", "people", wave=first)])
    return compare.difference(
        started, between="linked", levels=LINKED, by=by, columns=columns, level=level, universe=f"wave={first}"
    )


def everyone(
    people: pd.DataFrame,
    *,
    columns: Sequence[str] = ("total",),
    by: Sequence[str] = (),
    level: float = 0.95,
    universe: str = "all",
) -> pd.DataFrame:
    """Compute the change among all who answered, unpaired and by partly overlapping waves.

    Parameters
    ----------
    people : DataFrame
        As `rounds` returns it.
    columns : sequence of str
        Scales, or items (their share right).
    by : sequence of str
        Grouping columns.
    level : float
        Coverage aimed at.
    universe : str
        Which people these are, ``"all"`` or a filter such as ``"role=pol"``: for an item that only one role was asked.

    Returns
    -------
    DataFrame
        An estimates table by `by` and wave: ``mean`` of scales, ``share`` of each outcome of items; then, with the wave
        missing and option "later-earlier": ``difference`` (Welch, as if no one were the same), for scales ``hedges_g``,
        and ``difference_overlap`` with ``p_overlap`` (`overlapping_t`: the same estimate, with the standard error that
        knows who is the same person) and ``p_holm`` over all of this table's.  n is the answers of both waves together.
        Where everyone answered both times and all scores changed alike, the se of both means is 0, as in `paired`.

    Raises
    ------
    KunskapError
        ``CHANGE-06``, ``EST-02``, ``EST-05``.

    Notes
    -----
    No finite-population correction: a change is read as a statement about more than those who answered.  Release a
    total with all of its items or with none: the gate takes it for a mean of those items that it is shown.

    Examples
    --------
    >>> people = pd.DataFrame({"respondent_id": list("abcbcd"), "wave": list("111222"), "linked": list("nyyyyn"),
    ...                        "total": [0.3, 0.4, 0.6, 0.6, 0.7, 0.5]})
    >>> table = everyone(people)
    >>> table.loc[table["statistic"].str.startswith("diff"), ["statistic", "n", "estimate", "se"]].round(2)
                statistic  n  estimate    se
    2          difference  6      0.17  0.11
    4  difference_overlap  6      0.17  0.11
    """
    rows: list[dict[str, object]] = []
    alike: set[str] = set()
    for case in _cases(people, columns, by, level, universe, linked=False):
        x, y = case.known
        alike |= case.alike
        welch = compare.welch(_moments(y), _moments(x), level=level)
        rows += case.rows("difference", Estimate(*welch), unit="share", n=len(x) + len(y))
        if not case.is_item:
            g = compare.hedges_g(_moments(y), _moments(x), level=level)
            rows += case.rows("hedges_g", Estimate(g[0], np.nan, *g[1:]), unit="sd", n=len(x) + len(y))
        overlap = overlapping_t(case.before, case.after, level=level)
        rows += case.rows("difference_overlap", overlap, unit="share", n=len(x) + len(y))
        rows += case.rows("p_overlap", Estimate(overlap.p), unit="p", n=len(x) + len(y))
    made = [*_levels(people, columns, [*by, "wave"], level, universe), *rows]
    table = _without_spread(tables.estimates(made, by=[*by, "wave"]), alike)
    return _with_holm(table, "p_overlap", [*by, "wave"])


def paired(
    people: pd.DataFrame,
    *,
    columns: Sequence[str] = ("total",),
    by: Sequence[str] = (),
    level: float = 0.95,
    universe: str = "all",
) -> pd.DataFrame:
    """Compute the change of those who answered both times, each compared with themselves.

    Parameters
    ----------
    people, columns, by, level, universe
        As in `everyone`.

    Returns
    -------
    DataFrame
        An estimates table by `by`, ``linked`` (always "yes") and wave.  Both waves' ``mean`` or ``share`` of the
        linked; then, with the wave missing, ``difference``; for scales ``d_z``, ``gain_share`` and ``p_paired``; for
        items ``p_mcnemar`` (mid-p); ``p_holm`` over all of this table's.  n is the number of pairs.  Where all scores
        changed alike the difference and all that follows from it are missing, and the se of both means is 0: together
        they tell each one's change, so the gate is to judge them as it judges a mean that all share.

    Raises
    ------
    KunskapError
        ``CHANGE-05`` if nobody answered both times; ``CHANGE-06``, ``EST-02``.  One who did is for the gate to hide.

    Examples
    --------
    >>> people = pd.DataFrame({"respondent_id": list("abcabc"), "wave": list("111222"), "linked": "yes",
    ...                        "total": [0.3, 0.4, 0.6, 0.6, 0.5, 0.7]})
    >>> table = paired(people)
    >>> table.loc[table["statistic"] == "difference", ["option", "n", "estimate", "low", "high"]].round(2)
      option  n  estimate   low  high
    2    2-1  3      0.17 -0.12  0.45
    """
    _check(people, ["respondent_id", "wave", "linked", *columns])
    both = people[people["linked"] == "yes"]
    if both.empty:
        raise KunskapError([fault("CHANGE-05", "")])
    rows: list[dict[str, object]] = []
    alike: set[str] = set()
    for case in _cases(both, columns, by, level, universe, linked=True):
        n = len(case.before)
        if case.is_item:
            change = paired_shares(case.before, case.after, level=level)
            rows += case.rows("difference", change, unit="share", n=n)
            rows += case.rows("p_mcnemar", Estimate(change.p), unit="p", n=n)
            continue
        change = paired_t(case.before, case.after, level=level)
        alike |= case.alike
        shown = Estimate() if case.alike else change
        rows += case.rows("difference", shown, unit="share", n=n)
        rows += case.rows("d_z", standardised_change(case.before, case.after, level=level), unit="sd", n=n)
        gain = gain_share(case.before, case.after, level=level) if not case.alike else Estimate()
        rows += case.rows("gain_share", gain, unit="share", n=n)
        rows += case.rows("p_paired", Estimate(shown.p), unit="p", n=n)
    groups = [*by, "linked", "wave"]
    made = [row for column in columns for row in _levels(_complete(both, column), [column], groups, level, universe)]
    table = _without_spread(tables.estimates([*made, *rows], by=groups), alike)
    return _with_holm(table, ["p_paired", "p_mcnemar"], groups)


class _Case:
    """One column in one group: each person's figure before and after, and the rows that they give."""

    def __init__(
        self, group: Mapping[str, str], column: str, wide: pd.DataFrame, keys: Sequence[str], *, is_item: bool
    ) -> None:
        self.group, self.column, self.is_item, self.keys = dict(group), column, is_item, tuple(keys)
        self.waves = [str(name) for name in wide.columns]
        self.before, self.after = (wide[name].to_numpy(dtype=float) for name in wide.columns)

    @property
    def known(self) -> tuple[Floats, Floats]:
        """The figures of each wave without the missing."""
        return self.before[~np.isnan(self.before)], self.after[~np.isnan(self.after)]

    @property
    def alike(self) -> frozenset[str]:
        """The keys of both waves' means where everyone is there twice and all scores changed alike."""
        change = self.after - self.before
        return frozenset(() if self.is_item or not np.ptp(change) <= NEAR else self.keys)

    def rows(self, statistic: str, told: Estimate, *, unit: str, n: int) -> Iterator[dict[str, object]]:
        """One row of the table."""
        yield self.group | {
            "item" if self.is_item else "scale": self.column,
            "option": "-".join(reversed(self.waves)),
            "statistic": statistic,
            "unit": unit,
            "n": n,
            "estimate": told.estimate,
            "se": told.se,
            "low": told.low,
            "high": told.high,
            "inputs": self.keys,
        }


def _cases(
    people: pd.DataFrame, columns: Sequence[str], by: Sequence[str], level: float, universe: str, *, linked: bool
) -> Iterator[_Case]:
    """Every column in every group, in the order of the groups."""
    _check(people, ["respondent_id", "wave", "linked", *columns, *by])
    checked_level(level)
    waves = list(dict.fromkeys(people["wave"]))
    if len(waves) != 2:
        raise KunskapError([fault("CHANGE-01", "people", found=", ".join(map(str, waves)) or "–")])
    if not linked:  # one code with another role or sex is not taken for one person
        own_code = people["respondent_id"] + " " + people["wave"]
        people = people.assign(respondent_id=people["respondent_id"].where(people["linked"] == "yes", own_code))
    groups, codes = groups_of(people, by)
    for g, group in enumerate(groups):
        own = people[codes == g]
        where = group | ({"linked": "yes"} if linked else {})
        for column in columns:
            is_item = isinstance(people[column].dtype, pd.CategoricalDtype)
            told = own.assign(figure=_figures(own[column]))
            wide = told.pivot(index="respondent_id", columns="wave", values="figure").reindex(columns=waves)
            if linked:
                wide = wide.dropna()
            statistic, option = ("share", "right") if is_item else ("mean", "")
            if wide.notna().any().all():
                keys = [_key(statistic, universe, column, option, where | {"wave": wave}) for wave in waves]
                yield _Case(where | {"universe": universe}, column, wide, keys, is_item=is_item)


def _key(statistic: str, universe: str, column: str, option: str, groups: Mapping[str, str]) -> str:
    """The key of a row, as `kunskap.tables.row_keys` writes it."""
    told = "&".join(f"{name}={groups[name]}" for name in sorted(groups))
    return f"{statistic}|{universe}|{column}|{option}|{told}"


def _figures(column: pd.Series) -> pd.Series:
    """A scale's own numbers; of outcomes 1 for right, 0 for any other, missing where not reached."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return (column == "right").astype("float64").where(column.notna())
    return column.astype("float64")


def _levels(
    people: pd.DataFrame, columns: Sequence[str], by: list[str], level: float, universe: str
) -> list[dict[str, object]]:
    """The rows of each wave, from the answers themselves."""
    items = [name for name in columns if isinstance(people[name].dtype, pd.CategoricalDtype)]
    scales = [name for name in columns if name not in items]
    made = [estimates.mean(people, by=by, columns=scales, level=level, universe=universe)] if scales else []
    made += [estimates.proportion(people, by=by, items=items, level=level, universe=universe)] if items else []
    rows = [row for table in made for row in table[table["n"] > 0].to_dict("records")]
    return [{str(name): value for name, value in row.items()} for row in rows]


def _without_spread(table: pd.DataFrame, alike: Set[str]) -> pd.DataFrame:
    """Give means that together tell what each one changed the se of a mean that all share: the gate hides both."""
    return table.assign(se=table["se"].mask(tables.row_keys(table).isin(alike), 0.0))


def _complete(both: pd.DataFrame, column: str) -> pd.DataFrame:
    """The linked who have a figure both times."""
    known = both[both[column].notna()]
    return known[known["respondent_id"].duplicated(keep=False)]


def _moments(values: Floats) -> tuple[int, float, float]:
    n = len(values)
    return n, float(values.mean()) if n else np.nan, float(values.var(ddof=1)) if n > 1 else np.nan


def _with_holm(table: pd.DataFrame, of: str | Sequence[str], by: list[str]) -> pd.DataFrame:
    """Add Holm's p to every p of these statistics; each is computed from all that are no greater than its own."""
    keys = tables.row_keys(table)
    tested = table[table["statistic"].isin([of] if isinstance(of, str) else list(of))]
    p = tested["estimate"].to_numpy()
    rows = []
    for own, row, adjusted in zip(p, tested.to_dict("records"), compare.holm(p), strict=True):
        used = tuple(keys[tested.index[p <= own]]) or row["inputs"]
        rows.append({str(k): v for k, v in row.items()} | {"statistic": "p_holm", "estimate": adjusted, "inputs": used})
    listed = [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]
    return tables.estimates([*listed, *rows], by=by)


def _check(people: pd.DataFrame, columns: Sequence[str]) -> None:
    missing = [name for name in columns if name not in people.columns]
    if missing:
        raise KunskapError([fault("CHANGE-06", "people", missing=", ".join(missing))])
