"""The pilot's verdicts: planted faults are found, sound items kept, and little is concluded from little."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kunskap import items, scoring
from kunskap.bank import Bank
from kunskap.errors import KunskapError
from kunskap.pilot import FEWEST_PEOPLE, VERDICTS, margins, verdicts
from kunskap.words import Words, read_words
from tests.small_bank import small_bank

BANK = small_bank(12)
SINGLES = [f"q{i}" for i in range(1, 13)]
DISTRACTORS = ["b", "c"]


@pytest.fixture(scope="module")
def words(root: Path) -> Words:
    return read_words(root / "survey", "sv")


def pilot(n: int, *, seed: int = 1, facility: dict[str, float] | None = None) -> pd.DataFrame:
    """Sound items: six in ten know the answer, those who know more know it oftener, the rest spread over the others."""
    rng = np.random.default_rng(seed)
    ability = rng.normal(size=n)
    columns: dict[str, object] = {"sitting_id": [f"s{i}" for i in range(n)]}
    for name in SINGLES:
        share = (facility or {}).get(name, 0.6)
        logit = 1.6 * ability + 1.3 * np.log(share / (1 - share))
        knows = rng.random(n) < 1 / (1 + np.exp(-logit))
        other = rng.choice([*DISTRACTORS, "dk"], size=n)
        columns[name] = pd.Categorical(np.where(knows, "a", other), categories=["a", "b", "c", "dk", "skip"])
    return pd.DataFrame(columns)


def judged(responses: pd.DataFrame, words: Words, *, bank: Bank = BANK) -> pd.DataFrame:
    return verdicts(responses, bank=bank, words=words).set_index("item")


def test_sound_items_are_kept(words: Words) -> None:
    table = judged(pilot(400), words)
    assert table["verdict"].eq("keep").all()
    assert table["reason"].str.startswith("Inget att anmärka").all()
    assert set(table["verdict"]) <= set(VERDICTS)


def test_a_wrong_key_is_suspected_and_never_dropped_unseen(words: Words) -> None:
    responses = pilot(200)
    responses["q3"] = responses["q3"].cat.rename_categories({"a": "b", "b": "a"})
    table = judged(responses, words)
    assert (table.loc["q3", "verdict"], table.loc["q3", "rival"]) == ("look", "b")
    assert "Kontrollera nyckeln först" in str(table.loc["q3", "reason"])
    assert table.drop("q3")["rival"].eq("").all()


@pytest.mark.parametrize(
    ("share", "n", "verdict", "told"),
    [
        (0.99, 200, "drop", "För lätt"),
        (0.07, 200, "drop", "För svår"),
        (0.90, 60, "look", "Lätt"),
        (0.24, 60, "look", "Svår"),
    ],
)
def test_what_is_certain_is_dropped_and_what_is_not_is_looked_at(
    words: Words, share: float, n: int, verdict: str, told: str
) -> None:
    responses = pilot(n)
    right = np.arange(n) < round(share * n)
    order = np.argsort(np.argsort(-(responses[SINGLES] == "a").sum(axis=1).to_numpy(), kind="stable"))
    spread = np.where(np.arange(n) % 2, "b", "c")
    responses["q5"] = pd.Categorical(np.where(right[order], "a", spread), categories=["a", "b", "c", "dk", "skip"])
    row = judged(responses, words).loc["q5"]
    assert row["verdict"] == verdict
    assert told in str(row["reason"])


def test_an_item_that_goes_with_nothing_is_dropped(words: Words) -> None:
    responses = pilot(400)
    rng = np.random.default_rng(9)
    responses["q5"] = pd.Categorical(rng.choice(["a", "b", "c"], size=400, p=[0.5, 0.25, 0.25]),
                                     categories=["a", "b", "c", "dk", "skip"])  # fmt: skip
    row = judged(responses, words).loc["q5"]
    assert (row["verdict"], row["rival"]) == ("drop", "")
    assert "Skiljer inte dem som kan" in str(row["reason"])


def test_a_dead_option_is_named(words: Words) -> None:
    responses = pilot(100)
    responses["q2"] = responses["q2"].replace("c", "b")
    row = judged(responses, words).loc["q2"]
    assert (row["verdict"], row["dead"]) == ("look", "c")
    assert "Nästan ingen väljer: c." in str(row["reason"])


def test_in_an_easy_item_few_wrong_answers_make_no_option_dead(words: Words) -> None:
    responses = pilot(60)
    responses["q2"] = pd.Categorical(["b"] * 3 + ["a"] * 57, categories=["a", "b", "c", "dk", "skip"])
    assert judged(responses, words).loc["q2", "dead"] == ""


def test_dont_know_and_skip_are_no_options_to_be_dead(words: Words) -> None:
    responses = pilot(100)
    responses["q2"] = responses["q2"].replace("dk", "b")
    assert judged(responses, words).loc["q2", "dead"] == ""


def test_too_few_are_not_judged(words: Words) -> None:
    responses = pilot(FEWEST_PEOPLE)
    responses.loc[0, "q4"] = np.nan
    table = judged(responses, words)
    assert table.loc["q4", "verdict"] == "too_few"
    assert table.loc["q4", "n"] == FEWEST_PEOPLE - 1
    assert "Bara 29 har fått frågan" in str(table.loc["q4", "reason"])
    assert table.drop("q4")["verdict"].ne("too_few").all()


def test_what_the_figures_are_where_all_reached_all(words: Words) -> None:
    """Facility and discrimination are those of `kunskap.items`."""
    responses = pilot(80)
    scores = scoring.score(responses, bank=BANK, items=SINGLES)
    table = judged(responses, words)
    for name, reference in (("facility", items.facility(scores)), ("discrimination", items.discrimination(scores))):
        np.testing.assert_allclose(table[name], reference.set_index("item")["estimate"], atol=1e-12)
    fisher = items.discrimination(scores).set_index("item")
    np.testing.assert_allclose(table["discrimination_low"], fisher["low"], atol=1e-12)


def test_who_did_not_get_an_item_is_still_judged_on_the_rest(words: Words) -> None:
    """Four items go to half of the people each: complete cases would leave nobody."""
    responses = pilot(200)
    responses.loc[:99, ["q1", "q2"]] = np.nan
    responses.loc[100:, ["q3", "q4"]] = np.nan
    table = judged(responses, words)
    assert table.loc[["q1", "q2", "q3", "q4"], "n"].eq(100).all()
    assert table["discrimination"].gt(0.2).all()


def test_an_item_that_all_answer_alike_is_told(words: Words) -> None:
    responses = pilot(60)
    responses["q1"] = pd.Categorical(["a"] * 60, categories=["a", "b", "c", "dk", "skip"])
    row = judged(responses, words).loc["q1"]
    assert row["verdict"] == "drop"
    assert "går inte att räkna ut" in str(row["reason"])


def test_items_with_several_right_options(words: Words) -> None:
    """c is ticked by those who know, in place of the key's b; d by nobody."""
    n = 120
    responses = pilot(n)
    able = (responses[SINGLES] == "a").sum(axis=1) >= 7
    half = np.arange(n) % 2 == 0
    for option, ticked in {"a": np.full(n, True), "b": half & ~able, "c": able, "d": able & False}.items():
        responses[f"all1.{option}"] = pd.array(ticked, dtype="boolean")
    responses["all1.dk"] = pd.array([False] * n, dtype="boolean")
    row = judged(responses, words).loc["all1"]
    assert (row["rival"], row["dead"]) == ("c", "d")


