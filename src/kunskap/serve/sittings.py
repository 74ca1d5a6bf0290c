"""One participant's way through the questions: what is stored, what is shown, what a posted form does."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from kunskap.errors import Fault, KunskapError, fault
from kunskap.quiz import QuizState, questions_of, restore, start
from kunskap.quiz_markup import focus_after, read_form, render, take
from kunskap.serve.settings import Settings
from kunskap.store import Posting, Sitting, keep_posting, load, mark_shown

__all__ = [
    "OWN_RESULT",
    "PREFIX",
    "Taken",
    "drawn",
    "fresh_state",
    "note_shown",
    "place_of",
    "post_form",
    "receipt_of",
    "seen",
]

PREFIX = "kq"
OWN_RESULT = "/mitt-resultat"
"""The address of the own result, without its ending."""


def fresh_state(
    settings: Settings, sitting: Sitting, *, position: int | None = None, completed: bool | None = None
) -> QuizState:
    """The quiz as the store has it, at a question and with the result shown or not."""
    bank = settings.bank
    questions = questions_of(settings.form, bank=bank, tries=sitting.tries)
    state = start(
        questions,
        seed=sitting.seed,
        language=sitting.language,
        feedback=settings.feedback,
        tries=settings.tries,
        shown=settings.shown,
        batteries=bank.batteries,
        diploma=settings.form.diploma if settings.feedback == "at_once" else None,
    )
    done = sitting.completed if completed is None else completed
    return restore(state, sitting.tries, position=position, completed=done)


@dataclass(frozen=True)
class Taken:
    """What came of a posted form.

    Attributes
    ----------
    state : QuizState
        What to show.
    is_taken : bool
        False where the form was not taken; `notices` then say why.
    focus : str or None
        The element that takes the focus.
    """

    state: QuizState
    is_taken: bool = True
    notices: Mapping[str, Sequence[Fault]] = field(default_factory=dict)
    focus: str | None = None


def seen(
    settings: Settings, sitting_id: str, *, position: int | None = None, completed: bool | None = None
) -> QuizState:
    """Where a participant is; that the question has been shown is noted.

    Parameters
    ----------
    position : int, optional
        The question; the first one without an answer when not given.
    completed : bool, optional
        Whether the result is shown; when not given, if all has been handed in.

    Raises
    ------
    KunskapError
        ``STORE-04`` if it could not be noted, ``STORE-05`` no such sitting.
    """
    sitting = load(settings.store, sitting_id)
    state = fresh_state(settings, sitting, position=position, completed=completed)
    note_shown(settings, state, sitting)
    return state


def note_shown(settings: Settings, state: QuizState, sitting: Sitting) -> None:
    """Note what is shown for the first time: the question, or all of them where they stand on one page."""
    here = state.items if state.shown == "all" else (state.items[state.position],)
    fresh = [item.id for item in here if item.id not in sitting.tries]
    if fresh and not state.completed:
        mark_shown(settings.store, sitting.sitting_id, fresh)


def drawn(
    settings: Settings,
    state: QuizState,
    *,
    token: str,
    notices: Mapping[str, Sequence[Fault]] | None = None,
) -> str:
    """Draw a state as HTML.

    Parameters
    ----------
    token : str
        Against forged forms.
    """
    return render(
        state,
        words=settings.words[state.language],
        prefix=PREFIX,
        action="/fragor",
        hidden={"_xsrf": token, "receipt": secrets.token_urlsafe(12)},
        notices=notices,
        stored=True,
        modules=settings.modules,
        diploma="/intyg",
        result=OWN_RESULT,
    )


def post_form(settings: Settings, sitting_id: str, fields: Mapping[str, Sequence[str]]) -> Taken:
    """Do what a form asks for; what is acknowledged is on the disk once the transaction is.

    Raises
    ------
    KunskapError
        ``STORE-…`` if it could not be saved: the page must say that it was not.
    """
    came: list[Taken] = []

    def decide(sitting: Sitting, is_replayed: bool) -> Posting:
        taken, posting = _decided(settings, sitting, fields, is_replayed=is_replayed)
        came.append(taken)
        return posting

    keeps_tries = settings.feedback == "at_once"
    keep_posting(settings.store, sitting_id, decide, receipt=receipt_of(fields), keeps_tries=keeps_tries)
    return came[-1]


def _decided(
    settings: Settings, sitting: Sitting, fields: Mapping[str, Sequence[str]], *, is_replayed: bool
) -> tuple[Taken, Posting]:
    """What a form does to a sitting, and what is to be shown then."""
    actions = list(fields.get("do", ()))
    position = place_of(fields.get("question", ()))
    # one who learns may look at the questions again after the result
    is_done = sitting.completed and (settings.feedback == "never" or actions == ["review"])
    before = fresh_state(settings, sitting, position=position, completed=is_done)
    item_id = before.items[before.position].id
    if is_replayed:
        step = {"next": 1, "previous": -1}.get("".join(actions), 0)
        now = fresh_state(settings, sitting, position=before.position + step, completed=sitting.completed)
        return Taken(now), Posting(shows=_newly_shown(now, sitting))
    if not is_done and list(fields.get("item", ())) != [item_id]:
        # another tab has changed which questions there are: what was meant is not known
        now = fresh_state(settings, sitting)
        changed = {now.items[now.position].id: [fault("SERVE-04", "")]}
        return Taken(now, is_taken=False, notices=changed), Posting(shows=_newly_shown(now, sitting))
    try:
        after = take(before, read_form(before, fields))
    except KunskapError as error:
        shows = _newly_shown(before, sitting)
        return Taken(before, is_taken=False, notices={item_id: error.faults}), Posting(shows=shows)
    focus = focus_after(before, after, prefix=PREFIX)
    if after.replies == before.replies:
        return Taken(after, focus=focus), Posting(completes=after.completed, shows=_newly_shown(after, sitting))
    reply = after.replies.get(item_id)
    chosen = reply.chosen if reply else ()
    if item_id in settings.deciding:
        # which questions there are hangs on this answer
        sitting = replace(sitting, tries={**sitting.tries, item_id: (chosen,) if chosen else ()})
        after = fresh_state(settings, sitting, position=after.position, completed=after.completed)
    return Taken(after, focus=focus), Posting(item_id, chosen, after.completed, _newly_shown(after, sitting))


def _newly_shown(state: QuizState, sitting: Sitting) -> str | None:
    """The question that is shown for the first time, if one is."""
    item = state.items[state.position]
    return None if state.completed or item.id in sitting.tries else item.id


def place_of(numbers: Sequence[str]) -> int | None:
    """A question's place from its number as it was sent; None where it is no number of a question.

    Examples
    --------
    >>> place_of(["3"]), place_of(["0"]), place_of(["1", "2"]), place_of(["٣"])
    (2, None, None, None)
    """
    number = numbers[0] if len(numbers) == 1 else ""
    is_number = number.isascii() and number.isdigit() and len(number) < 5
    return int(number) - 1 if is_number and int(number) > 0 else None


def receipt_of(fields: Mapping[str, Sequence[str]]) -> str:
    """What this posting is called: the page's own mark and everything that was sent."""
    sent = {name: list(values) for name, values in sorted(fields.items()) if name != "_xsrf"}
    return hashlib.sha256(json.dumps(sent).encode()).hexdigest()
