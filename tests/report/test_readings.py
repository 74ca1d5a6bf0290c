"""Readings: each rule with a clear, an unclear, a hidden and a contrary case; what none may say; staff's own texts."""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kunskap.bank import Bank, read_bank
from kunskap.change import compared_change, linking
from kunskap.cli import reporting
from kunskap.disclosure import Released, read_policy, release
from kunskap.errors import KunskapError
from kunskap.report.document import TableBlock
from kunskap.report.elections import ELECTIONS, near_election
from kunskap.report.findings import MOST_IMPORTANT, inventory_readings
from kunskap.report.kinds import Material
from kunskap.report.kinds.parts import composed
from kunskap.report.readings import (
    Reading,
    causal_words,
    change_readings,
    comparison_reading,
    keep_readings,
    read_own_texts,
    role_reading,
    sex_reading,
    with_own,
)
from kunskap.report.readings import of_change as change
from kunskap.report.readings import of_knowledge as knowledge
from kunskap.report.readings import of_views as views
from kunskap.report.readings.of_needs import need_reading
from kunskap.report.readings.of_work import work_reading, work_readings
from kunskap.report.views import Group, TableView
from kunskap.tables import estimates
from kunskap.words import Words, read_words
from tests.report.ranking import sorted_by_value

NAMED = {"before": "2016", "after": "2018"}
MISSING = float("nan")


@pytest.fixture(scope="module")
def bank(root: Path) -> Bank:
    return read_bank(root / "survey")


def figure(estimate: float, half: float = 0.05, **more: object) -> pd.Series:
    return pd.Series({"estimate": estimate, "low": estimate - half, "high": estimate + half, "n": 80, **more})


MORE, LESS, UNSURE, HIDDEN = figure(0.2), figure(-0.2), figure(0.02), figure(MISSING)


def under_both(first: float, second: float, option: str = "k-m") -> pd.DataFrame:
    return pd.DataFrame([figure(first, option=option), figure(second, option=option)])


def scores_by(by: str, first: float, second: float, *, n: int, claimed: float | None = None) -> Released:
    """Two groups' means through the real gate; with `claimed` the table of the two rules for don't know."""
    levels = {"sex": ("k", "m"), "role": ("pol", "tjm")}[by]
    rows: list[dict[str, object]] = []
    for scale in ["total", "total_chance"] if claimed is not None else ["total"]:
        common = {"universe": "all", "scale": scale, "unit": "share"}
        keys = tuple(f"mean|all|{scale}||{by}={level}" for level in levels)
        rows += [
            common | {by: level, "statistic": "mean", "n": n, "estimate": mean, "se": 0.02,
                      "low": mean - 0.04, "high": mean + 0.04}
            for level, mean in zip(levels, (first, second), strict=True)
        ]  # fmt: skip
        gap = first - second
        about = common | {"option": "-".join(levels), "n": 2 * n, "inputs": keys}
        rows.append(about | {"statistic": "difference", "estimate": gap, "low": gap - 0.05, "high": gap + 0.05})
        if claimed is not None and scale == "total_chance":
            inputs = tuple(f"difference|all|{name}|{'-'.join(levels)}|" for name in ("total", "total_chance"))
            rows.append(
                about | {"scale": "total", "statistic": "claimed", "unit": "flag", "estimate": claimed,
                         "inputs": inputs}
            )  # fmt: skip
    name = "dont_know_rules" if claimed is not None else f"total_by_{by}"
    return release({name: estimates(rows, by=[by])}, policy=read_policy())


def items_table(change_of: float, p: float) -> pd.DataFrame:
    about = {"item": "goals01", "sex": "k", "n": 60}
    return pd.DataFrame(
        [
            about | {"statistic": "difference", "estimate": change_of},
            about | {"statistic": "p_holm", "estimate": p},
        ]
    )


def linking_table(linked: float, moved: float = 0.0) -> pd.DataFrame:
    rows = [("linked", linked), ("moved", moved)]
    return pd.DataFrame(
        [{"statistic": "share", "wave": "2016", "option": name, "estimate": share, "n": 90} for name, share in rows]
    )


def shares_of(shares: dict[str, float], *, item: str = "", n: int = 100) -> pd.DataFrame:
    """Answer → share, as the gate lets them out; a missing one is hidden."""
    about: dict[str, object] = {"statistic": "share", "universe": "all", "item": item, "n": n}
    counts = {option: pd.NA if pd.isna(share) else round(n * share) for option, share in shares.items()}
    return pd.DataFrame(
        [figure(share, option=option, count=counts[option], **about) for option, share in shares.items()]
    )


