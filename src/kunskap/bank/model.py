"""The nouns of the bank: options, items, variables, forms.  Frozen, and valid once `read_bank` has made them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = [
    "DONT_KNOW",
    "KNOWLEDGE_TYPES",
    "OFFICIALS",
    "RATED_TYPES",
    "SKIP",
    "Area",
    "Bank",
    "Form",
    "Item",
    "Option",
    "Scale",
    "Section",
    "Source",
    "Variable",
]

Texts = Mapping[str, str]
KNOWLEDGE_TYPES = ("single", "multiple", "true_false")
RATED_TYPES = ("likert", "ability", "frequency")
DONT_KNOW = "dk"
# Who is asked what is special, unless a project has decided otherwise (`kunskap.decided`).
OFFICIALS = ("role", "tjm")
SKIP = "skip"


@dataclass(frozen=True)
class Option:
    """One thing to choose.

    Attributes
    ----------
    id : str
        At most five characters, a code in every survey tool.
    text : mapping
        Language → text.
    explanation : mapping
        Language → why it is right or wrong; empty where nothing is scored right or wrong.
    value : float, optional
        0–1, what a rated option counts for; None on *don't know* and on knowledge options.
    exclusive : bool
        Whether, among several choices, it can only be chosen alone: *nothing of this*; *don't know* always is.
    """

    id: str
    text: Texts
    explanation: Texts = field(default_factory=dict)
    value: float | None = None
    exclusive: bool = False


@dataclass(frozen=True)
class Source:
    """Where a fact stands."""

    text: str
    url: str | None = None


@dataclass(frozen=True)
class Item:
    """A question with its options, key and source.

    Attributes
    ----------
    id, area, scale : str
        A knowledge item has an `area`; every other item has a `scale`; the other one is None.
    type : str
        single, multiple, true_false, likert, ability, frequency, number or text.
    key : tuple of str
        The right options' ids; empty unless it is a knowledge item.
    scoring : str
        How several right options are scored: all_or_nothing, per_option or partial.
    hint : mapping
        Language → a thought on the way that does not tell the answer; teaching only, often empty.
    """

    id: str
    type: str
    stem: Texts
    options: tuple[Option, ...]
    area: str | None = None
    scale: str | None = None
    level: str | None = None
    pool: str | None = None
    status: str = "trial"
    scope: str = "national"
    fact: str | None = None
    key: tuple[str, ...] = ()
    scoring: str = "all_or_nothing"
    battery: str | None = None
    source: Source | None = None
    checked_on: datetime.date | None = None
    valid_from: datetime.date | None = None
    valid_to: datetime.date | None = None
    minimum: float | None = None
    maximum: float | None = None
    hint: Texts = field(default_factory=dict)

    @property
    def is_knowledge(self) -> bool:
        """Whether answers are right or wrong."""
        return self.area is not None

    @property
    def is_rated(self) -> bool:
        """Whether options carry a value on a scale."""
        return self.type in RATED_TYPES

    @property
    def option_ids(self) -> tuple[str, ...]:
        """The options' ids, in the item's own order."""
        return tuple(option.id for option in self.options)

    @property
    def exclusive_ids(self) -> tuple[str, ...]:
        """The options that can only be chosen alone, in the item's own order; empty unless several can be chosen."""
        if self.type != "multiple":
            return ()
        return tuple(option.id for option in self.options if option.exclusive or option.id == DONT_KNOW)

    @property
    def columns(self) -> tuple[str, ...]:
        """The item's columns in `responses`: one, one per option for `multiple`, none for free text."""
        if self.type == "text":
            return ()
        if self.type == "multiple":
            return tuple(f"{self.id}.{option_id}" for option_id in self.option_ids)
        return (self.id,)

    def option(self, option_id: str) -> Option:
        """The option with this id; KeyError if the item has none."""
        for option in self.options:
            if option.id == option_id:
                return option
        raise KeyError(f"item {self.id} has no option {option_id}")


@dataclass(frozen=True)
class Variable:
    """A background variable.

    Attributes
    ----------
    other : str, optional
        The level that a survey tool's "other" stands for.
    """

    id: str
    type: str
    sensitivity: str
    stem: Texts
    levels: tuple[Option, ...] = ()
    other: str | None = None

    @property
    def level_ids(self) -> tuple[str, ...]:
        """The levels' ids, in order."""
        return tuple(level.id for level in self.levels)


@dataclass(frozen=True)
class Area:
    """An area of knowledge and its names."""

    id: str
    name: Texts


@dataclass(frozen=True)
class Scale:
    """A set of rated or open items that belong together.

    Attributes
    ----------
    minimum_answered : float
        The share of a person's rated items that must be answered for a scale score.
    sensitivity : str
        plain, or special: what politicians answer can reveal a political opinion (GDPR art. 9).
    """

    id: str
    name: Texts
    minimum_answered: float = 0.5
    sensitivity: str = "plain"

    @property
    def is_special(self) -> bool:
        """Whether its items are asked of officials only, unless a project has decided otherwise."""
        return self.sensitivity == "special"


@dataclass(frozen=True)
class Section:
    """A part of a form."""

    id: str
    title: Texts
    items: tuple[str, ...]


@dataclass(frozen=True)
class Form:
    """What one group of people is asked, in order.

    Attributes
    ----------
    shown_to : mapping
        Item id → variable → the levels that see it; an item that is not named is shown to all.
    link_code : bool
        Whether the form ends with the question for the linking code.
    minutes : int, optional
        The longest time that the form promises; `kunskap.lint` holds the estimated time to it.
    diploma : float, optional
        The share of right answers at the first try that gives a diploma; teaching only, None = there is none.
    """

    id: str
    title: Texts
    intro: Texts
    background: tuple[str, ...]
    sections: tuple[Section, ...]
    shown_to: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    link_code: bool = True
    minutes: int | None = None
    diploma: float | None = None

    @property
    def item_ids(self) -> tuple[str, ...]:
        """All items, in the order in which they are asked."""
        return tuple(item_id for section in self.sections for item_id in section.items)


@dataclass(frozen=True)
class Bank:
    """Every question, key, label and form; made by `read_bank`, never changed."""

    version: str
    languages: tuple[str, ...]
    areas: Mapping[str, Area]
    scales: Mapping[str, Scale]
    option_sets: Mapping[str, tuple[Option, ...]]
    batteries: Mapping[str, Texts]
    blueprint: Mapping[str, Mapping[str, int]]
    items: Mapping[str, Item]
    variables: Mapping[str, Variable]
    forms: Mapping[str, Form]

    def form_items(self, form_id: str) -> tuple[Item, ...]:
        """The items of a form, in order; KeyError if there is no such form."""
        return tuple(self.items[item_id] for item_id in self.forms[form_id].item_ids)

    def is_special(self, item_id: str) -> bool:
        """Whether the item is of a scale that is asked of officials only."""
        scale = self.scales.get(self.items[item_id].scale or "")
        return scale is not None and scale.is_special

    def label(self, name: str, option_id: str, language: str) -> str:
        """The text of an item's option or of a background variable's level; KeyError if there is none."""
        choices = self.items[name].options if name in self.items else self.variables[name].levels
        for choice in choices:
            if choice.id == option_id:
                return choice.text[language]
        raise KeyError(f"{name} has no option or level {option_id}")

    def stem(self, name: str, language: str) -> str:
        """The question's text, led in by its battery where it has one."""
        if name in self.variables:
            return self.variables[name].stem[language]
        item = self.items[name]
        lead = f"{self.batteries[item.battery][language]} " if item.battery else ""
        return f"{lead}{item.stem[language]}"
