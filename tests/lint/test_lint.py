"""Faults and advice: what may be asked is held strictly, drafts get advice, retired items are left in peace."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kunskap.lint import ADVICE_RULES, FAULT_RULES, lint
from tests.lint.examples import TODAY, good_bank, with_items

GOOD = good_bank()


def test_a_good_bank_has_neither_faults_nor_advice() -> None:
    findings = lint(GOOD, today=TODAY)
    assert findings.faults == findings.advice == ()


@pytest.mark.parametrize(
    ("status", "faults", "advice"),
    [("trial", 1, 0), ("active", 1, 0), ("draft", 0, 1), ("retired", 0, 0)],
)
def test_the_same_breach_weighs_by_the_items_status(status: str, faults: int, advice: int) -> None:
    another = replace(GOOD.items["goals51"], id="goals52", stem={"sv": "Är 2.5 mer än två?", "en": "Is it more?"})
    findings = lint(with_items(GOOD, replace(another, status=status)), today=TODAY)
    assert [fault.code for fault in findings.faults] == ["LINT-12"] * faults
    assert [fault.code for fault in findings.advice] == ["LINT-12"] * advice


def test_a_draft_fills_no_cell_of_the_blueprint() -> None:
    draft = with_items(GOOD, replace(GOOD.items["goals01"], status="draft"))
    form = replace(draft.forms["prov"], sections=())
    assert "LINT-19" in [fault.code for fault in lint(replace(draft, forms={"prov": form}), today=TODAY).faults]


def test_no_rule_stands_twice() -> None:
    rules = [*FAULT_RULES, *ADVICE_RULES]
    assert len(rules) == len(set(rules))
