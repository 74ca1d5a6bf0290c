"""Questions to discuss that a trainer asks in passing: the votes are gone with the round, and in no data afterwards.

They have tables of their own, which no reader reads.  What the room has been shown of a poll stays while its group sits
there, for the page that the group takes home; nobody is behind it any more.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Column, Connection, ForeignKey, Integer, String, Table, Text, exists, func, select

from kunskap.errors import KunskapError, fault
from kunskap.store.schema import Store, metadata, room_figures, rooms, seats, sittings, withdrawn
from kunskap.store.sittings import row_of
from kunskap.store.transactions import reading, writing

__all__ = [
    "POLL",
    "Poll",
    "end_polls",
    "polls_alike",
    "put_poll",
    "read_poll",
    "save_vote",
    "vote_of",
    "votes_in_poll",
]

POLL = "poll-"
"""Begins the name of every poll; an item's id has no hyphen."""

polls = Table(
    "polls",
    metadata,
    Column("room", String(40), primary_key=True),
    Column("name", String(20), primary_key=True),
    # JSON: the question, the options, and where the room was
    Column("content", Text, nullable=False),
)

votes = Table(
    "poll_votes",
    metadata,
    Column("sitting_id", ForeignKey(sittings.c.sitting_id, ondelete="CASCADE"), primary_key=True),
    Column("room", String(40), primary_key=True),
    Column("name", String(20), primary_key=True),
    Column("place", Integer, nullable=False),
)


@dataclass(frozen=True)
class Poll:
    """A question to discuss.

    Attributes
    ----------
    name : str
        What the room calls it.
    stem : mapping
        Language → the question.
    options : tuple of mapping
        Language → text, each.
    back_item, back_phase : str
        Where the room was when it was asked, and is again afterwards.
    """

    name: str
    stem: Mapping[str, str]
    options: tuple[Mapping[str, str], ...]
    back_item: str
    back_phase: str


def put_poll(store: Store, room: str, poll: Poll) -> None:
    """Keep a poll; another one of the same name is replaced.

    Examples
    --------
    >>> from kunskap.store import open_store
    >>> store = open_store("sqlite://")
    >>> options = ({"sv": "Här"}, {"sv": "Där"})
    >>> put_poll(store, "kurs", Poll("poll-1", {"sv": "Var börjar vi?"}, options, "goals51", "waiting"))
    >>> read_poll(store, "kurs", "poll-1").options[1]["sv"]
    'Där'
    """
    told = {**poll.__dict__, "options": list(poll.options)}
    here = (polls.c.room == room) & (polls.c.name == poll.name)
    with writing(store) as connection:
        connection.execute(polls.delete().where(here))
        connection.execute(votes.delete().where((votes.c.room == room) & (votes.c.name == poll.name)))
        content = json.dumps(told, ensure_ascii=False)
        connection.execute(polls.insert().values(room=room, name=poll.name, content=content))


def read_poll(store: Store, room: str, name: str) -> Poll:
    """A poll as it was asked.

    Raises
    ------
    KunskapError
        ``STORE-08`` if there is none.
    """
    with reading(store) as connection:
        query = select(polls.c.content).where(polls.c.room == room, polls.c.name == name)
        content = connection.execute(query).scalar_one_or_none()
    if content is None:
        raise KunskapError([fault("STORE-08", name)])
    told = json.loads(content)
    return Poll(**{**told, "options": tuple(told["options"])})


def polls_alike(store: Store, room: str, poll: Poll) -> set[str]:
    """The names of a room's polls with the same question, however it was typed; the poll's own too."""

    def asked(stem: Mapping[str, str]) -> set[str]:
        return {text.casefold().strip(" .?!") for text in stem.values()}

    with reading(store) as connection:
        rows = connection.execute(select(polls.c.name, polls.c.content).where(polls.c.room == room)).all()
    return {name for name, content in rows if asked(json.loads(content)["stem"]) & asked(poll.stem)}


def save_vote(store: Store, room: str, sitting_id: str, name: str, place: int) -> str:
    """Keep what one person chose, in the place of what they chose before.

    Returns
    -------
    str
        ``in_time``, or ``over`` if the poll is closed or was asked of another group.

    Raises
    ------
    KunskapError
        ``STORE-04``, ``STORE-05``.
    """
    with writing(store) as connection:
        # the room's row is locked as when it is closed: a vote is in time or it is not
        where = connection.execute(select(rooms).where(rooms.c.name == room).with_for_update()).one_or_none()
        row_of(connection, sitting_id, locked=True)
        seat = connection.execute(select(seats).where(seats.c.sitting_id == sitting_id)).one_or_none()
        is_open = where is not None and (where.item, where.phase) == (name, "open")
        if not is_open or seat is None or where is None or (seat.room, seat.party) != (room, where.party):
            return "over"
        here = (votes.c.sitting_id == sitting_id) & (votes.c.room == room) & (votes.c.name == name)
        connection.execute(votes.delete().where(here))
        connection.execute(votes.insert().values(sitting_id=sitting_id, room=room, name=name, place=place))
    return "in_time"


def vote_of(store: Store, room: str, sitting_id: str, name: str) -> int | None:
    """What one person has chosen, as a place among the options, from 0."""
    here = (votes.c.sitting_id == sitting_id) & (votes.c.room == room) & (votes.c.name == name)
    with reading(store) as connection:
        return connection.execute(select(votes.c.place).where(here)).scalar_one_or_none()


def votes_in_poll(store: Store, room: str, name: str) -> dict[str, int]:
    """Sitting → place.  For the figure and for counting only; those who have withdrawn are not in it."""
    gone = exists().where(withdrawn.c.pseudonym == sittings.c.pseudonym)
    query = select(votes.c.sitting_id, votes.c.place).select_from(votes.join(sittings))
    with reading(store) as connection:
        rows = connection.execute(query.where(votes.c.room == room, votes.c.name == name, ~gone)).all()
    return {sitting_id: place for sitting_id, place in rows}


def end_polls(connection: Connection, room: str, *, group_leaves: bool) -> None:
    """Leave no vote of a room's polls, in the transaction that ends the round; nothing at all when the group leaves.

    What the group has been shown stays without those who voted, and so do the words of those questions.
    """
    connection.execute(votes.delete().where(votes.c.room == room))
    figures = room_figures.c
    of_poll = (figures.room == room) & (func.substr(figures.subject, 1, len(POLL)) == POLL)
    if group_leaves:
        connection.execute(polls.delete().where(polls.c.room == room))
        connection.execute(room_figures.delete().where(of_poll))
        return
    shown = connection.execute(select(figures.subject, figures.content).where(of_poll)).all()
    for subject, content in shown:
        nobody = json.dumps({**json.loads(content), "behind": []})
        connection.execute(room_figures.update().where(of_poll, figures.subject == subject).values(content=nobody))
    is_shown = polls.c.name.in_([subject for subject, _ in shown])
    connection.execute(polls.delete().where(polls.c.room == room, ~is_shown))
