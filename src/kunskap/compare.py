"""Two groups side by side: how far apart, how sure, and whether don't know explains it.

No finite-population correction here: a difference is read as a statement about more than those who happened to answer.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaln, nctdtr, stdtr, stdtrit

from kunskap import tables
from kunskap.asked import common_items
from kunskap.bank import Bank
from kunskap.errors import KunskapError, fault
from kunskap.estimates import mean
from kunskap.grouping import checked_level, group_moments, groups_of, is_share, score_columns
from kunskap.judging import OUTCOMES, outcomes_of
from kunskap.scoring import outcomes, score, total

__all__ = ["claims", "difference", "dont_know_rules", "hedges_g", "holm", "noncentrality", "totals_by_rule", "welch"]


def difference(
    scores: pd.DataFrame,
    *,
    between: str = "sex",
    levels: tuple[str, str] = ("k", "m"),
    by: Sequence[str] = (),
    columns: Sequence[str] | None = None,
    level: float = 0.95,
    universe: str = "all",
) -> pd.DataFrame:
    """Compare the means of two groups: difference with Welch's interval, Hedges' g, p and Holm's p.

    Parameters
    ----------
    scores : DataFrame
        As `total` or `scale_scores` return it.
    between : str
        The variable that tells the groups apart.
    levels : tuple of two str
        The first minus the second: women minus men by default; ``("pol", "tjm")`` for role.
    by : sequence of str
        Compare within each of these groups.
    columns : sequence of str, optional
        Scales; without it every float column.
    level : float
        Coverage aimed at.
    universe : str
        Which people `scores` holds.

    Returns
    -------
    DataFrame
        An estimates table with `by` and `between` as grouping columns.  First the two ``mean`` rows of each comparison,
        then, with `between` missing and ``option`` "k-m": ``difference``, ``hedges_g`` (unit ``sd``), ``p_welch`` and
        ``p_holm`` (over all comparisons of this table; unit ``p``).  `inputs` names the rows each was computed from.
        n is the sum of both groups.  With fewer than two people in a group (see n of the means) all four are missing,
        with no spread in either all but the difference.

    Raises
    ------
    KunskapError
        ``EST-01`` … ``EST-05``, and ``EST-09`` for a group that the variable does not have.

    Notes
    -----
    Welch (1947) with Satterthwaite's degrees of freedom; `hedges_g`; Holm (1979).  Checked against
    ``scipy.stats.ttest_ind``, ``pingouin.ttest``, ``statsmodels`` ``multipletests``, and R (``tests/reference``).

    Examples
    --------
    >>> scores = pd.DataFrame({"sex": list("kkkmmm"), "total": [0.4, 0.5, 0.6, 0.6, 0.7, 0.8]})
    >>> table = difference(scores).query("statistic == 'difference'")
    >>> table[["option", "n", "estimate", "low", "high"]].round(2).values.tolist()
    [['k-m', 6, -0.2, -0.43, 0.03]]
    """
    checked_level(level)
    chosen = score_columns(scores, columns, [*by, between])
    groups_of(scores, [between])  # names an unknown variable before its levels are looked at
    _check_levels(scores[between], between, levels)
    both = scores[scores[between].astype("str").isin(levels)]
    means = mean(both, by=[*by, between], columns=chosen, level=level, universe=universe)
    means["key"] = tables.row_keys(means)
    keys = means.set_index([*by, between, "scale"])["key"].to_dict()
    groups, codes = groups_of(both, [*by, between])
    n, averages, variances = group_moments(both[chosen].to_numpy(dtype=float), codes, len(groups))
    place = {tuple(group.values()): g for g, group in enumerate(groups)}
    rows: list[dict[str, object]] = []
    for where in dict.fromkeys(tuple(group[name] for name in by) for group in groups):
        pair = [place.get((*where, one)) for one in levels]
        for c, column in enumerate(chosen):
            moments = [(0, np.nan, np.nan) if g is None else (n[g, c], averages[g, c], variances[g, c]) for g in pair]
            common: dict[str, object] = {**dict(zip(by, where, strict=True)), "universe": universe, "scale": column}
            common |= {"option": "-".join(levels), "n": sum(int(size) for size, *_ in moments)}
            sources = (keys.get((*where, one, column)) for one in levels)
            common["inputs"] = tuple(key for key in sources if key is not None)
            unit = "share" if is_share(both[column]) else "points"
            rows += [common | figure for figure in _compared(*moments, unit=unit, level=level)]
    table = tables.estimates([*_rows(means.drop(columns="key")), *rows], by=[*by, between])
    return with_holm(table, [*by, between])


def _check_levels(column: pd.Series, between: str, levels: tuple[str, str]) -> None:
    """Refuse a level that the variable does not have, and a comparison of a group with itself."""
    known = [str(name) for name in column.astype("category").cat.categories]
    wrong = [one for one in levels if one not in known] or [levels[0]] * (len(set(levels)) != 2)
    if wrong:
        expected = ", ".join(known)
        raise KunskapError(fault("EST-09", "levels", level=one, variable=between, expected=expected) for one in wrong)


def _compared(
    first: tuple[int, float, float], second: tuple[int, float, float], *, unit: str, level: float
) -> list[dict[str, object]]:
    """The rows of one comparison but Holm's; all figures missing where a group has fewer than two people."""
    if min(first[0], second[0]) < 2:
        first, second = (first[0], np.nan, np.nan), (second[0], np.nan, np.nan)
    estimate, se, low, high, p = welch(first, second, level=level)
    g, g_low, g_high = hedges_g(first, second, level=level)
    return [
        {"statistic": "difference", "unit": unit, "estimate": estimate, "se": se, "low": low, "high": high},
        {"statistic": "hedges_g", "unit": "sd", "estimate": g, "low": g_low, "high": g_high},
        {"statistic": "p_welch", "unit": "p", "estimate": p},
    ]


