"""Scoring: each rule against one worked by hand, and the promises that hold whatever people answer."""

from itertools import combinations, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kunskap.errors import KunskapError
from kunskap.estimates import proportion
from kunskap.scoring import DONT_KNOW_RULES, OUTCOMES, answers, outcomes, scale_scores, score, total
from tests.small_bank import small_bank

BANK = small_bank()
UNFIT = ("SCORE-02", "SCORE-07", "SCORE-03")
SINGLES = [f"q{i}" for i in range(1, 8)]


def sittings(**columns: object) -> pd.DataFrame:
    """Responses with these columns, numbered sittings and one wave."""
    n = len(next(iter(columns.values())))  # type: ignore[arg-type]
    names = [f"s{i}" for i in range(n)]
    return pd.DataFrame({"sitting_id": names, "respondent_id": names, "wave": "w1"} | columns)


def ticks(item: str, *rows: str | None) -> dict[str, object]:
    """Columns of a multiple item: 'ab' ticks a and b, '?' don't know, '' a skip, None not reached."""
    columns = {}
    for option in ("a", "b", "c", "d", "dk"):
        sign = "?" if option == "dk" else option
        columns[f"{item}.{option}"] = pd.array([None if row is None else sign in row for row in rows], dtype="boolean")
    return columns


# ---------------------------------------------------------------- one answer


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("wrong", [1, 0, 0, 0, np.nan]),
        ("chance", [1, 0, 1 / 3, 0, np.nan]),
        ("missing", [1, 0, np.nan, np.nan, np.nan]),
    ],
)
def test_single_under_each_dont_know_rule(rule: str, expected: list[float]) -> None:
    responses = sittings(q1=["a", "b", "dk", "skip", None])
    np.testing.assert_allclose(score(responses, bank=BANK, dont_know=rule)["q1"], expected)


def test_chance_on_true_false_is_a_half() -> None:
    assert score(sittings(tf1=["dk"]), bank=BANK, dont_know="chance")["tf1"].item() == 0.5


def test_outcomes_stay_apart() -> None:
    found = outcomes(sittings(q1=["a", "b", "dk", "skip", None]), bank=BANK)["q1"]
    assert list(found.cat.categories) == ["right", "wrong", "dk", "skip"]
    assert found.tolist()[:4] == ["right", "wrong", "dk", "skip"]
    assert pd.isna(found.iloc[4])


def test_rated_items_take_the_options_value_and_lose_dont_know() -> None:
    found = score(sittings(abil1=["can", "data", "hard", "dk", "skip", None]), bank=BANK, dont_know="wrong")["abil1"]
    np.testing.assert_allclose(found, [1, 0.5, 0, np.nan, np.nan, np.nan])


def test_a_categorical_in_another_order_scores_the_same() -> None:
    plain = sittings(q1=["a", "dk", None])
    ordered = plain.assign(q1=pd.Categorical(["a", "dk", None], categories=["skip", "dk", "c", "b", "a"]))
    pd.testing.assert_frame_equal(score(plain, bank=BANK), score(ordered, bank=BANK))


# ---------------------------------------------------------------- several answers

ROWS = ("ab", "a", "abc", "cd", "abcd", "ac", "?", "", "a?", None)


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        # all keys and nothing else
        ("all1", [1, 0, 0, 0, 0, 0, 0, 0, 0, np.nan]),
        # share of four options judged rightly; keys a and b
        ("per1", [1, 0.75, 0.75, 0, 0.5, 0.5, 0, 0, 0.75, np.nan]),
        # (right − wrong) / 2 keys, never below 0
        ("part1", [1, 0.5, 0.5, 0, 0, 0, 0, 0, 0.5, np.nan]),
    ],
)
def test_multiple_rules_by_hand(item: str, expected: list[float]) -> None:
    np.testing.assert_allclose(score(sittings(**ticks(item, *ROWS)), bank=BANK)[item], expected)


def test_multiple_outcomes_by_hand() -> None:
    told = outcomes(sittings(**ticks("part1", *ROWS)), bank=BANK)["part1"]
    assert list(told.cat.categories) == list(OUTCOMES)
    found = told.tolist()
    assert found[:9] == ["right", "partly", "partly", "wrong", "wrong", "wrong", "dk", "skip", "partly"]
    assert pd.isna(found[9])


