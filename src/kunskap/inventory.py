"""The inventory's own set of tables: what the report shows, computed from one import."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import pandas as pd

from kunskap import compare, estimates, items, reliability, scoring, tables
from kunskap.bank import Bank
from kunskap.design import Design
from kunskap.errors import KunskapError, fault
from kunskap.readers import Import
from kunskap.scale_tables import scale_tables

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
        ``total_by_sex``, ``total_by_role`` (means, difference, Hedges g), ``total_by_body`` (role × organisation type),
        ``dont_know_rules``, ``distribution`` (by role), ``distribution_by_sex``, ``response_rate``, and each scale with
        its ``…_by_role``.  A comparison is left out where one of its groups has nobody, and totals where the form has
        fewer than six knowledge items.

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
    outcomes = scoring.outcomes(responses, bank=bank, respondents=respondents, by=by)
    made = {
        "knowledge": estimates.proportion(outcomes, design=design, level=level),
        "knowledge_by_role": estimates.proportion(outcomes, by=["role"], design=design, level=level),
    }
    of_two_sexes = outcomes[outcomes["sex"].isin(SEXES)]
    if len(of_two_sexes):
        made["knowledge_by_sex"] = estimates.proportion(of_two_sexes, by=["sex"], design=design, level=level)
    scores = scoring.score(responses, bank=bank, respondents=respondents, by=by)
    if len(scores.columns) - len(by) >= FEWEST_ITEMS:
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
            made["distribution_by_sex"] = distribution(of_two, bank=bank, by=["sex"], level=level)
        if set(SEXES) <= set(totals["sex"]):
            made["total_by_sex"] = compare.difference(totals, between="sex", levels=SEXES, level=level)
            made["dont_know_rules"] = compare.dont_know_rules(
                responses, bank=bank, respondents=respondents, level=level
            )
    if design is not None:
        bounds = estimates.bounds(outcomes, design=design, options=["right"])
        made["knowledge"] = pd.concat([made["knowledge"], bounds], ignore_index=True)
        made["response_rate"] = response_rate(responses, respondents=respondents, design=design)
    for scale in bank.scales:
        made |= scale_tables(responses, scale=scale, bank=bank, respondents=respondents, design=design, level=level)
    return made


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
        Scores with the knowledge items' columns; only sittings that reached every item count.
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
        An estimates table for the gate's ``internal`` view.
    """
    responses = completed(imported)
    # Knowledge only: a question that one role never met leaves nobody with every item, and it is another scale.
    asked = set(responses.columns)
    known = [item.id for item in bank.items.values() if item.is_knowledge and set(item.columns) & asked]
    scores = scoring.score(responses, bank=bank, items=known)
    parts = [
        items.facility(scores, level=level),
        items.discrimination(scores, level=level),
        reliability.alpha(scores, level=level),
    ]
    return pd.concat(parts, ignore_index=True)