def welch(
    first: tuple[int, float, float], second: tuple[int, float, float], *, level: float = 0.95
) -> tuple[float, float, float, float, float]:
    """Compute Welch's comparison of two means from n, mean and variance of each group.

    Returns
    -------
    tuple of float
        Difference, se, low, high, p (two-sided); the last three are missing where the standard error is 0 or missing.

    Notes
    -----
    Welch (1947), Biometrika 34; Satterthwaite's df = (v₁ + v₂)² / (v₁²/(n₁−1) + v₂²/(n₂−1)) with v = s²/n.

    Examples
    --------
    >>> [round(float(figure), 3) for figure in welch((10, 0.75, 3.2005), (10, 2.33, 4.009))]
    [-1.58, 0.849, -3.365, 0.205, 0.079]
    """
    (n1, mean1, var1), (n2, mean2, var2) = first, second
    if min(n1, n2) < 2 or not var1 + var2 > 0:
        return (mean1 - mean2, 0.0 if var1 + var2 == 0 else np.nan, np.nan, np.nan, np.nan)
    v1, v2 = var1 / n1, var2 / n2
    se = np.sqrt(v1 + v2)
    df = (v1 + v2) ** 2 / (v1**2 / (n1 - 1) + v2**2 / (n2 - 1))
    gap, half = mean1 - mean2, -stdtrit(df, (1 - level) / 2) * se
    return gap, float(se), gap - half, gap + half, float(2 * stdtr(df, -abs(gap) / se))


def hedges_g(
    first: tuple[int, float, float], second: tuple[int, float, float], *, level: float = 0.95
) -> tuple[float, float, float]:
    """Compute Hedges' g with its interval from n, mean and variance of each group.

    Returns
    -------
    tuple of float
        g, low, high; missing where the pooled variance is 0 or missing.

    Notes
    -----
    g = J d, d = (mean₁ − mean₂)/s with the pooled s, and the exact J = Γ(m/2) / (√(m/2) Γ((m−1)/2)), m = n₁ + n₂ − 2
    (Hedges 1981, Journal of Educational Statistics 6).  Interval: the noncentral t distribution's, times J, as R's
    *effectsize* has it (``tests/reference/two_groups.csv``); a normal one would be narrower in small groups.

    Examples
    --------
    >>> [round(figure, 2) for figure in hedges_g((19, 17.147, 14.699), (13, 24.392, 38.026))]
    [-1.44, -2.21, -0.65]
    """
    (n1, mean1, var1), (n2, mean2, var2) = first, second
    m = n1 + n2 - 2
    if min(n1, n2) < 2 or not var1 + var2 > 0:
        return np.nan, np.nan, np.nan
    pooled = np.sqrt(((n1 - 1) * var1 + (n2 - 1) * var2) / m)
    d, scale = (mean1 - mean2) / pooled, np.sqrt(1 / n1 + 1 / n2)
    j = float(np.exp(gammaln(m / 2) - gammaln((m - 1) / 2)) / np.sqrt(m / 2))
    low, high = noncentrality(d / scale, m, level)
    return float(j * d), float(j * low * scale), float(j * high * scale)