def knowledge_table(first: float, second: float, *, dk: float = 0.3, wrong: float = 0.1) -> pd.DataFrame:
    one, other = {"right": first, "wrong": wrong, "dk": dk}, {"right": second, "wrong": 0.1, "dk": 0.1}
    return pd.concat([shares_of(one, item="goals01"), shares_of(other, item="goals03")])


def response_table(first: float, second: float) -> pd.DataFrame:
    row = {"statistic": "response_rate", "universe": "all", "n": 100, "count": 60}
    return pd.DataFrame([row | {"role": "pol", "estimate": first}, row | {"role": "tjm", "estimate": second}])


def compared_table(
    did: float, adjusted: float, *, before: float = 0.5, n: int = 60, chance: bool = True, half: float = 0.05
) -> pd.DataFrame:
    """Two groups' means before, and the difference between their changes by both ways of counting."""
    about: dict[str, object] = {"universe": "all", "wave": None, "course": None, "option": "yes-no"}
    rows = [
        figure(did if way == "difference_in_differences" else adjusted, half, statistic=way, scale=scale, **about)
        for scale in (["total", "total_chance"] if chance else ["total"])
        for way in ("difference_in_differences", "adjusted_difference")
    ]
    means = {"yes": before, "no": 0.5}
    rows += [
        figure(mean, statistic="mean", scale="total", course=level, wave="2016", universe="all", option=None, n=n)
        for level, mean in means.items()
    ]
    return pd.DataFrame(rows)[["course", "wave", "universe", "scale", "option", "statistic", "n", *FIGURES]]


FIGURES = ("estimate", "low", "high")


def followed_table(first: float = 0.7, second: float = 0.7) -> pd.DataFrame:
    row = {"statistic": "share", "wave": "2016", "option": "linked"}
    return pd.DataFrame([row | {"course": "yes", "estimate": first}, row | {"course": "no", "estimate": second}])


def plan_row(verdict: str) -> pd.Series:
    told = {"role": "pol", "module": "statistics", "verdict": verdict, "item": "ability01", "option": "support"}
    return pd.Series(told | {"n": 60, "estimate": 0.7, "low": 0.6, "high": 0.8})


def work_line(before: float, after: float, *, hidden: bool = False, half: float | None = None) -> dict[str, object]:
    line: dict[str, object] = {
        "part": "representation", "what": "Ordförande: andel av platserna", "who": "Kvinnor", "levels": {"sex": "k"},
        "unit": "share", "hidden": hidden, "count_before": 4, "count_after": 5, "n_before": 10, "n_after": 10,
        "before": before, "after": after, "change": after - before,
    }  # fmt: skip
    ends = {f"{name}_{end}": MISSING for name in ("before", "after", "change") for end in ("low", "high")}
    if half is not None:
        line |= {"n_before": pd.NA, "n_after": pd.NA, "count_before": pd.NA, "count_after": pd.NA}
        for name in ("before", "after", "change"):
            value = float(str(line[name]))
            ends |= {f"{name}_low": value - half, f"{name}_high": value + half}
    return line | ends


NEITHER = (MISSING, MISSING)
ON_SCALE = {"never": 0.05, "rare": 0.05, "some": 0.1, "often": 0.4, "all": 0.4, "dk": 0.0}


def rated_table(case: str) -> pd.DataFrame:
    shares = dict(ON_SCALE)
    if case == "contrary":
        shares = dict(zip(shares, reversed(shares.values()), strict=True)) | {"dk": 0.0, "never": 0.8}
    if case == "unclear":
        shares |= {"some": 0.5, "often": 0.2, "all": 0.2}
    if case == "hidden":
        shares |= {"never": MISSING}
    return pd.concat([shares_of(shares, item="practice01"), shares_of(shares, item="practice02")])


