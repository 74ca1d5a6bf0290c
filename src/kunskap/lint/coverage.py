"""Rules on the bank as a whole and on its forms: what there is, what is doubled, what is out of date."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import combinations

from kunskap.bank import Bank, Item
from kunskap.errors import Fault, fault
from kunskap.lint.texts import knowledge, word_list
from kunskap.timing import estimated_minutes

__all__ = [
    "blueprint_unmet",
    "checked_in_the_future",
    "facts_alike",
    "forms_too_long",
    "ids_misnumbered",
    "items_expired",
    "law_unchecked",
    "sources_unchecked",
    "stems_alike",
]

# Two stems that share this part of their words ask the same; two facts as slugs of a few words need fewer in common.
STEM_LIKENESS = 0.8
FACT_LIKENESS = 0.75
TEACHING_WANTED = 1
# A law, an ordinance, a government bill or letter; "förslag" and "underlag" end in the same letters and are none.
LAW = re.compile(
    r"\b(SFS|prop\.|proposition\w*|regeringsform\w*|lag|lagen|kommunallag\w*|förordning\w*|skr\.)(?=\W|$)", re.I
)


def likeness(one: Iterable[str], other: Iterable[str]) -> float:
    """The share of the words of both that they have in common (Dice's coefficient on words with repeats).

    Examples
    --------
    >>> likeness(["vad", "är", "målet"], ["vad", "är", "rus"])
    0.6666666666666666
    """
    counts, others = Counter(one), Counter(other)
    return 2 * (counts & others).total() / max(1, counts.total() + others.total())


def blueprint_unmet(bank: Bank) -> list[Fault]:
    """Each area has the survey items that the blueprint wants, and at least one teaching item: no area is forgotten."""
    have: Counter[tuple[str, str]] = Counter()
    for item in knowledge(bank):
        level = "apply" if item.level == "apply" else "recall_understand"
        have[str(item.area), level if item.pool == "survey" else "teaching"] += 1
    wanted = {(area, level): count for area, cells in bank.blueprint.items() for level, count in cells.items()}
    wanted |= {(area, "teaching"): TEACHING_WANTED for area in bank.areas}
    return [
        fault("LINT-19", area, cell=cell, count=have[area, cell], wanted=count)
        for (area, cell), count in wanted.items()
        if have[area, cell] < count
    ]


def _comparable(bank: Bank) -> Iterator[tuple[Item, Item]]:
    # The same tasks are rated for today and for before a course: a scale is compared only within itself.
    homes: dict[str, list[Item]] = {}
    for item in bank.items.values():
        homes.setdefault("knowledge" if item.is_knowledge else str(item.scale), []).append(item)
    for items in homes.values():
        yield from combinations(items, 2)


def stems_alike(bank: Bank) -> list[Fault]:
    """No two stems share four fifths of their words, within a pool or across: one answer would be counted twice."""
    words = {item.id: Counter(word_list(item.stem[bank.languages[0]])) for item in bank.items.values()}
    return [
        fault("LINT-20", f"{one.id}, {other.id}", share=round(100 * share))
        for one, other in _comparable(bank)
        if (share := likeness(words[one.id], words[other.id])) > STEM_LIKENESS
    ]


def facts_alike(bank: Bank) -> list[Fault]:
    """No fact of the survey is also taught under a name with the same words: a taught fact measures memory.

    The very same name in both pools is a fault when the bank is read (``ITEM-10``).
    """
    facts = {item.id: re.findall(r"[a-z0-9]+", str(item.fact)) for item in knowledge(bank)}
    return [
        fault("LINT-21", f"{one.id}, {other.id}", one=one.fact, other=other.fact)
        for one, other in combinations(knowledge(bank), 2)
        if one.pool != other.pool and likeness(facts[one.id], facts[other.id]) >= FACT_LIKENESS
    ]


def ids_misnumbered(bank: Bank) -> list[Fault]:
    """An id is its folder and two digits: 01–49 in the survey pool and the scales, 51–99 in the teaching pool.

    The pool is then seen in every data file, and the pools cannot be mixed by mistake.
    """
    found = []
    for item in bank.items.values():
        home = item.area or item.scale
        match = re.fullmatch(rf"{home}(\d\d)", item.id)
        numbers = range(51, 100) if item.pool == "teaching" else range(1, 50)
        if match is None or int(match[1]) not in numbers:
            expected = f"{home}{numbers[0]:02}–{home}{numbers[-1]:02}"
            found.append(fault("LINT-22", item.id, expected=expected))
    return found


def a_year_before(day: datetime.date) -> datetime.date:
    """The same day a year earlier; 28 February for the leap day.

    Examples
    --------
    >>> a_year_before(datetime.date(2028, 2, 29))
    datetime.date(2027, 2, 28)
    """
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if is_leap_day else day.day)


def _is_law(item: Item) -> bool:
    return item.area == "goals" or (item.source is not None and LAW.search(item.source.text) is not None)


def _unchecked(bank: Bank, code: str, today: datetime.date, *, law: bool) -> list[Fault]:
    return [
        fault(code, item.id, date=item.checked_on)
        for item in knowledge(bank)
        if item.checked_on is not None and item.checked_on < a_year_before(today) and _is_law(item) == law
    ]


def law_unchecked(bank: Bank, *, today: datetime.date) -> list[Fault]:
    """Items on goals, and items whose source is a law or a bill, were checked within twelve months of `today`.

    Goals and laws change by decision, and a key that was right is then wrong.
    """
    return _unchecked(bank, "LINT-23", today, law=True)


def sources_unchecked(bank: Bank, *, today: datetime.date) -> list[Fault]:
    """Other items should have been checked within twelve months of `today` too: figures get new years."""
    return _unchecked(bank, "LINT-24", today, law=False)


def checked_in_the_future(bank: Bank, *, today: datetime.date) -> list[Fault]:
    """No item was checked on a day that has not come: with a slip in the year it would never be due again."""
    return [
        fault("LINT-28", item.id, date=item.checked_on)
        for item in knowledge(bank)
        if item.checked_on is not None and item.checked_on > today
    ]


def items_expired(bank: Bank, *, today: datetime.date) -> list[Fault]:
    """No form asks an item outside the time for which its key is right (``valid_from``, ``valid_to``)."""
    return [
        fault("LINT-25", f"{form.id}: {item.id}", start=item.valid_from or "–", end=item.valid_to or "–")
        for form in bank.forms.values()
        for item in bank.form_items(form.id)
        if (item.valid_to is not None and item.valid_to < today)
        or (item.valid_from is not None and item.valid_from > today)
    ]


def forms_too_long(bank: Bank) -> list[Fault]:
    """A form takes no longer than the `minutes` it promises, in any language, in whole minutes.

    People who were promised ten minutes and are not done stop there, and the last questions lose the most; the rule of
    the estimate (`kunskap.timing`) is not exact enough for parts of a minute.
    """
    found = []
    for form in bank.forms.values():
        for language in bank.languages if form.minutes is not None else ():
            minutes = round(estimated_minutes(form.id, bank=bank, language=language)["minutes"].iloc[-1])
            if minutes > (form.minutes or 0):
                found.append(fault("LINT-26", f"{form.id} ({language})", minutes=minutes, promised=form.minutes))
    return found
