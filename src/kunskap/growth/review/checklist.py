"""What sources ask of a regional strategy: ``data/review/checklist.toml``, read strictly."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kunskap.content import data_folder
from kunskap.errors import Fault, KunskapError, fault
from kunskap.growth.review.rules import CODES, bilingual, read_toml, unknown_names

__all__ = ["Point", "read_checklist"]

ID = re.compile(r"[a-z][a-z_]{0,29}")
FIELDS = ("id", "finds", "source", "question", "why")


@dataclass(frozen=True)
class Point:
    """One question of the checklist.

    Attributes
    ----------
    id : str
        Lower-case letters and underscores.
    question, why : mapping
        Language → text.
    source : str
        Who asks it.
    finds : tuple of str
        The codes that shed light on it; empty where only people can judge.
    """

    id: str
    question: Mapping[str, str]
    why: Mapping[str, str]
    source: str
    finds: tuple[str, ...]


def read_checklist(folder: Path | None = None) -> tuple[Point, ...]:
    """Read the checklist.

    Parameters
    ----------
    folder : Path, optional
        Another folder than ``data/review``.

    Returns
    -------
    tuple of Point

    Raises
    ------
    KunskapError
        ``REVIEW-01`` … ``REVIEW-04``, ``REVIEW-15``: every fault of the file at once.

    Examples
    --------
    >>> [point.id for point in read_checklist() if "chain_break" in point.finds]
    ['chain']
    """
    path = (folder or data_folder() / "review") / "checklist.toml"
    tree = read_toml(path)
    faults: list[Fault] = list(unknown_names(path.name, tree, ("points",)))
    listed = tree.get("points")
    if not isinstance(listed, list) or not listed or not all(isinstance(entry, dict) for entry in listed):
        raise KunskapError([*faults, fault("REVIEW-03", path.name, field="points")])
    points: list[Point] = []
    for number, entry in enumerate(listed, start=1):
        place = f"{path.name}, {entry.get('id', number)}"
        faults += unknown_names(place, entry, FIELDS)
        point_id, source = (str(entry.get(name) or "").strip() for name in ("id", "source"))
        faults += [
            fault("REVIEW-03", place, field=name) for name, value in (("id", point_id), ("source", source)) if not value
        ]
        if point_id and (not ID.fullmatch(point_id) or point_id in [point.id for point in points]):
            faults.append(fault("REVIEW-15", place, value=point_id, expected="a–z, _, once"))
        finds = entry.get("finds")
        if not isinstance(finds, list):
            faults.append(fault("REVIEW-03", place, field="finds"))
            finds = []
        faults += [
            fault("REVIEW-15", place, value=code, expected=", ".join(CODES)) for code in finds if code not in CODES
        ]
        question, why = (bilingual(entry, name, place, faults) for name in ("question", "why"))
        points.append(Point(point_id, question, why, source, tuple(map(str, finds))))
    if faults:
        raise KunskapError(faults)
    return tuple(points)