def ask(rule: str, case: str, bank: Bank, words: Words) -> Reading | None:
    row = {"clear": MORE, "contrary": LESS, "unclear": UNSURE, "hidden": HIDDEN}[case]
    said = {"words": words, "named": NAMED}
    share = {"clear": 0.7, "contrary": 0.3, "unclear": 0.52, "hidden": MISSING}[case]
    value = {"clear": (0.2, 0.15), "contrary": (-0.2, -0.15), "unclear": (0.2, 0.01), "hidden": (MISSING, 0.1)}[case]
    claimed = pd.Series([MISSING if case == "hidden" else float(case != "unclear")])
    rules: dict[str, Callable[[], Reading | None]] = {
        "everyone": lambda: change.change_reading("everyone", row, **said),
        "same": lambda: change.change_reading("same", row, **said),
        "of_role": lambda: change.role_change_reading("pol", row, bank=bank, **said),
        "attrition": lambda: change.change_reading("attrition", row, **said),
        "both": lambda: change.agreement_reading(
            MORE if case == "contrary" else row, {"contrary": LESS}.get(case, row), words=words
        ),
        "group": lambda: change.claimed_reading("sex-k", under_both(*value), claimed, group="Kvinnor", **said),
        "apart": lambda: change.apart_reading(under_both(*value), claimed, bank=bank, words=words),
        "items": lambda: change.items_reading(
            items_table(-0.3 if case == "contrary" else 0.3, {"unclear": 0.4, "hidden": MISSING}.get(case, 0.01)),
            bank=bank, **said,
        ),
        "linked": lambda: change.linked_reading(
            linking_table({"clear": 0.6, "hidden": MISSING}.get(case, 0.2), 0.3 if case == "contrary" else 0.0), **said
        ),
        "scale": lambda: change.scale_reading("attitudes", row, bank=bank, **said),
        "need": lambda: need_reading(
            plan_row({"clear": "clear", "contrary": "mixed", "unclear": "unsure", "hidden": "hidden"}[case]),
            titles={"statistics": "Könsuppdelad statistik"}, bank=bank, words=words,
        ),
        "work": lambda: work_reading(
            work_line(0.4, {"clear": 0.5, "contrary": 0.3}.get(case, 0.4), hidden=case == "hidden"), words=words
        ),
        "response": lambda: knowledge.response_reading(
            response_table(*{"clear": (0.6, 0.7), "contrary": (0.2, 0.3), "unclear": (0.6, 0.3)}.get(case, NEITHER)),
            bank=bank, words=words,
        ),
        "total": lambda: knowledge.total_reading(figure(share), words=words),
        "extremes": lambda: knowledge.extremes_reading(
            knowledge_table(*{"clear": (0.8, 0.3), "contrary": (0.3, 0.2), "unclear": (0.6, 0.58)}.get(case, NEITHER)),
            bank=bank, words=words,
        ),
        "dont_know": lambda: knowledge.dont_know_reading(
            knowledge_table(0.3, MISSING, dk=0.3, wrong={"clear": 0.1, "contrary": 0.5}.get(case, 0.3))
            if case != "hidden" else shares_of({"dk": MISSING, "wrong": 0.2}, item="goals01"),
            bank=bank, words=words,
        ),
        "spread": lambda: knowledge.spread_reading(
            shares_of({"0-2": 0.1, "3-5": 0.9 - share, "6-8": share / 2, "9-12": share / 2}),
            id="spread-k", group="kvinnor", words=words,
        ),
        "rated": lambda: views.rated_reading(
            "practice", rated_table(case), items=[bank.items["practice01"], bank.items["practice02"]],
            bank=bank, words=words,
        ),
        "chosen": lambda: views.chosen_reading(
            bank.items["support01"], shares_of({"stats": share, "cases": 0.1}, item="support01")
            if case != "hidden" else shares_of({"stats": MISSING}), bank=bank, words=words,
        ),
        "coded": lambda: views.coded_reading(
            bank.items["understanding01"],
            shares_of({"yes": share}, item="understanding01.structures"),
            labels={"understanding01.structures": "Strukturer"}, bank=bank, words=words,
        ),
        "together": lambda: next(
            views.together_readings(
                pd.DataFrame([{**row, "statistic": "rank_correlation", "role": "pol", "option": "ability"}]),
                bank=bank, words=words,
            )
        ),
        "protected": lambda: knowledge.protected_reading(
            {"clear": 0, "contrary": 6, "unclear": 2, "hidden": 9}[case], 9, words=words
        ),
        "compared": lambda: comparison_reading(
            compared_table(row["estimate"], row["estimate"]), linking=followed_table(), words=words
        ),
        "sex": lambda: sex_reading(
            scores_by("sex", 0.5, {"clear": 0.4, "contrary": 0.6}.get(case, 0.5), n=3 if case == "hidden" else 80,
                      claimed=float(case != "unclear")),
            bank=bank, words=words,
        ),
        "role": lambda: role_reading(
            scores_by("role", 0.5, {"clear": 0.4, "contrary": 0.6}.get(case, 0.5), n=3 if case == "hidden" else 80),
            bank=bank, words=words,
        ),
    }  # fmt: skip
    return rules[rule]()


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
    "work": ("Det är en ökning", "Det är en minskning", "Det går inte att säga"),
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
    assert work_reading(work_line(0.4, 0.42, half=0.1), words=words).verdict == "unclear"
    assert work_reading(work_line(0.4, 0.6, half=0.1), words=words).verdict == "clear"


