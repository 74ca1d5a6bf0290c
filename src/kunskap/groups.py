"""Groups side by side on one scale: women and men, roles, organisations, ages, and role by sex."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import pandas as pd

from kunskap import compare, tables
from kunskap.bank import Bank
from kunskap.errors import KunskapError, fault

__all__ = ["APART", "VARIABLES", "by_rule", "side_by_side"]

VARIABLES = ("sex", "role", "orgtype", "agegroup", "age")

APART: Mapping[str, tuple[str, ...]] = {"sex": ("k", "m")}
"""Levels that are compared where a variable has others too: *annat* and *vill inte uppge* count in totals only."""
NO_ANSWER = "u"


def side_by_side(
    scores: pd.DataFrame,
    *,
    variables: Sequence[str] | None = None,
    within: Sequence[tuple[str, str]] = (("sex", "role"), ("role", "sex")),
    column: str = "total",
    level: float = 0.95,
    universe: str = "all",
) -> pd.DataFrame:
    """Compare every pair of groups of each variable: points, questions out of ten and Hedges' g.

    Parameters
    ----------
    scores : DataFrame
        As `kunskap.scoring.total` returns it, made of items that everybody was asked.
    variables : sequence of str, optional
        Background variables; without it those of `VARIABLES` that are there.  Each pair of levels is compared, the
        first in the bank's order minus the second.  Those who did not answer the background question are in none.
    within : sequence of (str, str)
        Comparisons of the first variable within each level of the second: women and men among politicians.  Those
        with a variable that is not there are left out.
    column : str
        The scale.
    level : float
        Coverage aimed at.
    universe : str
        Which people `scores` holds.

    Returns
    -------
    DataFrame
        An estimates table with all the variables as grouping columns: each group's ``mean``; then per pair, with the
        compared variable missing, ``difference`` (0–1), ``questions_of_ten`` (unit ``questions``: 0.8 is eight tenths
        of a question more right of ten), ``hedges_g``, ``p_welch`` and ``p_holm`` over all comparisons of this table:
        the family that is shown together.  A pair in which a group has fewer than two people is left out.

    Raises
    ------
    KunskapError
        ``EST-01`` for an unknown variable, ``EST-04`` for an unknown column, ``EST-11`` if no two groups can be
        compared.

    Notes
    -----
    `kunskap.compare.difference` pair by pair.  A difference between women and men is claimed only where it holds with
    don't know as wrong and as a guess: `by_rule` computes both.  With many pairs Holm's p rises; ask for the variables
    that the question is about, before the answers are seen.

    Examples
    --------
    >>> scores = pd.DataFrame({"sex": list("kkkmmm"), "role": ["pol"] * 6, "total": [0.4, 0.5, 0.6, 0.6, 0.7, 0.8]})
    >>> table = side_by_side(scores, variables=["sex"], within=[])
    >>> table.loc[table["statistic"] == "questions_of_ten", ["option", "estimate"]].round(2).values.tolist()
    [['k-m', -2.0]]
    """
    if variables is None:
        variables = [name for name in VARIABLES if name in scores.columns]
    within = [pair for pair in within if set(pair) <= set(scores.columns)]
    by = list(dict.fromkeys([*variables, *(name for pair in within for name in pair)]))
    unknown = [name for name in by if name not in scores.columns]
    if unknown:
        names = ", ".join(map(str, scores.columns))
        raise KunskapError(fault("EST-01", "variables", variable=one, expected=names, closest="–") for one in unknown)
    if column not in scores.columns:
        raise KunskapError([fault("EST-04", "column", column=column, closest="–")])
    known = scores[scores[column].notna()]
    rows: list[dict[str, object]] = []
    for variable, outer in [*((variable, None) for variable in variables), *within]:
        for pair in itertools.combinations(_levels(known[variable], variable), 2):
            both = known[known[variable].astype("str").isin(pair)]
            rows += _compared(both, variable, pair, outer, column=column, level=level, universe=universe)
    if not rows:
        raise KunskapError([fault("EST-11", "variables", by=", ".join(by) or "–")])
    table = tables.estimates(rows, by=by)
    table = table[~tables.row_keys(table).duplicated()].reset_index(drop=True)  # a group's mean is one figure
    return compare.with_holm(table, by)


def by_rule(
    responses: pd.DataFrame,
    *,
    bank: Bank,
    respondents: pd.DataFrame,
    variables: Sequence[str] = ("sex",),
    within: Sequence[tuple[str, str]] = (("sex", "role"),),
    level: float = 0.95,
    universe: str = "all",
) -> pd.DataFrame:
    """Compare groups with don't know as wrong and as a blind guess, and tell which differences hold under both.

    Parameters
    ----------
    responses, bank, respondents
        As in `kunskap.scoring.score`.
    variables, within, level, universe
        As in `side_by_side`.

    Returns
    -------
    DataFrame
        As `side_by_side`, of the scales ``total`` and ``total_chance`` (each with Holm's p over its own pairs); then
        for each pair ``claimed``, as `kunskap.compare.claims` has it.

    Raises
    ------
    KunskapError
        As `side_by_side` and `kunskap.compare.totals_by_rule`.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> bank = read_bank()
    >>> ids = [item.id for item in bank.items.values() if item.type == "single" and item.is_knowledge][:6]
    >>> right = {name: bank.items[name].key[0] for name in ids}
    >>> responses = pd.DataFrame([right, right | {ids[0]: "dk"}, right, right]).assign(
    ...     sitting_id=list("abcd"), respondent_id=list("abcd"), wave="1")
    >>> respondents = pd.DataFrame({"respondent_id": list("abcd"), "wave": "1", "sex": list("kkmm")})
    >>> table = by_rule(responses, bank=bank, respondents=respondents, within=[])
    >>> table.loc[table["statistic"] == "claimed", ["option", "estimate"]].values.tolist()
    [['k-m', 0.0]]
    """
    by = list(dict.fromkeys([*variables, *(name for pair in within for name in pair)]))
    people = compare.totals_by_rule(responses, bank=bank, respondents=respondents, by=by)
    parts = [
        side_by_side(people, variables=variables, within=within, column=column, level=level, universe=universe)
        for column in ("total", "total_chance")
    ]
    return compare.claims(pd.concat(parts, ignore_index=True), by=by)


def _levels(column: pd.Series, variable: str) -> list[str]:
    """The levels to compare, in the bank's order, with at least two people each."""
    categories = [str(name) for name in column.astype("category").cat.categories]
    counts = column.astype("str").value_counts()
    chosen = [name for name in APART.get(variable, categories) if name != NO_ANSWER]
    return [name for name in chosen if counts.get(name, 0) > 1]


def _compared(
    both: pd.DataFrame,
    variable: str,
    pair: tuple[str, str],
    outer: str | None,
    *,
    column: str,
    level: float,
    universe: str,
) -> list[dict[str, object]]:
    """The rows of one pair, within each level of `outer` that has two people on both sides."""
    by = [] if outer is None else [outer]
    if outer is not None:
        both = both[both[outer].astype("str").isin(_levels(both[outer], outer))]
        sizes = both.groupby([outer, variable], observed=True).size().unstack().reindex(columns=list(pair))
        full = set(sizes[(sizes.fillna(0) > 1).all(axis=1)].index.astype("str"))
        both = both[both[outer].astype("str").isin(full)]
    if both.empty:
        return []
    table = compare.difference(
        both, between=variable, levels=pair, by=by, columns=[column], level=level, universe=universe
    )
    keys = tables.row_keys(table)
    rows = []
    for key, row in zip(keys, table.to_dict("records"), strict=True):
        named = {str(name): value for name, value in row.items()}
        if named["statistic"] == "p_holm":
            continue  # the family is the whole table
        rows.append(named)
        if named["statistic"] == "difference":
            tenfold = {name: 10 * row[name] for name in ("estimate", "se", "low", "high")}
            rows.append(named | tenfold | {"statistic": "questions_of_ten", "unit": "questions", "inputs": (key,)})
    return rows
