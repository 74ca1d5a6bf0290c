"""A small bank with every kind of question and every sign that a format might stumble over."""

from __future__ import annotations

from dataclasses import replace

from kunskap.bank import Area, Bank, Form, Item, Option, Scale, Section, Source, Variable

DK = Option("dk", {"sv": "Vet ej", "en": "Don't know"}, {"sv": "HEMLIGT dk", "en": "SECRET dk"})


def texts(sv: str, en: str) -> dict[str, str]:
    return {"sv": sv, "en": en}


def options(item: str, *ids: str, dk: bool = True) -> tuple[Option, ...]:
    own = tuple(
        Option(
            name,
            texts(f'Svar {name} på "{item}", åäö; {{x}} & <y> slut', f"Answer {name} to “{item}”, \\ {{x}}"),
            texts(f"HEMLIGT {item} {name}", f"SECRET {item} {name}"),
        )
        for name in ids
    )
    return (*own, DK) if dk else own


def knowledge(item_id: str, kind: str, *ids: str, key: tuple[str, ...], dk: bool = True, **more: object) -> Item:
    stem = texts(
        f'"{item_id}" frågar: är {{TOKEN}} < 5 & > 3?\nRad två åäö\tmed "citat" och \\"snett\\"',
        f'"{item_id}" asks: {{TOKEN}} < 5?\nLine two "quoted"',
    )
    return Item(
        item_id,
        kind,
        stem,
        options(item_id, *ids, dk=dk),
        **{"area": "goals", "level": "apply", "pool": "survey", "fact": f"fact-{item_id}", "key": key}
        | {"source": Source(f"HEMLIG KÄLLA {item_id}")}
        | more,  # type: ignore[arg-type]
    )


RATED = tuple(
    Option(name, texts(f"Grad {name}", f"Degree {name}"), value=value)
    for name, value in (("no", 0.0), ("half", 0.5), ("full", 1.0))
)


def rated(item_id: str, battery: str | None = "abil", extra: tuple[Option, ...] = ()) -> Item:
    stem = texts(f"… göra {item_id}?", f"… do {item_id}?")
    return Item(item_id, "ability", stem, (*RATED, *extra), scale="ability", battery=battery, status="active")


def sorted_as(item_id: str, *extra: str) -> Item:
    """One choice without right or wrong, of a battery."""
    return Item(
        item_id,
        "single",
        texts(f"Exempel {item_id}: {{x}} & <y>, åäö", f"Example {item_id}, “quoted”"),
        tuple(replace(option, explanation={}) for option in options("sort", "heads", "main", *extra)),
        scale="views",
        battery="sort",
    )


def ticked(item_id: str) -> Item:
    """Several choices without right or wrong: one option and don't know can only be chosen alone."""
    own = [replace(option, explanation={}) for option in options(item_id, "time", "data", "help", dk=False)]
    nothing = Option("none", texts('Inget av "detta"; nej', "None of this"), exclusive=True)
    stem = texts(f"Vad saknas {item_id}? Välj alla.", f"What is missing, {item_id}? Choose all.")
    return Item(item_id, "multiple", stem, (*own, nothing, replace(DK, explanation={})), scale="views")