def test_too_few_items_are_told(words: Words) -> None:
    with pytest.raises(KunskapError) as caught:
        verdicts(pilot(40)[["sitting_id", *SINGLES[:5]]], bank=BANK, words=words)
    assert caught.value.codes == ("PILOT-01",)


def test_the_reasons_are_in_the_readers_language(root: Path) -> None:
    table = judged(pilot(40), read_words(root / "survey", "en"))
    assert table["reason"].str.contains("right|discrimination|chooses").all()


def test_more_people_carry_more() -> None:
    widths = [margins(n) for n in (10, 30, 100, 400)]
    assert widths == sorted(widths, reverse=True)


def test_of_sound_items_few_are_dropped_by_chance(words: Words) -> None:
    """Forty people, a hundred pilots of twelve sound items: a verdict of drop must be rare."""
    told = pd.concat([judged(pilot(40, seed=seed), words) for seed in range(100)])
    assert told["verdict"].eq("drop").mean() < 0.005
    assert told["rival"].ne("").mean() < 0.02
    assert told["verdict"].eq("keep").mean() > 0.85


def test_a_wrong_key_is_found_in_small_pilots_too(words: Words) -> None:
    found = []
    for seed in range(40):
        responses = pilot(FEWEST_PEOPLE, seed=seed)
        responses["q3"] = responses["q3"].cat.rename_categories({"a": "b", "b": "a"})
        found.append(judged(responses, words).loc["q3", "rival"] == "b")
    assert sum(found) / len(found) > 0.75


# --- the pilot's own form


def test_the_pilot_asks_all_that_the_inventory_has_on_trial(bank: Bank) -> None:
    on_trial = [item.id for item in bank.form_items("baslinje") if item.status == "trial"]
    asked = [item.id for item in bank.form_items("pilot") if item.scale != "pilot"]
    assert sorted(asked) == sorted(on_trial)


def test_every_part_has_a_comment_and_the_last_asks_the_time(bank: Bank) -> None:
    *parts, last = bank.forms["pilot"].sections
    assert [[bank.items[name].type for name in part.items][-1] for part in parts] == ["text"] * len(parts)
    assert [bank.items[name].type for name in last.items] == ["number"]
    assert {bank.items[part.items[-1]].scale for part in (*parts, last)} == {"pilot"}


def test_every_question_of_knowledge_is_for_all(bank: Bank) -> None:
    knowledge = {item.id for item in bank.form_items("pilot") if item.is_knowledge}
    assert not knowledge & set(bank.forms["pilot"].shown_to)


def test_what_is_said_of_the_questions_is_asked_in_the_pilot_only(bank: Bank) -> None:
    about = {item.id for item in bank.items.values() if item.scale == "pilot"}
    assert [form.id for form in bank.forms.values() if about & set(form.item_ids)] == ["pilot"]
