"""A draft as a table: what stands under each heading, paragraph by paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

__all__ = ["PARAGRAPH_COLUMNS", "Block", "laid_out", "split_lines", "split_text", "without_breaks"]

PARAGRAPH_COLUMNS = ("chapter", "section", "passage", "heading", "paragraph", "place", "text")
BULLET = re.compile(r"\s*(?:[-*•–+·▪]|\d{1,2}[.)])\s+")
HASHES = re.compile(r"(#{1,6})\s+(.*?)\s*#*$")
NUMBERED = re.compile(r"(\d{1,2}(?:\.\d{1,2}){0,3})\.?\s+([A-ZÅÄÖ].{1,90})$")
UNDERLINE = re.compile(r"(=+|-+)\s*$")
LONGEST_HEADING = 80
# Headings that divide one matter into its links: what stands under them belongs to the heading above.
LINK_HEADING = re.compile(
    r"(?:[\d.]+\s*)?(?:mål|delmål|målbild|nuläge|läget|insatser|åtgärder|indikator|mått|uppföljning|finansiering|budget"
    r"|ansvar|genomförande|prioriteringar|så gör vi|det gör vi|vad vi vill|utmaningar)(?:er|en|na|n)?\b",
    re.IGNORECASE,
)
KEPT_HYPHEN = re.compile(r"(?:och|eller|samt|respektive)\b")


@dataclass(frozen=True)
class Block:
    """A heading or a paragraph.

    Attributes
    ----------
    text : str
        Its words, in one line.
    level : int
        1 for the highest heading, 0 for a paragraph.
    number : int
        Its place in the file, counted from 1.
    place : str
        Its place in words: a line, a page, a paragraph.
    """

    text: str
    level: int
    number: int
    place: str


def laid_out(blocks: Iterable[Block]) -> pd.DataFrame:
    """Lay blocks out under their headings.

    Parameters
    ----------
    blocks : iterable of Block
        In the order of the document.

    Returns
    -------
    DataFrame
        Columns `PARAGRAPH_COLUMNS`, a row per paragraph.  A passage is what stands under one heading; its `section` is
        named by the two highest headings above it (headings such as *Mål* and *Insatser* do not divide a section), its
        `chapter` by the highest.  The document's own title, a single highest heading that stands first, is no chapter.
        Without any headings each paragraph is a passage.

    Examples
    --------
    >>> table = laid_out([Block("Mål", 1, 1, "rad 1"), Block("Fler ska resa.", 0, 2, "rad 2")])
    >>> table[["passage", "heading", "text"]].values.tolist()
    [['p001', 'Mål', 'Fler ska resa.']]
    """
    listed = [block for block in blocks if block.text.strip()]
    headings = [block for block in listed if block.level]
    title = _title(listed)
    depths = sorted({block.level for block in headings if block is not title})
    path: list[str] = []
    rows: list[tuple[object, ...]] = []
    number, is_new = 0, True
    for block in listed:
        if block is title:
            continue
        if block.level:
            depth = depths.index(block.level)
            path = [*path[:depth], *[""] * (depth - len(path)), block.text.strip()]
            is_new = True
            continue
        if is_new or not headings:
            number, is_new = number + 1, False
        passage = f"p{number:03}"
        section = _section(path) or (passage if not headings else "")
        heading = path[-1] if path else title.text.strip() if title else ""
        rows.append((path[0] if path else "", section, passage, heading, block.number, block.place, block.text))
    table = pd.DataFrame(rows, columns=list(PARAGRAPH_COLUMNS))
    return table.astype({name: "int64" if name == "paragraph" else "str" for name in PARAGRAPH_COLUMNS})


def _section(path: Sequence[str]) -> str:
    above = [part for part in path if part]
    while len(above) > 1 and LINK_HEADING.match(above[-1]):
        above = above[:-1]
    return " / ".join(above[:2])


def _title(blocks: Sequence[Block]) -> Block | None:
    headings = [block for block in blocks if block.level]
    if len(headings) < 2 or headings[0] is not blocks[0]:
        return None
    highest = [block for block in headings if block.level == min(other.level for other in headings)]
    return highest[0] if highest == headings[:1] else None


def split_text(text: str, *, word: str = "rad") -> pd.DataFrame:
    r"""Split plain text or Markdown by its headings.

    Parameters
    ----------
    text : str
        The whole text.
    word : str
        What a line is called in `place`.

    Returns
    -------
    DataFrame
        As `laid_out` makes it.  Headings are ``# …``, underlined lines, numbered lines such as ``3.2 Mål`` that stand
        alone, and lines in capitals.

    Examples
    --------
    >>> split_text("1 Inledning\n\nEtt län.\n\n2 Mål\n\nFler ska\nresa.\n")[["heading", "text"]].values.tolist()
    [['Inledning', 'Ett län.'], ['Mål', 'Fler ska resa.']]
    """
    text = re.sub(r"<!--.*?-->", lambda match: "\n" * match.group().count("\n"), text, flags=re.DOTALL)
    lines = text.splitlines()
    return laid_out(split_lines(lines, places=[f"{word} {number}" for number in range(1, len(lines) + 1)]))


def split_lines(lines: Sequence[str], *, places: Sequence[str]) -> Iterator[Block]:
    """Split lines into headings and paragraphs; a bullet or a row of a table is a paragraph of its own."""
    waiting: list[str] = []
    began = 0
    for place, line in enumerate(lines):
        before = lines[place - 1] if place else ""
        after = lines[place + 1] if place + 1 < len(lines) else ""
        level, words = _heading(line, before, after)
        is_rule = bool(re.fullmatch(r"\s*[-=*_|: ]{3,}\s*", line))
        starts_anew = bool(BULLET.match(line)) or line.lstrip().startswith("|")
        if waiting and (level or is_rule or starts_anew or not line.strip()):
            yield Block(without_breaks(waiting), 0, began + 1, places[began])
            waiting = []
        if level:
            yield Block(words, level, place + 1, places[place])
        elif line.strip() and not is_rule:
            began = began if waiting else place
            waiting.append(_plain(line))
    if waiting:
        yield Block(without_breaks(waiting), 0, began + 1, places[began])


def without_breaks(lines: Sequence[str]) -> str:
    """Join the lines of a paragraph; a word divided by a hyphen at the end of a line becomes whole.

    Examples
    --------
    >>> without_breaks(["Ett jäm-", "ställt län med buss-", "och tågtrafik"])
    'Ett jämställt län med buss- och tågtrafik'
    """
    text = ""
    for line in lines:
        line = line.strip()
        is_divided = re.search(r"\w-$", text) and line[:1].islower() and not KEPT_HYPHEN.match(line)
        text = text[:-1] + line if is_divided else f"{text} {line}" if text else line
    return text


def _heading(line: str, before: str, after: str) -> tuple[int, str]:
    words = line.strip()
    if hashes := HASHES.match(words):
        return len(hashes.group(1)), hashes.group(2)
    stands_alone = not before.strip() and bool(words) and len(words) <= LONGEST_HEADING
    if stands_alone and (underline := UNDERLINE.match(after)) and len(after.strip()) >= 3 and words[0] != "|":
        return (1 if underline.group(1)[0] == "=" else 2), words
    stands_alone = stands_alone and not after.strip() and words[-1] not in ".,;:!?"
    if stands_alone and (numbered := NUMBERED.match(words)):
        return numbered.group(1).count(".") + 1, numbered.group(2).strip()
    if stands_alone and words.isupper() and len(words) > 3:
        return 1, words.capitalize()
    return 0, ""


def _plain(line: str) -> str:
    line = BULLET.sub("", line, count=1) if BULLET.match(line) else line
    if line.lstrip().startswith("|"):
        line = " | ".join(cell.strip() for cell in line.strip().strip("|").split("|"))
    return line.replace("**", "").replace("__", "").replace("\u00ad", "").replace("\u00a0", " ")
