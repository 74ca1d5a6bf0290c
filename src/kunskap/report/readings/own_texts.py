"""Staff's own words: a text file beside the report with every reading, where what staff write is kept."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from kunskap.errors import Fault, KunskapError, fault
from kunskap.report.readings.causes import causal_words
from kunskap.report.readings.reading import Reading
from kunskap.whole_files import save_file
from kunskap.words import Words

__all__ = ["KeptTexts", "OwnTexts", "file_name", "keep_readings", "read_own_texts", "with_own"]

FILES: Mapping[str, str] = {"sv": "läsningar.toml", "en": "readings.toml"}
COMPARED, SURE = "compared", ("clear", "contrary")
PROPOSED, VERDICT, OWN, SEEN = "forslag", "utslag", "egen", "skriven_till"
IN_FILE: Mapping[str, str] = {"clear": "tydlig", "contrary": "tvärtom", "unclear": "osäker", "hidden": "dold"}


def file_name(language: str) -> str:
    """What the file of readings is called: each language has its own, since texts are written in one.

    Examples
    --------
    >>> file_name("sv"), file_name("en")
    ('läsningar.toml', 'readings.toml')
    """
    return FILES.get(language, f"readings.{language}.toml")


@dataclass(frozen=True)
class OwnTexts:
    """What staff have written instead of the proposals.

    Attributes
    ----------
    texts : mapping
        Reading's id → staff's own text.
    seen : mapping
        Reading's id → the proposal that the own text was written to.
    verdicts : mapping
        Reading's id → the verdict that the own text was written to, where it is known.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    seen: Mapping[str, str] = field(default_factory=dict)
    verdicts: Mapping[str, str] = field(default_factory=dict)

    def stands(self, reading: Reading) -> bool:
        """Whether staff's own text takes the place of a reading: not where the figure has come to say something else.

        A text that was written of a rise is not true of a fall, and one with a figure in it must not stand where that
        figure is hidden.
        """
        if reading.id not in self.texts:
            return False
        written_to = self.verdicts.get(reading.id)
        if written_to is None:
            return reading.verdict != "hidden" or self.seen.get(reading.id) in (None, reading.text)
        return written_to == reading.verdict


class KeptTexts(NamedTuple):
    """What staff must be told of their own texts: the ids of readings.

    `changed` the figure is another but says the same, and the text stands; `set_aside` it says something else, and the
    proposal stands; `gone` there is no such reading any more; `why` the text says why, without a comparison group.
    """

    changed: tuple[str, ...] = ()
    set_aside: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    why: tuple[str, ...] = ()


def read_own_texts(folder: Path, *, language: str = "sv") -> OwnTexts:
    """Read staff's own texts from a report's folder; none where there is no file.

    Raises
    ------
    KunskapError
        ``REPORT-13`` if the file cannot be read as it is written: what is in it must not be lost.
    """
    path = folder / file_name(language)
    if not path.is_file():
        return OwnTexts()
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise KunskapError([fault("REPORT-13", str(path), problem=error)]) from error
    faults: list[Fault] = []
    texts: dict[str, str] = {}
    seen: dict[str, str] = {}
    verdicts: dict[str, str] = {}
    by_name = {name: verdict for verdict, name in IN_FILE.items()}
    for id, told in tree.items():
        parts = told if isinstance(told, dict) else {}
        # without the line, staff have read the proposal that stands there now; as a bare text it is of older files
        written_to = parts.get(SEEN, {name: parts.get(name, "") for name in (PROPOSED, VERDICT)})
        written_to = {PROPOSED: written_to} if isinstance(written_to, str) else written_to
        known = [parts.get(PROPOSED, ""), parts.get(OWN, "")]
        known += [written_to.get(name, "") for name in (PROPOSED, VERDICT)] if isinstance(written_to, dict) else [None]
        if not parts or not all(isinstance(each, str) for each in known):
            faults.append(fault("REPORT-13", str(path), problem=f"[{id}]"))
        elif own := parts.get(OWN, "").strip():
            texts[id], seen[id] = own, str(written_to.get(PROPOSED, ""))
            if written_to.get(VERDICT) in by_name:
                verdicts[id] = by_name[written_to[VERDICT]]
    if faults:
        raise KunskapError(faults)
    return OwnTexts(texts, seen, verdicts)


