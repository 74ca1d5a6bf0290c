"""The kept model answers as scipy's own programmes do, also when it is asked again and again."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from kunskap.disclosure import solver
from kunskap.disclosure.solver import Programme

UNKNOWNS, SUMS = 12, 7


def programme(seed: int, whole: bool = True) -> Programme:
    """Sums of a known answer, some of them exact and some between limits."""
    rng = np.random.default_rng(seed)
    matrix = rng.integers(0, 3, (SUMS, UNKNOWNS)).astype(float)
    matrix[0] = 1.0
    told = matrix @ rng.integers(0, 6, UNKNOWNS)
    loose = np.where(np.arange(SUMS) % 3 == 1, 2.0, 0.0)
    low = np.where(np.arange(SUMS) % 3 == 2, -np.inf, told - loose)
    return Programme(sparse.csr_matrix(matrix), low, told + loose, np.full(UNKNOWNS, float(whole)))


@pytest.mark.parametrize("seed", range(5))
def test_the_kept_model_agrees_with_scipy(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, rng = programme(seed), np.random.default_rng(seed)
    questions = [(rng.integers(-1, 2, UNKNOWNS).astype(float), {int(rng.integers(UNKNOWNS)): 1.0}) for _ in range(8)]
    answers = [(kept.parts(form, own=own)[0], kept.wholes(form, own=own)[0]) for form, own in questions]
    assert solver.highs is not None, "HiGHS is not where it was in scipy: the gate still works, only slower"
    monkeypatch.setattr(solver, "highs", None)
    anew = [
        (programme(seed).parts(form, own=own)[0], programme(seed).wholes(form, own=own)[0]) for form, own in questions
    ]
    np.testing.assert_allclose(answers, anew, atol=1e-6)
    assert all(parts >= whole - 1e-6 for parts, whole in answers)


def test_an_insider_s_answer_holds_for_one_question_only() -> None:
    kept = Programme(sparse.csr_matrix(np.ones((1, 2))), np.array([3.0]), np.array([3.0]), np.ones(2))
    form = np.array([1.0, 0.0])
    assert [kept.parts(form)[0], kept.parts(form, own={1: 2.0})[0], kept.parts(form)[0]] == [3.0, 1.0, 3.0]
    assert kept.wholes(form, own={1: 2.0})[0] == 1.0 and kept.wholes(form)[0] == 3.0
    assert kept.wholes(form, own={1: 4.0})[0] == -np.inf == kept.parts(form, own={1: 4.0})[0]


def test_what_nothing_holds_has_no_end() -> None:
    loose = Programme(sparse.csr_matrix(np.array([[1.0, 0.0]])), np.array([3.0]), np.array([3.0]), np.ones(2))
    assert loose.parts(np.array([0.0, 1.0]))[0] == np.inf


def test_the_limits_that_hold_a_form_are_told() -> None:
    kept = Programme(
        sparse.csr_matrix(np.array([[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]])), np.zeros(2), np.full(2, 5.0), np.ones(3)
    )
    holding = kept.parts(np.array([1.0, 0.0, 0.0]))[2]
    assert holding is not None and holding.tolist() == [True, False]
