"""What a page's form sent, and the step it asks for: the same for every transport."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kunskap.errors import KunskapError, fault
from kunskap.quiz import QuizState, answer, finish, next_question, previous_question

__all__ = ["Request", "focus_after", "read_form", "take"]

ACTIONS = ("answer", "next", "previous", "finish", "review")


@dataclass(frozen=True)
class Request:
    """What a person asked for: an action on a question, and what is chosen there (option ids, or the text written)."""

    action: str
    item_id: str
    chosen: tuple[str, ...]


def read_form(state: QuizState, fields: Mapping[str, Sequence[str]]) -> Request:
    """Read what a form sent, as a browser sends it: nothing in it is trusted.

    Parameters
    ----------
    fields : mapping
        Field name → values: ``do``, ``question`` (number) and ``chosen`` (places in the order shown, or text).

    Raises
    ------
    KunskapError
        ``QUIZ-20`` if it is not one of the quiz's forms, ``QUIZ-12`` if an option is not among those shown.
    """
    action, question = (_one(fields, name) for name in ("do", "question"))
    if action not in ACTIONS or not _is_place(question, len(state.items)):
        raise KunskapError([fault("QUIZ-20")])
    item = state.items[int(question) - 1]
    chosen = _values(fields, "chosen")
    if item.options:
        order = state.orders[item.id]
        if not all(_is_place(place, len(order)) for place in chosen):
            raise KunskapError([fault("QUIZ-12", item.id)])
        chosen = tuple(order[int(place) - 1] for place in chosen)
    return Request(action, item.id, chosen)


def take(state: QuizState, request: Request) -> QuizState:
    """Do what was asked for.  In a survey, going on or back saves what is chosen on the way.

    Raises
    ------
    KunskapError
        As `kunskap.quiz.answer`; the state before still holds.
    """
    if request.action == "answer":
        return answer(state, request.item_id, request.chosen)
    if request.action == "review":
        return previous_question(state)
    if state.completed:
        raise KunskapError([fault("QUIZ-19", request.item_id)])
    if not state.teaches and state.shown == "one":
        state = answer(state, request.item_id, request.chosen)
    return {"next": next_question, "previous": previous_question, "finish": finish}[request.action](state)


def focus_after(before: QuizState, after: QuizState, *, prefix: str = "kq") -> str | None:
    """Find the element that takes the focus after a step: the new question or the result; None = it stays."""
    if (before.position, before.completed) == (after.position, after.completed):
        return None
    return f"{prefix}-summary" if after.completed else f"{prefix}-q{after.position + 1}-stem"


def _values(fields: Mapping[str, Sequence[str]], name: str) -> tuple[str, ...]:
    values = fields.get(name, ())
    if not isinstance(values, list | tuple) or not all(isinstance(value, str) for value in values):
        raise KunskapError([fault("QUIZ-20", name)])
    return tuple(values)


def _one(fields: Mapping[str, Sequence[str]], name: str) -> str:
    values = _values(fields, name)
    return values[0] if len(values) == 1 else ""


def _is_place(text: str, total: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= total