# What says that a cause is not claimed, or speaks of how figures are made.
DENIED = {
    "report.kinds.followup.no_cause_title", "report.kinds.followup.no_cause", "report.readings.compared.no_more",
    "report.scales.commitment", "report.scales.special", "report.method.limits", "report.method.finite",
    "report.method.rounding", "report.about.text", "plots.change.notes", "plots.before_after.note",
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


TOLD = [Reading("same", "clear", "0,4 frågor fler."), Reading("both", "unclear", "Hävda den inte.")]


def write_own(folder: Path, id: str, text: str) -> None:
    path = folder / "läsningar.toml"
    lines = path.read_text("utf-8").splitlines()
    place = lines.index('egen = ""', lines.index(f'["{id}"]'))
    lines[place] = f'egen = """\n{text}"""'
    path.write_text("\n".join(lines), "utf-8")


def test_own_texts_win_survive_and_are_told_of_when_the_figure_changes(tmp_path: Path, words: Words) -> None:
    assert not any(keep_readings(tmp_path, TOLD, read_own_texts(tmp_path), words=words))
    write_own(tmp_path, "same", 'De kan "mer" nu.\nFråga dem.')
    for _ in range(3):
        own = read_own_texts(tmp_path)
        assert [each.text for each in with_own(TOLD, own)] == ['De kan "mer" nu.\nFråga dem.', "Hävda den inte."]
        assert not any(keep_readings(tmp_path, TOLD, own, words=words))
    after = [TOLD[0]._replace(text="0,1 frågor fler."), TOLD[1]._replace(text="Annat.")]
    for _ in range(2):
        own = read_own_texts(tmp_path)
        assert with_own(after, own)[0].text == 'De kan "mer" nu.\nFråga dem.'
        assert keep_readings(tmp_path, after, own, words=words).changed == ("same",), "told until staff have looked"
    path = tmp_path / "läsningar.toml"
    assert "OBS" in path.read_text("utf-8")
    has_looked(path)
    assert not any(keep_readings(tmp_path, after, read_own_texts(tmp_path), words=words))


def has_looked(path: Path) -> None:
    """Staff take away the line that says what they wrote to."""
    kept = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("skriven_till")]
    path.write_text("\n".join(kept), "utf-8")


@pytest.mark.parametrize("verdict", ["contrary", "unclear", "hidden"])
def test_an_own_text_is_set_aside_where_the_figure_says_something_else(
    verdict: str, tmp_path: Path, words: Words
) -> None:
    """A text of a rise does not stand at a fall, nor its figure where the gate hides it; it is told of, and kept."""
    keep_readings(tmp_path, TOLD, read_own_texts(tmp_path), words=words)
    write_own(tmp_path, "same", "De kan 0,4 frågor mer nu.")
    after = [Reading("same", verdict, "Nu är det så."), TOLD[1]]
    for _ in range(2):
        own = read_own_texts(tmp_path)
        assert with_own(after, own)[0].text == "Nu är det så."
        assert keep_readings(tmp_path, after, own, words=words).set_aside == ("same",)
    assert with_own(TOLD, read_own_texts(tmp_path))[0].text == "De kan 0,4 frågor mer nu.", (
        "the old figure, the old text"
    )
    has_looked(tmp_path / "läsningar.toml")
    assert with_own(after, read_own_texts(tmp_path))[0].text == "De kan 0,4 frågor mer nu.", "now staff stand for it"
    older = 'same.forslag = "För få svar."\nsame.skriven_till = "0,4 frågor fler."\nsame.egen = "De kan 0,4 mer."\n'
    (tmp_path / "läsningar.toml").write_text(older, "utf-8")
    stands = with_own(after, read_own_texts(tmp_path))[0].text == "De kan 0,4 mer."
    assert stands == (verdict != "hidden"), "of an older file the verdict is not known, and hidden is hidden"


