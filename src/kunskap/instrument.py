"""How the questions read in each wave: kept in the project, so that a later change of a text can be told.

A changed meaning is a new question; a changed text keeps its id, and the bank knows its latest wording only.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from kunskap.bank import Bank
from kunskap.errors import KunskapError, fault
from kunskap.project import Project, Wave
from kunskap.system_errors import problem
from kunskap.whole_files import save_file

__all__ = ["FOLDER", "Instrument", "TextChange", "instrument_of", "keep_instrument", "read_instrument", "text_changes"]

FOLDER = "instrument"
KEY = "the key"
"""The part of a question that is its right answer: that it has changed is told, never what it is.  No option has an id
with a blank in it."""


@dataclass(frozen=True)
class Instrument:
    """The wording of a form.

    Attributes
    ----------
    form, version : str
        The form, and the bank's version.
    kept_on : date
        When this was the wording.
    texts : mapping
        Language → question → part → text.  The part is ``""`` for the question itself, else an option's id.
    keys : mapping
        Question → its right options.
    """

    form: str
    version: str
    kept_on: datetime.date
    texts: Mapping[str, Mapping[str, Mapping[str, str]]]
    keys: Mapping[str, tuple[str, ...]]

    @property
    def questions(self) -> tuple[str, ...]:
        """What was asked, in order."""
        return tuple(next(iter(self.texts.values()), {}))


class TextChange(NamedTuple):
    """One text that reads otherwise; of a `KEY`, only that it does."""

    question: str
    part: str
    before: str
    after: str


def instrument_of(bank: Bank, form: str, *, on: datetime.date) -> Instrument:
    """The wording of a form as the bank has it.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> bank = read_bank()
    >>> now = instrument_of(bank, "r4a", on=datetime.date(2026, 11, 23))
    >>> text_changes(now, now, language="sv")
    ()
    """
    asked = bank.forms[form]
    options = {name: bank.variables[name].levels for name in asked.background}
    options |= {name: bank.items[name].options for name in asked.item_ids}
    texts = {
        language: {
            name: {"": bank.stem(name, language), **{option.id: option.text[language] for option in those}}
            for name, those in options.items()
        }
        for language in bank.languages
    }
    keys = {name: tuple(bank.items[name].key) for name in asked.item_ids if bank.items[name].key}
    return Instrument(form, bank.version, on, texts, keys)


def text_changes(before: Instrument, after: Instrument, *, language: str) -> tuple[TextChange, ...]:
    """The texts that differ in the questions that both have, and the keys.

    Parameters
    ----------
    before, after : Instrument
        The earlier wording, and the later.
    language : str
        Texts in this language; none where it was not kept.
    """
    earlier, later = before.texts.get(language, {}), after.texts.get(language, {})
    found = []
    for question in (name for name in later if name in earlier):
        old, new = earlier[question], later[question]
        for part in dict.fromkeys([*old, *new]):
            if old.get(part) != new.get(part):
                found.append(TextChange(question, part, old.get(part, ""), new.get(part, "")))
        if set(before.keys.get(question, ())) != set(after.keys.get(question, ())):
            found.append(TextChange(question, KEY, "", ""))
    return tuple(found)


def keep_instrument(project: Project, wave: Wave | None, *, bank: Bank, on: datetime.date) -> Path | None:
    """Keep how the questions of a wave read: the first time it is asked for from the day the wave opens.

    Parameters
    ----------
    project : Project
        Whose wave it is.
    wave : Wave, optional
        The wave.
    bank : Bank
        The questions, as they read today.
    on : date
        Today.

    Returns
    -------
    Path or None
        The file; None where nothing is kept: outside a project, for invented answers and for a wave that is not the
        project's.

    Raises
    ------
    KunskapError
        ``READ-43`` if it cannot be written, ``PROJ-07`` if what is there cannot be read.
    """
    is_known = wave is not None and wave.id in project.waves and wave.form in bank.forms
    if project.folder is None or project.simulated or wave is None or not is_known:
        return None
    path = _place(project, wave)
    if path.is_file() and (wave.opens is None or on >= wave.opens) and not _is_of_before(path, wave):
        return path
    made = instrument_of(bank, wave.form, on=on)
    told = {"form": made.form, "version": made.version, "kept_on": on.isoformat(), "texts": made.texts}
    content = json.dumps({**told, "keys": made.keys}, ensure_ascii=False, indent=1).encode("utf-8")
    try:
        path.parent.mkdir(exist_ok=True)
    except OSError as error:
        raise KunskapError([fault("READ-43", str(path), error=problem(error))]) from error
    return save_file(path, content)


def read_instrument(project: Project, wave: Wave) -> Instrument | None:
    """How the questions of a wave read; None where that has not been kept.

    Raises
    ------
    KunskapError
        ``PROJ-07`` if the file cannot be read.
    """
    if project.folder is None or not _place(project, wave).is_file():
        return None
    return _read(_place(project, wave))


def _place(project: Project, wave: Wave) -> Path:
    return (project.folder or Path()) / FOLDER / f"{quote(wave.id, safe='')}.json"


def _is_of_before(path: Path, wave: Wave) -> bool:
    """Whether what is kept is of a day before the wave opened: the text may have been changed since."""
    return wave.opens is not None and _read(path).kept_on < wave.opens


def _read(path: Path) -> Instrument:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        keys = {name: tuple(key) for name, key in told["keys"].items()}
        texts = {language: {name: dict(parts) for name, parts in of.items()} for language, of in told["texts"].items()}
        kept_on = datetime.date.fromisoformat(told["kept_on"])
        return Instrument(str(told["form"]), str(told["version"]), kept_on, texts, keys)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise KunskapError([fault("PROJ-07", str(path))]) from error