def noncentrality(t: float, df: int, level: float) -> tuple[float, float]:
    """Find the noncentrality parameters under which a t as high, and as low, as this has probability (1 − level)/2.

    Examples
    --------
    >>> [round(float(limit), 2) for limit in noncentrality(2.0, 20, 0.95)]
    [-0.08, 4.03]
    """
    # It takes as long to import as all of kunskap; only an interval for g waits for it.
    from scipy import optimize

    tail = (1 - level) / 2

    def solve(probability: float) -> float:
        def gap(centre: float) -> float:
            below = float(nctdtr(df, centre, t))
            # Far out in a tail the routine gives up; there the probability is 0 or 1 to all digits.
            return (below if below == below else float(centre < t)) - probability

        reach = 4 * float(np.sqrt(1 + t**2 / (2 * df)))
        while gap(t - reach) < 0 or gap(t + reach) > 0:
            reach *= 2
        return float(optimize.brentq(gap, t - reach, t + reach, xtol=1e-10))

    return solve(1 - tail), solve(tail)


def holm(p: ArrayLike) -> NDArray[np.float64]:
    """Adjust p-values for their number by Holm's step-down method; missing ones stay missing and are not counted.

    Notes
    -----
    Holm (1979), Scandinavian Journal of Statistics 6.  Checked against statsmodels' ``multipletests``.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03, float("nan")]).round(2).tolist()
    [0.03, 0.06, 0.06, nan]
    """
    values = np.asarray(p, dtype=float)
    adjusted = np.full(values.shape, np.nan)
    order = np.argsort(values)[: int((~np.isnan(values)).sum())]
    steps = values[order] * np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(1, np.maximum.accumulate(steps))
    return adjusted


