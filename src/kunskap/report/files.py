"""The report's files: what an earlier one left behind is removed, and the released tables are CSV."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd

from kunskap.disclosure import Released
from kunskap.whole_files import write_together, write_whole
from kunskap.words import Words

__all__ = ["table_csv", "tables_as_csv", "write_all"]

INDEX = "index.csv"
OWN_FILE = re.compile(r"(tables/)?[^/\\.:][^/\\:]*\.(csv|html?|docx|pdf|xlsx)")
RISKY = ("=", "+", "-", "@", "\t", "\r")


def write_all(
    folder: Path,
    contents: Mapping[str, bytes],
    *,
    listed_in: str,
    listing: bytes,
    before_leaving: Callable[[], object] | None = None,
) -> None:
    """Write files by relative name; those that an earlier report listed and this one does not have are removed.

    A table left over from an earlier release beside the new ones could tell, by subtraction, what the new one hides.
    Files that no report wrote are left alone.

    Parameters
    ----------
    folder : Path
        Where; made if it is not there.
    contents : mapping of str to bytes
        Relative name with ``/`` → what to write.
    listed_in : str
        The file that lists what a report wrote: JSON whose ``files`` has the names.
    listing : bytes
        Its new content.  It is written last, so that what a broken run leaves is still listed.
    before_leaving : callable, optional
        As for `kunskap.whole_files.write_together`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in contents:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
    earlier = _listed(folder / listed_in)
    inside = {folder / name: content for name, content in contents.items()}
    write_together(inside, before_leaving=before_leaving)
    for name in earlier:
        if name not in contents:
            (folder / name).unlink(missing_ok=True)
    write_whole(folder / listed_in, listing)


def _listed(listing: Path) -> list[str]:
    """The files of the report that lies there; of a listing that someone has changed, only names within the folder."""
    try:
        names = list(json.loads(listing.read_text(encoding="utf-8"))["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return []
    return [name for name in names if OWN_FILE.fullmatch(str(name))]


def tables_as_csv(released: Released, words: Words) -> dict[str, bytes]:
    """Every released table as ``tables/<name>.csv``, and ``tables/index.csv`` that says what each is.

    Returns
    -------
    dict of str to bytes
        Relative name → content.
    """
    contents = {f"tables/{name}.csv": table_csv(released.table(name), words) for name in released.names}
    rows = [(f"{name}.csv", table_title(name, words), len(released.table(name))) for name in released.names]
    names = [words("report.index.file"), words("report.index.shows"), words("report.index.rows")]
    return {f"tables/{INDEX}": table_csv(pd.DataFrame(rows, columns=names), words), **contents}


def table_title(name: str, words: Words) -> str:
    """What a table is called in the report; its name if the report has no words for it."""
    return words.said(f"report.tables.{name}", name)


def table_csv(table: pd.DataFrame, words: Words) -> bytes:
    r"""A table for the reader's spreadsheet: UTF-8 with byte order mark; in Swedish semicolons and decimal commas.

    Texts that a spreadsheet would run as a formula get an apostrophe in front.

    Examples
    --------
    >>> from kunskap.words import Words
    >>> table_csv(pd.DataFrame({"sex": ["k"], "estimate": [0.5]}), Words("sv", {})).decode("utf-8-sig")
    'sex;estimate\r\nk;0,5\r\n'
    """
    safe = table.copy()
    for name in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[name]):
            texts = safe[name].astype("str")
            safe[name] = texts.where(~texts.str.startswith(RISKY).fillna(False), "'" + texts)
    is_swedish = words.language == "sv"
    text = safe.to_csv(
        index=False, sep=";" if is_swedish else ",", decimal="," if is_swedish else ".", lineterminator="\r\n"
    )
    return text.encode("utf-8-sig")
