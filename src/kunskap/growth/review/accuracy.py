"""How often the rules agree with a reader: precision and recall on passages marked by hand."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd

from kunskap.content import data_folder
from kunskap.errors import KunskapError, fault
from kunskap.estimates import wilson
from kunskap.growth.review.finding import review
from kunskap.growth.review.passages import PARAGRAPH_COLUMNS
from kunskap.growth.review.rules import PASSAGE_CODES, Rules
from kunskap.tables import estimates

__all__ = ["ACCURACY_COLUMNS", "MARKED_COLUMNS", "accuracy", "accuracy_estimates", "found_codes", "read_marked"]

MARKED_COLUMNS = ("passage", "set", "heading", "text", *PASSAGE_CODES)
SETS = ("development", "held_out")
ACCURACY_COLUMNS = (
    *("code", "passages", "marked", "found", "agreed"),
    *("precision", "precision_low", "precision_high", "recall", "recall_low", "recall_high"),
)


def read_marked(path: Path | None = None) -> pd.DataFrame:
    """Read passages that somebody has marked by hand.

    Parameters
    ----------
    path : Path, optional
        A CSV file of your own; ``data/review/passages.csv`` when not given.

    Returns
    -------
    DataFrame
        Columns `MARKED_COLUMNS`: `set` is ``development`` or ``held_out``, each code is True or False.

    Raises
    ------
    KunskapError
        ``REVIEW-01``, ``REVIEW-17`` or ``REVIEW-18``, all at once.

    Examples
    --------
    >>> read_marked()["set"].value_counts().to_dict()
    {'development': 60, 'held_out': 60}
    """
    path = path or data_folder() / "review" / "passages.csv"
    if not path.is_file():
        raise KunskapError([fault("REVIEW-01", str(path))])
    try:
        table = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig", quoting=csv.QUOTE_MINIMAL)
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError):
        table = pd.DataFrame()
    if list(table.columns) != list(MARKED_COLUMNS):
        raise KunskapError([fault("REVIEW-17", str(path), expected=", ".join(MARKED_COLUMNS))])
    faults = []
    for number, row in enumerate(table.to_dict("records"), start=1):
        place = f"{path.name}, {row['passage'] or number}"
        if row["set"] not in SETS:
            faults.append(fault("REVIEW-18", place, column="set", value=row["set"], expected=", ".join(SETS)))
        faults += [
            fault("REVIEW-18", place, column=code, value=row[code], expected="0, 1")
            for code in PASSAGE_CODES
            if row[code] not in ("0", "1")
        ]
        if not row["text"].strip() or not row["passage"].strip():
            faults.append(fault("REVIEW-18", place, column="passage, text", value="", expected="a text"))
    faults += [
        fault("REVIEW-18", path.name, column="passage", value=name, expected="once")
        for name in table["passage"][table["passage"].duplicated()]
    ]
    if faults:
        raise KunskapError(faults)
    return table.assign(**{code: table[code] == "1" for code in PASSAGE_CODES})


def found_codes(marked: pd.DataFrame, *, rules: Rules) -> pd.DataFrame:
    """What the rules find in each marked passage, read alone: passage × code, True or False."""
    rows = [
        (row.passage, row.passage, row.passage, row.heading, number, "", text)
        for number, row in enumerate(marked.itertuples(index=False), start=1)
        for text in str(row.text).splitlines()
        if text.strip()
    ]
    paragraphs = pd.DataFrame(rows, columns=list(PARAGRAPH_COLUMNS))
    finds = review(paragraphs, rules=rules).finds
    found = pd.crosstab(finds["passage"], finds["code"]).astype(bool)
    return found.reindex(index=marked["passage"], columns=list(PASSAGE_CODES), fill_value=False)


def accuracy(marked: pd.DataFrame, *, rules: Rules, level: float = 0.95) -> pd.DataFrame:
    """Compute precision and recall of each kind of find.

    Parameters
    ----------
    marked : DataFrame
        As `read_marked` returns it; take the ``held_out`` passages.
    rules : Rules
        From `read_rules`.
    level : float
        Coverage aimed at.

    Returns
    -------
    DataFrame
        Columns `ACCURACY_COLUMNS`, a row per code that can be found in a passage: how many passages a reader marked,
        how many the rules found, how many both.  Precision = agreed / found, recall = agreed / marked, each with
        Wilson's interval; missing where nothing was found or marked.

    Notes
    -----
    The passages are not a sample of real strategies: the intervals tell of the number of passages and nothing else.
    Checked against a hand-counted table in the tests.

    Examples
    --------
    >>> from kunskap.growth.review import read_rules
    >>> held_out = read_marked().query("set == 'held_out'")
    >>> accuracy(held_out, rules=read_rules())[["code", "passages"]].values.tolist()[0]
    ['people_no_sex', 60]
    """
    found = found_codes(marked, rules=rules)
    rows = []
    for code in PASSAGE_CODES:
        by_reader, by_rule = marked[code].to_numpy(dtype=bool), found[code].to_numpy(dtype=bool)
        agreed = int((by_reader & by_rule).sum())
        row: dict[str, object] = {"code": code, "passages": len(marked), "agreed": agreed}
        for name, column, judged in (("recall", "marked", by_reader), ("precision", "found", by_rule)):
            n = int(judged.sum())
            low, high = wilson(agreed, n, level=level)
            row |= {column: n, name: agreed / n if n else float("nan")}
            row |= {f"{name}_low": float(low), f"{name}_high": float(high)}
        rows.append(row)
    return pd.DataFrame(rows)[list(ACCURACY_COLUMNS)]


def accuracy_estimates(measured: pd.DataFrame) -> pd.DataFrame:
    """The precision and recall of the rules, as the gate takes them.

    Parameters
    ----------
    measured : DataFrame
        From `accuracy`.

    Returns
    -------
    DataFrame
        An estimates table: scale ``precision`` (of the finds, those that the reader marked too) and ``recall`` (of what
        the reader marked, what was found), option a code, statistic ``share`` with its interval.  Missing where nothing
        was found or marked.  The passages are invented: release it with ``basis="public"`` and say so in `source`.

    Examples
    --------
    >>> from kunskap.growth.review import read_rules
    >>> measured = accuracy(read_marked().query("set == 'held_out'"), rules=read_rules())
    >>> accuracy_estimates(measured)[["scale", "option", "count", "n"]].values.tolist()[:2]
    [['precision', 'people_no_sex', 9, 9], ['recall', 'people_no_sex', 9, 9]]
    """
    return estimates(
        {"universe": "all", "scale": scale, "option": row["code"], "statistic": "share", "unit": "share"}
        | {"count": row["agreed"], "n": row[of], "estimate": row[scale]}
        | {"low": row[f"{scale}_low"], "high": row[f"{scale}_high"]}
        for row in measured.to_dict("records")
        for scale, of in (("precision", "found"), ("recall", "marked"))
        if row[of]
    )
