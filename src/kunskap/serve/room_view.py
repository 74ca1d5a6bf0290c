"""What a participant sees in a room: the questions about oneself, a calm waiting page, the open question, the key.

The key and the explanations are drawn in one function only, and only for a question that the trainer has revealed.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kunskap.bank import Item
from kunskap.errors import Fault
from kunskap.quiz import QuizState, questions_of, restore, start
from kunskap.quiz_markup import keepable
from kunskap.quiz_markup.nodes import Markup, element, join, only_heard, sign
from kunskap.quiz_markup.view import View
from kunskap.room import questions_in_room
from kunskap.serve.settings import Settings
from kunskap.serve.sittings import OWN_RESULT
from kunskap.store import Room, Sitting
from kunskap.words import Words

__all__ = [
    "PREFIX",
    "RoomView",
    "Seen",
    "about_oneself",
    "hidden_fields",
    "own_answer",
    "room_state",
    "root",
    "show_about_oneself",
    "show_room",
    "taken_in_room",
]

PREFIX = "kq"


@dataclass(frozen=True)
class Seen:
    """A view of the room.

    Attributes
    ----------
    name : str
        What it is about: a phone replaces what it shows only when this changes.
    html : str
        The markup.
    focus : str
        The element that takes the focus.
    waits : bool
        Whether there is nothing to do but wait; without script the page then reloads itself.
    """

    name: str
    html: str
    focus: str
    waits: bool = False


class RoomView(View):
    """The quiz's own markup with a room's buttons: one to save, none to go elsewhere."""

    def buttons(self, item_id: str) -> Markup:
        """One button that saves."""
        return element("div", {"class": "kq-actions"}, self.named_button("answer", self.words("room.save")))

    def feedback(self, item_id: str) -> Markup:
        """That it is saved, and for how long it can be changed."""
        text = element("p", {}, sign("✓"), self.words("room.saved"))
        return element("div", {"class": "kq-feedback kq-saved"}, text)

    def named_button(self, action: str, text: str, *, primary: bool = True) -> Markup:
        """A button with these words."""
        kind = "kq-button kq-primary" if primary else "kq-button"
        return element("button", {"type": "submit", "name": "do", "value": action, "class": kind}, text)


class SelfView(RoomView):
    """The questions about oneself, at one's own pace, with a way on to the room after the last."""

    def feedback(self, item_id: str) -> Markup:
        """As in any form."""
        return View.feedback(self, item_id)

    def buttons(self, item_id: str) -> Markup:
        """On, and back."""
        number = self.state.number(item_id)
        is_last = number == self.total
        row = [
            self.named_button("finish", self.words("room.go_in"))
            if is_last
            else self.button("next", "next", primary=True)
        ]
        if number > 1:
            row.append(self.button("previous", "previous"))
        return element("div", {"class": "kq-actions"}, *row)


def about_oneself(settings: Settings, sitting: Sitting, *, position: int | None = None) -> QuizState | None:
    """The background questions as a state; None in a form without them."""
    questions = questions_of(settings.form, bank=settings.bank, tries=sitting.tries)
    mine = questions[: len(settings.form.background)]
    if not mine:
        return None
    state = start(mine, seed=sitting.seed, language=sitting.language, feedback="never")
    return restore(state, sitting.tries, position=position)


def room_state(settings: Settings, sitting: Sitting, item_id: str) -> QuizState:
    """The room's questions as a state at one of them: nothing is right or wrong in it."""
    items = questions_in_room(settings.form.id, bank=settings.bank)
    batteries = settings.bank.batteries
    state = start(items, seed=sitting.seed, language=sitting.language, feedback="never", batteries=batteries)
    return restore(state, sitting.tries, position=[item.id for item in items].index(item_id))


def show_about_oneself(
    settings: Settings, state: QuizState, *, token: str, notices: Mapping[str, Sequence[Fault]] | None = None
) -> Seen:
    """Draw one of the questions about oneself."""
    item = state.items[state.position]
    view = SelfView(state, settings.words[state.language], PREFIX, "/fragor", hidden_fields(token, item), notices or {})
    lead = element("p", {"class": "kq-advice"}, view.words("room.first_about_you"))
    body = join(lead, view.question(item.id))
    return Seen(f"self-{item.id}", root(view.words, state.language, body), f"{PREFIX}-q{state.position + 1}-stem")


