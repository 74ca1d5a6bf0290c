"""Readings: each rule with a clear, an unclear, a hidden and a contrary case; what none may say; staff's own texts."""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kunskap.bank import Bank, read_bank
from kunskap.change import compared_change, linking
from kunskap.disclosure import Released, read_policy, release
from kunskap.report.document import TableBlock
from kunskap.report.findings import MOST_IMPORTANT, inventory_readings
from kunskap.report.kinds import Material
from kunskap.report.kinds.parts import composed
from kunskap.report.readings import causal_words, change_readings, comparison_reading
from kunskap.report.readings.of_work import work_reading, work_readings
from kunskap.report.views import Group, TableView
from kunskap.words import Words, read_words
from tests.report.causal_sentences import CAUSAL, HARMLESS
from tests.report.figures_to_read import MISSING, ask, compared_table, followed_table, work_line
from tests.report.ranking import sorted_by_value


@pytest.fixture(scope="module")
def bank(root: Path) -> Bank:
    return read_bank(root / "survey")


SAID = {
    "everyone": ("2,0 av tio frågor högre", "2,0 av tio frågor lägre", "går det inte att säga"),
    "same": ("ökade antalet rätt med i genomsnitt 2,0", "minskade antalet rätt", "går det inte att säga"),
    "attrition": ("2,0 fler rätt av tio", "2,0 färre rätt av tio", "allt från 0,3 färre till 0,7 fler"),
    "both": ("säger samma sak", "säger emot varandra", "Hävda den inte"),
    "group": ("ökade antalet rätt", "minskade antalet rätt", "går det inte att säga"),
    "of_role": ("2,0 av tio frågor högre", "2,0 av tio frågor lägre", "går det inte att säga"),
    "apart": ("ökat mer, eller minskat mindre", "ökat mindre, eller minskat mer", "Det går inte att säga"),
    "items": ("upp 30 procentenheter", "ned 30 procentenheter", "Ingen enskild fråga"),
    "linked": ("går att följa", "i ett annat uppdrag", "färre än hälften"),
    "scale": ("20 poäng av hundra högre", "20 poäng av hundra lägre", "3 poäng lägre till 7 poäng högre"),
    "need": ("ett tydligt behov", "säger emot varandra", "osäkert"),
    "work": ("ökade från 40", "minskade från 40", "båda gångerna"),
    "sex": ("10 procentenheter högre", "10 procentenheter lägre", "hävdas inte"),
    "role": ("1,0 av tio frågor högre", "1,0 av tio frågor lägre", "hävdas inte"),
    "response": ("svarade på inventeringen.", "Det är färre än hälften", "I minst en av grupperna"),
    "total": ("7,0 av tio rätt", "färre än hälften", "räcker inte"),
    "extremes": ("ovanligast, 30", "rätt av mer än hälften", "lättast eller svårast"),
    "dont_know": ("vanligare att svara ”vet ej”", "Även där", "går det inte att säga"),
    "spread": ("mer än hälften minst 6 av 12", "färre än hälften minst 6 av 12", "räcker inte"),
    "rated": ("mer än hälften ”Ofta” eller ”Alltid”", "mer än hälften ”Aldrig” eller ”Sällan”", "åt ett håll"),
    "chosen": ("mer än hälften valde", "Det är färre än hälften", "räcker inte"),
    "coded": ("mer än hälften upp ”Strukturer”", "Det är färre än hälften", "räcker inte"),
    "together": ("också oftare rätt", "mer sällan rätt", "räcker svaren inte"),
    "protected": ("Ingen siffra", "läs det som visas som ett utdrag", "visas inte"),
    "compared": ("ökat mer, eller minskat mindre", "ökat mindre, eller minskat mer", "inte att det har gått lika"),
}
CASES = [
    (rule, case, phrase)
    for rule, phrases in SAID.items()
    for case, phrase in zip(("clear", "contrary", "unclear"), phrases, strict=True)
] + [(rule, "hidden", "för få") for rule in SAID]


