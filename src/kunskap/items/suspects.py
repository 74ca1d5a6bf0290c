"""Items that something is wrong with, and what, in words.  For staff's own screen only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from kunskap.bank import DONT_KNOW, SKIP, Bank
from kunskap.grouping import checked_level
from kunskap.items.crossing import Crossing, crossings, spread_of_crossings
from kunskap.items.evidence import FEWEST_PEOPLE, LOWEST_DISCRIMINATION, dead_options, margins, rival_option
from kunskap.spread import fisher_interval
from kunskap.words import Words

__all__ = ["FAULTS", "suspects"]

FAULTS = ("too_few", "rival", "negative", "weak", "unknown", "nobody", "dead")
Figures = tuple[int, float, float, float]
COLUMNS = ["item", "fault", "option", "n", "estimate", "low", "high", "reason"]
FEWEST_FOR_MARGINS = 4


def suspects(
    responses: pd.DataFrame,
    *,
    bank: Bank,
    words: Words,
    items: Sequence[str] | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Name what is wrong with the knowledge items, and how much so many answers can say of it.

    Parameters
    ----------
    responses, bank, items
        As in `analysis`.
    words : Words
        In whose language the reasons are.
    level : float
        Coverage of the intervals that "surely" rests on.

    Returns
    -------
    DataFrame
        One row per fault, in the order of the items; empty if nothing was found: item, fault (`FAULTS`), option (""
        where the fault is the item's own), n, estimate, low, high (of the correlation or share in question), reason.
        It is no estimates table, so that it cannot leave.

        - *too_few*: fewer than 30 reached every item; nothing else is then said of the item.
        - *rival*: an option that is not the key surely goes with the rest of the test, and better than the key does:
          the key may be wrong.
        - *negative*: those who know the rest do worse on the item; *weak*: its correlation with the rest surely is
          below .20; *unknown*: everyone got the same on it.
        - *nobody*: no one at all took the option, and those who were wrong were enough for that to be no chance;
          *dead*: hardly anyone did, see `kunskap.items.evidence.dead_options`.

    Raises
    ------
    KunskapError
        As `analysis`.

    Notes
    -----
    The rules are those of `kunskap.pilot.verdicts`, which also asks whether an item is too easy or too hard, and what
    to do about it.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> from kunskap.words import read_words
    >>> bank = read_bank()
    >>> ids = [item.id for item in bank.items.values() if item.is_knowledge and item.type == "single"][:6]
    >>> responses = pd.DataFrame({"sitting_id": range(20)} | {name: bank.items[name].key * 20 for name in ids})
    >>> suspects(responses, bank=bank, words=read_words())["fault"].unique().tolist()
    ['too_few']
    """
    checked_level(level)
    found = crossings(responses, bank=bank, items=items)
    correlations = spread_of_crossings(found).item_rest
    rows = []
    for crossing, r in zip(found, correlations, strict=True):
        n, item = crossing.n, crossing.item
        low, high = fisher_interval(np.asarray(r), n, level)
        own = (n, float(r), float(low), float(high))
        told = {"n": words.count(n), "fewest": words.count(FEWEST_PEOPLE), "right": ", ".join(item.key)}
        told |= _carried(n, words, level)
        for fault, option, people, *figures in _faults(crossing, own, level):
            numbers = dict(zip(("estimate", "low", "high"), figures, strict=True))
            shown = {name: words.number(value, decimals=2) for name, value in numbers.items()}
            reason = words(f"items.suspect.{fault}", option=option, **told, **shown)
            rows.append({"item": item.id, "fault": fault, "option": option, "n": people} | numbers | {"reason": reason})
    return pd.DataFrame(rows, columns=COLUMNS)


def _carried(n: int, words: Words, level: float) -> dict[str, str]:
    """How far a facility of a half and a discrimination of .3 reach to each side with so many people."""
    share, correlation = margins(n, level=level) if n >= FEWEST_FOR_MARGINS else (np.nan, np.nan)
    return {
        "share_margin": words.number(100 * share, decimals=0),
        "r_margin": words.number(correlation, decimals=2),
    }


def _faults(crossing: Crossing, own: Figures, level: float) -> Iterator[tuple[str, str, int, float, float, float]]:
    """Every fault of one item: its name, the option, n, the figure and its limits."""
    item, n = crossing.item, crossing.n
    if n < FEWEST_PEOPLE:
        yield "too_few", "", *own
        return
    places = {name: place for place, name in enumerate(crossing.options) if name not in (DONT_KNOW, SKIP)}
    with_rest = crossing.option_rest()
    correlations = {name: float(with_rest[place]) for name, place in places.items()}
    rival = rival_option(correlations, key=item.key, n=n, level=level)
    if rival:
        low, high = fisher_interval(np.asarray(correlations[rival]), n, level)
        yield "rival", rival, n, correlations[rival], float(low), float(high)
    _, r, _, highest = own
    if np.isnan(r):
        yield "unknown", "", *own
    elif r < 0:
        yield "negative", "", *own
    elif highest < LOWEST_DISCRIMINATION:
        yield "weak", "", *own
    taken, reached = crossing.answers.taken, crossing.reached
    takers = {name: int(reached @ taken[:, place]) for name, place in places.items()}
    wrong = taken[:, [place for name, place in places.items() if name not in item.key]].any(axis=1)
    chose = int(reached[taken[:, list(places.values())].any(axis=1)].sum())
    for option in dead_options(takers, key=item.key, choosing=chose, wrong=int(reached[wrong].sum()), level=level):
        yield "dead" if takers[option] else "nobody", option, chose, takers[option] / chose, np.nan, np.nan
