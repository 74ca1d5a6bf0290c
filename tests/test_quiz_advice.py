"""Advice on the next module: from what people say of their own needs, never from what was right."""

from __future__ import annotations

import pytest

from kunskap.bank import read_bank
from kunskap.needs import read_modules
from kunskap.quiz import QuizState, answer, next_module, questions_of, start

BANK = read_bank()
MODULES = read_modules(bank=BANK)
TASKS = ("ability01", "ability02", "ability03", "ability04")


def rated(role: str | None = None, **given: str) -> QuizState:
    """A sitting of the inventory where these tasks have been rated."""
    tries = {"role": [[role]]} if role else {}
    state = start(questions_of(BANK.forms["baslinje"], bank=BANK, tries=tries), seed=1, feedback="never")
    for item_id, option in ({"role": role} if role else {}).items():
        state = answer(state, item_id, [option])
    for item_id, option in given.items():
        state = answer(state, item_id, [option])
    return state


ASKED = [item.id for item in rated().items if item.type == "ability"]


def test_the_hardest_task_decides() -> None:
    given = dict.fromkeys(ASKED, "can") | {ASKED[-1]: "hard", ASKED[0]: "meth"}
    advice = next_module(rated("tjm", **given), modules=MODULES)
    assert advice is not None
    assert ASKED[-1] in advice.module.tasks
    assert (advice.reason, advice.tasks) == ("need", (ASKED[-1],))


@pytest.mark.parametrize(("role", "module"), [("pol", "transport"), ("tjm", "statistics")])
def test_where_needs_are_alike_the_role_decides(role: str, module: str) -> None:
    state = start([BANK.items[task] for task in TASKS], seed=1, feedback="never")
    for task in TASKS:
        state = answer(state, task, ["hard"])
    advice = next_module(state, modules=MODULES, role=role)
    assert advice is not None and advice.module.id == module
    assert BANK.items[advice.tasks[0]].id in advice.module.tasks


@pytest.mark.parametrize(("role", "module"), [("pol", "rds"), ("tjm", "statistics"), (None, "goals")])
def test_without_a_need_the_role_decides_and_that_is_said(role: str | None, module: str) -> None:
    advice = next_module(rated(role, **dict.fromkeys(ASKED, "can")), modules=MODULES)
    assert advice is not None
    assert (advice.module.id, advice.reason, advice.tasks) == (module, "role", ())


def test_what_is_outside_the_assignment_is_no_need() -> None:
    advice = next_module(rated("pol", **dict.fromkeys(ASKED, "dk")), modules=MODULES)
    assert advice is not None and advice.reason == "role"


def test_nothing_rated_is_nothing_to_advise_from() -> None:
    assert next_module(rated("pol"), modules=MODULES) is None
    assert next_module(rated("pol", **{ASKED[0]: "hard"}), modules=()) is None


def test_knowledge_never_changes_the_advice() -> None:
    state = rated("tjm", **{ASKED[0]: "data"})
    before = next_module(state, modules=MODULES)
    for item in state.items:
        if item.is_knowledge:
            wrong = next(option for option in item.option_ids if option not in item.key)
            state = answer(state, item.id, [wrong])
    assert next_module(state, modules=MODULES) == before
