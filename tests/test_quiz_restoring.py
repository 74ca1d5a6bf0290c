"""A quiz comes back as it was left, and a person meets only what they are to be shown."""

from __future__ import annotations

import pandas as pd
import pytest

from kunskap.bank import read_bank
from kunskap.judging import OUTCOMES, judge
from kunskap.quiz import QuizState, answer, finish, next_question, questions_of, restore, start
from kunskap.quiz.steps import outcome_of

BANK = read_bank()
FORM = BANK.forms["baslinje"]


def stored(state: QuizState) -> dict[str, tuple[tuple[str, ...], ...]]:
    """What a store would hold of a state."""
    return {name: state.replies[name].attempts if name in state.replies else () for name in state.seen}


def test_a_survey_comes_back_after_every_step() -> None:
    tries: dict[str, tuple[tuple[str, ...], ...]] = {"role": (("tjm",),)}
    questions = questions_of(FORM, bank=BANK, tries=tries)
    fresh = start(questions, seed=7, feedback="never", batteries=BANK.batteries)
    state = fresh
    for number, item in enumerate(questions):
        if item.options and number % 4:
            state = answer(state, item.id, [item.option_ids[number % len(item.option_ids)]])
        assert restore(fresh, stored(state), position=state.position) == state
        state = next_question(state)
    done = finish(state)
    assert restore(fresh, stored(done), position=done.position, completed=True) == done


def test_tries_come_back_where_one_learns() -> None:
    items = [item for item in BANK.items.values() if item.pool == "teaching" and item.status == "trial"][:3]
    fresh = start(items, seed=3)
    wrong = next(option for option in items[0].option_ids if option not in (*items[0].key, "dk"))
    state = answer(answer(fresh, items[0].id, [wrong]), items[0].id, list(items[0].key))
    assert restore(fresh, stored(state), position=0) == state


def test_without_a_place_the_first_unanswered_question_is_shown() -> None:
    fresh = start([BANK.items[name] for name in ("goals51", "goals52", "goals53")], seed=1)
    assert restore(fresh, {}).position == 0
    assert restore(fresh, {"goals51": [["dk"]], "goals52": []}).position == 1
    everything = {name: [["dk"]] for name in ("goals51", "goals52", "goals53")}
    assert restore(fresh, everything).position == 2
    assert restore(fresh, {"unknown": [["a"]]}) == fresh


def test_a_question_for_one_role_is_shown_to_that_role_alone() -> None:
    filtered = {name for name, rule in FORM.shown_to.items() if "role" in rule}
    assert filtered
    for role, chosen in (("pol", {"pol"}), ("tjm", {"tjm"}), (None, set())):
        tries = {} if role is None else {"role": [[role]]}
        shown = {item.id for item in questions_of(FORM, bank=BANK, tries=tries)}
        assert shown & filtered == {name for name in filtered if chosen & set(FORM.shown_to[name]["role"])}
        assert shown >= set(FORM.background)
    changed = {"role": [["pol"], ["tjm"]]}
    assert questions_of(FORM, bank=BANK, tries=changed) == questions_of(FORM, bank=BANK, tries={"role": [["tjm"]]})


@pytest.mark.parametrize("item", [item for item in BANK.items.values() if item.key], ids=lambda item: item.id)
def test_every_answer_is_judged_as_the_survey_is_scored(item) -> None:  # type: ignore[no-untyped-def]
    if item.type == "multiple":
        chosen = [
            [option for place, option in enumerate(item.option_ids) if code >> place & 1] for code in range(1, 64)
        ]
        chosen = [each for each in chosen if each and (len(each) == 1 or "dk" not in each)]
        rows = pd.DataFrame([{f"{item.id}.{option}": option in each for option in item.option_ids} for each in chosen])
    else:
        chosen = [[option] for option in item.option_ids]
        rows = pd.DataFrame({item.id: list(item.option_ids)})
    judged = judge(rows, item, [])
    assert judged is not None
    assert [outcome_of(item, each) for each in chosen] == [OUTCOMES[code] for code in judged[0]]
