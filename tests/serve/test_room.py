"""A room over HTTP: phones without script, the trainer's addresses, what leaves and what never does."""

from __future__ import annotations

import os
import stat

import pytest

from kunskap.readers import read_responses
from tests.serve.room import BANK, FIRST, New, Serving, Trainer, choose, group, join, key_texts, token


def test_a_question_is_opened_closed_shown_once_and_revealed(serving: Serving, visitor: New) -> None:
    served = serving("--form", "r4a")
    trainer = Trainer(served)
    people, _ = group(served, visitor, 5)
    assert "Du är med" in people[0].html, people[0].html
    assert FIRST.stem["sv"] not in people[0].open("/fragor")
    trainer.do("open")
    for person in people[:4]:
        assert "Sparat" in choose(person, FIRST.key[0]) or "kq-saved" in person.html
    choose(people[4], "dk")
    assert (trainer.state()["begun"], trainer.state()["answered"]) == (5, 5)
    assert trainer.result()["reason"] == "open"
    trainer.do("close")
    result = trainer.result()
    assert result["reason"] == "shown"
    counts = {row["option"]: row["count"] for row in result["rows"]}
    assert counts[FIRST.key[0]] == 4
    assert counts["dk"] == 1
    assert all(row["n"] == 5 for row in result["rows"])
    people[0].open("/fragor")
    assert "Frågan är stängd" in people[0].html
    assert not any(text in people[0].html for text in key_texts())
    trainer.do("reveal")
    people[4].open("/fragor")
    assert FIRST.option(FIRST.key[0]).explanation["sv"] in people[4].html
    assert FIRST.option("dk").explanation["sv"] in people[4].html
    trainer.do("undo")
    people[4].open("/fragor")
    assert not any(text in people[4].html for text in key_texts())
    trainer.do("next")
    assert "Du är med" in people[0].open("/fragor")


def test_no_key_and_no_explanation_reaches_a_phone_before_it_is_revealed(serving: Serving, visitor: New) -> None:
    served = serving("--form", "r4a")
    trainer, person = Trainer(served), visitor(served)
    seen = ""
    join(person)
    for action in ("open", "close", "next"):
        seen += person.open("/fragor")
        trainer.do(action)
        seen += person.open("/fragor", Accept="application/json") + person.open("/lage")
        if action == "open":
            seen += choose(person, "dk")
    trainer.do("open", "close")
    seen += person.open("/fragor")
    for item_id in BANK.forms["r4a"].item_ids:
        for option in BANK.items[item_id].options:
            assert not any(text in seen for text in option.explanation.values())
    assert "kq-right" not in seen


def test_too_few_are_told_why_not_and_all_alike_may_be_shown(serving: Serving, visitor: New) -> None:
    served = serving("--form", "r4a")
    trainer = Trainer(served)
    people, _ = group(served, visitor, 5)
    trainer.do("open")
    for person in people[:4]:
        choose(person, FIRST.key[0])
    trainer.do("close")
    result = trainer.result()
    assert (result["reason"], result["answered"], result["needed"], result["rows"]) == ("few", 4, 5, [])
    trainer.do("undo")
    choose(people[4], FIRST.key[0])
    trainer.do("close")
    result = trainer.result()
    assert result["reason"] == "shown"
    assert {row["option"]: row["count"] for row in result["rows"]}[FIRST.key[0]] == 5


def test_a_late_answer_is_told_kindly_and_waits_for_the_report(serving: Serving, visitor: New) -> None:
    served = serving("--form", "r4a")
    trainer = Trainer(served)
    people, _ = group(served, visitor, 6)
    trainer.do("open")
    for person in people[:5]:
        choose(person, "dk")
    people[5].open("/fragor")
    late = {**people[5].hidden(), "do": "answer", "chosen": "1"}
    trainer.do("close")
    assert trainer.result()["rows"][0]["n"] == 5
    people[5].post("/fragor", late)
    assert "hann stängas" in people[5].html
    assert trainer.result()["rows"][0]["n"] == 5
    assert (trainer.state()["answered"], trainer.state()["late"]) == (5, 1)
    people[4].open("/fragor")
    trainer.do("next")
    imported = read_responses(served.store, bank=BANK, form="r4a", occasion="before")
    assert imported.responses[FIRST.id].notna().sum() == 6
    assert (imported.responses[FIRST.id] == "skip").sum() == 0


