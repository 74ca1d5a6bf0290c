"""The whole way from a file to an `Import`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from kunskap.bank import Bank
from kunskap.errors import Fault, KunskapError, fault
from kunskap.readers.assemble import read_answers
from kunskap.readers.checks import check_columns, duplicates, find_test_rows, form_names, outside_dates
from kunskap.readers.dates import COMPLETED_TIME_UNKNOWN, boundary, read_times
from kunskap.readers.files import read_sheet
from kunskap.readers.headings import Target, targets_of
from kunskap.readers.mapping import Plan, read_mapping
from kunskap.readers.privacy import Stripped, strip
from kunskap.readers.result import Import, rejects_table
from kunskap.readers.sheet import Refusal, Sheet
from kunskap.readers.stored import read_store_sheet, store_address

__all__ = ["OCCASIONS", "read_responses"]

OCCASIONS = ("inventory", "before", "after", "later")


def read_responses(
    path: Path | str,
    *,
    bank: Bank,
    form: str = "baslinje",
    wave: str | None = None,
    occasion: str = "inventory",
    key: bytes | None = None,
    opens: object = None,
    closes: object = None,
    mapping: Path | str | None = None,
) -> Import:
    """Read a survey tool's file of answers.

    Parameters
    ----------
    path : Path or str
        LimeSurvey CSV (any heading, separator and language) or VV, Microsoft Forms .xlsx or CSV, SPSS .sav, or any
        CSV or .xlsx with a mapping file.  The kind is told from the headings.  A store's SQLite file, or the
        address of a store (``sqlite:///…``, ``postgresql+psycopg://…``), gives what the participants' page has kept.
    bank : Bank
        The questions.
    form : str
        The form that was answered.
    wave : str, optional
        The round of measurement; the form's id when not given.
    occasion : str
        inventory, before, after or later.
    key : bytes, optional
        The project's 32 secret bytes, under which linking codes become pseudonyms.  Without it a key is made for this
        run only, and the summary tells.  `Project.key` also knows who has withdrawn: their rows are left out.
    opens, closes : str, date or datetime, optional
        Answers before and after are refused; a day closes at its end.
    mapping : Path or str, optional
        A mapping file; see `kunskap.readers.draft_mapping`.

    Returns
    -------
    Import
        The tables; every refused row, cell and column is in its `rejects`.

    Raises
    ------
    KunskapError
        When the file as a whole cannot be used: all that is wrong with it, ``READ-01`` … ``READ-41``.

    Notes
    -----
    Names, addresses and IP leave before anything else sees the rows, and the linking code leaves as a pseudonym.
    Checked against LimeSurvey 6.4.2's own JSON export of the same answers.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> read_responses("finns-inte.csv", bank=read_bank())
    Traceback (most recent call last):
        ...
    kunskap.errors.KunskapError: [READ-01] finns-inte.csv: there is no such file. Check its name and folder.
    """
    faults: list[Fault] = []
    if form not in bank.forms:
        faults.append(fault("READ-32", "", value=form, expected=", ".join(bank.forms)))
    if occasion not in OCCASIONS:
        faults.append(fault("READ-41", "", value=occasion, expected=", ".join(OCCASIONS)))
    if faults:
        raise KunskapError(faults)
    first, last = boundary(opens, name="opens", end=False), boundary(closes, name="closes", end=True)
    address = store_address(path)
    if address is not None:
        sheet = read_store_sheet(address, bank=bank, form=form, wave=wave, occasion=occasion)
    else:
        sheet = read_sheet(Path(path))
    plan = Plan() if mapping is None else read_mapping(mapping, bank=bank, form=form, sheet=sheet)
    mapped = plan.positions(sheet)
    code = next((position for position, target in mapped.items() if target.role == "code"), None)
    names = form_names(bank, form)
    stripped = strip(sheet, names=names, key=key, code=code, kept=set(mapped) - {code})
    sheet = stripped.sheet
    targets = plan.apply(sheet, targets_of(sheet.headings, names=names, questions=sheet.questions))
    targets = tuple(
        Target("ignore") if position in stripped.hidden else target for position, target in enumerate(targets)
    )
    columns_refused, notes = check_columns(sheet, targets, bank=bank, form=form)
    rows = _Rows(sheet, targets)
    kept, rows_refused = _rows_to_keep(rows, targets, bank, stripped, first, last)
    sheet = sheet.only(kept)
    people = stripped.people[kept]
    answers = read_answers(
        sheet,
        targets,
        bank=bank,
        form=bank.forms[form],
        values=plan.values,
        completed=rows.completed[kept],
        has_code=np.array([person is not None for person in people], dtype=bool),
        code_position=stripped.code_position,
        mask=stripped.mask,
    )
    wave = str(wave or form)
    # An id that is somebody's name or address (a row that slid) is replaced by the row's number.
    ids = [own if stripped.mask(own) == own else "" for own in rows.ids[kept]]
    sittings = [f"{wave}-{own or f'r{row}'}" for own, row in zip(ids, sheet.rows, strict=True)]
    respondents = [person or sitting for person, sitting in zip(people, sittings, strict=True)]
    fixed = pd.DataFrame(
        {
            "sitting_id": pd.array(sittings, dtype="str"),
            "respondent_id": pd.array(respondents, dtype="str"),
            "wave": pd.array([wave] * len(sittings), dtype="str"),
            "form": pd.array([form] * len(sittings), dtype="str"),
            "occasion": pd.array([occasion] * len(sittings), dtype="str"),
            "attempt": np.ones(len(sittings), dtype=np.int64),
            "started_at": rows.started[kept].to_numpy(),
            "completed_at": rows.submitted[kept].to_numpy(),
        }
    )
    refusals = (
        *columns_refused,
        *stripped.sheet.refusals,
        *rows_refused,
        *rows.refusals(set(sheet.rows.tolist()), stripped.mask),
        *answers.refusals,
    )
    background = pd.DataFrame(dict(answers.background))
    safe = [stripped.mask_text(text) for text in answers.texts["text"]]
    masked = sum(text != own for text, own in zip(safe, answers.texts["text"], strict=True))
    if masked:
        notes = (*notes, fault("READ-42", sheet.file, count=masked))
    texts = pd.DataFrame(
        {
            "sitting_id": fixed["sitting_id"].to_numpy()[answers.texts["row"].to_numpy(dtype=int)],
            "item": answers.texts["item"].astype("str"),
            "text": pd.array(safe, dtype="str"),
        }
    )
    return Import(
        responses=pd.concat([fixed, pd.DataFrame(dict(answers.items))], axis="columns"),
        respondents=pd.concat([fixed[["respondent_id", "wave"]], background], axis="columns"),
        texts=texts,
        rejects=rejects_table(sheet.file, refusals),
        kind=sheet.kind,
        file=sheet.file,
        notes=(*sheet.notes, *stripped.notes, *notes, *answers.notes),
    )


class _Rows:
    """Ids and times of a sheet's rows, from its system columns."""

    def __init__(self, sheet: Sheet, targets: tuple[Target, ...]) -> None:
        self.sheet = sheet
        self.strange: list[tuple[int, str, np.ndarray]] = []
        places = {target.id: position for position, target in enumerate(targets) if target.role == "system"}
        count = len(sheet.rows)
        ids = sheet.column(places["sitting"]) if "sitting" in places else np.full(count, "", dtype=object)
        self.ids = np.array([str(value).strip() if value else "" for value in ids], dtype=object)
        self.started = self._times(places.get("started"), count)
        self.touched = self._times(places.get("touched"), count)
        submitted = self._times(places.get("submitted"), count)
        if "submitted" in places:
            cells = sheet.column(places["submitted"])
            self.completed = np.array([bool(value and str(value).strip()) for value in cells], dtype=bool)
        else:  # a tool that hands out completed sittings only
            self.completed = np.ones(count, dtype=bool)
        self.submitted = submitted.where(submitted.notna() | ~self.completed, COMPLETED_TIME_UNKNOWN)
        known = submitted.where(submitted != COMPLETED_TIME_UNKNOWN)
        self.moment = known.fillna(self.touched).fillna(self.started)

    def _times(self, position: int | None, count: int) -> pd.Series:
        if position is None:
            return pd.Series(pd.NaT, index=range(count), dtype="datetime64[us]")
        times, strange = read_times(self.sheet.column(position))
        self.strange += [(position, value, places) for value, places in strange.items()]
        return times

    def refusals(self, kept: set[int], mask: Callable[[str], str]) -> list[Refusal]:
        """The times that cannot be read, in rows that were kept."""
        found = []
        for position, value, places in self.strange:
            rows = tuple(row for row in self.sheet.rows[places].tolist() if row in kept)
            if rows:
                where, heading = self.sheet.where(position), self.sheet.headings[position]
                shown = mask(value)[:60]
                found.append(Refusal(rows, heading, shown, fault("READ-30", where, value=shown)))
        return found


def _rows_to_keep(
    rows: _Rows,
    targets: tuple[Target, ...],
    bank: Bank,
    stripped: Stripped,
    first: pd.Timestamp | None,
    last: pd.Timestamp | None,
) -> tuple[np.ndarray, list[Refusal]]:
    """Tests and rows outside the dates go before duplicates: they must not push out a real answer."""
    texts = [
        position
        for position, target in enumerate(targets)
        if target.role == "other" or (target.role == "item" and bank.items[target.id].type == "text")
    ]
    tests, refused_tests = find_test_rows(rows.sheet, texts, stripped.test_codes)
    outside, refused_dates = outside_dates(rows.sheet, rows.moment.where(~tests), first, last)
    considered = ~tests & ~outside
    again, refused_again = duplicates(
        rows.sheet, rows.ids, stripped.people, rows.completed, considered, mask=stripped.mask
    )
    return considered & ~again, [*refused_tests, *refused_dates, *refused_again]
