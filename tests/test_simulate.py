"""The simulation: the frame it keeps to, the answers it allows, and the patterns that it promises."""

import datetime
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kunskap.bank import Bank, Form, Item, Option, Scale, Section, Variable
from kunskap.simulate import (
    TRAITS,
    AnswerModel,
    item_models,
    linking_codes,
    respondents_of,
    simulate_answers,
    simulate_gain,
    simulate_participation,
    simulate_people,
    simulate_sittings,
    simulate_texts,
)

OPENS, CLOSES = datetime.date(2016, 2, 1), datetime.date(2016, 3, 15)


def both(text):
    return {"sv": text, "en": text}


def options(*ids, **values):
    return tuple(Option(option_id, both(f"text {option_id}"), value=values.get(option_id)) for option_id in ids)


def single(number, level):
    return Item(
        id=f"goals{number:02d}",
        type="single",
        stem=both(f"Fråga {number}?"),
        options=options("a", "b", "c", "dk"),
        area="goals",
        level=level,
        key=("a",),
    )


ITEMS = [
    *(single(number, "recall") for number in range(1, 5)),
    *(single(number, "apply") for number in range(5, 9)),
    Item(id="stat01", type="multiple", stem=both("Vilka?"), options=options("a", "b", "c", "dk"), area="goals",
         level="recall", key=("a", "b")),
    Item(id="tf01", type="true_false", stem=both("Sant?"), options=options("true", "false", "dk"), area="goals",
         level="understand", key=("false",)),
    Item(id="abil01", type="ability", stem=both("Kan du?"), scale="ability", battery="abil",
         options=options("can", "data", "hard", "dk", can=1.0, data=0.5, hard=0.0)),
    Item(id="prac01", type="frequency", stem=both("Hur ofta?"), scale="practice",
         options=options("never", "often", never=0.0, often=1.0)),
    Item(id="meet01", type="number", stem=both("Hur många?"), options=(), scale="practice", minimum=0, maximum=20),
    Item(id="comm01", type="text", stem=both("Något mer?"), options=(), scale="comments"),
]  # fmt: skip
VARIABLES = {
    name: Variable(name, "single", "plain", both(name), options(*levels))
    for name, levels in {
        "role": ("pol", "tjm"),
        "orgtype": ("reg", "kom"),
        "sex": ("k", "m", "x", "u"),
        "training": ("none", "short", "long"),
    }.items()
}
BANK = Bank(
    version="test",
    languages=("sv", "en"),
    areas={},
    scales={name: Scale(name, both(name)) for name in ("ability", "practice", "comments")},
    option_sets={},
    batteries={"abil": both("Hur är det?")},
    blueprint={},
    items={item.id: item for item in ITEMS},
    variables=VARIABLES,
    forms={
        "short": Form(
            id="short",
            title=both("Kort"),
            intro=both(""),
            background=tuple(VARIABLES),
            sections=(
                Section("one", both("Ett"), tuple(item.id for item in ITEMS[:10])),
                Section("two", both("Två"), tuple(item.id for item in ITEMS[10:])),
            ),
            shown_to={"prac01": {"role": ("pol",)}},
        )
    },
)


class Frame:
    """Stands in for `Design`: the simulation uses its population only."""

    population = pd.DataFrame(
        {
            "role": ["pol", "pol", "pol", "tjm", "tjm"],
            "orgtype": ["reg", "reg", "kom", "kom", "kom"],
            "sex": ["k", "m", "k", "k", "m"],
            "persons": [380, 390, 600, 300, 330],
        }
    )


@pytest.fixture(scope="module")
def people():
    other = {"pol": {"x": 0.02, "u": 0.03}, "tjm": {"x": 0.02, "u": 0.03}}
    return simulate_people(Frame, bank=BANK, other_sex=other, rng=np.random.default_rng(5))