@pytest.mark.parametrize(("rule", "case", "phrase"), CASES)
def test_a_rule_says_what_its_figure_carries(rule: str, case: str, phrase: str, bank: Bank, words: Words) -> None:
    reading = ask(rule, case, bank, words)
    assert reading is not None
    assert reading.verdict == case
    assert phrase in reading.text
    if case == "hidden":
        assert not re.search(r"\d+,\d|\d+ ?%", reading.text), "a hidden figure has no number"


def test_every_rule_is_tried_and_reads_well_in_both_languages(root: Path, bank: Bank) -> None:
    for language in ("sv", "en"):
        words = read_words(root / "survey", language)
        tree = tomllib.loads((root / "survey" / f"ui.{language}.toml").read_text("utf-8"))["report"]["readings"]
        assert {name for name, cases in tree.items() if isinstance(cases, dict) and "hidden" in cases} == set(SAID)
        told = {(rule, case): ask(rule, case, bank, words) for rule, case, _ in CASES}
        slips = {key: slip for key, reading in told.items() if reading for slip in slips_in(reading.text, language)}
        assert slips == {}
        why = {key: causal_words(one.text, language) for key, one in told.items() if one and key[0] != "compared"}
        assert not any(why.values()), why


def slips_in(text: str, language: str) -> Iterator[str]:
    """What no sentence may have, in either language; planted in the test below."""
    if not re.fullmatch(r"[A-ZÅÄÖ0-9”“].*[.!?]", text, re.DOTALL):
        yield "no sentence"
    yield from re.findall(
        r"\bnan\b|<NA>|None\b(?! of)|[{}]|  |\.\.|\binte \w+ inte\b|\bsignifika\w+|\bp-värde|\bkonfidens", text
    )
    yield from re.findall(r"\d\.\d" if language == "sv" else r"\d,\d(?!\d\d)", text)


@pytest.mark.parametrize(
    "text", ["Ökningen är 0.4.", "Det går inte säkert inte.", "är {amount}.", "Signifikant.", "nan."]
)
def test_a_slip_is_found(text: str) -> None:
    assert list(slips_in(text.lower() if text == "Signifikant." else text, "sv"))


def test_a_change_of_attitude_says_that_it_tells_nothing_of_the_training(bank: Bank, words: Words) -> None:
    for case in ("clear", "contrary", "unclear"):
        reading = ask("scale", case, bank, words)
        assert reading is not None and "säger inget om utbildningen" in reading.text


def test_a_range_that_holds_zero_is_no_change(words: Words) -> None:
    unclear = work_reading(work_line(0.4, 0.42, half=0.1), words=words)
    assert unclear.verdict == "unclear" and "Någon säker förändring syns inte" in unclear.text
    assert work_reading(work_line(0.4, 0.6, half=0.1), words=words).verdict == "clear"


# What says that a cause is not claimed, or speaks of how figures are made.
DENIED = {
    "report.kinds.followup.no_cause_title", "report.kinds.followup.no_cause", "report.readings.compared.no_more",
    "report.scales.commitment", "report.scales.special", "report.method.limits", "report.method.finite",
    "report.method.rounding", "report.about.text", "plots.change.notes", "plots.before_after.no_effect",
    "plots.information.subtitle",
}  # fmt: skip
BESIDE_A_GROUP = {"report.readings.compared.may", "report.readings.compared.by_lot"}


def causal(words: Words) -> list[str]:
    """The templates of every report and figure that speak of causes."""
    watched = {key: text for key, text in words.texts.items() if key.startswith(("report.", "plots."))}
    assert len(watched) > 800
    return [key for key, text in watched.items() if key not in DENIED and causal_words(text, words.language)]


