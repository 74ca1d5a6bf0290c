"""A room over HTTP: phones without script, the trainer's addresses, what leaves and what never does."""

from __future__ import annotations

import json
import os
import re
import stat
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from kunskap.bank import read_bank
from kunskap.readers import read_responses
from tests.serve.conftest import Served, Visitor

BANK = read_bank()
FIRST = BANK.items[BANK.forms["r4a"].item_ids[0]]
Serving = Callable[..., Served]
New = Callable[[Served], Visitor]


class Trainer:
    """The trainer's screen, by the file that the room has written."""

    def __init__(self, served: Served) -> None:
        self.served = served

    @property
    def file(self) -> dict[str, str]:
        found: dict[str, str] = json.loads((self.served.project / f"rum-{self.served.port}.json").read_text())
        return found

    def ask(self, path: str, body: object = None, *, token: str | None = None, **headers: str) -> tuple[int, dict]:
        given = {"Authorization": f"Bearer {self.file['token'] if token is None else token}", **headers}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.served.url + path, data=data, headers=given)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    def do(self, *actions: str) -> dict:
        for action in actions:
            status, state = self.ask("/rum/steg", {"do": action})
            assert status == 200, state
        return state

    def state(self) -> dict:
        return self.ask("/rum/lage")[1]

    def result(self) -> dict:
        return self.ask("/rum/resultat")[1]


def join(person: Visitor, code: str | None = None, *, sex: str = "1") -> str:
    """Get a code (or use one), answer what is asked about oneself, and sit down in the room."""
    person.open("/")
    if code is None:
        person.post("/ny-kod", {"_xsrf": person.hidden()["_xsrf"]})
        found = re.search(r'class="code"[^>]*>([^<]+)<', person.html)
        assert found, person.html
        code = found[1]
    person.post("/kod", {"_xsrf": token(person), "code": code})
    while 'name="item" value="role"' in person.html or 'name="item" value="sex"' in person.html:
        person.step("finish" if 'value="finish"' in person.html else "next", sex)
    return code


def token(person: Visitor) -> str:
    found = re.search(r'name="_xsrf" value="([^"]+)"', person.html)
    assert found, person.html
    return found[1]


def choose(person: Visitor, option: str, item: str = FIRST.id) -> str:
    """Answer the open question with an option, wherever it stands in this person's order."""
    person.open("/fragor")
    text = BANK.items[item].option(option).text["sv"]
    place = re.search(r'value="(\d+)"[^>]*><label[^>]*><span>' + re.escape(text), person.html.replace("&quot;", '"'))
    assert place, person.html
    return person.step("answer", place[1])


def group(served: Served, visitor: New, size: int) -> tuple[list[Visitor], list[str]]:
    people = [visitor(served) for _ in range(size)]
    return people, [join(person) for person in people]


def key_texts() -> list[str]:
    return [text for option in FIRST.options for text in option.explanation.values()]


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


def test_before_and_after_by_the_same_codes(serving: Serving, visitor: New) -> None:
    served = serving("--form", "r4a")
    trainer = Trainer(served)
    people, codes = group(served, visitor, 5)
    trainer.do("open")
    for number, person in enumerate(people):
        choose(person, FIRST.key[0] if number == 0 else "dk")
    trainer.do("close")
    assert trainer.result()["reason"] == "shown"
    assert trainer.ask("/rum/fore-efter")[1]["reason"] == "open"
    trainer.do("after")
    # the same phones go on, and one comes with another phone and the same code
    people[4] = visitor(served)
    join(people[4], codes[4])
    trainer.do("open")
    for person in people:
        choose(person, FIRST.key[0])
    assert trainer.ask("/rum/fore-efter")[1]["reason"] == "few"
    trainer.do("close")
    trainer.result()
    told = trainer.ask("/rum/fore-efter")[1]
    assert (told["reason"], told["kind"], told["answered"]) == ("shown", "paired", 5)
    right = {row["occasion"]: (row["count"], row["n"]) for row in told["rows"] if row["option"] == "right"}
    assert right == {"before": (1, 5), "after": (5, 5)}
    assert "Ditt resultat" not in people[0].open("/mitt-resultat.html"), "the key has not been shown"
    trainer.do("reveal", "end")
    assert "Tack för i dag" in people[0].open("/fragor") and "/mitt-resultat.pdf" in people[0].html
    assert "1 av 1 rätt" in people[0].open("/mitt-resultat.html"), "of what the room has been told"
    for occasion in ("before", "after"):
        imported = read_responses(served.store, bank=BANK, form="r4a", occasion=occasion)
        assert imported.rejects.empty
        assert len(imported.responses) == 5
        assert imported.responses["completed_at"].notna().all()
        assert set(imported.respondents["role"]) == {BANK.variables["role"].level_ids[0]}
    both = [read_responses(served.store, bank=BANK, form="r4a", occasion=o).responses for o in ("before", "after")]
    assert set(both[0]["respondent_id"]) == set(both[1]["respondent_id"])


