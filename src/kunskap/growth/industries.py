"""Industries: from an SNI code to a section of Swedish business life, and small sections laid together."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cache

import pandas as pd

from kunskap.content import data_folder
from kunskap.errors import KunskapError, fault

__all__ = ["OTHER", "gather", "section", "sections"]

OTHER = "Övriga branscher"
LETTER = re.compile(r"[A-U]")


@cache
def sections() -> Mapping[str, tuple[str, range]]:
    """The sections of SNI 2007: letter → name and divisions (two-digit codes).

    Source: SCB, SNI 2007 (the Swedish version of NACE rev. 2); the names are shortened here.

    Examples
    --------
    >>> sections()["J"]
    ('Information och kommunikation', range(58, 64))
    """
    table = pd.read_csv(data_folder() / "reference" / "lists" / "sni2007.csv", dtype={"section": "str"})
    rows = table[["section", "name", "first", "last"]].to_numpy(dtype=object).tolist()
    return {str(letter): (str(name), range(int(first), int(last) + 1)) for letter, name, first, last in rows}


def section(code: str, *, five_digits: bool = True) -> str | None:
    """The name of the section that a code lies in, or None.

    A code of one to three divisions may be written with its letter (``J``), with two to five digits, with a point
    (``62.010``) or with its text after it (``62010 Dataprogrammering``); a section's own name is taken as it is.
    A spreadsheet that takes codes for numbers eats the first nought of ``01110``.

    Parameters
    ----------
    code : str
        As it stands in the file.
    five_digits : bool
        Whether codes of the file have five digits: then four are five that have lost their nought.  Four digits in a
        file without any of five are a class of four digits.

    Examples
    --------
    >>> section("62.010"), section("1110"), section("6201", five_digits=False), section("04110")
    ('Information och kommunikation', 'Jordbruk, skogsbruk och fiske', 'Information och kommunikation', None)
    """
    text = code.strip()
    for letter, (name, _) in sections().items():
        if text.casefold() in (letter.casefold(), name.casefold()):
            return name
    found = re.match(r"(\d{2})\.(\d{1,3})\b|(\d{2,5})\b", text)
    if not found:
        return None
    digits = found.group(3) or (found.group(1) + found.group(2))
    if found.group(3) and len(digits) == 4 and five_digits:
        digits = "0" + digits
    division = int(digits[:2])
    return next((name for name, divisions in sections().values() if division in divisions), None)


def gather(applications: pd.DataFrame, *, smallest: int, into: str = OTHER) -> pd.DataFrame:
    """Lay industries together where women or men have so few applications that they could not be shown.

    Which industries become one is chosen by numbers only, and the same for women and men.  What is inside the joint
    group is lost: a comparison within industries is that much coarser.

    Parameters
    ----------
    applications : DataFrame
        As `kunskap.growth.applications.read_applications` reads it.
    smallest : int
        An industry stays by itself when both women and men have at least so many granted and so many refused
        applications there.  The joint group has as many too: where what is left is smaller, the smallest of the
        others go with it.
    into : str
        The joint group's name.

    Returns
    -------
    DataFrame
        A copy with other names in `industry`.

    Raises
    ------
    KunskapError
        ``GROWTH-30`` when everything would end up in the joint group.

    Examples
    --------
    >>> cells = [(sex, decision) for sex in "km" for decision in ("granted", "refused")]
    >>> rows = [("Handel", *cell) for cell in 2 * cells] + [("Bygg", *cell) for cell in cells] + [("Gruvor", *cells[0])]
    >>> few = pd.DataFrame(rows, columns=["industry", "sex", "decision"])
    >>> gather(few, smallest=1)["industry"].value_counts().to_dict()
    {'Handel': 8, 'Övriga branscher': 5}
    """
    decided = applications[applications["sex"].isin(["k", "m"]) & applications["decision"].isin(["granted", "refused"])]
    cells = decided.groupby(["industry", "sex", "decision"]).size()
    names = [str(name) for name in applications["industry"].dropna().unique()]
    least = {name: _smallest_cell(cells, [name]) for name in names}
    kept = [name for name in sorted(names, key=lambda name: -least[name]) if least[name] >= smallest]
    # The joint group must itself be large enough: it takes in the smallest of the others until it is.
    while kept and len(kept) < len(names) and _smallest_cell(cells, set(names) - set(kept)) < smallest:
        kept.pop()
    if not kept:
        raise KunskapError([fault("GROWTH-30", "industry", smallest=smallest, industries=len(names))])
    merged = applications["industry"].where(applications["industry"].isin(kept) | applications["industry"].isna(), into)
    return applications.assign(industry=merged.astype("str"))


def _smallest_cell(cells: pd.Series, industries: Collection[str]) -> int:
    corners = [(sex, decision) for sex in "km" for decision in ("granted", "refused")]
    return min(sum(int(cells.get((name, *corner), 0)) for name in industries) for corner in corners)
