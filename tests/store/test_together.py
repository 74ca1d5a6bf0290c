"""Many jobs in one transaction: all is told truly, whatever the database says."""

from __future__ import annotations

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import event

from kunskap.errors import KunskapError
from kunskap.serve.desk import Desk
from kunskap.store import (
    Posting,
    Sitting,
    Store,
    begin,
    is_replayed,
    keep_posting,
    load,
    mark_shown,
    open_store,
    save_answer,
)
from kunskap.store.transactions import together


@pytest.fixture
def file_store(tmp_path: Path) -> Store:
    return open_store(f"sqlite:///{tmp_path / 'svar.sqlite'}", patience=0.5)


def commits(store: Store) -> list[int]:
    found: list[int] = []
    event.listen(store.engine, "commit", lambda connection: found.append(1))
    return found


def begun(store: Store) -> Sitting:
    return begin(store, form="namnd", wave="2026")


def test_what_is_done_together_is_one_transaction(store: Store) -> None:
    found = commits(store)
    with together(store):
        sitting = begun(store)
        mark_shown(store, sitting.sitting_id, ["role"])
        save_answer(store, sitting.sitting_id, "role", ["pol"], receipt="a")
        assert is_replayed(store, sitting.sitting_id, "a")
        assert found == []
    assert found == [1]
    assert load(store, sitting.sitting_id).tries == {"role": (("pol",),)}


def test_one_that_fails_is_undone_alone(store: Store) -> None:
    with together(store):
        sitting = begun(store)
        with pytest.raises(KunskapError, match="STORE-05"):
            save_answer(store, "nobody", "role", ["pol"], receipt="a")
        save_answer(store, sitting.sitting_id, "role", ["tjm"], receipt="b")
    assert load(store, sitting.sitting_id).tries == {"role": (("tjm",),)}


def test_nothing_is_kept_where_the_commit_fails(file_store: Store) -> None:
    sitting = begun(file_store)

    def refuse(connection: object) -> None:
        raise event_error

    from sqlalchemy.exc import OperationalError

    event_error = OperationalError("COMMIT", {}, Exception("disk I/O error"))
    event.listen(file_store.engine, "commit", refuse)
    with pytest.raises(KunskapError, match="STORE-04"), together(file_store):
        save_answer(file_store, sitting.sitting_id, "role", ["pol"], receipt="a")
    event.remove(file_store.engine, "commit", refuse)
    assert load(file_store, sitting.sitting_id).tries == {}


def test_the_desk_commits_once_for_what_has_come_in(file_store: Store) -> None:
    desk, gate = Desk(file_store), threading.Event()
    first = desk.submit(gate.wait)
    found = commits(file_store)
    jobs = [desk.submit(begun, file_store) for _ in range(30)]
    gate.set()
    first.result()
    assert len({job.result().sitting_id for job in jobs}) == 30
    desk.shutdown()
    assert 1 <= len(found) <= 2


def test_the_desk_tells_each_what_became_of_its_own(file_store: Store) -> None:
    sitting = begun(file_store)
    desk, gate = Desk(file_store), threading.Event()
    desk.submit(gate.wait)
    good = desk.submit(save_answer, file_store, sitting.sitting_id, "role", ["pol"], receipt="a")
    bad = desk.submit(save_answer, file_store, "nobody", "role", ["pol"], receipt="b")
    odd = desk.submit(lambda: 1 / 0)
    gate.set()
    assert good.result().tries == {"role": (("pol",),)}
    assert isinstance(bad.exception(), KunskapError)
    assert isinstance(odd.exception(), ZeroDivisionError)
    desk.shutdown()


def test_one_whom_the_database_refuses_takes_nobody_along(file_store: Store) -> None:
    """The planted refusal undoes the whole transaction, as SQLite does by itself when the disk is full."""
    from sqlalchemy.exc import OperationalError

    sitting = begun(file_store)
    refusals: list[str] = []

    def refuse(connection: object, cursor: object, statement: str, parameters: object, *_: object) -> None:
        if "INSERT INTO receipts" in statement and "poison" in str(parameters):
            refusals.append(statement)
            raise OperationalError(statement, {}, Exception("database or disk is full"))

    event.listen(file_store.engine, "before_cursor_execute", refuse)
    desk, gate = Desk(file_store), threading.Event()
    desk.submit(gate.wait)
    before = desk.submit(save_answer, file_store, sitting.sitting_id, "role", ["pol"], receipt="a")
    poison = desk.submit(save_answer, file_store, sitting.sitting_id, "sex", ["k"], receipt="poison")
    gate.set()
    assert before.result().tries == {"role": (("pol",),)}
    error = poison.exception()
    assert isinstance(error, KunskapError)
    assert error.codes == ("STORE-04",)
    assert len(refusals) == 2
    desk.shutdown()
    assert load(file_store, sitting.sitting_id).tries == {"role": (("pol",),)}