@pytest.mark.parametrize("language", ["sv", "en"])
def test_no_template_says_why_but_those_of_a_comparison_group(language: str, root: Path) -> None:
    words = read_words(root / "survey", language)
    assert set(causal(words)) == BESIDE_A_GROUP
    planted = {
        "sv": [
            "Ökningen beror på kursen.",
            "Kursen förbättrade svaren.",
            "Det ledde till fler rätt.",
            "Kursen gav mer.",
        ],
        "en": [
            "The rise is due to it.",
            "The course improved answers.",
            "It led to more right.",
            "The course raised it.",
        ],
    }[language]
    for fault in planted:
        told = {**words.texts, "report.readings.same.clear": fault, "report.kinds.decision.consequences": fault}
        found = set(causal(Words(language, told)))
        assert found - BESIDE_A_GROUP == {"report.readings.same.clear", "report.kinds.decision.consequences"}


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_sentence_of_staffs_own_that_says_why_is_found_and_no_other(language: str) -> None:
    """In any tense, of any word for what was done; not where a course is only when, or a share rises by itself."""
    causal, harmless = CAUSAL[language], HARMLESS[language]
    assert min(len(causal), len(harmless)) >= 16
    assert [text for text in causal if not causal_words(text.replace(" ", "\n"), language)] == []
    assert {text: found for text in harmless if (found := causal_words(text, language))} == {}


WHY_NOT = {
    "one_rule": ({"chance": False}, {}),
    "unlike": ({"before": 0.56}, {}),
    "few": ({"n": 19}, {}),
    "lost": ({}, {"linking": followed_table(0.7, 0.4)}),
    "lost_unequally": ({}, {"linking": followed_table(0.9, 0.7)}),
    "unknown_again": ({}, {"linking": None}),
    "unknown_before": ({"before": MISSING}, {}),
}


@pytest.mark.parametrize("is_more", [True, False])
def test_how_much_is_said_beside_a_comparison_group(is_more: bool, words: Words) -> None:
    """Nothing hinders: it may have contributed, or, drawn by lot, led to it; each hindrance by itself forbids it."""
    size = 0.2 if is_more else -0.2

    def told(by_lot: bool, of_table: dict[str, object], **given: object) -> str:
        table = compared_table(size, size, **of_table)  # type: ignore[arg-type]
        given = {"linking": followed_table()} | given
        return comparison_reading(table, words=words, by_lot=by_lot, **given).text  # type: ignore[arg-type]

    assert causal_words(told(False, {}), "sv") == ["bidragit"] and "Säkert är det inte" in told(False, {})
    assert causal_words(told(True, {}), "sv") == ["ledde till"]
    assert "bidragit" in told(False, {"before": 0.55}), "the limit itself is within it"
    for name, (of_table, given) in WHY_NOT.items():
        for by_lot in (False, True):
            text = told(by_lot, of_table, **given)
            if name == "unlike" and by_lot:
                assert "ledde till" in text, "chance may make groups differ; it is adjusted for"
                continue
            assert "inte att säga att det beror på kursen" in text, name
            assert words(f"report.readings.compared.{name}", gap="0,6", fewest="20") in text
            assert not re.search("bidragit|ledde till", text)


def test_ways_of_counting_that_disagree_claim_nothing(words: Words) -> None:
    for adjusted in (-0.2, 0.02):
        reading = comparison_reading(compared_table(0.2, adjusted), linking=followed_table(), words=words)
        assert reading.verdict == "unclear" and "Hävda därför ingen skillnad" in reading.text
    rated = compared_table(0.2, 0.2).replace({"total": "attitudes", "total_chance": "attitudes"})
    with pytest.raises(ValueError, match="knowledge"):
        comparison_reading(rated, linking=followed_table(), words=words)


def test_a_comparison_group_is_read_from_what_the_gate_lets_out(bank: Bank, words: Words) -> None:
    """Sixty of each, computed, protected and read; without the table nothing is said of it."""
    rng, people = np.random.default_rng(3), [f"p{number}" for number in range(120)]
    before = rng.normal(0.5, 0.15, 120)
    gained = np.where(np.arange(120) < 60, 0.25, 0.0) + rng.normal(0, 0.08, 120)
    waves = [
        pd.DataFrame({"respondent_id": people, "wave": wave, "linked": "yes", "link": "linked", "total": scores})
        for wave, scores in (("2016", before), ("2018", before + gained))
    ]
    told = pd.concat(waves).assign(course=(["yes"] * 60 + ["no"] * 60) * 2)
    told = told.assign(total=told["total"].clip(0, 1), link=pd.Categorical(told["link"], ["linked", "moved", "once"]))
    told["total_chance"] = told["total"]
    lost = told[told["wave"].eq("2016")].groupby("course").head(20)
    once = lost.assign(respondent_id="o" + lost["respondent_id"], linked="no", link="once")
    told = pd.concat([told, once.assign(link=pd.Categorical(once["link"], ["linked", "moved", "once"]))])
    tables = {
        "compared": compared_change(told, between="course", levels=("yes", "no"), columns=("total", "total_chance")),
        "compared_linking": linking(told, by=["course"]),
    }
    released = release(tables, policy=read_policy())
    (reading,) = change_readings(released, waves=("2016", "2018"), bank=bank, words=words)
    assert reading.id == "compared" and reading.verdict == "clear"
    assert re.search(r"skillnaden är 2,\d frågor av tio", reading.text) and "bidragit" in reading.text


