"""Rules on the wording of stems and sources: plain, complete in every language, and answerable."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kunskap.bank import Bank, Item
from kunskap.errors import Fault, fault
from kunskap.lint.texts import asked_text, knowledge, lix

__all__ = [
    "choose_all_unsaid",
    "hard_to_read",
    "left_unfilled",
    "negations_unmarked",
    "scopes_doubtful",
    "sources_missing",
    "translations_missing",
    "unanswerable",
    "very_hard_to_read",
]

LIX_BOUND = 60
LIX_WANTED = 50
NEGATION = {"sv": re.compile(r"\b(inte|ej|aldrig|ingen|inget|inga)\b"), "en": re.compile(r"\b(not|never|no|none)\b")}
CHOOSE_ALL = {"sv": "Välj alla som stämmer.", "en": "Choose all that apply."}
UNANSWERABLE = re.compile(r"hur många delmål|antal(et)? delmål|exakt|ordagrant|lydelse", re.I)
UNFILLED = re.compile(r"<.*>", re.DOTALL)
FACT = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")
SHORTEST_SOURCE = 10
# A real county, region or county board by name; the kit's own county is named without the word county.
COUNTY = re.compile(
    r"\bVästernorrland|\b[A-ZÅÄÖ][a-zåäö]+s län\b|\b(Region|Länsstyrelsen( i)?|County of) [A-ZÅÄÖ][a-zåäö]+"
    r"|\b[A-ZÅÄÖ][a-zåäö]+ county\b"
)


def negations_unmarked(bank: Bank) -> list[Fault]:
    """Where the question itself is negative, the negation is in capitals: a small *inte* is read past."""
    return [
        fault("LINT-10", f"{item.id} ({language})", word=match[0])
        for item in knowledge(bank)
        for language, negation in NEGATION.items()
        for sentence in re.findall(r"[^.?!”]*\?", item.stem.get(language, ""))
        if (match := negation.search(sentence))
    ]


def translations_missing(bank: Bank) -> list[Fault]:
    """Another language is not Swedish left standing, in stems and explanations; Swedish figures have a decimal comma.

    Options may be alike: a name is the same in two languages.

    That a text is there at all is checked when the bank is read (``BANK-01``).
    """
    found = []
    for item in bank.items.values():
        first, *others = bank.languages
        explained = [option.explanation for option in item.options if option.explanation.get(first)]
        found += [
            fault("LINT-11", f"{item.id} ({other})")
            for other in others
            if any(texts.get(other) == texts[first] for texts in (item.stem, *explained))
        ]
        swedish = " ".join([item.stem.get("sv", ""), *(option.text.get("sv", "") for option in item.options)])
        if number := re.search(r"\d\.\d", swedish):
            found.append(fault("LINT-12", f"{item.id} (sv)", number=number[0]))
    return found


def left_unfilled(bank: Bank) -> list[Fault]:
    """No text still stands in angle brackets, as in the example of ``survey/README.md``.

    A copied example has all fields, so that nothing else would tell that one of them was forgotten.
    """
    found = []
    for item in bank.items.values():
        texts = [*item.stem.values(), str(item.fact)]
        texts += [text for option in item.options for text in (*option.text.values(), *option.explanation.values())]
        texts += [item.source.text, item.source.url or ""] if item.source else []
        found += [fault("LINT-29", item.id, text=text) for text in texts if UNFILLED.fullmatch(text.strip())]
    return found


def choose_all_unsaid(bank: Bank) -> list[Fault]:
    """A question with several answers to choose says so, and no other question does: else the form misleads."""
    return [
        fault("LINT-13", f"{item.id} ({language})", text=text)
        for item in bank.items.values()
        for language, text in CHOOSE_ALL.items()
        if language in item.stem and (item.type == "multiple") != item.stem[language].endswith(text)
    ]


def unanswerable(bank: Bank) -> list[Fault]:
    """Nothing is asked that sources or years answer differently: how many sub-goals there are, or exact wordings."""
    return [
        fault("LINT-14", item.id, text=match[0])
        for item in knowledge(bank)
        if (match := UNANSWERABLE.search(item.stem.get("sv", "")))
    ]


def sources_missing(bank: Bank) -> list[Fault]:
    """Every knowledge item names its source, its date of checking and its fact as words with hyphens.

    Without them nobody can say that the key is right, nor see that the fact is taught elsewhere.
    """
    return [
        fault("LINT-15", item.id)
        for item in knowledge(bank)
        if item.source is None
        or len(item.source.text) < SHORTEST_SOURCE
        or item.checked_on is None
        or not FACT.fullmatch(str(item.fact))
    ]


def _chosen(bank: Bank) -> Iterator[Item]:
    """The questions with answers of their own to read: graded answers are the same few words for a whole scale."""
    return (item for item in bank.items.values() if item.options and not item.is_rated)


def very_hard_to_read(bank: Bank) -> list[Fault]:
    """Stem and options together have at most LIX 60 in Swedish: above it the question measures reading.

    LIX is a measure of running Swedish and jumps in short texts, so that the bound is generous; English has shorter
    words and is not measured.
    """
    return [
        fault("LINT-16", f"{item.id} (sv)", lix=value, bound=LIX_BOUND)
        for item in (_chosen(bank) if "sv" in bank.languages else ())
        if (value := round(lix(asked_text(item, "sv")))) > LIX_BOUND
    ]


def hard_to_read(bank: Bank) -> list[Fault]:
    """Stem and options together should stay below LIX 50, where official prose begins to be hard."""
    return [
        fault("LINT-17", f"{item.id} (sv)", lix=value, bound=LIX_WANTED)
        for item in (_chosen(bank) if "sv" in bank.languages else ())
        if LIX_WANTED < (value := round(lix(asked_text(item, "sv")))) <= LIX_BOUND
    ]


def scopes_doubtful(bank: Bank) -> list[Fault]:
    """An item that names a county, a region or a county board has scope county: another county must replace it."""
    return [
        fault("LINT-18", item.id, name=match[0])
        for item in bank.items.values()
        if item.scope == "national" and (match := COUNTY.search(asked_text(item, bank.languages[0])))
    ]
