"""What reading a file gives: the tables, what was refused and why, and both in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from kunskap.bank import Bank
from kunskap.errors import Fault
from kunskap.readers.dates import COMPLETED_TIME_UNKNOWN
from kunskap.readers.sheet import Refusal
from kunskap.whole_files import save_file
from kunskap.words import Words, read_words

__all__ = ["REJECT_COLUMNS", "Import", "rejects_table"]

REJECT_COLUMNS = ("file", "row", "column", "value", "code", "reason_sv", "reason_en")


def rejects_table(file: str, refusals: Iterable[Refusal]) -> pd.DataFrame:
    """One row per refused row, cell or column, in the file's order.

    Returns
    -------
    DataFrame
        Columns file, row (as a spreadsheet shows it; missing for a whole column), column (missing for a whole row),
        value, code, reason_sv, reason_en.

    Examples
    --------
    >>> from kunskap.errors import fault
    >>> table = rejects_table("svar.csv", [Refusal((7,), "", "", fault("READ-22", "svar.csv"))])
    >>> table[["row", "code"]].values.tolist()
    [[7, 'READ-22']]
    """
    rows: list[tuple[object, ...]] = []
    for refusal in refusals:
        why = refusal.fault
        tail = (refusal.column or None, refusal.value or None, why.code, why.reason("sv"), why.reason("en"))
        rows += [(file, row, *tail) for row in refusal.rows or (None,)]
    table = pd.DataFrame(rows, columns=list(REJECT_COLUMNS))
    for name in REJECT_COLUMNS:
        table[name] = table[name].astype("Int64" if name == "row" else "str")
    return table.sort_values("row", kind="stable", na_position="first").reset_index(drop=True)


@dataclass(frozen=True)
class Import:
    """The answers of one file.

    Attributes
    ----------
    responses : DataFrame
        One row per sitting: sitting_id, respondent_id, wave, form, occasion, attempt, started_at, completed_at, then
        the form's item columns.  Missing = never shown, not reached, or refused (then it is in `rejects`); ``skip`` =
        left blank.  `completed_at` is missing when the sitting was not completed, and 1980-01-01 when it was but the
        file does not say when.
    respondents : DataFrame
        respondent_id, wave, the form's background variables.
    texts : DataFrame
        sitting_id, item, text.  For staff's own screen only.
    rejects : DataFrame
        See `rejects_table`.
    kind : str
        limesurvey, limesurvey_vv, forms, spss or table.
    file : str
        The file's name.
    notes : tuple of Fault
        What else to know: personal data dropped, columns unknown or missing, answers where none was expected.
    """

    responses: pd.DataFrame = field(repr=False)
    respondents: pd.DataFrame = field(repr=False)
    texts: pd.DataFrame = field(repr=False)
    rejects: pd.DataFrame = field(repr=False)
    kind: str
    file: str = ""
    notes: tuple[Fault, ...] = ()

    @property
    def refused_rows(self) -> pd.DataFrame:
        """The rejects that are whole rows: they are not in `responses`."""
        return self.rejects[self.rejects["column"].isna()]

    @property
    def refused_cells(self) -> pd.DataFrame:
        """The rejects that are single cells: their rows are in `responses`, without that answer."""
        return self.rejects[self.rejects["column"].notna() & self.rejects["row"].notna()]

    def summary(self, language: str = "sv") -> str:
        """What was read, what was refused and why, in words; one line per thing.

        Parameters
        ----------
        language : str
            ``"sv"`` or ``"en"``.
        """
        return "\n".join(self._lines(read_words(language=language)))

    def public_summary(self, language: str = "sv", *, bank: Bank | None = None) -> str:
        """What a report is built on: form, wave, period, how many completed; no file name, no advice to staff.

        Parameters
        ----------
        language : str
            ``"sv"`` or ``"en"``.
        bank : Bank, optional
            Gives the form its title; without it the form's id stands alone.
        """
        words = read_words(language=language)
        # How many began and broke off is not the public's: together with another role's number it tells of a few.
        complete = int(self.responses["completed_at"].notna().sum())
        lines = [self._round(words, bank), words("read.completed", complete=words.count(complete))]
        for key, rejects in (("read.rows_left_out", self.refused_rows), ("read.cells_left_out", self.refused_cells)):
            if len(rejects):
                lines.append(words(key, count=words.count(len(rejects))))
        return "\n".join(lines)

    def _round(self, words: Words, bank: Bank | None) -> str:
        """Which form and wave, and the first and last month: a single day would be a single person's."""
        forms = self.responses["form"].dropna().unique()
        waves = self.responses["wave"].dropna().astype("str").unique()
        completed = self.responses["completed_at"].dropna()
        days = completed[completed.dt.normalize().ne(COMPLETED_TIME_UNKNOWN)]
        period = words("read.undated")
        if len(days):
            first, last = (f"{day:%Y-%m}" for day in (days.min(), days.max()))
            period = first if first == last else words("read.period", first=first, last=last)
        return words(
            "read.round",
            form=", ".join(_form_name(str(form), bank, words.language) for form in forms) or "–",
            # A file read without a wave has the form's name in its place.
            wave=", ".join(wave for wave in waves if wave not in forms) or words("read.unnamed"),
            period=period,
        )

    def _used(self, words: Words) -> str:
        used = len(self.responses)
        complete = int(self.responses["completed_at"].notna().sum())
        return words(
            "read.used", used=words.count(used), complete=words.count(complete), started=words.count(used - complete)
        )

    def _lines(self, words: Words) -> Iterator[str]:
        total = len(self.responses) + len(self.refused_rows)
        yield words("read.file", file=self.file, kind=words(f"read.kind.{self.kind}"), rows=words.count(total))
        yield self._used(words)
        for key, rejects in (("read.rows_refused", self.refused_rows), ("read.cells_refused", self.refused_cells)):
            if len(rejects):
                yield words(key, count=words.count(len(rejects)))
                for code, group in rejects.groupby("code", sort=True):
                    yield f"  – {words.count(len(group))}: {words(f'read.reason.{code}')} [{code}]"
        for _, reject in self.rejects[self.rejects["row"].isna()].iterrows():
            yield f'"{reject["column"]}": {reject[f"reason_{words.language}"]} [{reject["code"]}]'
        for note in self.notes:
            yield f"{note.reason(words.language)[:1].upper()}{note.reason(words.language)[1:]} [{note.code}]"

    def save_rejects(self, path: Path | str) -> Path:
        """Save the rejects as a CSV file that Excel opens in Swedish (UTF-8 with mark, semicolons).

        A value that a spreadsheet would run as a formula gets an apostrophe before it.  The file is written whole or
        not at all.

        Returns
        -------
        Path
            The file written.

        Raises
        ------
        KunskapError
            ``READ-43`` if it cannot be written, for instance because it is open in Excel.
        """
        path = Path(path)
        table = self.rejects.copy()
        for name in ("column", "value", "reason_sv", "reason_en"):
            risky = table[name].str.match(r"[=+\-@\t\r]").fillna(False).astype(bool)
            table[name] = table[name].where(~risky, "'" + table[name])
        text = table.to_csv(sep=";", index=False, lineterminator="\r\n")
        return save_file(path, text.encode("utf-8-sig"))


def _form_name(form: str, bank: Bank | None, language: str) -> str:
    """A form's title with its id, or the id alone where the bank is not at hand or does not know it."""
    return f"{bank.forms[form].title[language]} ({form})" if bank and form in bank.forms else form
