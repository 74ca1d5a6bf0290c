"""Read what has been counted in an activity of one's own: applications received and granted, and who gets what."""

from __future__ import annotations

from pathlib import Path

from kunskap.errors import KunskapError, fault
from kunskap.growth.own_file import Column, OwnTable, read_own_file
from kunskap.reference import ACTIVITY_COLUMNS, worked_file

__all__ = ["read_own_activity"]

SEXES = {
    **dict.fromkeys(("k", "kvinna", "kvinnor"), "k"),
    **dict.fromkeys(("m", "man", "män"), "m"),
    **dict.fromkeys(("gemensam", "gemensamt"), "gemensam"),
    **dict.fromkeys(("okänd", "okänt", "vet ej"), "okänd"),
}
COLUMNS = (
    Column("step", ("steg", "r"), required=False, empty=""),
    Column("measure", ("mått", "vad", "uppgift"), needed=True),
    Column("unit", ("enhet",), required=False, empty=""),
    Column("industry", ("bransch", "näringsgren"), required=False, empty=""),
    Column("sex", ("kön", "ledarens kön"), "choice", needed=True, choices=SEXES, empty="okänd"),
    Column("value", ("antal", "värde", "tal"), "number", needed=True),
)
PERSONAL = (r"namn\b", r"\bname\b", r"\borg(anisations?)?\.?[- ]?(nummer|nr|no)\b", r"\bpersonn(ummer|r)\b", r"e-?post")
APPLICATIONS, WHOLE = "ansökningar", "Alla branscher"


def read_own_activity(name: str | Path) -> OwnTable:
    """Read an activity's counts as people keep them: CSV as Excel saves it, or a workbook, with Swedish headings.

    Parameters
    ----------
    name : str or Path
        A worked example of ``data/teaching``, without its ending, or the path of a file of your own: one row is one
        measure for women or for men, with columns *Mått*, *Kön* and *Antal*, and *Bransch*, *Steg* and *Enhet* where
        they are.  The measures *Inkomna ansökningar* and *Beviljade ansökningar* are those that
        `kunskap.growth.resources.approval` asks for.

    Returns
    -------
    OwnTable
        Its `table` has `row` and `ACTIVITY_COLUMNS`; an empty sex is *okänd* and nobody's is guessed.

    Raises
    ------
    KunskapError
        ``READ-…``, ``GROWTH-20`` and ``GROWTH-21``, and ``GROWTH-54`` for a number of applications that is not whole;
        all at once.

    Examples
    --------
    >>> own = read_own_activity("4r_simulerad")
    >>> own.table["sex"].value_counts().to_dict(), len(own.rejects)
    ({'k': 16, 'm': 16}, 0)
    """
    own = read_own_file(worked_file(str(name), folder="teaching"), COLUMNS, dropped=PERSONAL)
    faults = [
        fault("GROWTH-54", f"{own.file}, rad {row['row']}", column=row["measure"], value=f"{row['value']:g}")
        for row in own.table.to_dict("records")
        if APPLICATIONS in str(row["measure"]).lower() and row["value"] != round(row["value"])
    ]
    if faults:
        raise KunskapError(faults)
    table = own.table
    if table["industry"].eq("").all():
        table = table.assign(industry=WHOLE)  # a file without industries still has a name beside its bars
    return OwnTable(table.loc[:, ["row", *ACTIVITY_COLUMNS]], own.rejects, own.notes, own.file)
