"""Read and check one item file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kunskap.bank.fields import Fields
from kunskap.bank.model import DONT_KNOW, KNOWLEDGE_TYPES, RATED_TYPES, SKIP, Item, Option, Source
from kunskap.errors import fault

__all__ = ["read_item", "read_options"]

TYPES = (*KNOWLEDGE_TYPES, *RATED_TYPES, "number", "text")
# What only a question with a right answer has.
SCORED_FIELDS = ("key", "scoring", "level", "pool", "fact")
# Without right or wrong these say which, never how much.
CHOSEN_TYPES = ("single", "multiple")
# "skip" is what a blank answer is called in `responses`; "other" is what survey tools call their own extra option.
RESERVED = (SKIP, "other")


def read_options(
    fields: Fields, languages: Sequence[str], *, explained: bool, name: str = "options"
) -> tuple[Option, ...]:
    """The options of an item, an option set or a background variable, in order.

    Parameters
    ----------
    explained : bool
        Whether each option must have an explanation.
    name : str
        The field that holds them.
    """
    options: list[Option] = []
    for inner in fields.tables_of(name):
        option_id = inner.identifier("id", longest=5)
        if option_id in RESERVED:
            inner.faults.append(fault("ITEM-07", inner.place, value=option_id))
        if option_id.casefold() in {option.id.casefold() for option in options}:
            inner.faults.append(fault("ITEM-05", inner.place, value=option_id))
        if explained and "explanation" not in inner.table:
            inner.faults.append(fault("ITEM-09", inner.place, value=option_id))
        explanation = inner.texts("explanation", languages, required=False)
        alone = inner.flag("exclusive", default=option_id == DONT_KNOW)
        if option_id == DONT_KNOW and not alone:
            inner.faults.append(fault("ITEM-15", inner.place, value=option_id))
        options.append(Option(option_id, inner.languages(languages), explanation, inner.number("value"), alone))
        inner.end()
    if DONT_KNOW in [option.id for option in options[:-1]]:
        fields.faults.append(fault("ITEM-06", fields.place))
    return tuple(options)


def read_item(
    fields: Fields,
    *,
    languages: Sequence[str],
    areas: Sequence[str],
    scales: Sequence[str],
    option_sets: Mapping[str, tuple[Option, ...]],
    batteries: Sequence[str],
) -> Item:
    """One item; its faults are added to ``fields.faults``."""
    area = fields.choice("area", areas, required=False) or None
    scale = fields.choice("scale", scales, required=False) or None
    if ("area" in fields.table) == ("scale" in fields.table):
        fields.faults.append(fault("ITEM-12", fields.place))
    is_knowledge = "area" in fields.table
    kind = fields.choice("type", TYPES, default="single" if is_knowledge else "text")
    source = None
    if is_knowledge or "source" in fields.table:
        inner = fields.table_of("source")
        source = Source(inner.text("text"), inner.optional_text("url"))
        inner.end()
    item = Item(
        id=fields.identifier("id", longest=20),
        type=kind,
        stem=fields.texts("stem", languages),
        options=_options_of(fields, kind, languages, option_sets, explained=is_knowledge),
        area=area,
        scale=scale,
        level=fields.choice("level", ("recall", "understand", "apply"), required=is_knowledge) or None,
        pool=fields.choice("pool", ("survey", "teaching"), required=is_knowledge) or None,
        status=fields.choice("status", ("draft", "trial", "active", "retired"), default="draft"),
        scope=fields.choice("scope", ("national", "county"), required=False, default="national"),
        fact=fields.text("fact", required=is_knowledge) or None,
        key=fields.words("key", required=is_knowledge),
        scoring=fields.choice(
            "scoring",
            ("all_or_nothing", "per_option", "partial"),
            required=is_knowledge and kind == "multiple",
            default="all_or_nothing",
        ),
        battery=fields.choice("battery", batteries, required=False) or None,
        source=source,
        checked_on=fields.date("checked_on", required=is_knowledge),
        valid_from=fields.date("valid_from"),
        valid_to=fields.date("valid_to"),
        minimum=fields.number("minimum"),
        maximum=fields.number("maximum"),
        hint=fields.texts("hint", languages, required=False),
    )
    fields.end()
    if item.hint and item.pool != "teaching":
        fields.faults.append(fault("ITEM-19", fields.place))
    _check_type(item, fields, is_knowledge)
    _check_options(item, fields)
    _check_exclusive(item, fields)
    if is_knowledge:
        _check_key(item, fields)
    else:
        _check_unscored(item, fields)
    return item


def _options_of(
    fields: Fields,
    kind: str,
    languages: Sequence[str],
    option_sets: Mapping[str, tuple[Option, ...]],
    *,
    explained: bool,
) -> tuple[Option, ...]:
    set_name = fields.choice("option_set", list(option_sets), required=False)
    if set_name:
        return option_sets[set_name]
    if kind in ("number", "text"):
        return ()
    return read_options(fields, languages, explained=explained)


def _check_type(item: Item, fields: Fields, is_knowledge: bool) -> None:
    if is_knowledge and item.type not in KNOWLEDGE_TYPES:
        expected = f"area → {', '.join(KNOWLEDGE_TYPES)}"
        fields.faults.append(fault("ITEM-13", fields.place, type=item.type, expected=expected))
    if item.minimum is not None and item.maximum is not None and item.minimum > item.maximum:
        fields.faults.append(fault("ITEM-11", fields.place, minimum=item.minimum, maximum=item.maximum))


def _check_options(item: Item, fields: Fields) -> None:
    real = [option for option in item.options if option.id != DONT_KNOW]
    if item.type not in ("number", "text") and len(real) < 2:
        fields.faults.append(fault("ITEM-04", fields.place, count=len(real), expected=2))
    if item.type == "true_false" and {option.id for option in real} != {"true", "false"}:
        expected = "true_false → true, false (dk)"
        fields.faults.append(fault("ITEM-13", fields.place, type=item.type, expected=expected))
    if item.is_rated:
        for option in real:
            if option.value is None or not 0 <= option.value <= 1:
                fields.faults.append(fault("ITEM-08", fields.place, value=option.id))


def _check_exclusive(item: Item, fields: Fields) -> None:
    alone = [option.exclusive for option in item.options if option.id != DONT_KNOW]
    marked = [option.id for option in item.options if option.exclusive and option.id != DONT_KNOW]
    if marked and (item.type != "multiple" or item.is_knowledge):
        fields.faults.append(fault("ITEM-16", fields.place, value=", ".join(marked)))
    elif alone != sorted(alone):
        fields.faults.append(fault("ITEM-17", fields.place, value=", ".join(marked)))


def _check_unscored(item: Item, fields: Fields) -> None:
    for name in SCORED_FIELDS:
        if name in fields.table:
            fields.faults.append(fault("ITEM-14", fields.place, field=name, scale=item.scale))
    if item.type in CHOSEN_TYPES:
        for option in item.options:
            if option.value is not None:
                fields.faults.append(fault("ITEM-18", fields.place, value=option.id, type=item.type))


def _check_key(item: Item, fields: Fields) -> None:
    real = [option_id for option_id in item.option_ids if option_id != DONT_KNOW]
    if not item.key:
        fields.faults.append(fault("ITEM-01", fields.place))
    for option_id in item.key:
        if option_id not in real:
            fields.faults.append(fault("ITEM-02", fields.place, value=option_id, expected=", ".join(real)))
    if item.type != "multiple" and len(item.key) > 1:
        fields.faults.append(fault("ITEM-03", fields.place, count=len(item.key), type=item.type))
