"""Discussion polls: a question without right or wrong, ready-made or typed by the trainer, asked at any moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from kunskap.bank import Bank, Item, Option
from kunskap.disclosure import Policy
from kunskap.errors import KunskapError, fault
from kunskap.estimates import proportion
from kunskap.room.figures import Result, is_nearly_another, shown_once
from kunskap.room.steps import is_taught
from kunskap.store import POLL, Poll, Room, Store, kept_figure, polls_alike, votes_in_poll

__all__ = ["READY_MADE", "ask_poll", "is_poll", "leave_poll", "poll_item", "poll_result", "ready_made", "typed"]

READY_MADE = "samtal"
"""The form whose questions can be asked as polls in any room."""
LONGEST_QUESTION, LONGEST_OPTION, MOST_OPTIONS = 300, 120, 8


def is_poll(room: Room) -> bool:
    """Whether the room is at a poll."""
    return (room.item or "").startswith(POLL)


def ready_made(bank: Bank) -> tuple[Item, ...]:
    """The polls that are written already; none in a bank without them."""
    form = bank.forms.get(READY_MADE)
    items = [bank.items[item_id] for item_id in form.item_ids] if form else []
    return tuple(item for item in items if not item.key and item.options and is_taught(item))


def typed(question: str, options: Sequence[str], *, languages: Sequence[str]) -> Item:
    """A poll from what a trainer has typed; the words are the same in every language.

    Raises
    ------
    KunskapError
        ``ROOM-12`` without a question, or when it is too long; ``ROOM-13`` for too few or too many options, or two that
        are alike; ``ROOM-14`` for one that is too long.

    Examples
    --------
    >>> typed(" Var börjar vi? ", ["Här", "", "Där "], languages=["sv"]).option_ids
    ('o1', 'o2')
    """
    stem, texts = " ".join(question.split()), [each for option in options if (each := " ".join(option.split()))]
    faults = []
    if not stem or len(stem) > LONGEST_QUESTION:
        faults.append(fault("ROOM-12", "", length=len(stem), longest=LONGEST_QUESTION))
    if not 2 <= len(texts) <= MOST_OPTIONS or len({text.casefold() for text in texts}) < len(texts):
        faults.append(fault("ROOM-13", "", count=len(texts), most=MOST_OPTIONS))
    faults += [
        fault("ROOM-14", "", value=text[:40], length=len(text), longest=LONGEST_OPTION)
        for text in texts
        if len(text) > LONGEST_OPTION
    ]
    if faults:
        raise KunskapError(faults)
    in_all = [Option(f"o{number}", dict.fromkeys(languages, text)) for number, text in enumerate(texts, start=1)]
    return Item(POLL, "single", dict.fromkeys(languages, stem), tuple(in_all), scale=READY_MADE)


def ask_poll(room: Room, asked: Item) -> tuple[Room, Poll]:
    """The room with a poll open, and the poll to keep.

    Raises
    ------
    KunskapError
        ``ROOM-02`` while another question is open or when the round is over, ``ROOM-03`` for a survey question.
    """
    if room.phase in ("open", "ended") or is_poll(room):
        raise KunskapError([fault("ROOM-02", "poll", phase=room.phase)])
    if asked.key or not is_taught(asked):
        raise KunskapError([fault("ROOM-03", asked.id)])
    # the room's version only grows, so that no two polls of a room have the same name
    name = f"{POLL}{room.version + 1}"
    poll = Poll(name, asked.stem, tuple(option.text for option in asked.options), room.item or "", room.phase)
    return replace(room, item=name, phase="open"), poll


def leave_poll(room: Room, poll: Poll) -> Room:
    """The room where it was before the poll.

    Raises
    ------
    KunskapError
        ``ROOM-02`` if it is not at that poll.
    """
    if room.item != poll.name:
        raise KunskapError([fault("ROOM-02", "back", phase=room.phase)])
    return replace(room, item=poll.back_item, phase=poll.back_phase)


def poll_item(poll: Poll) -> Item:
    """The poll as a question without key, for phones and figures."""
    options = tuple(Option(f"o{number}", text) for number, text in enumerate(poll.options, start=1))
    return Item(poll.name, "single", poll.stem, options, scale=READY_MADE)


def poll_result(store: Store, room: Room, poll: Poll, *, policy: Policy, simulated: bool = False) -> Result:
    """The shares of each option once the poll is closed, under the same rules as any question in the room."""
    rules, item = policy.for_room(), poll_item(poll)
    given: Mapping[str, int] = votes_in_poll(store, room.name, poll.name)
    if room.phase != "closed":
        return Result("open", (), len(given), rules.base)
    kept = kept_figure(store, room, poll.name)
    if kept is not None:
        return Result("shown", kept.rows, len(kept.behind), rules.base)
    if len(given) < rules.base:
        return Result("few", (), len(given), rules.base)
    if is_nearly_another(store, room, polls_alike(store, room.name, poll), given, base=rules.base):
        return Result("unlike", (), len(given), rules.base)
    chosen = pd.Categorical([item.option_ids[place] for place in given.values()], categories=list(item.option_ids))
    frame = pd.DataFrame({item.id: chosen}, index=pd.Index(list(given), name="sitting_id"))
    shares = proportion(frame, items=[item.id]).reset_index(drop=True)
    return shown_once(store, room, item.id, shares, set(given), rules=rules, simulated=simulated)
