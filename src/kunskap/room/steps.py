"""The steps of a room: pure functions from one state to the next; what may not be done is refused with a code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from kunskap.bank import Bank, Item
from kunskap.errors import KunskapError, fault
from kunskap.store import POLL, Room

__all__ = ["ACTIONS", "AFTER", "BEFORE", "first_room", "is_taught", "questions_in_room", "step"]

BEFORE, AFTER = "before", "after"
Forms = tuple[str, str]
KEPT_OUT = ("attitudes",)
"""Scales that may show what somebody thinks politically: they are for the survey and not for a room."""


def questions_in_room(form: str, *, bank: Bank) -> tuple[Item, ...]:
    """The questions of a form in their order; everyone in a room gets the same."""
    return tuple(bank.items[item_id] for item_id in bank.forms[form].item_ids)


def is_taught(item: Item) -> bool:
    """Whether the room may see its answers: a teaching question, or an opinion to discuss; never a survey question.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> bank = read_bank()
    >>> is_taught(bank.items["goals51"]), is_taught(bank.items["goals01"]), is_taught(bank.items["attitudes01"])
    (True, False, False)
    """
    if item.is_knowledge:
        return item.pool == "teaching"
    return bool(item.options) and item.scale not in KEPT_OUT


def first_room(name: str, *, form: str, occasion: str, bank: Bank) -> Room:
    """A room where nothing has happened yet."""
    return Room(name, form, occasion, questions_in_room(form, bank=bank)[0].id)


def step(room: Room, action: str, *, bank: Bank, forms: tuple[str, str] | None = None) -> Room:
    """Take one step.

    Parameters
    ----------
    room : Room
        The state before.
    action : str
        One of `ACTIONS`: ``open``, ``close``, ``reveal``, ``undo`` (one step back), ``next`` (to the next question,
        which is not open yet), ``after`` (the round after the module), ``reset`` (another group), ``end``.
    bank : Bank
        The questions.
    forms : tuple of str, optional
        The forms of the rounds before and after; the room's own for both when not given.

    Raises
    ------
    KunskapError
        ``ROOM-01`` no such action, ``ROOM-02`` not now, ``ROOM-03`` the key of a survey question, ``ROOM-04`` a
        question without key, ``ROOM-05`` a question whose key the room has seen takes no more answers.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> bank = read_bank()
    >>> room = first_room("kurs", form="r4a", occasion="before", bank=bank)
    >>> for action in ("open", "close", "reveal", "undo", "next"):
    ...     room = step(room, action, bank=bank)
    >>> room.item, room.phase, room.revealed
    ('statistics51', 'waiting', ('mainstreaming51',))
    """
    if action not in ACTIONS:
        raise KunskapError([fault("ROOM-01", action, expected=", ".join(ACTIONS))])
    is_poll = (room.item or "").startswith(POLL)
    if (room.phase == "ended" and action != "reset") or (is_poll and action not in ("close", "reset")):
        raise _not_now(room, action)
    return ACTIONS[action](room, bank, forms or (room.form, room.form))


def _open(room: Room, bank: Bank, _: Forms) -> Room:
    if room.phase not in ("waiting", "closed"):
        raise _not_now(room, "open")
    if room.item in room.revealed:
        raise KunskapError([fault("ROOM-05", room.item or "")])
    return replace(room, phase="open")


def _close(room: Room, bank: Bank, _: Forms) -> Room:
    if room.phase != "open":
        raise _not_now(room, "close")
    return replace(room, phase="closed")


def _reveal(room: Room, bank: Bank, _: Forms) -> Room:
    item = bank.items[room.item or ""]
    if item.is_knowledge and item.pool != "teaching":
        raise KunskapError([fault("ROOM-03", item.id)])
    if not item.key:
        raise KunskapError([fault("ROOM-04", item.id)])
    if room.phase != "closed":
        raise _not_now(room, "reveal")
    seen = room.revealed if item.id in room.revealed else (*room.revealed, item.id)
    return replace(room, phase="revealed", revealed=seen)


def _next(room: Room, bank: Bank, _: Forms) -> Room:
    ids = [item.id for item in questions_in_room(room.form, bank=bank)]
    place = ids.index(room.item or "")
    if room.phase == "open" or place + 1 == len(ids):
        raise _not_now(room, "next")
    return replace(room, item=ids[place + 1], phase="waiting")


def _undo(room: Room, bank: Bank, forms: Forms) -> Room:
    if room.phase == "revealed":
        return replace(room, phase="closed")
    if room.phase == "closed":
        return _open(room, bank, forms)
    if room.phase == "open":
        return replace(room, phase="waiting")
    ids = [item.id for item in questions_in_room(room.form, bank=bank)]
    place = ids.index(room.item or "")
    if place == 0:
        raise _not_now(room, "undo")
    return replace(room, item=ids[place - 1], phase="closed")


def _after(room: Room, bank: Bank, forms: Forms) -> Room:
    if room.phase == "open" or room.occasion != BEFORE:
        raise _not_now(room, "after")
    form = forms[1]
    first = questions_in_room(form, bank=bank)[0].id
    return replace(room, form=form, occasion=AFTER, item=first, phase="waiting", revealed=())


def _end(room: Room, bank: Bank, _: Forms) -> Room:
    if room.phase == "open":
        raise _not_now(room, "end")
    return replace(room, phase="ended")


def _reset(room: Room, bank: Bank, forms: Forms) -> Room:
    occasion = BEFORE if room.occasion == AFTER else room.occasion
    fresh = first_room(room.name, form=forms[0], occasion=occasion, bank=bank)
    return replace(fresh, party=room.party + 1, version=room.version)


def _not_now(room: Room, action: str) -> KunskapError:
    return KunskapError([fault("ROOM-02", action, phase=room.phase)])


ACTIONS: Mapping[str, Callable[[Room, Bank, Forms], Room]] = {
    "open": _open,
    "close": _close,
    "reveal": _reveal,
    "undo": _undo,
    "next": _next,
    "after": _after,
    "reset": _reset,
    "end": _end,
}
