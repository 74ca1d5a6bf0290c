"""What the lint found, sorted by what it calls for."""

from __future__ import annotations

from dataclasses import dataclass

from kunskap.errors import Fault

__all__ = ["Findings"]


@dataclass(frozen=True)
class Findings:
    """Faults and advice.

    Attributes
    ----------
    faults : tuple of Fault
        What must be mended before the bank is used.
    advice : tuple of Fault
        What a person should look at: doubtful matters, and whatever is wrong with drafts.
    """

    faults: tuple[Fault, ...]
    advice: tuple[Fault, ...]