def test_a_locked_database_is_waited_for_once_and_not_by_each_in_turn(file_store: Store) -> None:
    import sqlite3
    import time

    sitting = begun(file_store)
    desk, gate = Desk(file_store), threading.Event()
    desk.submit(gate.wait)
    jobs = [
        desk.submit(save_answer, file_store, sitting.sitting_id, "role", ["pol"], receipt=str(number))
        for number in range(20)
    ]
    other = sqlite3.connect(str(file_store.engine.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    before = time.monotonic()
    gate.set()
    assert all(isinstance(job.exception(), KunskapError) for job in jobs)
    assert time.monotonic() - before < 5
    other.execute("ROLLBACK")
    other.close()
    assert desk.submit(load, file_store, sitting.sitting_id).result().tries == {}
    desk.shutdown()


def test_the_store_opens_no_connection_beside_the_one_under_way(root: Path) -> None:
    """A second connection of the same thread would wait for the first one, which never ends."""
    for path in sorted((root / "src" / "kunskap" / "store").glob("*.py")):
        if path.name not in ("schema.py", "transactions.py"):
            assert not re.search(r"engine\.(connect|begin)\(", path.read_text(encoding="utf-8")), path


def answer(store: Store, sitting: Sitting, *chosen: str, receipt: str = "a", **more: object) -> Sitting:
    posting = Posting("role", chosen, **more)  # type: ignore[arg-type]
    return keep_posting(store, sitting.sitting_id, lambda before, is_replayed: posting, receipt=receipt)


def test_a_posting_is_taken_once_and_what_is_shown_next_is_noted(store: Store) -> None:
    sitting = begun(store)
    seen: list[bool] = []

    def decide(before: Sitting, is_replayed: bool) -> Posting:
        seen.append(is_replayed)
        return Posting("role", ("pol",) if not is_replayed else ("tjm",), shows="sex")

    for _ in range(2):
        told = keep_posting(store, sitting.sitting_id, decide, receipt="a")
        assert told.tries == load(store, sitting.sitting_id).tries == {"role": (("pol",),), "sex": ()}
    assert seen == [False, True]
    assert answer(store, sitting, receipt="b").tries["role"] == (), "an answer is taken back"
    done = answer(store, sitting, "tjm", receipt="c", completes=True)
    assert done.completed and load(store, sitting.sitting_id).completed
    with pytest.raises(KunskapError, match="STORE-07"):
        answer(store, sitting, "pol", receipt="d")
    with pytest.raises(KunskapError, match="STORE-05"):
        keep_posting(store, "nobody", lambda before, is_replayed: Posting(), receipt="e")
    assert load(store, sitting.sitting_id).tries["role"] == (("tjm",),)


def test_replays_at_the_same_moment_at_two_workers_leave_one_answer(url: str) -> None:
    """Planted for PostgreSQL: who reads before the sitting is locked takes a replay for new."""
    workers = [open_store(url), open_store(url)]
    sitting = begun(workers[0])
    start = threading.Barrier(4, timeout=10)
    taken: list[bool] = []

    def decide(before: Sitting, is_replayed: bool) -> Posting:
        taken.append(not is_replayed)
        return Posting("role", (f"o{len(taken)}",))

    def post(number: int) -> None:
        for turn in range(20):
            start.wait()
            store = workers[number % 2]
            keep_posting(store, sitting.sitting_id, decide, receipt=str(turn), keeps_tries=True)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(post, range(4)))
    assert (sum(taken), len(taken)) == (20, 80)
    assert len(load(workers[0], sitting.sitting_id).tries["role"]) == 20


def test_a_posting_that_cannot_be_written_takes_nobody_along(file_store: Store) -> None:
    """Planted: a text that no database takes, in the same transaction as two that are right."""
    sittings = [begun(file_store) for _ in range(3)]
    desk, gate = Desk(file_store), threading.Event()
    desk.submit(gate.wait)
    texts = ("ja", "\ud800", "nej")
    jobs = [desk.submit(answer, file_store, mine, text) for mine, text in zip(sittings, texts, strict=True)]
    gate.set()
    assert isinstance(jobs[1].exception(), UnicodeEncodeError)
    for place in (0, 2):
        assert jobs[place].result().tries == load(file_store, sittings[place].sitting_id).tries
    assert load(file_store, sittings[1].sitting_id).tries == {}
    assert not is_replayed(file_store, sittings[1].sitting_id, "a")
    desk.shutdown()


def test_hostile_text_is_text(store: Store) -> None:
    sitting = begun(store)
    text = "\x00'); DROP TABLE answers; -- \u202e<script>" + "😀" * 500
    assert answer(store, sitting, text).tries == load(store, sitting.sitting_id).tries == {"role": ((text,),)}
