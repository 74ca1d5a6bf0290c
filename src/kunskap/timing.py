"""How long a form takes: the words to read at a stated speed, and the seconds to choose or write each answer.

The rule, for the middle reader, before a pilot has timed anyone:

* **Reading**: 238 words of 4.6 letters a minute, that is 1 095 letters a minute, in any language: silent reading of
  English non-fiction, and its dependence on the length of words (Brysbaert 2019, *Journal of Memory and Language* 109,
  a meta-analysis of 190 studies; most adults read 175–300 words).  Counting letters lets long Swedish words take their
  time.  Everything shown is read once, but for two things: *don't know* is recognised, not read, and in a list where
  one looks for oneself (background, scales) one stops on average half-way; where several can be chosen all are read.
  A battery's lead and labels count once.
* **Answering**, on top of reading: 2 seconds to choose.  Pew Research Center counts some 10 seconds for an ordinary
  question of a web survey in all and half of that for a row of a battery; reading takes most of it.  To think, 2 more
  for what is known or not, 4 more for a case, 2 more where several are right.  5 for a number.  40 for free text: a
  sentence of ten words by thumb or key is some 20 seconds, as much again to think; who leaves it blank needs none.
  15 for the linking code.  The seconds are the project's own judgement: a pilot's times replace them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

import pandas as pd

from kunskap.bank import DONT_KNOW, Bank, Form, Item, Option

__all__ = ["LETTERS_PER_MINUTE", "SECONDS", "estimated_minutes"]

LETTERS_PER_MINUTE = 238 * 4.6
SECONDS = {
    "background": 2.0,
    "recall": 4.0,
    "understand": 4.0,
    "apply": 6.0,
    "several": 2.0,
    "rated": 2.0,
    "number": 5.0,
    "text": 40.0,
    "code": 15.0,
}
HALF_WAY = 0.5


def estimated_minutes(form: str, *, bank: Bank, language: str, person: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Compute the time that a form takes the middle reader; the module states the rule.

    Who is shown which items differs by role, so the way through a form that takes longest is what can be promised.

    Parameters
    ----------
    form : str
        The form's id; KeyError if there is none.
    bank : Bank
        The bank.
    language : str
        One of ``bank.languages``.
    person : mapping, optional
        Background variable → level, ``{"role": "pol"}``: the longest way for such a person.  Without it the longest
        way of all.

    Returns
    -------
    DataFrame
        One row per part (``intro``, ``background``, each section, ``code``) and ``total``; columns part, questions,
        letters (those that are read), reading, answering and minutes (the last three in minutes).

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> times = estimated_minutes("baslinje", bank=read_bank(), language="sv")
    >>> times["part"].tolist()[:2], times["part"].tolist()[-1]
    (['intro', 'background'], 'total')
    >>> ways = [estimated_minutes("baslinje", bank=read_bank(), language="sv", person={"role": role})
    ...         for role in ("pol", "tjm")]
    >>> bool(times["minutes"].iloc[-1] == max(way["minutes"].iloc[-1] for way in ways))
    True
    """
    ways = (
        _times(bank.forms[form], bank, language, shown=shown)
        for shown in _ways(bank.forms[form], bank, person=person or {})
    )
    return max(ways, key=lambda times: float(times["minutes"].iloc[-1]))


def _ways(form: Form, bank: Bank, *, person: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    """The items that are shown, for each kind of person whom the form tells apart."""
    told_apart = dict.fromkeys(name for conditions in form.shown_to.values() for name in conditions)
    levels = [[person[name]] if name in person else bank.variables[name].level_ids for name in told_apart]
    for combination in product(*levels):
        own = dict(zip(told_apart, combination, strict=True))
        yield tuple(
            item_id
            for item_id in form.item_ids
            if all(own[name] in listed for name, listed in form.shown_to.get(item_id, {}).items())
        )


def _times(form: Form, bank: Bank, language: str, *, shown: Sequence[str]) -> pd.DataFrame:
    """The form's time for who is shown these items."""
    parts = _parts(form, bank, language, shown)
    rows = pd.DataFrame(parts, columns=["part", "questions", "letters", "seconds"])
    total = rows[["questions", "letters", "seconds"]].sum()
    rows.loc[len(rows)] = ["total", int(total["questions"]), total["letters"], total["seconds"]]
    rows["reading"] = rows["letters"] / LETTERS_PER_MINUTE
    rows["answering"] = rows["seconds"] / 60
    rows["minutes"] = rows["reading"] + rows["answering"]
    return rows.drop(columns="seconds")


def _parts(
    form: Form, bank: Bank, language: str, shown_items: Sequence[str]
) -> Iterator[tuple[str, int, float, float]]:
    yield "intro", 0, _letters(form.title[language]) + _letters(form.intro.get(language, "")), 0.0
    letters = 0.0
    for name in form.background:
        variable = bank.variables[name]
        letters += _letters(variable.stem[language]) + HALF_WAY * _all_letters(variable.levels, language)
    yield "background", len(form.background), letters, SECONDS["background"] * len(form.background)
    for section in form.sections:
        items = [bank.items[item_id] for item_id in section.items if item_id in shown_items]
        letters = _letters(section.title[language])
        shown: set[object] = set()
        for item in items:
            letters += _letters(item.stem[language])
            if item.battery not in (*shown, None):
                letters += _letters(bank.batteries[str(item.battery)][language])
            labels = tuple(option.text[language] for option in item.options)
            if item.is_knowledge or item.type == "multiple":
                letters += _all_letters(item.options, language)
            elif (item.battery, labels) not in shown:
                letters += HALF_WAY * _all_letters(item.options, language)
            shown |= {item.battery, (item.battery, labels)} if item.battery else set()
        yield section.id, len(items), letters, sum(map(_seconds, items))
    if form.link_code:
        yield "code", 1, 0.0, SECONDS["code"]


def _letters(text: str) -> int:
    return sum(character.isalnum() for character in text)


def _all_letters(options: Sequence[Option], language: str) -> int:
    return sum(_letters(option.text[language]) for option in options if option.id != DONT_KNOW)


def _seconds(item: Item) -> float:
    if item.is_knowledge:
        return SECONDS[str(item.level)] + (SECONDS["several"] if item.type == "multiple" else 0.0)
    if item.type == "multiple":
        return SECONDS["rated"] + SECONDS["several"]
    return SECONDS["rated" if item.is_rated or item.type == "single" else item.type]
