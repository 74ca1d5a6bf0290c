"""The engine: order, outcomes, tries, faults, progress, and that the key stays inside until it may be told."""

from __future__ import annotations

import pickle
from collections import Counter
from dataclasses import FrozenInstanceError, replace
from itertools import combinations

import pandas as pd
import pytest

from kunskap.bank import Item, Option
from kunskap.errors import KunskapError
from kunskap.quiz import (
    OwnResult,
    QuizState,
    answer,
    finish,
    next_question,
    own_result,
    parse_number,
    previous_question,
    remarks,
    start,
)
from kunskap.scoring import outcomes
from tests.quiz_bank import TEACHING, quiz_bank

BANK = quiz_bank()


def items(*ids: str) -> list[Item]:
    return [BANK.items[item_id] for item_id in ids or TEACHING]


def codes(*chosen: str, item_id: str = "one01", state: QuizState | None = None) -> tuple[str, ...]:
    with pytest.raises(KunskapError) as caught:
        answer(state or start(items(item_id), seed=1), item_id, chosen)
    return caught.value.codes


def test_a_state_cannot_be_changed_and_steps_leave_the_old_one_alone() -> None:
    before = start(items(), seed=1)
    after = answer(before, "one01", ["a"])
    assert before.replies == {} and after.answered == 1
    with pytest.raises(FrozenInstanceError):
        before.position = 3  # type: ignore[misc]
    assert pickle.loads(pickle.dumps(after)) == after


class TestOrder:
    def test_the_same_seed_and_question_give_the_same_order_in_any_quiz(self) -> None:
        alone, together = start(items("one01"), seed=7), start(items("many01", "one01"), seed=7)
        assert alone.orders["one01"] == together.orders["one01"]

    def test_the_order_never_changes_between_versions(self) -> None:
        """Stored answers rely on it: a change here would need a new rule beside the old one."""
        orders = ["".join(start(items("many01"), seed=seed).orders["many01"]) for seed in (3, 4, 5)]
        assert orders == ["adbcdk", "acbddk", "abcddk"]

    def test_every_place_is_as_likely_for_the_right_answer(self) -> None:
        places = Counter(start(items("one01"), seed=seed).orders["one01"].index("a") for seed in range(900))
        assert set(places) == {0, 1, 2}
        assert all(abs(count - 300) < 60 for count in places.values())  # 4 standard deviations

    def test_dont_know_is_always_last(self) -> None:
        assert {start(items("many01"), seed=seed).orders["many01"][-1] for seed in range(50)} == {"dk"}

    @pytest.mark.parametrize("item_id", ["true01", "abil01"])
    def test_true_false_and_scales_keep_their_order(self, item_id: str) -> None:
        orders = {start(items(item_id), seed=seed).orders[item_id] for seed in range(30)}
        assert orders == {BANK.items[item_id].option_ids}

    def test_the_order_depends_on_places_not_on_ids_or_keys(self) -> None:
        item = BANK.items["one01"]
        renamed = replace(item, key=("c",), options=tuple(
            replace(option, id=new) for option, new in zip(item.options, ("c", "a", "b", "dk"), strict=True)
        ))  # fmt: skip
        for seed in range(20):
            texts = [
                [option.text["sv"] for option in start([each], seed=seed).options("one01")] for each in (item, renamed)
            ]
            assert texts[0] == texts[1]


class TestOutcome:
    @pytest.mark.parametrize(
        ("item_id", "chosen", "outcome"),
        [
            ("one01", "a", "right"),
            ("one01", "b", "wrong"),
            ("one01", "dk", "dk"),
            ("true01", "false", "right"),
            ("many01", "ab", "right"),
            ("many01", "a", "partly"),
            ("many01", "cd", "wrong"),
        ],
    )
    def test_each_outcome(self, item_id: str, chosen: str, outcome: str) -> None:
        parts = list(chosen) if item_id == "many01" else [chosen]
        assert answer(start(items(item_id), seed=1), item_id, parts).replies[item_id].outcome == outcome

    @pytest.mark.parametrize("rule", ["all_or_nothing", "per_option", "partial"])
    def test_the_quiz_judges_as_the_survey_is_scored(self, rule: str) -> None:
        item = replace(BANK.items["many01"], scoring=rule)
        bank = replace(BANK, items={**BANK.items, "many01": item})
        real = item.option_ids[:-1]
        answers = [list(some) for size in (1, 2, 3, 4) for some in combinations(real, size)] + [["dk"]]
        responses = pd.DataFrame({"sitting_id": [str(number) for number in range(len(answers))]})
        for option_id in item.option_ids:
            responses[f"many01.{option_id}"] = pd.array([option_id in some for some in answers], dtype="boolean")
        expected = outcomes(responses, bank=bank)["many01"].tolist()
        state = start([item], seed=1)
        assert [answer(state, "many01", some).replies["many01"].outcome for some in answers] == expected

    def test_an_opinion_is_never_right_or_wrong(self) -> None:
        for item_id, chosen in (("abil01", "can"), ("num01", "12,5"), ("text01", "Mer tid")):
            assert answer(start(items(item_id), seed=1), item_id, [chosen]).replies[item_id].outcome is None


