"""Finds hidden values in a report's files: in their bytes, their parts, their metadata and the text that they show.

Knows nothing of the code that writes the files.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pandas as pd
import pikepdf
from pypdf import PdfReader

from kunskap.disclosure import Released

VALUES = ("count", "n", "estimate", "se", "low", "high")
# Smaller numbers and rounder shares stand in any report by chance: the example's hidden values are larger and finer.
SMALLEST, DIGITS = 10_000, 5
# What ends a text, so that the next does not run into it, in pages and in Word.
ENDED = re.compile(r"</(?:w:p|w:tc|p|t[dh]|li|h\d|text|title|caption)>")
BETWEEN = r"(?:[ \u00a0\u202f\u2009,.]|&nbsp;)?"
DECIMAL = re.compile(r"(?<![\d.,])(\d{1,2})[.,](\d{3,})")


def hidden_values(tables: Mapping[str, pd.DataFrame], released: Released) -> set[float]:
    """Every value of a row that the gate hid, before it did."""
    found = set()
    for name in released.names:
        hidden = released.table(name)["estimate"].isna().to_numpy()
        rows = tables[name].loc[hidden, [column for column in VALUES if column in tables[name]]]
        found |= {float(value) for value in rows.to_numpy(dtype="float64", na_value=float("nan")).ravel()}
    return {value for value in found if value == value}


def can_be_told_apart(value: float) -> bool:
    """Whether a value is large or fine enough not to stand in a report by chance."""
    if value == int(value):
        return abs(value) >= SMALLEST
    return 0.1 <= abs(value) < 1 and round(value, 3) != value


def leaks(path: Path, values: Iterable[float]) -> list[str]:
    """Where a value stands in a file, as a number with or without spaces, a share or a percentage: ``part: value``."""
    wanted = [abs(value) for value in values if can_be_told_apart(value)]
    wholes = [str(int(value)) for value in wanted if value == int(value)]
    searched = [re.compile(rf"(?<!\d){whole[:-3]}{BETWEEN}{whole[-3:]}(?!\d)") for whole in wholes]
    shares = {form for value in wanted if value < 1 for form in (f"{value:.{DIGITS}f}", repr(value)[: DIGITS + 2])}
    percent = {f"{100 * value:.{decimals}f}" for value in wanted if value < 1 for decimals in (3, 4)}
    found = set()
    for part, text in texts(path):
        found |= {f"{part}: {match[0]}" for one in searched for match in one.finditer(text)}
        for match in DECIMAL.finditer(text):
            number = f"{match[1]}.{match[2]}"
            if number[: DIGITS + 2] in shares or number in percent:
                found.add(f"{part}: {match[0]}")
    return sorted(found)


def texts(path: Path) -> Iterator[tuple[str, str]]:
    """Everything in a file that can be read as text, part by part."""
    content = path.read_bytes()
    yield from _texts(path.name, content)


def _texts(name: str, content: bytes) -> Iterator[tuple[str, str]]:
    if content.startswith(b"PK"):
        yield from _packed(name, content)
    elif content.startswith(b"%PDF"):
        yield from _pdf(name, content)
    elif content.startswith(b"\x89PNG"):
        yield from _png(name, content)
    else:
        text = content.decode("utf-8", errors="replace")
        yield name, text
        yield f"{name}, unescaped", html.unescape(text)
        yield f"{name}, without tags", html.unescape(re.sub(r"<[^>]*>", "", ENDED.sub("\n", text)))


def _packed(name: str, content: bytes) -> Iterator[tuple[str, str]]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        yield f"{name}, comment", packed.comment.decode("latin-1")
        for entry in packed.infolist():
            yield f"{name}, name", f"{entry.filename} {entry.comment!r} {entry.extra!r}"
            yield from _texts(f"{name}/{entry.filename}", packed.read(entry))


def _png(name: str, content: bytes) -> Iterator[tuple[str, str]]:
    place = 8
    while place < len(content):
        length, kind = int.from_bytes(content[place : place + 4], "big"), content[place + 4 : place + 8]
        inside = content[place + 8 : place + 8 + length]
        if kind == b"zTXt" or (kind == b"iTXt" and b"\0\1\0" in inside):
            packed = inside[inside.index(b"\x78") :]
            yield f"{name}, {kind.decode()}", zlib.decompress(packed).decode("utf-8", errors="replace")
        if kind not in (b"IDAT", b"PLTE"):
            yield f"{name}, {kind.decode()}", inside.decode("latin-1")
        place += 12 + length


def _pdf(name: str, content: bytes) -> Iterator[tuple[str, str]]:
    with pikepdf.open(io.BytesIO(content)) as pdf:
        for number, element in enumerate(pdf.objects):
            for text in _strings(element):
                yield f"{name}, object {number}", text
            if isinstance(element, pikepdf.Stream):
                try:
                    yield f"{name}, stream {number}", element.read_bytes().decode("utf-8", errors="replace")
                except pikepdf.PdfError:
                    yield f"{name}, stream {number}", element.read_raw_bytes().decode("latin-1")
    for number, page in enumerate(PdfReader(io.BytesIO(content)).pages, start=1):
        yield f"{name}, page {number}", page.extract_text()


def _strings(element: object, depth: int = 0) -> Iterator[str]:
    """The texts within an object, but not those of the objects that it points at, which come by themselves."""
    if isinstance(element, pikepdf.String):
        yield str(element)
    elif isinstance(element, pikepdf.Object) and element.is_indirect and depth:
        return
    elif isinstance(element, pikepdf.Dictionary | pikepdf.Stream):
        for _, inner in element.items():
            yield from _strings(inner, depth + 1)
    elif isinstance(element, pikepdf.Array):
        for inner in element:
            yield from _strings(inner, depth + 1)
