"""The bank as a project's decisions leave it: whether politicians too are asked what they think.

What people think is asked of officials only, because politicians' answers can reveal a political opinion (GDPR art. 9):
the forms' own filters say so, and `read_bank` refuses a form without them.  A project that has decided otherwise, and
states the ground in its ``policy.toml``, gets the same forms without those filters; nothing else can take them away.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from kunskap.bank import OFFICIALS, Bank, Form, read_bank
from kunskap.disclosure import Policy, read_policy
from kunskap.errors import Fault, KunskapError

__all__ = ["decided_bank", "read_decided_bank"]

Content = TypeVar("Content")


def read_decided_bank(folder: Path | None = None) -> Bank:
    """Read the bank of a survey folder, as the decisions in its policy leave it.

    Parameters
    ----------
    folder : Path, optional
        A survey folder; the one in force when not given.

    Raises
    ------
    KunskapError
        What is wrong with the bank and with the policy, all at once.

    Examples
    --------
    >>> read_decided_bank().forms["attityder"].shown_to["attitudes01"]
    {'role': ('tjm',)}
    """
    faults: list[Fault] = []
    bank, policy = _tried(read_bank, folder, faults), _tried(read_policy, folder, faults)
    if bank is None or policy is None:
        raise KunskapError(faults)
    return decided_bank(bank, policy=policy)


def _tried(read: Callable[[Path | None], Content], folder: Path | None, faults: list[Fault]) -> Content | None:
    try:
        return read(folder)
    except KunskapError as error:
        faults += error.faults
        return None


def decided_bank(bank: Bank, *, policy: Policy) -> Bank:
    """Take away the filters that keep special items from politicians, where the policy says that they are asked.

    Parameters
    ----------
    bank : Bank
        As `read_bank` returns it.
    policy : Policy
        With the decision, its ground, number and date.
    """
    if not policy.asks_politicians_attitudes:
        return bank
    return replace(bank, forms={name: _opened(form, bank) for name, form in bank.forms.items()})


def _opened(form: Form, bank: Bank) -> Form:
    variable, _ = OFFICIALS
    shown_to = {}
    for item_id, conditions in form.shown_to.items():
        others = {name: levels for name, levels in conditions.items() if name != variable}
        kept = others if bank.is_special(item_id) else conditions
        if kept:
            shown_to[item_id] = kept
    return replace(form, shown_to=shown_to)
