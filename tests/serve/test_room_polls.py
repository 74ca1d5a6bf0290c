"""A discussion poll over HTTP: on phones without script, hostile words, and nothing of it in the report."""

from __future__ import annotations

from collections.abc import Callable

from kunskap.bank import read_bank
from kunskap.readers import read_responses
from tests.serve.conftest import Served, Visitor
from tests.serve.room import FIRST, Trainer, choose, group, join

BANK = read_bank()
HOSTILE = '<img src=x onerror="alert(1)"> & "åäö"'


def test_a_poll_is_asked_answered_shown_and_forgotten(
    serving: Callable[..., Served], visitor: Callable[[Served], Visitor]
) -> None:
    served = serving("--form", "r4a")
    trainer = Trainer(served)
    people, _ = group(served, visitor, 5)
    trainer.do("open")
    choose(people[0], "dk")
    assert trainer.ask("/rum/samtal", {"item": "discussion01"})[0] == 409  # a question is open
    trainer.do("close")
    for wrong in ({"item": "goals01"}, {"item": FIRST.id}, {"question": 7, "options": "x"}, [], {"question": "x"}):
        assert trainer.ask("/rum/samtal", wrong)[0] == 409, wrong
    status, state = trainer.ask("/rum/samtal", {"question": HOSTILE, "options": ["Ja " + HOSTILE, "Nej"]})
    assert (status, state["phase"], state["answered"]) == (200, "open", 0)
    stale = {}
    for person in people:
        person.open("/fragor")
        assert "Diskussionsfråga" in person.html and "<img" not in person.html and "&lt;img" in person.html
        stale = {**person.hidden(), "do": "answer", "chosen": "1"}
        person.step("answer", "1")
        assert "kq-saved" in person.html
    people[0].step("answer", "2")  # may be changed until it is closed
    people[1].step("answer", "9")
    assert "är inte ett av alternativen" in people[1].html
    assert trainer.state()["answered"] == 5
    assert trainer.result()["reason"] == "open"
    trainer.do("close")
    told = trainer.result()
    assert {row["option"]: row["count"] for row in told["rows"]} == {"o1": 4, "o2": 1}
    assert all(row["n"] == 5 for row in told["rows"])
    people[4].post("/fragor", stale)
    assert "ditt svar är inte med" in people[4].html
    assert "Nej" in people[0].open("/fragor")
    state = trainer.do("back")
    assert (state["item"], state["phase"], state["poll"]) == (FIRST.id, "closed", None)
    people[4].post("/fragor", stale)
    assert "ditt svar är inte med" in people[4].html
    trainer.do("after")
    imported = read_responses(served.store, bank=BANK, form="r4a", occasion="before")
    assert imported.rejects.empty
    assert not [column for column in imported.responses.columns if column.startswith("poll")]
    assert served.stop() == 0
    assert b"onerror" not in served.log.read_bytes()


def test_a_ready_made_poll_is_in_the_phones_own_language(
    serving: Callable[..., Served], visitor: Callable[[Served], Visitor]
) -> None:
    served = serving("--form", "r4a")
    trainer, person = Trainer(served), visitor(served)
    person.open("/?lang=en")
    join(person)
    asked = BANK.items["discussion02"]
    assert trainer.ask("/rum/samtal", {"item": asked.id})[0] == 200
    assert asked.stem["en"] in person.open("/fragor") and asked.options[0].text["en"] in person.html
