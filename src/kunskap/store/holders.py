"""What the holder of a code may do with it: see, download and withdraw their own answers.

The store knows no codes, only pseudonyms; whoever shows the code has its pseudonym.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select

from kunskap.store.schema import Store, issued, sittings, withdrawn
from kunskap.store.sittings import Sitting, load, now
from kunskap.store.transactions import reading, writing

__all__ = ["Holding", "erase", "is_issued", "issue", "own_sittings", "withdraw"]


@dataclass(frozen=True)
class Holding:
    """What the store has of one code.

    Attributes
    ----------
    sittings : tuple of Sitting
        Everything answered with it, oldest first.
    withdrawn : bool
        Whether its holder has withdrawn.
    """

    sittings: tuple[Sitting, ...]
    withdrawn: bool


def issue(store: Store, pseudonyms: Iterable[str], *, wave: str) -> None:
    """Note that codes have been handed out; those that are known stay as they are.

    Raises
    ------
    KunskapError
        ``STORE-04`` if nothing could be saved.
    """
    with writing(store) as connection:
        known = set(connection.execute(select(issued.c.pseudonym)).scalars())
        rows = [{"pseudonym": each, "wave": wave} for each in dict.fromkeys(pseudonyms) if each not in known]
        if rows:
            connection.execute(issued.insert(), rows)


def is_issued(store: Store, pseudonym: str) -> bool:
    """Whether a code was handed out by the project."""
    with reading(store) as connection:
        return connection.execute(select(issued).where(issued.c.pseudonym == pseudonym)).first() is not None


def own_sittings(store: Store, pseudonym: str) -> Holding:
    """Everything that was answered with one code.

    Examples
    --------
    >>> from kunskap.store import begin, open_store
    >>> store = open_store("sqlite://")
    >>> _ = begin(store, form="baslinje", wave="2026", pseudonym="0" * 32)
    >>> len(own_sittings(store, "0" * 32).sittings), own_sittings(store, "1" * 32).sittings
    (1, ())
    """
    mine = select(sittings.c.sitting_id).where(sittings.c.pseudonym == pseudonym).order_by(sittings.c.started_at)
    with reading(store) as connection:
        ids: Sequence[str] = connection.execute(mine).scalars().all()
        gone = connection.execute(select(withdrawn).where(withdrawn.c.pseudonym == pseudonym)).first()
    return Holding(tuple(load(store, sitting_id) for sitting_id in ids), gone is not None)


def withdraw(store: Store, pseudonym: str) -> bool:
    """Take a code's answers out of every analysis from now on; they stay until they are erased.

    Returns
    -------
    bool
        False if that had been done already.

    Raises
    ------
    KunskapError
        ``STORE-04`` if it could not be saved.
    """
    with writing(store) as connection:
        if connection.execute(select(withdrawn).where(withdrawn.c.pseudonym == pseudonym)).first():
            return False
        connection.execute(withdrawn.insert().values(pseudonym=pseudonym, withdrawn_at=now()))
        return True


def erase(store: Store, pseudonym: str) -> int:
    """Erase a code's answers, by the project's decision; that it has been withdrawn is remembered.

    Returns
    -------
    int
        How many sittings were erased.

    Raises
    ------
    KunskapError
        ``STORE-04`` if it could not be done.
    """
    with writing(store) as connection:
        return connection.execute(delete(sittings).where(sittings.c.pseudonym == pseudonym)).rowcount
