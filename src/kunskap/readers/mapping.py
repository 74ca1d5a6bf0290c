"""A small file in which the user says what each column means, for tools whose files nobody has described."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path

import pandas as pd

from kunskap.bank import Bank, Option
from kunskap.errors import Fault, KunskapError, fault
from kunskap.readers.answers import BLANK, choice_names
from kunskap.readers.checks import form_names
from kunskap.readers.files import read_sheet
from kunskap.readers.headings import Names, Target, targets_of
from kunskap.readers.plain import plain
from kunskap.readers.privacy import mask_patterns, strip
from kunskap.readers.sheet import Sheet, shown_heading
from kunskap.system_errors import problem
from kunskap.whole_files import save_file
from kunskap.words import Words, read_words

__all__ = ["Plan", "draft_mapping", "read_mapping"]

WORDS_FOR_SYSTEM = ("sitting", "started", "submitted")
MOST_VALUES = 30


@dataclass(frozen=True)
class Plan:
    """What a mapping file says.

    Attributes
    ----------
    columns : mapping
        Plain heading → target.
    values : mapping
        Item or variable → value as it stands in the file → option id, or ``skip``.
    """

    columns: Mapping[str, Target] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def apply(self, sheet: Sheet, targets: Sequence[Target]) -> tuple[Target, ...]:
        """The targets, with those that the plan names put in place."""
        return tuple(
            self.columns.get(plain(heading), target) for heading, target in zip(sheet.headings, targets, strict=True)
        )

    def positions(self, sheet: Sheet) -> dict[int, Target]:
        """The columns that the plan gives a meaning."""
        return {
            position: self.columns[plain(heading)]
            for position, heading in enumerate(sheet.headings)
            if plain(heading) in self.columns
        }


def _targets_by_name(bank: Bank, form: str) -> dict[str, Target]:
    known = {target.name: target for target in form_names(bank, form).codes.values()}
    known |= {word: Target("system", word) for word in WORDS_FOR_SYSTEM}
    return known | {"code": Target("code"), "ignore": Target("ignore"), "": Target("unknown")}


def _options(bank: Bank, name: str) -> tuple[Option, ...]:
    return bank.items[name].options if name in bank.items else bank.variables[name].levels


def read_mapping(path: Path | str, *, bank: Bank, form: str, sheet: Sheet | None = None) -> Plan:
    """Read a mapping file.

    Parameters
    ----------
    sheet : Sheet, optional
        The file that it is for: a heading that it does not have is a fault.

    Raises
    ------
    KunskapError
        ``READ-01`` missing, ``READ-34`` no TOML, ``READ-35`` a heading, target or value that does not exist.

    Notes
    -----
    ``[[columns]]`` has ``heading``, ``target`` (``goals01``, ``stats02.a``, ``sex.other``, ``role``, ``code``,
    ``sitting``, ``started``, ``submitted``, ``ignore``; empty = undecided, not read) and ``values`` (value → option
    id, or ``skip``).  ``[values.goals01]`` says the same for an item whatever its column is called.
    """
    path = Path(path)
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise KunskapError([fault("READ-01", str(path))]) from error
    except OSError as error:
        raise KunskapError([fault("READ-03", str(path), error=problem(error))]) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise KunskapError([fault("READ-34", path.name, error=error)]) from error
    faults: list[Fault] = []
    known = _targets_by_name(bank, form)
    headings = [plain(heading) for heading in sheet.headings] if sheet else []
    columns: dict[str, Target] = {}
    values: dict[str, dict[str, str]] = {}
    tables = _tables(tree.get("columns", []), path.name, faults)
    named = [plain(str(table.get("heading", ""))) for table in tables]
    # Where none of the headings is there, the file may lack its heading row: then its content is shown to nobody.
    shown = headings if set(named) & set(headings) else []
    for number, (heading, table) in enumerate(zip(named, tables, strict=True), start=1):
        where = f"{path.name}, [[columns]] {number}"
        target = str(table.get("target", ""))
        if sheet is not None and heading not in headings:
            faults.append(_unusable(where, shown_heading(heading), shown, "heading"))
        if target not in known:
            faults.append(_unusable(where, target, [name for name in known if name], "target"))
            continue
        columns[heading] = known[target]
        if known[target].id in bank.items or known[target].id in bank.variables:
            _add_values(values, known[target].id, table.get("values", {}), where, bank, faults)
    entries = tree.get("values", {})
    if not isinstance(entries, dict):
        faults.append(_unusable(path.name, "values", [], "[values.goals01]"))
        entries = {}
    for name, meant in entries.items():
        if name in bank.items or name in bank.variables:
            _add_values(values, name, meant, f"{path.name}, [values.{name}]", bank, faults)
        else:
            faults.append(_unusable(path.name, name, [*bank.items, *bank.variables], "values"))
    for name in tree:
        if name not in ("columns", "values", "form"):
            faults.append(_unusable(path.name, name, ["columns", "values", "form"], "columns, values, form"))
    if faults:
        raise KunskapError(faults)
    return Plan(columns, values)


def _tables(listed: object, file: str, faults: list[Fault]) -> list[dict[str, object]]:
    if isinstance(listed, list) and all(isinstance(entry, dict) for entry in listed):
        return listed
    faults.append(_unusable(file, "columns", [], "[[columns]]"))
    return []


def _unusable(where: str, value: str, among: list[str], expected: str) -> Fault:
    near = get_close_matches(value, among, n=1, cutoff=0.5)
    listed = expected or ", ".join(among)
    return fault(
        "READ-35", where, value=mask_patterns(value), expected=listed, closest=mask_patterns(near[0]) if near else "–"
    )


def _add_values(
    values: dict[str, dict[str, str]], name: str, entries: object, where: str, bank: Bank, faults: list[Fault]
) -> None:
    ids = [option.id for option in _options(bank, name)]
    if not isinstance(entries, dict):
        faults.append(_unusable(where, str(entries), [], '"…" = "…"'))
        return
    for value, option_id in entries.items():
        if option_id in ("", None):
            continue  # undecided: the value is refused until the user decides
        if option_id not in (*ids, "skip", "y", "n"):
            faults.append(_unusable(where, str(option_id), [*ids, "skip"], ""))
        else:
            values.setdefault(name, {})[str(value)] = str(option_id)


def draft_mapping(path: Path | str, *, bank: Bank, form: str = "baslinje", language: str = "sv") -> Path:
    """Write a mapping file for the user to finish, beside the answers: ``svar.csv`` → ``svar.mapping.toml``.

    Parameters
    ----------
    path : Path or str
        A file of any kind that `read_responses` can open.
    language : str
        The language of the comments.

    Returns
    -------
    Path
        The file written.  It has every heading with its best guess, and those values that the bank does not know; no
        names, addresses or codes, and no free text.

    Raises
    ------
    KunskapError
        What is wrong with the file; ``READ-36`` if there is such a mapping file already, ``READ-43`` if it cannot be
        written.
    """
    path = Path(path)
    out = path.with_suffix(".mapping.toml")
    sheet = read_sheet(path)
    if out.exists():
        raise KunskapError([fault("READ-36", str(out))])
    names = form_names(bank, form)
    stripped = strip(replace(sheet, notes=()), names=names, key=bytes(32))
    words = read_words(language=language)
    lines = [f"# {line}" for line in words("read.mapping.head", file=path.name, form=form).splitlines()]
    lines += ["", f"form = {json.dumps(form)}"]
    targets = targets_of(sheet.headings, names=names, questions=sheet.questions)
    for position, target in enumerate(targets):
        if position in stripped.hidden:
            target = Target("code") if position == stripped.code_position else Target("ignore")
        lines += ["", *_entry(stripped.sheet, position, target, position in stripped.hidden, names, bank, words)]
    return save_file(out, ("\n".join(lines) + "\n").encode())


def _entry(
    sheet: Sheet, position: int, target: Target, hidden: bool, names: Names, bank: Bank, words: Words
) -> Iterator[str]:
    heading = sheet.headings[position]
    remark, name = "", ""
    if hidden:
        name = target.name
        remark = words("read.mapping.code" if target.role == "code" else "read.mapping.personal")
    elif target.role == "system":
        name = target.id if target.id in WORDS_FOR_SYSTEM else "ignore"
    elif target.role in ("quiz", "ignore"):
        name = "ignore"
    elif target.role == "ambiguous":
        remark = words("read.mapping.ambiguous", expected=", ".join(target.among))
    elif target.role == "unknown":
        near = get_close_matches(plain(heading), list(names.joined), n=1, cutoff=0.6)
        target = names.joined[near[0]][0] if near else target
        name = target.name if near else ""
        remark = words("read.mapping.guess" if near else "read.mapping.undecided")
    else:
        name = target.name
    yield "[[columns]]"
    # json's text is TOML's text, but for the sign DEL
    yield f"heading = {_quoted(mask_patterns(heading))}"
    yield f"target = {_quoted(name)}" + (f"  # {remark}" if remark else "")
    if target.role in ("item", "variable") and not hidden:
        yield from _values(sheet, position, target.id, bank, words)


def _values(sheet: Sheet, position: int, name: str, bank: Bank, words: Words) -> Iterator[str]:
    options = _options(bank, name)
    if not options or (name in bank.items and bank.items[name].type == "multiple"):
        return
    known = choice_names(options)
    labels = sheet.labels.get(position, {})
    distinct = [str(value) for value in pd.unique(sheet.column(position)) if value and str(value).strip()]
    strange = [value for value in distinct if plain(value) not in known and plain(labels.get(value, "")) not in known]
    if not strange or len(strange) > MOST_VALUES:
        return
    yield "[columns.values]"
    yield f"# {words('read.mapping.values', expected=', '.join(option.id for option in options))}"
    for value in strange:
        near = get_close_matches(plain(labels.get(value, value)), list(known), n=1, cutoff=0.6)
        meant = options[known[near[0]]].id if near and known[near[0]] != BLANK else ""
        yield f"{_quoted(mask_patterns(value))} = {_quoted(meant)}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