def awkward_bank(pool: str = "survey") -> Bank:
    """The form ``prov`` with filters by role and by organisation; a battery whose id is also an item's."""
    items = [
        knowledge("k1", "single", "a", "b", "c", "d", key=("c",), pool=pool),
        knowledge("k2", "true_false", "true", "false", key=("false",), pool=pool),
        knowledge("k3", "multiple", "a", "b", "c", key=("a", "c"), scoring="partial", pool=pool),
        knowledge("k4", "single", "a", "b", key=("a",), dk=False, pool=pool),
        knowledge("k5", "multiple", "a", "b", "c", key=("a", "b"), scoring="all_or_nothing", pool=pool),
        knowledge("k6", "multiple", "a", "b", "c", "d", key=("b",), scoring="per_option", pool=pool),
        knowledge("k7", "true_false", "true", "false", key=("true",), dk=False, pool=pool),
        *(rated(f"abil{number}") for number in range(1, 5)),
        rated("abil5", extra=(DK,)),  # another option set: cannot stand in the same table
        rated("abil", battery=None),
        Item("num", "number", texts("Hur många?", "How many?"), (), scale="ability", minimum=0, maximum=40),
        *(sorted_as(f"sort{number}") for number in range(1, 4)),
        sorted_as("sort4", "more"),  # another option set
        ticked("lack1"),
        ticked("lack2"),
        Item("own", "text", texts("Med egna ord", "In your own words"), (), scale="ability"),
    ]
    role = Variable(
        "role",
        "single",
        "quasi_identifier",
        texts("Din roll?", "Your role?"),
        (Option("pol", texts("Politiker", "Politician")), Option("tjm", texts("Tjänsteperson", "Official"))),
    )
    body = Variable(
        "orgtype",
        "single",
        "quasi_identifier",
        texts("Var?", "Where?"),
        tuple(Option(name, texts(f"Plats {name}", f"Place {name}")) for name in ("reg", "kom", "lst")),
    )
    sex = Variable(
        "sex",
        "single",
        "quasi_identifier",
        texts("Kön?", "Sex?"),
        tuple(Option(name, texts(f"Kön {name}", f"Sex {name}")) for name in ("k", "m", "x", "u")),
        "x",
    )
    form = Form(
        "prov",
        texts('Prov & "test"', "Trial {form}"),
        texts("Välkommen!\nAndra raden.", "Welcome!"),
        ("role", "orgtype", "sex"),
        (
            Section("first", texts("Först", "First"), ("abil1", "abil2", "abil3", "abil4", "abil5", "abil", "num")),
            Section("words", texts("Ord", "Words"), ("own",)),
            Section("facts", texts("Fakta", "Facts"), ("k1", "k2", "k3", "k4", "k5", "k6", "k7")),
            Section("views", texts("Till sist", "Last"), ("sort1", "sort2", "sort3", "sort4", "lack1", "lack2")),
        ),
        {
            "abil2": {"role": ("pol",)},
            "abil3": {"role": ("tjm",), "orgtype": ("reg", "kom")},
            "num": {"orgtype": ("reg", "lst")},
            "k3": {"role": ("tjm",)},
            "k4": {"role": ("pol",)},
            "sort3": {"role": ("tjm",)},
            "lack2": {"role": ("pol",)},
        },
    )
    return Bank(
        version="prov.1",
        languages=("sv", "en"),
        areas={"goals": Area("goals", texts("Mål/medel", "Goals/means"))},
        scales={
            "ability": Scale("ability", texts("Förmåga", "Ability")),
            "views": Scale("views", texts("Syn på saken", "Views")),
        },
        option_sets={},
        batteries={
            "abil": texts("Hur skulle det gå att …", "How would you manage to …"),
            "sort": texts('Vad är det "här"? Välj ett.', "What is this? Choose one."),
        },
        blueprint={},
        items={item.id: item for item in items},
        variables={variable.id: variable for variable in (role, body, sex)},
        forms={"prov": form},
    )


def with_other_keys(bank: Bank) -> Bank:
    """The same questions with every key, explanation, fact, source and scoring rule changed."""

    def changed(item: Item) -> Item:
        real = [option_id for option_id in item.option_ids if option_id != "dk"]
        others = tuple(option_id for option_id in real if option_id not in item.key) or item.key[:1]
        return replace(
            item,
            key=others,
            fact="another-fact",
            source=Source("ANOTHER SOURCE"),
            scoring="per_option" if item.scoring != "per_option" else "partial",
            options=tuple(
                replace(option, explanation=dict.fromkeys(option.explanation, "ANOTHER")) for option in item.options
            ),
        )

    items = {item.id: changed(item) if item.is_knowledge else item for item in bank.items.values()}
    return replace(bank, items=items)
