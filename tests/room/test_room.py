"""The room's engine, and what it lets out: planted faults for everything that must not leave."""

from __future__ import annotations

import secrets
from dataclasses import replace

import pytest

from kunskap.bank import Bank
from kunskap.disclosure import read_policy
from kunskap.errors import KunskapError
from kunskap.plots.room import room_comparison, room_shares
from kunskap.room import before_and_after, first_room, question_result, released_again, step
from kunskap.store import (
    Room,
    Store,
    begin,
    change_room,
    enter_room,
    mark_shown,
    open_store,
    read_room,
    save_in_room,
    take_seat,
    withdraw,
)
from kunskap.words import read_words

POLICY = read_policy()
FORMS = ("r4a", "r4a")


@pytest.fixture
def store() -> Store:
    return open_store("sqlite://")


def walked(bank: Bank, *actions: str, form: str = "r4a") -> Room:
    room = first_room("kurs", form=form, occasion="before", bank=bank)
    for action in actions:
        room = step(room, action, bank=bank)
    return room


def refused(bank: Bank, room: Room, action: str) -> str:
    with pytest.raises(KunskapError) as caught:
        step(room, action, bank=bank)
    return caught.value.codes[0]


@pytest.mark.parametrize(
    ("before", "action", "code"),
    [
        ((), "close", "ROOM-02"),
        ((), "reveal", "ROOM-02"),
        ((), "undo", "ROOM-02"),
        (("open",), "open", "ROOM-02"),
        (("open",), "next", "ROOM-02"),
        (("open",), "reveal", "ROOM-02"),
        (("open",), "after", "ROOM-02"),
        (("open",), "end", "ROOM-02"),
        (("open", "close", "reveal"), "open", "ROOM-02"),
        (("open", "close", "reveal", "undo"), "open", "ROOM-05"),
        (("open", "close", "reveal", "undo"), "undo", "ROOM-05"),
        (("after",), "after", "ROOM-02"),
        (("end",), "open", "ROOM-02"),
        (("end",), "undo", "ROOM-02"),
        (("next", "next", "next"), "next", "ROOM-02"),
        ((), "dance", "ROOM-01"),
    ],
)
def test_what_may_not_be_done_now_is_refused(bank: Bank, before: tuple[str, ...], action: str, code: str) -> None:
    assert refused(bank, walked(bank, *before), action) == code


def test_undo_goes_back_one_step_at_a_time(bank: Bank) -> None:
    room = walked(bank, "open", "close", "next")
    phases = []
    for _ in range(3):
        room = step(room, "undo", bank=bank)
        phases.append((room.item, room.phase))
    first = bank.forms["r4a"].item_ids[0]
    assert phases == [(first, "closed"), (first, "open"), (first, "waiting")]


def test_after_and_reset_begin_with_the_right_form(bank: Bank) -> None:
    forms = ("r4a", "r4b")
    room = step(walked(bank), "after", bank=bank, forms=forms)
    assert (room.form, room.occasion, room.item) == ("r4b", "after", bank.forms["r4b"].item_ids[0])
    fresh = step(room, "reset", bank=bank, forms=forms)
    assert (fresh.form, fresh.occasion, fresh.party, fresh.revealed) == ("r4a", "before", 2, ())


@pytest.mark.parametrize("phase", ["waiting", "open", "closed", "revealed"])
def test_the_key_of_a_survey_question_is_refused_in_every_phase(bank: Bank, phase: str) -> None:
    room = Room("kurs", "baslinje", "before", "goals01", phase)
    assert bank.items["goals01"].pool == "survey"
    assert refused(bank, room, "reveal") == "ROOM-03"


def test_an_opinion_has_no_key_to_show(bank: Bank) -> None:
    assert refused(bank, Room("kurs", "baslinje", "before", "support01", "closed"), "reveal") == "ROOM-04"


def seated(store: Store, people: int, *, item: str, said: list[tuple[str, ...]], form: str = "r4a") -> list[str]:
    """People who have answered one open question; the room is then closed."""
    room = enter_room(store, Room("kurs", form, "before", item, "open"))
    persons = [secrets.token_hex(16) for _ in range(people)]
    put(store, room, persons, said)
    return persons


def put(store: Store, room: Room, persons: list[str], said: list[tuple[str, ...]]) -> None:
    for person, chosen in zip(persons, said, strict=True):
        sitting = begin(store, form=room.form, wave="2026", occasion=room.occasion, pseudonym=person)
        take_seat(store, sitting.sitting_id, room, ready=True)
        mark_shown(store, sitting.sitting_id, [room.item or ""])
        assert save_in_room(store, "kurs", sitting.sitting_id, room.item or "", chosen, receipt="r") == "in_time"


def to(store: Store, **changes: object) -> Room:
    return change_room(store, "kurs", lambda room: replace(room, **changes))  # type: ignore[arg-type]


def test_a_question_to_discuss_is_shown_as_shares(store: Store, bank: Bank) -> None:
    options = bank.items["support01"].option_ids
    seated(store, 6, item="support01", said=[(options[0], options[1])] * 3 + [(options[1],)] * 3, form="baslinje")
    told = question_result(store, to(store, phase="closed"), bank=bank, policy=POLICY)
    assert told.reason == "shown"
    assert {row["option"]: row["count"] for row in told.rows}[options[1]] == 6
    drawing = room_shares(
        released_again({"rows": told.rows}, policy=POLICY), bank=bank, words=read_words(), item="support01"
    )
    assert drawing.alt.startswith("Av 6 svar: 50")


