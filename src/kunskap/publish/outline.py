"""A form as any survey tool shows it: pages of questions, with codes, filters and the order of the options.

What is common to the tools is decided here, once.  The background comes first, because filters need it; then the
form's sections; then the linking code.  Items that stand side by side, share a battery and have the same options become
one question with parts.  Codes are the bank's ids.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from kunskap.bank import DONT_KNOW, Bank, Item, Option
from kunskap.errors import KunskapError, fault
from kunskap.words import Words

__all__ = ["LINK_CODE", "Conditions", "Page", "Part", "Question", "outline"]

Texts = Mapping[str, str]
Conditions = Mapping[str, tuple[str, ...]]
LINK_CODE = "code"
# Names that a survey tool's export has for columns of its own, or that its expressions keep for themselves.
TAKEN = frozenset(
    (
        LINK_CODE,
        *(
            "id",
            "submitdate",
            "lastpage",
            "startlanguage",
            "seed",
            "startdate",
            "datestamp",
            "token",
            "ipaddr",
            "refurl",
        ),
        *("sid", "gid", "qid", "lang", "savedid", "self", "that", "this", "other", "time"),
        *("start", "end", "meta", "instanceid", "today", "deviceid", "username", "intro"),
    )
)
LONGEST_CODE = 20


@dataclass(frozen=True)
class Part:
    """One item of a battery."""

    code: str
    text: Texts
    shown_to: Conditions = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """One question as a tool shows it.

    Attributes
    ----------
    code : str
        The item's or variable's id; for a battery a code of its own.
    kind : str
        single, multiple, battery, number, text (several lines) or line (one line).
    shown_to : mapping
        Variable → the levels that see it; empty when everybody does.
    mandatory : bool
        Only background variables that a filter needs.
    shuffled : bool
        Whether the options have no order of their own, so that each person may meet them in a new one.
    """

    code: str
    kind: str
    text: Texts
    options: tuple[Option, ...] = ()
    parts: tuple[Part, ...] = ()
    shown_to: Conditions = field(default_factory=dict)
    mandatory: bool = False
    shuffled: bool = False
    help: Texts = field(default_factory=dict)
    minimum: float | None = None
    maximum: float | None = None

    @property
    def alone(self) -> tuple[Option, ...]:
        """Among several choices, the options that can only be chosen alone; *don't know* is one."""
        if self.kind != "multiple":
            return ()
        return tuple(option for option in self.options if option.exclusive or option.id == DONT_KNOW)

    @property
    def has_dont_know(self) -> bool:
        """Whether *don't know* is the last option."""
        return bool(self.options) and self.options[-1].id == DONT_KNOW


@dataclass(frozen=True)
class Page:
    """Questions that are shown together."""

    id: str
    title: Texts
    questions: tuple[Question, ...]


def outline(form_id: str, *, bank: Bank, words: Mapping[str, Words]) -> tuple[Page, ...]:
    """The pages of a form.

    Parameters
    ----------
    form_id : str
        A form of the bank.
    words : mapping
        Language → the interface words, in which the background's heading and the code's question stand.

    Raises
    ------
    KunskapError
        ``PUB-05`` for ids that a survey tool keeps for columns of its own.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> from kunskap.words import read_words
    >>> pages = outline("baslinje", bank=read_bank(), words={"sv": read_words(language="sv")})
    >>> pages[0].questions[0].code, pages[-1].questions[-1].code
    ('role', 'code')
    """
    form = bank.forms[form_id]
    names = [*form.background, *form.item_ids]
    faults = [fault("PUB-05", form_id, value=name) for name in names if name in TAKEN]
    if faults:
        raise KunskapError(faults)
    taken = TAKEN | set(names)
    filters = {variable for conditions in form.shown_to.values() for variable in conditions}
    pages = []
    if form.background:
        title = _worded("publish.background", words)
        asked = tuple(_variable(name, bank=bank, mandatory=name in filters) for name in form.background)
        pages.append(Page("background", title, asked))
    for section in form.sections:
        questions: list[Question] = []
        items = [bank.items[item_id] for item_id in section.items]
        for battery, group in groupby(items, key=_together):
            members = list(group)
            if battery is None or len(members) == 1:
                questions += [_item(item, bank=bank, shown_to=form.shown_to.get(item.id, {})) for item in members]
            else:
                code = _free_code(str(members[0].battery), taken)
                taken |= {code}
                questions.append(_battery(code, members, bank=bank, shown_to=form.shown_to))
        pages.append(Page(section.id, section.title, tuple(questions)))
    if form.link_code:
        text, more = _worded("publish.code", words), _worded("publish.code_help", words)
        pages.append(
            Page("link", _worded("publish.code_title", words), (Question(LINK_CODE, "line", text, help=more),))
        )
    return tuple(pages)


def _worded(key: str, words: Mapping[str, Words]) -> Texts:
    return {language: own(key) for language, own in words.items()}


def _together(item: Item) -> tuple[str, tuple[Option, ...]] | None:
    """What items must share to stand in one table; None for an item that stands alone."""
    is_in_table = item.is_rated or (item.type == "single" and not item.is_knowledge)
    return (item.battery, item.options) if item.battery and is_in_table else None


def _free_code(battery: str, taken: frozenset[str]) -> str:
    """A code for the table that is no item's: a reader takes ``X[Y]`` to be the item Y only if X is none."""
    stem = "".join(sign for sign in battery.lower() if sign.isascii() and sign.isalnum()) or "table"
    stem = stem if stem[0].isalpha() else f"t{stem}"
    endings = ("", *(f"set{number}" for number in range(2, 1000)))
    return next(code for end in endings if (code := stem[: LONGEST_CODE - len(end)] + end) not in taken)


def _variable(name: str, *, bank: Bank, mandatory: bool) -> Question:
    variable = bank.variables[name]
    kind = {"number": "number", "text": "line"}.get(variable.type, "single")
    return Question(name, kind, variable.stem, variable.levels, mandatory=mandatory)


def _item(item: Item, *, bank: Bank, shown_to: Conditions) -> Question:
    text = {language: bank.stem(item.id, language) for language in item.stem}
    kind = item.type if item.type in ("multiple", "number", "text") else "single"
    shuffled = item.is_knowledge and item.type in ("single", "multiple")
    return Question(
        item.id,
        kind,
        text,
        item.options,
        shown_to=shown_to,
        shuffled=shuffled,
        minimum=item.minimum,
        maximum=item.maximum,
    )


def _battery(code: str, items: Sequence[Item], *, bank: Bank, shown_to: Mapping[str, Conditions]) -> Question:
    conditions = [shown_to.get(item.id, {}) for item in items]
    shared = conditions[0] if all(own == conditions[0] for own in conditions) else {}
    parts = tuple(Part(item.id, item.stem, {} if shared else own) for item, own in zip(items, conditions, strict=True))
    return Question(code, "battery", bank.batteries[str(items[0].battery)], items[0].options, parts, shared)
