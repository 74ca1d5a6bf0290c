"""A passage of somebody's own words that a person has read and ticked: one of the two named exceptions to the gate.

Own words are never counted, so no threshold can protect them: a person must.  `quote` makes sure that the passage is
word for word, short, and free of what points people out by its form; it cannot know a name or an event when it sees
one, which is what the tick is for.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from kunskap.errors import KunskapError, fault

__all__ = ["LONGEST_QUOTATION", "Quotation", "quote"]

LONGEST_QUOTATION = 200
# What points someone out by its form alone: an e-mail address, a web address, a long number.
TELLING = (
    re.compile(r"\S+@\S+"),
    re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE),
    re.compile(r"\d(?:[ \-/]?\d){5,}"),
)


@dataclass(frozen=True)
class Quotation:
    """One passage, ticked by one person.  It says nothing of who wrote it: no group, no sitting.

    Attributes
    ----------
    item : str
        The open question.
    passage : str
        Word for word, at most `LONGEST_QUOTATION` characters.
    ticked_by : str
        Who has read it and answers for it.
    ticked_on : date
        When.

    Raises
    ------
    KunskapError
        ``CODE-20``, ``CODE-22``, ``CODE-23``, ``CODE-24``: all at once.
    """

    item: str
    passage: str
    ticked_by: str
    ticked_on: datetime.date

    def __post_init__(self) -> None:
        """Hold the invariant: short, ticked, and nothing in it that has the form of an address or a number."""
        faults = []
        if not self.passage.strip():
            faults.append(fault("CODE-20", self.item))
        if len(self.passage) > LONGEST_QUOTATION:
            faults.append(fault("CODE-22", self.item, length=len(self.passage), longest=LONGEST_QUOTATION))
        matches = (form.search(self.passage) for form in TELLING)
        faults += [fault("CODE-23", self.item, found=match[0]) for match in matches if match]
        if not self.ticked_by.strip():
            faults.append(fault("CODE-24", self.item))
        if faults:
            raise KunskapError(faults)


def quote(text: str, passage: str, *, item: str, ticked_by: str, ticked_on: datetime.date) -> Quotation:
    """Take a passage out of a text.

    Parameters
    ----------
    text : str
        What somebody wrote.
    passage : str
        Part of it; only spaces and line breaks may differ.
    item, ticked_by, ticked_on
        As in `Quotation`.

    Raises
    ------
    KunskapError
        ``CODE-21`` if the passage does not stand in the text, and as `Quotation`.

    Examples
    --------
    >>> day = datetime.date(2026, 11, 20)
    >>> quote("Makt, och pengar.", "och pengar", item="understanding01", ticked_by="A", ticked_on=day).passage
    'och pengar'
    """
    passage = " ".join(passage.split())
    if passage and passage not in " ".join(text.split()):
        raise KunskapError([fault("CODE-21", item)])
    return Quotation(item, passage, ticked_by, ticked_on)
