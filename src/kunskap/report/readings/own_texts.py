"""Staff's own words: a text file beside the report with every reading, where what staff write is kept."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kunskap.errors import Fault, KunskapError, fault
from kunskap.report.readings.reading import Reading
from kunskap.whole_files import save_file
from kunskap.words import Words

__all__ = ["FILE", "OwnTexts", "keep_readings", "read_own_texts", "with_own"]

FILE = "läsningar.toml"
PROPOSED, OWN, SEEN = "forslag", "egen", "skriven_till"


@dataclass(frozen=True)
class OwnTexts:
    """What staff have written instead of the proposals.

    Attributes
    ----------
    texts : mapping
        Reading's id → staff's own text.
    seen : mapping
        Reading's id → the proposal that the own text was written to.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    seen: Mapping[str, str] = field(default_factory=dict)


def read_own_texts(folder: Path) -> OwnTexts:
    """Read staff's own texts from a report's folder; none where there is no file.

    Raises
    ------
    KunskapError
        ``REPORT-13`` if the file cannot be read as it is written: what is in it must not be lost.
    """
    path = folder / FILE
    if not path.is_file():
        return OwnTexts()
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise KunskapError([fault("REPORT-13", str(path), problem=error)]) from error
    faults: list[Fault] = []
    texts: dict[str, str] = {}
    seen: dict[str, str] = {}
    for id, told in tree.items():
        parts = told if isinstance(told, dict) else {}
        if not parts or not all(isinstance(parts.get(name, ""), str) for name in (PROPOSED, OWN, SEEN)):
            faults.append(fault("REPORT-13", str(path), problem=f"[{id}]"))
        elif own := parts.get(OWN, "").strip():
            texts[id], seen[id] = own, str(parts.get(SEEN, parts.get(PROPOSED, "")))
    if faults:
        raise KunskapError(faults)
    return OwnTexts(texts, seen)


def with_own(readings: Sequence[Reading], own: OwnTexts) -> list[Reading]:
    """The readings, where staff's own text has taken the place of the proposal.

    Examples
    --------
    >>> told = [Reading("sex", "unclear", "Förslaget."), Reading("role", "clear", "Rollen.")]
    >>> [each.text for each in with_own(told, OwnTexts({"sex": "Vår text."}))]
    ['Vår text.', 'Rollen.']
    """
    return [reading._replace(text=own.texts.get(reading.id, reading.text)) for reading in readings]


def keep_readings(folder: Path, readings: Sequence[Reading], own: OwnTexts, *, words: Words) -> list[str]:
    """Write the file anew: the new proposals, and everything that staff have written.

    Parameters
    ----------
    folder : Path
        The report's; it must be there.
    readings : sequence of Reading
        As the rules gave them, without staff's own texts.
    own : OwnTexts
        What staff have written, from `read_own_texts`.
    words : Words
        Interface words: how to use the file.

    Returns
    -------
    list of str
        The ids of own texts whose figure says something else than when they were written, or is not there any more.
    """
    by_id = {reading.id: reading for reading in readings}
    proposals = {id: reading.text for id, reading in by_id.items()}
    changed = [id for id in own.texts if proposals.get(id) != own.seen[id]]
    parts = ["\n".join(f"# {line}" for line in words("report.readings.file.how").splitlines())]
    for id in dict.fromkeys([*proposals, *own.texts]):
        lines = [f"[{_quoted(id)}]"]
        if id in changed:
            key = "changed" if id in proposals else "gone"
            lines.append(f"# {words(f'report.readings.file.{key}', seen=SEEN)}")
        lines.append(f"{PROPOSED} = {_quoted(proposals.get(id, ''))}")
        if id in own.texts:
            lines.append(f"{SEEN} = {_quoted(own.seen[id])}")
        lines.append(f"{OWN} = {_quoted(own.texts.get(id, ''))}")
        parts.append("\n".join(lines))
    save_file(folder / FILE, ("\n\n".join(parts) + "\n").encode("utf-8"))
    return changed


def _quoted(text: str) -> str:
    """A TOML string: JSON's escapes are TOML's too; lines stay lines."""
    escaped = json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
    return f'"""\n{escaped[1:-1].replace(chr(92) + "n", chr(10))}"""' if "\n" in text else escaped
