"""One posted form: what it does is decided and kept in one transaction with as few statements as it takes.

A room that answers at once is carried or not by what one answer costs.  Everything that the decision hangs on is read
with the sitting locked, so that another tab, or another worker, waits and then sees what this one did.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import DateTime, String, bindparam, literal_column, select, text, union_all

from kunskap.errors import KunskapError, fault
from kunskap.store.schema import Store, answers, receipts
from kunskap.store.sittings import Sitting, handed_in, now, row_of, sitting_of
from kunskap.store.transactions import writing_once

__all__ = ["Posting", "keep_posting", "save_answer"]

# The answers, and the receipt among them where it is known: its name cannot be an item's.
RECEIPT = "receipt:"
SITTING_ID = bindparam("this_sitting", type_=String)
KEPT = union_all(
    select(answers.c.item, answers.c.tries).where(answers.c.sitting_id == SITTING_ID),
    select(literal_column(f"'{RECEIPT}'"), receipts.c.receipt).where(
        receipts.c.sitting_id == SITTING_ID, receipts.c.receipt == bindparam("this_receipt", type_=String)
    ),
)
# In words that SQLite and PostgreSQL have in common.
KEEP = text(
    "INSERT INTO answers (sitting_id, item, tries, shown_at, saved_at) VALUES (:sitting, :item, :tries, :shown, :saved)"
    " ON CONFLICT (sitting_id, item) DO UPDATE SET tries = excluded.tries, saved_at = excluded.saved_at"
).bindparams(bindparam("shown", type_=DateTime), bindparam("saved", type_=DateTime))
NEW_RECEIPT = receipts.insert()


@dataclass(frozen=True)
class Posting:
    """What a posted form does to a sitting.

    Attributes
    ----------
    item : str or None
        The question that is answered; None if nothing is.
    chosen : tuple of str
        Option ids, or one text; empty takes an earlier answer back.
    completes : bool
        Whether all is handed in.
    shows : str or None
        The question that is shown next: without an answer it is skipped, what was never shown was not reached.
    """

    item: str | None = None
    chosen: tuple[str, ...] = ()
    completes: bool = False
    shows: str | None = None


def keep_posting(
    store: Store,
    sitting_id: str,
    decide: Callable[[Sitting, bool], Posting],
    *,
    receipt: str,
    keeps_tries: bool = False,
) -> Sitting:
    """Let a posted form do what it does, once.

    Parameters
    ----------
    store : Store
        From `open_store`.
    sitting_id : str
        Whose.
    decide : callable
        From the sitting as it stands, and whether this posting has been taken already, to what it does.  It may be
        called again if the transaction is undone; what it raises changes nothing.
    receipt : str
        What this one posting is called.  The same receipt again (a lost connection, a replay) saves nothing.
    keeps_tries : bool
        Whether earlier tries are kept (teaching) or replaced (a survey).

    Returns
    -------
    Sitting
        As it stands when the transaction is over.

    Raises
    ------
    KunskapError
        ``STORE-04`` if it could not be saved, ``STORE-05`` no such sitting, ``STORE-07`` it has been handed in, and
        what `decide` raises.

    Examples
    --------
    >>> from kunskap.store import begin, open_store
    >>> store = open_store("sqlite://")
    >>> mine = begin(store, form="baslinje", wave="2026").sitting_id
    >>> answer = Posting("role", ("pol",), shows="sex")
    >>> keep_posting(store, mine, lambda sitting, is_replayed: answer, receipt="a").tries
    {'role': (('pol',),), 'sex': ()}
    """
    with writing_once(store) as (connection, write):
        row = row_of(connection, sitting_id, locked=True)
        rows = connection.execute(KEPT, {"this_sitting": sitting_id, "this_receipt": receipt}).all()
        kept = {item: tries for item, tries in rows if item != RECEIPT}
        is_replayed = len(kept) < len(rows)
        sitting = sitting_of(row, kept)
        posting = decide(sitting, is_replayed)
        answered = None if is_replayed else posting.item
        if answered is not None and sitting.completed and not keeps_tries:
            raise KunskapError([fault("STORE-07", "")])
        moment, changed, fresh = now(), [], {}
        if answered is not None:
            fresh[answered] = _tries(sitting.tries.get(answered, ()), posting.chosen, keeps_tries)
            told = json.dumps(fresh[answered], ensure_ascii=False)
            changed.append({"item": answered, "tries": told, "shown": None, "saved": moment})
        if posting.shows is not None and posting.shows not in {*kept, answered}:
            fresh[posting.shows] = ()
            changed.append({"item": posting.shows, "tries": "[]", "shown": moment, "saved": None})
        with write:
            if answered is not None:
                connection.execute(NEW_RECEIPT, {"sitting_id": sitting_id, "receipt": receipt})
            if changed:
                connection.execute(KEEP, [{"sitting": sitting_id, **each} for each in changed])
            if posting.completes and not sitting.completed:
                handed_in(connection, sitting_id)
        is_over = sitting.completed or posting.completes
        return replace(sitting, tries={**sitting.tries, **fresh}, completed=is_over)


def save_answer(
    store: Store, sitting_id: str, item: str, chosen: Sequence[str], *, receipt: str, keeps_tries: bool = False
) -> Sitting:
    """Keep an answer.

    Parameters
    ----------
    store : Store
        From `open_store`.
    sitting_id : str
        Whose.
    item : str
        The question, or the background variable.
    chosen : sequence of str
        Option ids, or one text; empty takes an earlier answer back.
    receipt : str
        What this one posting is called.  The same receipt again (a lost connection, a replay) changes nothing.
    keeps_tries : bool
        Whether earlier tries are kept (teaching) or replaced (a survey).

    Returns
    -------
    Sitting
        As it stands on the disk.

    Raises
    ------
    KunskapError
        ``STORE-04`` if it could not be saved, ``STORE-05`` no such sitting, ``STORE-07`` it has been handed in.
    """
    answer = Posting(item, tuple(chosen))
    return keep_posting(store, sitting_id, lambda *_: answer, receipt=receipt, keeps_tries=keeps_tries)


def _tries(
    earlier: Sequence[tuple[str, ...]], chosen: tuple[str, ...], keeps_tries: bool
) -> tuple[tuple[str, ...], ...]:
    return (*(earlier if keeps_tries else ()), *((chosen,) if chosen else ()))