def show_room(
    settings: Settings, room: Room, sitting: Sitting, *, token: str, notice: str = "", faults: Sequence[Fault] = ()
) -> Seen:
    """Draw what the room is at.

    Parameters
    ----------
    notice : str
        What is to be said of an answer that was just sent: a key of ``room.notice``.
    faults : sequence of Fault
        What was wrong with it.
    """
    language = sitting.language
    words = settings.words[language]
    name = f"{room.party}-{room.occasion}-{room.item}-{room.phase}"
    said = element("p", {"class": "kq-notice"}, sign("!"), words(f"room.notice.{notice}")) if notice else join()
    if room.phase == "ended" or room.item is None:
        own = element("a", {"href": "/mina-svar"}, words("serve.own_answers"))
        result = taken_in_room(settings, room, sitting)
        keep = join() if result is None else keepable(result, words, OWN_RESULT)
        text = join(element("p", {}, words("room.ended_text")), keep, element("p", {}, words("serve.after"), " ", own))
        return Seen(name, root(words, language, _calm(words("room.ended"), said, text)), f"{PREFIX}-title")
    if room.phase == "waiting":
        body = _calm(words("room.waiting"), said, element("p", {}, words("room.waiting_text")))
        return Seen(name, root(words, language, body), f"{PREFIX}-title", waits=True)
    state = room_state(settings, sitting, room.item)
    focus = f"{PREFIX}-q{state.position + 1}-stem"
    item = state.items[state.position]
    if room.phase == "open":
        notices = {item.id: tuple(faults)} if faults else {}
        view = RoomView(state, words, PREFIX, "/fragor", hidden_fields(token, item), notices)
        return Seen(name, root(words, language, join(said, view.question(item.id))), focus)
    stem = state.stem(item.id)
    number = words("quiz.question_of", number=state.number(item.id), total=len(state.items))
    head = join(
        element("p", {"class": "kq-number"}, number),
        element("h2", {"id": f"{PREFIX}-title", "tabindex": -1, "class": "kq-stem"}, stem),
        said,
    )
    if room.phase == "closed":
        own = own_answer(state, item, words)
        body = join(head, element("p", {}, words("room.closed")), own)
        return Seen(name, root(words, language, body), f"{PREFIX}-title", waits=True)
    return Seen(name, root(words, language, join(head, _key(state, item, words))), f"{PREFIX}-title", waits=True)


def taken_in_room(settings: Settings, room: Room, sitting: Sitting) -> QuizState | None:
    """What one person answered to the questions whose key the room has seen, once the round is over.

    The others' key is nobody's yet, so that they are not counted.
    """
    told_of = [settings.bank.items[name] for name in settings.form.item_ids if name in room.revealed]
    if room.phase != "ended" or sitting.occasion != room.occasion or not told_of:
        return None
    state = start(told_of, seed=sitting.seed, language=sitting.language, feedback="at_once")
    return restore(state, sitting.tries, completed=True)


def _calm(title: str, *children: Markup) -> Markup:
    heading = element("h2", {"id": f"{PREFIX}-title", "tabindex": -1}, title)
    return element("section", {"class": "kq-summary"}, heading, *children)


def own_answer(state: QuizState, item: Item, words: Words) -> Markup:
    """One's own answer in words."""
    reply = state.replies.get(item.id)
    if reply is None:
        return element("p", {}, words("room.no_answer"))
    chosen = reply.chosen if not item.options else [item.option(each).text[state.language] for each in reply.chosen]
    return element("p", {}, element("b", {}, f"{words('room.your_answer')} "), ", ".join(chosen))


def _key(state: QuizState, item: Item, words: Words) -> Markup:
    """The right answer and why, and why one's own was not; only for what the trainer has revealed."""
    language = state.language
    reply = state.replies.get(item.id)
    chosen = reply.chosen if reply else ()
    rows = []
    for option_id in (*item.key, *(each for each in chosen if each not in item.key)):
        option, is_right = item.option(option_id), option_id in item.key
        kind = "right" if is_right else "dk" if option_id == "dk" else "wrong"
        label = words("quiz.right_answer") if is_right else words("room.your_answer").rstrip(":")
        own = element("span", {}, f" ({words('room.yours')})") if is_right and option_id in chosen else join()
        mark = sign({"right": "✓", "wrong": "✗", "dk": "?"}[kind])
        line = element("p", {}, mark, element("strong", {}, label), own, only_heard(": "))
        text = element("p", {}, element("b", {}, option.text[language]))
        why = option.explanation.get(language, "")
        rows.append(
            element("div", {"class": f"kq-feedback kq-{kind}"}, line, text, element("p", {}, why) if why else join())
        )
    return join(*rows, join() if reply else element("p", {}, words("room.no_answer")))


def hidden_fields(token: str, item: Item) -> dict[str, str]:
    """What a form carries along: against forgery, against replay, and which question it is about."""
    return {"_xsrf": token, "receipt": secrets.token_urlsafe(12), "item": item.id}


def root(words: Words, language: str, body: Markup) -> str:
    """The element around all that the room shows."""
    attributes = {
        "class": "kq",
        "id": PREFIX,
        "lang": language,
        "data-sending": words("quiz.sending"),
        "data-unsaved": words("quiz.unsaved_page"),
        "data-failed": words("quiz.failed"),
    }
    return element("div", attributes, body)
