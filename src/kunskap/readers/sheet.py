"""A raw file as one neutral table of texts, before anyone knows what the columns mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

from kunskap.errors import Fault, KunskapError, fault
from kunskap.system_errors import problem

__all__ = ["LARGEST_FILE", "MISSING_MARK", "Refusal", "Sheet", "file_content", "make_sheet"]

LARGEST_FILE = 100_000_000
# Stands before a value that the file itself declares missing (SPSS): its label may still say "don't know".
MISSING_MARK = "\ue000"


@dataclass(frozen=True)
class Refusal:
    """One reason, and the rows to which it applies.

    Attributes
    ----------
    rows : tuple of int
        Row numbers as a spreadsheet shows them; empty when it is about a whole column.
    column : str
        The heading; empty when it is about whole rows.
    value : str
        The refused value, never a name, an address or a code.
    """

    rows: tuple[int, ...]
    column: str
    value: str
    fault: Fault


@dataclass(frozen=True)
class Sheet:
    """The cells of one file.

    Attributes
    ----------
    file : str
        The file's name.
    headings : tuple of str
        One per column.
    cells : DataFrame
        Columns 0, 1, …; texts, ``""`` = left empty, None = the file says that it was not shown.
    rows : array of int
        Each row's number as a spreadsheet shows it (the headings are row 1).
    kind : str
        limesurvey, limesurvey_vv, forms, spss, store or table.
    holds_pseudonyms : bool
        Whether the linking codes are pseudonyms already: the participants' page never keeps a code.
    questions : mapping
        Column → question text, where the file gives it beside the heading.
    labels : mapping
        Column → value → label, where the file has value labels.
    refusals, notes
        Rows that could not be told apart into columns; what else to tell about the file.
    """

    file: str
    headings: tuple[str, ...]
    cells: pd.DataFrame = field(repr=False)
    rows: np.ndarray = field(repr=False)
    kind: str = "table"
    holds_pseudonyms: bool = False
    questions: Mapping[int, str] = field(default_factory=dict, repr=False)
    labels: Mapping[int, Mapping[str, str]] = field(default_factory=dict, repr=False)
    refusals: tuple[Refusal, ...] = field(default=(), repr=False)
    notes: tuple[Fault, ...] = field(default=(), repr=False)

    def column(self, position: int) -> np.ndarray:
        """One column's cells, as an array of objects."""
        return self.cells[position].to_numpy(dtype=object)

    def only(self, keep: np.ndarray) -> Sheet:
        """The sheet with the rows where `keep` is true."""
        return replace(self, cells=self.cells[keep].reset_index(drop=True), rows=self.rows[keep])

    def where(self, position: int) -> str:
        """The place of a column, as the user knows it."""
        return f'{self.file}, "{shown_heading(self.headings[position])}"'


def shown_heading(heading: str, *, longest: int = 60) -> str:
    r"""A heading on one line, cut where it is long.

    Examples
    --------
    >>> shown_heading("Vad är målet?\nVälj ett.")
    'Vad är målet? Välj ett.'
    """
    flat = " ".join(heading.split())
    return flat if len(flat) <= longest else f"{flat[: longest - 1]}…"


def make_sheet(
    file: str,
    headings: list[str],
    records: list[list[str]],
    rows: list[int],
    *,
    refusals: tuple[Refusal, ...] = (),
    notes: tuple[Fault, ...] = (),
) -> Sheet:
    """A sheet of records that all have as many fields as there are headings.

    A row that repeats the headings, as in files pasted together, is refused (``READ-44``).

    Raises
    ------
    KunskapError
        ``READ-07`` if there are no records.
    """
    repeated = [
        number for number, record in enumerate(records) if record[-1] == headings[-1] and _alike(record, headings)
    ]
    if repeated:
        refusals += (Refusal(tuple(rows[number] for number in repeated), "", "", fault("READ-44", file)),)
        records = [record for number, record in enumerate(records) if number not in set(repeated)]
        rows = [row for number, row in enumerate(rows) if number not in set(repeated)]
    if not records:
        raise KunskapError([fault("READ-07", file)])
    cells = np.empty((len(records), len(headings)), dtype=object)
    cells[:] = records
    frame = pd.DataFrame({position: cells[:, position] for position in range(len(headings))}, dtype=object)
    numbers = np.asarray(rows, dtype=np.int64)
    return Sheet(file, tuple(headings), frame, numbers, refusals=refusals, notes=notes)


def _alike(record: list[str], headings: list[str]) -> bool:
    # Only the first field can differ, by the mark at the second file's beginning, which also keeps its quotation marks.
    return record[1:] == headings[1:] and record[0].lstrip("\ufeff").strip('"') == headings[0]


def file_content(path: Path) -> bytes:
    """The bytes of a file that is small enough to be read.

    Raises
    ------
    KunskapError
        ``READ-01`` missing, ``READ-02`` a folder, ``READ-03`` not allowed, ``READ-04`` over 100 MB (nothing is read
        then), ``READ-06`` empty.
    """
    try:
        if path.is_dir():
            raise KunskapError([fault("READ-02", str(path))])
        size = path.stat().st_size
        if size > LARGEST_FILE:
            megabytes = round(size / 1_000_000)
            raise KunskapError([fault("READ-04", path.name, size=megabytes, limit=LARGEST_FILE // 1_000_000)])
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise KunskapError([fault("READ-01", str(path))]) from error
    except (OSError, ValueError) as error:
        raise KunskapError([fault("READ-03", str(path), error=problem(error))]) from error
    if not content.strip(b"\x00\xef\xbb\xbf \t\r\n"):
        raise KunskapError([fault("READ-06", path.name)])
    return content
