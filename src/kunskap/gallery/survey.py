"""Examples of the survey: what was answered, by whom, how it changed, and how well the questions work."""

from __future__ import annotations

import datetime

from kunskap import change, groups, irt, items, scoring
from kunskap.asked import common_items
from kunskap.dif import mantel_haenszel
from kunskap.disclosure import release
from kunskap.fieldwork import answered_by_day
from kunskap.gallery.material import Example, Material
from kunskap.inventory import completed, inventory, item_statistics
from kunskap.needs import needs, read_modules
from kunskap.tables import estimates

__all__ = ["changed", "days", "in_room", "inventoried", "item_figures", "needed", "room_rounds", "side_by_side"]

SEXES = ("k", "m")
REMINDERS = (datetime.date(2016, 2, 15), datetime.date(2016, 2, 29))
MOST_ITEMS = 3
ROOM_ITEM = "goals51"
# A room of twenty, made up: as the item's options stand.
ROOM_COUNTS = (4, 5, 1, 8, 2)
ROOM_ROUNDS = {"goals51": (8, 15), "goals52": (11, 14)}
ROOM_SIZE = 20


def inventoried(material: Material) -> Example:
    """Every table of the inventory."""
    first, _ = material.imports
    made = inventory(first, bank=material.bank, design=material.design)
    return Example(release(made, policy=material.policy, simulated=True))


def side_by_side(material: Material) -> Example:
    """Every group's mean."""
    first, _ = material.imports
    by = ["sex", "role", "orgtype"]
    responses = completed(first)
    common = common_items(responses, bank=material.bank)
    scores = scoring.score(responses, bank=material.bank, respondents=first.respondents, by=by, items=common)
    totals = scoring.total(scores, bank=material.bank)
    table = groups.side_by_side(totals, variables=by)
    return Example(release({"groups": table}, policy=material.policy, simulated=True))


def days(material: Material) -> Example:
    """How the answers came in."""
    first, _ = material.imports
    table = answered_by_day(
        completed(first),
        respondents=first.respondents,
        design=material.design,
        by=["role"],
        step=material.policy.base,
    )
    released = release({"answered_by_day": table}, policy=material.policy, simulated=True)
    return Example(released, {"reminders": REMINDERS})


def changed(material: Material) -> Example:
    """The same people twice, women and men."""
    people = change.rounds(*material.imports, bank=material.bank)
    asked = [common_items(one.responses, bank=material.bank) for one in material.imports]
    both = [item for item in asked[0] if item in asked[1] and item in people.columns]
    # All of the total's items, although few are drawn: a total beside some of them would tell of the others.
    table = change.paired(people[people["sex"].isin(SEXES)], columns=["total", *both], by=["sex"])
    return Example(
        release({"paired": table}, policy=material.policy, simulated=True), {"subjects": ["total", *both[:MOST_ITEMS]]}
    )


def needed(material: Material) -> Example:
    """Each role's need of each module."""
    first, _ = material.imports
    modules = read_modules(material.project.survey, bank=material.bank)
    table = needs(completed(first), bank=material.bank, respondents=first.respondents, modules=modules)
    titles = {module.id: module.title[material.words.language] for module in modules}
    return Example(release({"needs": table}, policy=material.policy, simulated=True), {"titles": titles})


def item_figures(material: Material) -> Example:
    """How the questions work: classically, by item response theory and for women and men. Staff's own view."""
    first, _ = material.imports
    bank, responses = material.bank, completed(first)
    common = common_items(responses, bank=bank)
    scores = scoring.score(responses, bank=bank, respondents=first.respondents, by=["sex"], items=common)
    fit = irt.fit_rasch(scores, columns=common)
    tables = {
        "item_statistics": item_statistics(first, bank=bank),
        "item_analysis": items.analysis(responses, bank=bank, items=common),
        "item_parameters": irt.table(fit),
        "item_information": irt.information(fit),
        "dif": mantel_haenszel(scores, between="sex", levels=SEXES, columns=common),
    }
    return Example(release(tables, policy=material.policy, view="internal", simulated=True))


def in_room(material: Material) -> Example:
    """What a room answered, made up."""
    options = material.bank.items[ROOM_ITEM].option_ids
    start = {"universe": "all", "item": ROOM_ITEM, "statistic": "share", "unit": "share", "n": sum(ROOM_COUNTS)}
    rows = [
        start | {"option": option, "count": count, "estimate": count / sum(ROOM_COUNTS)}
        for option, count in zip(options, ROOM_COUNTS, strict=True)
    ]
    rules = material.policy.for_room()
    return Example(release({"room": estimates(rows)}, policy=rules, view="room", simulated=True))


def room_rounds(material: Material) -> Example:
    """A room's right answers before and after a module, made up."""
    start = {"universe": "all", "option": "right", "statistic": "share", "unit": "share", "n": ROOM_SIZE}
    rows = [
        start | {"item": item, "occasion": occasion, "count": count, "estimate": count / ROOM_SIZE}
        for item, counts in ROOM_ROUNDS.items()
        for occasion, count in zip(("before", "after"), counts, strict=True)
    ]
    rules = material.policy.for_room()
    table = estimates(rows, by=["occasion"])
    return Example(release({"room": table}, policy=rules, view="room", simulated=True))
