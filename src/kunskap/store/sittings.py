"""What happens to a sitting: it begins, answers are kept, it ends.  Every function is one transaction.

An answer that has been returned from `save_answer` or `keep_posting` is on the disk.  What is not returned was not
saved, and the page must say so.
"""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from string import ascii_lowercase

from sqlalchemy import BindParameter, Connection, Row, bindparam, func, select
from sqlalchemy.exc import IntegrityError

from kunskap.errors import KunskapError, fault
from kunskap.store.schema import Store, answers, receipts, sittings, withdrawn
from kunskap.store.transactions import reading, writing

__all__ = [
    "Sitting",
    "begin",
    "complete",
    "counts",
    "handed_in",
    "is_replayed",
    "load",
    "mark_shown",
    "row_of",
    "sitting_of",
    "unfinished",
    "writing",
]

# What every posting asks for is put together once: that is half of what a statement costs.
THIS_SITTING: BindParameter[str] = bindparam("this_sitting")
THIS_RECEIPT: BindParameter[str] = bindparam("this_receipt")
SITTING = select(sittings).where(sittings.c.sitting_id == THIS_SITTING)
SITTING_LOCKED = SITTING.with_for_update()
ANSWERS = select(answers.c.item, answers.c.tries).where(answers.c.sitting_id == THIS_SITTING)
KNOWN_RECEIPT = select(receipts.c.receipt).where(
    receipts.c.sitting_id == THIS_SITTING, receipts.c.receipt == THIS_RECEIPT
)
NEW_ANSWER = answers.insert()
HANDED_IN = sittings.update().where(sittings.c.sitting_id == THIS_SITTING)


@dataclass(frozen=True)
class Sitting:
    """One person, one form, one attempt, as the store has it.

    Attributes
    ----------
    sitting_id : str
        Random letters: they say nothing about the person, and cannot look like a personal number.
    seed : int
        Decides the order in which options are shown.
    tries : mapping of str to tuple of tuple of str
        Item → its tries, oldest first; an empty tuple for an item that was shown and has no answer.
    completed : bool
        Whether it has been handed in.
    """

    sitting_id: str
    form: str
    wave: str
    occasion: str
    attempt: int
    language: str
    seed: int
    completed: bool
    tries: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)


def begin(
    store: Store,
    *,
    form: str,
    wave: str,
    occasion: str = "inventory",
    language: str = "sv",
    pseudonym: str | None = None,
    seed: int | None = None,
) -> Sitting:
    """Begin a sitting; whoever has an unfinished one goes on with it.

    Parameters
    ----------
    store : Store
        From `open_store`.
    form, wave, occasion : str
        What is answered, and when in the course of things.
    pseudonym : str, optional
        From `kunskap.pseudonym`; without one the sitting cannot be linked.
    seed : int, optional
        For tests; drawn when not given.

    Raises
    ------
    KunskapError
        ``STORE-04`` if nothing could be saved, ``STORE-06`` if the code's holder has withdrawn.

    Examples
    --------
    >>> from kunskap.store import open_store
    >>> store = open_store("sqlite://")
    >>> sitting = begin(store, form="baslinje", wave="2026", pseudonym="0" * 32)
    >>> begin(store, form="baslinje", wave="2026", pseudonym="0" * 32).sitting_id == sitting.sitting_id
    True
    """
    try:
        return _begun(store, form, wave, occasion, language, pseudonym, seed)
    except IntegrityError:  # two tabs at the same moment: the other one was first
        return _begun(store, form, wave, occasion, language, pseudonym, seed)


def unfinished(store: Store, pseudonym: str, *, form: str, wave: str, occasion: str = "inventory") -> bool:
    """Whether a code's holder has begun and not handed in."""
    with reading(store) as connection:
        earlier = _earlier(connection, pseudonym, form, wave, occasion)
    return bool(earlier) and earlier[0].completed_at is None


def load(store: Store, sitting_id: str) -> Sitting:
    """A sitting as it stands.

    Raises
    ------
    KunskapError
        ``STORE-05`` if there is none with this id.
    """
    with reading(store) as connection:
        return _load(connection, row_of(connection, sitting_id))


def is_replayed(store: Store, sitting_id: str, receipt: str) -> bool:
    """Whether a posting with this receipt has been taken already."""
    with reading(store) as connection:
        known = connection.execute(KNOWN_RECEIPT, {"this_sitting": sitting_id, "this_receipt": receipt})
        return known.first() is not None


