"""What a page's form sent, and the step it asks for: the same for every transport."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kunskap.bank import Item
from kunskap.errors import Fault, KunskapError, fault
from kunskap.quiz import QuizState, answer, finish, next_question, previous_question

__all__ = ["Request", "focus_after", "read_form", "saves_on_the_way", "sheet_mark", "step", "take"]

ACTIONS = ("answer", "next", "previous", "finish", "review")


@dataclass(frozen=True)
class Request:
    """What a person asked for.

    Attributes
    ----------
    action : str
        One of the steps.
    item_id : str
        The question that it is about.
    chosen : tuple of str
        What is chosen there: option ids, or the text written.
    sheet : mapping
        Where all questions stand on one sheet: each question → what is chosen there.
    """

    action: str
    item_id: str
    chosen: tuple[str, ...]
    sheet: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def read_form(state: QuizState, fields: Mapping[str, Sequence[str]]) -> Request:
    """Read what a form sent, as a browser sends it: nothing in it is trusted.

    Parameters
    ----------
    fields : mapping
        Field name → values: ``do``, ``question`` (number) and ``chosen`` (places in the order shown, or text); on a
        sheet ``chosen-1``, ``chosen-2`` … instead.

    Raises
    ------
    KunskapError
        ``QUIZ-20`` if it is not one of the quiz's forms, ``QUIZ-12`` if an option is not among those shown.
    """
    action, question = (_one(fields, name) for name in ("do", "question"))
    if action not in ACTIONS or not _is_place(question, len(state.items)):
        raise KunskapError([fault("QUIZ-20")])
    item = state.items[int(question) - 1]
    if state.is_sheet and action in ("answer", "finish"):
        sheet = {each.id: _chosen(state, each, fields, f"chosen-{state.number(each.id)}") for each in state.items}
        return Request(action, item.id, (), sheet)
    return Request(action, item.id, _chosen(state, item, fields, "chosen"))


def step(state: QuizState, request: Request) -> tuple[QuizState, dict[str, tuple[Fault, ...]]]:
    """Do what was asked for, as far as it goes.

    Returns
    -------
    QuizState, dict
        The state after, and at each question what was wrong with its answer.  On a sheet the other answers are kept,
        and nothing is handed in while something is wrong.
    """
    notices: dict[str, tuple[Fault, ...]] = {}
    for item_id, chosen in request.sheet.items():
        try:
            state = answer(state, item_id, chosen)
        except KunskapError as error:
            notices[item_id] = error.faults
    if not notices:
        try:
            return take(state, request), {}
        except KunskapError as error:
            notices[request.item_id] = error.faults
    return state, notices


def saves_on_the_way(state: QuizState, item_id: str) -> bool:
    """Whether going on or back saves what is chosen: where there is nothing to be told of the answer first."""
    return state.shown == "one" and (not state.teaches or not state.item(item_id).key)


def sheet_mark(state: QuizState) -> str:
    """What a sheet's form carries along, so that a page left open in another tab is told from this one."""
    return hashlib.sha256(",".join(item.id for item in state.items).encode()).hexdigest()[:16]


def take(state: QuizState, request: Request) -> QuizState:
    """Do what was asked for.  Going on or back saves what is chosen on the way, where nothing is right or wrong.

    Raises
    ------
    KunskapError
        As `kunskap.quiz.answer`; the state before still holds.
    """
    if request.action == "answer" and state.is_sheet:
        return state
    if request.action == "answer":
        return answer(state, request.item_id, request.chosen)
    if request.action == "review":
        return previous_question(state)
    if state.completed:
        raise KunskapError([fault("QUIZ-19", request.item_id)])
    if saves_on_the_way(state, request.item_id) and (request.chosen or not state.teaches):
        state = answer(state, request.item_id, request.chosen)
    return {"next": next_question, "previous": previous_question, "finish": finish}[request.action](state)


def focus_after(
    before: QuizState, after: QuizState, *, prefix: str = "kq", notices: Mapping[str, Sequence[Fault]] | None = None
) -> str | None:
    """Find the element that takes the focus after a step; None = it stays.

    The new question or the result; on a sheet the first question that something is wrong with.
    """
    if notices and after.is_sheet:
        return f"{prefix}-q{min(after.number(item_id) for item_id in notices)}-stem"
    if (before.position, before.completed) == (after.position, after.completed):
        return None
    return f"{prefix}-summary" if after.completed else f"{prefix}-q{after.position + 1}-stem"


def _chosen(state: QuizState, item: Item, fields: Mapping[str, Sequence[str]], name: str) -> tuple[str, ...]:
    chosen = _values(fields, name)
    if not item.options:
        return chosen
    order = state.orders[item.id]
    if not all(_is_place(place, len(order)) for place in chosen):
        raise KunskapError([fault("QUIZ-12", item.id)])
    return tuple(order[int(place) - 1] for place in chosen)


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
