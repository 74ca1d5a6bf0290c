"""Readings: each rule with a clear, an unclear, a hidden and a contrary case; what none may say; staff's own texts."""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from kunskap.bank import Bank, read_bank
from kunskap.disclosure import Released, read_policy, release
from kunskap.errors import KunskapError
from kunskap.report.elections import ELECTIONS, near_election
from kunskap.report.findings import inventory_readings
from kunskap.report.readings import Reading, keep_readings, read_own_texts, role_reading, sex_reading, with_own
from kunskap.report.readings import of_change as change
from kunskap.report.readings.of_needs import need_reading
from kunskap.report.readings.of_work import work_reading, work_readings
from kunskap.tables import estimates
from kunskap.words import Words, read_words

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


def ask(rule: str, case: str, bank: Bank, words: Words) -> Reading | None:
    row = {"clear": MORE, "contrary": LESS, "unclear": UNSURE, "hidden": HIDDEN}[case]
    said = {"words": words, "named": NAMED}
    value = {"clear": (0.2, 0.15), "contrary": (-0.2, -0.15), "unclear": (0.2, 0.01), "hidden": (MISSING, 0.1)}[case]
    claimed = pd.Series([MISSING if case == "hidden" else float(case != "unclear")])
    rules: dict[str, Callable[[], Reading | None]] = {
        "everyone": lambda: change.change_reading("everyone", row, **said),
        "same": lambda: change.change_reading("same", row, **said),
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
    "everyone": ("2,0 frågor fler av tio", "2,0 frågor färre av tio", "går det inte att säga"),
    "same": ("2,0 frågor fler av tio", "2,0 frågor färre av tio", "går det inte att säga"),
    "attrition": ("2,0 frågor fler av tio", "2,0 frågor färre av tio", "Det går inte att säga"),
    "both": ("säger samma sak", "säger emot varandra", "Hävda den inte"),
    "group": ("2,0 frågor fler av tio", "2,0 frågor färre av tio", "hävdas ingen förändring"),
    "apart": ("ökat mer, eller minskat mindre", "ökat mindre, eller minskat mer", "Det går inte att säga"),
    "items": ("30 procentenheter fler", "30 procentenheter färre", "Ingen enskild fråga"),
    "linked": ("går att följa", "i ett annat uppdrag", "färre än hälften"),
    "scale": ("20 poäng av hundra högre", "20 poäng av hundra lägre", "det går inte att säga"),
    "need": ("ett tydligt behov", "säger emot varandra", "osäkert"),
    "work": ("Det är en ökning", "Det är en minskning", "Det går inte att säga"),
    "sex": ("10 procentenheter högre", "10 procentenheter lägre", "hävdas inte"),
    "role": ("större än slumpen", "större än slumpen", "hävdas inte"),
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


def test_every_template_of_a_rule_is_tried(root: Path) -> None:
    tree = tomllib.loads((root / "survey" / "ui.sv.toml").read_text("utf-8"))["report"]["readings"]
    rules = {name for name, cases in tree.items() if isinstance(cases, dict) and "hidden" in cases}
    assert rules <= set(SAID)


def test_a_change_of_attitude_says_that_it_tells_nothing_of_the_training(bank: Bank, words: Words) -> None:
    for case in ("clear", "contrary", "unclear"):
        reading = ask("scale", case, bank, words)
        assert reading is not None and "säger inget om utbildningen" in reading.text


def test_a_range_that_holds_zero_is_no_change(words: Words) -> None:
    assert work_reading(work_line(0.4, 0.42, half=0.1), words=words).verdict == "unclear"
    assert work_reading(work_line(0.4, 0.6, half=0.1), words=words).verdict == "clear"


CAUSAL = {
    "sv": r"effekt|orsak|beror på|tack vare|led(?:de|er) till|lett till|på grund av|påverka|resultat av|bidra|upphov",
    "en": r"effect|caus|because|due to|led to|leads to|thanks to|result of|impact|contribut|affect",
}
# What says that a cause is not claimed.
DENIED = {"report.kinds.followup.no_cause_title", "report.kinds.followup.no_cause"}


def causal(words: Words) -> list[str]:
    """The templates of readings and kinds that speak of causes."""
    watched = {
        key: text
        for key, text in words.texts.items()
        if key.startswith(("report.readings.", "report.kinds.", "report.findings.")) and key not in DENIED
    }
    assert len(watched) > 200
    return [key for key, text in watched.items() if re.search(CAUSAL[words.language], text, re.I)]


@pytest.mark.parametrize("language", ["sv", "en"])
def test_no_template_says_why(language: str, root: Path) -> None:
    words = read_words(root / "survey", language)
    assert causal(words) == []
    planted = {"sv": "Ökningen beror på kursen.", "en": "The rise is due to the course."}[language]
    told = {**words.texts, "report.readings.same.clear": planted}
    assert causal(Words(language, told)) == ["report.readings.same.clear"]


def test_no_one_is_ranked(root: Path, words: Words) -> None:
    """Lines stand in their own order, whatever the figures; and no template speaks of best and worst."""
    lines = pd.DataFrame(
        [work_line(0.4, after) | {"what": f"Nämnd {place}"} for place, after in enumerate((0.1, 0.9, 0.5))]
    )
    assert [each.text.split(",")[0] for each in work_readings(lines, words=words)] == ["Nämnd 0", "Nämnd 1", "Nämnd 2"]
    told = {key: text for key, text in words.texts.items() if key.startswith(("report.readings.", "report.kinds."))}
    ranked = re.compile(r"\b(bäst|sämst|främst|topplista|i topp|i botten|rankning)", re.I)
    assert [key for key, text in told.items() if ranked.search(text)] == []


def test_every_template_is_there_in_both_languages_with_the_same_fields(root: Path) -> None:
    both = [read_words(root / "survey", language).texts for language in ("sv", "en")]
    keys = [key for key in both[0] if key.startswith(("report.readings.", "report.kinds."))]
    fields = [{key: set(re.findall(r"{(\w+)", texts[key])) for key in keys} for texts in both]
    assert fields[0] == fields[1]


def test_the_inventorys_sentences_are_readings(released: Released, small_bank: Bank, words: Words) -> None:
    ids = [reading.id for reading in inventory_readings(released, bank=small_bank, words=words)]
    assert ids == list(dict.fromkeys(ids)) and {"response", "extremes", "hidden"} <= set(ids)


TOLD = [Reading("same", "clear", "0,4 frågor fler."), Reading("both", "unclear", "Hävda den inte.")]


def write_own(folder: Path, id: str, text: str) -> None:
    path = folder / "läsningar.toml"
    lines = path.read_text("utf-8").splitlines()
    place = lines.index('egen = ""', lines.index(f'["{id}"]'))
    lines[place] = f'egen = """\n{text}"""'
    path.write_text("\n".join(lines), "utf-8")


def test_own_texts_win_survive_and_are_told_of_when_the_figure_changes(tmp_path: Path, words: Words) -> None:
    assert keep_readings(tmp_path, TOLD, read_own_texts(tmp_path), words=words) == []
    write_own(tmp_path, "same", 'De kan "mer" nu.\nFråga dem.')
    for _ in range(3):
        own = read_own_texts(tmp_path)
        assert [each.text for each in with_own(TOLD, own)] == ['De kan "mer" nu.\nFråga dem.', "Hävda den inte."]
        assert keep_readings(tmp_path, TOLD, own, words=words) == []
    after = [TOLD[0]._replace(text="0,1 frågor fler."), TOLD[1]._replace(text="Annat.")]
    for _ in range(2):
        own = read_own_texts(tmp_path)
        assert with_own(after, own)[0].text == 'De kan "mer" nu.\nFråga dem.'
        assert keep_readings(tmp_path, after, own, words=words) == ["same"], "told until staff have looked"
    path = tmp_path / "läsningar.toml"
    assert "OBS" in path.read_text("utf-8")
    kept = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("skriven_till")]
    path.write_text("\n".join(kept), "utf-8")
    assert keep_readings(tmp_path, after, read_own_texts(tmp_path), words=words) == []


def test_an_own_text_whose_reading_is_gone_is_kept(tmp_path: Path, words: Words) -> None:
    keep_readings(tmp_path, TOLD, read_own_texts(tmp_path), words=words)
    write_own(tmp_path, "both", "Vår text.")
    assert keep_readings(tmp_path, TOLD[:1], read_own_texts(tmp_path), words=words) == ["both"]
    assert read_own_texts(tmp_path).texts == {"both": "Vår text."}


@pytest.mark.parametrize("text", ["[same\n", "same = 1\n", '["same"]\negen = 3\n'])
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
