"""Transactions: one for each thing that is done, or one for many that come at the same moment.

A commit waits for the disk, and a disk takes a few hundred a second at best.  When a whole room answers at once, what
has come in the meantime is therefore written in one transaction; nobody is told "saved" before that transaction is.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from kunskap.errors import KunskapError, fault
from kunskap.store.schema import Store, problem_of

__all__ = ["Together", "reading", "together", "writing", "writing_once"]


@dataclass
class Together:
    """What is under way in one thread.

    Attributes
    ----------
    connection : Connection or None
        None until something is read or written.
    problem : str or None
        What the database refused, if it did; it may then have undone what came before it too.
    """

    connection: Connection | None = None
    problem: str | None = None


@contextmanager
def together(store: Store) -> Iterator[Together]:
    """Everything that this thread does with the store inside is one transaction.

    Each `writing` inside is still undone by itself when it fails.  Where the database refuses anything nothing at all
    is kept, because SQLite may undo the whole transaction of its own accord (a full disk).

    Raises
    ------
    KunskapError
        ``STORE-04`` if it could not be committed: then nothing that was done inside is kept.
    """
    held = Together()
    store.held.transaction = held
    try:
        yield held
        if held.connection is not None and held.problem is None:
            held.connection.commit()
    except SQLAlchemyError as error:
        held.problem = problem_of(error)
        raise KunskapError([fault("STORE-04", store.name, problem=held.problem)]) from error
    finally:
        store.held.transaction = None
        if held.connection is not None:
            if held.problem is not None:
                held.connection.invalidate()  # a commit that failed may have left its transaction open
            held.connection.close()


@contextmanager
def reading(store: Store) -> Iterator[Connection]:
    """A connection to read with; inside `together` the one that is under way.

    Raises
    ------
    KunskapError
        ``STORE-09`` if it could not be read.
    """
    held = _held(store)
    try:
        if held is None:
            with store.engine.connect() as connection:
                yield connection
        else:
            yield _opened(store, held)
    except SQLAlchemyError as error:
        if held is not None:
            held.problem = problem_of(error)
        raise KunskapError([fault("STORE-09", store.name, problem=problem_of(error))]) from error


@contextmanager
def writing(store: Store) -> Iterator[Connection]:
    """One writing transaction; what the database says is told with a code.

    Raises
    ------
    KunskapError
        ``STORE-04`` if it could not be saved.
    """
    held = _held(store)
    try:
        if held is None:
            with store.engine.connect() as connection:
                try:
                    with connection.begin():
                        yield connection
                except SQLAlchemyError as error:
                    if not isinstance(error, IntegrityError):
                        connection.invalidate()  # as above
                    raise
        else:
            with _undone_alone(_opened(store, held)) as connection:
                yield connection
    except IntegrityError:
        raise
    except SQLAlchemyError as error:
        if held is not None:
            held.problem = problem_of(error)
        raise KunskapError([fault("STORE-04", store.name, problem=problem_of(error))]) from error


@contextmanager
def writing_once(store: Store) -> Iterator[tuple[Connection, AbstractContextManager[None]]]:
    """As `writing`, for what reads and decides first and writes last, in the context that is given beside.

    What goes wrong before that has changed nothing, so that nothing needs to be undone by itself: that saves two
    statements.  What goes wrong in it undoes everything that is under way.

    Raises
    ------
    KunskapError
        ``STORE-04`` if it could not be saved.
    """
    held = _held(store)
    if held is None:
        with writing(store) as connection:
            yield connection, nullcontext()
        return
    try:
        yield _opened(store, held), _undoing_all(held)
    except SQLAlchemyError as error:
        held.problem = problem_of(error)
        raise KunskapError([fault("STORE-04", store.name, problem=held.problem)]) from error


@contextmanager
def _undoing_all(held: Together) -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        held.problem = type(error).__name__
        raise


@contextmanager
def _undone_alone(connection: Connection) -> Iterator[Connection]:
    """A savepoint in plain SQL: SQLAlchemy's own costs as much as a whole statement each time."""
    connection.exec_driver_sql("SAVEPOINT alone")
    try:
        yield connection
    except BaseException:
        connection.exec_driver_sql("ROLLBACK TO SAVEPOINT alone")
        connection.exec_driver_sql("RELEASE SAVEPOINT alone")
        raise
    connection.exec_driver_sql("RELEASE SAVEPOINT alone")


def _held(store: Store) -> Together | None:
    return getattr(store.held, "transaction", None)


def _opened(store: Store, held: Together) -> Connection:
    if held.connection is None:
        held.connection = store.engine.connect()
    return held.connection
