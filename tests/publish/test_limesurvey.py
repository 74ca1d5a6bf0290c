"""LimeSurvey: the file by its own rules, and the whole round from a published form to the answers."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kunskap.bank import Bank
from kunskap.pseudonym import pseudonym
from kunskap.publish import publish, without_keys
from kunskap.publish.limesurvey import COLUMNS, limesurvey
from kunskap.readers import read_responses
from kunskap.words import Words, read_words
from tests.publish import structure
from tests.publish.awkward import awkward_bank
from tests.publish.truth import differences

EXPORTS = Path(__file__).parents[1] / "readers" / "layouts" / "limesurvey"
LAYOUT = EXPORTS / "structure.txt"  # LimeSurvey 6.4.2 imported it
KEY = bytes(range(32))


@pytest.fixture(scope="module")
def words() -> dict[str, Words]:
    return {language: read_words(language=language) for language in ("sv", "en")}


@pytest.fixture(scope="module")
def published(words: dict[str, Words]) -> bytes:
    return limesurvey("prov", bank=without_keys(awkward_bank()), words=words)["limesurvey_prov.txt"]


def row(rows: list[structure.Row], kind: str, name: str, language: str = "sv") -> structure.Row:
    return next(r for r in rows if (r["class"], r["name"], r["language"]) == (kind, name, language))


def text(content: bytes) -> str:
    return content.decode("utf-8")


# The test's own exporter follows real files.


def test_the_exporter_has_the_headings_that_limesurvey_gave_for_the_file_it_imported() -> None:
    questions = structure.questions_of(structure.rows_of(LAYOUT.read_bytes()), "sv")
    exported = list(
        csv.reader(io.StringIO(text(structure.export(questions, [])).removeprefix("\ufeff")), delimiter=";")
    )
    real = (EXPORTS / "api_code_short.csv").read_text(encoding="utf-8-sig").splitlines()[0]
    assert exported[0] == next(csv.reader([real], delimiter=";"))
    full = next(iter(csv.reader(io.StringIO(text(structure.export(questions, [], headings="full"))), delimiter=";")))
    with (EXPORTS / "ui_full_long_semicolon.csv").open(encoding="utf-8-sig", newline="") as file:
        real_full = next(csv.reader(file, delimiter=";"))
    plain = [" ".join(name.replace("<b>", "").replace("</b>", "").split()).replace('"', "") for name in full[1:]]
    assert plain == [" ".join(name.split()).replace('"', "") for name in real_full[1:]]


# The file.


def test_the_columns_are_those_of_the_file_that_was_imported_and_two_more() -> None:
    real = LAYOUT.read_text(encoding="utf-8").splitlines()[0].split("\t")
    assert list(COLUMNS[: len(real)]) == real
    assert COLUMNS[len(real) :] == ("subquestion_order", "keep_codes_order")


def test_no_mark_at_the_start_and_one_line_per_row(published: bytes) -> None:
    assert published.startswith(b"id\trelated_id\tclass\t") and published.endswith(b"\n") and b"\r" not in published
    assert len(text(published).splitlines()) == len(structure.rows_of(published)) + 1


def test_settings_keep_who_answered_out(published: bytes) -> None:
    settings = {r["name"]: r["text"] for r in structure.rows_of(published) if r["class"] == "S"}
    assert (settings["language"], settings["additional_languages"]) == ("sv", "en")
    assert {name: settings[name] for name in ("anonymized", "ipaddr", "refurl", "allowsave", "savetimings")} == {
        "anonymized": "Y",
        "ipaddr": "N",
        "refurl": "N",
        "allowsave": "N",
        "savetimings": "N",
    }
    assert settings["sid"].isdigit() and len(settings["sid"]) == 6


def test_types_codes_and_order(published: bytes) -> None:
    rows = structure.rows_of(published)
    asked = [(r["name"], r["type/scale"]) for r in rows if r["class"] == "Q" and r["language"] == "sv"]
    assert asked == [
        *[("role", "L"), ("orgtype", "L"), ("sex", "L")],
        *[("abilset2", "F"), ("abil5", "L"), ("abil", "L"), ("num", "N"), ("own", "T")],
        *[("k1", "L"), ("k2", "L"), ("k3", "M"), ("k4", "L"), ("k5", "M"), ("k6", "M"), ("k7", "L")],
        *[("sort", "F"), ("sort4", "L"), ("lack1", "M"), ("lack2", "M"), ("code", "S")],
    ]
    groups = [r["name"] for r in rows if r["class"] == "G" and r["language"] == "sv"]
    assert groups == ["Om dig", "Först", "Ord", "Fakta", "Till sist", "Din kod"]
    table = [r["name"] for r in rows if r["class"] == "SQ" and r["language"] == "en"][:4]
    assert table == ["abil1", "abil2", "abil3", "abil4"]
    assert [r["name"] for r in rows if r["class"] == "A" and r["language"] == "sv"][:2] == ["pol", "tjm"]


def test_numbers_are_never_shared(published: bytes) -> None:
    rows = [r for r in structure.rows_of(published) if r["id"]]
    owners: dict[str, set[tuple[str, str]]] = {}
    for r in rows:
        owners.setdefault(r["id"], set()).add((r["class"], r["name"] if r["class"] != "G" else ""))
    assert all(len(own) == 1 for own in owners.values())


def test_who_must_answer_and_who_sees_what(published: bytes) -> None:
    rows = structure.rows_of(published)
    mandatory = {r["name"] for r in rows if r["class"] == "Q" and r["mandatory"] == "Y"}
    assert mandatory == {"role", "orgtype"}  # the filters need them; nothing else is forced
    assert row(rows, "SQ", "abil2")["relevance"] == '((role.NAOK == "pol"))'
    expected = '((role.NAOK == "tjm") and (orgtype.NAOK == "reg" or orgtype.NAOK == "kom"))'
    assert row(rows, "SQ", "abil3")["relevance"] == expected
    assert row(rows, "Q", "k3")["relevance"] == '((role.NAOK == "tjm"))'
    assert row(rows, "Q", "k1")["relevance"] == row(rows, "SQ", "abil1")["relevance"] == "1"


def test_a_table_that_only_one_role_sees_is_hidden_as_a_whole(words: dict[str, Words]) -> None:
    bank = awkward_bank()
    only = {f"abil{number}": {"role": ("pol",)} for number in range(1, 5)}
    bank = replace(bank, forms={"prov": replace(bank.forms["prov"], shown_to=only)})
    rows = structure.rows_of(limesurvey("prov", bank=bank, words=words)["limesurvey_prov.txt"])
    assert row(rows, "Q", "abilset2")["relevance"] == '((role.NAOK == "pol"))'
    assert row(rows, "SQ", "abil1")["relevance"] == "1"


def test_knowledge_is_shuffled_with_dont_know_last_and_nothing_else_is(published: bytes) -> None:
    rows = structure.rows_of(published)
    shuffled = {r["name"] for r in rows if r["class"] == "Q" and r["random_order"] == "1"}
    assert shuffled == {"k1", "k3", "k4", "k5", "k6"}
    one, many = row(rows, "Q", "k1"), row(rows, "Q", "k3")
    assert (one["subquestion_order"], one["keep_codes_order"], one["exclude_all_others"]) == ("", "dk", "")
    assert (many["subquestion_order"], many["keep_codes_order"], many["exclude_all_others"]) == ("random", "dk", "dk")
    assert row(rows, "Q", "k4")["keep_codes_order"] == ""
    chosen_alone = {r["name"]: r["exclude_all_others"] for r in rows if r["class"] == "Q" and r["exclude_all_others"]}
    assert chosen_alone == {"k3": "dk", "k5": "dk", "k6": "dk", "lack1": "none;dk", "lack2": "none;dk"}
    for question in structure.questions_of(rows, "sv"):
        inside = list(question.answers) if question.type != "M" else list(question.subquestions)
        assert "dk" not in inside[:-1]
    scripted = [r["name"] for r in rows if r["class"] == "G" and "<script>" in r["text"]]
    assert scripted == ["Fakta", "Facts"]


def test_limits_and_help(published: bytes) -> None:
    rows = structure.rows_of(published)
    assert (row(rows, "Q", "num")["min_num_value_n"], row(rows, "Q", "num")["max_num_value_n"]) == ("0", "40")
    assert "namn" in row(rows, "Q", "code")["help"] and "name" in row(rows, "Q", "code", "en")["help"]


def test_nothing_in_a_text_is_taken_for_something_else(published: bytes) -> None:
    """No expression, no markup, no quotation mark or backslash that PHP's reading would act on."""
    rows = structure.rows_of(published)
    for r in rows:
        if r["class"] in ("Q", "SQ", "A", "SL"):
            assert not set(r["text"]) & set('{}"\\\t\n') and "<y>" not in r["text"]
    bank = awkward_bank()
    assert structure.shown(row(rows, "Q", "k1")["text"]) == bank.items["k1"].stem["sv"].replace("\t", " ")
    assert structure.shown(row(rows, "A", "a", "en")["text"]) == bank.items["k1"].options[0].text["en"]