@pytest.mark.parametrize("item", ["all1", "per1", "part1"])
def test_chance_for_multiple_is_the_mean_over_every_possible_answer(item: str) -> None:
    every = ["".join(name for name, on in zip("abcd", row, strict=True) if on) for row in product([0, 1], repeat=4)]
    guessed = score(sittings(**ticks(item, *[row for row in every if row])), bank=BANK)[item].mean()
    assert score(sittings(**ticks(item, "?")), bank=BANK, dont_know="chance")[item].item() == pytest.approx(guessed)


def test_a_half_missing_multiple_is_refused_with_its_number_of_rows() -> None:
    responses = sittings(**ticks("all1", "ab", "a"))
    responses.loc[1, "all1.c"] = pd.NA
    with pytest.raises(KunskapError) as caught:
        score(responses, bank=BANK)
    assert caught.value.codes == ("SCORE-10",)
    assert caught.value.faults[0].values["n"] == 1


# ---------------------------------------------------------------- joining


def test_by_is_joined_on_person_and_wave() -> None:
    responses = sittings(q1=["a", "b", "a"]).assign(respondent_id=["p2", "p1", "p1"], wave=["w1", "w1", "w2"])
    respondents = pd.DataFrame(
        {
            "respondent_id": ["p1", "p1", "p3"],
            "wave": ["w1", "w2", "w1"],
            "role": pd.Categorical(["pol", "tjm", "pol"], categories=["pol", "tjm"]),
        }
    )
    scores = score(responses, bank=BANK, respondents=respondents, by=["role", "wave"])
    assert list(scores.columns) == ["role", "wave", "q1"]
    assert scores.index.tolist() == ["s0", "s1", "s2"]
    assert scores["role"].isna().tolist() == [True, False, False]
    assert scores["role"].tolist()[1:] == ["pol", "tjm"]
    assert list(scores["role"].cat.categories) == ["pol", "tjm"]


# ---------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("call", "codes"),
    [
        (lambda: score([1], bank=BANK), ("SCORE-01",)),
        (lambda: score(pd.DataFrame({"q1": ["a"]}), bank=BANK), ("SCORE-01",)),
        (
            lambda: score(sittings(q1=["a"]), bank=BANK, items=["q11", "num1", "q2"]),
            ("SCORE-02", "SCORE-07", "SCORE-03"),
        ),
        (lambda: score(sittings(q1=["a"]), bank=BANK, by=["sex"]), ("SCORE-04",)),
        (lambda: score(sittings(q1=["a", "e"], q2=["x", "a"]), bank=BANK), ("SCORE-06", "SCORE-06")),
        (lambda: score(sittings(q1=["a"]), bank=BANK, dont_know="half"), ("SCORE-11",)),
        (lambda: outcomes(sittings(abil1=["can"]), bank=BANK, items=["abil1"]), ("SCORE-07",)),
        (lambda: total(score(sittings(abil1=["can"]), bank=BANK), bank=BANK), ("SCORE-08",)),
        (lambda: total(score(sittings(q1=["a"], q2=["a"]), bank=BANK), bank=BANK), ("SCORE-09",)),
        (lambda: total(score(sittings(q1=["a"]), bank=BANK), bank=BANK, area="goals"), ("SCORE-09",)),
    ],
)
def test_refusals_have_codes(call, codes: tuple[str, ...]) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(KunskapError) as caught:
        call()
    assert caught.value.codes == codes
    assert caught.value.message("sv")


def test_the_closest_item_is_named() -> None:
    with pytest.raises(KunskapError, match="Closest: abil1"):
        score(sittings(abil1=["can"]), bank=BANK, items=["abill1"])


def test_doubled_people_are_refused() -> None:
    respondents = pd.DataFrame({"respondent_id": ["s0", "s0"], "wave": "w1", "sex": ["k", "m"]})
    with pytest.raises(KunskapError) as caught:
        score(sittings(q1=["a"]), bank=BANK, respondents=respondents, by=["sex"])
    assert caught.value.codes == ("SCORE-05",)


# ---------------------------------------------------------------- totals and scales


def test_total_averages_what_was_reached_and_asks_for_six() -> None:
    rows = {name: ["a", "a", "a"] for name in SINGLES}
    rows["q6"] = ["b", None, None]
    rows["q7"] = ["dk", "b", None]
    found = total(score(sittings(**rows), bank=BANK), bank=BANK)["total"]
    np.testing.assert_allclose(found, [5 / 7, 5 / 6, np.nan])


def test_total_keeps_groups_and_leaves_rated_items_out() -> None:
    rows: dict[str, object] = {name: ["a"] for name in SINGLES}
    scores = score(sittings(**rows, abil1=["hard"]), bank=BANK, by=["wave"])
    found = total(scores, bank=BANK)
    assert list(found.columns) == ["wave", "total"]
    assert found["total"].item() == 1


