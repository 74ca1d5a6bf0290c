"""Rooms in the store, on SQLite and PostgreSQL: the lock that makes an answer in time or late, and what is kept."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from kunskap.errors import KunskapError
from kunskap.store import (
    Figure,
    Room,
    Sitting,
    Store,
    begin,
    change_room,
    counts_in_room,
    enter_room,
    erase,
    given_in_room,
    keep_figure,
    kept_figure,
    load,
    mark_shown,
    open_store,
    read_room,
    save_in_room,
    seat_of,
    take_seat,
    withdraw,
)

OPEN = Room("kurs", "r4a", "before", "one01", "open")


def sit(store: Store, room: Room, person: str | None = None) -> Sitting:
    sitting = begin(store, form=room.form, wave="2026", occasion=room.occasion, pseudonym=person)
    take_seat(store, sitting.sitting_id, room, ready=True)
    return sitting


def save(store: Store, sitting: Sitting, *chosen: str, item: str = "one01", receipt: str = "r") -> str:
    return save_in_room(store, "kurs", sitting.sitting_id, item, chosen, receipt=receipt)


def to(store: Store, **changes: object) -> Room:
    return change_room(store, "kurs", lambda room: replace(room, **changes))  # type: ignore[arg-type]


def test_a_room_is_made_once_and_every_change_has_a_number(store: Store) -> None:
    first = enter_room(store, OPEN)
    assert enter_room(store, replace(OPEN, phase="closed")) == first
    assert to(store, phase="closed").version == first.version + 1
    assert to(store, phase="closed").version == first.version + 1  # nothing changed
    with pytest.raises(KunskapError) as caught:
        read_room(store, "annan")
    assert caught.value.codes == ("STORE-08",)


def test_a_refused_step_changes_nothing(store: Store) -> None:
    enter_room(store, OPEN)

    def refuse(room: Room) -> Room:
        raise KunskapError([])

    with pytest.raises(KunskapError):
        change_room(store, "kurs", refuse)
    assert read_room(store, "kurs").phase == "open"


def test_in_time_late_kept_and_over(store: Store) -> None:
    room = enter_room(store, OPEN)
    one, late, unseen = (sit(store, room) for _ in range(3))
    mark_shown(store, late.sitting_id, ["one01"])
    assert save(store, one, "a") == "in_time"
    assert save(store, one, "b", receipt="r2") == "in_time"
    assert load(store, one.sitting_id).tries["one01"] == (("b",),)
    to(store, phase="closed")
    assert save(store, one, "a", receipt="r3") == "kept"
    assert save(store, late, "a") == "late"
    assert save(store, late, "a") == "late", "a replay is told the same"
    assert save(store, unseen, "a") == "over", "who never saw the question cannot answer it"
    room = to(store, phase="revealed", revealed=("one01",))
    other = sit(store, room)
    mark_shown(store, other.sitting_id, ["one01"])
    assert save(store, other, "a") == "over"
    counted = counts_in_room(store, room)
    assert (counted["begun"], counted["answered"], counted["late"]) == (4, 1, 1)
    given = given_in_room(store, room, occasion="before", item="one01")
    assert given == {one.sitting_id: (None, ("b",))}


def test_a_late_answer_to_a_question_that_the_room_has_left_is_kept(store: Store) -> None:
    room = enter_room(store, OPEN)
    slow = sit(store, room)
    mark_shown(store, slow.sitting_id, ["one01"])
    to(store, item="two01", phase="open")
    assert save(store, slow, "a") == "late"
    assert load(store, slow.sitting_id).tries["one01"] == (("a",),)


def test_an_answer_is_frozen_once_a_figure_has_been_shown(store: Store) -> None:
    room = enter_room(store, OPEN)
    one, other = sit(store, room), sit(store, room)
    save(store, one, "a")
    keep_figure(store, room, "one01", Figure(({"option": "a", "count": 1},), frozenset({one.sitting_id})))
    assert save(store, one, "b", receipt="r2") == "kept"
    assert save(store, other, "b") == "in_time"
    kept = kept_figure(store, room, "one01")
    assert kept is not None
    assert kept.rows == ({"option": "a", "count": 1},)
    assert kept.behind == {one.sitting_id}
    assert kept_figure(store, replace(room, party=2), "one01") is None


def test_who_withdraws_is_in_no_count_and_who_is_erased_leaves_nothing(store: Store) -> None:
    room = enter_room(store, OPEN)
    gone, stays = sit(store, room, "0" * 32), sit(store, room, "1" * 32)
    save(store, gone, "a")
    save(store, stays, "a")
    withdraw(store, "0" * 32)
    counted = counts_in_room(store, room)
    assert (counted["begun"], counted["answered"]) == (1, 1)
    assert set(given_in_room(store, room, occasion="before", item="one01")) == {stays.sitting_id}
    erase(store, "0" * 32)
    assert seat_of(store, gone.sitting_id) is None


def test_a_round_that_is_over_is_handed_in(store: Store) -> None:
    room = enter_room(store, OPEN)
    one = sit(store, room)
    save(store, one, "a")
    after = to(store, occasion="after", phase="waiting")
    assert load(store, one.sitting_id).completed
    later = sit(store, after, None)
    assert not load(store, later.sitting_id).completed
    to(store, party=2, occasion="before")
    assert load(store, later.sitting_id).completed


def test_the_closing_and_the_answers_never_disagree(url: str) -> None:
    """Forty answers while the question is closed: each is told in time or late as the figure counts it."""
    stores = [open_store(url) for _ in range(4)]
    room = enter_room(stores[0], OPEN)
    sittings = [sit(stores[0], room) for _ in range(40)]
    for sitting in sittings:
        mark_shown(stores[0], sitting.sitting_id, ["one01"])
    started = threading.Barrier(5)

    def answer(worker: int) -> list[str]:
        started.wait()
        return [save(stores[worker], sitting, "a") for sitting in sittings[worker::4]]

    def close() -> Room:
        started.wait()
        return to(stores[0], phase="closed")

    with ThreadPoolExecutor(5) as pool:
        said = [pool.submit(answer, worker) for worker in range(4)]
        closing = pool.submit(close)
        told = [each for future in said for each in future.result()]
    closed = closing.result()
    counted = counts_in_room(stores[0], closed)
    assert counted["answered"] == told.count("in_time")
    assert counted["late"] == told.count("late")
    assert set(told) <= {"in_time", "late"}
