"""A small reader of spreadsheet formulas: as much as the answer sheet's comparison uses, by Excel's rules."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from openpyxl import Workbook
from openpyxl.utils import range_boundaries

TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"]|"")*")|(?P<ref>(?:'(?:[^']|'')+'!)?\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?)(?![\w(])
    |(?P<number>\d+)|(?P<name>[A-Z]+)(?=\()|(?P<sign>[-+*&=>(),]))""",
    re.VERBOSE,
)


class NotFoundError(Exception):
    """#N/A"""


class Sheet:
    """The values of one workbook, its formulas worked out on demand."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.known: dict[tuple[str, str], object] = {}
        self.areas: dict[tuple[str, str], list[object]] = {}

    def value(self, sheet: str, address: str) -> object:
        if (sheet, address) not in self.known:
            content = self.book[sheet][address].value
            is_formula = isinstance(content, str) and content.startswith("=")
            self.known[sheet, address] = Formula(self, sheet, content[1:]).result() if is_formula else content
        return self.known[sheet, address]

    def area(self, sheet: str, address: str) -> list[object]:
        if (sheet, address) not in self.areas:
            left, top, right, bottom = range_boundaries(address)
            self.areas[sheet, address] = [
                self.value(sheet, self.book[sheet].cell(row, column).coordinate)
                for row in range(top, bottom + 1)
                for column in range(left, right + 1)
            ]
        return self.areas[sheet, address]


class Formula:
    def __init__(self, cells: Sheet, sheet: str, text: str) -> None:
        self.cells, self.sheet = cells, sheet
        self.tokens = list(tokens(text))
        self.place = 0

    def result(self) -> object:
        value = self.comparison()
        assert self.place == len(self.tokens), self.tokens[self.place :]
        return value() if callable(value) else value

    def next(self) -> tuple[str, str]:
        self.place += 1
        return self.tokens[self.place - 1]

    def is_sign(self, signs: str) -> bool:
        return self.place < len(self.tokens) and self.tokens[self.place] in [("sign", sign) for sign in signs]

    # Every part is a thunk: IF works out only the branch that it takes.
    def comparison(self) -> Callable[[], object]:
        left = self.joined()
        while self.is_sign("=>"):
            sign, right = self.next()[1], self.joined()
            left = self._compared(sign, left, right)
        return left

    @staticmethod
    def _compared(sign: str, left: Callable[[], object], right: Callable[[], object]) -> Callable[[], object]:
        def work() -> object:
            one, other = left(), right()
            if sign == ">":
                return [value > other for value in one] if isinstance(one, list) else one > other  # type: ignore[operator]
            if isinstance(one, str) or isinstance(other, str):
                return text_of(one).casefold() == text_of(other).casefold() and (
                    isinstance(one or "", str) == isinstance(other or "", str)
                )
            return one == other

        return work

    def joined(self) -> Callable[[], object]:
        left = self.total()
        while self.is_sign("&"):
            self.next()
            left = (lambda one, other: lambda: text_of(one()) + text_of(other()))(left, self.total())
        return left

    def total(self) -> Callable[[], object]:
        left = self.part()
        while self.is_sign("*"):
            self.next()
            left = (lambda one, other: lambda: [a * b for a, b in zip(one(), other(), strict=True)])(left, self.part())
        while self.is_sign("+-"):
            factor = 1 if self.next()[1] == "+" else -1
            left = (lambda one, other, by: lambda: one() + by * other())(left, self.part(), factor)
        return left

    def part(self) -> Callable[[], object]:
        kind, text = self.next()
        if (kind, text) == ("sign", "("):
            inner = self.comparison()
            assert self.next() == ("sign", ")")
            return inner
        if kind == "text":
            return lambda: text[1:-1].replace('""', '"')
        if kind == "number":
            return lambda: int(text)
        if kind == "ref":
            return lambda: self.referred(text)
        assert kind == "name", (kind, text)
        assert self.next() == ("sign", "(")
        arguments = [self.comparison()]
        while self.is_sign(","):
            self.next()
            arguments.append(self.comparison())
        assert self.next() == ("sign", ")")
        return lambda: self.called(text, arguments)

    def referred(self, text: str) -> object:
        sheet, _, address = text.rpartition("!")
        name = sheet[1:-1].replace("''", "'") if sheet else self.sheet
        plain = address.replace("$", "")
        return self.cells.area(name, plain) if ":" in plain else self.cells.value(name, plain)

    def called(self, name: str, arguments: list[Callable[[], object]]) -> object:
        if name == "IF":
            return arguments[1 if arguments[0]() else 2]()
        values = [argument() for argument in arguments]
        first = values[0]
        match name:
            case "ISNUMBER":
                return isinstance(first, (int, float))
            case "ISTEXT":
                return [isinstance(value, str) for value in first_list(first)]
            case "LEN":
                return [len(text_of(value)) for value in first_list(first)]
            case "SUMPRODUCT":
                return sum(first_list(first))  # type: ignore[arg-type]
            case "TRIM":
                return " ".join(text_of(first).split())
            case "SUBSTITUTE":
                return text_of(first).replace(str(values[1]), str(values[2]))
            case "INDEX":
                return first[values[1] - 1]  # type: ignore[index,operator]
            case "COUNTA":
                return sum(value is not None for value in first)  # type: ignore[attr-defined]
            case "MATCH":
                for place, value in enumerate(first_list(values[1]), start=1):
                    if value == first and value is not None:
                        return place
                raise NotFoundError
            case "COUNTIF":
                return sum(value is not None and text_of(value) == text_of(values[1]) for value in first_list(first))
        raise AssertionError(name)


def first_list(value: object) -> list[object]:
    assert isinstance(value, list)
    return value


def text_of(value: object) -> str:
    return "" if value is None else str(value)


def tokens(text: str) -> Iterator[tuple[str, str]]:
    place = 0
    while place < len(text):
        match = TOKEN.match(text, place)
        assert match is not None, text[place:]
        yield next((kind, found) for kind, found in match.groupdict().items() if found is not None)
        place = match.end()
