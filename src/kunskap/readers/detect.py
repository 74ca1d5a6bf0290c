"""What kind of file a sheet came from, told from its headings and never from its name."""

from __future__ import annotations

from dataclasses import replace

from kunskap.readers import forms, limesurvey
from kunskap.readers.plain import plain
from kunskap.readers.sheet import Sheet

__all__ = ["recognise"]

LIMESURVEY_ONLY = {name for name, role in limesurvey.SYSTEM.items() if role != "sitting"}
FORMS_ONLY = {name for name, role in forms.SYSTEM.items() if role in ("started", "submitted")}


def recognise(sheet: Sheet) -> Sheet:
    """The sheet with its kind, and its second heading row taken up where it has one.

    Examples
    --------
    >>> from kunskap.readers.sheet import make_sheet
    >>> recognise(make_sheet("svar.csv", ["ID", "Starttid", "Slutförandetid", "Kön"], [["1", "", "", "Man"]], [2])).kind
    'forms'
    """
    if sheet.kind in ("spss", "store"):
        return sheet
    if limesurvey.is_vv(sheet):
        return limesurvey.read_vv(sheet)
    names = {plain(heading) for heading in sheet.headings}
    names |= {name.split(". ")[0] for name in names}
    # Code and text may run together: "submitdateDatum inskickad".
    names |= {code for code in LIMESURVEY_ONLY for name in names if name.removeprefix(code) in LIMESURVEY_ONLY - {name}}
    # Abbreviated headings are cut at fifteen characters and end in "..".
    cut = {name.split("..")[0] for name in names if ".." in name}
    names |= {known for known in LIMESURVEY_ONLY for start in cut if len(start) > 8 and known.startswith(start)}
    if len(names & LIMESURVEY_ONLY) >= 2:
        return replace(sheet, kind="limesurvey")
    if len(names & FORMS_ONLY) >= 2:
        return replace(sheet, kind="forms")
    return sheet
