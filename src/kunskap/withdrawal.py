"""Withdrawals: a code's holder takes the answers back, and every later reading leaves them out.

The project's own file ``withdrawals.csv`` holds pseudonyms and dates, never codes.  It is a list of events, so that a
withdrawal can be lifted by a decision without its ever having been erased.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kunskap.errors import Fault, KunskapError, fault
from kunskap.pseudonym import normalise_code, pseudonym
from kunskap.whole_files import save_file

__all__ = ["FILE_NAME", "Withdrawal", "read_withdrawals", "restore", "withdraw", "withdraw_person", "withdrawn"]

FILE_NAME = "withdrawals.csv"
COLUMNS = ("pseudonym", "date", "restored_by")
PSEUDONYM = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Withdrawal:
    """One event: a person withdrew or, by a decision, was let in again.

    Attributes
    ----------
    person : str
        The pseudonym.
    date : date
        When.
    restored_by : str
        The decision that let the answers in again; empty for a withdrawal.
    """

    person: str
    date: datetime.date
    restored_by: str = ""


def read_withdrawals(folder: Path) -> tuple[Withdrawal, ...]:
    """Read a project's withdrawals, strictly: a line that cannot be read could be somebody who is then let in.

    Parameters
    ----------
    folder : Path
        The project.

    Returns
    -------
    tuple of Withdrawal
        In the order in which they were made; empty where nobody has withdrawn.

    Raises
    ------
    KunskapError
        ``DRAW-03``: every line that is damaged.
    """
    path = folder / FILE_NAME
    if not path.is_file():
        return ()
    try:
        rows = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig")), delimiter=";", strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise KunskapError([fault("DRAW-03", str(path))]) from error
    faults: list[Fault] = []
    found: list[Withdrawal] = []
    if not rows or tuple(rows[0]) != COLUMNS:
        faults.append(fault("DRAW-03", f"{path}, 1"))
    for number, row in enumerate(rows[1:], start=2):
        try:
            person, date, restored_by = row
            if not PSEUDONYM.fullmatch(person):
                raise ValueError(person)
            found.append(Withdrawal(person, datetime.date.fromisoformat(date), restored_by))
        except ValueError:
            faults.append(fault("DRAW-03", f"{path}, {number}"))
    if faults:
        raise KunskapError(faults)
    return tuple(found)


def withdrawn(events: Iterable[Withdrawal]) -> dict[str, datetime.date]:
    """Who is out, and since when: for each person the last event counts.

    Examples
    --------
    >>> day = datetime.date(2026, 11, 22)
    >>> events = [Withdrawal("a", day), Withdrawal("b", day), Withdrawal("b", day, "beslut 12, 2026-11-23")]
    >>> [*withdrawn(events)]
    ['a']
    """
    last: dict[str, Withdrawal] = {}
    for event in events:
        last[event.person] = event
    return {person: event.date for person, event in last.items() if not event.restored_by}


def withdraw(code: str, *, folder: Path, key: bytes | None, today: datetime.date) -> bool:
    """Let the answers of a code's holder be left out from now on; the code itself is stored nowhere.

    Parameters
    ----------
    code : str
        As its holder writes it; see `kunskap.pseudonym.normalise_code`.
    folder : Path
        The project.
    key : bytes or None
        The project's.
    today : date
        The caller's day.

    Returns
    -------
    bool
        Whether anything changed: False for who had withdrawn already, so that running it twice is safe.

    Raises
    ------
    KunskapError
        ``DRAW-01`` without a key, ``DRAW-02`` for a code without letters and digits, ``DRAW-03`` if the list is damaged
        (it is then as it was), ``READ-43`` if it cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as name:
    ...     project, day = Path(name), datetime.date(2026, 11, 22)
    ...     first = withdraw("ås12", folder=project, key=bytes(32), today=day)
    ...     again = withdraw("ÅS 12", folder=project, key=bytes(32), today=day)
    >>> first, again
    (True, False)
    """
    return withdraw_person(_person(code, folder, key), folder=folder, today=today)


def withdraw_person(person: str, *, folder: Path, today: datetime.date) -> bool:
    """Do as `withdraw` for who is known by pseudonym already, as on the participants' page.

    Raises
    ------
    KunskapError
        ``DRAW-03`` if the list is damaged (it is then as it was), ``READ-43`` if it cannot be written.
    ValueError
        If `person` is no pseudonym.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as name:
    ...     withdraw_person("0" * 32, folder=Path(name), today=datetime.date(2026, 11, 22))
    True
    """
    if not PSEUDONYM.fullmatch(person):
        raise ValueError("a pseudonym is 32 hexadecimal digits")
    events = read_withdrawals(folder)
    if person in withdrawn(events):
        return False
    _save(folder, (*events, Withdrawal(person, today)))
    return True


def restore(code: str, *, folder: Path, key: bytes | None, today: datetime.date, decision: str) -> None:
    """Let the answers in again, by a decision that is written beside; that they were withdrawn stays in the list.

    Parameters
    ----------
    code, folder, key, today
        As in `withdraw`.
    decision : str
        Number and date of the decision, as staff file it.

    Raises
    ------
    KunskapError
        As `withdraw`; ``DRAW-04`` for who has not withdrawn, ``DRAW-05`` without a decision.
    """
    if not decision.strip():
        raise KunskapError([fault("DRAW-05", "")])
    person = _person(code, folder, key)
    events = read_withdrawals(folder)
    if person not in withdrawn(events):
        raise KunskapError([fault("DRAW-04", "")])
    _save(folder, (*events, Withdrawal(person, today, " ".join(decision.split()))))


def _person(code: str, folder: Path, key: bytes | None) -> str:
    # Where a fault is told the code never is: it would stand in the terminal's history.
    if key is None:
        raise KunskapError([fault("DRAW-01", str(folder))])
    if not normalise_code(code):
        raise KunskapError([fault("DRAW-02", "")])
    return pseudonym(code, key=key)


def _save(folder: Path, events: Iterable[Withdrawal]) -> None:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";", lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows((event.person, event.date.isoformat(), event.restored_by) for event in events)
    path = save_file(folder / FILE_NAME, buffer.getvalue().encode("utf-8"))
    path.chmod(0o600)
