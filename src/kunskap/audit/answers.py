"""The truth, where it is at hand: who answered what, as the attacker counts it."""

from __future__ import annotations

import pandas as pd

from kunskap.audit.reader import TOTAL, Reading
from kunskap.audit.rows import BINNED, CHOSEN, NOT_CHOSEN
from kunskap.bank import Bank
from kunskap.scoring import answers, outcomes, score
from kunskap.scoring import total as total_of

__all__ = ["people_of_answers"]


def people_of_answers(
    responses: pd.DataFrame, respondents: pd.DataFrame, *, bank: Bank, reading: Reading
) -> pd.DataFrame:
    """Return one row per respondent: background variables, and an option per question that is attacked.

    Parameters
    ----------
    responses : DataFrame
        The completed sittings that the report was made of.
    respondents : DataFrame
        Their background.
    bank : Bank
        Keys and options.
    reading : Reading
        The report.
    """
    known = reading.known
    by = [name for name in known.levels if name in respondents]
    ids = list(dict.fromkeys(item.split(".")[0] for item in known.options if item.split(".")[0] in bank.items))
    said = answers(responses, bank=bank, respondents=respondents, by=by, items=ids)
    judged = outcomes(responses, bank=bank, items=[name for name in ids if bank.items[name].is_knowledge])
    people = pd.DataFrame({name: said[name].astype("str") for name in by}, index=said.index)
    for item in known.options:
        if item in judged:
            people[item] = judged[item].astype("str")
        elif known.options[item] == (CHOSEN, NOT_CHOSEN):
            chosen = said[item].astype("boolean")
            people[item] = chosen.map({True: CHOSEN, False: NOT_CHOSEN}, na_action="ignore").astype("str")
        elif item in said:
            people[item] = said[item].astype("str")
    if TOTAL in known.partial:  # else it follows from the items
        scores = score(responses, bank=bank, items=list(known.scales[TOTAL]))
        people[TOTAL] = total_of(scores, bank=bank, minimum_items=1)[TOTAL]
        right = scores.sum(axis=1, skipna=False)
        for option in known.options.get(TOTAL + BINNED, ()):
            least, _, most = option.partition("-")
            inside = right.between(float(least), float(most or least))
            people[TOTAL + BINNED] = people.get(TOTAL + BINNED, pd.Series(dtype="str")).reindex(people.index)
            people.loc[inside, TOTAL + BINNED] = option
    return people.reset_index(drop=True)
