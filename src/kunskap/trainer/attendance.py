"""Who was there, as counts for the activity log: sex × role × organisation × minutes, never joined to any answer."""

from __future__ import annotations

import csv
import datetime as dt
import html
import io
from collections.abc import Mapping
from pathlib import Path

import ipywidgets

from kunskap.bank import Bank
from kunskap.errors import KunskapError, fault
from kunskap.whole_files import save_file
from kunskap.words import Words

__all__ = ["LOG_NAME", "AttendancePanel", "save_attendance"]

LOG_NAME = "aktivitetslogg.csv"
COLUMNS = ("date", "activity", "minutes", "role", "orgtype", "sex", "persons")
MOST, LONGEST = 999, 24 * 60
RISKY = ("=", "+", "-", "@", "\t", "\r")
Group = tuple[str, str, str]


def save_attendance(folder: Path, persons: Mapping[Group, int], *, activity: str, minutes: int, date: dt.date) -> Path:
    """Add an activity to the log.

    Parameters
    ----------
    folder : Path
        The project.
    persons : mapping of (role, orgtype, sex) to int
        How many were there; groups of nobody are left out.
    activity : str
        What it was called.
    minutes : int
        How long it was.

    Returns
    -------
    Path
        The log: a table of counts, one row per group.

    Raises
    ------
    KunskapError
        ``ROOM-10`` for a number that is none, ``READ-43`` if the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = save_attendance(Path(folder), {("pol", "reg", "k"): 3}, activity="4R", minutes=45,
    ...                            date=dt.date(2027, 1, 20))
    ...     print(path.read_text(encoding="utf-8-sig").splitlines()[-1])
    2027-01-20;4R;45;pol;reg;k;3
    """
    faults = [
        fault("ROOM-10", name, value=value, low=low, high=high)
        for name, value, low, high in (
            ("minutes", minutes, 1, LONGEST),
            *(("=".join(group), count, 0, MOST) for group, count in persons.items()),
        )
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high
    ]
    if faults:
        raise KunskapError(faults)
    path = folder / LOG_NAME
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    earlier = path.read_text(encoding="utf-8-sig") if path.is_file() else ""
    if not earlier:
        writer.writerow(COLUMNS)
    name = " ".join(activity.split())
    name = "'" + name if name.startswith(RISKY) else name
    for (role, orgtype, sex), count in persons.items():
        if count:
            writer.writerow([date.isoformat(), name, minutes, role, orgtype, sex, count])
    return save_file(path, ("\ufeff" + earlier + text.getvalue()).encode("utf-8"))


class AttendancePanel(ipywidgets.VBox):
    """A field per role, organisation and sex, and a button.

    Parameters
    ----------
    folder : Path
        The project, where the log is.
    bank, words : Bank, Words
        Labels and interface words.
    activity : str
        What it is called; can be changed in the panel.
    """

    def __init__(self, folder: Path, *, bank: Bank, words: Words, activity: str = "", minutes: int = 60) -> None:
        self.folder, self.words = folder, words
        language = words.language
        wide = {"description_width": "initial"}
        self.activity = ipywidgets.Text(activity, description=words("attendance.activity"), style=wide)
        self.minutes = ipywidgets.BoundedIntText(
            minutes, min=1, max=LONGEST, description=words("attendance.minutes"), style=wide
        )
        sexes = [level for level in bank.variables["sex"].levels if level.id in ("k", "m", bank.variables["sex"].other)]
        self.fields: dict[Group, ipywidgets.BoundedIntText] = {}
        rows = []
        for role in bank.variables["role"].levels:
            for organisation in bank.variables["orgtype"].levels:
                # each field says itself what it counts: a grid's headings are not read out with it
                own = []
                for sex in sexes:
                    field = ipywidgets.BoundedIntText(
                        0, min=0, max=MOST, description=sex.text[language], style=wide, layout={"width": "13em"}
                    )
                    field.tooltip = f"{role.text[language]}, {organisation.text[language]}, {sex.text[language]}"
                    self.fields[role.id, organisation.id, sex.id] = field
                    own.append(field)
                title = html.escape(f"{role.text[language]}, {organisation.text[language]}")
                rows += [ipywidgets.HTML(f"<b>{title}</b>"), ipywidgets.HBox(own, layout={"flex_flow": "row wrap"})]
        self.button = ipywidgets.Button(
            description=words("attendance.save"), layout={"width": "auto", "height": "44px"}
        )
        self.button.on_click(lambda _: self._save())
        self.told = ipywidgets.HTML()
        heading = ipywidgets.HTML(f'<h3 lang="{language}">{html.escape(words("attendance.title"))}</h3>')
        super().__init__([heading, ipywidgets.HBox([self.activity, self.minutes]), *rows, self.button, self.told])

    def _save(self) -> None:
        persons = {group: int(field.value) for group, field in self.fields.items()}
        if not sum(persons.values()):
            self._tell(self.words("attendance.nobody"), role="alert")
            return
        try:
            today = dt.date.today()
            path = save_attendance(
                self.folder, persons, activity=self.activity.value, minutes=int(self.minutes.value), date=today
            )
        except KunskapError as error:
            self._tell(error.message(self.words.language), role="alert")
            return
        for field in self.fields.values():
            field.value = 0
        self._tell(self.words("attendance.saved", path=path, count=self.words.count(sum(persons.values()))))

    def _tell(self, text: str, *, role: str = "status") -> None:
        self.told.value = f'<p role="{role}" lang="{self.words.language}">{html.escape(text)}</p>'
