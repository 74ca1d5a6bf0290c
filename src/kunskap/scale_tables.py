"""The tables of one scale without right or wrong: shares of each answer, all together, by role and by sex."""

from __future__ import annotations

import pandas as pd

from kunskap import estimates, scoring
from kunskap.bank import SKIP, Bank, Item
from kunskap.design import Design
from kunskap.errors import KunskapError, fault

__all__ = ["SEXES", "scale_tables"]

SEXES = ("k", "m")


def scale_tables(
    responses: pd.DataFrame,
    *,
    scale: str,
    bank: Bank,
    respondents: pd.DataFrame,
    design: Design | None = None,
    level: float = 0.95,
) -> dict[str, pd.DataFrame]:
    """Compute the shares of each answer to a scale's items with options.

    Parameters
    ----------
    responses, respondents : DataFrame
        As an import holds them.
    scale : str
        One of the bank's scales.
    bank : Bank
        Its forms say who is shown an item of a special scale.
    design : Design, optional
        The frame, for finite-population intervals.
    level : float
        Coverage aimed at.

    Returns
    -------
    dict of str to DataFrame
        Estimates tables ``<scale>`` and ``<scale>_by_role``, and ``<scale>_by_sex`` (women and men) where the answers
        name something and have no order.  In an item with several choices each option is a row of its own: the share
        that ticked it, of those who saw the question; these do not add up to 1.  Empty if nobody was asked.

    Raises
    ------
    KunskapError
        ``INV-02`` if an item of a special scale is answered by somebody to whom the form does not show it.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> columns = {column: [column in ("support01.cases", "support01.ask")] * 2
    ...            for column in read_bank().items["support01"].columns}
    >>> responses = pd.DataFrame({"sitting_id": ["s1", "s2"], "respondent_id": ["a", "b"], "wave": "w"} | columns)
    >>> respondents = pd.DataFrame({"respondent_id": ["a", "b"], "wave": "w", "role": "tjm", "sex": ["k", "m"]})
    >>> made = scale_tables(responses, scale="support", bank=read_bank(), respondents=respondents)
    >>> made["support"].query("option in ['cases', 'peers']")[["option", "count", "n"]].to_numpy().tolist()
    [['cases', 2, 2], ['peers', 0, 2]]
    """
    asked = [item for item in bank.items.values() if item.scale == scale and item.options]
    asked = [item for item in asked if set(item.columns) & set(responses.columns)]
    if not asked:
        return {}
    if bank.scales[scale].is_special:
        _refuse_forbidden(responses, asked, bank=bank, respondents=respondents)
    names = [item.id for item in asked]
    by = [name for name in ("role", "orgtype", "sex") if name in respondents.columns]
    chosen = scoring.answers(responses, bank=bank, respondents=respondents, by=by, items=names)
    made = {scale: estimates.proportion(chosen, items=names, design=design, level=level)}
    unordered = [item.id for item in asked if not item.is_rated]
    of_two_sexes = chosen[chosen["sex"].isin(SEXES)] if "sex" in by else chosen.iloc[:0]
    for variable, people, items in (("role", chosen, names), ("sex", of_two_sexes, unordered)):
        if variable in by and items and len(people):
            shares = estimates.proportion(people, by=[variable], items=items, design=design, level=level)
            # A group that was never asked has no figures; hidden figures would say that it was.
            shares = shares[shares["n"] > 0].reset_index(drop=True)
            if not (bank.scales[scale].is_special and variable == "role" and shares["role"].nunique() == 1):
                made[f"{scale}_by_{variable}"] = shares
    return made


def _refuse_forbidden(responses: pd.DataFrame, asked: list[Item], *, bank: Bank, respondents: pd.DataFrame) -> None:
    """What politicians think is not computed unless the bank's forms show them the question (`kunskap.decided`)."""
    people = responses[["respondent_id", "wave"]].merge(respondents, on=["respondent_id", "wave"], how="left")
    faults = []
    for item in asked:
        allowed = pd.Series(False, index=people.index)
        for name in responses["form"].dropna().astype("str").unique() if "form" in responses else []:
            if name in bank.forms and item.id in bank.forms[name].item_ids:
                shown = responses["form"].astype("str").eq(name).reset_index(drop=True)
                for variable, levels in bank.forms[name].shown_to.get(item.id, {}).items():
                    shown &= people[variable].isin(list(levels))
                allowed |= shown
        answered = pd.Series(False, index=people.index)
        for column in item.columns:
            answers = responses[column].astype("object").reset_index(drop=True)
            # In an item with several choices only a tick is an answer: False may be a blank.
            answered |= answers.eq(True) if item.type == "multiple" else answers.notna() & answers.ne(SKIP)
        if count := int((answered & ~allowed).sum()):
            faults.append(fault("INV-02", "", count=count, item=item.id))
    if faults:
        raise KunskapError(faults)
