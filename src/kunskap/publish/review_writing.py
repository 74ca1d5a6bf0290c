"""Writes a review's changes into the items' files: what changed and nothing else, comments and order kept."""

from __future__ import annotations

import datetime
import shutil
import tempfile
import tomllib
from dataclasses import replace
from pathlib import Path

import pandas as pd
import tomlkit
from tomlkit.exceptions import TOMLKitError

from kunskap.bank import read_bank
from kunskap.errors import Fault, KunskapError, fault
from kunskap.publish.files import write_all
from kunskap.publish.review import COMMENT, split_key

__all__ = ["write_review"]


def write_review(differences: pd.DataFrame, *, survey: Path | str) -> list[Path]:
    """Write what `import_review` found.

    The changed bank is first read as a whole, in a copy: if one change breaks a rule of the bank, nothing is written.

    Parameters
    ----------
    differences : DataFrame
        From `import_review`, or those of its rows that a person accepts.
    survey : Path or str
        The folder that the bank was read from.

    Returns
    -------
    list of Path
        The files written, each whole.

    Raises
    ------
    KunskapError
        ``EXPERT-08`` if a file was changed after the comparison; whatever `kunskap.bank.read_bank` finds wrong with the
        changed bank; ``PUB-06`` if a file cannot be written.

    Examples
    --------
    >>> write_review(pd.DataFrame(columns=["item", "file", "field", "before", "after"]), survey="survey")
    []
    """
    survey = Path(survey)
    faults: list[Fault] = []
    contents: dict[Path, bytes] = {}
    changes = differences[differences["field"] != COMMENT]
    for file, rows in changes.groupby("file", sort=False):
        path = Path(str(file))
        try:
            document = tomlkit.parse(path.read_bytes().decode("utf-8"))
        except (OSError, UnicodeDecodeError, TOMLKitError):
            first = rows.iloc[0]
            faults.append(
                fault("EXPERT-08", str(path), item=first["item"], field=first["field"], expected=first["before"])
            )
            continue
        for row in rows.itertuples(index=False):
            if not _change(document, str(row.field), str(row.before), str(row.after)):
                faults.append(fault("EXPERT-08", str(path), item=row.item, field=row.field, expected=row.before))
        contents[path] = tomlkit.dumps(document).encode("utf-8")
    if not faults and contents:
        faults = _faults_of(contents, survey)
    if faults:
        raise KunskapError(faults)
    return [written for path, content in contents.items() for written in write_all(path.parent, {path.name: content})]


def _change(document: tomlkit.TOMLDocument, field: str, before: str, after: str) -> bool:
    """Set one field; False if it does not hold what it held when the review was compared."""
    *way, last = field.split(".")
    table: object = document
    for step in way:
        try:
            table = table[int(step) - 1] if step.isdigit() else table[step]  # type: ignore[index]
        except (KeyError, IndexError):
            return False
    held = table.get(last)  # type: ignore[attr-defined]
    if _as_text(held) != before:
        return False
    if not after:
        table.remove(last)  # type: ignore[attr-defined]
    else:
        table[last] = _as_value(last, after)  # type: ignore[index]
    return True


def _as_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(str(part) for part in value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value).strip()


def _as_value(field: str, text: str) -> object:
    if field == "key":
        return split_key(text)
    if field == "checked_on":
        try:
            return datetime.date.fromisoformat(text)
        except ValueError:
            return text  # reading the bank tells what is wrong with it
    return text


def _faults_of(contents: dict[Path, bytes], survey: Path) -> list[Fault]:
    """What is wrong with the bank once the files are changed; places are told as they are in `survey`."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "survey"
        shutil.copytree(survey, copy)
        for path, content in contents.items():
            tomllib.loads(content.decode("utf-8"))
            (copy / path.resolve().relative_to(survey.resolve())).write_bytes(content)
        try:
            read_bank(copy)
        except KunskapError as error:
            return [replace(found, where=found.where.replace(str(copy), str(survey))) for found in error.faults]
    return []
