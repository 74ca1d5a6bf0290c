"""Change beside a comparison group: the only place where a change may be laid at something's door."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from kunskap import compare, tables
from kunskap.change.formulas import Estimate, analysis_of_covariance
from kunskap.change.measures import paired
from kunskap.errors import KunskapError, fault
from kunskap.grouping import checked_level

__all__ = ["RULES", "by_rule", "compared_change"]

RULES = ("total", "total_chance")


def compared_change(
    people: pd.DataFrame,
    *,
    between: str,
    levels: tuple[str, str],
    columns: Sequence[str] = ("total",),
    level: float = 0.95,
) -> pd.DataFrame:
    """Compare the change of one group with that of a comparison group, among those who answered both times.

    Parameters
    ----------
    people : DataFrame
        As `kunskap.change.rounds` returns it, with the column `between`.
    between : str
        The variable that tells the groups apart, for example ``course``.
    levels : tuple of two str
        The group that had it, and the comparison group: ``("yes", "no")``.
    columns : sequence of str
        Scales.
    level : float
        Coverage aimed at.

    Returns
    -------
    DataFrame
        As `kunskap.change.paired` by `between`; then, with `between` and wave missing and option "yes-no":
        ``difference_in_differences`` (the first group's mean change minus the second's, Welch) and ``p_did``;
        ``adjusted_difference`` (the difference afterwards at the same score before, `analysis_of_covariance`) and
        ``p_adjusted``.  With fewer than two pairs in a group they are missing.

    Raises
    ------
    KunskapError
        ``EST-09`` if a level is not there, ``CHANGE-05``, ``CHANGE-06``.

    Notes
    -----
    The first assumes that both groups would have changed equally; the second that those with the same score before
    would have.  Where groups are drawn by lot both hold; where people chose themselves neither need, and if the two
    figures disagree (Lord's paradox) no effect is claimed.  Checked against ``scipy`` and ``statsmodels``.

    Examples
    --------
    >>> people = pd.DataFrame({"respondent_id": list("abcdef") * 2, "wave": ["1"] * 6 + ["2"] * 6, "linked": "yes",
    ...     "course": ["yes", "yes", "yes", "no", "no", "no"] * 2,
    ...     "total": [0.3, 0.5, 0.4, 0.3, 0.6, 0.4, 0.6, 0.7, 0.7, 0.4, 0.6, 0.5]})
    >>> table = compared_change(people, between="course", levels=("yes", "no"))
    >>> table.loc[table["statistic"] == "difference_in_differences", ["option", "estimate"]].round(2).values.tolist()
    [['yes-no', 0.2]]
    """
    checked_level(level)
    missing = [name for name in (between, "respondent_id", "wave", "linked", *columns) if name not in people.columns]
    if missing:
        raise KunskapError([fault("CHANGE-06", "people", missing=", ".join(missing))])
    known = sorted(set(people[between].dropna().astype("str")))
    wrong = [one for one in levels if one not in known] or [levels[0]] * (len(set(levels)) != 2)
    if wrong:
        expected = ", ".join(known)
        raise KunskapError(fault("EST-09", "levels", level=one, variable=between, expected=expected) for one in wrong)
    both = people[people[between].astype("str").isin(levels)]
    table = paired(both, columns=columns, by=[between], level=level)
    keys = tables.row_keys(table)
    waves = list(dict.fromkeys(people["wave"]))
    rows: list[dict[str, object]] = []
    for column in columns:
        used = table["statistic"].eq("mean") & table["scale"].eq(column) & table[between].isin(levels)
        wide = _wide(both, between, column, waves)
        before, after = wide[waves[0]].to_numpy(float), wide[waves[1]].to_numpy(float)
        had = wide[between].eq(levels[0]).to_numpy()
        change = after - before
        told = compare.welch(_moments(change[had]), _moments(change[~had]), level=level)
        did = Estimate(*told) if min(had.sum(), (~had).sum()) > 1 else Estimate()
        adjusted = analysis_of_covariance(before, after, had, level=level)
        common: dict[str, object] = {"linked": "yes", "universe": "all", "scale": column, "option": "-".join(levels)}
        common |= {"n": len(wide), "inputs": tuple(keys[used])}
        rows += [
            common | _figures("difference_in_differences", did),
            common | {"statistic": "p_did", "unit": "p", "estimate": did.p},
            common | _figures("adjusted_difference", adjusted),
            common | {"statistic": "p_adjusted", "unit": "p", "estimate": adjusted.p},
        ]
    listed = [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]
    return tables.estimates([*listed, *rows], by=[between, "linked", "wave"])


def by_rule(
    people: pd.DataFrame, *, between: str = "sex", levels: tuple[str, str] = ("k", "m"), level: float = 0.95
) -> pd.DataFrame:
    """Compare two groups' change with don't know as wrong and as a blind guess, and tell what holds under both.

    Parameters
    ----------
    people : DataFrame
        As `kunskap.change.rounds` returns it, with ``total`` and ``total_chance``.
    between, levels, level
        As in `compared_change`.

    Returns
    -------
    DataFrame
        As `compared_change`, of both scales; then rows ``claimed`` (`kunskap.compare.claims`), for each group's change
        and for ``difference_in_differences``: 1 if the intervals under both rules lie on the same side of 0.

    Raises
    ------
    KunskapError
        As `compared_change`.

    Examples
    --------
    >>> people = pd.DataFrame({"respondent_id": list("abcdef") * 2, "wave": ["1"] * 6 + ["2"] * 6, "linked": "yes",
    ...     "sex": list("kkkmmm") * 2,
    ...     "total": [0.3, 0.5, 0.4, 0.3, 0.6, 0.4, 0.6, 0.7, 0.7, 0.4, 0.6, 0.5]})
    >>> table = by_rule(people.assign(total_chance=people["total"]))
    >>> table.loc[table["statistic"] == "claimed", ["sex", "option", "estimate"]].fillna("").values.tolist()
    [['k', '2-1', 1.0], ['m', '2-1', 0.0], ['', 'k-m', 1.0]]
    """
    table = compared_change(people, between=between, levels=levels, columns=RULES, level=level)
    return compare.claims(table, by=[between, "linked", "wave"], statistics=["difference", "difference_in_differences"])


def _wide(people: pd.DataFrame, between: str, column: str, waves: Sequence[str]) -> pd.DataFrame:
    """One row per linked person who has a figure both times."""
    # Two files may number their sittings alike: nothing is aligned by them.
    linked = people[people["linked"] == "yes"]
    linked = linked.assign(**{between: linked[between].astype("str").array})
    wide = linked.pivot(index=["respondent_id", between], columns="wave", values=column).reindex(columns=list(waves))
    return wide.dropna().reset_index(between)


def _moments(values: np.ndarray) -> tuple[int, float, float]:
    n = len(values)
    return n, float(values.mean()) if n else np.nan, float(values.var(ddof=1)) if n > 1 else np.nan


def _figures(statistic: str, told: Estimate) -> dict[str, object]:
    return {
        "statistic": statistic,
        "unit": "share",
        "estimate": told.estimate,
        "se": told.se,
        "low": told.low,
        "high": told.high,
    }
