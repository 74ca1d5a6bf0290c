"""The bank: every question, key, explanation and label, read from ``survey/`` and checked.

>>> bank = read_bank()
>>> "goals01" in bank.items
True
"""

from kunskap.bank.model import (
    DONT_KNOW,
    KNOWLEDGE_TYPES,
    OFFICIALS,
    RATED_TYPES,
    SKIP,
    Area,
    Bank,
    Form,
    Item,
    Option,
    Scale,
    Section,
    Source,
    Variable,
)
from kunskap.bank.reading import read_bank

__all__ = [
    "DONT_KNOW",
    "KNOWLEDGE_TYPES",
    "OFFICIALS",
    "RATED_TYPES",
    "SKIP",
    "Area",
    "Bank",
    "Form",
    "Item",
    "Option",
    "Scale",
    "Section",
    "Source",
    "Variable",
    "read_bank",
]
