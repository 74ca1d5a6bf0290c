"""Working orders as worksheets: the steps of trappan, and of an impact assessment of a transport plan (JKB)."""

from __future__ import annotations

import pandas as pd

from kunskap.content import data_folder
from kunskap.errors import KunskapError, fault

__all__ = ["WORKING_ORDERS", "steps", "worksheet_of"]

WORKING_ORDERS = ("trappan", "jkb")
KNOWN, UNKNOWN = "Det här vet vi", "Det här vet vi inte"
NEXT = "Nästa sak, vem och när"


def steps(name: str) -> pd.DataFrame:
    """The steps of a working order, each with the question it asks, its source and how sure it is.

    Parameters
    ----------
    name : {"trappan", "jkb"}
        *Trappan* is the working order of JämStöd (SOU 2007:15); *jkb* the moments of a
        jämställdhetskonsekvensbedömning in transport planning (Halling, Faith-Ell and Levin 2016).

    Returns
    -------
    DataFrame
        Columns `number`, `step`, `question`, `source`, `certainty`: S where the step's name was seen in a source, BK
        where it is common professional knowledge and must be marked so wherever it is shown.  The questions are ours.

    Raises
    ------
    KunskapError
        ``GROWTH-05`` an unknown name.

    Examples
    --------
    >>> table = steps("trappan")
    >>> len(table), table.loc[table["certainty"].eq("BK"), "number"].tolist()
    (8, [7, 8])
    """
    if name not in WORKING_ORDERS:
        raise KunskapError([fault("GROWTH-05", "steps", measure=name, expected=", ".join(WORKING_ORDERS))])
    return pd.read_csv(data_folder() / "reference" / "lists" / f"{name}.csv", keep_default_na=False)


def worksheet_of(name: str, *, unsure: str = "namnet är inte kontrollerat") -> pd.DataFrame:
    """A working order as a form to fill in, for `kunskap.teaching.worksheet`.

    Parameters
    ----------
    name : {"trappan", "jkb"}
        Which.
    unsure : str
        What stands after the name of a step that has not been seen in a source.

    Returns
    -------
    DataFrame
        Columns *Steg*, *Fråga* and three empty ones.

    Examples
    --------
    >>> worksheet_of("trappan")["Steg"].tolist()[-1]
    '8. Följ upp resultaten (namnet är inte kontrollerat)'
    """
    table = steps(name)
    names = [
        f"{row['number']}. {row['step']}" + (f" ({unsure})" if row["certainty"] == "BK" else "")
        for row in table.to_dict("records")
    ]
    return pd.DataFrame({"Steg": names, "Fråga": table["question"], KNOWN: "", UNKNOWN: "", NEXT: ""})
