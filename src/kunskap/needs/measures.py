"""What each group did not know, and what its people say that they cannot do without support, module by module."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from kunskap import estimates, scoring, tables
from kunskap.asked import item_universes
from kunskap.bank import DONT_KNOW, SKIP, Bank
from kunskap.errors import KunskapError, fault
from kunskap.needs.modules import Module

__all__ = ["needs"]


def needs(
    responses: pd.DataFrame,
    *,
    bank: Bank,
    respondents: pd.DataFrame,
    modules: Sequence[Module],
    by: Sequence[str] = ("role",),
    level: float = 0.95,
    universe: str = "all",
) -> pd.DataFrame:
    """Compute, per group and module, how many did not know and how many say that they need support.

    Parameters
    ----------
    responses, bank, respondents
        As in `kunskap.scoring.score`; one sitting per person.
    modules : sequence of Module
        From `read_modules`.
    by : sequence of str
        Background variables that make the groups.
    level : float
        Coverage aimed at.
    universe : str
        Which people the answers are from.

    Returns
    -------
    DataFrame
        An estimates table by `by` and ``module``.  First, with the module missing, the ``share`` rows of all items;
        then the ``need`` rows, one per item and module: option ``not_right`` (1 − the share right: wrong, don't know
        and skip) for knowledge items, and ``support`` for tasks: of those whose assignment it is (not don't know, not
        skip) those who cannot do it without support.  Items, not areas: of two questions no mean is made.

    Raises
    ------
    KunskapError
        ``NEEDS-06`` if no item belongs to a module; as `kunskap.scoring.outcomes`.

    Notes
    -----
    Wilson intervals without finite-population correction: wider than for describing, which is the careful side when
    training is planned from them.  A group's n may differ between items that only its role was asked.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> from kunskap.needs.modules import read_modules
    >>> bank = read_bank()
    >>> key = bank.items["goals01"].key[0]
    >>> responses = pd.DataFrame({"sitting_id": list("abc"), "respondent_id": list("abc"), "wave": "1",
    ...                           "goals01": [key, "dk", "dk"]})
    >>> respondents = pd.DataFrame({"respondent_id": list("abc"), "wave": "1", "role": "pol"})
    >>> table = needs(responses, bank=bank, respondents=respondents, modules=read_modules(bank=bank))
    >>> table.loc[table["statistic"] == "need", ["role", "module", "item", "n", "estimate"]].round(2).values.tolist()
    [['pol', 'goals', 'goals01', 3, 0.67]]
    """
    present = list(dict.fromkeys(str(column).split(".")[0] for column in responses.columns))
    known = [name for name in present if name in bank.items and bank.items[name].is_knowledge]
    asked = {name for module in modules for name in module.tasks}
    tasks = [name for name in present if name in asked]
    module_of = {area: module.id for module in modules for area in module.areas}
    items = [name for name in known if (bank.items[name].area or "") in module_of]
    if not items and not tasks:
        raise KunskapError([fault("NEEDS-06", "responses")])
    parts = []
    for people, names in _by_universe(responses, items, bank=bank, by=by, universe=universe).items():
        told = scoring.outcomes(responses, bank=bank, respondents=respondents, by=by, items=names)
        parts.append(estimates.proportion(told, by=by, items=names, level=level, universe=people))
    if tasks:
        chosen = scoring.answers(responses, bank=bank, respondents=respondents, by=by, items=tasks)
        parts.append(estimates.proportion(chosen, by=by, items=tasks, level=level, universe=universe))
    shares = pd.concat(parts, ignore_index=True)
    shares = shares[shares["n"] > 0].reset_index(drop=True)
    shares["key"] = tables.row_keys(shares)
    rows = []
    for (*_, item), own in shares.groupby([*by, "item"], sort=False, observed=True):
        make = _not_right if item in items else _support
        figure = make(own, bank=bank, item=str(item), level=level)
        where = {name: own[name].iloc[0] for name in by}
        area = bank.items[str(item)].area or ""
        homes = [module_of[area]] if item in items else [module.id for module in modules if item in module.tasks]
        common_row = {"universe": own["universe"].iloc[0], "item": item, "statistic": "need", "unit": "share"}
        rows += [where | common_row | figure | {"module": home} for home in homes]
    listed = [{str(k): v for k, v in row.items()} for row in shares.drop(columns="key").to_dict("records")]
    return tables.estimates([*listed, *rows], by=[*by, "module"])


def _by_universe(
    responses: pd.DataFrame, items: Sequence[str], *, bank: Bank, by: Sequence[str], universe: str
) -> dict[str, list[str]]:
    """The items by the people who were asked; where the groups already tell of the role it is not said twice."""
    asked = item_universes(responses, bank=bank)
    found: dict[str, list[str]] = {}
    for name in items:
        own = asked.get(name, "all")
        is_told = set(tables.universe_filter(own)) <= {*by, *tables.universe_filter(universe)}
        people = tables.canonical_universe(tables.universe_filter(universe) | tables.universe_filter(own))
        found.setdefault(universe if is_told else people, []).append(name)
    return found


def _not_right(own: pd.DataFrame, *, bank: Bank, item: str, level: float) -> dict[str, object]:
    """All but the right; the interval is that of the right, turned round."""
    row = own[own["option"] == "right"].iloc[0]
    return {
        "option": "not_right",
        "n": row["n"],
        "estimate": 1 - row["estimate"],
        "se": row["se"],
        "low": 1 - row["high"],
        "high": 1 - row["low"],
        "inputs": (row["key"],),
    }


def _support(own: pd.DataFrame, *, bank: Bank, item: str, level: float) -> dict[str, object]:
    """Of those whose task it is, those who cannot do it alone: every rated option below the highest value."""
    values = {option.id: option.value for option in bank.items[item].options if option.value is not None}
    alone = [name for name, value in values.items() if value == max(values.values())]
    outside = own[own["option"].isin([DONT_KNOW, SKIP])]
    able = int(own.loc[own["option"].isin(alone), "count"].sum())
    n = int(own["n"].iloc[0] - outside["count"].sum())
    lacks = n - able
    low, high = estimates.wilson([lacks], [n], level=level) if n else ([np.nan], [np.nan])
    share = lacks / n if n else np.nan
    return {
        "option": "support",
        "n": n,
        "estimate": share,
        "se": float(np.sqrt(share * (1 - share) / (n - 1))) if n > 1 else np.nan,
        "low": float(low[0]),
        "high": float(high[0]),
        "inputs": tuple(own["key"]),
    }
