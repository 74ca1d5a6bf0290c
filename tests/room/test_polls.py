"""Discussion polls: what may be asked and typed, what the room sees, and what is left of them."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from kunskap.bank import read_bank
from kunskap.disclosure import read_policy
from kunskap.errors import KunskapError
from kunskap.room import ask_poll, first_room, is_poll, leave_poll, poll_item, poll_result, ready_made, step, typed
from kunskap.store import (
    Poll,
    Room,
    Store,
    begin,
    change_room,
    enter_room,
    open_store,
    put_poll,
    read_room,
    save_vote,
    take_seat,
    withdraw,
)

BANK, POLICY = read_bank(), read_policy()
HOSTILE = '<script>alert("x")</script>'


@pytest.fixture
def store() -> Store:
    made = open_store("sqlite://")
    enter_room(made, first_room("kurs", form="r4a", occasion="before", bank=BANK))
    return made


def opened(store: Store, options: int = 3, *, asked: str = "Var börjar vi?") -> Poll:
    item = typed(asked, [f"Svar {number}" for number in range(options)], languages=BANK.languages)
    kept: list[Poll] = []

    def take(room: Room) -> Room:
        after, poll = ask_poll(room, item)
        kept.append(poll)
        return after

    change_room(store, "kurs", take)
    put_poll(store, "kurs", kept[0])
    return kept[0]


def people(store: Store, count: int) -> list[str]:
    ids = []
    for number in range(count):
        person = f"{number:032x}"
        sitting = begin(store, form="r4a", wave="v", occasion="before", pseudonym=person)
        take_seat(store, sitting.sitting_id, read_room(store, "kurs"), ready=True)
        ids.append(sitting.sitting_id)
    return ids


def close(store: Store) -> Room:
    return change_room(store, "kurs", lambda room: step(room, "close", bank=BANK))


def shown(store: Store, poll: Poll) -> dict[str, object]:
    result = poll_result(store, read_room(store, "kurs"), poll, policy=POLICY)
    return {"reason": result.reason, **{str(row["option"]): row["count"] for row in result.rows}}


def test_the_room_goes_to_the_poll_and_back_to_where_it_was(store: Store) -> None:
    before = change_room(store, "kurs", lambda room: step(room, "next", bank=BANK))
    poll = opened(store)
    room = read_room(store, "kurs")
    assert is_poll(room) and room.phase == "open"
    for action in ("open", "reveal", "undo", "next", "after", "end"):
        with pytest.raises(KunskapError, match="ROOM-02"):
            step(room, action, bank=BANK)
    with pytest.raises(KunskapError, match="ROOM-02"):
        ask_poll(room, poll_item(poll))
    closed = close(store)
    back = leave_poll(closed, poll)
    assert (back.item, back.phase, back.revealed) == (before.item, before.phase, before.revealed)
    with pytest.raises(KunskapError, match="ROOM-02"):
        leave_poll(back, poll)


def test_only_the_whole_room_from_five_and_only_once(store: Store) -> None:
    poll, ids = opened(store), people(store, 11)
    for sitting in ids[:4]:
        assert save_vote(store, "kurs", sitting, poll.name, 0) == "in_time"
    assert shown(store, poll) == {"reason": "open"}
    close(store)
    assert shown(store, poll) == {"reason": "few"}
    assert save_vote(store, "kurs", ids[4], poll.name, 1) == "over"


def test_a_shown_figure_stays_when_somebody_withdraws(store: Store) -> None:
    poll, ids = opened(store), people(store, 6)
    for number, sitting in enumerate(ids):
        save_vote(store, "kurs", sitting, poll.name, 2)
        save_vote(store, "kurs", sitting, poll.name, number % 2)  # changed before it is closed: one vote each
    close(store)
    before = shown(store, poll)
    assert before == {"reason": "shown", "o1": 3, "o2": 3, "o3": 0}
    withdraw(store, f"{0:032x}")
    assert shown(store, poll) == before


def test_of_five_who_withdraw_before_it_is_shown_four_are_too_few(store: Store) -> None:
    poll, ids = opened(store), people(store, 5)
    for sitting in ids:
        save_vote(store, "kurs", sitting, poll.name, 0)
    withdraw(store, f"{0:032x}")
    close(store)
    assert shown(store, poll) == {"reason": "few"}


@pytest.mark.parametrize(
    ("came", "left", "reason"), [(1, 0, "unlike"), (0, 1, "unlike"), (5, 0, "shown"), (0, 0, "shown")]
)
def test_a_poll_asked_twice_does_not_tell_who_came_or_left(store: Store, came: int, left: int, reason: str) -> None:
    """The two figures stand beside each other: the difference would be what those few voted."""
    ids = people(store, 12 + came)
    for asked, voters in (("Var börjar vi?", ids[:12]), (" var börjar  VI", ids[left:])):
        poll = opened(store, asked=asked)
        for number, sitting in enumerate(voters):
            save_vote(store, "kurs", sitting, poll.name, number % 2)
        close(store)
        told = shown(store, poll)["reason"]
        change_room(store, "kurs", lambda room, own=poll: leave_poll(room, own))
    assert told == reason


@pytest.mark.parametrize("action", ["reset", "after", "end"])
def test_no_vote_outlives_its_round_and_what_was_shown_goes_with_the_group(store: Store, action: str) -> None:
    ids = people(store, 5)
    for is_shown in (True, False):
        poll = opened(store)
        for sitting in ids:
            save_vote(store, "kurs", sitting, poll.name, 0)
        close(store)
        assert not is_shown or shown(store, poll)["reason"] == "shown"
        change_room(store, "kurs", lambda room, asked=poll: leave_poll(room, asked))
    change_room(store, "kurs", lambda room: step(room, action, bank=BANK, forms=("r4a", "r4b")))
    kept = 0 if action == "reset" else 1
    with store.engine.connect() as connection:
        for table, count in {"poll_votes": 0, "polls": kept, "room_figures": kept}.items():
            assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() == count, table
        contents = connection.execute(text("SELECT content FROM room_figures")).scalars().all()
    assert not [sitting for sitting in ids for content in contents if sitting in content], (
        "nobody is behind it any more"
    )


def test_who_sits_elsewhere_has_no_vote(store: Store) -> None:
    poll = opened(store)
    stranger = begin(store, form="r4a", wave="v", occasion="before").sitting_id
    assert save_vote(store, "kurs", stranger, poll.name, 0) == "over"


@pytest.mark.parametrize(
    ("question", "options", "code"),
    [
        ("", ["a", "b"], "ROOM-12"),
        ("x" * 301, ["a", "b"], "ROOM-12"),
        ("x", ["a", "  "], "ROOM-13"),
        ("x", ["Ja", "ja"], "ROOM-13"),
        ("x", list("abcdefghi"), "ROOM-13"),
        ("x", ["a", "b" * 121], "ROOM-14"),
    ],
)
def test_what_is_typed_is_measured(question: str, options: list[str], code: str) -> None:
    with pytest.raises(KunskapError, match=code):
        typed(question, options, languages=("sv", "en"))


def test_no_survey_question_and_no_opinion_of_the_survey_can_be_asked() -> None:
    room = first_room("kurs", form="r4a", occasion="before", bank=BANK)
    for item_id in ("goals01", "goals51", "attitudes01"):
        with pytest.raises(KunskapError, match="ROOM-03"):
            ask_poll(room, BANK.items[item_id])
    assert len(ready_made(BANK)) >= 4
    assert not any(item.key for item in ready_made(BANK))
