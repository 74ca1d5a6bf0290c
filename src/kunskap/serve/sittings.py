"""One participant's way through the questions: what is stored, what is shown, what a posted form does."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kunskap.errors import Fault, KunskapError, fault
from kunskap.quiz import QuizState, questions_of, restore, start
from kunskap.quiz_markup import focus_after, read_form, render, take
from kunskap.serve.settings import Settings
from kunskap.store import Sitting, complete, is_replayed, load, mark_shown, save_answer

__all__ = ["Shown", "draw", "fresh_state", "place_of", "post_form", "receipt_of"]

PREFIX = "kq"


@dataclass(frozen=True)
class Shown:
    """What a participant sees now.

    Attributes
    ----------
    html : str
        The quiz's markup.
    position : int
        The question shown, from 0.
    focus : str or None
        The element that takes the focus.
    completed : bool
        Whether all has been handed in.
    """

    html: str
    position: int
    focus: str | None
    completed: bool


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
        batteries=bank.batteries,
    )
    done = sitting.completed if completed is None else completed
    return restore(state, sitting.tries, position=position, completed=done)


def draw(
    settings: Settings,
    sitting: Sitting,
    *,
    token: str,
    position: int | None = None,
    completed: bool | None = None,
    notices: Mapping[str, Sequence[Fault]] | None = None,
    focus: str | None = None,
) -> Shown:
    """Draw where a participant is, and note that the question has been shown.

    Parameters
    ----------
    token : str
        Against forged forms.
    position : int, optional
        The question; the first one without an answer when not given.
    completed : bool, optional
        Whether the result is shown; when not given, if all has been handed in.

    Raises
    ------
    KunskapError
        ``STORE-04`` if it could not be noted.
    """
    state = fresh_state(settings, sitting, position=position, completed=completed)
    item = state.items[state.position]
    if not state.completed and item.id not in sitting.tries:
        mark_shown(settings.store, sitting.sitting_id, [item.id])
    hidden = {"_xsrf": token, "receipt": secrets.token_urlsafe(12), "item": item.id}
    words = settings.words[sitting.language]
    html = render(state, words=words, prefix=PREFIX, action="/fragor", hidden=hidden, notices=notices, stored=True)
    return Shown(html, state.position, focus, state.completed)


def post_form(
    settings: Settings, sitting_id: str, fields: Mapping[str, Sequence[str]], *, token: str
) -> tuple[Shown, bool]:
    """Do what a form asks for; what is acknowledged is on the disk.

    Returns
    -------
    Shown, bool
        What to show, and whether the form was taken: where it was not, what is shown says why.

    Raises
    ------
    KunskapError
        ``STORE-…`` if it could not be saved: the page must say that it was not.
    """
    sitting = load(settings.store, sitting_id)
    actions = list(fields.get("do", ()))
    position = place_of(fields.get("question", ()))
    # one who learns may look at the questions again after the result
    is_done = sitting.completed and (settings.feedback == "never" or actions == ["review"])
    before = fresh_state(settings, sitting, position=position, completed=is_done)
    item_id = before.items[before.position].id
    receipt = receipt_of(fields)
    if is_replayed(settings.store, sitting_id, receipt):
        step = {"next": 1, "previous": -1}.get("".join(actions), 0)
        return draw(settings, sitting, token=token, position=before.position + step, completed=sitting.completed), True
    if not is_done and list(fields.get("item", ())) != [item_id]:
        # another tab has changed which questions there are: what was meant is not known
        now = fresh_state(settings, sitting)
        changed = {now.items[now.position].id: [fault("SERVE-04", "")]}
        return draw(settings, sitting, token=token, notices=changed), False
    try:
        request = read_form(before, fields)
        after = take(before, request)
    except KunskapError as error:
        notices = {item_id: error.faults}
        return draw(settings, sitting, token=token, position=before.position, completed=is_done, notices=notices), False
    if after.replies != before.replies:
        reply = after.replies.get(item_id)
        sitting = save_answer(
            settings.store,
            sitting_id,
            item_id,
            reply.chosen if reply else (),
            receipt=receipt,
            keeps_tries=before.teaches,
        )
    if after.completed and not sitting.completed:
        sitting = complete(settings.store, sitting_id)
    focus = focus_after(before, after, prefix=PREFIX)
    return draw(settings, sitting, token=token, position=after.position, completed=after.completed, focus=focus), True


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
