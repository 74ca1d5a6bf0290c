"""Whether an SPSS file's dictionary holds together, checked before it is handed to a C library.

The library follows the file's own counts and positions; where damage makes them point outside, the whole process dies,
and with it a notebook's unsaved work.  The layout is that of the PSPP manual's "System File Format".
"""

from __future__ import annotations

import struct

__all__ = ["is_sound"]

HEADER_SIZE = 176
END_OF_DICTIONARY = 999


class _Records:
    """A position in the file that never runs past its end."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.place = HEADER_SIZE
        self.order = "<" if content[64:68] in (b"\x02\0\0\0", b"\x03\0\0\0") else ">"

    def number(self) -> int:
        value: int = struct.unpack_from(f"{self.order}i", self.content, self.place)[0]
        self.place += 4
        return value

    def skip(self, count: int) -> None:
        if count < 0 or self.place + count > len(self.content):
            raise ValueError("a count runs past the end of the file")
        self.place += count


def is_sound(content: bytes) -> bool:
    """Whether every count stays within the file and every value label belongs to a variable.

    Examples
    --------
    >>> is_sound(b"$FL2 and nothing more")
    False
    """
    try:
        _walk(_Records(content))
    except (ValueError, struct.error):
        return False
    return True


def _walk(records: _Records) -> None:
    widths: list[int] = []  # −1 for the continuations of a long text
    awaited = 0  # continuations that must follow
    while (kind := records.number()) != END_OF_DICTIONARY:
        if awaited and kind != 2:
            raise ValueError("a text variable is cut off")
        if kind == 2:
            widths.append(_variable(records, is_continuation=awaited > 0))
            awaited = awaited - 1 if widths[-1] == -1 else max(0, -(-widths[-1] // 8) - 1)
        elif kind == 3:
            _labels(records, widths)
        elif kind == 6:
            records.skip(80 * _count(records))
        elif kind == 7:
            records.number()
            size, count = _count(records), _count(records)
            records.skip(size * count)
        else:
            raise ValueError("an unknown record")
    records.number()
    if not widths:
        raise ValueError("no variables")


def _count(records: _Records) -> int:
    count = records.number()
    if count < 0:
        raise ValueError("a negative count")
    return count


def _variable(records: _Records, *, is_continuation: bool) -> int:
    width, has_label, missing = records.number(), records.number(), records.number()
    if not -1 <= width <= 255 or (width == -1) != is_continuation or has_label not in (0, 1) or not -3 <= missing <= 3:
        raise ValueError("a variable that cannot be")
    records.skip(16)  # formats and name
    if has_label:
        records.skip(-(-_count(records) // 4) * 4)
    records.skip(8 * abs(missing))
    return width


def _labels(records: _Records, widths: list[int]) -> None:
    for _ in range(_count(records)):
        records.skip(8)
        if records.place >= len(records.content):
            raise ValueError("labels run past the end of the file")
        length = records.content[records.place]
        records.skip(-(-(1 + length) // 8) * 8)
    if records.number() != 4:
        raise ValueError("labels without variables")
    places = [records.number() for _ in range(_count(records))]
    if not all(1 <= place <= len(widths) and 0 <= widths[place - 1] <= 8 for place in places):
        raise ValueError("labels of no variable")
    if len({widths[place - 1] > 0 for place in places}) > 1:
        raise ValueError("labels of both numbers and texts")
