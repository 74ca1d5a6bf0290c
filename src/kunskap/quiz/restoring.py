"""A quiz as it was left: the same state from what has been stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from kunskap.quiz.state import QuizState, Reply
from kunskap.quiz.steps import outcome_of

__all__ = ["restore"]


def restore(
    state: QuizState,
    tries: Mapping[str, Sequence[Sequence[str]]],
    *,
    position: int | None = None,
    completed: bool = False,
) -> QuizState:
    """Put stored answers into a fresh state.

    Parameters
    ----------
    state : QuizState
        From `kunskap.quiz.start`, with the sitting's own seed.
    tries : mapping of str to sequence of sequence of str
        Item → its tries; no try for one that was shown and has no answer.  What is not in the quiz is left aside.
    position : int, optional
        The question to show, from 0; the first one without an answer when not given.
    completed : bool
        Whether it has been handed in.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> from kunskap.quiz import answer, start
    >>> bank = read_bank()
    >>> fresh = start([bank.items["goals51"], bank.items["goals52"]], seed=1)
    >>> restore(fresh, {"goals51": [["a"]]}) == answer(restore(fresh, {}), "goals51", ["a"])
    False
    >>> restore(fresh, {"goals51": [["a"]]}).position
    1
    """
    replies = {}
    for item in state.items:
        given = tuple(tuple(chosen) for chosen in tries.get(item.id, ()))
        if given:
            replies[item.id] = Reply(given, tuple(outcome_of(item, chosen) for chosen in given))
    last = len(state.items) - 1
    shown = [place for place, item in enumerate(state.items) if item.id in tries]
    unanswered = [place for place, item in enumerate(state.items) if item.id not in replies]
    if position is None:
        position = unanswered[0] if unanswered else last
    position = min(max(position, 0), last)
    reached = last if state.shown == "all" else max([position, *shown])
    return replace(state, replies=replies, position=position, reached=reached, completed=completed)