RANKED = {
    "sv": r"\b(bäst|sämst|främst\b|topplista|i topp\b|i botten|rankning)|"
    r"\b(högst|lägst|mest|minst) (av|bland) (alla )?(kommun|region|länsstyrelse|organ|nämnd|myndighet)",
    "en": r"\b(best|worst|top of|bottom|ranking)\b|"
    r"\b(highest|lowest) (of|among) (all )?(the )?(municipal|region|bodies|count)",
}


def ranking(words: Words) -> list[str]:
    watched = ("report.readings.", "report.kinds.", "report.findings.")
    ranked = re.compile(RANKED[words.language], re.I)
    return [key for key, text in words.texts.items() if key.startswith(watched) and ranked.search(text)]


@pytest.mark.parametrize("language", ["sv", "en"])
def test_no_one_is_ranked(language: str, root: Path, released: Released, bank: Bank) -> None:
    """Lines stand in their own order, whatever the figures; and no template speaks of best and worst."""
    words = read_words(root / "survey", language)
    lines = pd.DataFrame(
        [work_line(0.4, after) | {"what": f"Nämnd {place}"} for place, after in enumerate((0.1, 0.9, 0.5))]
    )
    assert [each.text.split(",")[0] for each in work_readings(lines, words=words)] == ["Nämnd 0", "Nämnd 1", "Nämnd 2"]
    assert ranking(words) == []
    for fault in {
        "sv": ["Bäst är {a}.", "Högst av alla kommuner"],
        "en": ["Best is {a}.", "Highest among municipalities"],
    }[language]:
        assert ranking(Words(language, {**words.texts, "report.readings.total.clear": fault})) == [
            "report.readings.total.clear"
        ]
    names = [option.text["sv"] for option in bank.variables["orgtype"].levels]
    shares = dict(zip(names, ("20 %", "60 %", "40 %", "30 %"), strict=True))
    material = Material(
        released=released, bank=bank, words=read_words(root / "survey", "sv"), date=datetime.date(2027, 3, 1)
    )
    for order, expected in ((names, []), (sorted(names, key=lambda name: shares[name]), ["Organ"])):
        view = TableView("Organ", ("", "%"), (Group("", tuple((name, (shares[name],)) for name in order)),))
        assert (
            sorted_by_value(
                composed(material, kind="inventering", title="", eyebrow="", blocks=(TableBlock(view, "t"),)), bank
            )
            == expected
        )


def test_every_template_is_there_in_both_languages_with_the_same_fields(root: Path) -> None:
    both = [read_words(root / "survey", language).texts for language in ("sv", "en")]
    keys = [key for key in both[0] if key.startswith(("report.readings.", "report.kinds."))]
    fields = [{key: set(re.findall(r"{(\w+)", texts[key])) for key in keys} for texts in both]
    assert fields[0] == fields[1]


def test_the_inventorys_sentences_are_readings(released: Released, small_bank: Bank, words: Words) -> None:
    ids = [reading.id for reading in inventory_readings(released, bank=small_bank, words=words)]
    assert ids == list(dict.fromkeys(ids)) and {"response", "extremes", "hidden"} <= set(ids)
    assert {"spread-k", "spread-tjm", "rated-ability", "rated-practice"} <= set(ids) - set(MOST_IMPORTANT)
