"""Which item, option or variable a column is about: by code, by code and text, by text, by abbreviated text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from kunskap.bank import Bank
from kunskap.readers import forms, limesurvey
from kunskap.readers.plain import plain

__all__ = ["Names", "Target", "bank_names", "targets_by_code", "targets_of"]

CODE = re.compile(r"([A-Za-z]\w*?)(?:\[([^\[\]]+)\]|[._]([A-Za-z0-9_]+)\.?)?", re.ASCII)
OTHER_NAMES = ("annat", "other", "övrigt")
CODE_NAMES = ("code", "kod", "linking code", "link code", "länkkod")


@dataclass(frozen=True)
class Target:
    """What a column is about.

    Attributes
    ----------
    role : str
        item (one column), option (of a several-choice item), other (free text beside a choice), variable, system
        (`id` says which), code (the linking code), quiz, ignore, ambiguous or unknown.
    id : str
        The item's or variable's id.
    option : str
        The option's id.
    among : tuple of str
        What an ambiguous heading might mean.
    """

    role: str
    id: str = ""
    option: str = ""
    among: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """How people write it: ``goals07.a``, ``sex.other``, ``role``."""
        part = self.option or ("other" if self.role == "other" else "")
        return f"{self.id}.{part}" if part else self.id or self.role


UNKNOWN = Target("unknown")


@dataclass(frozen=True)
class Names:
    """Every name by which the columns of one form can go.

    Attributes
    ----------
    codes : mapping
        Code in lower case, ``(question, part)`` → target.
    texts : mapping
        ``(question, part)`` in plain text → the targets that go by it.
    """

    codes: Mapping[tuple[str, str], Target] = field(repr=False)
    texts: Mapping[tuple[str, str], tuple[Target, ...]] = field(repr=False)
    joined: Mapping[str, tuple[Target, ...]] = field(repr=False)

    def knows(self, heading: str) -> bool:
        """Whether a heading is exactly one of the names."""
        return by_code(heading, self) is not None or plain(heading) in self.joined


def _items(bank: Bank, item_ids: Iterable[str]) -> Iterator[tuple[tuple[str, str], Target]]:
    for item in (bank.items[item_id] for item_id in item_ids):
        yield (item.id, ""), Target("item", item.id)
        yield (item.id, "other"), Target("other", item.id)
        yield (item.id, "comment"), Target("other", item.id)
        for option in item.options:
            if item.type == "multiple":
                yield (item.id, option.id), Target("option", item.id, option.id)
            yield (item.id, f"{option.id}comment"), Target("other", item.id)


def targets_by_code(bank: Bank, *, items: Iterable[str], variables: Iterable[str]) -> dict[tuple[str, str], Target]:
    """Code and part, in lower case → target."""
    codes = dict(_items(bank, items))
    for variable in variables:
        codes[variable, ""] = Target("variable", variable)
        codes[variable, "other"] = Target("other", variable)
    return {(code.casefold(), part.casefold()): target for (code, part), target in codes.items()}


def _texts(bank: Bank, items: Iterable[str], variables: Iterable[str]) -> Iterator[tuple[str, str, Target]]:
    for language in bank.languages:
        for variable in variables:
            stem = bank.variables[variable].stem[language]
            yield stem, "", Target("variable", variable)
            for other in OTHER_NAMES:
                yield stem, other, Target("other", variable)
        for item in (bank.items[item_id] for item_id in items):
            stem = item.stem[language]
            yield stem, "", Target("item", item.id)
            if item.battery:
                lead = bank.batteries[item.battery][language]
                yield lead, stem, Target("item", item.id)
                yield f"{lead} {stem}", "", Target("item", item.id)
                yield f"{lead}.{stem}", "", Target("item", item.id)
            taken = {plain(option.text[language]) for option in item.options}
            for option in item.options if item.type == "multiple" else ():
                yield stem, option.text[language], Target("option", item.id, option.id)
            for other in OTHER_NAMES:
                if other not in taken:
                    yield stem, other, Target("other", item.id)


def bank_names(bank: Bank, *, items: Iterable[str], variables: Iterable[str]) -> Names:
    """The names of some items and variables, in every language of the bank.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> names = bank_names(read_bank(), items=["goals01"], variables=["role"])
    >>> by_code("goals01. Vad är målet?", names).id
    'goals01'
    """
    items, variables = tuple(items), tuple(variables)
    texts: dict[tuple[str, str], dict[Target, None]] = {}
    joined: dict[str, dict[Target, None]] = {}
    for stem, part, target in _texts(bank, items, variables):
        texts.setdefault((plain(stem), plain(part)), {})[target] = None
        joined.setdefault(f"{plain(stem)} [{plain(part)}]" if part else plain(stem), {})[target] = None
    return Names(
        targets_by_code(bank, items=items, variables=variables),
        {name: tuple(targets) for name, targets in texts.items()},
        {name: tuple(targets) for name, targets in joined.items()},
    )


def by_code(heading: str, names: Names) -> Target | None:
    """The target of ``Q``, ``Q[part]``, ``Q_part``, ``Q.part`` with or without ``. text`` after it; None if none is."""
    flat = " ".join(heading.split())
    for candidate in (flat, flat.split(". ", 1)[0]):
        match = CODE.fullmatch(candidate)
        if match is None:
            continue
        question, part = match.group(1).casefold(), (match.group(2) or match.group(3) or "").casefold()
        target = names.codes.get((question, part))
        # X[Y] in an array question: X is the battery, Y the item.
        if target is None and part and (question, "") not in names.codes:
            target = names.codes.get((part, ""))
        if target is not None:
            return target
    return None


def _one(targets: Iterable[Target]) -> Target | None:
    distinct = tuple(dict.fromkeys(targets))
    if not distinct:
        return None
    return distinct[0] if len(distinct) == 1 else Target("ambiguous", among=tuple(target.name for target in distinct))


def _by_text(heading: str, names: Names) -> Target | None:
    return _one(names.joined.get(plain(heading), ()))


def _by_code_run_together(heading: str, names: Names) -> Target | None:
    """``roleVilken roll har du?``: what LimeSurvey's API gives when no separator was set."""
    match = re.match(r"([A-Za-z][A-Za-z0-9]*)", heading, re.ASCII)
    if match is None:
        return None
    for length in range(len(match.group()), 1, -1):
        rest = heading[length:]
        bracket = re.match(r"\[([^\[\]]+)\]", rest)
        code = heading[: length + (bracket.end() if bracket else 0)]
        text = plain(heading[len(code) :].lstrip(" .:-–|_"))
        target = by_code(code, names)
        if target is not None and target in names.joined.get(text, ()):
            return target
    return None


