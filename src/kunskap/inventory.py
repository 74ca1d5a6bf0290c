"""The inventory's own set of tables: what the report shows, computed from one import."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import pandas as pd

from kunskap import compare, estimates, items, reliability, scoring, tables
from kunskap.asked import common_items, item_universes
from kunskap.bank import Bank
from kunskap.design import Design
from kunskap.errors import KunskapError, fault
from kunskap.readers import Import
from kunskap.scale_tables import scale_tables
from kunskap.tables import universe_filter

__all__ = ["completed", "distribution", "inventory", "item_statistics", "response_rate"]

ROLES = ("pol", "tjm")
SEXES = ("k", "m")
BINS = 4
# a mean of fewer questions says too little about a person to be shown
FEWEST_ITEMS = 6


def inventory(
    imported: Import, *, bank: Bank, design: Design | None = None, level: float = 0.95
) -> dict[str, pd.DataFrame]:
    """Compute every table of the report from the completed sittings.

    Parameters
    ----------
    imported : Import
        What a reader returned.
    bank : Bank
        Keys and scales.
    design : Design, optional
        The frame: response rates, finite-population intervals and bounds for non-response need it.
    level : float
        Coverage aimed at.

    Returns
    -------
    dict of str to DataFrame
        Estimates tables by name.  They are for the gate, not for readers: nothing in them is protected.
        ``knowledge``, ``knowledge_by_sex``, ``knowledge_by_role`` (shares of right, wrong, don't know, skip),
        ``total_by_sex``, ``total_by_role`` (means, difference, Hedges g), ``total_by_role_and_sex``,
        ``total_by_body`` (role × organisation type),
        ``dont_know_rules``, ``distribution`` (by role), ``distribution_by_sex``, ``response_rate``, and each scale with
        its ``…_by_role``.  A comparison is left out where one of its groups has nobody, and totals where the form has
        fewer than six knowledge items in common.

        Totals, their distribution and every comparison of them are made of the items that all were asked
        (`kunskap.asked`).  An item that the form keeps for one role has that role as its universe (``role=pol``) in
        the tables of items, and no rows for anyone else.

    Raises
    ------
    KunskapError
        ``INV-01`` if nobody completed the form.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> from kunskap.content import data_folder
    >>> from kunskap.readers import read_responses
    >>> bank = read_bank()
    >>> demo = read_responses(data_folder() / "demo" / "limesurvey_2016_simulerad.csv", bank=bank, wave="2016")
    >>> tables = inventory(demo, bank=bank)
    >>> sorted(tables)[:3]
    ['ability', 'ability_by_role', 'conditions']
    """
    responses, respondents = completed(imported), imported.respondents
    if responses.empty:
        raise KunskapError([fault("INV-01", "", sittings=len(imported.responses))])
    by = ["role", "orgtype", "sex"]
    made = _knowledge(responses, bank=bank, respondents=respondents, design=design, level=level)
    common = common_items(responses, bank=bank)
    if len(common) >= FEWEST_ITEMS:
        scores = scoring.score(responses, bank=bank, respondents=respondents, by=by, items=common)
        totals = scoring.total(scores, bank=bank)
        made["total"] = estimates.mean(totals, columns=["total"], design=design, level=level)
        made["total_by_body"] = estimates.mean(
            totals, by=["role", "orgtype"], columns=["total"], design=design, level=level
        )
        made["distribution"] = distribution(scores, bank=bank, by=["role"], level=level)
        if set(ROLES) <= set(totals["role"]):
            made["total_by_role"] = compare.difference(totals, between="role", levels=ROLES, level=level)
        of_two = scores[scores["sex"].isin(SEXES)]
        if len(of_two):
            # women and men side by side within each role too: what differs by role may be a difference by sex
            made["total_by_role_and_sex"] = estimates.mean(
                totals[totals["sex"].isin(SEXES)], by=["role", "sex"], columns=["total"], design=design, level=level
            )
            made["distribution_by_sex"] = distribution(of_two, bank=bank, by=["sex"], level=level)
        if set(SEXES) <= set(totals["sex"]):
            made["total_by_sex"] = compare.difference(totals, between="sex", levels=SEXES, level=level)
            made["dont_know_rules"] = compare.dont_know_rules(
                responses, bank=bank, respondents=respondents, level=level
            )
    if design is not None:
        made["response_rate"] = response_rate(responses, respondents=respondents, design=design)
    for scale in bank.scales:
        made |= scale_tables(responses, scale=scale, bank=bank, respondents=respondents, design=design, level=level)
    return made


def _knowledge(
    responses: pd.DataFrame, *, bank: Bank, respondents: pd.DataFrame, design: Design | None, level: float
) -> dict[str, pd.DataFrame]:
    """Outcome shares of each item: all together (with bounds for who did not answer), by sex and by role."""
    outcomes = scoring.outcomes(responses, bank=bank, respondents=respondents, by=["role", "sex"])
    universes = item_universes(responses, bank=bank)
    parts: dict[str, list[pd.DataFrame]] = {"knowledge": [], "knowledge_by_role": [], "knowledge_by_sex": []}
    for universe in sorted(set(universes.values()), key=lambda universe: (universe != "all", universe)):
        names = [name for name, own in universes.items() if own == universe]
        asked = outcomes[_is_in(universe, responses, respondents)]
        if asked.empty:
            continue
        of_two_sexes = asked[asked["sex"].isin(SEXES)]
        for table, people, by in (
            ("knowledge", asked, []),
            ("knowledge_by_role", asked, ["role"]),
            ("knowledge_by_sex", of_two_sexes, ["sex"]),
        ):
            if len(people):
                shares = estimates.proportion(people, by=by, items=names, design=design, level=level, universe=universe)
                parts[table].append(shares)
        if design is not None and design.size({}, universe):
            bounds = estimates.bounds(asked, items=names, design=design, options=["right"], universe=universe)
            parts["knowledge"].append(bounds)
    return {name: pd.concat(listed, ignore_index=True) for name, listed in parts.items() if listed}


def _is_in(universe: str, responses: pd.DataFrame, respondents: pd.DataFrame) -> np.ndarray:
    """Which sittings are of the universe's people."""
    wanted = universe_filter(universe)
    people = responses[["respondent_id", "wave"]].merge(respondents, on=["respondent_id", "wave"], how="left")
    inside = [people[variable].astype("str").eq(level).to_numpy() for variable, level in wanted.items()]
    return np.logical_and.reduce(inside) if inside else np.ones(len(responses), dtype=bool)


def completed(imported: Import) -> pd.DataFrame:
    """The sittings that were sent in; those that broke off are told of, but not analysed here.

    Some survey tools hold only what was sent in, so that this is also what makes reports from different tools alike.
    """
    return imported.responses[imported.responses["completed_at"].notna()]


def distribution(scores: pd.DataFrame, *, bank: Bank, by: Sequence[str] = (), level: float = 0.95) -> pd.DataFrame:
    """Compute the shares of people with few to many points, in bins of whole points.

    Parameters
    ----------
    scores : DataFrame
        Scores of the knowledge items that all were asked; only sittings that reached every one of them count.
    bank : Bank
        Says which items are knowledge.
    by : sequence of str
        Grouping columns.
    level : float
        Coverage aimed at.

    Returns
    -------
    DataFrame
        An estimates table: scale ``total``, option ``"0-3"`` and so on (points, both ends included).
    """
    asked = [name for name in scores.columns if name in bank.items and bank.items[name].is_knowledge]
    reached = scores.dropna(subset=asked)
    points = np.floor(reached[asked].sum(axis=1) + 1e-9)
    # the last bin takes the one point more that full marks need
    edges = [*(step * (len(asked) // BINS) for step in range(BINS)), len(asked) + 1]
    names = [f"{low}-{high - 1}" for low, high in itertools.pairwise(edges)]
    binned = reached[list(by)].assign(total=pd.cut(points, edges, right=False, labels=names))
    table = estimates.proportion(binned, by=by, items=["total"], level=level)
    return table.assign(scale=table["item"], item=pd.Series(pd.NA, index=table.index, dtype="str"))


def response_rate(responses: pd.DataFrame, *, respondents: pd.DataFrame, design: Design) -> pd.DataFrame:
    """Compute how many of the frame answered: by role, and by role and sex.

    Returns
    -------
    DataFrame
        An estimates table: statistic ``response_rate``, count = persons who answered, n = persons in the frame.  No
        interval: it is a count, not a sample.  The rows by sex are of a scale of their own, ``response_by_sex``: the
        frame knows every person as a woman or a man, but some who answered did not say, so these rates are a least
        possible one and do not add up to the role's.
    """
    persons = responses[["respondent_id", "wave"]].drop_duplicates().merge(respondents, on=["respondent_id", "wave"])
    rows = []
    for role in ROLES:
        for sex in (None, *SEXES):
            groups = {"role": role} | ({} if sex is None else {"sex": sex})
            size = design.size(groups)
            answered = int(np.logical_and.reduce([persons[name] == value for name, value in groups.items()]).sum())
            if size and answered <= size:
                rows.append(
                    groups
                    | {"scale": "response" if sex is None else "response_by_sex"}
                    | {"universe": "all", "statistic": "response_rate", "unit": "share"}
                    | {"count": answered, "n": size, "estimate": answered / size}
                )
    return tables.estimates(rows, by=["role", "sex"])


def item_statistics(imported: Import, *, bank: Bank, level: float = 0.95) -> pd.DataFrame:
    """Compute how the questions worked, for staff only: facility, discrimination and alpha over everyone.

    Returns
    -------
    DataFrame
        An estimates table for the gate's ``internal`` view.  An item of one role has its facility there (universe
        ``role=pol``) and no more: discrimination and alpha need everyone's answers to every item, and the gate lets
        them out for everyone only.  `kunskap.pilot.verdicts` judges such an item within its role.
    """
    responses = completed(imported)
    # Knowledge only: rated items are another scale.
    universes = item_universes(responses, bank=bank)
    scores = scoring.score(responses, bank=bank, items=list(universes))
    parts = []
    for universe in dict.fromkeys(["all", *universes.values()]):
        names = [name for name, own in universes.items() if own == universe]
        asked = scores.loc[_is_in(universe, responses, imported.respondents), names]
        if names and len(asked):
            parts.append(items.facility(asked, level=level, universe=universe))
    common = scores[[name for name, universe in universes.items() if universe == "all"]]
    parts += [items.discrimination(common, level=level), reliability.alpha(common, level=level)]
    return pd.concat(parts, ignore_index=True)
