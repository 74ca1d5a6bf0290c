"""The trainer's screen without a browser: what it finds, what its buttons allow, and the log of attendance."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from kunskap.bank import Bank
from kunskap.errors import KunskapError
from kunskap.trainer import (
    AttendancePanel,
    Rehearsal,
    RoomClient,
    TrainerPanel,
    room_is_running,
    save_attendance,
)
from kunskap.words import read_words


@pytest.fixture(scope="module")
def rehearsal() -> Iterator[Rehearsal]:
    made = Rehearsal(people=6, rng=np.random.default_rng(4))
    yield made
    made.close()
    assert not made.project.exists()


def enabled(panel: TrainerPanel) -> set[str]:
    return {name for name, button in panel.buttons.items() if not button.disabled}


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_panel_walks_a_question(rehearsal: Rehearsal, language: str) -> None:
    panel = TrainerPanel(rehearsal.project, language=language, live=False)
    for _ in range(2):
        panel.press("reset")
    rehearsal.join()
    assert panel.state["phase"] == "waiting"
    assert enabled(panel) == {"open", "undo", "next", "poll", "after", "reset", "end"}
    panel.press("open")
    assert enabled(panel) == {"close", "undo"}
    assert rehearsal.answer(right=0.5) == 6
    panel.press("close")
    item = panel.bank.items[panel.state["item"]]
    assert "<svg" in panel.screen.value
    assert item.option(item.key[0]).explanation[language] not in panel.screen.value
    panel.press("reveal")
    assert item.option(item.key[0]).explanation[language] in panel.screen.value
    panel.press("undo")
    assert item.option(item.key[0]).explanation[language] not in panel.screen.value


def test_the_panel_asks_a_poll_and_goes_back(rehearsal: Rehearsal) -> None:
    panel = TrainerPanel(rehearsal.project, live=False)
    for _ in range(2):
        panel.press("reset")
    rehearsal.join()
    was = panel.state["item"]
    panel.press("poll")
    assert not panel.polls.is_folded
    panel.polls.choice.value = ""
    panel.polls.question.value, panel.polls.options.value = "Var <börjar> vi?", "Här"
    panel.polls.ask()
    assert "2 till 8" in panel.told.value and panel.state["phase"] == "waiting"
    panel.polls.options.value = "Här\n<b>Där</b>\n\n"
    panel.polls.ask()
    assert "&lt;börjar&gt;" in panel.screen.value and "<b>Där" not in panel.screen.value
    assert enabled(panel) == {"close", "back"} and panel.polls.is_folded
    assert rehearsal.answer() == 6
    panel.press("close")
    assert "<svg" in panel.screen.value and "Av 6 svar" in panel.screen.value
    assert enabled(panel) == {"back", "reset"}
    again = TrainerPanel(rehearsal.project, live=False)
    assert "<svg" in again.screen.value
    panel.press("back")
    assert (panel.state["item"], panel.state["phase"]) == (was, "waiting")


def test_a_step_that_throws_the_group_out_asks_first(rehearsal: Rehearsal) -> None:
    panel = TrainerPanel(rehearsal.project, live=False)
    party = panel.state["party"]
    panel.press("reset")
    assert panel.state["party"] == party
    assert "Tryck en gång till" in panel.told.value
    panel.press("undo")
    panel.press("reset")
    assert panel.state["party"] == party, "another button in between takes the question back"
    panel.press("reset")
    assert panel.state["party"] == party + 1


def test_too_few_are_told_why_not(rehearsal: Rehearsal) -> None:
    panel = TrainerPanel(rehearsal.project, live=False)
    for _ in range(2):
        panel.press("reset")
    rehearsal.join(4)
    panel.press("open")
    rehearsal.answer(4)
    panel.press("close")
    assert "<svg" not in panel.screen.value
    assert "minst 5" in panel.screen.value


def test_without_a_room_one_is_told_how_to_start_it(tmp_path: Path) -> None:
    (tmp_path / "waves.toml").write_text("", encoding="utf-8")
    assert not room_is_running(tmp_path)
    with pytest.raises(KunskapError) as caught:
        RoomClient(tmp_path)
    assert caught.value.codes == ("ROOM-08",)
    panel = TrainerPanel(tmp_path, live=False)
    assert "kunskap serve" in panel.told.value
    assert enabled(panel) == set()


def test_a_file_that_a_killed_room_left_and_a_file_of_another_machine_are_no_room(tmp_path: Path) -> None:
    place = {"address": "http://127.0.0.1:9", "token": "x", "room": "kurs"}
    (tmp_path / "rum-9.json").write_text(json.dumps(place), encoding="utf-8")
    with pytest.raises(KunskapError) as caught:
        RoomClient(tmp_path).state()
    assert caught.value.codes == ("ROOM-09",)
    elsewhere = place | {"address": "http://192.0.2.1:8765"}
    (tmp_path / "rum-9.json").write_text(json.dumps(elsewhere), encoding="utf-8")
    with pytest.raises(KunskapError) as caught:
        RoomClient(tmp_path)
    assert caught.value.codes == ("ROOM-08",)


def test_what_the_room_refuses_is_told_in_its_own_words(rehearsal: Rehearsal) -> None:
    client = RoomClient(rehearsal.project)
    with pytest.raises(KunskapError) as caught:
        client.do("dance")
    assert caught.value.codes == ("ROOM-01",)
    assert "inget sådant steg" in caught.value.message("sv")


def test_attendance_is_counts_in_a_log_of_its_own(tmp_path: Path, bank: Bank) -> None:
    panel = AttendancePanel(tmp_path, bank=bank, words=read_words(), activity="=4R", minutes=45)
    panel.button.click()
    assert "minst ett antal" in panel.told.value
    panel.fields["pol", "reg", "k"].value = 3
    panel.fields["tjm", "kom", "m"].value = 2
    panel.button.click()
    assert "5 personer" in panel.told.value
    panel.fields["tjm", "kom", "m"].value = 1
    panel.button.click()
    with (tmp_path / "aktivitetslogg.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert [(row["role"], row["orgtype"], row["sex"], row["persons"]) for row in rows] == [
        ("pol", "reg", "k", "3"), ("tjm", "kom", "m", "2"), ("tjm", "kom", "m", "1"),
    ]  # fmt: skip
    assert rows[0]["activity"] == "'=4R", "a text is no formula in a spreadsheet"
    assert not any("code" in row or "sitting_id" in row for row in rows)


def test_numbers_that_are_none_are_refused_all_at_once(tmp_path: Path) -> None:
    with pytest.raises(KunskapError) as caught:
        save_attendance(tmp_path, {("pol", "reg", "k"): -1}, activity="4R", minutes=0, date=dt.date(2027, 1, 20))
    assert caught.value.codes == ("ROOM-10", "ROOM-10")
    assert not list(tmp_path.iterdir())