def test_one_who_was_there_only_once_is_not_told_by_the_difference(serving: Serving, visitor: New) -> None:
    """Planted: six before, five of them after; paired figures beside the first one would tell the sixth's answer."""
    served = serving("--form", "r4a")
    trainer = Trainer(served)
    people, _ = group(served, visitor, 6)
    trainer.do("open")
    for person in people:
        choose(person, "dk")
    trainer.do("close")
    trainer.result()
    trainer.do("after", "open")
    for person in people[:5]:
        choose(person, FIRST.key[0])
    trainer.do("close")
    trainer.result()
    told = trainer.ask("/rum/fore-efter")[1]
    assert told["kind"] == "rounds"
    assert {row["occasion"]: (row["count"], row["n"]) for row in told["rows"]} == {"before": (0, 6), "after": (5, 5)}


def test_another_form_after_is_compared_by_its_mean(serving: Serving, visitor: New) -> None:
    served = serving("--form", "r4a", "--form-after", "r4b")
    trainer = Trainer(served)
    people, _ = group(served, visitor, 5)
    for form in ("r4a", "r4b"):
        for number, item_id in enumerate(BANK.forms[form].item_ids):
            trainer.do(*(["next"] if number else []), "open")
            for person in people:
                choose(person, BANK.items[item_id].key[0] if form == "r4b" or number == 0 else "dk", item_id)
            trainer.do("close")
            assert trainer.result()["reason"] == "shown"
        if form == "r4a":
            assert trainer.do("after")["form"] == "r4b"
    told = trainer.ask("/rum/fore-efter")[1]
    assert told["reason"] == "shown"
    assert {row["occasion"]: row["estimate"] for row in told["rows"]} == {"before": 0.25, "after": 1.0}


def test_a_reset_lets_a_new_group_in_and_the_old_one_out(serving: Serving, visitor: New) -> None:
    served = serving("--form", "r4a")
    trainer = Trainer(served)
    people, _ = group(served, visitor, 5)
    trainer.do("open")
    for person in people:
        choose(person, "dk")
    trainer.do("close")
    assert trainer.result()["reason"] == "shown"
    state = trainer.do("reset")
    assert (state["party"], state["phase"], state["begun"], state["answered"]) == (2, "waiting", 0, 0)
    people[0].open("/fragor")
    assert "Jag har en kod" in people[0].html
    newcomer = visitor(served)
    join(newcomer)
    trainer.do("open")
    choose(newcomer, "dk")
    trainer.do("close")
    assert trainer.result()["reason"] == "few"


def test_a_killed_server_goes_on_where_the_room_was(serving_process: Serving, visitor: New) -> None:
    served = serving_process("--form", "r4a")
    trainer = Trainer(served)
    people, _ = group(served, visitor, 5)
    trainer.do("open")
    for person in people[:3]:
        choose(person, "dk")
    old = trainer.file["token"]
    served.kill()
    began = time.monotonic()
    served.start()
    assert trainer.state()["phase"] == "open"
    for person in people[3:]:
        choose(person, "dk")
    trainer.do("close")
    assert trainer.result()["rows"][0]["n"] == 5
    assert time.monotonic() - began < 60
    assert trainer.ask("/rum/lage", token=old)[0] == 403
    assert served.stop() == 0
    assert not (served.project / f"rum-{served.port}.json").exists()


