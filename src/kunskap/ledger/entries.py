"""The files of a ledger: one per release, written whole, read strictly, and never two at a time."""

from __future__ import annotations

import datetime
import hashlib
import hmac
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from kunskap.disclosure import Earlier, Released, require_released
from kunskap.errors import Fault, KunskapError, fault
from kunskap.project import Project
from kunskap.system_errors import problem
from kunskap.whole_files import write_whole

__all__ = ["ACTIVITIES", "FOLDER", "REGISTER", "RESPONDENTS", "Entry", "Ledger", "ledger_alone", "read_ledger",
           "sign_of"]  # fmt: skip

FOLDER = "ledger"
LOCK = ".lock"
PATIENCE = 120.0  # seconds: a large room takes the gate half a minute
VERSION = 2
SINCE_2 = frozenset({"key"})
FIELDS = frozenset({"version", "name", "date", "basis", "policy_base", "persons", "crowd", "tables"}) | SINCE_2
SIGNED = ("persons", "crowd", "tables")
SIGN = 16
RESPONDENTS, REGISTER, ACTIVITIES = "respondents", "register", "activities"


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
        What it showed and who it was about: of respondents wave by wave, of a register year by year, of an activity log
        activity by activity.
    basis : {"respondents", "register", "activities"}
        Whose figures they are.
    file : str
        What its file is called.
    """

    date: datetime.date
    name: str
    release: Earlier
    basis: str
    file: str

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
    """All that a project has released; empty, and keeping nothing, outside a project and for invented answers.

    Attributes
    ----------
    folder : Path or None
        Where its files lie.
    entries : tuple of Entry
        By date.
    key : str
        A sign for the project's key, which tells whether an entry was made with the same.
    """

    folder: Path | None
    entries: tuple[Entry, ...] = ()
    key: str = ""

    def of(self, basis: str) -> tuple[Earlier, ...]:
        """What is out of a basis; of respondents it is what `kunskap.disclosure.release` takes as `earlier`."""
        return tuple(entry.release for entry in self.entries if entry.basis == basis)

    def enter(
        self,
        released: Released,
        about: Earlier,
        *,
        name: str,
        date: datetime.date,
        basis: str = RESPONDENTS,
        undo: ExitStack | None = None,
    ) -> Path | None:
        """Write a release down, before it is saved anywhere: what might be out must be known here.

        Parameters
        ----------
        released : Released
            What is to leave.
        about : Earlier
            Whose figures they are.  Its tables are kept where it has any, else those of `released`.
        name : str
            What people call it.
        date : date
            The day.
        basis : {"respondents", "register", "activities"}
            As in `Entry`.
        undo : ExitStack, optional
            Takes the entry back, unless emptied (``pop_all``) before it ends: when the first file is about to leave.
            What is killed in between stands as released, though it never left: then too little is shown, never too
            much.

        Returns
        -------
        Path or None
            Its file; the one that is there already, where the same was released before.  None where nothing is kept:
            outside a project, and for invented answers.

        Raises
        ------
        TypeError
            If `released` has not passed the gate.
        KunskapError
            ``LEDGER-02`` if it cannot be written; then it may not leave either.
        """
        require_released(released)
        if self.folder is None or released.simulated:
            return None
        tables = about.tables or {table: released.table(table) for table in released.names}
        told = {
            "persons": dict(about.persons),
            "crowd": dict(about.crowd),
            "tables": {table: _as_json(rows) for table, rows in tables.items()},
        }
        sign = _signature(told)
        for path in self.folder.glob(f"*-{sign}.json"):
            with _written_down(path):
                path.touch()  # whoever entered it cannot take it back now
            return path
        told |= {
            "version": VERSION,
            "name": name,
            "date": date.isoformat(),
            "basis": basis,
            "policy_base": released.policy.base,
            "key": self.key,
        }
        path = self.folder / f"{date.isoformat()}-{sign}.json"
        with _written_down(path):
            write_whole(path, json.dumps(told, ensure_ascii=False, indent=1).encode())
            if undo is not None:
                undo.callback(partial(_take_back, path, path.stat().st_mtime_ns))
        return path


@contextmanager
def ledger_alone(project: Project) -> Iterator[Ledger]:
    """The ledger, while nobody else can enter anything in it: two reports at once would not know of each other.

    Raises
    ------
    KunskapError
        As `read_ledger`; ``LEDGER-02`` if its folder cannot be written to, ``LEDGER-07`` if another report is being
        made and does not get done.
    """
    folder = _folder(project)
    if folder is None:
        yield Ledger(None)
        return
    with _locked(folder):
        yield read_ledger(project)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    try:
        folder.mkdir(exist_ok=True)
        # An empty database: its lock holds between processes on every system, and ends with the process that has it.
        lock = sqlite3.connect(folder / LOCK, timeout=PATIENCE, isolation_level=None)
    except (OSError, sqlite3.OperationalError) as error:
        raise KunskapError([_cannot_write(folder, error)]) from error
    with closing(lock):
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            is_busy = error.sqlite_errorcode == sqlite3.SQLITE_BUSY
            raise KunskapError(
                [fault("LEDGER-07", str(folder)) if is_busy else _cannot_write(folder, error)]
            ) from error
        yield


@contextmanager
def _written_down(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise KunskapError([_cannot_write(path, error)]) from error


def _take_back(path: Path, entered: int) -> None:
    """Remove an entry, unless another report has been told that it is there; what cannot be removed stands."""
    with suppress(OSError, KunskapError), _locked(path.parent):
        if path.stat().st_mtime_ns == entered:
            path.unlink()


def read_ledger(project: Project) -> Ledger:
    """Read what a project has released.

    Parameters
    ----------
    project : Project
        From `kunskap.project.open_project`.

    Raises
    ------
    KunskapError
        For each file that tells nothing sure: ``LEDGER-01`` if it cannot be read, ``LEDGER-03`` if it was written by a
        later version, ``LEDGER-04`` if it has been changed since, ``LEDGER-05`` if it was made with another key.  What
        is out is then not known, and nothing more may leave.

    Examples
    --------
    >>> from kunskap.content import data_folder
    >>> from kunskap.project import open_project
    >>> read_ledger(open_project(data_folder() / "demo")).entries
    ()
    """
    folder = _folder(project)
    if folder is None:
        return Ledger(None)
    key = hmac.new(project.key or b"", b"kunskap ledger", hashlib.sha256).hexdigest()[:SIGN]
    entries: list[Entry] = []
    faults: list[Fault] = []
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix == ".json") if folder.exists() else []
    except OSError as error:
        raise KunskapError([fault("LEDGER-01", str(folder), error=problem(error))]) from error
    for path in paths:
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
            entries.append(_entry(told, file=path.name))
        except OSError as error:
            faults.append(fault("LEDGER-01", str(path), error=problem(error)))
        except (ValueError, KeyError, TypeError, AttributeError):
            faults.append(fault("LEDGER-01", str(path), error="JSON"))
        except _LaterVersionError as error:
            faults.append(fault("LEDGER-03", str(path), version=error, known=VERSION))
        else:
            if _signature(told) not in path.name:
                faults.append(fault("LEDGER-04", str(path)))
            elif told.get("key", key) != key:
                faults.append(fault("LEDGER-05", str(path)))
    if faults:
        raise KunskapError(faults)
    return Ledger(folder, tuple(sorted(entries, key=lambda entry: entry.date)), key)


def sign_of(lines: Iterable[str], *, key: bytes | None) -> str:
    """A sign for what some lines say, whatever their order: it tells nothing to who has not the key.

    Examples
    --------
    >>> sign_of(["a", "b"], key=bytes(32)) == sign_of(["b", "a"], key=bytes(32)) != sign_of(["a"], key=bytes(32))
    True
    """
    return hmac.new(key or b"", "\n".join(sorted(lines)).encode(), hashlib.sha256).hexdigest()


class _LaterVersionError(Exception):
    """A file of a later version; its text is which."""


def _folder(project: Project) -> Path | None:
    """Where a project's files lie; None outside a project, and for invented answers."""
    return None if project.folder is None or project.simulated else project.folder / FOLDER


