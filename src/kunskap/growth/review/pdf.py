"""The text of a PDF, page by page.  A PDF has lines and no paragraphs: headings are known by number or capitals."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterator
from importlib.util import find_spec
from io import BytesIO

from kunskap.errors import KunskapError, fault
from kunskap.growth.review.passages import NUMBERED, Block, split_lines

__all__ = ["pdf_blocks"]

ENDS_A_SENTENCE = re.compile(r"[.!?:]\s*$")
MANY_PAGES = 4


def pdf_blocks(content: bytes, *, where: str) -> Iterator[Block]:
    """The headings and paragraphs of a PDF; page numbers and lines that most pages repeat are left out.

    Parameters
    ----------
    content : bytes
        The file.
    where : str
        What to call it in faults.

    Raises
    ------
    KunskapError
        ``REVIEW-10`` without *pypdf*, ``REVIEW-11`` for a damaged or protected file, ``REVIEW-12`` for one without
        text, as a scanned paper is.
    """
    pages = [[line.strip() for line in page.splitlines()] for page in _pages(content, where)]
    repeated = Counter(line for page in pages for line in set(page) if line)
    running = {line for line, times in repeated.items() if len(pages) >= MANY_PAGES and times > len(pages) / 2}
    lines: list[str] = []
    places: list[str] = []
    for number, page in enumerate(pages, start=1):
        for line in page:
            if line in running or re.fullmatch(r"(?:sida\s*)?\d{1,4}(?:\s*\(\d+\))?", line, re.IGNORECASE):
                continue
            is_heading = NUMBERED.match(line) and line[-1] not in ".,;:!?" and (not lines or _ends(lines[-1]))
            lines += ["", line, ""] if is_heading else [line]
            places += [f"sida {number}"] * (len(lines) - len(places))
    return split_lines(lines, places=places)


def _ends(line: str) -> bool:
    return not line or bool(ENDS_A_SENTENCE.search(line))


def _pages(content: bytes, where: str) -> list[str]:
    if find_spec("pypdf") is None:
        raise KunskapError([fault("REVIEW-10", where)])
    from pypdf import PdfReader

    # Whatever a damaged file makes the library raise, staff are told in words; its own log lines are kept out of sight.
    logger = logging.getLogger("pypdf")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        pages = [page.extract_text() or "" for page in PdfReader(BytesIO(content)).pages]
    except Exception as error:
        raise KunskapError([fault("REVIEW-11", where, problem=type(error).__name__)]) from error
    finally:
        logger.setLevel(before)
    if not any(page.strip() for page in pages):
        raise KunskapError([fault("REVIEW-12", where, count=len(pages))])
    return pages
