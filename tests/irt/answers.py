"""Real and simulated answers that the IRT tests share."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import expit, logsumexp

from kunskap.irt import simulate_scores

REFERENCE = Path(__file__).parents[1] / "reference"
ITEMS = [f"item{i}" for i in range(1, 6)]


def real_answers(name: str) -> pd.DataFrame:
    """A thousand people's answers to five items of the Law School Admission Test."""
    patterns = pd.read_csv(REFERENCE / f"{name}.csv")
    return patterns.loc[patterns.index.repeat(patterns["persons"]), ITEMS].reset_index(drop=True).astype(float)


def published(data: str, model: str, program: str, quantity: str) -> pd.DataFrame:
    """Rows of `irt_lsat.csv`."""
    table = pd.read_csv(REFERENCE / "irt_lsat.csv")
    chosen = table[["data", "model", "program", "quantity"]].eq([data, model, program, quantity]).all(axis=1)
    assert chosen.any()
    return table[chosen]


def items_of(number: int, *, seed: int, equal_slopes: bool = False) -> pd.DataFrame:
    """True parameters of made-up items."""
    rng = np.random.default_rng(seed)
    slope = np.ones(number) if equal_slopes else rng.uniform(0.7, 2.0, size=number)
    index = pd.Index([f"q{i:02}" for i in range(number)], name="item")
    return pd.DataFrame({"difficulty": rng.normal(size=number), "slope": slope}, index=index)


def drawn(number: int, n: int, *, seed: int, equal_slopes: bool = False) -> pd.DataFrame:
    """Made-up people's answers to made-up items."""
    items = items_of(number, seed=seed, equal_slopes=equal_slopes)
    return simulate_scores(items, n=n, rng=np.random.default_rng(seed + 1))


def log_likelihood(
    scores: pd.DataFrame, slope: np.ndarray, difficulty: np.ndarray, *, mean: float = 0.0, sd: float = 1.0
) -> float:
    """The marginal log-likelihood with 121 nodes, person by person: written without the library's help."""
    z = np.linspace(-6.5, 6.5, 121)
    log_weight = -0.5 * z**2
    log_weight -= logsumexp(log_weight)
    chance = np.clip(expit(slope * ((mean + sd * z)[:, None] - difficulty)), 1e-300, 1 - 1e-16)
    answers = scores.to_numpy()
    per_item = np.where(
        np.isnan(answers)[:, None, :],
        0.0,
        np.where(answers[:, None, :] == 1, np.log(chance), np.log1p(-chance)),
    )
    return float(logsumexp(per_item.sum(axis=2) + log_weight, axis=1).sum())