def test_scale_scores_need_half_of_the_items() -> None:
    rows = {"abil1": ["can", "can"], "abil2": ["hard", "dk"], "abil3": ["dk", "dk"], "abil4": ["dk", "skip"]}
    found = scale_scores(score(sittings(**rows), bank=BANK), bank=BANK)
    assert list(found.columns) == ["ability"]
    np.testing.assert_allclose(found["ability"], [0.5, np.nan])


def test_answers_keep_options_and_ticks() -> None:
    found = answers(sittings(abil1=["can", None], **ticks("all1", "ab", None)), bank=BANK)
    assert list(found["abil1"].cat.categories) == ["can", "data", "hard", "dk", "skip"]
    assert found["all1.a"].tolist() == [True, pd.NA]


def lacks(*rows: str | None) -> dict[str, object]:
    """Columns of the item without right or wrong: 'a b', 'none', 'dk', '' a skip, None not reached."""
    return {
        f"lack1.{option}": pd.array([None if row is None else option in row.split() for row in rows], dtype="boolean")
        for option in ("a", "b", "none", "dk")
    }


def test_what_can_only_be_chosen_alone_counts_only_alone_and_a_blank_is_a_skip() -> None:
    rows = ["a b", "none", "dk", "a none", "none dk", "", None]
    found = answers(sittings(**lacks(*rows)), bank=BANK)
    expected = {
        "a": [True, False, False, True, False, False, pd.NA],
        "b": [True, False, False, False, False, False, pd.NA],
        "none": [False, True, False, False, False, False, pd.NA],
        "dk": [False, False, True, False, False, False, pd.NA],
        "skip": [False, False, False, False, False, True, pd.NA],
    }
    assert {option: found[f"lack1.{option}"].tolist() for option in expected} == expected
    assert list(found.columns) == [f"lack1.{option}" for option in expected]


def test_the_share_ticked_is_of_those_who_saw_the_question() -> None:
    rows = ["a b", "a", "none", "a none", "", None, None]
    table = proportion(answers(sittings(**lacks(*rows)), bank=BANK))
    found = {row.option: (row.item, row.count, row.n, row.estimate) for row in table.itertuples(index=False)}
    shares = {"a": (3, 0.6), "b": (1, 0.2), "none": (1, 0.2), "dk": (0, 0.0), "skip": (1, 0.2)}
    assert found == {option: ("lack1", count, 5, share) for option, (count, share) in shares.items()}


def test_what_is_neither_right_nor_rated_is_never_scored() -> None:
    frame = sittings(sort1=["a", "dk"], q1=["a", "a"], **lacks("a", "dk"))
    assert list(score(frame, bank=BANK).columns) == ["q1"]
    assert list(outcomes(frame, bank=BANK).columns) == ["q1"]
    with pytest.raises(KunskapError) as caught:
        score(frame, bank=BANK, items=["sort1", "lack1"])
    assert caught.value.codes == ("SCORE-07", "SCORE-07")
    assert answers(frame, bank=BANK)["sort1"].tolist() == ["a", "dk"]


# ---------------------------------------------------------------- whatever people answer

ONE = st.sampled_from(["a", "b", "c", "dk", "skip", None])
MANY = st.one_of(st.none(), st.just("?"), st.text(alphabet="abcd?", max_size=5))
PEOPLE = st.lists(st.tuples(ONE, ONE, MANY, MANY, MANY), min_size=1, max_size=12)


def made(people: list[tuple[str | None, ...]]) -> pd.DataFrame:
    """Responses of two singles and the three multiple items."""
    q1, q2, *several = zip(*people, strict=True)
    columns: dict[str, object] = {"q1": list(q1), "q2": list(q2)}
    for name, rows in zip(("all1", "per1", "part1"), several, strict=True):
        columns |= ticks(name, *rows)
    return sittings(**columns)


@settings(max_examples=60, deadline=None)
@given(PEOPLE, st.sampled_from(DONT_KNOW_RULES), st.randoms(use_true_random=False))
def test_scores_lie_in_0_to_1_whatever_the_order_of_people(people, rule, random) -> None:  # type: ignore[no-untyped-def]
    responses = made(people)
    scores = score(responses, bank=BANK, dont_know=rule)
    known = scores.to_numpy()[~np.isnan(scores.to_numpy())]
    assert ((known >= 0) & (known <= 1)).all()
    order = list(range(len(people)))
    random.shuffle(order)
    pd.testing.assert_frame_equal(score(responses.iloc[order], bank=BANK, dont_know=rule), scores.iloc[order])