class TestRemarks:
    def test_nothing_is_said_before_the_answer(self) -> None:
        state = start(items(), seed=1)
        assert all(remarks(state, item.id) == () for item in state.items)

    def test_a_wrong_answer_with_tries_left_is_explained_without_the_key(self) -> None:
        (remark,) = remarks(answer(start(items(), seed=1), "one01", ["b"]), "one01")
        assert (remark.option.id, remark.chosen, remark.right) == ("b", True, False)
        assert remark.explanation == BANK.items["one01"].option("b").explanation["sv"]

    def test_the_right_answer_is_told_when_the_tries_are_used_up(self) -> None:
        state = answer(start(items(), seed=1, tries=1), "one01", ["b"])
        assert {remark.option.id: (remark.chosen, remark.right) for remark in remarks(state, "one01")} == {
            "a": (False, True),
            "b": (True, False),
        }

    def test_only_the_answered_question_is_spoken_of(self) -> None:
        state = answer(start(items(), seed=1, tries=1), "one01", ["b"])
        assert all(remarks(state, item_id) == () for item_id in TEACHING if item_id != "one01")

    def test_a_survey_never_says_anything(self) -> None:
        state = answer(start(items("svy01"), seed=1, feedback="never"), "svy01", ["b"])
        assert remarks(finish(state), "svy01") == ()

    def test_the_language_is_followed(self) -> None:
        (remark,) = remarks(answer(start(items(), seed=1, language="en"), "one01", ["b"]), "one01")
        assert remark.explanation.startswith("Even numbers")


class TestTries:
    def test_a_right_answer_closes_the_question(self) -> None:
        state = answer(start(items(), seed=1), "one01", ["a"])
        assert state.is_closed("one01") and codes("b", state=state) == ("QUIZ-19",)

    def test_free_tries_go_on(self) -> None:
        state = start(items(), seed=1)
        for _ in range(20):
            state = answer(state, "one01", ["b"])
        assert state.replies["one01"].tries == 20 and not state.is_closed("one01")

    def test_two_tries_are_two(self) -> None:
        state = answer(start(items(), seed=1, tries=2), "one01", ["b"])
        assert not state.is_closed("one01")
        state = answer(state, "one01", ["c"])
        assert state.is_closed("one01") and codes("a", state=state) == ("QUIZ-19",)

    def test_an_opinion_can_be_changed_at_any_time(self) -> None:
        state = answer(start(items("abil01"), seed=1, tries=1), "abil01", ["can"])
        assert answer(state, "abil01", ["hard"]).replies["abil01"].chosen == ("hard",)


class TestSurvey:
    def test_answers_can_be_changed_and_taken_back_until_it_is_handed_in(self) -> None:
        state = answer(start(items("svy01"), seed=1, feedback="never"), "svy01", ["b"])
        state = answer(state, "svy01", ["a"])
        assert state.replies["svy01"].chosen == ("a",)
        assert answer(state, "svy01", []).answered == 0
        assert codes("b", item_id="svy01", state=finish(state)) == ("QUIZ-19",)
        with pytest.raises(KunskapError, match="QUIZ-19"):
            previous_question(finish(state))

    def test_a_survey_question_is_refused_where_answers_are_told(self) -> None:
        with pytest.raises(KunskapError, match="QUIZ-04"):
            start(items("svy01"), seed=1)


class TestSteps:
    def test_forward_and_back_stay_within_the_quiz(self) -> None:
        state = start(items("one01", "true01"), seed=1)
        assert previous_question(state).position == 0
        state = next_question(next_question(next_question(state)))
        assert (state.position, previous_question(state).position) == (1, 0)

    def test_skipped_and_not_reached_are_told_apart(self) -> None:
        state = next_question(start(items(), seed=1))
        assert previous_question(state).seen == ("one01", "many01")
        assert start(items(), seed=1, shown="all").seen == TEACHING

    def test_the_result_leads_back_to_the_questions_in_teaching(self) -> None:
        state = finish(next_question(start(items(), seed=1)))
        assert previous_question(state) == replace(state, completed=False)


def test_the_own_result_is_totals_only() -> None:
    state = start(items("one01", "many01", "true01", "abil01"), seed=1)
    for item_id, chosen in (("one01", "b"), ("one01", "a"), ("true01", "false"), ("abil01", "can")):
        state = answer(state, item_id, [chosen])
    assert own_result(state) == OwnResult(questions=4, answered=3, scored=3, right=2, right_at_once=1)