def with_own(readings: Sequence[Reading], own: OwnTexts) -> list[Reading]:
    """The readings, where staff's own text has taken the place of the proposal.

    Examples
    --------
    >>> told = [Reading("sex", "unclear", "Förslaget."), Reading("role", "clear", "Rollen.")]
    >>> own = OwnTexts({"sex": "Vår text.", "role": "De kan mindre."}, verdicts={"role": "contrary"})
    >>> [each.text for each in with_own(told, own)]
    ['Vår text.', 'Rollen.']
    """
    return [each._replace(text=own.texts[each.id]) if own.stands(each) else each for each in readings]


def keep_readings(folder: Path, readings: Sequence[Reading], own: OwnTexts, *, words: Words) -> KeptTexts:
    """Write the file anew: the new proposals, and everything that staff have written.

    Parameters
    ----------
    folder : Path
        The report's; it must be there.
    readings : sequence of Reading
        As the rules gave them, without staff's own texts.
    own : OwnTexts
        What staff have written, from `read_own_texts` in the same language.
    words : Words
        Interface words: how to use the file.

    Returns
    -------
    KeptTexts
        The own texts that staff must look at.  The file says so too, at each, until they have.
    """
    by_id = {reading.id: reading for reading in readings}
    has_comparison = any(id == COMPARED and reading.verdict in SURE for id, reading in by_id.items())
    kept: dict[str, list[str]] = {name: [] for name in KeptTexts._fields}
    parts = ["\n".join(f"# {line}" for line in words("report.readings.file.how").splitlines())]
    for id in dict.fromkeys([*by_id, *own.texts]):
        reading, lines = by_id.get(id, Reading(id, "", "")), [f"[{_quoted(id)}]"]
        why = [] if has_comparison else causal_words(own.texts.get(id, ""), words.language)
        if id in own.texts and reading.text != own.seen[id]:
            key = "gone" if id not in by_id else "changed" if own.stands(reading) else "set_aside"
            kept[key].append(id)
            lines.append(f"# {words(f'report.readings.file.{key}', seen=SEEN)}")
        if why:
            kept["why"].append(id)
            lines.append(f"# {words('report.readings.file.why', words=', '.join(why))}")
        lines += [f"{PROPOSED} = {_quoted(reading.text)}", f"{VERDICT} = {_quoted(IN_FILE.get(reading.verdict, ''))}"]
        if id in own.texts:
            lines.append(f"{SEEN} = {_written_to(reading, own)}")
        lines.append(f"{OWN} = {_quoted(own.texts.get(id, ''))}")
        parts.append("\n".join(lines))
    save_file(folder / file_name(words.language), ("\n\n".join(parts) + "\n").encode("utf-8"))
    return KeptTexts(**{name: tuple(ids) for name, ids in kept.items()})


def _written_to(reading: Reading, own: OwnTexts) -> str:
    """The proposal that an own text was written to, on one line that staff can take away."""
    verdict = own.verdicts.get(reading.id)
    if verdict is None and own.seen[reading.id] == reading.text:
        verdict = reading.verdict
    proposal, name = (_on_one_line(text) for text in (own.seen[reading.id], IN_FILE.get(verdict or "", "")))
    return f"{{ {PROPOSED} = {proposal}, {VERDICT} = {name} }}"


def _on_one_line(text: str) -> str:
    """A TOML string: JSON's escapes are TOML's too, but for one that JSON leaves as it is."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _quoted(text: str) -> str:
    """A TOML string whose lines stay lines."""
    escaped = _on_one_line(text)
    return f'"""\n{escaped[1:-1].replace(chr(92) + "n", chr(10))}"""' if "\n" in text else escaped
