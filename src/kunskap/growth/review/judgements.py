"""What participants judge: a small table of passages and persons, and how well they agree."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd

from kunskap.coding.agreement import agreement
from kunskap.errors import Fault, KunskapError, fault
from kunskap.growth.review.finding import Review
from kunskap.growth.review.rules import PASSAGE_CODES
from kunskap.growth.review.spreadsheets import save_table
from kunskap.readers.delimited import decode
from kunskap.system_errors import problem

__all__ = ["judged", "read_judgements", "said_judgements", "save_judgement_sheet"]

FIXED = ("passage", "heading", "text")
NONE, NOT_JUDGED = "0", "-"
JUDGED = ("coder", "text", "item", "code", "coded")
LONGEST_TEXT = 1500


def save_judgement_sheet(path: str | Path, found: Review, *, persons: Sequence[str] = ("A", "B", "C")) -> Path:
    """Write the empty table that participants fill in.

    Parameters
    ----------
    path : str or Path
        A CSV file that a Swedish Excel opens.
    found : Review
        The draft; the rules' finds are left out so that nobody is led by them.
    persons : sequence of str
        A column each; letters do, names are not needed.

    Returns
    -------
    Path
        Each cell takes the numbers of the codes that fit, ``1`` for the first of `PASSAGE_CODES`; ``0`` for none of
        them; empty for a passage that the person has not judged.

    Raises
    ------
    KunskapError
        ``READ-43`` if the file cannot be written.
    """
    parts = found.paragraphs.groupby("passage", sort=False)
    table = parts.agg({"heading": "first", "text": " ".join}).reset_index()
    table["text"] = table["text"].str.slice(0, LONGEST_TEXT)
    for person in persons:
        table[person] = ""
    return save_table(path, table)


def read_judgements(path: str | Path, found: Review) -> pd.DataFrame:
    """Read the filled table.

    Parameters
    ----------
    path : str or Path
        CSV (semicolon or comma) or ``.xlsx``, as `save_judgement_sheet` made it.
    found : Review
        The draft that was judged.

    Returns
    -------
    DataFrame
        Columns `coder`, `text` (the passage), `item` (``review``), `code` and `coded`, as
        `kunskap.coding.agreement` takes them: a row per person, passage and code that was judged.

    Raises
    ------
    KunskapError
        ``REVIEW-06``, ``REVIEW-19``, ``REVIEW-20`` or ``REVIEW-21``, all at once.
    """
    path = Path(path)
    table = _read(path)
    persons = [str(name) for name in table.columns if name not in FIXED]
    if "passage" not in table.columns or not persons:
        raise KunskapError([fault("REVIEW-19", str(path), expected=", ".join((*FIXED, "A", "B")))])
    known, seen = set(found.paragraphs["passage"]), set[str]()
    faults: list[Fault] = []
    rows: list[tuple[str, str, str, str, bool]] = []
    for number, row in enumerate(table.to_dict("records"), start=2):
        place = f"{path.name}, rad {number}"
        passage = str(row["passage"]).strip()
        if not passage and not any(str(row[person]).strip() for person in persons):
            continue
        if passage not in known or passage in seen:
            faults.append(fault("REVIEW-21", place, passage=passage or "–"))
            continue
        seen.add(passage)
        for person in persons:
            cell = str(row[person]).strip()
            marks = [mark for mark in re.split(r"[\s,;.]+", cell) if mark]
            if _is_wrong(marks):
                faults.append(fault("REVIEW-20", f"{place}, kolumn {person}", value=cell, most=len(PASSAGE_CODES)))
            elif marks:
                rows += _judgements(person, passage, marks)
    if faults:
        raise KunskapError(faults)
    return pd.DataFrame(rows, columns=list(JUDGED))


def said_judgements(said: Mapping[str, str], *, passages: Sequence[str]) -> pd.DataFrame:
    """Take what a few persons say aloud: a line each, with the numbers of each passage in turn.

    Parameters
    ----------
    said : mapping of str to str
        Person (a letter does) → for each passage, with spaces between, the numbers of the codes that fit, written
        together: ``"5 14 0"`` is 5 for the first, 1 and 4 for the second and none for the third; ``-`` where the person
        has not judged.
    passages : sequence of str
        The passages that were judged, in order.

    Returns
    -------
    DataFrame
        As `read_judgements` returns it.

    Raises
    ------
    KunskapError
        ``REVIEW-25`` for numbers that are no code, ``REVIEW-24`` for too many or too few; all at once.

    Examples
    --------
    >>> table = said_judgements({"A": "5 14", "B": "5 -"}, passages=["p001", "p002"])
    >>> table[table["coded"]][["coder", "text", "code"]].values.tolist()[:2]
    [['A', 'p001', 'mention_only'], ['A', 'p002', 'people_no_sex']]
    """
    faults: list[Fault] = []
    rows: list[tuple[str, str, str, str, bool]] = []
    for person, line in said.items():
        cells = line.split()
        if len(cells) != len(passages):
            faults.append(fault("REVIEW-24", person, count=len(cells), expected=len(passages)))
            continue
        for passage, cell in zip(passages, cells, strict=True):
            marks = [] if cell == NOT_JUDGED else list(cell)
            if _is_wrong(marks):
                faults.append(fault("REVIEW-25", f"{person}, {passage}", value=cell, most=len(PASSAGE_CODES)))
            elif marks:
                rows += _judgements(person, passage, marks)
    if faults:
        raise KunskapError(faults)
    return pd.DataFrame(rows, columns=list(JUDGED))


def _is_wrong(marks: Sequence[str]) -> bool:
    """Whether something is no code, or none of them stands beside a code."""
    known = [str(n) for n in range(len(PASSAGE_CODES) + 1)]
    return any(mark not in known for mark in marks) or (NONE in marks and len(set(marks)) > 1)


def _judgements(person: str, passage: str, marks: Sequence[str]) -> list[tuple[str, str, str, str, bool]]:
    return [(person, passage, "review", code, str(n) in marks) for n, code in enumerate(PASSAGE_CODES, start=1)]


def judged(
    judgements: pd.DataFrame, found: Review, *, rng: np.random.Generator, level: float = 0.95, draws: int = 2000
) -> pd.DataFrame:
    r"""Compare the participants with each other and with the rules.

    Parameters
    ----------
    judgements : DataFrame
        From `read_judgements`.
    found : Review
        What the rules found.
    rng : Generator
        Draws the bootstrap's samples of passages.
    level : float
        Coverage aimed at.
    draws : int
        How many.

    Returns
    -------
    DataFrame
        A row per code: Krippendorff's `alpha` with `low` and `high` over the passages that two or more have judged
        (`passages`), in how many of all that were judged most of the persons marked it (`most_say`), the rules found
        it (`rules_say`), and both did (`both_say`).  A tie is not most.  Nobody is named and no person is a row.

    Raises
    ------
    KunskapError
        ``CODE-15`` with fewer than two persons.

    Examples
    --------
    >>> from kunskap.growth.review import read_rules, review, split_text
    >>> found = review(split_text("Arbetslösheten är hög.\n\nHamnen byggs ut."), rules=read_rules())
    >>> said = pd.DataFrame([(who, text, "review", code, code == "people_no_sex" and text == "p001") for who in "AB"
    ...     for text in ("p001", "p002") for code in PASSAGE_CODES], columns=["coder", "text", "item", "code", "coded"])
    >>> table = judged(said, found, rng=np.random.default_rng(1), draws=50)
    >>> table.head(1)[["code", "passages", "alpha", "most_say", "rules_say", "both_say"]].values.tolist()
    [['people_no_sex', 2, 1.0, 1, 1, 1]]
    """
    table = agreement(judgements, level=level, rng=rng, draws=draws)
    table.index = pd.Index([str(item).split(".", 1)[1] for item in table["item"]])
    figures = table[["n", "estimate", "low", "high"]].to_dict("index")
    shares = judgements.groupby(["code", "text"])["coded"].mean()
    rows = []
    for code in (code for code in PASSAGE_CODES if code in figures):
        of_code = shares.loc[code]
        by_rule = set(found.finds.loc[found.finds["code"] == code, "passage"]) & set(of_code.index)
        most = set(of_code.index[of_code > 0.5])
        measured = figures[code]
        about = {"code": code, "passages": int(measured["n"]), "alpha": measured["estimate"]}
        about |= {"low": measured["low"], "high": measured["high"]}
        rows.append(about | {"most_say": len(most), "rules_say": len(by_rule), "both_say": len(most & by_rule)})
    return pd.DataFrame(rows)


def _read(path: Path) -> pd.DataFrame:
    try:
        if path.suffix.lower() == ".xlsx":
            return pd.read_excel(path, dtype="str", keep_default_na=False)
        text = decode(path.read_bytes(), path.name)  # Excel may have saved the sheet as Windows-1252
        separator = ";" if text.partition("\n")[0].count(";") else ","
        return pd.read_csv(StringIO(text), sep=separator, dtype="str", keep_default_na=False)
    except OSError as error:
        raise KunskapError([fault("REVIEW-06", str(path), problem=problem(error))]) from error
    except Exception as error:  # a broken workbook fails in many ways; all of them mean that this is no such table
        raise KunskapError([fault("REVIEW-19", str(path), expected=", ".join((*FIXED, "A", "B")))]) from error
