"""What every kind of report is made of."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from kunskap.bank import Bank
from kunskap.coding import CodingFrame
from kunskap.disclosure import Released, require_released
from kunskap.report.own_words import code_labels
from kunskap.report.readings import OwnTexts
from kunskap.words import Words

__all__ = ["Material"]


@dataclass(frozen=True, kw_only=True)
class Material:
    """What a report is made of; a kind that needs more has a subclass of its own.

    Attributes
    ----------
    released : Released
        What has passed the gate.
    bank, words : Bank, Words
        Questions and labels; the words' language is the report's.
    date : date
        The day of the report.
    title : str, optional
        The report's own title.
    summary : str
        What the reader of the answers told, from `Import.public_summary`.
    frame : CodingFrame, optional
        What the codes of free text are called.
    own : OwnTexts
        What staff have written in the place of readings.
    elections : tuple of date
        Election days that the project has named.

    Raises
    ------
    TypeError
        If `released` has not passed the gate.
    """

    released: Released
    bank: Bank
    words: Words
    date: datetime.date
    title: str | None = None
    summary: str = ""
    frame: CodingFrame | None = None
    own: OwnTexts = field(default_factory=OwnTexts)
    elections: tuple[datetime.date, ...] = ()

    def __post_init__(self) -> None:
        require_released(self.released)

    @property
    def code_names(self) -> dict[str, str]:
        """What codes are called that no bank knows: those of free text, and what a kind adds to them."""
        return code_labels(self.frame, words=self.words)
