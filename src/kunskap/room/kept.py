"""Everything that a room has been shown, for the page that it takes home."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import select

from kunskap.errors import KunskapError, fault
from kunskap.store import Store, kept_figure, read_room
from kunskap.store.schema import room_figures, rooms
from kunskap.store.transactions import reading

__all__ = ["BOTH", "Shown", "shown_in_room"]

BOTH = "both "


class Shown(NamedTuple):
    """One figure that was shown: when, about what, and its released rows."""

    occasion: str
    subject: str
    rows: tuple[Mapping[str, object], ...]


def shown_in_room(store: Store, name: str | None = None) -> tuple[str, tuple[Shown, ...], tuple[str, ...]]:
    """What the group that sits in a room has been shown, in the order that it was asked.

    Parameters
    ----------
    store : Store
        Where the answers are.
    name : str, optional
        The room; the only one there is when not given.

    Returns
    -------
    tuple
        The room's name, its figures, and the questions whose key has been shown.

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
    for occasion, subject in told:
        figure = kept_figure(store, room, subject, occasion=occasion)
        if figure is not None:
            shown.append(Shown(occasion, subject, figure.rows))
    if not shown:
        raise KunskapError([fault("REPORT-23", name)])
    return name, tuple(shown), room.revealed
