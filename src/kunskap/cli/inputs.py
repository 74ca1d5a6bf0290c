"""Every file that a report was made of, for its manifest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from kunskap.cli.materials import Given, typed_file, work_files
from kunskap.content import data_folder
from kunskap.instrument import FOLDER as INSTRUMENT
from kunskap.readers import Import
from kunskap.report.kinds import Funder, Material
from kunskap.report.manifest import files_of_project, keyed_digest, project_inputs
from kunskap.report.readings import file_name

__all__ = ["input_files", "inputs_told"]


def input_files(kind: str, given: Given, files: Sequence[Path], material: Material) -> Iterator[Path]:
    """The files and folders, beside the survey's own, that a report was made of.

    Parameters
    ----------
    files : sequence of Path
        What was named on the command line: answers, a mapping, a Word template.
    material : Material
        What the kind was made of.

    Yields
    ------
    Path
        What there is of it.  The project's key is not among them: nothing about it is told to anyone.
    """
    from kunskap.coding import coder_files
    from kunskap.report.activity_log import FILE

    folder = given.project.folder
    yield from files
    yield from files_of_project(given.project)
    if kind == "bilaga" and folder is not None:
        yield folder / INSTRUMENT
    if material.frame is not None:
        place = given.coded or (folder or Path.cwd()) / "coding"
        yield from coder_files(place)
    typed = typed_file(given)
    yield typed
    if isinstance(material, Funder):
        yield typed.with_name(FILE)
        named = work_files(material.typed, typed.parent).paths
        yield from named
        if named:  # what the work is judged by
            yield from (data_folder() / "reference", data_folder() / "review" / "rules.toml")


def inputs_told(
    kind: str, given: Given, files: Sequence[Path], read: Mapping[Path, Import], material: Material
) -> dict[str, str]:
    """The digest of each input, as the manifest tells them.

    Parameters
    ----------
    files : sequence of Path
        As for `input_files`.
    read : mapping of Path to Import
        The answers by where they came from: of a database the answers themselves are told.
    """
    key = given.project.key
    told = project_inputs(given.project, input_files(kind, given, files, material), words=given.words)
    for number, (place, imported) in enumerate(read.items(), start=1):
        if not place.exists():
            answers = imported.responses.to_csv(index=False).encode()
            told[given.words("cli.database", number=number)] = keyed_digest(hashlib.sha256(answers).hexdigest(), key)
    if material.own.texts:
        # of the words alone: the proposals beside them are written anew by each report
        own = json.dumps(dict(material.own.texts), sort_keys=True).encode()
        told[file_name(given.words.language)] = keyed_digest(hashlib.sha256(own).hexdigest(), key)
    return told
