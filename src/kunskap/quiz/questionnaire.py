"""A form as a quiz: its background questions and items in order, only those that this person is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kunskap.bank import Bank, Form, Item, Variable

__all__ = ["questions_of"]

Tries = Mapping[str, Sequence[Sequence[str]]]


def questions_of(form: Form, *, bank: Bank, tries: Tries) -> tuple[Item, ...]:
    """The questions that one person meets, given what they have answered so far.

    Parameters
    ----------
    form : Form
        What is asked.
    bank : Bank
        The questions.
    tries : mapping of str to sequence of sequence of str
        Item or background variable → its tries; only the answers that a filter hangs on matter.

    Returns
    -------
    tuple of Item
        The background variables first, each as a question without key.  A question that is shown to some only is there
        once the answer that decides it has been given.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> bank = read_bank()
    >>> form = bank.forms["baslinje"]
    >>> before = questions_of(form, bank=bank, tries={})
    >>> after = questions_of(form, bank=bank, tries={"role": [["pol"]]})
    >>> before[0].id, len(after) > len(before)
    ('role', True)
    """
    background = tuple(_as_item(bank.variables[name]) for name in form.background)
    shown = [
        bank.items[item_id]
        for item_id in form.item_ids
        if all(_latest(tries, name) in levels for name, levels in form.shown_to.get(item_id, {}).items())
    ]
    return (*background, *shown)


def _latest(tries: Tries, name: str) -> str | None:
    given = tries.get(name) or ((),)
    return given[-1][0] if given[-1] else None


def _as_item(variable: Variable) -> Item:
    kinds = {"single": "likert", "number": "number", "text": "text"}
    return Item(variable.id, kinds[variable.type], variable.stem, variable.levels, scale="background")
