"""The fields of a policy file, taken one by one; what is missing, unknown or out of bounds is collected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from kunskap.errors import Fault, fault

__all__ = ["Reader"]


class Reader:
    """Collects the faults of one file while its fields are taken."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.faults: list[Fault] = []

    def fields(self, table: object, place: str, known: Iterable[str]) -> Mapping[str, object]:
        """The table itself, after telling which fields are missing or unknown."""
        if not isinstance(table, dict):
            self.wrong(place, table, "a table")
            return {}
        expected = list(known)
        for name in expected:
            if name not in table:
                self.faults.append(fault("GATE-22", self.name, field=f"{place}{name}"))
        for name in table:
            if name not in expected:
                closest = ", ".join(get_close_matches(name, expected, n=1)) or "–"
                self.faults.append(fault("GATE-23", self.name, field=f"{place}{name}", closest=closest))
        return table

    def wrong(self, field: str, value: object, expected: str) -> None:
        """Tell that a field has a value that was not expected."""
        self.faults.append(fault("GATE-24", self.name, field=field, value=str(value), expected=expected))

    def whole(self, table: Mapping[str, object], name: str, place: str = "", *, least: int = 1) -> int:
        """A whole number, at least `least`."""
        value = table.get(name, least)
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            self.wrong(place + name, value, f"a whole number, at least {least}")
            return least
        return value

    def step(self, table: Mapping[str, object], name: str, place: str = "") -> float:
        """A step above 0 and at most 1."""
        value = table.get(name, 1.0)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
            self.wrong(place + name, value, "a step above 0 and at most 1")
            return 1.0
        return float(value)

    def part(self, table: Mapping[str, object], name: str, place: str = "") -> float:
        """A share above 0 and below 1."""
        value = table.get(name, 0.5)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1:
            self.wrong(place + name, value, "a share above 0 and below 1")
            return 0.5
        return float(value)

    def switch(self, table: Mapping[str, object], name: str, place: str = "") -> bool:
        """True or false."""
        value = table.get(name, True)
        if not isinstance(value, bool):
            self.wrong(place + name, value, "true or false")
            return True
        return value

    def text(self, table: Mapping[str, object], name: str, place: str = "") -> str:
        """A text."""
        value = table.get(name, "")
        if not isinstance(value, str):
            self.wrong(place + name, value, "a text")
            return ""
        return value

    def names(self, table: Mapping[str, object], name: str, place: str = "") -> tuple[str, ...]:
        """A list of names."""
        value = table.get(name, [])
        if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
            self.wrong(place + name, value, "a list of names")
            return ()
        return tuple(value)