def _by_abbreviation(heading: str, names: Names) -> Target | None:
    """``Vilka kolumner ..  [Därav kvinnor]``: each part cut at fifteen characters."""
    if ".." not in heading:
        return None
    match = re.fullmatch(r"(.*?)\s*(?:\[([^\[\]]*)\])?\s*", heading, re.DOTALL)
    if match is None:
        return None
    question, part = _fits(match.group(1)), _fits(match.group(2) or "")
    return _one(
        target for (stem, rest), targets in names.texts.items() if question(stem) and part(rest) for target in targets
    )


def _fits(text: str) -> Callable[[str], bool]:
    flat = plain(text)
    if flat.endswith(".."):
        start = flat[:-2].rstrip()
        return lambda name: bool(start) and name.startswith(start)
    return lambda name: name == flat


def _system(heading: str) -> Target | None:
    name = plain(heading)
    system = {**forms.SYSTEM, **limesurvey.SYSTEM}
    for candidate in (name, name.split(". ", 1)[0]):
        if candidate in system:
            role = system[candidate]
            return Target("quiz") if role == "quiz" else Target("system", role)
    if name.endswith("..") and len(name) > 10:
        return _one(Target("system", role) for full, role in limesurvey.SYSTEM.items() if full.startswith(name[:-3]))
    for code, role in limesurvey.SYSTEM.items():  # run together: "submitdateDatum inskickad"
        if name.startswith(code) and limesurvey.SYSTEM.get(name.removeprefix(code).lstrip(" .:-–|_")) == role:
            return Target("system", role)
    return None


def is_link_code(heading: str, names: Names) -> bool:
    """Whether a column holds the code that a person chose: ``code``, ``kod``, or a question about *your code*.

    Examples
    --------
    >>> is_link_code("Skriv din kod", Names({}, {}, {})), is_link_code("Din uppförandekod", Names({}, {}, {}))
    (True, False)
    """
    name = plain(heading)
    if name in CODE_NAMES or name.split(". ", 1)[0] == "code":
        return True
    return re.search(r"\b(kod|koden|code)\b", name) is not None and not names.knows(heading)


def targets_of(headings: Iterable[str], *, names: Names, questions: Mapping[int, str]) -> tuple[Target, ...]:
    """The target of each heading.

    Parameters
    ----------
    headings : iterable of str
        The file's headings.
    names : Names
        See `bank_names`.
    questions : mapping
        Position → question text, tried where the heading says nothing.

    Returns
    -------
    tuple of Target
        As many as there are headings.
    """
    found = []
    for position, heading in enumerate(headings):
        target = _target(heading, names)
        if target is UNKNOWN and questions.get(position):
            target = _by_text(questions[position], names) or UNKNOWN
        found.append(target)
    return tuple(found)


def _target(heading: str, names: Names) -> Target:
    if forms.is_quiz_column(heading):
        return Target("quiz")
    for look in (by_code, _by_text, _by_code_run_together, _by_abbreviation):
        target = look(heading, names)
        if target is not None:
            return target
    return _system(heading) or UNKNOWN
