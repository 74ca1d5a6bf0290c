"""A small bank that keeps every rule, and ways to break it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import replace

from kunskap.bank import Area, Bank, Form, Item, Option, Scale, Section, Source, Variable

TODAY = datetime.date(2026, 11, 22)
DONT_KNOW = Option("dk", {"sv": "Vet ej", "en": "Don't know"}, {"sv": "Det kommer.", "en": "It will come."})


def option(option_id: str, sv: str, en: str, value: float | None = None) -> Option:
    """An option with an explanation of its own."""
    return Option(option_id, {"sv": sv, "en": en}, {"sv": f"Om {option_id}.", "en": f"On {option_id}."}, value)


def knowledge_item(item_id: str, key: str, sv: str, en: str, choices: Mapping[str, tuple[str, str]]) -> Item:
    """A single-choice item of the survey pool, or of the teaching pool from 51."""
    return Item(
        id=item_id,
        type="single",
        stem={"sv": sv, "en": en},
        options=(*(option(name, *texts) for name, texts in choices.items()), DONT_KNOW),
        area="goals",
        level="apply" if item_id == "goals04" else "recall",
        pool="survey",
        fact=f"fact-of-{item_id}",
        key=(key,),
        source=Source("Myndigheten, Rapport om något, 2020"),
        checked_on=TODAY,
    )


FOUR = {
    "a": ("Gula äpplen", "Yellow apple"),
    "b": ("Röd plommon", "Reddish plum"),
    "c": ("Blå druvor!", "Bluish grape"),
    "d": ("Vit bananer", "White banana"),
}
ITEMS = (
    knowledge_item("goals01", "a", "Vad köpte hon?", "What did she buy?", FOUR),
    knowledge_item("goals02", "b", "Vilken frukt växer här?", "Which fruit grows here?", FOUR),
    knowledge_item("goals03", "d", "När mognar skörden?", "When is the harvest ripe?", FOUR),
    knowledge_item("goals04", "c", "Du plockar bär. Vad tar du?", "You pick berries. What do you take?", FOUR),
    Item(
        id="goals51",
        type="true_false",
        stem={"sv": "Stämmer påståendet? Solen lyser.", "en": "Is the claim true? The sun shines."},
        options=(option("true", "Ja", "Yes"), option("false", "Nej", "No"), DONT_KNOW),
        area="goals",
        level="recall",
        pool="teaching",
        fact="sun-is-bright",
        key=("true",),
        source=Source("Myndigheten, En annan rapport, 2021"),
        checked_on=TODAY,
    ),
    Item(
        id="trust01",
        type="likert",
        stem={"sv": "Hur ofta sover du?", "en": "How often do you sleep?"},
        options=(option("never", "Aldrig", "Never", 0.0), option("often", "Ofta", "Often", 1.0)),
        scale="trust",
    ),
)


def good_bank() -> Bank:
    """A bank that keeps every rule."""
    levels = {
        "role": ("pol", "tjm"),
        "orgtype": ("reg", "kom"),
        "sex": ("k", "m", "u"),
        "age": ("a", "b", "c", "d", "u"),
    }
    return Bank(
        version="test",
        languages=("sv", "en"),
        areas={"goals": Area("goals", {"sv": "Mål", "en": "Goals"})},
        scales={"trust": Scale("trust", {"sv": "Sömn", "en": "Sleep"})},
        option_sets={},
        batteries={},
        blueprint={"goals": {"recall_understand": 3, "apply": 1}},
        items={item.id: item for item in ITEMS},
        variables={
            name: Variable(
                name,
                "single",
                "quasi_identifier",
                {"sv": name, "en": name},
                tuple(option(level, level, level) for level in ids),
            )
            for name, ids in levels.items()
        },
        forms={
            "prov": Form(
                id="prov",
                title={"sv": "Prov", "en": "Test"},
                intro={},
                background=tuple(levels),
                sections=(Section("all", {"sv": "Frågor", "en": "Questions"}, tuple(item.id for item in ITEMS[:4])),),
                minutes=2,
            )
        },
    )


def with_items(bank: Bank, *items: Item) -> Bank:
    """The bank with these items in place of those of the same id."""
    return replace(bank, items={**bank.items, **{item.id: item for item in items}})


def with_option(item: Item, option_id: str, **changes: object) -> Item:
    """The item with one option changed."""
    options = (replace(o, **changes) if o.id == option_id else o for o in item.options)  # type: ignore[arg-type]
    return replace(item, options=tuple(options))


def with_texts(item: Item, **texts: tuple[str, str]) -> Item:
    """The item with the options' texts changed, in Swedish and English."""
    for option_id, (sv, en) in texts.items():
        item = with_option(item, option_id, text={"sv": sv, "en": en})
    return item


def with_stem(item: Item, sv: str) -> Item:
    """The item with another Swedish stem."""
    return replace(item, stem={**item.stem, "sv": sv})