def _rows(table: pd.DataFrame) -> list[dict[str, object]]:
    """The rows of an estimates table, to make another of."""
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def with_holm(table: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Add Holm's p to each comparison; it is computed from every p that is no greater than its own."""
    keys = tables.row_keys(table)
    tested = table[table["statistic"] == "p_welch"]
    rows, p = [], tested["estimate"].to_numpy()
    for own, row, adjusted in zip(p, _rows(tested), holm(p), strict=True):
        used = tuple(keys[tested.index[p <= own]]) or row["inputs"]
        rows.append(row | {"statistic": "p_holm", "estimate": adjusted, "inputs": used})
    return tables.estimates([*_rows(table), *rows], by=by)


def dont_know_rules(
    responses: pd.DataFrame,
    *,
    bank: Bank,
    respondents: pd.DataFrame,
    between: str = "sex",
    levels: tuple[str, str] = ("k", "m"),
    level: float = 0.95,
    universe: str = "all",
) -> pd.DataFrame:
    """Compare the totals of two groups with don't know as wrong and as chance, and their don't-knows themselves.

    Men guess more; where women choose don't know, a scoring that gives it nothing makes a difference in knowledge out
    of a difference in guessing (Mondak & Anderson 2004).  So a difference is claimed only where both rules show it.

    Parameters
    ----------
    responses, bank, respondents
        As in `kunskap.scoring.score`.
    between, levels, level, universe
        As in `difference`.

    Returns
    -------
    DataFrame
        An estimates table with `between` as grouping column: ``mean`` and ``difference`` of the scales ``total`` (don't
        know 0), ``total_chance`` (don't know as a blind guess), and each person's share of ``right``, ``partly`` (only
        if the form has such items), ``wrong``, ``dk`` and ``skip`` among the items reached.  Last the row ``claimed``
        (unit ``flag``): 1 if the intervals of both differences lie on the same side of 0, else 0; missing if one is
        missing.  People who reached fewer than six knowledge items are left out of all of it.  Only items that all
        were asked count (`kunskap.asked`).

    Raises
    ------
    KunskapError
        As `totals_by_rule` and `difference`.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> bank = read_bank()
    >>> ids = [item.id for item in bank.items.values() if item.type == "single" and item.is_knowledge][:6]
    >>> right = {name: bank.items[name].key[0] for name in ids}
    >>> responses = pd.DataFrame([right, right | {ids[0]: "dk"}, right, right]).assign(
    ...     sitting_id=list("abcd"), respondent_id=list("abcd"), wave="1")
    >>> respondents = pd.DataFrame({"respondent_id": list("abcd"), "wave": "1", "sex": list("kkmm")})
    >>> table = dont_know_rules(responses, bank=bank, respondents=respondents)
    >>> table.loc[table["statistic"] == "claimed", "estimate"].tolist()
    [0.0]
    """
    known = [bank.items[name] for name in bank.items if name in common_items(responses, bank=bank)]
    people = totals_by_rule(responses, bank=bank, respondents=respondents, by=[between])
    ids = [item.id for item in known]
    told = outcomes(responses, bank=bank, items=ids)
    reached = told.notna().sum(axis=1)
    possible = {outcome for item in known for outcome in outcomes_of(item)}
    for outcome in OUTCOMES:
        if outcome in possible:
            people[outcome] = ((told == outcome).sum(axis=1) / reached).where(people["total"].notna())
    table = difference(people, between=between, levels=levels, level=level, universe=universe)
    table = table[table["statistic"].isin(["mean", "difference"])].reset_index(drop=True)
    return claims(table, by=[between])


def totals_by_rule(
    responses: pd.DataFrame, *, bank: Bank, respondents: pd.DataFrame | None = None, by: Sequence[str] = ()
) -> pd.DataFrame:
    """Average each person's answers to what everybody was asked, under both rules for don't know.

    Parameters
    ----------
    responses, bank, respondents, by
        As in `kunskap.scoring.score`.

    Returns
    -------
    DataFrame
        Index ``sitting_id``; the columns of `by`; ``total`` (don't know 0) and ``total_chance`` (don't know as a blind
        guess), 0–1, missing for people who reached fewer than six.

    Raises
    ------
    KunskapError
        ``EST-10`` where a person stands on several rows: two waves are no two people.  As `score` and `total`.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> bank = read_bank()
    >>> ids = [item.id for item in bank.items.values() if item.type == "single" and item.is_knowledge][:6]
    >>> responses = pd.DataFrame([dict.fromkeys(ids, "dk")]).assign(sitting_id="s1")
    >>> totals_by_rule(responses, bank=bank).round(2).values.tolist()
    [[0.0, 0.25]]
    """
    common = common_items(responses, bank=bank)
    if "respondent_id" in responses:
        person = responses["respondent_id"].dropna()
        if person.duplicated().any():
            raise KunskapError([fault("EST-10", "responses", count=person[person.duplicated()].nunique())])
    items = [name for name in bank.items if name in common]
    people, chance = (
        total(score(responses, bank=bank, respondents=respondents, by=by, items=items, dont_know=rule), bank=bank)
        for rule in ("wrong", "chance")
    )
    return people.assign(total_chance=chance["total"].array)


def claims(table: pd.DataFrame, *, by: Sequence[str], statistics: Sequence[str] = ("difference",)) -> pd.DataFrame:
    """Add to every difference in ``total`` whether it holds under both rules for don't know.

    Parameters
    ----------
    table : DataFrame
        An estimates table with rows of the scales ``total`` and ``total_chance``.
    by : sequence of str
        Its grouping columns.
    statistics : sequence of str
        The statistics that are differences; no two of them with the same groups and option.

    Returns
    -------
    DataFrame
        The table and, last, rows ``claimed`` (unit ``flag``): 1 if the intervals of both differences lie on the same
        side of 0, else 0; missing if one is missing.

    Examples
    --------
    >>> row = {"universe": "all", "option": "k-m", "statistic": "difference", "unit": "share", "n": 9, "estimate": 0.2}
    >>> rows = [row | {"scale": scale, "low": low, "high": 2} for scale, low in zip(["total", "total_chance"], [1, -1])]
    >>> claims(tables.estimates(rows), by=[])["estimate"].tolist()
    [0.2, 0.2, 0.0]
    """
    keys = tables.row_keys(table)
    rows = []
    differences = table[table["statistic"].isin(list(statistics)) & table["scale"].isin(["total", "total_chance"])]
    for _, pair in differences.sort_values("scale").groupby(
        [*by, "universe", "statistic", "option"], sort=False, dropna=False
    ):
        if set(pair["scale"]) != {"total", "total_chance"}:
            continue
        sides = np.where(pair["low"] > 0, 1.0, np.where(pair["high"] < 0, -1.0, 0.0))
        claimed = float(sides[0] == sides[1] != 0) if pair["low"].notna().all() else np.nan
        empty = dict.fromkeys(("se", "low", "high"), np.nan) | {"inputs": tuple(keys[pair.index])}
        rows.append(_rows(pair)[0] | {"statistic": "claimed", "unit": "flag", "estimate": claimed} | empty)
    return tables.estimates([*_rows(table), *rows], by=list(by))
