"""Faults that people can act on: a code, a place, and what to do.

Every fault has a code that tests hold on to; its wording stands in ``messages/<area>.toml`` in Swedish and English, so
that it can be improved without touching code.  A reader or checker collects all faults and raises them together.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from string import Formatter

__all__ = ["Fault", "KunskapError", "expectations", "fault", "message_catalogue"]

# The sentence that names the closest known name; it is left out where nothing is close.
CLOSEST = re.compile(r"(?:Närmast|Closest)[^.{]*: \{closest\}\. ?")
NOTHING_CLOSE = ("", "–")
EXPECTED = "expected.toml"


@cache
def message_catalogue() -> Mapping[str, Mapping[str, str]]:
    """All message templates: code → language → text.

    Examples
    --------
    >>> sorted(message_catalogue()["BANK-01"])
    ['en', 'sv']
    """
    catalogue: dict[str, Mapping[str, str]] = {}
    for entry in sorted(files("kunskap").joinpath("messages").iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".toml") and entry.name != EXPECTED:
            for code, texts in tomllib.loads(entry.read_text(encoding="utf-8")).items():
                if code in catalogue:
                    raise KeyError(f"message code {code} stands in two catalogues")
                catalogue[code] = texts
    return catalogue


@cache
def expectations() -> Mapping[re.Pattern[str], str]:
    """What the source says in English that it expected → the same in Swedish, with ``{}`` for what differs.

    Examples
    --------
    >>> len(expectations()) > 20
    True
    """
    told = tomllib.loads(files("kunskap").joinpath("messages", EXPECTED).read_text(encoding="utf-8"))
    return {re.compile(re.escape(english).replace(r"\{\}", "(.+)")): swedish for english, swedish in told.items()}


def _said(name: str, value: object, language: str) -> object:
    """A value in the reader's language: one in words has its own, and what was expected may have a row."""
    if isinstance(value, Mapping):
        return value[language]
    if name == "expected" and language == "sv":
        for pattern, swedish in expectations().items():
            if found := pattern.fullmatch(str(value)):
                return swedish.format(*found.groups())
    return value


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong.

    Attributes
    ----------
    code : str
        For example ``"READ-05"``.
    where : str
        The place: a file, a row, a field.
    values : mapping
        What fills the message's template.  A value that is itself in words is a mapping of language to text; what was
        `expected` may be in English, and ``messages/expected.toml`` has it in Swedish.
    """

    code: str
    where: str
    values: Mapping[str, object] = field(default_factory=dict)

    def reason(self, language: str = "en") -> str:
        """What is wrong, what was expected and what to do, without code and place.

        Examples
        --------
        >>> fault("BANK-03", "goals01.toml", field="xyz", closest="–").reason()
        "the field 'xyz' is unknown. Correct the spelling or remove it."
        """
        template = message_catalogue()[self.code][language]
        if self.values.get("closest") in NOTHING_CLOSE:
            template = CLOSEST.sub("", template)
        values = {name: _said(name, value, language) for name, value in self.values.items()}
        return template.format(**values)

    def message(self, language: str = "en") -> str:
        """The whole message: code, place and reason.

        Examples
        --------
        >>> print(fault("BANK-01", "goals01.toml", field="stem").message())
        [BANK-01] goals01.toml: the field 'stem' is missing. Add it; survey/README.md shows an example.
        """
        place = f"{self.where}: " if self.where else ""
        return f"[{self.code}] {place}{self.reason(language)}"


def fault(code: str, where: str = "", **values: object) -> Fault:
    """Make a `Fault`, and fail at once (KeyError) if the catalogue cannot word it: that is a programming error.

    Parameters
    ----------
    code : str
        A code of ``messages/*.toml``.
    where : str
        The place, as the user knows it.
    **values
        The values that the message's template names.
    """
    for text in message_catalogue()[code].values():
        missing = {name for _, name, _, _ in Formatter().parse(text) if name} - set(values)
        if missing:
            raise KeyError(f"{code} needs the values {sorted(missing)}")
    return Fault(code, where, values)


class KunskapError(Exception):
    """Faults that the user can mend; shown without a traceback.

    Parameters
    ----------
    faults : iterable of Fault
        All that was found, not only the first.

    Examples
    --------
    >>> try:
    ...     raise KunskapError([fault("BANK-01", "bank.toml", field="version")])
    ... except KunskapError as error:
    ...     error.codes
    ('BANK-01',)
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__(self.message("en"))

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the faults, in order."""
        return tuple(fault.code for fault in self.faults)

    def message(self, language: str = "en") -> str:
        """All faults in words, one per line."""
        return "\n".join(fault.message(language) for fault in self.faults)

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows in place of a traceback: the faults, in Swedish as the notebooks are."""
        return self.message("sv").splitlines()

    def __reduce__(self) -> tuple[type[KunskapError], tuple[tuple[Fault, ...]]]:
        return type(self), (self.faults,)
