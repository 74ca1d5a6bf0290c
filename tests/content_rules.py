"""The rules that the bank's items keep; test_content.py applies each to the bank and to a planted fault."""

from __future__ import annotations

import difflib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator

from kunskap.bank import Bank, Item, Option


def knowledge(bank: Bank) -> Iterator[Item]:
    """The items that are scored right or wrong."""
    return (item for item in bank.items.values() if item.is_knowledge)


def real(item: Item) -> list[Option]:
    """The options but for don't know."""
    return [option for option in item.options if option.id != "dk"]


# --- the rules: each returns what breaks it, so that an empty list means kept ---


def explanations_missing(bank: Bank) -> list[str]:
    """Every option of a knowledge item, dk too, is explained in every language, and not twice in the same words."""
    broken = []
    for item in knowledge(bank):
        for language in bank.languages:
            texts = [option.explanation.get(language, "").strip() for option in item.options]
            if "" in texts or len(set(texts)) < len(texts):
                broken.append(f"{item.id} {language}")
    return broken


def dont_know_missing(bank: Bank) -> list[str]:
    """A knowledge item has one dk, last, after two (true/false) or three to four real options."""
    broken = []
    for item in knowledge(bank):
        wanted = {2} if item.type == "true_false" else {3, 4}
        if item.option_ids[-1:] != ("dk",) or len(real(item)) not in wanted or item.option_ids.count("dk") != 1:
            broken.append(item.id)
    return broken


def keys_unbalanced(bank: Bank) -> list[str]:
    """In each pool no position holds the key of more than 40 or less than 15 per cent of the single-choice items."""
    positions: dict[str, Counter[int]] = defaultdict(Counter)
    for item in knowledge(bank):
        if item.type == "single":
            positions[str(item.pool)][item.option_ids.index(item.key[0])] += 1
    return [
        f"{pool}, position {position + 1}: {counts[position]} of {counts.total()}"
        for pool, counts in positions.items()
        for position in range(4)
        if not 0.15 <= counts[position] / counts.total() <= 0.40
    ]


def keys_shown_by_length(bank: Bank) -> list[str]:
    """No key is the longest option by itself, and at most a quarter of the keys are the shortest by themselves."""
    broken = []
    for language in bank.languages:
        items = [item for item in knowledge(bank) if item.type == "single"]
        shortest = []
        for item in items:
            key = len(item.option(item.key[0]).text[language])
            others = [len(option.text[language]) for option in real(item) if option.id not in item.key]
            if key > max(others):
                broken.append(f"{item.id} {language}: longest")
            if key < min(others):
                shortest.append(item.id)
        if len(shortest) > len(items) / 4:
            broken.append(f"{language}: shortest in {', '.join(shortest)}")
    return broken


def roots(text: str) -> set[str]:
    """The first five letters of the words that carry meaning: enough to see a word in another form."""
    return {word[:5] for word in re.findall(r"[a-zåäöé]{5,}", text.lower())}


def clue_words(bank: Bank) -> list[str]:
    """No word stands in both the stem and the key while no other option has it."""
    broken = []
    for item in knowledge(bank):
        if item.type == "true_false":
            continue
        for language in bank.languages:
            right = set[str]().union(*(roots(item.option(key).text[language]) for key in item.key))
            wrong = set[str]().union(*(roots(o.text[language]) for o in real(item) if o.id not in item.key))
            broken += [f"{item.id} {language}: {word}" for word in sorted((right & roots(item.stem[language])) - wrong)]
    return broken


CATCH_ALL = re.compile(r"alla (av )?ovanstående|inget (av )?ovanstående|all of the above|none of the above", re.I)


def catch_alls(bank: Bank) -> list[str]:
    """No option refers to the others."""
    return [
        f"{item.id}.{option.id}"
        for item in knowledge(bank)
        for option in item.options
        if any(CATCH_ALL.search(text) for text in option.text.values())
    ]


NEGATION = {"sv": re.compile(r"\b(inte|ej|aldrig|ingen|inget|inga)\b"), "en": re.compile(r"\b(not|never|no|none)\b")}


