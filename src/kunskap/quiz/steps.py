"""The steps of a quiz: pure functions from one state to the next.

The key and the explanations leave the engine through `remarks` alone, and only for a question that has been answered.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from kunskap.bank import DONT_KNOW, Item
from kunskap.errors import KunskapError, fault
from kunskap.judging import OUTCOMES, possible_answers
from kunskap.quiz.checks import WRITTEN_TYPES, answer_faults, setting_faults
from kunskap.quiz.state import OwnResult, QuizState, Remark, Reply

__all__ = ["answer", "finish", "next_question", "outcome_of", "own_result", "previous_question", "remarks", "start"]

SHUFFLED_TYPES = ("single", "multiple")


def start(
    items: Sequence[Item],
    *,
    seed: int,
    language: str = "sv",
    feedback: str = "at_once",
    tries: int | None = None,
    shown: str = "one",
    batteries: Mapping[str, Mapping[str, str]] | None = None,
    hints: Mapping[str, str] | None = None,
    diploma: float | None = None,
) -> QuizState:
    """Begin a quiz.

    Parameters
    ----------
    items : sequence of Item
        The questions, in order.
    seed : int
        Decides the order of the options; to be stored with the answers.  The same seed and question give the same
        order for ever and in any quiz.  Scales and true/false are never shuffled, and *don't know* is always last.
    language : str
        ``"sv"`` or ``"en"``.
    feedback : str
        ``"at_once"`` or ``"never"``.
    tries : int, optional
        Tries per question when feedback is given at once; as many as wanted when not given.
    shown : str
        ``"one"`` question at a time or ``"all"``.
    batteries : mapping, optional
        ``bank.batteries``, for questions that share a lead.
    hints : mapping, optional
        Item id → a hint that can be folded out; what the questions themselves carry when not given.  Only where
        feedback is given: a hint in a survey would help some.
    diploma : float, optional
        The share of right answers at the first try that gives a diploma; only where feedback is given.

    Raises
    ------
    KunskapError
        ``QUIZ-01`` no questions, ``QUIZ-02`` one given twice, ``QUIZ-03`` no text in the language, ``QUIZ-04`` a
        question of the survey pool with feedback (it would give the survey's key away), ``QUIZ-05`` another setting.

    Examples
    --------
    >>> from kunskap.bank import Item, Option
    >>> options = tuple(Option(id, {"sv": text}, {"sv": why}) for id, text, why in [
    ...     ("a", "Fyra", "Ja, två plus två är fyra."), ("b", "Fem", "Nej, räkna igen."), ("dk", "Vet ej", "")])
    >>> item = Item("sum01", "single", {"sv": "Vad är 2 + 2?"}, options, area="goals", pool="teaching", key=("a",))
    >>> state = start([item], seed=1)
    >>> state = answer(state, "sum01", ["b"])
    >>> state.replies["sum01"].outcome
    'wrong'
    >>> [(remark.option.id, remark.explanation) for remark in remarks(state, "sum01")]
    [('b', 'Nej, räkna igen.')]
    >>> state = answer(state, "sum01", ["a"])
    >>> own_result(state)
    OwnResult(questions=1, answered=1, scored=1, right=1, right_at_once=0)
    """
    if hints is None:
        hints = {item.id: item.hint[language] for item in items if feedback == "at_once" and item.hint.get(language)}
    faults = setting_faults(items, seed=seed, feedback=feedback, tries=tries, shown=shown, hints=hints, diploma=diploma)
    for item in items:
        texts = [item.stem, *(option.text for option in item.options)]
        if any(not text.get(language) for text in texts):
            faults.append(fault("QUIZ-03", item.id, language=language))
        if feedback == "at_once" and item.pool == "survey":
            faults.append(fault("QUIZ-04", item.id))
    if faults:
        raise KunskapError(faults)
    return QuizState(
        items=tuple(items),
        language=language,
        seed=seed,
        orders=_Orders(items, seed),
        feedback=feedback,
        tries=tries,
        shown=shown,
        batteries=dict(batteries or {}),
        hints=dict(hints),
        diploma=diploma,
        reached=len(items) - 1 if shown == "all" else 0,
    )


def answer(state: QuizState, item_id: str, chosen: Sequence[str]) -> QuizState:
    """Answer one question.

    Parameters
    ----------
    state : QuizState
        The state before.
    item_id : str
        The question.
    chosen : sequence of str
        Option ids; what was written, as one string, for a number or free text.  Where feedback is never given, an
        empty answer takes an earlier one back.

    Raises
    ------
    KunskapError
        ``QUIZ-11`` … ``QUIZ-19``: what is wrong with the answer; the state before still holds.
    """
    item = state.item(item_id)
    chosen = tuple(chosen)
    if item.type in WRITTEN_TYPES:
        chosen = tuple(text.strip() for text in chosen if text.strip())
    if state.is_closed(item_id):
        raise KunskapError([fault("QUIZ-19", item_id)])
    if not chosen and not state.teaches:
        return _with_replies(state, {key: reply for key, reply in state.replies.items() if key != item_id})
    faults = answer_faults(item, chosen)
    if faults:
        raise KunskapError(faults)
    if item.type not in WRITTEN_TYPES:
        chosen = tuple(option_id for option_id in item.option_ids if option_id in chosen)
    earlier = state.replies.get(item_id, Reply((), ()))
    reply = Reply((*earlier.attempts, chosen), (*earlier.outcomes, outcome_of(item, chosen)))
    return _with_replies(state, {**state.replies, item_id: reply})


def next_question(state: QuizState) -> QuizState:
    """Go to the next question; the last one stays."""
    position = min(state.position + 1, len(state.items) - 1)
    return replace(state, position=position, reached=max(state.reached, position))


def previous_question(state: QuizState) -> QuizState:
    """Go to the previous question; from the result, back to the questions.

    Raises
    ------
    KunskapError
        ``QUIZ-19`` if a survey has been handed in.
    """
    if state.completed:
        if not state.teaches:
            raise KunskapError([fault("QUIZ-19")])
        return replace(state, completed=False)
    return replace(state, position=max(state.position - 1, 0))


def finish(state: QuizState) -> QuizState:
    """Finish: a survey takes no more answers, a teaching quiz shows the result."""
    return replace(state, completed=True)


def remarks(state: QuizState, item_id: str) -> tuple[Remark, ...]:
    """What may be said about the options of a question now.

    Nothing before it is answered, and nothing ever where feedback is never given.  Then what was chosen; and the right
    options too once the question is closed.

    Returns
    -------
    tuple of Remark
        In the order shown.
    """
    item = state.item(item_id)
    reply = state.replies.get(item_id)
    if reply is None or not state.teaches or item.type in WRITTEN_TYPES:
        return ()
    closed = state.is_closed(item_id)
    return tuple(
        Remark(
            option,
            chosen=option.id in reply.chosen,
            right=option.id in item.key,
            explanation=option.explanation.get(state.language, ""),
        )
        for option in state.options(item_id)
        if option.id in reply.chosen or (closed and option.id in item.key)
    )


def own_result(state: QuizState) -> OwnResult:
    """Count the person's own result: totals only."""
    scored = [item.id for item in state.items if item.key]
    replies = [state.replies[item_id] for item_id in scored if item_id in state.replies]
    return OwnResult(
        questions=len(state.items),
        answered=state.answered,
        scored=len(scored),
        right=sum(reply.outcome == "right" for reply in replies),
        right_at_once=sum(reply.outcomes[0] == "right" for reply in replies),
    )


def outcome_of(item: Item, chosen: Sequence[str]) -> str | None:
    """Judge an answer by the very rule that scores the survey, so that the two can never differ."""
    if not item.key:
        return None
    possible = possible_answers(item)
    if item.type == "multiple":
        place = sum(2 ** item.option_ids.index(option_id) for option_id in chosen)
    else:
        place = item.option_ids.index(chosen[0])
    return OUTCOMES[possible.outcome[place]]


class _Orders(Mapping[str, tuple[str, ...]]):
    """The order of each question's options, worked out when it is asked for: a phone is shown one at a time."""

    def __init__(self, items: Sequence[Item], seed: int) -> None:
        self._items, self._seed = {item.id: item for item in items}, seed

    def __getitem__(self, item_id: str) -> tuple[str, ...]:
        return _order(self._items[item_id], self._seed)

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)


def _order(item: Item, seed: int) -> tuple[str, ...]:
    """Order the options by a hash of seed, question and place: the same for ever, and it says nothing about the key."""
    if item.type not in SHUFFLED_TYPES or not item.is_knowledge:
        return item.option_ids

    def place(number: int) -> tuple[bool, bytes]:
        text = f"{seed}/{item.id}/{number}"
        return item.option_ids[number] == DONT_KNOW, hashlib.sha256(text.encode()).digest()

    return tuple(item.option_ids[number] for number in sorted(range(len(item.options)), key=place))


def _with_replies(state: QuizState, replies: Mapping[str, Reply]) -> QuizState:
    return replace(state, replies=dict(replies))