@pytest.fixture(scope="module")
def answers(people):
    rng = np.random.default_rng(6)
    models = item_models(BANK, form="short", rng=rng)
    return simulate_answers(people, bank=BANK, form="short", models=models, rng=rng)


def test_the_frame_is_kept_person_by_person(people):
    assert len(people) == 2000
    counts = people.groupby(["role", "orgtype"], observed=True).size().to_dict()
    assert counts == {("pol", "reg"): 770, ("pol", "kom"): 600, ("tjm", "kom"): 630}
    assert people["sex"].isin(["x", "u"]).mean() == pytest.approx(0.05, abs=0.002)
    assert list(people["training"].cat.categories) == ["none", "short", "long"]


def test_one_seed_gives_one_county(people):
    other = {"pol": {"x": 0.02, "u": 0.03}, "tjm": {"x": 0.02, "u": 0.03}}
    again = simulate_people(Frame, bank=BANK, other_sex=other, rng=np.random.default_rng(5))
    pd.testing.assert_frame_equal(people, again)


def test_participation_meets_the_rates_and_earlier_people_come_back_more_often(people):
    rates = {("pol", "reg"): 0.6, ("pol", "kom"): 0.5, ("tjm", "kom"): 0.6}
    rng = np.random.default_rng(7)
    first = simulate_participation(people, rates=rates, rng=rng)
    second = simulate_participation(people, rates=rates, rng=rng, earlier=first)
    size = people.loc[first].groupby(["role", "orgtype"], observed=True).size()
    assert size[("pol", "reg")] == 462 and size[("pol", "kom")] == 300
    back = second.isin(first).mean()
    assert back > first.size / len(people) + 0.1


def test_answers_are_those_that_the_bank_allows(answers):
    assert list(answers.columns) == [name for item in ITEMS for name in item.columns]
    assert list(answers["goals01"].cat.categories) == ["a", "b", "c", "dk", "skip"]
    assert str(answers["stat01.a"].dtype) == "boolean"
    assert str(answers["meet01"].dtype) == "Float64"
    assert answers["meet01"].dropna().between(0, 20).all()
    # Don't know excludes the rest, and whoever skipped has ticked nothing.
    ticks = answers[["stat01.a", "stat01.b", "stat01.c"]].any(axis=1)
    assert not (ticks & answers["stat01.dk"]).any()
    assert (~ticks & ~answers["stat01.dk"]).sum() > 0


def test_an_item_for_politicians_is_missing_for_officials(people, answers):
    officials = people["role"] == "tjm"
    assert answers.loc[officials, "prac01"].isna().all()
    assert answers.loc[~officials, "prac01"].notna().all()


def test_knowledge_shows_and_applying_is_harder(people, answers):
    right = pd.DataFrame({f"goals{number:02d}": answers[f"goals{number:02d}"] == "a" for number in range(1, 9)})
    assert right.iloc[:, :4].mean().mean() > right.iloc[:, 4:].mean().mean() + 0.1
    assert np.corrcoef(right.sum(axis=1), people["knowledge"])[0, 1] > 0.5


def test_women_say_dont_know_more_often_at_the_same_knowledge(people, answers):
    unsure = pd.concat([answers[f"goals{number:02d}"] == "dk" for number in range(1, 9)], axis=1).mean(axis=1)
    band = pd.qcut(people["knowledge"], 5)
    table = unsure.groupby([band, people["sex"].astype("str")], observed=True).mean().unstack()
    gap = (table["k"] - table["m"]).mean()
    assert 0.03 < gap < 0.10


def test_later_they_know_a_little_more(people):
    later = simulate_gain(people, gain=0.3, rng=np.random.default_rng(8))
    assert (later["knowledge"] - people["knowledge"]).mean() == pytest.approx(0.3, abs=0.05)
    assert (later["training"] == "none").sum() < (people["training"] == "none").sum()
    assert (people["knowledge"] != later["knowledge"]).all()


