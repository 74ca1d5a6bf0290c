"""Rules on the options and the key: nobody is to find the right answer by its form."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

from kunskap.bank import DONT_KNOW, Bank, Item
from kunskap.errors import Fault, fault
from kunskap.lint.texts import knowledge, real_options, roots

__all__ = [
    "clue_words",
    "dont_know_missing",
    "explanations_missing",
    "keys_longest",
    "keys_mostly_shortest",
    "keys_unbalanced",
    "options_catch_all",
    "options_open_differently",
    "options_uneven",
]

KEY_SHARE = (0.15, 0.40)
SHORTEST_SHARE = 0.25
# An option twice as long as another is common in good items; three times as long stands out on the screen.
LENGTH_RATIO = 3.0
SHORT_OPTION = 12
CATCH_ALL = re.compile(
    r"\b(alla|allt|inget|inga|ingen|inte något|båda) (av )?(det |de )?(ovanstående|alternativen|svaren)\b"
    r"|\b(all|none|both|any) of (the )?(above|these|options|answers)\b",
    re.I,
)
OPENINGS = {
    "sv": {"att": re.compile(r"att\b", re.I), "för att": re.compile(r"för att\b", re.I)},
    "en": {"to": re.compile(r"to\b", re.I), "that": re.compile(r"that\b", re.I)},
}
COMMON_FORMS = {
    "0–9": re.compile(r"[\d−-]"),
    "ja/nej": re.compile(r"(ja|nej|yes|no)[,.:]", re.I),
    "a–ö": re.compile(r"[a-zåäö]"),
    "….": re.compile(r".*[.]$"),
}


def explanations_missing(bank: Bank) -> list[Fault]:
    """Every option of a knowledge item, dk too, is explained in every language, and not twice in the same words.

    The explanation is what teaches: a person who chose wrong is to learn why, and *don't know* is met kindly.
    """
    found = []
    for item in knowledge(bank):
        for language in bank.languages:
            texts = [option.explanation.get(language, "").strip() for option in item.options]
            if "" in texts or len(set(texts)) < len(texts):
                found.append(fault("LINT-01", f"{item.id} ({language})"))
    return found


def dont_know_missing(bank: Bank) -> list[Fault]:
    """A knowledge item has one dk, last, after two (true/false) or three to four (single, multiple) real options.

    Without *don't know* people guess, and men guess more: the sex gap of a test is then partly a gap in guessing
    (Mondak & Anderson 2004).
    """
    found = []
    for item in knowledge(bank):
        wanted = (2,) if item.type == "true_false" else (3, 4)
        real = real_options(item)
        if item.option_ids[-1:] != (DONT_KNOW,) or item.option_ids.count(DONT_KNOW) != 1 or len(real) not in wanted:
            expected = "–".join(str(count) for count in wanted)
            found.append(fault("LINT-02", item.id, count=len(real), expected=expected))
    return found


def keys_unbalanced(bank: Bank) -> list[Fault]:
    """In each pool no position holds the key of more than 40 or less than 15 per cent of the single-choice items.

    Authors put the key in the middle (Attali & Bar-Hillel 2003), and test-wise people know it.
    """
    positions: dict[str, Counter[int]] = defaultdict(Counter)
    for item in knowledge(bank):
        if item.type == "single":
            positions[str(item.pool)][item.option_ids.index(item.key[0])] += 1
    return [
        fault("LINT-03", pool, position="abcd"[position], count=counts[position], total=counts.total())
        for pool, counts in positions.items()
        for position in range(4)
        if not KEY_SHARE[0] <= counts[position] / counts.total() <= KEY_SHARE[1]
    ]


def _lengths(item: Item, language: str) -> tuple[int, list[int]]:
    key = len(item.option(item.key[0]).text[language])
    return key, [len(option.text[language]) for option in real_options(item) if option.id not in item.key]


def keys_longest(bank: Bank) -> list[Fault]:
    """No key is the longest option by itself: authors qualify what is right, and the length gives it away."""
    found = []
    for item in knowledge(bank):
        for language in bank.languages if item.type == "single" else ():
            key, others = _lengths(item, language)
            if key > max(others):
                found.append(fault("LINT-04", f"{item.id} ({language})", option=item.key[0]))
    return found


def keys_mostly_shortest(bank: Bank) -> list[Fault]:
    """At most a quarter of the keys are the shortest by themselves: the cure for long keys must not be a new clue."""
    found = []
    items = [item for item in knowledge(bank) if item.type == "single"]
    for language in bank.languages:
        lengths = {item.id: _lengths(item, language) for item in items}
        shortest = [item_id for item_id, (key, others) in lengths.items() if key < min(others)]
        if len(shortest) > SHORTEST_SHARE * len(items):
            listed = ", ".join(shortest)
            found.append(fault("LINT-05", language, count=len(shortest), total=len(items), items=listed))
    return found


def clue_words(bank: Bank) -> list[Fault]:
    """No word stands in both the stem and the key while no other option has it: that is found without knowledge.

    Words are compared by their first five letters, so that another form of the word is seen too.
    """
    found = []
    for item in knowledge(bank):
        for language in bank.languages if item.type != "true_false" else ():
            right = set[str]().union(*(roots(item.option(key).text[language]) for key in item.key))
            wrong = set[str]().union(*(roots(o.text[language]) for o in real_options(item) if o.id not in item.key))
            for word in sorted((right & roots(item.stem[language])) - wrong):
                found.append(fault("LINT-06", f"{item.id} ({language})", word=word))
    return found


def options_catch_all(bank: Bank) -> list[Fault]:
    """No option refers to the others: who knows that one is wrong has ruled out *all of the above* too.

    Such options also lose their meaning when the options are shown in random order.
    """
    return [
        fault("LINT-07", f"{item.id}.{option.id}", text=text)
        for item in knowledge(bank)
        for option in item.options
        for text in option.text.values()
        if CATCH_ALL.search(text)
    ]


def options_uneven(bank: Bank) -> list[Fault]:
    """Within an item the longest option is at most three times as long as the shortest one.

    An option that stands out by its length draws or repels the eye whatever it says.  Lists where all but one are
    shorter than 12 characters (figures, single words) are left alone.
    """
    found = []
    for item in knowledge(bank):
        for language in bank.languages if item.type != "true_false" else ():
            lengths = sorted(len(option.text[language]) for option in real_options(item))
            if lengths[-1] > LENGTH_RATIO * lengths[0] and lengths[-2] >= SHORT_OPTION:
                where = f"{item.id} ({language})"
                found.append(fault("LINT-08", where, shortest=lengths[0], longest=lengths[-1]))
    return found


def options_open_differently(bank: Bank) -> list[Fault]:
    """No option is alone in its grammatical form: all or none begin with a figure, *att*, *ja/nej*, a small letter.

    Only forms that a machine can see are tried: the opening word, the first character and the closing full stop.  The
    odd one out is an answer to another question, and is often the key.
    """
    found = []
    for item in knowledge(bank):
        for language in bank.languages if item.type != "true_false" else ():
            real = real_options(item)
            for form, pattern in {**COMMON_FORMS, **OPENINGS.get(language, {})}.items():
                fitting = [option.id for option in real if pattern.match(option.text[language])]
                odd = [o.id for o in real if (o.id in fitting) != (2 * len(fitting) > len(real))]
                if len(real) > 2 and len(odd) == 1:
                    found.append(fault("LINT-09", f"{item.id} ({language})", option=odd[0], form=form))
    return found
