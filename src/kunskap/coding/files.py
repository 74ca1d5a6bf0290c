"""Each coder's own file: which codes a text was given, and nothing that says who wrote it."""

from __future__ import annotations

import csv
import datetime
import hashlib
import hmac
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from kunskap.bank.fields import closest
from kunskap.coding.frame import NO_CODE, CodingFrame
from kunskap.errors import Fault, KunskapError, fault
from kunskap.whole_files import save_file

__all__ = ["FILE_COLUMNS", "Coding", "read_coder", "read_codings", "save_coder", "text_keys"]

FILE_COLUMNS = ("text", "item", "codes", "quotation", "ticked_on")
CODING_COLUMNS = ("coder", "text", "item", "code", "coded")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")


@dataclass(frozen=True)
class Coding:
    """What one coder found in one text.

    Attributes
    ----------
    text : str
        The text's key, from `text_keys`; never a sitting's id.
    item : str
        The open question.
    codes : tuple of str
        Ids of the frame; empty where no code fits.
    quotation : str
        The passage that the coder has ticked as fit to quote; empty for none.
    ticked_on : date, optional
        When.
    """

    text: str
    item: str
    codes: tuple[str, ...]
    quotation: str = ""
    ticked_on: datetime.date | None = None


def text_keys(texts: pd.DataFrame, *, key: bytes | None = None) -> pd.Series:
    """Name each text by a key that links to nobody for who has only the coders' files.

    Parameters
    ----------
    texts : DataFrame
        Columns sitting_id, item, text, as `Import.texts`.
    key : bytes, optional
        The project's secret.  Without it, a key can be made again by anyone who knows a sitting's id and the text.

    Returns
    -------
    Series of str
        Indexed like `texts`: HMAC-SHA-256 of sitting, item and text, sixteen hexadecimal digits.  A text that is
        changed has another key, so that no code stays with words it was not given to.

    Examples
    --------
    >>> texts = pd.DataFrame({"sitting_id": ["s1"], "item": ["understanding01"], "text": ["Makt."]})
    >>> text_keys(texts, key=b"secret").str.len().tolist()
    [16]
    """
    rows = zip(texts["sitting_id"], texts["item"], texts["text"], strict=True)
    keys = [
        hmac.new(key or b"", "\x1f".join(map(str, row)).encode("utf-8"), hashlib.sha256).hexdigest()[:16]
        for row in rows
    ]
    return pd.Series(keys, index=texts.index, name="text_key", dtype="str")


def save_coder(path: Path, codings: Iterable[Coding]) -> Path:
    """Save one coder's codes as CSV (UTF-8 with mark, semicolons), whole or not at all.

    Raises
    ------
    KunskapError
        ``READ-43`` if it cannot be written; the earlier file is then as it was.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow(FILE_COLUMNS)
    for one in codings:
        ticked_on = one.ticked_on.isoformat() if one.ticked_on else ""
        codes = " ".join(one.codes) or NO_CODE
        writer.writerow([one.text, one.item, codes, _guarded(one.quotation), ticked_on])
    return save_file(path, buffer.getvalue().encode("utf-8-sig"))


def read_coder(path: Path, *, frame: CodingFrame) -> tuple[Coding, ...]:
    """Read one coder's file, strictly.

    Parameters
    ----------
    path : Path
        As `save_coder` writes it.
    frame : CodingFrame
        The codes that may stand there.

    Raises
    ------
    KunskapError
        ``CODE-09`` … ``CODE-12``: every fault of the file at once.
    """
    expected = "; ".join(FILE_COLUMNS)
    try:
        text = path.read_bytes().decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise KunskapError([fault("CODE-12", str(path), expected=expected)]) from error
    if not rows or tuple(rows[0]) != FILE_COLUMNS:
        raise KunskapError([fault("CODE-12", str(path), expected=expected)])
    faults: list[Fault] = []
    found: dict[str, Coding] = {}
    for number, row in enumerate(rows[1:], start=2):
        where = f"{path.name}, row {number}"
        if len(row) != len(FILE_COLUMNS):
            faults.append(fault("CODE-12", where, expected=expected))
            continue
        coding = _coding(row, where, frame, faults)
        if coding is not None and coding.text in found:
            faults.append(fault("CODE-11", where, text=coding.text))
        elif coding is not None:
            found[coding.text] = coding
    if faults:
        raise KunskapError(faults)
    return tuple(found.values())


def read_codings(paths: Sequence[Path], *, frame: CodingFrame) -> pd.DataFrame:
    """Gather coders' files in one table; a coder is called as her file.

    Parameters
    ----------
    paths : sequence of Path
        One file per coder.
    frame : CodingFrame
        The codes that may stand there.

    Returns
    -------
    DataFrame
        Columns coder, text (its key), item, code, coded: a row for each code of the question, so that *not this code*
        and *not coded* (no row) stay apart.

    Raises
    ------
    KunskapError
        ``CODE-09`` … ``CODE-12``: every fault of all files at once.
    """
    faults: list[Fault] = []
    rows: list[tuple[str, str, str, str, bool]] = []
    for path in paths:
        try:
            codings = read_coder(path, frame=frame)
        except KunskapError as error:
            faults += error.faults
            continue
        rows += [
            (path.stem, one.text, one.item, code, code in one.codes) for one in codings for code in frame.ids(one.item)
        ]
    if faults:
        raise KunskapError(faults)
    table = pd.DataFrame(rows, columns=list(CODING_COLUMNS))
    return table.astype(dict.fromkeys(CODING_COLUMNS[:-1], "str") | {"coded": "bool"})


def _coding(row: list[str], where: str, frame: CodingFrame, faults: list[Fault]) -> Coding | None:
    text, item, codes, quotation, ticked = row
    if item not in frame.codes:
        near = closest(item, list(frame.items))
        faults.append(fault("CODE-07", where, item=item, expected=", ".join(frame.items), closest=near))
        return None
    given = codes.split()
    if not given or not text:
        faults.append(fault("CODE-10", where))
        return None
    known = frame.ids(item)
    chosen = [] if given == [NO_CODE] else given
    unknown = [code for code in chosen if code not in known]
    for code in unknown:
        near = closest(code, list(known))
        faults.append(fault("CODE-09", where, chosen=code, item=item, expected=", ".join(known), closest=near))
    try:
        ticked_on = datetime.date.fromisoformat(ticked) if ticked else None
    except ValueError:
        faults.append(fault("CODE-12", where, expected="; ".join(FILE_COLUMNS)))
        return None
    if unknown:
        return None
    in_order = tuple(code for code in known if code in chosen)
    return Coding(text, item, in_order, _unguarded(quotation), ticked_on)


def _guarded(passage: str) -> str:
    """An apostrophe before what a spreadsheet would run as a formula."""
    return f"'{passage}" if passage.startswith(FORMULA) else passage


def _unguarded(passage: str) -> str:
    return passage[1:] if passage.startswith("'") else passage