def test_after_the_key_has_been_shown_no_answer_is_kept(serving: Serving, visitor: New) -> None:
    served = serving("--form", "r4a")
    trainer = Trainer(served)
    person = visitor(served)
    join(person)
    trainer.do("open")
    person.open("/fragor")
    late = {**person.hidden(), "do": "answer", "chosen": "1"}
    trainer.do("close", "reveal")
    person.post("/fragor", late)
    assert "inte sparat" in person.html
    status, told = trainer.ask("/rum/steg", {"do": "open"})
    assert (status, told["codes"]) == (409, ["ROOM-02"])
    trainer.do("undo")
    assert trainer.ask("/rum/steg", {"do": "open"})[1]["codes"] == ["ROOM-05"]
    imported = read_responses(served.store, bank=BANK, form="r4a", occasion="before")
    assert (imported.responses[FIRST.id] == "skip").all()


def test_the_figure_stays_when_one_comes_late_changes_or_withdraws(serving: Serving, visitor: New) -> None:
    """Planted: two figures of the same question would tell what the sixth person answered."""
    served = serving("--form", "r4a")
    trainer = Trainer(served)
    people, codes = group(served, visitor, 6)
    trainer.do("open")
    for person in people[:5]:
        choose(person, "dk")
    trainer.do("close")
    before = trainer.result()["rows"]
    trainer.do("undo")
    choose(people[5], FIRST.key[0])
    choose(people[0], FIRST.key[0])
    assert "går inte att ändra" in people[0].html
    trainer.do("close")
    assert trainer.result()["rows"] == before
    people[1].open("/mina-svar")
    people[1].post("/mina-svar", {"_xsrf": token(people[1]), "code": codes[1], "do": "withdraw_now"})
    assert "tillbakatagna" in people[1].html
    assert trainer.result()["rows"] == before


@pytest.mark.parametrize("action", ["reveal"])
def test_a_survey_question_is_never_revealed_and_never_shown(serving: Serving, visitor: New, action: str) -> None:
    """Planted: a room on the survey's own form."""
    served = serving("--form", "baslinje", "--paced", "trainer")
    trainer = Trainer(served)
    item_id = trainer.state()["item"]
    while BANK.items[item_id].pool != "survey":
        item_id = trainer.do("next")["item"]
    trainer.do("open", "close")
    status, told = trainer.ask("/rum/steg", {"do": action})
    assert (status, told["codes"]) == (409, ["ROOM-03"])
    status, told = trainer.ask("/rum/resultat")
    assert (status, told["codes"]) == (409, ["ROOM-06"])


@pytest.mark.parametrize("path", ["/rum/lage", "/rum/resultat", "/rum/fore-efter", "/rum/steg"])
def test_only_the_trainer_on_this_machine_gets_in(serving: Serving, path: str) -> None:
    served = serving("--form", "r4a")
    trainer = Trainer(served)
    body = {"do": "open"} if path == "/rum/steg" else None
    for wrong in ("", "x" * 32, trainer.file["token"][:-1]):
        assert trainer.ask(path, body, token=wrong)[0] == 403
    for header in ("X-Forwarded-For", "X-Real-IP", "Forwarded", "Via"):
        assert trainer.ask(path, body, **{header: "127.0.0.1"})[0] == 403
    assert trainer.ask(path, body)[0] == 200
    mode = stat.S_IMODE(os.stat(served.project / f"rum-{served.port}.json").st_mode)
    assert mode == 0o600


def test_another_machine_is_refused_even_with_the_token(serving: Serving) -> None:
    """The room listens to the net.  Another machine's socket differs from ours by its peer's address alone."""
    served = serving("--form", "r4a", "--host", "0.0.0.0")
    trainer = Trainer(served)
    assert trainer.ask("/rum/lage")[0] == 200
    asked = f"GET /rum/lage HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {trainer.file['token']}\r\n\r\n"
    told = {}
    for peer in ("127.0.0.1", "192.168.1.7", "10.0.0.9"):
        with served.reached_from(peer) as phone:
            phone.sendall(asked.encode())
            told[peer] = phone.recv(4000).split(b" ")[1]
    assert told == {"127.0.0.1": b"200", "192.168.1.7": b"403", "10.0.0.9": b"403"}


def test_only_known_steps_in_their_order(serving: Serving) -> None:
    trainer = Trainer(serving("--form", "r4a"))
    for body in ({"do": "fly"}, {"do": ["open"]}, ["open"], "open", {}, None):
        status, told = trainer.ask("/rum/steg", body if body is not None else [])
        assert (status, told["codes"]) == (409, ["ROOM-01"])
    assert trainer.ask("/rum/steg", {"do": "close"})[1]["codes"] == ["ROOM-02"]
    assert "inte nu" in trainer.ask("/rum/steg", {"do": "reveal"})[1]["message"]["sv"]
