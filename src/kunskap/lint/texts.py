"""What the rules need to see of a text: its words, their roots, and how hard it is to read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kunskap.bank import DONT_KNOW, Bank, Item, Option

__all__ = ["asked_text", "knowledge", "lix", "real_options", "roots", "word_list"]

LONG_WORD = 6
SENTENCE_END = re.compile(r"[.?!:](?=[\s”\"]|$)")


def knowledge(bank: Bank) -> Iterator[Item]:
    """The items that are scored right or wrong."""
    return (item for item in bank.items.values() if item.is_knowledge)


def real_options(item: Item) -> list[Option]:
    """The options but for don't know."""
    return [option for option in item.options if option.id != DONT_KNOW]


def word_list(text: str) -> list[str]:
    """The words of a text in lower case; numbers are words too.

    Examples
    --------
    >>> word_list("Två av 81 ledamöter, i länstransportplanen.")
    ['två', 'av', '81', 'ledamöter', 'i', 'länstransportplanen']
    """
    return re.findall(r"[^\W_]+(?:[,.:’'-][^\W_]+)*", text.lower())


def roots(text: str) -> set[str]:
    """The first five letters of the words that carry meaning: enough to see a word in another form.

    Examples
    --------
    >>> sorted(roots("Målet för målen: jämställdhet"))
    ['jämst', 'målen', 'målet']
    """
    return {word[:5] for word in re.findall(r"[a-zåäöé]{5,}", text.lower())}


def asked_text(item: Item, language: str) -> str:
    """The stem and the real options, each option as a sentence of its own."""
    parts = [item.stem[language], *(option.text[language] for option in real_options(item))]
    return " ".join(part if SENTENCE_END.search(part[-1:]) else f"{part}." for part in parts if part)


def lix(text: str) -> float:
    """Compute LIX: words per sentence plus the percentage of words longer than six letters.

    Sentences end with a full stop, a question or exclamation mark, or a colon (Björnsson 1968, *Läsbarhet*): below 30
    very easy, 40–50 ordinary prose, 50–60 hard, above 60 very hard.

    Returns
    -------
    float
        0 for a text without words.

    Examples
    --------
    >>> lix("Vi äter nu. Jämställdhet gagnar näringslivet.")
    36.333333333333336
    """
    words = word_list(text)
    if not words:
        return 0.0
    sentences = max(1, len(SENTENCE_END.findall(text)))
    return len(words) / sentences + 100 * sum(len(word) > LONG_WORD for word in words) / len(words)
