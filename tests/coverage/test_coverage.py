"""The intervals keep their promise: a seeded sample of the long run, printed per method, that can fail."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kunskap import estimates, figures, weighted
from tests.coverage.exhaustive import table
from tests.coverage.simulation import FLOOR, METHODS, Cell, Outcome, cells, coverage, exact_wilson

RESULTS = Path(__file__).parent / "results"
SIZES, RESPONSES = (20, 77, 200), (0.3, 0.6, 0.9)


def tried(method: str, *, sizes: tuple[int, ...] = SIZES) -> list[Outcome]:
    chosen = [cell for cell in cells(sizes, RESPONSES) if cell.method == method]
    return [
        coverage(cell, populations=10, samples=24, rng=np.random.default_rng([7, number]))
        for number, cell in enumerate(chosen)
    ]


def faults(outcomes: list[Outcome]) -> list[str]:
    """Cells that surely cover less than is promised or stated, and the method as a whole if it does."""
    found = [str(outcome.cell) for outcome in outcomes if outcome.covered + 3 * outcome.error < outcome.cell.floor]
    whole = np.mean([outcome.covered for outcome in outcomes])
    return found + ([f"{outcomes[0].cell.method} as a whole: {whole:.3f}"] if whole < FLOOR else [])


@pytest.mark.parametrize("method", METHODS)
def test_the_intervals_hold_the_truth(method: str, capsys: pytest.CaptureFixture[str]) -> None:
    outcomes = tried(method)
    with capsys.disabled():
        print("\n" + table(outcomes))  # noqa: T201
    assert faults(outcomes) == []


def test_with_everyone_answering_the_interval_is_the_truth() -> None:
    for method, (_, shapes) in METHODS.items():
        cell = Cell(method, 50, 1.0, shapes[0])
        outcome = coverage(cell, populations=2, samples=3, rng=np.random.default_rng(1))
        assert (outcome.covered, outcome.width) == (1, pytest.approx(0, abs=1e-9)), cell


# ---------------------------------------------------------------- planted faults


def test_a_plain_interval_for_shares_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The textbook's p ± 1.96 se, which many use."""

    def wald(count: Any, n: Any, *, population: Any, level: float) -> tuple[Any, Any]:
        share = count / n
        half = 1.96 * np.sqrt((1 - n / population) * share * (1 - share) / n)
        return share - half, share + half

    monkeypatch.setattr(figures, "wilson", wald)
    assert faults(tried("Wilson", sizes=(20,)))


def test_a_frame_that_is_taken_for_larger_than_it_is_answered_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A correction applied twice: intervals too narrow for every method that uses it."""
    sizes = estimates.sizes
    monkeypatch.setattr(estimates, "sizes", lambda *args, max_n, **more: np.maximum(
        sizes(*args, max_n=max_n, **more) * 0.7, np.asarray(max_n)))  # fmt: skip
    assert faults(tried("t", sizes=(20,)))


def test_degrees_of_freedom_that_forget_the_strata_are_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """People minus strata, as R has it."""
    monkeypatch.setattr(weighted, "_satterthwaite", lambda variances, df: df.sum(axis=0))
    assert faults(tried("weighted mean", sizes=(20,)))


def test_a_weighted_share_without_the_floor_of_its_weights_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """As R's svyciprop has it: with three answers of thirty in a stratum, all alike, that stratum counts as known."""
    own = weighted.weighted_wilson
    monkeypatch.setattr(
        estimates, "weighted_wilson", lambda share, se, inverse, level: own(share, se, 0 * inverse, level=level)
    )
    outcome = coverage(
        Cell("weighted share", 30, 0.3, "rare"), populations=20, samples=40, rng=np.random.default_rng(3)
    )
    assert faults([outcome])


# ---------------------------------------------------------------- exactly, and the committed result


@pytest.mark.parametrize("size", [20, 77, 200])
@pytest.mark.parametrize("response", [0.3, 0.6, 0.9])
def test_wilson_exactly(size: int, response: float) -> None:
    held = exact_wilson(size, round(size * response))
    assert held.mean() >= 0.958
    assert held.min() >= 0.924


def test_the_committed_long_run_found_no_fault_and_covers_every_cell() -> None:
    newest = json.loads(sorted(RESULTS.glob("*.json"))[-1].read_text(encoding="utf-8"))
    assert newest["faults"] == []
    ran = {(row["method"], row["size"], row["response"], row["shape"]) for row in newest["cells"]}
    assert {(cell.method, cell.size, cell.response, cell.shape) for cell in cells()} == ran
    tried_each = newest["populations_per_cell"] * newest["samples_per_population"]
    for row in newest["cells"]:
        cell = Cell(*(row[name] for name in ("method", "size", "response", "shape")))
        assert row["covered"] + 3 * Outcome(cell, 0, 0, tried_each).error >= cell.floor, cell
    assert newest["wilson_exactly"]["lowest"]["lowest"] >= 0.924
    assert newest["wilson_exactly"]["lowest_mean"] >= 0.958
