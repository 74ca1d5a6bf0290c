"""The rules' words: what they match, what they leave alone, and that the file is read strictly."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kunskap.errors import KunskapError
from kunskap.growth.review import Rules, read_checklist, read_rules
from kunskap.growth.review.rules import CODES


@pytest.mark.parametrize(
    ("words", "text", "is_there"),
    [
        ("people", "Ungdomsarbetslösheten stiger", True),
        ("people", "Unga bestånd gallras", True),  # words, not meaning: the sentence needs a claim too
        ("people", "Bostäderna byggs", False),
        ("sex", "Flickor och pojkar", True),
        ("sex", "Mänskliga rättigheter", False),
        ("sex", "Manskapet övar", False),
        ("gender", "Ett jämställt län", True),
        ("gender", "Ett jämlikt län", False),
        ("goal", "Andelen ska till 2030 öka", True),
        ("goal", "Andelen skall öka", True),
        ("goal", "Målgruppen är unga", False),
        ("goal", "Ett omtyckt besöksmål: Höga Kusten", False),
        ("goal", "Regionen ska ta fram en plan", False),
        ("goal", "Senast 2030 har länet fler invånare", True),
        ("goal", "Sedan 2015 har antalet ökat", False),
        ("level", "före 2030", False),
        ("level", "senast den 30 april", False),
        ("level", "Mål 1: fler resor", False),
        ("level", "till 45 procent", True),
        ("level", "i åldern 25–64 år", False),
        ("level", "ska vara 2 000 år 2028", True),
        ("money", "Livsmedel och läkemedel", False),
        ("money", "Projektmedel fördelas", True),
        ("money", "1 200 kronor", True),
        ("followup", "Planen följs upp", True),
    ],
)
def test_the_words(rules: Rules, words: str, text: str, is_there: bool) -> None:
    assert rules.has(words, text) is is_there


def test_the_words_within_reach_are_of_one_sentence(rules: Rules) -> None:
    assert not rules.has("goal", "Vi vet vad vi ska. Antalet kan öka.")
    assert not rules.has("goal", "Det ska ett två tre fyra fem sex sju öka")


def test_every_find_is_worded_in_both_languages(rules: Rules) -> None:
    assert set(rules.finds) == set(CODES)
    for find in rules.finds.values():
        assert all(set(texts) == {"sv", "en"} for texts in (find.label, find.why, find.proposal))


def test_the_texts_do_not_say_that_something_is_absent_from_an_act(rules: Rules) -> None:
    texts = " ".join(text for find in rules.finds.values() for text in (*find.why.values(), *find.proposal.values()))
    assert "lag" not in texts.lower().split()
    assert "borde" not in texts and "måste" not in texts


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        ("[words]", "[words]\npeopel = ['x']", {"REVIEW-04"}),
        ("people = [", "persons = [", {"REVIEW-03", "REVIEW-04"}),
        ('"invånar*"', '"invånar(*"', {"REVIEW-05"}),
        ('"invånar*"', '"**"', {"REVIEW-05"}),
        ("[finds.people_no_sex.label]\nsv", "[finds.people_no_sex.label]\nse", {"REVIEW-03", "REVIEW-04"}),
        ("[links]", "[links", {"REVIEW-02"}),
    ],
)
def test_a_wrong_file_is_refused(root: Path, tmp_path: Path, old: str, new: str, codes: set[str]) -> None:
    text = (root / "data" / "review" / "rules.toml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "rules.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(KunskapError) as raised:
        read_rules(tmp_path)
    assert set(raised.value.codes) == codes


def test_the_checklist_is_whole(root: Path) -> None:
    points = read_checklist(root / "data" / "review")
    assert len(points) == 11
    assert {code for point in points for code in point.finds} == set(CODES)
    assert all(point.source for point in points)


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        ('id = "industries"', 'id = "business_effects"', {"REVIEW-15"}),
        ('finds = ["chain_break"]', 'finds = ["chain"]', {"REVIEW-15"}),
        ('finds = ["chain_break"]', 'find = ["chain_break"]', {"REVIEW-03", "REVIEW-04"}),
        ('source = "VTI rapport 1002 (2019)"', 'source = ""', {"REVIEW-03"}),
    ],
)
def test_a_wrong_checklist_is_refused(root: Path, tmp_path: Path, old: str, new: str, codes: set[str]) -> None:
    text = (root / "data" / "review" / "checklist.toml").read_text(encoding="utf-8")
    (tmp_path / "checklist.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(KunskapError) as raised:
        read_checklist(tmp_path)
    assert set(raised.value.codes) == codes


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    shutil.rmtree(tmp_path)
    with pytest.raises(KunskapError) as raised:
        read_rules(tmp_path)
    assert raised.value.codes == ("REVIEW-01",)
