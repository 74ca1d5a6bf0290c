"""The store's tables, and the connection to them: SQLite in a file, or PostgreSQL by its address."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    DateTime,
    Engine,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    create_engine,
    event,
    inspect,
    make_url,
)
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from kunskap.errors import KunskapError, fault

__all__ = [
    "Store",
    "answers",
    "issued",
    "late_answers",
    "open_store",
    "problem_of",
    "receipts",
    "room_figures",
    "rooms",
    "seats",
    "sittings",
    "withdrawn",
]

metadata = MetaData()
PSEUDONYM = String(32)

sittings = Table(
    "sittings",
    metadata,
    Column("sitting_id", String(32), primary_key=True),
    Column("pseudonym", PSEUDONYM, index=True),
    Column("form", String(40), nullable=False),
    Column("wave", String(40), nullable=False),
    Column("occasion", String(20), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("language", String(5), nullable=False),
    Column("seed", Integer, nullable=False),
    Column("started_at", DateTime, nullable=False),
    Column("completed_at", DateTime),
    UniqueConstraint("pseudonym", "form", "wave", "occasion", "attempt"),
)

answers = Table(
    "answers",
    metadata,
    Column("sitting_id", ForeignKey(sittings.c.sitting_id, ondelete="CASCADE"), primary_key=True),
    Column("item", String(20), primary_key=True),
    # JSON: a list of tries, each a list of option ids or one text; no try = seen and not answered
    Column("tries", Text, nullable=False),
    Column("shown_at", DateTime),
    Column("saved_at", DateTime),
)

receipts = Table(
    "receipts",
    metadata,
    Column("sitting_id", ForeignKey(sittings.c.sitting_id, ondelete="CASCADE"), primary_key=True),
    Column("receipt", String(64), primary_key=True),
)

issued = Table("issued", metadata, Column("pseudonym", PSEUDONYM, primary_key=True), Column("wave", String(40)))

withdrawn = Table(
    "withdrawn", metadata, Column("pseudonym", PSEUDONYM, primary_key=True), Column("withdrawn_at", DateTime)
)

rooms = Table(
    "rooms",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("form", String(40), nullable=False),
    Column("occasion", String(20), nullable=False),
    Column("item", String(20)),
    Column("phase", String(10), nullable=False),
    Column("since", DateTime, nullable=False),
    # which group of people sits there, from 1
    Column("party", Integer, nullable=False),
    # grows with every change, so that a phone sees whether anything is new
    Column("version", Integer, nullable=False),
    # JSON: the questions whose key this group has seen
    Column("revealed", Text, nullable=False),
)

seats = Table(
    "seats",
    metadata,
    Column("sitting_id", ForeignKey(sittings.c.sitting_id, ondelete="CASCADE"), primary_key=True),
    Column("room", String(40), nullable=False, index=True),
    Column("party", Integer, nullable=False),
    # whether the questions about oneself are over
    Column("ready", Integer, nullable=False),
)

# answers that came when their question had been closed: they are in the report and not in the room's figure
late_answers = Table(
    "late_answers",
    metadata,
    Column("sitting_id", ForeignKey(sittings.c.sitting_id, ondelete="CASCADE"), primary_key=True),
    Column("item", String(20), primary_key=True),
    Column("arrived_at", DateTime, nullable=False),
)

room_figures = Table(
    "room_figures",
    metadata,
    Column("room", String(40), primary_key=True),
    Column("party", Integer, primary_key=True),
    Column("occasion", String(20), primary_key=True),
    Column("subject", String(40), primary_key=True),
    # JSON: the released table as it was shown, and whose answers are in it
    Column("content", Text, nullable=False),
)


@dataclass(frozen=True)
class Store:
    """Where answers are kept; made by `open_store`.

    Attributes
    ----------
    engine : Engine
        SQLAlchemy's own.
    name : str
        What to call it in a message: never with a password.
    held : threading.local
        The transaction that each thread has under way; see `kunskap.store.transactions`.
    """

    engine: Engine = field(repr=False)
    name: str
    held: threading.local = field(default_factory=threading.local, repr=False, compare=False)


def open_store(url: str, *, create: bool = True, patience: float = 15.0) -> Store:
    """Open a store, and make its tables where they are missing.

    Parameters
    ----------
    url : str
        ``sqlite:///svar.sqlite`` (three slashes: beside you; four: from the root) or
        ``postgresql+psycopg://user:password@host/name``.
    create : bool
        Whether a store that is not there is made; False for readers.
    patience : float
        Seconds to wait for somebody else's writing before giving up (SQLite).

    Raises
    ------
    KunskapError
        ``STORE-01`` the address is none, ``STORE-02`` it cannot be reached or made, ``STORE-03`` there is no store.

    Notes
    -----
    SQLite runs with a write-ahead log and ``synchronous = FULL``: what was acknowledged survives a killed process and a
    lost power supply.  Every writing transaction takes its lock at once, so that two never wait for each other.

    Examples
    --------
    >>> open_store("sqlite://").name
    'sqlite://'
    """
    try:
        parsed = make_url(url)
        engine = create_engine(parsed, **_settings(parsed.get_backend_name(), patience))
    except (ArgumentError, NoSuchModuleError, ImportError, ValueError) as error:
        raise KunskapError([fault("STORE-01", "", value=_without_password(url))]) from error
    name = parsed.render_as_string(hide_password=True)
    is_file = parsed.get_backend_name() == "sqlite" and bool(parsed.database) and parsed.database != ":memory:"
    if is_file and not create and not Path(str(parsed.database)).is_file():
        raise KunskapError([fault("STORE-03", name)])
    if parsed.get_backend_name() == "sqlite":
        _prepare_sqlite(engine)
    try:
        if create:
            metadata.create_all(engine)
        elif not inspect(engine).has_table(sittings.name):
            raise KunskapError([fault("STORE-03", name)])
    except SQLAlchemyError as error:
        raise KunskapError([fault("STORE-02", name, problem=problem_of(error))]) from error
    return Store(engine, name)


def _settings(backend: str, patience: float) -> dict[str, Any]:
    if backend == "sqlite":
        return {"connect_args": {"timeout": patience, "check_same_thread": False}}
    return {"pool_pre_ping": True, "pool_size": 5}


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _: object) -> None:
        connection.isolation_level = None  # the driver must not begin transactions of its own
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def on_begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _without_password(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}" if rest else url


def problem_of(error: SQLAlchemyError) -> str:
    """What the database itself says, on one line."""
    return str(getattr(error, "orig", None) or type(error).__name__).splitlines()[0]