def mark_shown(store: Store, sitting_id: str, items: Sequence[str]) -> None:
    """Note that questions have been shown: without an answer they are skipped, all others were not reached.

    Raises
    ------
    KunskapError
        ``STORE-04`` or ``STORE-05``.
    """
    with writing(store) as connection:
        row_of(connection, sitting_id, locked=True)
        known = connection.execute(ANSWERS, {"this_sitting": sitting_id}).scalars().all()
        fresh = [item for item in dict.fromkeys(items) if item not in known]
        if fresh:
            rows = [{"sitting_id": sitting_id, "item": item, "tries": "[]", "shown_at": now()} for item in fresh]
            connection.execute(NEW_ANSWER, rows)


def complete(store: Store, sitting_id: str) -> Sitting:
    """Hand in; doing it again changes nothing.

    Raises
    ------
    KunskapError
        ``STORE-04`` or ``STORE-05``.
    """
    with writing(store) as connection:
        row = row_of(connection, sitting_id, locked=True)
        if row.completed_at is None:
            handed_in(connection, sitting_id)
            row = row_of(connection, sitting_id)
        return _load(connection, row)


def handed_in(connection: Connection, sitting_id: str) -> None:
    """Note the time of handing in, in the transaction that is under way."""
    connection.execute(HANDED_IN, {"this_sitting": sitting_id, "completed_at": now()})


def counts(store: Store, *, wave: str, form: str) -> Mapping[str, int]:
    """How many have answered each question so far, and how many have begun and handed in: counts only.

    Returns
    -------
    mapping of str to int
        ``begun``, ``completed``, and an entry per item with at least one answer.
    """
    of_form = (sittings.c.wave == wave) & (sittings.c.form == form)
    with reading(store) as connection:
        begun, handed_in = connection.execute(
            select(func.count(), func.count(sittings.c.completed_at)).where(of_form)
        ).one()
        joined = answers.join(sittings)
        rows = connection.execute(
            select(answers.c.item, func.count())
            .select_from(joined)
            .where(of_form, answers.c.tries != "[]")
            .group_by(answers.c.item)
        ).all()
    return {"begun": begun, "completed": handed_in, **{item: number for item, number in rows}}


def _begun(
    store: Store, form: str, wave: str, occasion: str, language: str, pseudonym: str | None, seed: int | None
) -> Sitting:
    with writing(store) as connection:
        attempt = 1
        if pseudonym is not None:
            if connection.execute(select(withdrawn).where(withdrawn.c.pseudonym == pseudonym)).first():
                raise KunskapError([fault("STORE-06", "")])
            earlier = _earlier(connection, pseudonym, form, wave, occasion)
            if earlier and earlier[0].completed_at is None:
                return _load(connection, earlier[0])
            attempt = len(earlier) + 1
        values = {
            "sitting_id": "".join(secrets.choice(ascii_lowercase) for _ in range(24)),
            "pseudonym": pseudonym,
            "form": form,
            "wave": wave,
            "occasion": occasion,
            "attempt": attempt,
            "language": language,
            "seed": secrets.randbelow(2**31) if seed is None else seed,
            "started_at": now(),
        }
        connection.execute(sittings.insert().values(values))
        return _load(connection, row_of(connection, str(values["sitting_id"])))


def _earlier(connection: Connection, pseudonym: str, form: str, wave: str, occasion: str) -> Sequence[Row[tuple]]:
    same = (sittings.c.pseudonym == pseudonym) & (sittings.c.form == form)
    same &= (sittings.c.wave == wave) & (sittings.c.occasion == occasion)
    return connection.execute(select(sittings).where(same).order_by(sittings.c.attempt.desc())).all()


def row_of(connection: Connection, sitting_id: str, *, locked: bool = False) -> Row[tuple]:
    """A sitting's row, held until the transaction ends where `locked`; ``STORE-05`` if there is none."""
    row = connection.execute(SITTING_LOCKED if locked else SITTING, {"this_sitting": sitting_id}).one_or_none()
    if row is None:
        raise KunskapError([fault("STORE-05", "")])
    return row


def _load(connection: Connection, row: Row[tuple]) -> Sitting:
    return sitting_of(row, _kept(connection, row.sitting_id))


def _kept(connection: Connection, sitting_id: str) -> dict[str, str]:
    return {item: tries for item, tries in connection.execute(ANSWERS, {"this_sitting": sitting_id})}


def sitting_of(row: Row[tuple], kept: Mapping[str, str]) -> Sitting:
    """A sitting from its row and its answers as they are written."""
    tries = {item: tuple(tuple(chosen) for chosen in json.loads(text)) for item, text in kept.items()}
    return Sitting(
        row.sitting_id,
        row.form,
        row.wave,
        row.occasion,
        row.attempt,
        row.language,
        row.seed,
        row.completed_at is not None,
        tries,
    )


def now() -> dt.datetime:
    """Now, in universal time without a zone, as every database keeps it alike."""
    return dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0)
