"""What a report was made of and by what: versions, hashes, the policy, and how much is hidden; never a hidden value."""

from __future__ import annotations

import hashlib
import hmac
import json
import platform
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from importlib.metadata import PackageNotFoundError, version
from itertools import chain, count
from pathlib import Path

from kunskap import __version__
from kunskap.bank import Bank
from kunskap.disclosure import Released
from kunskap.project import Project
from kunskap.report.document import Document
from kunskap.words import Words

__all__ = ["MANIFEST", "files_of_project", "hashed_inputs", "keyed_digest", "manifest", "project_inputs"]

MANIFEST = "manifest.json"
FOLDERS = ("coding", "fieldwork", "forms", "items")
"""The folders of a survey that reports are made of."""
OF_PROJECT = ("waves.toml", "withdrawals.csv", "ledger")
OF_PEOPLE = ("survey/fieldwork",)
PURPOSE = b"kunskap manifest: input "
UNTOLD = "no project key, no digest"
LIBRARIES = ("jinja2", "matplotlib", "numpy", "openpyxl", "pandas", "pikepdf", "python-docx", "scipy", "typst")


def hashed_inputs(survey: Path, files: Iterable[Path] = (), *, key: bytes | None = None) -> dict[str, str]:
    """The SHA-256 of what a report is made of.

    Parameters
    ----------
    survey : Path
        The survey folder: each of its files by name, and each folder that reports read as one.
    files : iterable of Path
        Files, and folders as one; what is not on this disk (the address of a database) is left out.
    key : bytes, optional
        The project's key, which makes keyed digests of what people have answered or done; see `keyed_digest`.

    Returns
    -------
    dict of str to str
        Name (never a path outside the survey folder) → hexadecimal digest.  Of two with the same name the second is
        told with its folder's name, and then with a number.

    Examples
    --------
    >>> from kunskap.content import survey_folder
    >>> sorted(hashed_inputs(survey_folder()))[:4]
    ['survey/background.toml', 'survey/bank.toml', 'survey/coding', 'survey/fieldwork']
    """
    hashed = {}
    for path in sorted(survey.iterdir()):
        if path.suffix in (".toml", ".csv") or path.name in FOLDERS:
            name = f"survey/{path.name}"
            hashed[name] = keyed_digest(_digest(path), key) if name in OF_PEOPLE else _digest(path)
    for path in dict.fromkeys(Path(each).resolve() for each in files if Path(each).exists()):
        names = chain([path.name, f"{path.parent.name}/{path.name}"], (f"{path.name} ({n})" for n in count(2)))
        hashed[next(name for name in names if name not in hashed)] = keyed_digest(_digest(path), key)
    return hashed


def files_of_project(project: Project) -> list[Path]:
    """What every report of a project is made of, beside its survey: its waves, who has withdrawn, and what is out."""
    return [] if project.folder is None else [project.folder / name for name in OF_PROJECT]


def project_inputs(project: Project, files: Iterable[Path] = (), *, words: Words) -> dict[str, str]:
    """The digests of some files and of all that every report of a project is made of.

    Parameters
    ----------
    project : Project
        Its key makes the digests of what people have answered or done.
    files : iterable of Path
        As for `hashed_inputs`: the answers, and what else was named.
    words : Words
        For what is told outside a project, under ``ledger``: that no earlier report is known.

    Returns
    -------
    dict of str to str
        As `hashed_inputs`.

    Examples
    --------
    >>> from kunskap.content import data_folder
    >>> from kunskap.project import open_project
    >>> from kunskap.words import read_words
    >>> told = project_inputs(open_project(data_folder() / "demo"), words=read_words())
    >>> told["waves.toml"].partition(":")[0]
    'hmac-sha256'
    """
    told = hashed_inputs(project.survey, [*files, *files_of_project(project)], key=project.key)
    return told if project.folder else {**told, "ledger": words("report.outside_project")}


def keyed_digest(digest: str, key: bytes | None) -> str:
    """A digest that only who has the key can compare with anything.

    A plain digest tells whoever guesses at a file whether the guess is right.  Of a log with a few counts every guess
    can be tried; of a file of answers, the last row by who knows the others.  Without a key none is therefore told: one
    of a key that is thrown away could be compared by nobody, and the same report would not be the same twice.

    Examples
    --------
    >>> keyed_digest("ab12", bytes(32))[:20], keyed_digest("ab12", None)
    ('hmac-sha256:f6318c23', 'no project key, no digest')
    """
    if key is None:
        return UNTOLD
    return "hmac-sha256:" + hmac.new(key, PURPOSE + digest.encode(), hashlib.sha256).hexdigest()


def _digest(path: Path) -> str:
    """The digest of a file's bytes, or of the names and bytes of all files in a folder."""
    if path.is_file():
        return hashlib.sha256(path.read_bytes()).hexdigest()
    digest = hashlib.sha256()
    for each in sorted(inner for inner in path.rglob("[!.]*") if inner.is_file()):
        content = each.read_bytes()
        digest.update(f"{each.relative_to(path).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def manifest(document: Document, *, bank: Bank, inputs: Mapping[str, str], contents: Mapping[str, bytes]) -> bytes:
    """The manifest of a report, as JSON with sorted keys.

    Parameters
    ----------
    document : Document
        The report.
    bank : Bank
        Its version is told.
    inputs : mapping of str to str
        As `hashed_inputs` gives them.
    contents : mapping of str to bytes
        The report's files by relative name; their digests are told.
    """
    told: dict[str, object] = {
        "bank": bank.version,
        "date": document.date.isoformat(),
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()},
        "inputs": dict(inputs),
        "kind": document.kind,
        "language": document.language,
        "title": document.title,
        "versions": {"kunskap": __version__, "python": platform.python_version(), **_libraries()},
    }
    if isinstance(document.released, Released):
        told |= _release(document.released)
    return json.dumps(told, ensure_ascii=False, indent=2, sort_keys=True).encode("utf-8") + b"\n"


def _libraries() -> dict[str, str]:
    found = {}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _release(released: Released) -> dict[str, object]:
    log = released.log
    counted: dict[str, dict[str, int]] = {}
    for name in released.names:
        reasons = log.loc[log["table"].eq(name), "reason"].value_counts()
        if len(reasons):
            counted[name] = {str(reason): int(count) for reason, count in reasons.items()}
    rows = sum(len(released.table(name)) for name in released.names)
    return {
        "basis": released.basis,
        "hidden": {"is_least": released.is_least, "of": rows, "rows": len(log), "tables": counted},
        "policy": _plain(released.policy),
        "simulated": released.simulated,
        "source": released.source,
        "view": released.view,
    }


def _plain(value: object) -> object:
    """A value as JSON knows it; the policy is dataclasses, mappings and tuples of such."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, frozenset | set):
        return sorted((_plain(inner) for inner in value), key=str)
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)
