"""What is particular to Microsoft Forms: its system and quiz columns, and several choices in one cell."""

from __future__ import annotations

import re
from collections.abc import Mapping

from kunskap.readers.plain import plain

__all__ = ["SYSTEM", "is_quiz_column", "split_choices"]

# The English headings are those of public code that reads such files; the Swedish ones are from general knowledge.
SYSTEM = {
    "id": "sitting",
    "start time": "started",
    "starttid": "started",
    "starttidpunkt": "started",
    "completion time": "submitted",
    "slutförandetid": "submitted",
    "sluttid": "submitted",
    "last modified time": "touched",
    "tid för senaste ändring": "touched",
    "senast ändrad": "touched",
    "tidpunkt för senaste ändring": "touched",
    "total points": "quiz",
    "quiz feedback": "quiz",
    "totalt antal poäng": "quiz",
    "totalpoäng": "quiz",
    "testfeedback": "quiz",
    "feedback på test": "quiz",
    "grade posted time": "quiz",
    "language": "language",
    "språk": "language",
}
QUIZ = re.compile(r"(points|feedback|poäng|återkoppling|feedback på|poäng för)\s*[-–:]\s*\S", re.IGNORECASE)


def is_quiz_column(heading: str) -> bool:
    """Whether a column holds the points or the feedback of another column.

    Examples
    --------
    >>> is_quiz_column("Points - Vad är målet?"), is_quiz_column("Poäng delas ut, eller hur?")
    (True, False)
    """
    return QUIZ.match(" ".join(heading.split())) is not None


def split_choices(text: str, known: Mapping[str, object]) -> tuple[list[str], list[str]]:
    """The choices in a cell such as ``a;b;``, where a choice may itself hold a semicolon.

    Parameters
    ----------
    text : str
        The cell.
    known : mapping
        Its keys are the choices' plain texts and ids.

    Returns
    -------
    tuple of list of str
        The keys found, and the parts that are no choice.

    Notes
    -----
    From the left, the longest run of parts that is a known choice is taken.  Commas and then spaces are tried where
    semicolons give nothing.

    Examples
    --------
    >>> split_choices("Män; inte kvinnor;Vet ej;", {"män; inte kvinnor": 0, "män": 1, "vet ej": 2})
    (['män; inte kvinnor', 'vet ej'], [])
    >>> split_choices("a b", {"a": 0, "b": 1})
    (['a', 'b'], [])
    """
    found, strange = _split(text, ";", known)
    for separator in (",", "|", " ", "\n"):
        if not strange or ";" in text.rstrip("; "):
            break
        other_found, other_strange = _split(text, separator, known)
        if not other_strange:
            return other_found, []
    return found, strange


def _split(text: str, separator: str, known: Mapping[str, object]) -> tuple[list[str], list[str]]:
    parts = text.split(separator)
    found: list[str] = []
    strange: list[str] = []
    start = 0
    while start < len(parts):
        for end in range(len(parts), start, -1):
            candidate = plain(separator.join(parts[start:end]))
            if candidate in known:
                found.append(candidate)
                start = end
                break
        else:
            if parts[start].strip():
                strange.append(parts[start].strip())
            start += 1
    return found, strange
