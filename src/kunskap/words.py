"""Interface words and numbers as people read them, in the language of the reader."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import pandas as pd

from kunskap.content import installed_folder, survey_folder
from kunskap.errors import KunskapError, fault

__all__ = ["Words", "read_words"]

NO_BREAK_SPACE = "\u00a0"
MINUS = "\u2212"


@dataclass(frozen=True)
class Words:
    """The words of one language; calling it gives a text.

    Attributes
    ----------
    language : str
        ``"sv"`` or ``"en"``.
    texts : mapping
        Dotted key → text with ``str.format`` fields.
    """

    language: str
    texts: Mapping[str, str] = field(repr=False)

    def __call__(self, key: str, **values: object) -> str:
        """The text of `key`; KeyError if there is none."""
        return self.texts[key].format(**values)

    def said(self, key: str, otherwise: str) -> str:
        """The text of `key`, or something else where there is none.

        Examples
        --------
        >>> words = Words("en", {"unit.share": "per cent"})
        >>> words.said("unit.share", "share"), words.said("unit.points", "points")
        ('per cent', 'points')
        """
        try:
            return self(key)
        except KeyError:
            return otherwise

    def number(self, value: object, *, decimals: int = 1) -> str:
        r"""A number with the language's decimal sign, thousands apart, a real minus; ``–`` where it is missing.

        Examples
        --------
        >>> Words("sv", {}).number(-1234.56, decimals=1)
        '−1\xa0234,6'
        """
        if value is None or pd.isna(value) or not math.isfinite(float(value)):  # type: ignore[call-overload,arg-type]
            return "–"
        text = f"{abs(float(value)):,.{decimals}f}"  # type: ignore[arg-type]
        separators = {",": NO_BREAK_SPACE, ".": ","} if self.language == "sv" else {}
        text = "".join(separators.get(sign, sign) for sign in text)
        is_negative = float(value) < 0 and any(digit in "123456789" for digit in text)  # type: ignore[arg-type]
        return f"{MINUS}{text}" if is_negative else text

    def count(self, value: object) -> str:
        """A whole number.

        Examples
        --------
        >>> Words("en", {}).count(1152)
        '1,152'
        """
        return self.number(value, decimals=0)

    def share(self, value: object, *, decimals: int = 0) -> str:
        r"""A share 0–1 as per cent.

        Examples
        --------
        >>> Words("sv", {}).share(0.534)
        '53\xa0%'
        """
        if value is None or pd.isna(value):  # type: ignore[call-overload]
            return "–"
        space = NO_BREAK_SPACE if self.language == "sv" else ""
        return f"{self.number(100 * float(value), decimals=decimals)}{space}%"  # type: ignore[arg-type]


def read_words(folder: Path | None = None, language: str = "sv") -> Words:
    """Read the interface words of one language.

    Parameters
    ----------
    folder : Path, optional
        A survey folder; the one in force when not given.
    language : str
        The file ``ui.<language>.toml`` is read.  What a project's own, perhaps older, file lacks is taken from the
        installation's.

    Raises
    ------
    KunskapError
        ``WORDS-01`` if there is no such language, ``WORDS-02`` if the file is not TOML.

    Examples
    --------
    >>> read_words(language="sv").language
    'sv'
    """
    path = (folder or survey_folder()) / f"ui.{language}.toml"
    if not path.is_file():
        languages = sorted(other.name.split(".")[1] for other in path.parent.glob("ui.*.toml"))
        raise KunskapError([fault("WORDS-01", str(path), language=language, expected=", ".join(languages))])
    installed = installed_folder("survey") / path.name
    is_own = installed.is_file() and not installed.samefile(path)
    return Words(language, (_texts(installed) if is_own else {}) | _texts(path))


def _texts(path: Path) -> dict[str, str]:
    try:
        return dict(_parsed(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise KunskapError([fault("WORDS-02", str(path), error=error)]) from error


@lru_cache(maxsize=8)  # a project's languages and the installation's: a report asks for the same words many times
def _parsed(text: str) -> tuple[tuple[str, str], ...]:
    return tuple(_leaves(tomllib.loads(text)))


def _leaves(tree: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", str(value)
