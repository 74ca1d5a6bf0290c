"""Discussion polls on the phones, and the trainer's address that asks one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from kunskap.bank import Bank, Item
from kunskap.errors import Fault, KunskapError, fault
from kunskap.quiz import QuizState, restore, start
from kunskap.quiz_markup import read_form, take
from kunskap.quiz_markup.nodes import Markup, element, join, sign
from kunskap.room import poll_item, ready_made, typed
from kunskap.serve.room_view import PREFIX, RoomView, Seen, hidden_fields, own_answer, root
from kunskap.serve.settings import Settings
from kunskap.store import Poll, Room, Sitting, read_poll, save_vote, vote_of

__all__ = ["asked_for", "show_poll", "take_vote"]


class PollView(RoomView):
    """A poll is no question among the others."""

    def numbered(self, number: int) -> str:
        """What stands over it."""
        return self.words("room.poll")


def poll_state(settings: Settings, sitting: Sitting, poll: Poll) -> QuizState:
    """The poll as a state, with what this person has chosen."""
    item = poll_item(poll)
    state = start([item], seed=sitting.seed, language=sitting.language, feedback="never")
    place = vote_of(settings.store, settings.room, sitting.sitting_id, poll.name)
    return state if place is None else restore(state, {item.id: [[item.option_ids[place]]]}, position=0)


def show_poll(
    settings: Settings, room: Room, sitting: Sitting, *, token: str, notice: str = "", faults: Sequence[Fault] = ()
) -> Seen:
    """Draw the poll that the room is at; `notice` and `faults` as for any question."""
    words, language = settings.words[sitting.language], sitting.language
    poll = read_poll(settings.store, room.name, room.item or "")
    state = poll_state(settings, sitting, poll)
    item = state.items[0]
    name = f"{room.party}-{room.occasion}-{room.item}-{room.phase}"
    said = element("p", {"class": "kq-notice"}, sign("!"), words(f"room.notice.{notice}")) if notice else join()
    if room.phase == "open":
        notices = {item.id: tuple(faults)} if faults else {}
        view = PollView(state, words, PREFIX, "/fragor", hidden_fields(token, item), notices)
        body = join(said, view.question(item.id), _kept(words("room.poll_kept")))
        return Seen(name, root(words, language, body), f"{PREFIX}-q1-stem")
    heading = element("h2", {"id": f"{PREFIX}-title", "tabindex": -1, "class": "kq-stem"}, state.stem(item.id))
    head = join(element("p", {"class": "kq-number"}, words("room.poll")), heading, said)
    body = join(head, element("p", {}, words("room.closed")), own_answer(state, item, words))
    return Seen(name, root(words, language, body), f"{PREFIX}-title", waits=True)


def take_vote(
    settings: Settings, room: Room, sitting: Sitting, fields: Mapping[str, list[str]]
) -> tuple[str, tuple[Fault, ...]]:
    """Keep a vote.

    Returns
    -------
    str, tuple of Fault
        What is to be said of it (a key of ``room.notice``, or nothing), and what was wrong with it.
    """
    name = "".join(fields.get("item", ()))
    if name != room.item:
        return "poll_over", ()
    state = poll_state(settings, sitting, read_poll(settings.store, room.name, name))
    try:
        after = take(state, read_form(state, {**fields, "question": ["1"]}))
        if name not in after.replies:
            raise KunskapError([fault("QUIZ-13", name)])
    except KunskapError as error:
        return "", error.faults
    place = after.items[0].option_ids.index(after.replies[name].chosen[0])
    saved = save_vote(settings.store, room.name, sitting.sitting_id, name, place)
    return ("poll_over" if saved == "over" else ""), ()


def asked_for(body: bytes, *, bank: Bank) -> Item:
    """What the trainer's screen asks for: a ready-made poll by its id, or a question and options as typed.

    Raises
    ------
    KunskapError
        ``ROOM-01`` if it is neither, ``ROOM-12`` … ``ROOM-14`` what is wrong with what was typed.
    """
    ready = {item.id: item for item in ready_made(bank)}
    try:
        told = json.loads(body)
        if told.get("item") in ready:
            return ready[told["item"]]
        question, options = told["question"], told["options"]
        if not isinstance(question, str) or not isinstance(options, list):
            raise TypeError
        return typed(question, [str(option) for option in options], languages=bank.languages)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise KunskapError([fault("ROOM-01", "poll", expected=", ".join(ready))]) from error


def _kept(text: str) -> Markup:
    return element("p", {"class": "kq-stored"}, text)