@settings(max_examples=60, deadline=None)
@given(PEOPLE)
def test_outcomes_and_scores_tell_the_same_story(people) -> None:  # type: ignore[no-untyped-def]
    responses = made(people)
    scores, told = score(responses, bank=BANK), outcomes(responses, bank=BANK)
    for name in told.columns:
        assert (scores[name].isna() == told[name].isna()).all()
        assert ((scores[name] == 1) == (told[name] == "right")).all()
        assert (scores.loc[told[name].isin(["wrong", "dk", "skip"]), name] == 0).all()


@settings(max_examples=40, deadline=None)
@given(PEOPLE)
def test_an_item_nobody_reached_changes_nothing_else(people) -> None:  # type: ignore[no-untyped-def]
    responses = made(people)
    more = responses.assign(q3=None)
    assert score(more, bank=BANK)["q3"].isna().all()
    pd.testing.assert_frame_equal(score(more, bank=BANK).drop(columns="q3"), score(responses, bank=BANK))
    ids = ["q1", "q2", "all1", "per1", "part1"]
    with_it = total(score(more, bank=BANK), bank=BANK, minimum_items=len(ids))
    pd.testing.assert_frame_equal(with_it, total(score(responses, bank=BANK), bank=BANK, minimum_items=len(ids)))


# ---------------------------------------------------------------- negative marking


def test_a_wrong_answer_costs_and_dont_know_and_skip_do_not() -> None:
    responses = sittings(q1=["a", "b", "dk", "skip", None])
    np.testing.assert_allclose(score(responses, bank=BANK, wrong_costs=0.25)["q1"], [1, -0.25, 0, 0, np.nan])
    np.testing.assert_allclose(score(responses, bank=BANK, wrong_costs="chance")["q1"], [1, -0.5, 0, 0, np.nan])


@pytest.mark.parametrize("rule", DONT_KNOW_RULES)
@pytest.mark.parametrize("name", ["all1", "per1", "part1"])
def test_by_chance_every_blind_guess_comes_to_nothing(name: str, rule: str) -> None:
    """Every possible answer once: the mean is a blind guess, and don't know is worth the same."""
    every = ["".join(chosen) for n in range(1, 5) for chosen in combinations("abcd", n)]
    points = score(sittings(**ticks(name, *every)), bank=BANK, wrong_costs="chance", dont_know=rule)[name]
    assert points.mean() == pytest.approx(0, abs=1e-12)
    assert points.max() == 1
    assert points.min() < 0
    told = score(sittings(**ticks(name, "?")), bank=BANK, wrong_costs="chance", dont_know=rule)[name].item()
    assert np.isnan(told) if rule == "missing" else told == pytest.approx(0, abs=1e-12)


def test_what_is_half_right_loses_half() -> None:
    points = score(sittings(**ticks("part1", "ab", "a", "c")), bank=BANK, wrong_costs=0.5)["part1"]
    assert points.tolist() == [1.0, 0.25, -0.5]


def test_without_negative_marking_nothing_is_below_zero() -> None:
    responses = sittings(q1=["b", "dk"], **ticks("part1", "cd", "c"))
    assert score(responses, bank=BANK).min().min() == 0


def test_negative_marking_leaves_the_outcomes_and_the_rated_alone() -> None:
    responses = sittings(q1=["b"], abil1=["hard"])
    assert score(responses, bank=BANK, wrong_costs=1)[["q1", "abil1"]].to_numpy().tolist() == [[-1.0, 0.0]]
    assert outcomes(responses, bank=BANK)["q1"].tolist() == ["wrong"]


@pytest.mark.parametrize("cost", [-0.1, 1.5, "much", float("nan"), None])
def test_a_cost_that_is_none_is_refused(cost: object) -> None:
    with pytest.raises(KunskapError) as caught:
        score(sittings(q1=["a"]), bank=BANK, wrong_costs=cost, dont_know="never")  # type: ignore[arg-type]
    assert caught.value.codes == ("SCORE-11", "SCORE-12")


def test_an_area_of_fewer_than_six_items_has_no_mean_whatever_is_asked() -> None:
    scores = score(sittings(**{name: ["a", "b"] for name in SINGLES[:5]}), bank=BANK)
    assert total(scores, bank=BANK, minimum_items=5)["total"].tolist() == [1, 0]
    with pytest.raises(KunskapError) as caught:
        total(scores, bank=BANK, minimum_items=5, area="goals")
    assert caught.value.codes == ("SCORE-09",)
    assert "estimates.proportion" in str(caught.value)
