"""Rooms whose pace the trainer sets: which question is open, who sits there, and which answers came in time.

Every function is one transaction, and closing a question and taking an answer to it lock the same row: an answer is
either in time or late, whatever the clocks say.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Connection, Row, exists, func, select
from sqlalchemy.exc import IntegrityError

from kunskap.errors import KunskapError, fault
from kunskap.store.polls import end_polls
from kunskap.store.schema import Store, answers, late_answers, receipts, room_figures, rooms, seats, sittings, withdrawn
from kunskap.store.sittings import now, row_of
from kunskap.store.transactions import reading, writing

__all__ = [
    "Figure",
    "Room",
    "Seat",
    "change_room",
    "counts_in_room",
    "enter_room",
    "given_in_room",
    "keep_figure",
    "kept_figure",
    "others_shown",
    "people_of",
    "read_room",
    "ready",
    "save_in_room",
    "seat_of",
    "take_seat",
]

PHASES = ("waiting", "open", "closed", "revealed", "ended")


@dataclass(frozen=True)
class Room:
    """Where a room is.

    Attributes
    ----------
    item : str or None
        The question that it is about; None in a form without questions.
    phase : str
        ``waiting`` (not shown yet), ``open``, ``closed``, ``revealed`` or ``ended``.
    since : datetime
        Since when, in universal time.
    party : int
        Which group of people sits there, from 1.
    version : int
        Grows with every change.
    revealed : tuple of str
        The questions whose key this group has seen.
    """

    name: str
    form: str
    occasion: str
    item: str | None = None
    phase: str = "waiting"
    since: dt.datetime = dt.datetime(2000, 1, 1)
    party: int = 1
    version: int = 1
    revealed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Seat:
    """Whose turn a sitting waits for: its room, its group, and whether the questions about oneself are over."""

    room: str
    party: int
    ready: bool
    pseudonym: str | None
    occasion: str


@dataclass(frozen=True)
class Figure:
    """What the room has been shown: the released rows, and the sittings behind them (which never leave)."""

    rows: tuple[Mapping[str, object], ...]
    behind: frozenset[str]


def enter_room(store: Store, room: Room) -> Room:
    """The room with this name as it stands; made as given if there is none.

    Examples
    --------
    >>> from kunskap.store import open_store
    >>> store = open_store("sqlite://")
    >>> enter_room(store, Room("kurs", "r4a", "before", "goals51")).phase
    'waiting'
    """
    try:
        with writing(store) as connection:
            row = connection.execute(select(rooms).where(rooms.c.name == room.name)).one_or_none()
            if row is None:
                connection.execute(rooms.insert().values(**_values(replace(room, since=now()))))
    except IntegrityError:  # another worker made it at the same moment
        pass
    return read_room(store, room.name)


def read_room(store: Store, name: str) -> Room:
    """A room as it stands.

    Raises
    ------
    KunskapError
        ``STORE-08`` if there is none.
    """
    with reading(store) as connection:
        return _room(connection, name)


def change_room(store: Store, name: str, step: Callable[[Room], Room]) -> Room:
    """Take one step; sittings of a round that is over by it are handed in.

    Parameters
    ----------
    store : Store
        From `open_store`.
    name : str
        The room.
    step : callable
        From the room before to the room after; what it raises changes nothing.

    Raises
    ------
    KunskapError
        ``STORE-04``, ``STORE-08``, or what `step` raises.
    """
    with writing(store) as connection:
        before = _room(connection, name, locked=True)
        after = step(before)
        if after == before:
            return before
        after = replace(after, version=before.version + 1, since=now())
        connection.execute(rooms.update().where(rooms.c.name == name).values(**_values(after)))
        is_over = after.phase == "ended" or (after.party, after.occasion) != (before.party, before.occasion)
        if is_over:
            there = select(seats.c.sitting_id).where(seats.c.room == name, seats.c.party == before.party)
            mine = sittings.c.sitting_id.in_(there) & sittings.c.completed_at.is_(None)
            mine &= sittings.c.occasion == before.occasion
            connection.execute(sittings.update().where(mine).values(completed_at=now()))
            end_polls(connection, name, group_leaves=after.party != before.party)
        return after


def take_seat(store: Store, sitting_id: str, room: Room, *, ready: bool) -> None:
    """Let a sitting follow a room."""
    with writing(store) as connection:
        row_of(connection, sitting_id, locked=True)
        here = seats.c.sitting_id == sitting_id
        known = connection.execute(select(seats).where(here)).one_or_none()
        if known is None:
            values = {"sitting_id": sitting_id, "room": room.name, "party": room.party, "ready": int(ready)}
            connection.execute(seats.insert().values(**values))
        elif (known.room, known.party) != (room.name, room.party):
            connection.execute(seats.update().where(here).values(room=room.name, party=room.party))


def ready(store: Store, sitting_id: str) -> None:
    """Note that the questions about oneself are over."""
    with writing(store) as connection:
        connection.execute(seats.update().where(seats.c.sitting_id == sitting_id).values(ready=1))


def seat_of(store: Store, sitting_id: str) -> Seat | None:
    """Where a sitting sits, if it does."""
    query = select(seats.c.room, seats.c.party, seats.c.ready, sittings.c.pseudonym, sittings.c.occasion)
    with reading(store) as connection:
        row = connection.execute(
            query.select_from(seats.join(sittings)).where(seats.c.sitting_id == sitting_id)
        ).one_or_none()
    return None if row is None else Seat(row.room, row.party, bool(row.ready), row.pseudonym, row.occasion)


def save_in_room(store: Store, name: str, sitting_id: str, item: str, chosen: Sequence[str], *, receipt: str) -> str:
    """Keep an answer to a room's question.

    Returns
    -------
    str
        ``in_time``; ``late`` if the question had been closed (kept, with its time, and not in the room's figure);
        ``kept`` if there is an answer that can no longer be changed; ``over`` if the key has been shown or the round
        is over: such an answer would measure what the screen says, and is not kept.

    Raises
    ------
    KunskapError
        ``STORE-04``, ``STORE-05``, ``STORE-08``.
    """
    with writing(store) as connection:
        room = _room(connection, name, locked=True)
        sitting = row_of(connection, sitting_id, locked=True)
        is_late = select(late_answers).where(late_answers.c.sitting_id == sitting_id, late_answers.c.item == item)
        known = select(receipts).where(receipts.c.sitting_id == sitting_id, receipts.c.receipt == receipt)
        if connection.execute(known).first():
            return "late" if connection.execute(is_late).first() else "in_time"
        seat = connection.execute(select(seats).where(seats.c.sitting_id == sitting_id)).one_or_none()
        here = (answers.c.sitting_id == sitting_id) & (answers.c.item == item)
        earlier = connection.execute(select(answers.c.tries).where(here)).scalar_one_or_none()
        has_answer = earlier is not None and earlier != "[]"
        is_open = item == room.item and room.phase == "open"
        if is_open and has_answer and _figure(connection, room, item) is not None:
            return "kept"
        if not is_open and has_answer:
            return "kept"
        is_mine = seat is not None and (seat.room, seat.party) == (room.name, room.party)
        has_met = earlier is not None or is_open
        if not is_mine or sitting.completed_at is not None or item in room.revealed or not has_met:
            return "over"
        connection.execute(receipts.insert().values(sitting_id=sitting_id, receipt=receipt))
        values = {"tries": json.dumps([list(chosen)] if chosen else [], ensure_ascii=False), "saved_at": now()}
        if earlier is None:
            connection.execute(answers.insert().values(sitting_id=sitting_id, item=item, shown_at=now(), **values))
        else:
            connection.execute(answers.update().where(here).values(**values))
        if is_open or not chosen:
            return "in_time"
        connection.execute(late_answers.insert().values(sitting_id=sitting_id, item=item, arrived_at=now()))
        return "late"


def counts_in_room(store: Store, room: Room) -> Mapping[str, int]:
    """How many have begun, how many have answered the question that it is about, and how many of them late."""
    of_item = _there(room) & (answers.c.item == (room.item or "")) & (answers.c.tries != "[]")
    joined = answers.join(sittings).join(seats, seats.c.sitting_id == sittings.c.sitting_id)
    with reading(store) as connection:
        begun = connection.execute(
            select(func.count()).select_from(seats.join(sittings)).where(_there(room))
        ).scalar_one()
        answered = connection.execute(
            select(func.count()).select_from(joined).where(of_item, ~_was_late())
        ).scalar_one()
        late = connection.execute(select(func.count()).select_from(joined).where(of_item, _was_late())).scalar_one()
    return {"begun": begun, "answered": answered, "late": late}


def given_in_room(
    store: Store, room: Room, *, occasion: str, item: str
) -> dict[str, tuple[str | None, tuple[str, ...]]]:
    """The answers to one question that came in time: sitting → pseudonym and options.  For the figures only.

    Those who have withdrawn are not in it.
    """
    joined = answers.join(sittings).join(seats, seats.c.sitting_id == sittings.c.sitting_id)
    chosen = _there(replace(room, occasion=occasion)) & (answers.c.item == item) & (answers.c.tries != "[]")
    query = select(answers.c.sitting_id, sittings.c.pseudonym, answers.c.tries).select_from(joined)
    with reading(store) as connection:
        rows = connection.execute(query.where(chosen, ~_was_late())).all()
    return {sitting_id: (person, tuple(json.loads(tries)[0])) for sitting_id, person, tries in rows}


def kept_figure(store: Store, room: Room, subject: str, *, occasion: str | None = None) -> Figure | None:
    """The figure that this group has been shown, if any."""
    with reading(store) as connection:
        return _figure(connection, replace(room, occasion=occasion or room.occasion), subject)


def others_shown(store: Store, room: Room, subjects: Collection[str]) -> list[tuple[int, frozenset[str]]]:
    """Of each figure about any of these that has been shown there, but the one that is open: how many, and who."""
    here = (room_figures.c.room == room.name) & (room_figures.c.occasion == room.occasion)
    here &= room_figures.c.subject.in_(subjects) & ~_is_figure(room, room.item or "")
    with reading(store) as connection:
        contents = connection.execute(select(room_figures.c.content).where(here)).scalars().all()
    behind = [json.loads(content)["behind"] for content in contents]
    return [(len(each), people_of(store, each)) for each in behind]


def people_of(store: Store, sitting_ids: Collection[str]) -> frozenset[str]:
    """Who sat at sittings: their codes, and the sitting itself where it has none."""
    person = func.coalesce(sittings.c.pseudonym, sittings.c.sitting_id)
    with reading(store) as connection:
        rows = connection.execute(select(person).where(sittings.c.sitting_id.in_(sitting_ids))).scalars()
        return frozenset(rows)


def keep_figure(store: Store, room: Room, subject: str, figure: Figure) -> None:
    """Remember what the group has been shown: a later look shows the same, whoever withdraws or comes late."""
    content = json.dumps({"rows": [dict(row) for row in figure.rows], "behind": sorted(figure.behind)})
    here = _is_figure(room, subject)
    with writing(store) as connection:
        _room(connection, room.name, locked=True)
        if connection.execute(select(room_figures).where(here)).first():
            connection.execute(room_figures.update().where(here).values(content=content))
        else:
            own = {"room": room.name, "party": room.party, "occasion": room.occasion, "subject": subject}
            connection.execute(room_figures.insert().values(content=content, **own))


def _figure(connection: Connection, room: Room, subject: str) -> Figure | None:
    text = connection.execute(select(room_figures.c.content).where(_is_figure(room, subject))).scalar_one_or_none()
    if text is None:
        return None
    kept = json.loads(text)
    return Figure(tuple(kept["rows"]), frozenset(kept["behind"]))


def _is_figure(room: Room, subject: str) -> ColumnElement[bool]:
    here = (room_figures.c.room == room.name) & (room_figures.c.party == room.party)
    return here & (room_figures.c.occasion == room.occasion) & (room_figures.c.subject == subject)


def _there(room: Room) -> ColumnElement[bool]:
    gone = exists().where(withdrawn.c.pseudonym == sittings.c.pseudonym)
    return (seats.c.room == room.name) & (seats.c.party == room.party) & (sittings.c.occasion == room.occasion) & ~gone


def _was_late() -> ColumnElement[bool]:
    same = (late_answers.c.sitting_id == answers.c.sitting_id) & (late_answers.c.item == answers.c.item)
    return exists().where(same)


def _room(connection: Connection, name: str, *, locked: bool = False) -> Room:
    query = select(rooms).where(rooms.c.name == name)
    row: Row[tuple] | None = connection.execute(query.with_for_update() if locked else query).one_or_none()
    if row is None:
        raise KunskapError([fault("STORE-08", name)])
    values = {**row._mapping, "revealed": tuple(json.loads(row.revealed))}
    return Room(**values)


def _values(room: Room) -> dict[str, object]:
    return {**room.__dict__, "revealed": json.dumps(list(room.revealed))}