def test_two_workshops_at_once_keep_apart_in_one_store_and_two_workers_share_a_room(
    serving: Serving, visitor: New
) -> None:
    one = serving("--form", "r4a", "--wave", "a", "--room", "ett")
    other = serving("--form", "r4a", "--wave", "a", "--room", "annat", "--store", one.store, beside=one)
    again = serving("--form", "r4a", "--wave", "a", "--room", "ett", "--store", one.store, beside=one)
    here, there, second = Trainer(one), Trainer(other), Trainer(again)
    person, stranger = visitor(one), visitor(other)
    join(person)
    join(stranger)
    here.do("open")
    assert there.state()["phase"] == "waiting"
    choose(person, "dk")
    assert (here.state()["answered"], there.state()["begun"]) == (1, 1)
    assert there.state()["answered"] == 0
    for _ in range(30):
        if second.state()["phase"] == "open":
            break
        time.sleep(0.1)
    assert (second.state()["phase"], second.state()["answered"]) == ("open", 1)
    second.do("close")
    time.sleep(1.1)
    assert here.state()["phase"] == "closed"


def test_a_phone_without_script_reloads_itself_only_while_it_waits(serving: Serving, visitor: New) -> None:
    served = serving("--form", "r4a")
    trainer, person = Trainer(served), visitor(served)
    join(person)
    assert '<noscript><meta http-equiv="refresh"' in person.html
    assert "Se om något är nytt" in person.html
    trainer.do("open")
    assert "http-equiv" not in person.open("/fragor")


def test_hostile_answers_are_refused_in_words(serving: Serving, visitor: New) -> None:
    served = serving("--form", "r4a")
    trainer, person = Trainer(served), visitor(served)
    join(person)
    trainer.do("open")
    person.open("/fragor")
    fields = {**person.hidden(), "do": "answer", "chosen": "1"}
    for changes in (
        {"item": "goals01"}, {"item": "../x"}, {"item": BANK.forms["r4a"].item_ids[1]}, {"chosen": "77"},
        {"chosen": ["1", "2"]}, {"chosen": "<script>"}, {"do": "fly"}, {"chosen": []},
    ):  # fmt: skip
        person.post("/fragor", {**fields, **changes})
        assert person.status == 200, changes
        assert "<script>alert" not in person.html
        assert trainer.state()["answered"] == 0, changes
    assert "Traceback" not in served.log.read_text()


def test_the_phones_question_costs_no_database(tmp_path: Path) -> None:
    """A hundred looks within a second are one reading."""
    import asyncio
    from concurrent.futures import ThreadPoolExecutor

    from sqlalchemy import event

    from kunskap.project import new_project, open_project
    from kunskap.serve import settings_for
    from kunskap.serve.room_watch import RoomWatch
    from kunskap.words import read_words

    new_project(tmp_path / "p")
    settings = settings_for(
        open_project(tmp_path / "p"),
        store=f"sqlite:///{tmp_path / 's.sqlite'}",
        bank=BANK,
        words={"sv": read_words(language="sv")},
        form="r4a",
    )
    assert settings.paced == "trainer"
    asked: list[str] = []
    event.listen(
        settings.store.engine,
        "before_cursor_execute",
        lambda *given: asked.append(given[2]) if given[2].startswith("SELECT") else None,
    )
    ticks = [0.0]

    async def look() -> None:
        with ThreadPoolExecutor(1) as desk:
            watch = RoomWatch(settings, desk, clock=lambda: ticks[0])
            await watch.now()
            first = len(asked)
            await asyncio.gather(*(watch.now() for _ in range(100)))
            assert len(asked) == first
            ticks[0] = 1.5
            await asyncio.gather(*(watch.now() for _ in range(100)))
            assert len(asked) == first + 1

    with ThreadPoolExecutor(1) as apart:  # a browser's tests may have left a loop running in this thread
        apart.submit(asyncio.run, look()).result()
