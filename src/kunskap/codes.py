"""Issued codes: four words and a check word, that a participant can read out, write on paper and type on a phone.

The words are drawn at random from a list without words that differ by one letter.  The check word follows from the
four, so that a slip is told at once and never makes a new person.  Only the code's pseudonym (`kunskap.pseudonym`) is
ever stored; the code itself is with its holder alone.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from random import Random

from kunskap.bank.fields import closest
from kunskap.content import survey_folder
from kunskap.errors import KunskapError, fault

__all__ = ["check_code", "issue_codes", "read_code_words"]

WORDS_IN_CODE = 4
FEWEST_WORDS = 1009
"""A prime: the check word then shows every single wrong word and every two words that have changed places."""


@cache
def _words_of(path: Path) -> tuple[str, ...]:
    return tuple(path.read_text(encoding="utf-8").split())


def read_code_words(folder: Path | None = None) -> tuple[str, ...]:
    """Read the list of words that codes are made of.

    Parameters
    ----------
    folder : Path, optional
        The folder with ``code_words.txt``; found as the bank is when not given.

    Raises
    ------
    KunskapError
        ``CARD-01`` if the list is missing, or is not of 1009 different words of the letters a–z.
    """
    path = (folder or survey_folder()) / "code_words.txt"
    try:
        words = _words_of(path)
    except (OSError, UnicodeDecodeError) as error:
        raise KunskapError([fault("CARD-01", str(path), count=0, expected=FEWEST_WORDS)]) from error
    fit = {word for word in words if re.fullmatch("[a-z]{2,12}", word)}
    if len(words) != FEWEST_WORDS or len(fit) != FEWEST_WORDS:
        raise KunskapError([fault("CARD-01", str(path), count=len(fit), expected=FEWEST_WORDS)])
    return words


def issue_codes(number: int, *, words: Sequence[str] | None = None, rng: Random | None = None) -> list[str]:
    """Draw new codes, all different.

    Parameters
    ----------
    number : int
        How many.
    words : sequence of str, optional
        From `read_code_words`.
    rng : random.Random, optional
        Where chance comes from; the operating system's own secret source when not given.  A seed is for tests only.

    Returns
    -------
    list of str
        Such as ``"abborre-abborre-abborre-abborre-abborre"``; 1009⁴ ≈ 10¹² are possible.

    Examples
    --------
    >>> code, = issue_codes(1)
    >>> len(code.split("-")), check_code(code) == code
    (5, True)
    """
    words = words or read_code_words()
    chance = rng or secrets.SystemRandom()
    drawn: dict[str, None] = {}
    while len(drawn) < number:
        chosen = [chance.randrange(len(words)) for _ in range(WORDS_IN_CODE)]
        drawn["-".join(words[place] for place in [*chosen, _check(chosen)])] = None
    return list(drawn)


def check_code(text: str, *, words: Sequence[str] | None = None) -> str:
    """The code that somebody typed, in its one written form.

    Parameters
    ----------
    text : str
        With any signs between the words, in any case.
    words : sequence of str, optional
        From `read_code_words`.

    Raises
    ------
    KunskapError
        ``CARD-02`` not five words, ``CARD-03`` a word that is in no code (the nearest is named), ``CARD-04`` the words
        do not fit together: one is wrong, or two have changed places.

    Examples
    --------
    >>> check_code("abborre ABBORRE, abborre abborre abborre")
    'abborre-abborre-abborre-abborre-abborre'
    """
    words = words or read_code_words()
    plain = unicodedata.normalize("NFC", text).casefold()
    typed = [word for word in re.split(r"[\W_\d]+", plain) if word]
    if len(typed) != WORDS_IN_CODE + 1:
        raise KunskapError([fault("CARD-02", "", count=len(typed), expected=WORDS_IN_CODE + 1)])
    unknown = [word for word in typed if word not in words]
    if unknown:
        raise KunskapError([fault("CARD-03", "", word=word, closest=closest(word, words)) for word in unknown])
    *chosen, check = [words.index(word) for word in typed]
    if _check(chosen) != check:
        raise KunskapError([fault("CARD-04", "")])
    return "-".join(typed)


def _check(chosen: Sequence[int]) -> int:
    """A weighted sum modulo a prime (as in ISBN-10): no single slip and no swap keeps it."""
    return sum(weight * place for weight, place in enumerate(chosen, start=1)) % FEWEST_WORDS