@pytest.mark.parametrize("item", ["goals01", "attitudes01"])
def test_answers_to_survey_questions_and_attitudes_never_reach_the_screen(store: Store, bank: Bank, item: str) -> None:
    chosen = bank.items[item].option_ids[:1]
    seated(store, 8, item=item, said=[chosen] * 8, form="baslinje")
    with pytest.raises(KunskapError) as caught:
        question_result(store, to(store, phase="closed"), bank=bank, policy=POLICY)
    assert caught.value.codes == ("ROOM-06",)


def test_without_rules_for_a_room_nothing_is_loosened(store: Store, bank: Bank) -> None:
    item = bank.items["goals51"]
    seated(store, 6, item=item.id, said=[item.key] * 6)
    strict = replace(POLICY, room=None)
    room = to(store, phase="closed")
    assert question_result(store, room, bank=bank, policy=strict).reason == "few"
    assert question_result(store, room, bank=bank, policy=POLICY).reason == "shown"


def test_no_split_of_the_room_leaves(store: Store, bank: Bank) -> None:
    """Planted: a table by sex under the room's policy."""
    from kunskap.disclosure import release
    from kunskap.tables import estimates

    rows = [
        dict(sex=sex, universe="all", item="goals51", option=option, statistic="share", unit="share",
             count=5, n=10, estimate=0.5)
        for sex in ("k", "m") for option in ("right", "wrong")
    ]  # fmt: skip
    with pytest.raises(KunskapError) as caught:
        release({"room": estimates(rows, by=["sex"])}, policy=POLICY.for_room(), view="room")
    assert caught.value.codes == ("GATE-10",)


def test_a_figure_is_replaced_only_when_it_tells_of_nobody(store: Store, bank: Bank) -> None:
    item = bank.items["goals51"]
    seated(store, 5, item=item.id, said=[item.key] * 5)
    first = question_result(store, to(store, phase="closed"), bank=bank, policy=POLICY)
    put(store, to(store, phase="open"), [secrets.token_hex(16) for _ in range(4)], [("dk",)] * 4)
    assert question_result(store, to(store, phase="closed"), bank=bank, policy=POLICY).rows == first.rows
    put(store, to(store, phase="open"), [secrets.token_hex(16)], [("dk",)])
    again = question_result(store, to(store, phase="closed"), bank=bank, policy=POLICY)
    assert again.rows[0]["n"] == 10


def test_a_withdrawal_between_two_looks_is_not_seen(store: Store, bank: Bank) -> None:
    item = bank.items["goals51"]
    persons = seated(store, 6, item=item.id, said=[item.key] * 5 + [("dk",)])
    first = question_result(store, to(store, phase="closed"), bank=bank, policy=POLICY)
    withdraw(store, persons[5])
    assert question_result(store, read_room(store, "kurs"), bank=bank, policy=POLICY).rows == first.rows


@pytest.mark.parametrize(("stay", "kind"), [(10, "paired"), (9, "rounds"), (6, "rounds"), (5, "paired")])
def test_before_and_after_tell_nobody_apart(store: Store, bank: Bank, stay: int, kind: str) -> None:
    """Ten before; of those who left, one to four could be told from the two figures: then the rounds stand alone."""
    item = bank.items[bank.forms["r4a"].item_ids[0]]
    persons = seated(store, 10, item=item.id, said=[item.key] * 4 + [("dk",)] * 6)
    question_result(store, to(store, phase="closed"), bank=bank, policy=POLICY)
    room = to(store, phase="open", occasion="after")
    put(store, room, persons[:stay], [item.key] * stay)
    room = to(store, phase="closed")
    question_result(store, room, bank=bank, policy=POLICY)
    told = before_and_after(store, room, bank=bank, policy=POLICY, forms=FORMS)
    assert (told.reason, told.kind) == ("shown", kind)
    right = {row["occasion"]: (row["count"], row["n"]) for row in told.rows}
    assert right == {"before": (4, stay if kind == "paired" else 10), "after": (stay, stay)}
    released = released_again({"rows": told.rows}, policy=POLICY)
    drawing = room_comparison(released, bank=bank, words=read_words(), kind=told.kind)
    assert "rätt före och 100" in drawing.alt


def test_the_drawings_take_only_what_has_passed_the_gate(bank: Bank) -> None:
    with pytest.raises(TypeError):
        room_shares([], bank=bank, words=read_words(), item="goals51")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        room_comparison([], bank=bank, words=read_words(), kind="paired")  # type: ignore[arg-type]


def test_the_drawing_marks_the_right_answer_only_when_it_is_revealed(store: Store, bank: Bank) -> None:
    item = bank.items["goals51"]
    seated(store, 6, item=item.id, said=[item.key] * 3 + [("dk",)] * 3)
    told = question_result(store, to(store, phase="closed"), bank=bank, policy=POLICY)
    released = released_again({"rows": told.rows}, policy=POLICY)
    hidden, shown = (
        room_shares(released, bank=bank, words=read_words(), item=item.id, revealed=each) for each in (False, True)
    )
    assert "Rätt svar" not in hidden.alt
    assert "Rätt svar" in shown.alt
    texts = [text.get_text() for text in hidden.figure.axes[0].texts]
    assert not any("Rätt" in text for text in texts)
    colours = {patch.get_facecolor() for patch in hidden.figure.axes[0].patches if not patch.get_hatch()}
    assert len(colours) == 1, "before it is revealed, no option looks different"
    sizes = {text.get_fontsize() for text in hidden.figure.axes[0].texts}
    # across 1 150 pixels of a projector a letter of 21 units is 24 points high
    assert max(sizes) * 1150 / 720 * 0.75 >= 24
