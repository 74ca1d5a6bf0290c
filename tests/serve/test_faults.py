"""What goes wrong in a workshop: the database is locked, the disk is full, the clock is wrong, two at once.

Whatever happens the page says what is true: an answer that it acknowledged is there, one that it did not is called
unsaved, and when the fault is over people go on where they were.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
import urllib.parse
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import event, select

from kunskap.bank import read_bank
from kunskap.errors import KunskapError, fault
from kunskap.readers import read_responses
from kunskap.serve.desk import Desk
from kunskap.serve.settings import HERE
from kunskap.store import Store, begin, load, open_store, save_answer
from kunskap.store.schema import answers
from kunskap.words import read_words
from tests.serve.conftest import Served, Visitor

BANK = read_bank()
Serving = Callable[..., Served]
New = Callable[[Served], Visitor]


def kept(url: str) -> dict[tuple[str, str], list[list[str]]]:
    with open_store(url).engine.connect() as connection:
        rows = connection.execute(select(answers.c.sitting_id, answers.c.item, answers.c.tries)).all()
    return {(sitting, item): json.loads(tries) for sitting, item, tries in rows if tries != "[]"}


def as_script(person: Visitor, do: str = "next") -> bool:
    """Post the form shown as the script does; whether the page says that it was saved."""
    fields = {**person.hidden(), "do": do, "chosen": "1"}
    person.open("/fragor", urllib.parse.urlencode(fields).encode(), Accept="application/json")
    told = json.loads(person.html)
    if not told["failed"]:
        person.html = told["html"]
    return not told["failed"]


def test_a_locked_database_is_waited_for_while_phones_answer(serving: Serving, visitor: New) -> None:
    """Somebody holds the database for two seconds: all wait, and nobody's answer is lost or doubled."""
    served = serving("--form", "namnd")
    people = [visitor(served) for _ in range(6)]
    for person in people:
        person.enter()
    before = len(kept(served.store))
    other = sqlite3.connect(served.project / "answers" / "svar.sqlite", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    with ThreadPoolExecutor(6) as pool:
        waiting = [pool.submit(as_script, person) for person in people]
        with pytest.raises(TimeoutError):
            waiting[0].result(timeout=2)
        other.execute("ROLLBACK")
        assert all(each.result() for each in waiting)
    other.close()
    assert len(kept(served.store)) == before + 6
    assert all(len(tries) == 1 for tries in kept(served.store).values())


@pytest.fixture
def small(tmp_path: Path) -> Store:
    """A store whose disk is full: SQLite itself refuses, as it does when the system has no more room."""
    return open_store(f"sqlite:///{tmp_path / 'svar.sqlite'}", patience=1)


def fill(store: Store) -> Callable[[], None]:
    """Make the disk full from now on; what is returned makes room again."""
    limit = {"on": True}

    def on_begin(connection: object) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()  # type: ignore[attr-defined]
        most = pages if limit["on"] else 2**30
        connection.exec_driver_sql(f"PRAGMA max_page_count = {most}")  # type: ignore[attr-defined]

    event.listen(store.engine, "begin", on_begin)

    def make_room() -> None:
        limit["on"] = False

    return make_room


def test_a_full_disk_in_mid_workshop_says_so_and_keeps_what_was_acknowledged(small: Store) -> None:
    sittings = [begin(small, form="namnd", wave="2026").sitting_id for _ in range(5)]
    for sitting in sittings:
        save_answer(small, sitting, "role", ["pol"], receipt="before")
    make_room = fill(small)
    desk = Desk(small)
    long = "x" * 3000
    told: dict[str, bool] = {}
    jobs = {
        (sitting, turn): desk.submit(save_answer, small, sitting, f"item{turn}", [long], receipt=f"full-{turn}")
        for turn in range(20)
        for sitting in sittings
    }
    for (sitting, turn), job in jobs.items():
        error = job.exception()
        assert error is None or (isinstance(error, KunskapError) and error.codes == ("STORE-04",))
        told[f"{sitting} item{turn}"] = error is None
    assert not all(told.values()), "the disk was full"
    with sqlite3.connect(str(small.engine.url.database)) as beside:
        found = {f"{sitting} {item}" for sitting, item in beside.execute("SELECT sitting_id, item FROM answers")}
    assert {name for name, saved in told.items() if saved} == {name for name in found if not name.endswith(" role")}
    assert all(load(small, sitting).tries["role"] == (("pol",),) for sitting in sittings)
    make_room()
    again = [desk.submit(save_answer, small, sitting, "item1", [long], receipt="again") for sitting in sittings]
    assert all(job.result().tries["item1"] == ((long,),) for job in again)
    desk.shutdown()


def test_a_full_disk_is_told_on_the_page_and_the_same_form_is_taken_when_there_is_room(
    serving: Serving, visitor: New, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Store] = []

    def kept_hold_of(url: str) -> Store:
        opened.append(open_store(url))
        return opened[-1]

    monkeypatch.setattr("kunskap.serve.settings.open_store", kept_hold_of)
    served = serving("--form", "baslinje")
    people = [visitor(served) for _ in range(3)]
    for person in people:
        person.enter()
    make_room = fill(opened[0])
    saved, refused = 0, []
    while not refused and saved < 100:
        for person in people:
            before = person.html
            if as_script(person):
                saved += 1
            else:
                assert person.status == 503
                refused.append((person, before))
    assert refused, "the disk was full"
    assert len(kept(served.store)) == saved
    make_room()
    for person, before in refused:
        person.html = before
        assert as_script(person)
    assert len(kept(served.store)) == saved + len(refused)


@pytest.mark.parametrize(
    ("opens", "closes", "expected"),
    [(1, 2, "not_yet"), (-3, -1, "over"), (-1, 1, None), (0, 0, None)],
)
def test_a_wrong_clock_closes_the_page_in_words_and_opens_it_again(
    serving: Serving, visitor: New, opens: int, closes: int, expected: str | None
) -> None:
    """The page goes by the computer's clock: a wave that seems not to have begun, or to be over, is told in words."""
    today = dt.datetime.now(HERE).date()
    days = [today + dt.timedelta(days=opens), today + dt.timedelta(days=closes)]
    waves = f'[waves.w]\nform = "namnd"\nopens = {days[0]}\ncloses = {days[1]}\n'
    served = serving("--form", "namnd", waves=waves)
    person = visitor(served)
    person.open("/")
    if expected is None:
        person.enter()
        return
    assert 'action="/kod"' not in person.html
    assert read_words(language="sv")(f"serve.{expected}", day=days[0 if expected == "not_yet" else 1]) in person.html
    # the clock is set, the page is started again: people begin
    served.stop()
    right = f'[waves.w]\nform = "namnd"\nopens = {today}\ncloses = {today}\n'
    (served.project / "waves.toml").write_text(right, encoding="utf-8")
    served.start()
    visitor(served).enter()


def test_a_clock_that_jumps_back_loses_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The order of answers hangs on no time of day: what was given last holds."""
    from kunskap.store import sittings as module

    url = f"sqlite:///{tmp_path / 'svar.sqlite'}"
    store = open_store(url)
    sitting = begin(store, form="namnd", wave="2026").sitting_id
    save_answer(store, sitting, "role", ["pol"], receipt="a")
    monkeypatch.setattr(module, "now", lambda: dt.datetime(1999, 12, 31, 23, 59))
    save_answer(store, sitting, "role", ["tjm"], receipt="b")
    assert load(store, sitting).tries["role"] == (("tjm",),)


def test_two_workshops_at_once_on_one_machine_stay_apart(serving: Serving, visitor: New) -> None:
    one, other = serving("--form", "namnd"), serving("--form", "namnd")
    groups = {served: [visitor(served) for _ in range(3)] for served in (one, other)}
    codes = {served: [person.enter() for person in people] for served, people in groups.items()}
    for people in groups.values():
        for person in people:
            assert as_script(person)
    # a session of the one opens nothing in the other: they have different keys
    stray = groups[one][0]
    stray.url = other.url
    stray.open("/fragor")
    assert 'class="kq-question"' not in stray.html
    # nor does a code
    asking = visitor(other)
    asking.open("/mina-svar")
    asking.post("/mina-svar", {"_xsrf": asking.hidden()["_xsrf"], "code": codes[one][0], "do": "see"})
    assert read_words(language="sv")("serve.nothing_with_code") in asking.html
    for served in (one, other):
        assert len(read_responses(served.store, bank=BANK, form="namnd").responses) == 3


def test_two_workshops_in_one_store_are_told_apart_by_their_wave(serving: Serving, visitor: New) -> None:
    one = serving("--form", "namnd", "--wave", "morgon")
    second = serving("--form", "namnd", "--wave", "kvall", beside=one)
    for served, count in ((one, 2), (second, 3)):
        for _ in range(count):
            person = visitor(served)
            person.enter()
            assert as_script(person)
    for wave, count in (("morgon", 2), ("kvall", 3)):
        assert len(read_responses(one.store, bank=BANK, form="namnd", wave=wave).responses) == count


def test_a_store_that_cannot_be_read_for_a_moment_loses_nobodys_place(
    serving: Serving, visitor: New, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = serving("--form", "namnd")
    person = visitor(served)
    person.enter()
    assert as_script(person)

    def refuse(store: Store, sitting_id: str) -> None:
        raise KunskapError([fault("STORE-09", "", problem="disk I/O error")])

    with monkeypatch.context() as broken:
        broken.setattr("kunskap.serve.sittings.load", refuse)
        person.open("/fragor")
        assert (person.status, "kunde inte läsas" in person.html) == (503, True)
    person.open("/fragor")
    assert "Fråga 2 av" in person.html


def test_a_borrowed_form_lands_with_the_one_who_sends_it_and_a_borrowed_cookie_nowhere(
    serving: Serving, visitor: New
) -> None:
    served = serving("--form", "namnd")
    mine, other = visitor(served), visitor(served)
    mine.enter()
    other.enter()
    other.open("/mina-svar")
    other.post("/mina-svar", {"_xsrf": other.hidden()["_xsrf"], "code": "fel"})  # gives a signed name for limits
    cookies = {cookie.name: cookie.value for cookie in other.jar}
    form = {**mine.hidden(), "do": "next", "chosen": "1"}
    other.post("/fragor", {**form, "_xsrf": cookies["_xsrf"]})  # my form and my receipt, in the other's session
    mine.open("/fragor")
    assert "Fråga 1 av" in mine.html
    other.open("/fragor")
    assert "Fråga 2 av" in other.html
    # what the page signed for one thing is worth nothing as another
    stranger = visitor(served)
    stranger.open("/fragor", Cookie=f"sitting={cookies['visitor']}")
    assert "Jag har en kod" in stranger.html
