"""Moodle XML: valid, only teaching items, and scored again from the file alone."""

from __future__ import annotations

import html
import itertools
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest

from kunskap.bank import Bank, Item
from kunskap.errors import KunskapError
from kunskap.publish import publish
from kunskap.scoring import score
from tests.publish.awkward import awkward_bank

# The grades that Moodle offers, in per cent, from its own list; it refuses a file with another.
MOODLE = {100, 90, 83.33333, 80, 75, 70, 66.66667, 60, 50, 40, 33.33333, 30, 25, 20, 16.66667, 14.28571, 12.5}
MOODLE |= {11.11111, 10, 5, 0}


@pytest.fixture
def teaching(tmp_path: Path) -> tuple[Bank, dict[str, ElementTree.Element]]:
    bank = awkward_bank(pool="teaching")
    return bank, questions(publish("prov", tool="moodle", folder=tmp_path, bank=bank)[0])


def questions(path: Path) -> dict[str, ElementTree.Element]:
    root = ElementTree.parse(path).getroot()
    return {str(one.findtext("name/text")): one for one in root.findall("question") if one.get("type") != "category"}


def moodle_score(question: ElementTree.Element, ticked: set[int]) -> float:
    """Moodle's own arithmetic: the chosen fractions added up, between 0 and 1."""
    fractions = [float(str(answer.get("fraction"))) / 100 for answer in question.findall("answer")]
    return min(1.0, max(0.0, sum(fractions[place] for place in ticked)))


def our_score(item: Item, ticked: set[int], bank: Bank) -> float:
    if item.type == "multiple":
        columns = {name: [place in ticked] for place, name in enumerate(item.columns)}
    else:
        columns = {item.id: [item.option_ids[next(iter(ticked))]]}
    table = pd.DataFrame({"sitting_id": ["s1"], **columns})
    return float(score(table, bank=bank, items=[item.id])[item.id].iloc[0])


def answer_sets(item: Item) -> list[set[int]]:
    if item.type != "multiple":
        return [{place} for place in range(len(item.options))]
    places = range(len(item.options))
    return [set(chosen) for size in places for chosen in itertools.combinations(places, size + 1)]


def test_one_file_per_language_with_categories_per_area(tmp_path: Path) -> None:
    paths = publish("prov", tool="moodle", folder=tmp_path, bank=awkward_bank(pool="teaching"))
    assert [path.name for path in paths] == ["moodle_prov_sv.xml", "moodle_prov_en.xml"]
    root = ElementTree.parse(paths[0]).getroot()
    assert root.tag == "quiz"
    names = [one.findtext("category/text") for one in root.findall("question") if one.get("type") == "category"]
    assert names == ["$course$/top/Kunskap om jämställd regional tillväxt/Mål//medel"]


def test_every_option_has_its_explanation_and_every_text_is_whole(
    teaching: tuple[Bank, dict[str, ElementTree.Element]],
) -> None:
    bank, found = teaching
    assert list(found) == ["k1", "k2", "k3", "k4", "k5", "k6", "k7"]
    for name, question in found.items():
        item = bank.items[name]
        stem = str(question.findtext("questiontext/text"))
        plain = html.unescape(stem.removeprefix("<p>").removesuffix("</p>").replace("<br>", "\n"))
        assert plain == item.stem["sv"]
        feedback = [str(answer.findtext("feedback/text")) for answer in question.findall("answer")]
        assert feedback == [f"<p>{option.explanation['sv']}</p>" for option in item.options]
        assert question.findtext("idnumber") == name
        assert "HEMLIG KÄLLA" in str(question.findtext("generalfeedback/text"))


def test_types_and_fractions_are_moodles(teaching: tuple[Bank, dict[str, ElementTree.Element]]) -> None:
    _, found = teaching
    assert {name: question.get("type") for name, question in found.items() if name in ("k1", "k2", "k3", "k7")} == {
        "k1": "multichoice",
        "k2": "multichoice",  # with don't know: three answers
        "k3": "multichoice",
        "k7": "truefalse",
    }
    assert [found[name].findtext("single") for name in ("k1", "k3")] == ["true", "false"]
    assert [answer.findtext("text") for answer in found["k7"].findall("answer")] == ["true", "false"]
    for question in found.values():
        fractions = [float(str(answer.get("fraction"))) for answer in question.findall("answer")]
        assert {abs(fraction) for fraction in fractions} <= MOODLE
        assert sum(fraction for fraction in fractions if fraction > 0) == pytest.approx(100, abs=1e-4)