def test_sittings_lie_inside_the_wave_and_break_at_a_page(answers):
    table = simulate_sittings(
        answers, bank=BANK, form="short", wave="2016", opens=OPENS, closes=CLOSES, incomplete=0.2,
        rng=np.random.default_rng(9),
    )  # fmt: skip
    assert list(table.columns[:8]) == [
        "sitting_id", "respondent_id", "wave", "form", "occasion", "attempt", "started_at", "completed_at",
    ]  # fmt: skip
    assert table["started_at"].is_monotonic_increasing
    assert table["started_at"].between(pd.Timestamp(OPENS), pd.Timestamp(CLOSES) + pd.Timedelta(days=1)).all()
    broken = table["completed_at"].isna()
    assert 0.15 < broken.mean() < 0.25
    assert table.loc[broken, "abil01"].isna().all()
    first_page = table.loc[broken, [name for item in ITEMS[:10] for name in item.columns]]
    assert set(first_page.isna().mean(axis=1)) == {0.0, 1.0}
    # The answers still belong to their people.
    whole = table[~broken].set_index("respondent_id")["goals01"]
    assert (whole == answers.loc[whole.index, "goals01"]).all()


def test_texts_go_to_completed_sittings_once(answers):
    rng = np.random.default_rng(10)
    table = simulate_sittings(
        answers, bank=BANK, form="short", wave="2016", opens=OPENS, closes=CLOSES, incomplete=0.5, rng=rng
    )
    texts = simulate_texts(table, sentences={"comm01": ["Ett.", "Två; tre."]}, rng=rng)
    assert sorted(texts["text"]) == ["Ett.", "Två; tre."]
    assert set(texts["item"]) == {"comm01"}
    assert table.set_index("sitting_id").loc[texts["sitting_id"], "completed_at"].notna().all()


def test_respondents_carry_no_traits(people):
    table = respondents_of(people, wave="2016")
    assert list(table.columns) == ["respondent_id", "wave", "role", "orgtype", "sex", "training"]
    assert not set(TRAITS) & set(table.columns)
    assert table["respondent_id"].is_unique


def test_codes_differ_and_too_few_words_are_told():
    words = ["lind", "sten", "våg", "moln", "älg", "å"]
    codes = linking_codes(200, words=words, rng=np.random.default_rng(11))
    assert len(set(codes)) == 200
    assert all(set(code.split("-")) <= set(words) and code.count("-") == 3 for code in codes)
    with pytest.raises(ValueError, match="too few"):
        linking_codes(20, words=["a", "b"], rng=np.random.default_rng(1))


def test_what_is_neither_right_nor_rated_is_drawn_too_and_nothing_stands_beside_nothing(people):
    lacks = (*options("a", "b", "c"), Option("none", both("Inget"), exclusive=True), *options("dk"))
    items = [
        Item(id="lack01", type="multiple", stem=both("Vad saknas?"), options=lacks, scale="practice"),
        Item(id="sort01", type="single", stem=both("Vad är det?"), options=options("x", "y", "dk"), scale="practice"),
    ]
    form = Form("sorts", both("Sorter"), both(""), tuple(VARIABLES), (Section("s", both("S"), ("lack01", "sort01")),))
    bank = replace(BANK, items={item.id: item for item in items}, forms={"sorts": form})
    rng = np.random.default_rng(8)
    made = simulate_answers(people, bank=bank, form="sorts", models=item_models(bank, form="sorts", rng=rng), rng=rng)
    ticks = made[list(items[0].columns)].astype(bool)
    alone = ticks[["lack01.none", "lack01.dk"]].any(axis=1)
    assert (ticks[alone].sum(axis=1) == 1).all() and 20 < alone.sum() < 1000
    assert 0.9 < ticks[["lack01.a", "lack01.b", "lack01.c"]].sum(axis=1)[~alone].mean() < 2.1
    assert (~ticks.any(axis=1)).mean() == pytest.approx(AnswerModel().skip, abs=0.02)
    assert set(made["sort01"]) == {"x", "y", "dk", "skip"}