def test_an_own_text_that_says_why_is_told_of_without_a_comparison_group(tmp_path: Path, words: Words) -> None:
    keep_readings(tmp_path, TOLD, read_own_texts(tmp_path), words=words)
    write_own(tmp_path, "same", "De kan mer tack vare kursen.")
    own = read_own_texts(tmp_path)
    assert keep_readings(tmp_path, TOLD, own, words=words).why == ("same",)
    assert "tack vare" in (tmp_path / "läsningar.toml").read_text("utf-8").split("egen =")[1]
    compared = [*TOLD, Reading("compared", "clear", "Mer.")]
    assert keep_readings(tmp_path, compared, own, words=words).why == ()
    assert read_own_texts(tmp_path, language="en").texts == {}, "each language has a file of its own"


def test_an_own_text_whose_reading_is_gone_is_kept(tmp_path: Path, words: Words) -> None:
    keep_readings(tmp_path, TOLD, read_own_texts(tmp_path), words=words)
    write_own(tmp_path, "both", "Vår text.")
    assert keep_readings(tmp_path, TOLD[:1], read_own_texts(tmp_path), words=words).gone == ("both",)
    assert read_own_texts(tmp_path).texts == {"both": "Vår text."}


@pytest.mark.parametrize("text", ["[same\n", "same = 1\n", '["same"]\negen = 3\n', "same.skriven_till = 3\n"])
def test_a_broken_file_of_own_texts_is_told_and_left_alone(text: str, tmp_path: Path) -> None:
    (tmp_path / "läsningar.toml").write_text(text, "utf-8")
    with pytest.raises(KunskapError, match=r"REPORT-13"):
        read_own_texts(tmp_path)


def test_election_days_are_the_second_sundays_of_september() -> None:
    for election in ELECTIONS:
        assert election.date.weekday() == 6 and 8 <= election.date.day <= 14 and election.date.month == 9
        assert election.source
    days = {near_election(datetime.date(2026, *day)) is not None for day in ((6, 13), (9, 13), (12, 13))}
    assert days == {True}
    assert near_election(datetime.date(2026, 6, 12)) is None and near_election(datetime.date(2027, 6, 1)) is None


def test_an_election_is_told_of_in_what_is_public_to_the_day(
    released: Released, small_bank: Bank, words: Words
) -> None:
    def is_warned(*day: int, view: str = "public") -> bool:
        shown = release({}, policy=read_policy().for_room(), view="room") if view == "room" else released
        material = Material(released=shown, bank=small_bank, words=words, date=datetime.date(2026, *day))
        notes = composed(material, kind="inventering", title="", eyebrow="", blocks=()).notes
        return words("report.kinds.election_title") in [note.title for note in notes]

    assert [is_warned(*day) for day in ((6, 12), (6, 13), (9, 13), (12, 13), (12, 14))] == [
        False,
        True,
        True,
        True,
        False,
    ]
    assert not is_warned(9, 13, view="room"), "a room's page stays in the room"


def test_every_public_kind_is_composed_where_the_election_is_told_of(root: Path) -> None:
    """None makes a document past `composed`, but the participant's own page, which no one else sees."""
    folder = root / "src" / "kunskap" / "report" / "kinds"
    made = {
        path.stem for path in folder.glob("*.py") if re.search(r"\bcompose\(|\bDocument\(", path.read_text("utf-8"))
    }
    assert made == {"parts", "own_page"}


def test_staff_are_told_where_to_write_and_what_has_become_of_it(
    tmp_path: Path, words: Words, capsys: pytest.CaptureFixture[str]
) -> None:
    def told(readings: list[Reading]) -> str:
        reporting._keep(readings, read_own_texts(tmp_path), tmp_path, words)
        return capsys.readouterr().out

    assert "läsningar.toml" in told(TOLD)
    write_own(tmp_path, "same", "De kan mer tack vare kursen.")
    assert "tack vare" not in (said := told(TOLD)) and "säger varför något har ändrats (same)" in said
    assert "står programmets förslag i rapporten" in told([Reading("same", "hidden", "För få.")])
    assert "visas inte (same)" in told(TOLD[1:])