@pytest.mark.parametrize("name", ["k1", "k2", "k3", "k4", "k7"])
def test_scored_again_it_gives_the_same_points(
    teaching: tuple[Bank, dict[str, ElementTree.Element]], name: str
) -> None:
    bank, found = teaching
    for ticked in answer_sets(bank.items[name]):
        assert moodle_score(found[name], ticked) == pytest.approx(our_score(bank.items[name], ticked, bank), abs=1e-6)


@pytest.mark.parametrize("name", ["k5", "k6"])
def test_where_moodle_has_no_such_rule_full_marks_still_mean_the_same(
    teaching: tuple[Bank, dict[str, ElementTree.Element]], name: str
) -> None:
    bank, found = teaching
    item = bank.items[name]
    for ticked in answer_sets(item):
        full = moodle_score(found[name], ticked) > 0.999999
        assert full == (our_score(item, ticked, bank) == 1.0)
        if name == "k5" and {item.option_ids[place] for place in ticked} - set(item.key) - {"dk"}:
            assert moodle_score(found[name], ticked) == 0.0


def test_a_wrong_key_is_caught_by_scoring_again(
    teaching: tuple[Bank, dict[str, ElementTree.Element]], tmp_path: Path
) -> None:
    bank, _ = teaching
    spoilt = replace(bank, items={**bank.items, "k1": replace(bank.items["k1"], key=("a",))})
    found = questions(publish("prov", tool="moodle", folder=tmp_path, bank=spoilt)[0])
    item = bank.items["k1"]
    assert any(moodle_score(found["k1"], ticked) != our_score(item, ticked, bank) for ticked in answer_sets(item))


@pytest.mark.parametrize("keys", range(1, 11))
def test_any_number_of_right_answers_adds_up_to_all_points(tmp_path: Path, keys: int) -> None:
    bank = awkward_bank(pool="teaching")
    item = bank.items["k3"]
    ids = [f"o{number}" for number in range(keys)]
    options = tuple(replace(item.options[0], id=name) for name in [*ids, "x", "dk"])
    many = replace(item, options=options, key=tuple(ids))
    bank = replace(bank, items={**bank.items, "k3": many})
    question = questions(publish("prov", tool="moodle", folder=tmp_path, bank=bank)[0])["k3"]
    assert moodle_score(question, set(range(keys))) > 0.999999


def test_the_projects_teaching_pool_and_nothing_of_the_survey(tmp_path: Path, bank: Bank) -> None:
    for path in publish(None, tool="moodle", folder=tmp_path, bank=bank):
        found = questions(path)
        items = [item for item in bank.items.values() if item.pool == "teaching" and item.status in ("trial", "active")]
        assert list(found) == [item.id for item in items]
        content = path.read_text(encoding="utf-8")
        secret = [item for item in bank.items.values() if item.pool == "survey"]
        assert secret and not any(item.stem[language] in content for item in secret for language in bank.languages)
        for item in items:
            for ticked in answer_sets(item):
                ours, theirs = our_score(item, ticked, bank), moodle_score(found[item.id], ticked)
                assert (theirs > 0.999999) == (ours == 1.0), item.id


def test_a_form_with_survey_items_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KunskapError) as error:
        publish("prov", tool="moodle", folder=tmp_path, bank=awkward_bank())
    assert error.value.codes == ("PUB-04",) and "k1" in str(error.value)
    assert list(tmp_path.iterdir()) == []


def test_drafts_are_left_out_and_nothing_left_is_told(tmp_path: Path) -> None:
    bank = awkward_bank(pool="teaching")
    drafts = {name: replace(item, status="draft") for name, item in bank.items.items()}
    with pytest.raises(KunskapError) as error:
        publish(None, tool="moodle", folder=tmp_path, bank=replace(bank, items=drafts))
    assert error.value.codes == ("PUB-07",)