def unmarked_negations(bank: Bank) -> list[str]:
    """Where the question itself is negative, the negation is in capitals."""
    return [
        f"{item.id} {language}"
        for item in knowledge(bank)
        for language, negation in NEGATION.items()
        for sentence in re.findall(r"[^.?!”]*\?", item.stem[language])
        if negation.search(sentence)
    ]


def unsourced(bank: Bank) -> list[str]:
    """Every fact names its source, its date of checking and itself."""
    return [
        item.id
        for item in knowledge(bank)
        if item.source is None
        or len(item.source.text) < 10
        or item.checked_on is None
        or not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", str(item.fact))
    ]


def facts_in_both_pools(bank: Bank) -> list[str]:
    """A taught fact measures memory: it is never in the survey too."""
    pools: dict[str, set[str]] = defaultdict(set)
    for item in knowledge(bank):
        pools[str(item.fact)].add(str(item.pool))
    return sorted(fact for fact, found in pools.items() if len(found) > 1)


def blueprint_unmet(bank: Bank) -> list[str]:
    """Each area has the survey items that the blueprint wants, and at least one teaching item."""
    have: Counter[tuple[str, str]] = Counter()
    for item in knowledge(bank):
        if item.status in ("trial", "active"):
            level = "apply" if item.level == "apply" else "recall_understand"
            have[str(item.area), level if item.pool == "survey" else "teaching"] += 1
    wanted = {(area, level): count for area, cells in bank.blueprint.items() for level, count in cells.items()}
    wanted |= {(area, "teaching"): 1 for area in bank.areas}
    return [f"{area} {cell}" for (area, cell), count in wanted.items() if have[area, cell] < count]


def similar_stems(bank: Bank) -> list[str]:
    """No two stems are the same or nearly so."""
    items = list(bank.items.values())
    return [
        f"{one.id} {other.id}"
        for place, one in enumerate(items)
        for other in items[place + 1 :]
        if difflib.SequenceMatcher(None, one.stem["sv"].lower(), other.stem["sv"].lower()).ratio() > 0.85
    ]


def misnumbered(bank: Bank) -> list[str]:
    """An id is its folder and two digits: 01-49 in the survey pool and the scales, 51-99 in the teaching pool."""
    broken = []
    for item in bank.items.values():
        match = re.fullmatch(rf"{item.area or item.scale}(\d\d)", item.id)
        numbers = range(51, 100) if item.pool == "teaching" else range(1, 50)
        if match is None or int(match[1]) not in numbers:
            broken.append(item.id)
    return broken


def untranslated(bank: Bank) -> list[str]:
    """English is not Swedish left standing, and Swedish numbers have a decimal comma."""
    return [
        item.id
        for item in bank.items.values()
        if item.stem["sv"] == item.stem["en"] or re.search(r"\d\.\d", item.stem["sv"])
    ]


def several_not_said(bank: Bank) -> list[str]:
    """A question with several right answers says so."""
    asked = {"sv": "Välj alla som stämmer.", "en": "Choose all that apply."}
    return [
        item.id
        for item in knowledge(bank)
        if any((item.type == "multiple") != item.stem[language].endswith(text) for language, text in asked.items())
    ]


def unscorable_claims(bank: Bank) -> list[str]:
    """Nothing is asked that sources or years answer differently: how many sub-goals there are, or exact wordings."""
    pattern = re.compile(r"hur många delmål|antal(et)? delmål|exakt|ordagrant|lydelse", re.I)
    return [item.id for item in knowledge(bank) if pattern.search(item.stem["sv"])]


RULES: tuple[Callable[[Bank], list[str]], ...] = (
    explanations_missing,
    dont_know_missing,
    keys_unbalanced,
    keys_shown_by_length,
    clue_words,
    catch_alls,
    unmarked_negations,
    unsourced,
    facts_in_both_pools,
    blueprint_unmet,
    similar_stems,
    misnumbered,
    untranslated,
    several_not_said,
    unscorable_claims,
)
