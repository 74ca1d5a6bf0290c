"""A bank of a few items for tests of scoring: every item type, no files."""

from kunskap.bank import Area, Bank, Item, Option, Scale, Variable


def options(*ids: str, values: tuple[float, ...] = ()) -> tuple[Option, ...]:
    """Options with these ids, a value for each of the first."""
    return tuple(
        Option(option_id, {"sv": option_id, "en": option_id}, value=values[place] if place < len(values) else None)
        for place, option_id in enumerate(ids)
    )


def item(item_id: str, kind: str, choices: tuple[Option, ...], **more: object) -> Item:
    """An item; an area if it has a key, else the scale ability."""
    home: dict[str, object] = {"area": "goals"} if more.get("key") else {"scale": more.pop("scale", "ability")}
    return Item(item_id, kind, {"sv": item_id, "en": item_id}, choices, **(home | more))  # type: ignore[arg-type]


def small_bank(singles: int = 7) -> Bank:
    """Singles q1 …, one true/false, three multiple with each rule, four rated, a number and a text."""
    abcd = options("a", "b", "c", "dk")
    items = [item(f"q{i}", "single", abcd, key=("a",)) for i in range(1, singles + 1)]
    items.append(item("tf1", "true_false", options("true", "false", "dk"), key=("true",)))
    for rule, name in (("all_or_nothing", "all1"), ("per_option", "per1"), ("partial", "part1")):
        items.append(item(name, "multiple", options("a", "b", "c", "d", "dk"), key=("a", "b"), scoring=rule))
    rated = options("can", "data", "hard", "dk", values=(1.0, 0.5, 0.0))
    items += [item(f"abil{i}", "ability", rated) for i in range(1, 5)]
    lacks = (*options("a", "b"), Option("none", {"sv": "none", "en": "none"}, exclusive=True), *options("dk"))
    items += [item("lack1", "multiple", lacks, scale="practice")]
    items += [item("sort1", "single", abcd, scale="practice")]
    items += [item("num1", "number", (), scale="practice"), item("text1", "text", (), scale="practice")]
    return Bank(
        version="test",
        languages=("sv", "en"),
        areas={"goals": Area("goals", {"sv": "Mål", "en": "Goals"})},
        scales={name: Scale(name, {"sv": name, "en": name}, 0.5) for name in ("ability", "practice")},
        option_sets={},
        batteries={},
        blueprint={},
        items={one.id: one for one in items},
        variables={"sex": Variable("sex", "single", "quasi_identifier", {}, options("k", "m", "x", "u"), "x")},
        forms={},
    )