def untranslated(content: bytes) -> list[str]:
    """Rows that one language has and the other has not, or that have no text in it."""
    rows = [r for r in structure.rows_of(content) if r["class"] in ("Q", "SQ", "A")]
    named: dict[str, list[tuple[str, ...]]] = {}
    question = ""
    for r in rows:
        question = r["name"] if r["class"] == "Q" else question
        named.setdefault(r["language"], []).append((r["class"], question, r["name"], r["id"], r["relevance"]))
    faults = [f"{r['language']} {r['name']}: no text" for r in rows if not r["text"]]
    if len(named) != 2 or named["sv"] != named["en"]:
        faults.append("the languages differ")
    return faults


def test_both_languages_have_the_same_questions(published: bytes) -> None:
    assert untranslated(published) == []


def test_a_missing_translation_is_caught(published: bytes) -> None:
    lines = text(published).splitlines(keepends=True)
    victim = next(line for line in lines if "\tSQ\t" in line and "\ten\t" in line)
    assert untranslated("".join(line for line in lines if line != victim).encode()) == ["the languages differ"]


def test_one_language_only(tmp_path: Path) -> None:
    path = publish("prov", tool="limesurvey", folder=tmp_path, bank=awkward_bank(), language="en")[0]
    rows = structure.rows_of(path.read_bytes())
    assert {r["language"] for r in rows} == {"", "en"}
    assert next(r["text"] for r in rows if r["name"] == "language") == "en"


