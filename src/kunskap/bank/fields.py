"""Strict reading of one TOML table: each field is asked for once, and what nobody asked for is a fault."""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from kunskap.bank.model import Texts
from kunskap.errors import Fault, fault

__all__ = ["Fields", "closest", "read_toml"]

ID_PATTERN = re.compile(r"[a-z][a-z0-9]*")
KINDS = {
    str: "text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    list: "a list",
    dict: "a table",
    datetime.date: "a date",
}


def closest(value: str, among: Sequence[str]) -> str:
    """The nearest of `among`, or a dash.

    Examples
    --------
    >>> closest("stemm", ["stem", "key"])
    'stem'
    """
    matches = get_close_matches(value, among, n=1, cutoff=0.6)
    return matches[0] if matches else "–"


def read_toml(path: Path, faults: list[Fault]) -> dict[str, object] | None:
    """The content of a TOML file; None, and a fault, where it is missing or broken."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        faults.append(fault("BANK-06", str(path)))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        faults.append(fault("BANK-05", str(path), error=error))
    return None


class Fields:
    """The fields of one table, read strictly; faults are collected, and a value is returned all the same.

    Parameters
    ----------
    table : dict
        The TOML table.
    place : str
        The file, and the table within it, as the user knows it.
    faults : list of Fault
        Where faults are added.
    """

    def __init__(self, table: dict[str, object], place: str, faults: list[Fault]) -> None:
        self.table = table
        self.place = place
        self.faults = faults
        self.asked: list[str] = []

    def _get(self, name: str, kind: type, *, required: bool) -> object:
        self.asked.append(name)
        value = self.table.get(name)
        if value is None:
            if required:
                self.faults.append(fault("BANK-01", self.place, field=name))
            return None
        is_number = kind is float and isinstance(value, int) and not isinstance(value, bool)
        is_moment = kind is datetime.date and isinstance(value, datetime.datetime)
        is_flag = kind is int and isinstance(value, bool)
        if not (isinstance(value, kind) or is_number) or is_moment or is_flag:
            self.faults.append(fault("BANK-02", self.place, field=name, value=value, expected=KINDS[kind]))
            return None
        return value

    def text(self, name: str, *, required: bool = True, default: str = "") -> str:
        """A text that is not blank."""
        value = self._get(name, str, required=required)
        if isinstance(value, str) and not value.strip():
            self.faults.append(fault("BANK-01", self.place, field=name))
        return value if isinstance(value, str) else default

    def optional_text(self, name: str) -> str | None:
        """A text, or None."""
        return self.text(name, required=False) or None

    def choice(self, name: str, among: Sequence[str], *, required: bool = True, default: str = "") -> str:
        """One of the allowed words."""
        value = self.text(name, required=required, default=default)
        if value and value not in among:
            self.faults.append(
                fault(
                    "BANK-04",
                    self.place,
                    field=name,
                    value=value,
                    expected=", ".join(among),
                    closest=closest(value, among),
                )
            )
            return default
        return value

    def identifier(self, name: str, *, longest: int) -> str:
        """An id: lower-case letters and digits, a letter first, short enough for every survey tool."""
        value = self.text(name)
        if value and (not ID_PATTERN.fullmatch(value) or len(value) > longest):
            self.faults.append(fault("BANK-07", self.place, field=name, value=value, longest=longest))
        return value

    def number(self, name: str) -> float | None:
        """A number, or None."""
        value = self._get(name, float, required=False)
        return float(value) if isinstance(value, int | float) else None

    def whole(self, name: str, *, default: int = 0) -> int:
        """A whole number."""
        value = self._get(name, int, required=False)
        return value if isinstance(value, int) else default

    def flag(self, name: str, *, default: bool) -> bool:
        """True or false."""
        value = self._get(name, bool, required=False)
        return value if isinstance(value, bool) else default

    def date(self, name: str, *, required: bool = False) -> datetime.date | None:
        """A date, or None."""
        value = self._get(name, datetime.date, required=required)
        return value if isinstance(value, datetime.date) else None

    def words(self, name: str, *, required: bool = True) -> tuple[str, ...]:
        """A list of texts."""
        value = self._get(name, list, required=required)
        listed = value if isinstance(value, list) else []
        for entry in listed:
            if not isinstance(entry, str):
                self.faults.append(fault("BANK-02", self.place, field=name, value=entry, expected="a list of texts"))
        return tuple(entry for entry in listed if isinstance(entry, str))

    def table_of(self, name: str, *, required: bool = True) -> Fields:
        """A table within this one; an empty one where it is missing."""
        value = self._get(name, dict, required=required)
        return Fields(value if isinstance(value, dict) else {}, f"{self.place}, [{name}]", self.faults)

    def tables_of(self, name: str, *, required: bool = True) -> list[Fields]:
        """A list of tables within this one."""
        value = self._get(name, list, required=required)
        tables = [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []
        return [
            Fields(table, f"{self.place}, [[{name}]] {number}", self.faults)
            for number, table in enumerate(tables, start=1)
        ]

    def named_tables(self, name: str, *, required: bool = True) -> dict[str, Fields]:
        """The tables within a table, by their names."""
        outer = self.table_of(name, required=required)
        return {key: outer.table_of(key) for key in outer.table}

    def languages(self, languages: Sequence[str]) -> Texts:
        """The table's own text in every language."""
        return {language: self.text(language) for language in languages}

    def texts(self, name: str, languages: Sequence[str], *, required: bool = True) -> Texts:
        """A table of one text per language."""
        if not required and name not in self.table:
            self.asked.append(name)
            return {}
        inner = self.table_of(name)
        if name not in self.table:
            return {language: "" for language in languages}
        texts = inner.languages(languages)
        inner.end()
        return texts

    def end(self) -> None:
        """Tell of every field that nobody asked for."""
        for name in self.table:
            if name not in self.asked:
                near = closest(name, self.asked)
                self.faults.append(fault("BANK-03", self.place, field=name, closest=near))
