"""A diploma to print: what was taken, when, and by which rule.  No name is known, so the line for it is left open."""

from __future__ import annotations

import datetime as dt

from kunskap.errors import KunskapError, fault
from kunskap.quiz import QuizState, own_result
from kunskap.quiz_markup.nodes import Markup, element
from kunskap.words import Words

__all__ = ["diploma"]


def diploma(state: QuizState, *, words: Words, title: str, day: dt.date) -> str:
    """Draw the diploma of a finished teaching quiz.

    Parameters
    ----------
    state : QuizState
        With the share that gives a diploma.
    words : Words
        Interface words in the state's language.
    title : str
        What has been taken.
    day : date
        When.

    Returns
    -------
    str
        One ``<article class="diploma">``; the name is written by hand, and nothing is kept.

    Raises
    ------
    KunskapError
        ``QUIZ-07`` if it has not been earned.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> from kunskap.quiz import answer, finish, start
    >>> from kunskap.words import read_words
    >>> item = read_bank().items["goals51"]
    >>> state = finish(answer(start([item], seed=1, diploma=1.0), item.id, item.key))
    >>> "Intyg" in diploma(state, words=read_words(), title="Mål", day=dt.date(2026, 11, 22))
    True
    """
    result = own_result(state)
    if not state.completed or not result.earns(state.diploma):
        raise KunskapError([fault("QUIZ-07")])
    needed = result.needed(state.diploma or 1.0)
    line = element("p", {"class": "diploma-name"}, words("quiz.diploma_name"))
    facts = [
        element("p", {}, words("quiz.diploma_taken")),
        element("p", {"class": "diploma-title"}, title),
        element("p", {}, words("quiz.diploma_rule", right=result.right_at_once, needed=needed, total=result.scored)),
        element("p", {}, words("quiz.diploma_day", day=day.isoformat())),
    ]
    heading = element("h1", {}, words("quiz.diploma_heading"))
    note = element("p", {"class": "advice"}, words("quiz.diploma_note"))
    made: Markup = element("article", {"class": "diploma", "lang": words.language}, heading, line, *facts, note)
    return made
