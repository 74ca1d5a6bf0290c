"""The coding frame: which codes an open question has, and what each of them means."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kunskap.bank import Bank
from kunskap.bank.fields import closest
from kunskap.content import survey_folder
from kunskap.errors import Fault, KunskapError, fault

__all__ = ["NO_CODE", "Code", "CodingFrame", "read_coding_frame"]

NO_CODE = "none"
LANGUAGES = ("sv", "en")
GUIDANCE = ("definition", "include", "exclude", "example")
ID = re.compile(r"[a-z][a-z0-9]{0,11}")


@dataclass(frozen=True)
class Code:
    """One code.

    Attributes
    ----------
    id : str
        Lower-case letters and digits, at most twelve.
    label : mapping
        Language → what it is called.
    definition, include, exclude, example : str
        What coders go by, in Swedish; the example is invented.
    """

    id: str
    label: Mapping[str, str]
    definition: str
    include: str
    exclude: str
    example: str


@dataclass(frozen=True)
class CodingFrame:
    """The codes of each open question.

    Attributes
    ----------
    codes : mapping
        Item id → its codes, in the order in which coders see them.
    """

    codes: Mapping[str, tuple[Code, ...]]

    @property
    def items(self) -> tuple[str, ...]:
        """The open questions."""
        return tuple(self.codes)

    def ids(self, item: str) -> tuple[str, ...]:
        """The ids of a question's codes."""
        return tuple(code.id for code in self.codes[item])

    def columns(self, item: str) -> tuple[str, ...]:
        """A question's codes as items of their own: ``understanding01.power``."""
        return tuple(f"{item}.{code.id}" for code in self.codes[item])


def read_coding_frame(folder: Path | None = None, *, bank: Bank | None = None) -> CodingFrame:
    """Read ``coding/understanding.toml``, strictly.

    Parameters
    ----------
    folder : Path, optional
        The survey folder; the one in force when not given.
    bank : Bank, optional
        Then each question must be an item of type ``text`` in it.

    Returns
    -------
    CodingFrame

    Raises
    ------
    KunskapError
        ``CODE-01`` … ``CODE-08``: every fault of the file at once.

    Examples
    --------
    >>> frame = read_coding_frame()
    >>> frame.items
    ('understanding01', 'understanding02')
    >>> frame.codes["understanding01"][0].label["sv"]
    'Makt och inflytande'
    """
    path = (folder or survey_folder()) / "coding" / "understanding.toml"
    if not path.is_file():
        raise KunskapError([fault("CODE-01", str(path))])
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise KunskapError([fault("CODE-02", str(path), problem=error)]) from error
    faults = [fault("CODE-04", path.name, field=name, expected="questions") for name in tree if name != "questions"]
    questions = tree.get("questions")
    if not isinstance(questions, dict) or not questions:
        raise KunskapError([*faults, fault("CODE-08", path.name)])
    if bank is not None:
        open_items = [item.id for item in bank.items.values() if item.type == "text"]
        expected = ", ".join(open_items)
        for item in questions:
            if item not in open_items:
                near = closest(item, open_items)
                faults.append(fault("CODE-07", path.name, item=item, expected=expected, closest=near))
    frame = {item: _codes(entries, f"{path.name}, {item}", faults) for item, entries in questions.items()}
    if faults:
        raise KunskapError(faults)
    return CodingFrame(frame)


def _codes(entries: object, where: str, faults: list[Fault]) -> tuple[Code, ...]:
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        faults.append(fault("CODE-08", where))
        return ()
    codes: list[Code] = []
    for number, entry in enumerate(entries, start=1):
        place = f"{where}, {entry.get('id', number)}"
        expected = ("id", "label", *GUIDANCE)
        faults += [
            fault("CODE-04", place, field=name, expected=", ".join(expected)) for name in entry if name not in expected
        ]
        code_id = _text(entry, "id", place, faults)
        if code_id and (not ID.fullmatch(code_id) or code_id == NO_CODE):
            faults.append(fault("CODE-05", place, id=code_id))
        if code_id and any(code_id == code.id for code in codes):
            faults.append(fault("CODE-06", place, id=code_id))
        label = entry.get("label")
        label = label if isinstance(label, dict) else {}
        faults += [
            fault("CODE-04", place, field=f"label.{name}", expected=", ".join(LANGUAGES))
            for name in label
            if name not in LANGUAGES
        ]
        named = {language: _text(label, language, place, faults, prefix="label.") for language in LANGUAGES}
        codes.append(Code(code_id, named, *(_text(entry, name, place, faults) for name in GUIDANCE)))
    return tuple(codes)


def _text(entry: Mapping[str, object], name: str, place: str, faults: list[Fault], *, prefix: str = "") -> str:
    value = entry.get(name)
    if isinstance(value, str) and value.strip():
        return value.strip()
    faults.append(fault("CODE-03", place, field=prefix + name))
    return ""
