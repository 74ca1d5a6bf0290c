"""What is acknowledged is kept, once; on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select

from kunskap.errors import KunskapError
from kunskap.store import (
    Store,
    begin,
    complete,
    counts,
    erase,
    is_issued,
    issue,
    load,
    mark_shown,
    open_store,
    own_sittings,
    save_answer,
    unfinished,
    withdraw,
)
from kunskap.store.schema import answers, receipts

PERSON, OTHER = "a" * 32, "b" * 32


def start(store: Store, pseudonym: str | None = PERSON):  # type: ignore[no-untyped-def]
    return begin(store, form="baslinje", wave="2026", pseudonym=pseudonym)


def code_of(error: pytest.ExceptionInfo[KunskapError]) -> tuple[str, ...]:
    return error.value.codes


def test_an_answer_is_kept_and_can_be_changed_until_it_is_handed_in(store: Store) -> None:
    sitting = start(store)
    save_answer(store, sitting.sitting_id, "goals01", ["a"], receipt="1")
    save_answer(store, sitting.sitting_id, "goals01", ["b"], receipt="2")
    save_answer(store, sitting.sitting_id, "understanding01", ["Åäö\n”citat”"], receipt="3")
    assert load(store, sitting.sitting_id).tries == {"goals01": (("b",),), "understanding01": (("Åäö\n”citat”",),)}
    assert complete(store, sitting.sitting_id).completed
    with pytest.raises(KunskapError) as error:
        save_answer(store, sitting.sitting_id, "goals01", ["a"], receipt="4")
    assert code_of(error) == ("STORE-07",)
    assert load(store, sitting.sitting_id).tries["goals01"] == (("b",),)


def test_a_replayed_posting_changes_nothing(store: Store) -> None:
    sitting = start(store)
    save_answer(store, sitting.sitting_id, "goals01", ["a"], receipt="1")
    save_answer(store, sitting.sitting_id, "goals01", ["b"], receipt="2")
    assert save_answer(store, sitting.sitting_id, "goals01", ["a"], receipt="1").tries["goals01"] == (("b",),)


def test_tries_are_kept_where_one_learns(store: Store) -> None:
    sitting = start(store)
    for receipt, option in enumerate("ab"):
        save_answer(store, sitting.sitting_id, "goals51", [option], receipt=str(receipt), keeps_tries=True)
    assert load(store, sitting.sitting_id).tries["goals51"] == (("a",), ("b",))


def test_shown_and_left_blank_is_not_the_same_as_never_shown(store: Store) -> None:
    sitting = start(store)
    mark_shown(store, sitting.sitting_id, ["goals01", "goals02"])
    save_answer(store, sitting.sitting_id, "goals01", ["a"], receipt="1")
    mark_shown(store, sitting.sitting_id, ["goals01", "goals02"])
    assert load(store, sitting.sitting_id).tries == {"goals01": (("a",),), "goals02": ()}


def test_the_same_code_goes_on_where_it_stopped_and_then_counts_attempts(store: Store) -> None:
    first = start(store)
    assert unfinished(store, PERSON, form="baslinje", wave="2026")
    assert start(store).sitting_id == first.sitting_id
    complete(store, first.sitting_id)
    again = start(store)
    assert (again.attempt, again.sitting_id != first.sitting_id) == (2, True)
    assert start(store, None).sitting_id != start(store, None).sitting_id


def test_two_tabs_that_begin_at_once_share_one_sitting(url: str) -> None:
    stores = [open_store(url) for _ in range(4)]
    for turn in range(10):
        person = f"{turn:032d}"
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(lambda store, person=person: start(store, person).sitting_id, stores))
        assert len(set(found)) == 1


def test_many_at_once_lose_and_double_nothing(url: str) -> None:
    stores = [open_store(url) for _ in range(4)]
    sitting = start(stores[0])

    def post(number: int) -> None:
        # every posting comes twice, as over a bad net
        for _ in range(2):
            store = stores[number % 4]
            save_answer(store, sitting.sitting_id, f"item{number:03d}", [str(number)], receipt=str(number))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(post, range(80)))
    assert load(stores[0], sitting.sitting_id).tries == {f"item{n:03d}": ((str(n),),) for n in range(80)}
    with stores[0].engine.connect() as connection:
        assert len(connection.execute(select(receipts)).all()) == 80


def test_counts_are_counts(store: Store) -> None:
    for person in (PERSON, OTHER):
        sitting = start(store, person)
        mark_shown(store, sitting.sitting_id, ["goals01", "goals02"])
        save_answer(store, sitting.sitting_id, "goals01", ["a"], receipt="1")
    complete(store, sitting.sitting_id)
    assert counts(store, wave="2026", form="baslinje") == {"begun": 2, "completed": 1, "goals01": 2}
    assert counts(store, wave="2027", form="baslinje") == {"begun": 0, "completed": 0}


def test_a_holder_sees_their_own_and_withdraws(store: Store) -> None:
    sitting = start(store)
    save_answer(store, sitting.sitting_id, "goals01", ["a"], receipt="1")
    start(store, OTHER)
    assert [own.sitting_id for own in own_sittings(store, PERSON).sittings] == [sitting.sitting_id]
    assert withdraw(store, PERSON)
    assert not withdraw(store, PERSON)
    assert own_sittings(store, PERSON).withdrawn
    with pytest.raises(KunskapError) as error:
        start(store)
    assert code_of(error) == ("STORE-06",)
    assert erase(store, PERSON) == 1
    with store.engine.connect() as connection:
        assert connection.execute(select(answers)).all() == []
    assert own_sittings(store, PERSON).sittings == ()
    assert own_sittings(store, PERSON).withdrawn


def test_issued_codes_are_known(store: Store) -> None:
    issue(store, [PERSON, PERSON], wave="2026")
    issue(store, [PERSON, OTHER], wave="2026")
    assert is_issued(store, PERSON)
    assert not is_issued(store, "c" * 32)


def test_faults_are_told_in_words(tmp_path: Path) -> None:
    for address, expected in (
        ("svar.sqlite", "STORE-01"),
        ("mysql9://x/y", "STORE-01"),
        (f"sqlite:///{tmp_path}/finns/inte/svar.sqlite", "STORE-02"),
    ):
        with pytest.raises(KunskapError) as error:
            open_store(address)
        assert code_of(error) == (expected,)
    with pytest.raises(KunskapError) as error:
        open_store(f"sqlite:///{tmp_path}/ingen.sqlite", create=False)
    assert code_of(error) == ("STORE-03",)
    assert not (tmp_path / "ingen.sqlite").exists()
    with pytest.raises(KunskapError) as error:
        load(open_store("sqlite://"), "finns inte")
    assert code_of(error) == ("STORE-05",)


def test_a_password_is_never_in_a_message() -> None:
    for address in ("postgresql+psycopg://anna:hemligt@127.0.0.1:1/x", "nonsense://anna:hemligt@127.0.0.1:1/x"):
        with pytest.raises(KunskapError) as error:
            open_store(address)
        assert "hemligt" not in error.value.message("sv") + error.value.message("en")


def test_a_full_disk_is_told_and_loses_nothing(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'svar.sqlite'}")
    sitting = start(store)
    save_answer(store, sitting.sitting_id, "goals01", ["a"], receipt="1")
    with store.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    store.engine.dispose()
    limited = open_store(f"sqlite:///{tmp_path / 'svar.sqlite'}")
    with limited.engine.connect() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        connection.rollback()
    with pytest.raises(KunskapError) as error:
        for number in range(2000):
            save_answer(limited, sitting.sitting_id, f"item{number}", ["x" * 900], receipt=str(number))
    assert code_of(error) == ("STORE-04",)
    assert "full" in error.value.message("en")
    assert load(open_store(store.name), sitting.sitting_id).tries["goals01"] == (("a",),)


def test_a_locked_database_is_told(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'svar.sqlite'}"
    store, other = open_store(address), open_store(address, patience=0.05)
    sitting = start(store)
    with store.engine.begin(), pytest.raises(KunskapError) as error:
        save_answer(other, sitting.sitting_id, "goals01", ["a"], receipt="1")
    assert code_of(error) == ("STORE-04",)
    assert save_answer(other, sitting.sitting_id, "goals01", ["a"], receipt="1").tries["goals01"] == (("a",),)
