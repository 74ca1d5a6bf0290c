"""How long a form takes: the words to read at a stated speed, and the seconds to choose or write each answer.

The rule, for the middle reader, before a pilot has timed anyone:

* **Reading**: 238 words of 4.6 letters a minute, that is 1 095 letters a minute, in any language: silent reading of
  English non-fiction, and its dependence on the length of words (Brysbaert 2019, *Journal of Memory and Language* 109,
  a meta-analysis of 190 studies; most adults read 175–300 words).  Counting letters lets long Swedish words take their
  time.  Everything shown is read once, but for two things: *don't know* is recognised, not read, and in a list where
  one looks for oneself (background, scales) one stops on average half-way.  A battery's lead and labels count once.
* **Answering**, on top of reading: 2 seconds to choose.  Pew Research Center counts some 10 seconds for an ordinary
  question of a web survey in all and half of that for a row of a battery; reading takes most of it.  To think, 2 more
  for what is known or not, 4 more for a case, 2 more where several are right.  5 for a number.  40 for free text: a
  sentence of ten words by thumb or key is some 20 seconds, as much again to think; who leaves it blank needs none.
  15 for the linking code.  The seconds are the project's own judgement: a pilot's times replace them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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


def estimated_minutes(form: str, *, bank: Bank, language: str) -> pd.DataFrame:
    """Compute the time that a form takes the middle reader; the module states the rule.

    An item that only some are shown is counted in full, so that nobody's form is longer.

    Parameters
    ----------
    form : str
        The form's id; KeyError if there is none.
    bank : Bank
        The bank.
    language : str
        One of ``bank.languages``.

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
    """
    rows = pd.DataFrame(_parts(bank.forms[form], bank, language), columns=["part", "questions", "letters", "seconds"])
    total = rows[["questions", "letters", "seconds"]].sum()
    rows.loc[len(rows)] = ["total", int(total["questions"]), total["letters"], total["seconds"]]
    rows["reading"] = rows["letters"] / LETTERS_PER_MINUTE
    rows["answering"] = rows["seconds"] / 60
    rows["minutes"] = rows["reading"] + rows["answering"]
    return rows.drop(columns="seconds")


def _parts(form: Form, bank: Bank, language: str) -> Iterator[tuple[str, int, float, float]]:
    yield "intro", 0, _letters(form.title[language]) + _letters(form.intro.get(language, "")), 0.0
    letters = 0.0
    for name in form.background:
        variable = bank.variables[name]
        letters += _letters(variable.stem[language]) + HALF_WAY * _all_letters(variable.levels, language)
    yield "background", len(form.background), letters, SECONDS["background"] * len(form.background)
    for section in form.sections:
        items = [bank.items[item_id] for item_id in section.items]
        letters = _letters(section.title[language])
        shown: set[object] = set()
        for item in items:
            letters += _letters(item.stem[language])
            if item.battery not in (*shown, None):
                letters += _letters(bank.batteries[str(item.battery)][language])
            labels = tuple(option.text[language] for option in item.options)
            if item.is_knowledge:
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
    return SECONDS["rated" if item.is_rated or item.type == "single" else item.type]
