"""Respondents: the gate itself judges a new release beside the old ones; here is told who they are about."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from itertools import compress

import pandas as pd

from kunskap.disclosure import Earlier, Policy, Released, release
from kunskap.errors import Fault, KunskapError, fault
from kunskap.ledger.entries import RESPONDENTS, ledger_alone, sign_of
from kunskap.project import Project, Wave
from kunskap.readers import Import

__all__ = ["release_beside", "who_answered"]

BESIDE_ANSWERS = frozenset({"sitting_id", "respondent_id", "wave", "started_at", "completed_at", "attempt"})


def release_beside(
    tables: Mapping[str, pd.DataFrame],
    imports: Iterable[Import],
    *,
    project: Project,
    policy: Policy,
    name: str,
    date: datetime.date,
    is_draft: bool = False,
    undo: ExitStack | None = None,
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
    undo : ExitStack, optional
        Takes it out of the ledger again, should the report not be written; see `Ledger.enter`.

    Raises
    ------
    KunskapError
        ``LEDGER-08`` if an earlier release is of a wave that cannot be told from the new one's; what
        `kunskap.disclosure.release`, `ledger_alone` and `Ledger.enter` raise.

    Notes
    -----
    Who answers without a code is known by nothing but the row of a file, and the ledger keeps no sign of a single
    person: it would outlive their answers, and their taking them back.  What tells two waves apart is therefore their
    days in ``waves.toml``, for no answer from outside a wave's days is read as one of it.  A wave that is not there (a
    file read before the waves were written down has its form's name), or whose days are not given, may have been
    anyone's.
    """
    with ledger_alone(project) as ledger:
        if ledger.folder is None:  # nothing is kept, and who answered need not be worked out
            return release(tables, policy=policy, simulated=project.simulated)
        about = who_answered(imports, key=project.key)
        out = ledger.of(RESPONDENTS)
        faults = [wrong for earlier in out for wrong in _not_apart(earlier, about, project.waves)]
        if faults:
            raise KunskapError(faults)
        released = release(tables, policy=policy, simulated=project.simulated, about=about, earlier=out)
        if not is_draft:
            ledger.enter(released, about, name=name, date=date, undo=undo)
        return released


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
        crowd={wave: sign_of(said, key=key) for wave, said in sorted(lines.items())},
        tables={},
    )


def _not_apart(earlier: Earlier, about: Earlier, waves: Mapping[str, Wave]) -> Iterable[Fault]:
    """The waves of an earlier release that may hold answers of the new one under another name."""
    for wave in sorted(set(earlier.persons) - set(about.persons)):
        for now in about.persons:
            if not (wave in waves and now in waves and _are_apart(waves[wave], waves[now])):
                yield fault("LEDGER-08", f"{earlier.name}, {wave}", wave=wave, now=now)


def _are_apart(one: Wave, other: Wave) -> bool:
    """Whether one wave closes before the other opens."""
    pairs = ((one.closes, other.opens), (other.closes, one.opens))
    return any(closes is not None and opens is not None and closes < opens for closes, opens in pairs)


def _lines(rows: pd.DataFrame) -> Iterable[str]:
    """Every answer as one line, whatever the order of rows and columns."""
    who = rows["respondent_id"].astype("str").tolist()
    for column in rows.columns.difference(list(BESIDE_ANSWERS)):
        there = rows[column].notna()
        said = rows.loc[there, column].astype("str").tolist()
        yield from (f"{column}|{one}|{text}" for one, text in zip(compress(who, there.tolist()), said, strict=True))
