"""What people answered on the page is what the readers return; written down here by hand, not by the readers."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from random import Random

import pandas as pd
import pytest

from kunskap.bank import SKIP, read_bank
from kunskap.errors import KunskapError
from kunskap.readers import read_responses
from kunskap.store import begin, complete, mark_shown, open_store, save_answer, times_per_item, withdraw

BANK = read_bank()
FORM = BANK.forms["baslinje"]
TEXT = 'Åäö, "citat"\nny rad; semikolon'


def answered(url: str, *, people: int, seed: int) -> tuple[dict[str, dict[str, object]], list[str]]:
    """Let people answer at random, and note what each did: option ids, skip or None (never shown)."""
    chance, store, truth, unfinished = Random(seed), open_store(url), {}, []
    for number in range(people):
        person = f"{number:032d}"
        sitting = begin(store, form="baslinje", wave="2026", pseudonym=person).sitting_id
        own: dict[str, object] = {"respondent_id": person}
        stops = chance.random() < 0.2
        last = chance.randrange(len(FORM.item_ids)) if stops else len(FORM.item_ids)
        for name in FORM.background:
            own[name] = chance.choice(BANK.variables[name].level_ids)
            mark_shown(store, sitting, [name])
            save_answer(store, sitting, name, [str(own[name])], receipt=name)
        for place, name in enumerate(FORM.item_ids):
            item = BANK.items[name]
            rule = FORM.shown_to.get(name, {})
            if place > last or any(own[variable] not in levels for variable, levels in rule.items()):
                own[name] = None
                continue
            mark_shown(store, sitting, [name])
            if chance.random() < 0.1 and place < last:
                own[name] = SKIP
            elif item.type == "text":
                own[name] = TEXT
                save_answer(store, sitting, name, [TEXT], receipt=name)
            elif item.type == "multiple":
                real = [option for option in item.option_ids if option != "dk"]
                own[name] = sorted(chance.sample(real, 2))
                save_answer(store, sitting, name, own[name], receipt=name)
            else:
                own[name] = chance.choice(item.option_ids)
                save_answer(store, sitting, name, [str(own[name])], receipt=name)
        if stops:
            unfinished.append(person)
        else:
            complete(store, sitting)
        truth[person] = own
    return truth, unfinished


def test_what_was_answered_is_what_is_read(url: str) -> None:
    truth, unfinished = answered(url, people=25, seed=1)
    read = read_responses(url, bank=BANK, wave="2026")
    assert read.kind == "store"
    assert read.rejects.empty, read.rejects
    responses = read.responses.set_index("respondent_id")
    assert set(responses.index) == set(truth)
    assert set(responses.index[responses["completed_at"].isna()]) == set(unfinished)
    for person, own in truth.items():
        row = responses.loc[person]
        for name in FORM.item_ids:
            item = BANK.items[name]
            if item.type == "text":
                continue
            if item.type == "multiple":
                ticked = [column.split(".")[1] for column in item.columns if row.fillna(False)[column]]
                assert sorted(ticked) == ([] if own[name] in (None, SKIP) else own[name]), name
            elif own[name] is None or (own[name] == SKIP and person in unfinished):
                # in a sitting that broke off, blanks after the last answer were not reached
                assert pd.isna(row[name]) or row[name] == SKIP, name
            else:
                assert row[name] == own[name], name
    respondents = read.respondents.set_index("respondent_id")
    for person, own in truth.items():
        assert [respondents.loc[person, name] for name in FORM.background] == [own[name] for name in FORM.background]
    assert set(read.texts["text"]) <= {TEXT}
    assert len(read.texts) == sum(value == TEXT for own in truth.values() for value in own.values())


def test_who_has_withdrawn_is_nowhere(url: str) -> None:
    truth, _ = answered(url, people=6, seed=2)
    gone = next(iter(truth))
    withdraw(open_store(url), gone)
    read = read_responses(url, bank=BANK, wave="2026")
    assert gone not in set(read.responses["respondent_id"])
    assert len(read.responses) == len(truth) - 1
    assert gone not in repr(read.responses) + repr(read.respondents) + repr(read.texts) + read.summary("sv")


def test_another_wave_and_an_empty_store_are_told(url: str) -> None:
    answered(url, people=2, seed=3)
    with pytest.raises(KunskapError) as error:
        read_responses(url, bank=BANK, wave="2030")
    assert error.value.codes == ("READ-07",)
    with pytest.raises(KunskapError) as error:
        read_responses("sqlite:///finns/inte.sqlite", bank=BANK)
    assert error.value.codes == ("STORE-03",)


def test_seconds_per_item_stand_beside(url: str) -> None:
    answered(url, people=3, seed=4)
    times = times_per_item(open_store(url), form="baslinje", wave="2026")
    assert list(times.columns) == ["sitting_id", "item", "seconds"]
    assert times["seconds"].dropna().between(0, 60).all()
    assert len(times["seconds"].dropna()) > 30


def test_staff_name_the_file_or_the_address_on_the_command_line(url: str) -> None:
    truth, _ = answered(url, people=3, seed=5)
    named = [Path(url)] if url.startswith("postgresql") else [Path(url.removeprefix("sqlite:///")), url]
    for name in named:
        assert set(read_responses(name, bank=BANK, wave="2026").responses["respondent_id"]) == set(truth)


def test_a_database_of_something_else_is_told(tmp_path: Path) -> None:
    other = tmp_path / "annat.sqlite"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE x (y)")
    with pytest.raises(KunskapError) as error:
        read_responses(other, bank=BANK)
    assert error.value.codes == ("STORE-03",)
