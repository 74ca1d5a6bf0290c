"""A table of somebody's own, made right: women and men side by side, whatever way it was written.

A file may have women and men, or a total and one of them (``därav kvinnor``); what is left of the total is then the
other.  Every row is about a thing counted, and may have a group (age, background, municipality) and a year.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from kunskap.errors import Fault, KunskapError, fault
from kunskap.growth.own_file import Column, OwnTable, read_own_file, worked_example
from kunskap.growth.representation import balance
from kunskap.words import Words

__all__ = ["COUNT_COLUMNS", "as_figures", "read_counts", "side_by_side", "typed_counts", "unknown_in_words"]

COUNT_COLUMNS = ("row", "measure", "group", "year", "women", "men", "unknown", "has_rest")
COLUMNS = (
    Column("measure", ("vad", "stöd", "insats", "mått", "organ", "verksamhet", "uppdrag", "namn"), needed=True),
    Column("group", ("ålder", "åldersgrupp", "bakgrund", "födelseland", "utbildning", "kommun"), required=False),
    Column("year", ("år",), "year", required=False),
    Column("total", ("totalt", "alla", "antal", "summa"), "number", required=False),
    Column("women", ("kvinnor", "antal kvinnor", "därav kvinnor", "varav kvinnor"), "number", required=False),
    Column("men", ("män", "antal män", "därav män", "varav män"), "number", required=False),
    Column("unknown", ("okänt", "okänd", "okända", "kön okänt", "uppgift saknas"), "number", required=False),
)
PERSONAL = (r"förnamn", r"efternamn", r"\bname\b", r"e-?post", r"telefon", r"personn(ummer|r)\b")
SPOKEN = {column.name: column.spoken for column in COLUMNS}
COUNTS = ("total", "women", "men", "unknown")


def read_counts(path: str | Path) -> OwnTable:
    """Read a table of persons or firms counted, and work out the sex that it leaves unsaid.

    Parameters
    ----------
    path : str or Path
        CSV or Excel, or the name of a worked example.  Columns: what was counted, and at least two of total, women and
        men; not known, group and year where they are.

    Returns
    -------
    OwnTable
        Its `table` has the columns `COUNT_COLUMNS`: whole numbers; `unknown` is missing where nothing tells it,
        and `has_rest` tells that one sex was worked out as the rest, in which the unknown then are.

    Raises
    ------
    KunskapError
        ``READ-…``, ``GROWTH-20`` and ``GROWTH-21``; ``GROWTH-53`` too little to work with, ``GROWTH-54`` a number that
        is not whole, ``GROWTH-50`` parts that do not fit the total; all at once.

    Examples
    --------
    >>> read_counts("darav_simulerad").table[["measure", "women", "men", "unknown", "has_rest"]]
                measure  women  men  unknown  has_rest
    0  Investeringsstöd     28   86        6      True
    1   Såddfinansiering     29   32        3      True
    2      Konsultcheckar     19   26        0      True
    """
    own = read_own_file(worked_example(path), COLUMNS, dropped=PERSONAL)
    table = own.table
    numbers = table[list(COUNTS)].to_numpy(dtype="float64")
    faults = [
        found
        for row, values in zip(table["row"], numbers, strict=True)
        for found in _faults(
            f"{own.file}, rad {row}",
            {name: float(value) for name, value in zip(COUNTS, values, strict=True) if not np.isnan(value)},
        )
    ]
    if faults:
        raise KunskapError(faults)
    lost = table["unknown"].fillna(0)
    has_rest = table["women"].isna() | table["men"].isna()
    women = table["women"].fillna(table["total"] - table["men"] - lost)
    men = table["men"].fillna(table["total"] - table["women"] - lost)
    rest = (table["total"] - table["women"] - table["men"]).astype("float64")
    right = table.assign(women=women, men=men, has_rest=has_rest, unknown=table["unknown"].fillna(rest))
    for name in ("women", "men", "unknown"):
        right[name] = right[name].astype("Int64")
    right["year"] = right["year"].astype("str").where(right["year"].notna())
    return OwnTable(right.loc[:, list(COUNT_COLUMNS)], own.rejects, own.notes, own.file)


def _faults(where: str, known: Mapping[str, float]) -> Iterator[Fault]:
    if len(set(known) - {"unknown"}) < 2:
        yield fault("GROWTH-53", where, found=", ".join(SPOKEN[name] for name in known) or "–")
        return
    for name, value in known.items():
        if value != round(value):
            yield fault("GROWTH-54", where, column=SPOKEN[name], value=f"{value:g}")
    parts = [known[name] for name in ("women", "men", "unknown") if name in known]
    whole = known.get("total")
    has_both = {"women", "men"} <= set(known)
    # With both sexes and no count of the unknown, the rest of the total is the unknown.
    is_wrong = whole is not None and (
        sum(parts) > whole or (has_both and "unknown" in known and not np.isclose(sum(parts), whole))
    )
    if is_wrong:
        told = " + ".join(f"{part:g}" for part in parts)
        yield fault("GROWTH-50", where, parts=told, total=f"{whole:g}")


def typed_counts(rows: Mapping[str, Sequence[object]]) -> pd.DataFrame:
    """Take a few rows typed by hand: what was counted → women, men and not known.

    Parameters
    ----------
    rows : mapping of str to sequence
        Three whole numbers each; None for the unknown where nobody has counted them.

    Returns
    -------
    DataFrame
        Columns `measure`, `women`, `men` and `unknown`.

    Raises
    ------
    KunskapError
        ``GROWTH-55`` a row that is not three numbers, ``GROWTH-54`` one that is not whole; all at once.

    Examples
    --------
    >>> typed_counts({"Rådgivning": (24, 51, 8), "Kurser": (12, 9, None)})
          measure  women  men  unknown
    0  Rådgivning     24   51        8
    1      Kurser     12    9     <NA>
    """
    faults: list[Fault] = []
    for name, values in rows.items():
        given = list(values) if isinstance(values, tuple | list) else [values]
        if len(given) != 3:
            faults.append(fault("GROWTH-55", name, count=len(given)))
            continue
        for column, value in zip(("women", "men", "unknown"), given, strict=True):
            if not (value is None and column == "unknown") and not (isinstance(value, int) and value >= 0):
                faults.append(fault("GROWTH-54", name, column=SPOKEN[column], value=value))
    if faults:
        raise KunskapError(faults)
    table = pd.DataFrame([(name, *values) for name, values in rows.items()], columns=["measure", *COUNTS[1:]])
    return table.astype({"measure": "str"} | dict.fromkeys(COUNTS[1:], "Int64"))


def as_figures(counts: pd.DataFrame, *, joined: bool = False) -> pd.DataFrame:
    """Lay counts out as one row per sex, for `shares_by_sex` and `by_sex_and_age`.

    Shares are of those whose sex is known; tell of the others beside (`unknown_in_words`).

    Parameters
    ----------
    counts : DataFrame
        From `read_counts`, or at least `measure`, `women` and `men`.
    joined : bool
        Whether what was counted, group and year become one name, so that every row has a name of its own.

    Returns
    -------
    DataFrame
        Columns `measure`, `group`, `year`, `sex` (k, m), `value` and `unit`; columns that are empty are left out.

    Examples
    --------
    >>> advised = read_counts("radgivning_simulerad").table
    >>> as_figures(advised, joined=True)[["measure", "sex", "value"]]
                        measure sex  value
    0  Rådgivning, Inrikes född   k   96.0
    1  Rådgivning, Inrikes född   m  110.0
    2  Rådgivning, Utrikes född   k   18.0
    3  Rådgivning, Utrikes född   m   46.0
    """
    keys = ["measure", *(name for name in ("group", "year") if name in counts and counts[name].notna().any())]
    wide = counts.rename(columns={"women": "k", "men": "m"}).reset_index(drop=True)
    if joined:
        wide["measure"] = [", ".join(str(part) for part in row if pd.notna(part)) for row in wide[keys].to_numpy()]
        keys = ["measure"]
    long = wide.melt(id_vars=keys, value_vars=["k", "m"], var_name="sex", value_name="value", ignore_index=False)
    long = long.sort_index(kind="stable").reset_index(drop=True)
    return long.assign(unit="antal", value=long["value"].astype("float64"), sex=long["sex"].astype("str"))


def unknown_in_words(counts: pd.DataFrame, *, words: Words, smallest: int = 7) -> str:
    """Tell for how many the sex is not known, or that nobody has counted them.

    Parameters
    ----------
    counts : DataFrame
        From `read_counts`, or at least `measure`, `women`, `men` and `unknown`.
    words : Words
        Interface words.
    smallest : int
        A smaller number than this is told as fewer; the policy's `base`.

    Examples
    --------
    >>> from kunskap.words import read_words
    >>> unknown_in_words(read_counts("darav_simulerad").table, words=read_words(language="sv"))
    'Könet är okänt för 9. De är inte med i andelarna.'
    """
    known = counts["unknown"].dropna()
    if known.empty:
        is_rest = "has_rest" in counts and bool(counts["has_rest"].any())
        return words("teaching.right.uncounted_rest" if is_rest else "teaching.right.uncounted")
    lost = int(known.sum())
    if lost == 0:
        return words("teaching.right.all_known")
    if lost < smallest:
        return words("teaching.right.few", smallest=words.count(smallest))
    # Never of how many in all: that would give what the gate has hidden in a row.
    return words("teaching.right.unknown", lost=words.count(lost))


def side_by_side(
    shares: pd.DataFrame, *, by: str, words: Words, unknown: Sequence[object] = (), smallest: int = 7
) -> pd.DataFrame:
    r"""Write released counts and shares as a table made right: both sexes and unknown, counts and per cent, and 40–60.

    Parameters
    ----------
    shares : DataFrame
        A table of `shares_by_sex` that has passed the gate.
    by : str
        The column that names the rows.
    words : Words
        Interface words.
    unknown : sequence
        For how many the sex is not known, row by row; None where nobody has counted.  No column when not given.
    smallest : int
        A smaller number of unknown than this is told as fewer; the policy's `base`.

    Returns
    -------
    DataFrame
        Texts, for `kunskap.teaching.worksheet`; what the gate has hidden says so.

    Examples
    --------
    >>> from kunskap.growth.representation import shares_by_sex
    >>> from kunskap.words import read_words
    >>> figures = as_figures(read_counts("radgivning_simulerad").table)
    >>> table = side_by_side(shares_by_sex(figures, by=["group"]), by="group", words=read_words(language="sv"))
    >>> table.iloc[1].tolist()
    ['Utrikes född', '18', '46', '28\xa0%', '72\xa0%', 'nej, fler män']
    """
    laid = balance(shares, by=by)
    counted = shares.pivot(index=by, columns="sex", values="count").reindex(index=laid.index, columns=["k", "m"])
    hidden = words("teaching.right.hidden")
    texts = {
        "what": [words("teaching.right.all") if name != name else str(name) for name in laid.index],
        "women": [hidden if pd.isna(n) else words.count(n) for n in counted["k"]],
        "men": [hidden if pd.isna(n) else words.count(n) for n in counted["m"]],
        **({"unknown_number": [_unknown(number, smallest, words) for number in unknown]} if len(unknown) else {}),
        "women_share": [hidden if pd.isna(share) else words.share(share) for share in laid["k"]],
        "men_share": [hidden if pd.isna(share) else words.share(share) for share in laid["m"]],
        "within": [hidden if pd.isna(even) else words(f"teaching.right.{even}") for even in laid["balance"]],
    }
    return pd.DataFrame({words(f"teaching.right.{name}"): column for name, column in texts.items()})


def _unknown(number: object, smallest: int, words: Words) -> str:
    if pd.isna(number):  # type: ignore[call-overload]
        return words.count(None)
    count = int(str(number))
    if 0 < count < smallest:
        return words("teaching.right.fewer", smallest=words.count(smallest))
    return words.count(count)