def test_the_same_bank_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = (
        publish("prov", tool="limesurvey", folder=tmp_path / name, bank=awkward_bank())[0] for name in ("a", "b")
    )
    assert first.read_bytes() == second.read_bytes()


# The round.


def round_trip(
    content: bytes, folder: Path, *, bank: Bank, form: str, n: int = 60, seed: int = 1, **layout: str
) -> list[str]:
    questions = structure.questions_of(structure.rows_of(content), "sv")
    persons = structure.people(questions, n=n, rng=np.random.default_rng(seed))
    path = folder / "results-survey.csv"
    path.write_bytes(structure.export(questions, persons, **layout))
    read = read_responses(path, bank=bank, form=form, key=KEY)
    found = differences(read, persons, questions, bank=bank, form=form)
    for person, own in zip(persons, read.responses["respondent_id"], strict=True):
        if "code" in person.answers and own != pseudonym(person.answers["code"], key=KEY):
            found.append(f"{person.number}: another pseudonym")
    return found


def test_the_random_people_do_everything_that_people_do(published: bytes) -> None:
    questions = structure.questions_of(structure.rows_of(published), "sv")
    persons = structure.people(questions, n=60, rng=np.random.default_rng(1))
    answers = [person.answers for person in persons]
    assert any(not person.complete for person in persons) and any(person.complete for person in persons)
    assert any(own.get("k1") == "" for own in answers) and any(own.get("k1") == "dk" for own in answers)
    assert any(own.get("k5[dk]") == "Y" for own in answers)
    assert any(own.get("k5[a]") == "Y" and own.get("k5[b]") == "Y" for own in answers)
    assert {"k3[a]" in own for own in answers if "k1" in own} == {True, False}
    assert {"abilset2[abil3]" in own for own in answers if own["role"] == "tjm"} == {True, False}
    assert set(structure.TEXTS) <= {own.get("own") for own in answers}


@pytest.mark.parametrize("headings", ["code", "codetext", "full"])
@pytest.mark.parametrize("answers", ["codes", "long"])
def test_random_answers_come_back(tmp_path: Path, published: bytes, headings: str, answers: str) -> None:
    layout = {"headings": headings, "answers": answers, "separator": "," if answers == "long" else ";"}
    assert round_trip(published, tmp_path, bank=awkward_bank(), form="prov", **layout) == []


def test_random_answers_to_every_form_of_the_project_come_back(tmp_path: Path, bank: Bank) -> None:
    for form in bank.forms:
        path = publish(form, tool="limesurvey", folder=tmp_path, bank=bank)[0]
        assert untranslated(path.read_bytes()) == []
        assert round_trip(path.read_bytes(), tmp_path, bank=bank, form=form, seed=2) == [], form


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("\tQ\tL\tk1\t", "\tQ\tL\tkl\t"),
        ("\tA\t0\tfull\t", "\tA\t0\tfill\t"),
        ("\tSQ\t0\tabil4\t", "\tSQ\t0\tabi14\t"),
        ('""pol""', '""tjm""'),
    ],
)
def test_a_wrong_code_is_caught_by_the_round(tmp_path: Path, published: bytes, right: str, wrong: str) -> None:
    assert right in text(published)
    spoilt = text(published).replace(right, wrong).encode()
    assert round_trip(spoilt, tmp_path, bank=awkward_bank(), form="prov") != []


def test_a_table_named_as_an_item_would_be_read_wrongly(tmp_path: Path, published: bytes) -> None:
    """Why a battery never has an item's id for its code: here it is forced to."""
    spoilt = text(published).replace("\tF\tabilset2\t", "\tF\tabil\t").encode()
    assert round_trip(spoilt, tmp_path, bank=awkward_bank(), form="prov") != []