class TestFaults:
    def test_a_bad_start_tells_everything_at_once(self) -> None:
        bad = replace(BANK.items["one01"], stem={"sv": "Bara svenska"})
        with pytest.raises(KunskapError) as caught:
            start([bad, bad], seed=-1, language="en", feedback="later", tries=0, shown="some", hints={"nope": "?"})
        assert Counter(caught.value.codes) == {"QUIZ-02": 1, "QUIZ-03": 2, "QUIZ-05": 4, "QUIZ-11": 1}
        assert "later" in caught.value.message("sv")

    def test_an_empty_quiz_is_refused(self) -> None:
        with pytest.raises(KunskapError, match="QUIZ-01"):
            start([], seed=1)

    @pytest.mark.parametrize(
        ("item_id", "chosen", "code"),
        [
            ("one01", (), "QUIZ-13"),
            ("one01", ("z",), "QUIZ-12"),
            ("one01", ("a", "b"), "QUIZ-14"),
            ("many01", ("a", "dk"), "QUIZ-15"),
            ("num01", ("tolv",), "QUIZ-16"),
            ("num01", ("1e9",), "QUIZ-16"),
            ("num01", ("41",), "QUIZ-17"),
            ("num01", ("-1",), "QUIZ-17"),
            ("text01", ("  ",), "QUIZ-13"),
            ("text01", ("x" * 2001,), "QUIZ-18"),
        ],
    )
    def test_a_bad_answer_is_refused_in_words(self, item_id: str, chosen: tuple[str, ...], code: str) -> None:
        assert codes(*chosen, item_id=item_id) == (code,)

    def test_a_question_of_another_quiz_is_refused(self) -> None:
        assert codes("true", item_id="true01", state=start(items("one01"), seed=1)) == ("QUIZ-11",)


def test_the_lead_of_a_battery_is_part_of_the_question() -> None:
    state = start(items("abil01"), seed=1, batteries=BANK.batteries)
    assert state.stem("abil01") == "Hur gör du när du ska läsa en tabell?"


def unscored(item_id: str, kind: str, *ids: str, battery: str | None = None) -> Item:
    """An item without right or wrong; 'none' can only be chosen alone."""
    choices = tuple(
        Option(name, {"sv": f"Svar {name}", "en": f"Answer {name}"}, exclusive=name == "none") for name in ids
    )
    return Item(
        item_id, kind, {"sv": f"Fråga {item_id}?", "en": f"{item_id}?"}, choices, scale="practice", battery=battery
    )


LACKS = unscored("lack01", "multiple", *"abcdef", "none", "dk")


@pytest.mark.parametrize(
    ("chosen", "text"), [(("a", "none"), "Svar none"), (("dk", "none"), "Svar none"), (("b", "dk"), "Svar dk")]
)
def test_what_can_only_be_chosen_alone_is_refused_beside_others(chosen: tuple[str, ...], text: str) -> None:
    with pytest.raises(KunskapError) as caught:
        answer(start([LACKS], seed=1, feedback="never"), "lack01", chosen)
    assert caught.value.codes == ("QUIZ-15",)
    assert text in caught.value.message("sv")
    assert text.replace("Svar", "Answer") in caught.value.message("en")


def test_what_can_only_be_chosen_alone_is_taken_alone_and_is_neither_right_nor_wrong() -> None:
    state = answer(start([LACKS], seed=1, feedback="never"), "lack01", ["none"])
    assert state.replies["lack01"].outcome is None
    assert answer(state, "lack01", ["a", "c"]).replies["lack01"].chosen == ("a", "c")


def test_questions_without_right_or_wrong_keep_their_order_for_everybody() -> None:
    sorting = unscored("sort01", "single", *"abcdef", "dk")
    for seed in range(20):
        state = start([LACKS, sorting], seed=seed, feedback="never")
        assert [option.id for option in state.options("lack01")] == [*"abcdef", "none", "dk"]
        assert [option.id for option in state.options("sort01")] == [*"abcdef", "dk"]


@pytest.mark.parametrize(
    ("text", "number"),
    [("12,5", 12.5), ("12.5", 12.5), ("1 234", 1234), ("1\u00a0234,5", 1234.5), ("−3", -3), ("40 %", 40), ("+2", 2)],
)
def test_numbers_as_people_write_them(text: str, number: float) -> None:
    assert parse_number(text) == number


@pytest.mark.parametrize("text", ["", "1.234,5", "1e5", "nan", "inf", "12 st", "1,2,3", "12 5", "١٢", "9" * 16])
def test_what_is_not_one_number_is_refused(text: str) -> None:
    assert parse_number(text) is None
