"""Everything that a room has been shown, for the page that it takes home."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import select

from kunskap.bank import Item
from kunskap.errors import KunskapError, fault
from kunskap.room.polls import poll_item
from kunskap.room.steps import AFTER
from kunskap.store import POLL, Store, kept_figure, read_poll, read_room
from kunskap.store.schema import room_figures, rooms
from kunskap.store.transactions import reading

__all__ = ["BOTH", "RoomShown", "Shown", "shown_in_room"]

BOTH = "both "


class Shown(NamedTuple):
    """One figure that was shown: when, about what, and its released rows."""

    occasion: str
    subject: str
    rows: tuple[Mapping[str, object], ...]


class RoomShown(NamedTuple):
    """What a group has been shown: the room's name, the figures, the questions whose key it has seen, and its polls."""

    name: str
    figures: tuple[Shown, ...]
    revealed: tuple[str, ...]
    polls: tuple[Item, ...]


def shown_in_room(store: Store, name: str | None = None) -> RoomShown:
    """What the group that sits in a room has been shown: the round after last, the polls in the order they were asked.

    Parameters
    ----------
    store : Store
        Where the answers are.
    name : str, optional
        The room; the only one there is when not given.

    Returns
    -------
    RoomShown
        What there is to tell of it.

    Raises
    ------
    KunskapError
        ``REPORT-22`` if there is no such room, or several to choose from; or if nothing has been shown yet.
    """
    with reading(store) as connection:
        known = list(connection.execute(select(rooms.c.name).order_by(rooms.c.name)).scalars())
    if name is None and len(known) == 1:
        name = known[0]
    if name is None or name not in known:
        raise KunskapError([fault("REPORT-22", name or "", expected=", ".join(known) or "–")])
    room = read_room(store, name)
    with reading(store) as connection:
        here = (room_figures.c.room == name) & (room_figures.c.party == room.party)
        told = connection.execute(select(room_figures.c.occasion, room_figures.c.subject).where(here)).all()
    shown = []
    for occasion, subject in sorted(told, key=lambda row: (row[0] == AFTER, row[1])):
        figure = kept_figure(store, room, subject, occasion=occasion)
        if figure is not None:
            shown.append(Shown(occasion, subject, figure.rows))
    if not shown:
        raise KunskapError([fault("REPORT-23", name)])
    asked = {each.subject for each in shown if each.subject.startswith(POLL)}
    in_order = sorted(asked, key=lambda poll: int(poll.removeprefix(POLL)))
    return RoomShown(
        name, tuple(shown), room.revealed, tuple(poll_item(read_poll(store, name, poll)) for poll in in_order)
    )
