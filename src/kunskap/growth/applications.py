"""Read a register of applications for growth funds: who sought, from which industry, how much, and what was decided."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from kunskap.errors import Fault, fault
from kunskap.growth.industries import section
from kunskap.growth.own_file import Column, open_sheet, read_own_file
from kunskap.readers.privacy import mask_patterns
from kunskap.readers.result import rejects_table
from kunskap.readers.sheet import Refusal

__all__ = ["APPLICATION_COLUMNS", "Applications", "read_applications"]

APPLICATION_COLUMNS = (
    *("row", "year", "grant", "municipality", "industry", "sex"),
    *("sought_kronor", "granted_kronor", "decision"),
)
# Who applied: never read.  A sole trader's organisation number is a personal identity number.
PERSONAL = (
    r"\borg(anisations?)?\.?[- ]?(nummer|nr|no)\b",
    r"\bpersonn(ummer|r)\b",
    r"namn\b",
    r"\bname\b",
    r"\b(sökande|stödmottagare|kontaktperson|handläggare|firma|företag|ledare)$",
    r"e-?post|\bemail\b|telefon|mobil|adress|postnummer|bankgiro|plusgiro|cfar",
)
HIDDEN = "•••"
SEXES = {
    **dict.fromkeys(("k", "kvinna", "kvinnor", "kvinnlig", "woman", "female"), "k"),
    **dict.fromkeys(("m", "man", "män", "manlig", "male"), "m"),
    **dict.fromkeys(("gemensam", "gemensamt", "båda", "kvinna och man", "kvinnor och män", "jointly"), "gemensam"),
    **dict.fromkeys(("okänd", "okänt", "vet ej", "uppgift saknas", "unknown"), "okänd"),
}
DECISIONS = {
    **dict.fromkeys(("granted", "bifall", "delvis bifall", "beviljad", "beviljat", "bifallen", "ja"), "granted"),
    **dict.fromkeys(("refused", "avslag", "avslagen", "avslaget", "nej"), "refused"),
    **dict.fromkeys(("withdrawn", "återkallad", "återtagen", "avskriven", "återkallat"), "withdrawn"),
    **dict.fromkeys(("pending", "under handläggning", "inkommen", "pågår", "vilande"), "pending"),
}
COLUMNS = (
    Column("year", ("år", "beslutsår", "beslutsdatum", "datum för beslut", "beslutad"), "year", required=False),
    Column("grant", ("stödform", "stöd", "stödtyp", "utlysning", "anslag"), required=False),
    Column("municipality", ("kommun", "kommunnamn"), required=False),
    Column("industry", ("bransch", "sni", "sni-kod", "snikod", "sni 2007", "sni2007", "näringsgren"), needed=True),
    Column(
        "sex",
        ("ledarens kön", "kön", "kön ledare", "kön operativ ledare", "operativ ledare kön", "företagsledarens kön"),
        "choice",
        needed=True,
        choices=SEXES,
        empty="okänd",
    ),
    Column("sought_kronor", ("sökt belopp", "sökt", "ansökt belopp", "sökt stöd", "sökt belopp kr"), "number"),
    Column(
        "granted_kronor",
        ("beviljat belopp", "beviljat", "beviljat stöd", "beslutat belopp", "beviljat belopp kr"),
        "number",
    ),
    Column("decision", ("beslut", "status", "ärendestatus", "utfall"), "choice", needed=True, choices=DECISIONS),
)


@dataclass(frozen=True)
class Applications:
    """A register as it was read.

    Attributes
    ----------
    table : DataFrame
        Columns `APPLICATION_COLUMNS`, one row per application: `sex` of the firm's leader is k, m, gemensam or okänd,
        `decision` granted, refused, withdrawn or pending, amounts in kronor (missing where the file has none).
        `row` is the file's own row number.
    rejects : DataFrame
        Every row and cell that was not taken, with the reason.
    notes : tuple of Fault
        What else to know: columns that were dropped or not read, leaders whose sex is not told.
    file : str
        The file's name.
    """

    table: pd.DataFrame = field(repr=False)
    rejects: pd.DataFrame = field(repr=False)
    notes: tuple[Fault, ...] = ()
    file: str = ""


def read_applications(path: str | Path) -> Applications:
    """Read an export of applications (CSV or Excel), for example from the system NYPS.

    The file needs columns for industry (SNI 2007 code, letter or section), the sex of the firm's leader, kronor sought,
    kronor granted and the decision; year or date, kind of grant and municipality are read where they are.  Swedish and
    English headings are known.  Organisation numbers, names and addresses are dropped before anything else is
    done, and every other column is left unread.  Sex is what the register says: an empty cell is *okänd*, and nothing
    is ever guessed from names.

    One row is one application.  A firm may have several, and since its number is gone nobody can tell: numbers here are
    of applications and not of firms.

    Parameters
    ----------
    path : str or Path
        The file.

    Returns
    -------
    Applications

    Raises
    ------
    KunskapError
        ``READ-…`` for a file that is no table, ``GROWTH-20`` and ``GROWTH-21`` for its columns; all at once.

    Examples
    --------
    >>> from kunskap.content import data_folder
    >>> register = read_applications(data_folder() / "growth" / "ansokningar_simulerad.csv")
    >>> register.table["decision"].value_counts().to_dict()
    {'granted': 560, 'refused': 536, 'withdrawn': 34}
    >>> len(register.rejects)
    0
    """
    sheet = open_sheet(Path(path))
    own = read_own_file(path, COLUMNS, dropped=PERSONAL, sheet=sheet)
    table, codes = own.table, own.table["industry"]
    five = bool(codes.str.match(r"\d{5}\b|\d{2}\.\d{3}\b").any())
    industry = pd.Series([section(str(code), five_digits=five) for code in codes], dtype="str")
    refused_but_paid = (table["decision"].ne("granted") & table["granted_kronor"].gt(0)).to_numpy()
    refusals = []
    for unknown, paid, row in zip(industry.isna(), refused_but_paid, table.to_dict("records"), strict=True):
        place = (int(row["row"]),)
        if unknown:
            value = mask_patterns(str(row["industry"]))
            refusals.append(Refusal(place, "industry", value, fault("GROWTH-31", own.file, value=value)))
        if paid:
            why = fault("GROWTH-32", own.file, decision=row["decision"])
            refusals.append(Refusal(place, "granted_kronor", f"{row['granted_kronor']:.0f}", why))
    kept = table.assign(industry=industry)[industry.notna().to_numpy() & ~refused_but_paid].reset_index(drop=True)
    rejects = pd.concat([own.rejects, rejects_table(own.file, refusals)], ignore_index=True)
    rejects = _unnamed(rejects.sort_values("row", kind="stable", na_position="first").reset_index(drop=True))
    return Applications(kept[list(APPLICATION_COLUMNS)], rejects, (*own.notes, *_told(kept, own.file)), own.file)


def _unnamed(rejects: pd.DataFrame) -> pd.DataFrame:
    """Hide words that were refused: they may name a person or a firm, and the row and column lead to the cell."""
    values = rejects["value"].astype("str")
    worded = values.str.contains(r"[^\W\d]{2}", regex=True)
    hidden = {"value": values.mask(worded, HIDDEN)}
    for reason in ("reason_sv", "reason_en"):
        texts = zip(rejects[reason], values, worded, strict=True)
        hidden[reason] = pd.Series(
            [str(text).replace(f"'{value}'", f"'{HIDDEN}'") if is_word else text for text, value, is_word in texts],
            index=rejects.index,
            dtype="str",
        )
    return rejects.assign(**hidden)


def _told(table: pd.DataFrame, file: str) -> list[Fault]:
    """What a reader should know about the register before any share is computed."""
    notes = []
    unknown = int(table["sex"].eq("okänd").sum())
    if unknown:
        notes.append(fault("GROWTH-33", file, count=unknown, total=len(table)))
    open_still = int(table["decision"].isin(["withdrawn", "pending"]).sum())
    if open_still:
        notes.append(fault("GROWTH-34", file, count=open_still, total=len(table)))
    without = int((table["decision"].eq("granted") & ~table["granted_kronor"].gt(0)).sum())
    if without:
        notes.append(fault("GROWTH-35", file, count=without))
    return notes
