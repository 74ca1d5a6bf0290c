"""What has been released: each new release is judged together with what is out already.

A project's folder ``ledger`` holds a file per release, with its tables as they were shown, how many people they were
about, and a sign for who they were and what they answered.  The sign is made with the project's key: two releases about
the same answers have the same, and nothing else can be read from it.
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import compress
from pathlib import Path
from typing import Any

import pandas as pd

from kunskap.disclosure import Earlier, Policy, Released, release, require_released
from kunskap.errors import KunskapError, fault
from kunskap.project import Project
from kunskap.readers import Import
from kunskap.system_errors import problem
from kunskap.whole_files import write_whole

__all__ = ["FOLDER", "Entry", "Ledger", "read_ledger", "release_beside", "who_answered"]

FOLDER = "ledger"
VERSION = 1
FIELDS = frozenset({"version", "name", "date", "basis", "policy_base", "persons", "crowd", "tables"})
BESIDE_ANSWERS = frozenset({"sitting_id", "respondent_id", "wave", "started_at", "completed_at", "attempt"})
SIGN = 16


@dataclass(frozen=True)
class Entry:
    """One release that is out.

    Attributes
    ----------
    date : date
        When it was released.
    name : str
        What people call it.
    release : Earlier
        What it showed and who it was about.
    """

    date: datetime.date
    name: str
    release: Earlier

    @property
    def rows(self) -> int:
        """How many figures its tables have."""
        return sum(len(table) for table in self.release.tables.values())

    @property
    def hidden(self) -> int:
        """How many of them are hidden."""
        return int(sum(table["hidden"].notna().sum() for table in self.release.tables.values()))


@dataclass(frozen=True)
class Ledger:
    """All that a project has released; empty, and keeping nothing, outside a project and for invented answers."""

    folder: Path | None
    entries: tuple[Entry, ...] = ()

    @property
    def releases(self) -> tuple[Earlier, ...]:
        """What `kunskap.disclosure.release` takes as `earlier`."""
        return tuple(entry.release for entry in self.entries)

    def enter(self, released: Released, about: Earlier, *, name: str, date: datetime.date) -> Path | None:
        """Write a release down, before it is saved anywhere: what might be out must be known here.

        Parameters
        ----------
        released : Released
            What is to leave.
        about : Earlier
            Whose answers it is about, from `who_answered`.
        name : str
            What people call it.
        date : date
            The day.

        Returns
        -------
        Path or None
            Its file; the one that is there already, where the same was released before.  None where nothing is kept:
            outside a project, for invented answers, and for what is not about respondents.

        Raises
        ------
        TypeError
            If `released` has not passed the gate.
        KunskapError
            ``LEDGER-02`` if it cannot be written; then it may not leave either.
        """
        require_released(released)
        if self.folder is None or released.simulated or released.basis != "respondents":
            return None
        told = {
            "persons": dict(about.persons),
            "crowd": dict(about.crowd),
            "tables": {table: _as_json(released.table(table)) for table in released.names},
        }
        sign = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:SIGN]
        for path in self.folder.glob(f"*-{sign}.json"):
            return path
        told |= {
            "version": VERSION,
            "name": name,
            "date": date.isoformat(),
            "basis": released.basis,
            "policy_base": released.policy.base,
        }
        path = self.folder / f"{date.isoformat()}-{sign}.json"
        try:
            self.folder.mkdir(exist_ok=True)
            return write_whole(path, json.dumps(told, ensure_ascii=False, indent=1).encode())
        except OSError as error:
            raise KunskapError([fault("LEDGER-02", str(path), error=problem(error))]) from error


def release_beside(
    tables: Mapping[str, pd.DataFrame],
    imports: Iterable[Import],
    *,
    project: Project,
    policy: Policy,
    name: str,
    date: datetime.date,
    is_draft: bool = False,
) -> Released:
    """Release tables beside what the project has released before, and write it down.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        All that leaves together.
    imports : iterable of Import
        The answers that the tables were made of.
    project : Project
        Whose ledger it is; nothing is kept outside a project and of invented answers.
    policy : Policy
        What may be shown.
    name : str
        What people call the release.
    date : date
        The day.
    is_draft : bool
        Whether it stays with the staff: it is then judged, but not written down.

    Raises
    ------
    KunskapError
        What `kunskap.disclosure.release`, `read_ledger` and `Ledger.enter` raise.
    """
    ledger = read_ledger(project)
    if ledger.folder is None:  # nothing is kept, and who answered need not be worked out
        return release(tables, policy=policy, simulated=project.simulated)
    about = who_answered(imports, key=project.key)
    released = release(tables, policy=policy, simulated=project.simulated, about=about, earlier=ledger.releases)
    if not is_draft:
        ledger.enter(released, about, name=name, date=date)
    return released


def read_ledger(project: Project) -> Ledger:
    """Read what a project has released.

    Parameters
    ----------
    project : Project
        From `kunskap.project.open_project`.

    Raises
    ------
    KunskapError
        ``LEDGER-01`` if a file cannot be read: what is out is then not known, and nothing more may leave.

    Examples
    --------
    >>> from kunskap.content import data_folder
    >>> from kunskap.project import open_project
    >>> read_ledger(open_project(data_folder() / "demo")).entries
    ()
    """
    if project.folder is None or project.simulated:
        return Ledger(None)
    folder = project.folder / FOLDER
    entries, faults = [], []
    for path in sorted(folder.glob("*.json")):
        try:
            entries.append(_entry(json.loads(path.read_text(encoding="utf-8"))))
        except OSError as error:
            faults.append(fault("LEDGER-01", str(path), error=problem(error)))
        except (ValueError, KeyError, TypeError, AttributeError):
            faults.append(fault("LEDGER-01", str(path), error="JSON"))
    if faults:
        raise KunskapError(faults)
    return Ledger(folder, tuple(sorted(entries, key=lambda entry: entry.date)))


def who_answered(imports: Iterable[Import], *, key: bytes | None = None) -> Earlier:
    """Whose answers some files hold: how many people in each wave, and a sign for them and what they answered.

    Parameters
    ----------
    imports : iterable of Import
        All files that a report is made of.  Who broke off is not in it.
    key : bytes, optional
        The project's key.

    Returns
    -------
    Earlier
        Without tables.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> from kunskap.content import data_folder
    >>> from kunskap.readers import read_responses
    >>> read = read_responses(data_folder() / "demo" / "limesurvey_2016_simulerad.csv", bank=read_bank(), wave="2016")
    >>> who_answered([read]).persons
    {'2016': 433}
    """
    lines: dict[str, set[str]] = {}
    persons: dict[str, set[str]] = {}
    for read in imports:
        done = read.responses[read.responses["completed_at"].notna()]
        for wave, rows in done.groupby(done["wave"].astype("str").fillna("")):
            people = read.respondents[read.respondents["wave"].astype("str").fillna("") == wave]
            people = people[people["respondent_id"].isin(rows["respondent_id"])]
            persons.setdefault(str(wave), set()).update(rows["respondent_id"].astype("str"))
            lines.setdefault(str(wave), set()).update([*_lines(rows), *_lines(people)])
    return Earlier(
        name="",
        persons={wave: len(who) for wave, who in sorted(persons.items())},
        crowd={wave: _sign(said, key or b"") for wave, said in sorted(lines.items())},
        tables={},
    )


def _lines(rows: pd.DataFrame) -> Iterable[str]:
    """Every answer as one line, whatever the order of rows and columns."""
    who = rows["respondent_id"].astype("str").tolist()
    for column in rows.columns.difference(list(BESIDE_ANSWERS)):
        there = rows[column].notna()
        said = rows.loc[there, column].astype("str").tolist()
        yield from (f"{column}|{one}|{text}" for one, text in zip(compress(who, there.tolist()), said, strict=True))


def _sign(lines: Iterable[str], key: bytes) -> str:
    return hmac.new(key, "\n".join(sorted(lines)).encode(), hashlib.sha256).hexdigest()


def _as_json(table: pd.DataFrame) -> Any:
    return json.loads(table.to_json(orient="split", index=False, double_precision=15))


def _entry(told: Mapping[str, Any]) -> Entry:
    if set(told) != FIELDS or told["version"] != VERSION:
        raise ValueError
    tables = {name: pd.DataFrame(table["data"], columns=table["columns"]) for name, table in told["tables"].items()}
    persons = {str(wave): int(count) for wave, count in told["persons"].items()}
    release = Earlier(f"{told['name']} {told['date']}", persons, dict(told["crowd"]), tables)
    return Entry(datetime.date.fromisoformat(told["date"]), str(told["name"]), release)
