"""A room over time: before and after, a new group, a killed server, and two workshops at once."""

from __future__ import annotations

import re
import time
from pathlib import Path

from kunskap.readers import read_responses
from tests.serve.room import BANK, FIRST, New, Serving, Trainer, choose, group, join


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
    page = re.sub("</?span[^>]*>", "", people[0].open("/mitt-resultat.html"))  # without what keeps figures on a line
    assert "1 av 1 rätt" in page, "of what the room has been told"
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
