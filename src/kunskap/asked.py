"""Who was asked what: the items that a form shows to everyone, and those that it keeps for one role."""

from __future__ import annotations

import pandas as pd

from kunskap.bank import Bank
from kunskap.tables import canonical_universe

__all__ = ["common_items", "item_universes"]


def item_universes(responses: pd.DataFrame, *, bank: Bank) -> dict[str, str]:
    """Tell which knowledge items everyone was asked, and of whom the others were asked.

    People are compared on what all of them were asked, so totals are made of the items with the universe ``"all"``; an
    item that a form keeps for one role is reported for that role, with its own n.

    Parameters
    ----------
    responses : DataFrame
        As `read_responses` returns it; its column ``form`` names the forms.  Without it all items are everyone's.
    bank : Bank
        The forms, and to whom they show each item.

    Returns
    -------
    dict of str to str
        Knowledge item → universe, in the order of the columns.  An item that a form there does not have, or keeps for
        several levels of a variable, has no universe of its own and is left out.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> bank = read_bank()
    >>> names = [name for item in bank.form_items("baslinje") for name in item.columns]
    >>> universes = item_universes(pd.DataFrame({"form": ["baslinje"]}, columns=["form", *names]), bank=bank)
    >>> sorted(set(universes.values()))
    ['all', 'role=pol', 'role=tjm']
    """
    present = dict.fromkeys(str(column).split(".")[0] for column in responses.columns)
    known = [name for name in present if name in bank.items and bank.items[name].is_knowledge]
    names: list[str] = list(responses["form"].dropna().astype("str").unique()) if "form" in responses else []
    forms = [bank.forms[name] for name in names if name in bank.forms]
    found = {}
    for name in known:
        shown = [form.shown_to.get(name, {}) if name in form.item_ids else None for form in forms]
        conditions = shown[0] if shown else {}
        if conditions is None or any(other != conditions for other in shown):
            continue
        if all(len(levels) == 1 for levels in conditions.values()):
            found[name] = canonical_universe({variable: levels[0] for variable, levels in conditions.items()})
    return found


def common_items(responses: pd.DataFrame, *, bank: Bank) -> list[str]:
    """The knowledge items that all were asked, in the order of the columns: what totals are made of.

    Parameters
    ----------
    responses, bank
        As in `item_universes`.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> common_items(pd.DataFrame({"sitting_id": ["s1"], "goals01": ["dk"]}), bank=read_bank())
    ['goals01']
    """
    return [name for name, universe in item_universes(responses, bank=bank).items() if universe == "all"]
