"""Raised cards give the phones' figure, and no other."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from kunskap.bank import Bank
from kunskap.cli import app
from kunskap.disclosure import read_policy
from kunskap.errors import KunskapError
from kunskap.project import new_project
from kunskap.room import first_room, question_result, released_again
from kunskap.store import begin, open_store, save_in_room, take_seat
from kunskap.tally import keep_tally, read_counts, tally

ITEM = "influence51"


def test_the_figure_is_the_same_as_the_phones(bank: Bank, tmp_path: Path) -> None:
    item, policy = bank.items[ITEM], read_policy()
    given = [*["a"] * 5, *["b"] * 7, *["dk"] * 2]
    store = open_store(f"sqlite:///{tmp_path / 'svar.sqlite'}")
    room = in_room(bank, store, given)
    told = question_result(store, room, bank=bank, policy=policy)
    assert told.reason == "shown"
    phones = released_again({"rows": told.rows}, policy=policy).table("room")
    cards = tally(read_counts("a=5 b=7 dk=2", item=item), item=item, policy=policy).table("room")
    shown = ["item", "option", "statistic", "count", "n", "estimate", "low", "high"]
    pd.testing.assert_frame_equal(
        phones[shown].sort_values("option", ignore_index=True),
        cards[shown].sort_values("option", ignore_index=True),
        check_dtype=False,
    )


def in_room(bank: Bank, store, given):  # type: ignore[no-untyped-def]
    from dataclasses import replace

    from kunskap.store import change_room, enter_room

    form = next(form for form in bank.forms.values() if ITEM in form.item_ids)
    fresh = first_room("rum", form=form.id, occasion="before", bank=bank)
    enter_room(store, fresh)
    room = change_room(store, "rum", lambda room: replace(room, item=ITEM, phase="open"))
    for number, option in enumerate(given):
        sitting = begin(store, form=form.id, wave="rum", occasion="before")
        take_seat(store, sitting.sitting_id, room, ready=True)
        save_in_room(store, "rum", sitting.sitting_id, ITEM, [option], receipt=str(number))
    return change_room(store, "rum", lambda room: replace(room, phase="closed"))


@pytest.mark.parametrize("typed", ["2 2", "12", "1 1 1 1"])
def test_few_and_alike_are_hidden(bank: Bank, typed: str) -> None:
    item = bank.items[ITEM]
    table = tally(read_counts(typed, item=item), item=item, policy=read_policy()).table("room")
    if typed == "12":
        # a room may see that all chose alike, where its rules say so
        assert read_policy().for_room().unanimity is not True or table["hidden"].notna().all()
    else:
        assert table["hidden"].notna().all()


@pytest.mark.parametrize("typed", ["", "x", "a=", "a=-1", "q=3", "1 2 3 4 5 6 7 8", "a=1 5", "99999"])
def test_what_is_no_count_is_refused(bank: Bank, typed: str) -> None:
    with pytest.raises(KunskapError, match="TALLY-02"):
        read_counts(typed, item=bank.items[ITEM])


@pytest.mark.parametrize("item", ["goals01", "attitudes01"])
def test_the_surveys_questions_are_never_counted(bank: Bank, item: str) -> None:
    with pytest.raises(KunskapError, match="TALLY-01"):
        read_counts("1", item=bank.items[item])


def test_the_command_keeps_counts_and_no_people(bank: Bank, tmp_path: Path) -> None:
    project = tmp_path / "p"
    new_project(project)
    for typed in ("5 6", "5 7 2"):  # typed again: the last holds
        done = CliRunner().invoke(app, ["tally", ITEM, typed, "--project", str(project)])
        assert done.exit_code == 0, done.output
    with (project / "answers" / "rakning.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["count"] for row in rows][:3] == ["5", "7", "2"]
    assert set(rows[0]) == {"date", "occasion", "item", "option", "count"}
    assert "<svg" in (project / "reports" / f"rakning-{ITEM}-before.svg").read_text(encoding="utf-8")
    few = CliRunner().invoke(app, ["tally", ITEM, "1 1", "--project", str(project), "--occasion", "after"])
    assert few.exit_code == 0
    assert "visas inte" in few.output
    assert not (project / "reports" / f"rakning-{ITEM}-after.svg").exists()


def test_another_question_stays(bank: Bank, tmp_path: Path) -> None:
    import datetime as dt

    day = dt.date(2026, 11, 22)
    for name in (ITEM, "influence52", ITEM):
        path = keep_tally({"a": 6}, item=bank.items[name], occasion="before", folder=tmp_path, day=day)
    assert path.read_text(encoding="utf-8").count("influence52") == 1
    assert path.read_text(encoding="utf-8").count(ITEM) == 1
