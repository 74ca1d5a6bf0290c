"""The formats that a report can be written in, by the ending of the file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from kunskap.bank import Bank
from kunskap.errors import KunskapError, fault
from kunskap.report.document import Document
from kunskap.report.html import html_page
from kunskap.words import Words

__all__ = ["FORMATS", "known_formats", "write_format"]

FORMATS = ("html", "docx", "pdf", "xlsx")


def known_formats(names: str | Iterable[str]) -> tuple[str, ...]:
    """The formats that are named, once each and in the order given.

    Parameters
    ----------
    names : str or iterable of str
        Endings, or one text with commas between them.

    Raises
    ------
    KunskapError
        ``REPORT-09`` for each name that is no format, or if none is named.

    Examples
    --------
    >>> known_formats("docx, html,docx")
    ('docx', 'html')
    """
    parts = names.split(",") if isinstance(names, str) else names
    wanted = tuple(dict.fromkeys(part.strip().lower().removeprefix(".") for part in parts if part.strip()))
    expected = ", ".join(FORMATS)
    faults = [fault("REPORT-09", name, expected=expected) for name in wanted or ("–",) if name not in FORMATS]
    if faults:
        raise KunskapError(faults)
    return wanted


def write_format(name: str, document: Document, *, bank: Bank, words: Words, template: Path | None = None) -> bytes:
    """Write a document in one format.

    Parameters
    ----------
    name : str
        One of `FORMATS`.
    document : Document
        What to write.
    bank, words : Bank, Words
        Labels, for the workbook's codebook, and interface words in the document's language.
    template : Path, optional
        A Word file or template whose styles, header and footer the Word report takes.

    Raises
    ------
    KunskapError
        ``REPORT-10`` for a template that cannot be used, ``REPORT-11`` without the PDF writer,
        ``REPORT-12`` if it fails.
    """
    if name == "html":
        return html_page(document, words=words)
    if name == "docx":
        from kunskap.report.word import word_file

        return word_file(document, words=words, template=template)
    if name == "pdf":
        from kunskap.report.pdf import pdf_file

        return pdf_file(document, words=words)
    from kunskap.report.excel import workbook

    return workbook(document, bank=bank, words=words)
