"""Read a draft from a file: Word, plain text, Markdown or PDF.  What cannot be read is refused in words."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from kunskap.errors import KunskapError, fault
from kunskap.growth.review.passages import laid_out, split_text
from kunskap.growth.review.pdf import pdf_blocks
from kunskap.growth.review.word import word_blocks
from kunskap.system_errors import problem

__all__ = ["ENDINGS", "LARGEST", "read_draft"]

ENDINGS = (".docx", ".md", ".txt", ".pdf")
LARGEST = 60_000_000


def read_draft(path: str | Path) -> pd.DataFrame:
    r"""Read a draft and split it by its headings.

    Parameters
    ----------
    path : str or Path
        A ``.docx``, ``.md``, ``.txt`` or ``.pdf`` file.  It is never changed.

    Returns
    -------
    DataFrame
        As `laid_out` makes it: a row per paragraph.  In Word, deleted and moved text of tracked changes is left out and
        inserted text read; footnotes, headers and text boxes are not read.  PDF needs ``pip install 'kunskap[pdf]'``.

    Raises
    ------
    KunskapError
        ``REVIEW-06`` … ``REVIEW-14``.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = (Path(folder) / "utkast.md").write_text("# Mål\n\nFler ska resa.\n", encoding="utf-8")
    ...     read_draft(Path(folder) / "utkast.md")["text"].tolist()
    ['Fler ska resa.']
    """
    path = Path(path)
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise KunskapError([fault("REVIEW-07", str(path), ending=ending or "–", expected=", ".join(ENDINGS))])
    content = _content(path)
    if ending == ".docx":
        table = laid_out(word_blocks(content, where=str(path)))
    elif ending == ".pdf":
        table = laid_out(pdf_blocks(content, where=str(path)))
    else:
        table = split_text(_decoded(content, where=str(path)))
    if table.empty:
        raise KunskapError([fault("REVIEW-09", str(path))])
    return table


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST:
            size, most = (f"{value / 1e6:.0f}" for value in (path.stat().st_size, LARGEST))
            raise KunskapError([fault("REVIEW-14", str(path), size=size, most=most)])
        return path.read_bytes()
    except OSError as error:
        raise KunskapError([fault("REVIEW-06", str(path), problem=problem(error))]) from error


def _decoded(content: bytes, *, where: str) -> str:
    """The text of a file: UTF-8, UTF-16 with its mark, or Windows-1252."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = ("utf-16",)
    elif b"\x00" in content:
        raise KunskapError([fault("REVIEW-13", where)])
    else:
        encodings = ("utf-8-sig", "cp1252")  # type: ignore[assignment]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise KunskapError([fault("REVIEW-13", where)])