def _cannot_write(folder: Path, error: OSError | sqlite3.OperationalError) -> Fault:
    return fault("LEDGER-02", str(folder), error=problem(error) if isinstance(error, OSError) else str(error))


def _signature(told: Mapping[str, Any]) -> str:
    """What a file's name says of what is in it."""
    signed = {name: told[name] for name in SIGNED}
    return hashlib.sha256(json.dumps(signed, sort_keys=True).encode()).hexdigest()[:SIGN]


def _as_json(table: pd.DataFrame) -> Any:
    return json.loads(table.to_json(orient="split", index=False, double_precision=15))


def _entry(told: Mapping[str, Any], *, file: str) -> Entry:
    version = told["version"]
    if version not in range(1, VERSION + 1):
        raise _LaterVersionError(version)
    if set(told) != (FIELDS if version == VERSION else FIELDS - SINCE_2):
        raise ValueError(version)
    tables = {name: pd.DataFrame(table["data"], columns=table["columns"]) for name, table in told["tables"].items()}
    persons = {str(wave): int(count) for wave, count in told["persons"].items()}
    release = Earlier(f"{told['name']} {told['date']}", persons, dict(told["crowd"]), tables)
    return Entry(datetime.date.fromisoformat(told["date"]), str(told["name"]), release, str(told["basis"]), file)
