"""Reports on one county, attacked together: late answers, answers taken back, the same people again, two waves."""

from __future__ import annotations

import pytest
from earlier import attack_in_turn

from kunskap.audit.breaches import told
from kunskap.disclosure import Policy, read_policy


@pytest.fixture(scope="module")
def policy() -> Policy:
    return read_policy()


@pytest.mark.parametrize(
    ("kind", "reports", "seed"),
    [("late", 2, 1), ("left", 2, 1), ("same", 3, 2), ("same", 2, 1), ("waves", 2, 0), ("late", 3, 30)],
)
def test_reports_in_turn_tell_nothing_they_should_not(kind: str, reports: int, seed: int, policy: Policy) -> None:
    outcome = attack_in_turn(seed, policy, kind=kind, reports=reports)
    assert outcome is not None and not outcome.unresolved, "refused or unsettled"
    assert told(outcome.breaches) == "", f"seed {seed}"
    assert outcome.shown, "by hiding everything one always holds"


@pytest.mark.parametrize("kind", ["late", "left", "same", "waves"])
def test_a_gate_that_does_not_know_of_the_first_is_caught(kind: str, policy: Policy) -> None:
    outcomes = (attack_in_turn(seed, policy, kind=kind, ledger=False, most=1) for seed in range(8))
    assert any(one and one.breaches for one in outcomes)
