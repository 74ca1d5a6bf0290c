"""Two reports on one county, attacked together: late answers, answers taken back, and the same people again."""

from __future__ import annotations

import pytest
from earlier import attack_twice

from kunskap.audit.breaches import told
from kunskap.disclosure import Policy, read_policy

KINDS = ("late", "left", "same")


@pytest.fixture(scope="module")
def policy() -> Policy:
    return read_policy()


@pytest.mark.parametrize(("kind", "seeds"), [("late", (0, 33)), ("left", (2, 11)), ("same", (0, 77))])
def test_two_reports_tell_nothing_they_should_not(kind: str, seeds: tuple[int, ...], policy: Policy) -> None:
    outcomes = [attack_twice(seed, policy, kind=kind) for seed in seeds]
    assert [(one.seed, told(one.breaches)) for one in outcomes if one.breaches or one.unresolved] == []
    assert any(one.shown for one in outcomes), "by hiding everything one always holds"


@pytest.mark.parametrize("kind", KINDS)
def test_a_gate_that_does_not_know_of_the_first_is_caught(kind: str, policy: Policy) -> None:
    assert any(attack_twice(seed, policy, kind=kind, ledger=False, most=1).breaches for seed in range(5))
