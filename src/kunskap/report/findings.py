"""The inventory's readings: every number comes from a released row, and nothing is claimed that no row carries."""

from __future__ import annotations

from collections.abc import Mapping

from kunskap.bank import Bank
from kunskap.disclosure import Released
from kunskap.report.readings import (
    Reading,
    coded_readings,
    hidden_reading,
    knowledge_readings,
    role_reading,
    sex_reading,
    spread_readings,
    view_readings,
)
from kunskap.words import Words

__all__ = ["MOST_IMPORTANT", "inventory_readings", "key_findings"]

MOST_IMPORTANT = ("response", "total", "extremes", "dont-know", "sex", "role", "hidden")
"""What a reader in a hurry should know; the rest stands beside the figure that it is about."""


def key_findings(released: Released, *, bank: Bank, words: Words) -> list[str]:
    """What a reader in a hurry should know, in sentences; of a figure that is not released nothing is said."""
    told = inventory_readings(released, bank=bank, words=words)
    return [reading.text for reading in told if reading.id in MOST_IMPORTANT]


def inventory_readings(
    released: Released, *, bank: Bank, words: Words, labels: Mapping[str, str] | None = None
) -> list[Reading]:
    """All readings of an inventory, which staff can put words of their own in the place of.

    Parameters
    ----------
    released : Released
        With the tables of `kunskap.inventory.inventory`, all or some.
    bank, words : Bank, Words
        Questions and labels, and the language.
    labels : mapping, optional
        ``item.code`` → what a code of free text is called.
    """
    compared = (sex_reading(released, bank=bank, words=words), role_reading(released, bank=bank, words=words))
    return [
        *knowledge_readings(released, bank=bank, words=words),
        *(reading for reading in compared if reading),
        *spread_readings(released, bank=bank, words=words),
        *view_readings(released, bank=bank, words=words),
        *coded_readings(released, labels=labels or {}, bank=bank, words=words),
        hidden_reading(released, words=words),
    ]
