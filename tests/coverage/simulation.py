"""How often the intervals hold the truth: populations are drawn, some of them answer, the public functions estimate.

A cell is a method, a population's size, a response and a shape of the answers.  Each column of the frames below is a
sample of its own, so that one call estimates many.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from kunskap.design import Design
from kunskap.estimates import mean, proportion, wilson
from kunskap.weighting import poststratify, rake

FLOOR = 0.93
# Stated in `kunskap.estimates.mean` and in the report: scores that pile up at one end, and few answers.
SKEWED_FLOOR, FEW = 0.89, 15
SIZES = (20, 30, 50, 77, 200)
RESPONSES = (0.3, 0.45, 0.6, 0.9, 1.0)
# role, sex, part of the population, response in proportion to the whole's, how much more often they are right
STRATA = (
    ("pol", "k", 0.35, 0.7, 0.10),
    ("pol", "m", 0.30, 1.0, -0.05),
    ("tjm", "k", 0.20, 1.2, 0.15),
    ("tjm", "m", 0.15, 1.4, -0.10),
)
ITEMS = 16


@dataclass(frozen=True)
class Cell:
    """What is tried."""

    method: str
    size: int
    response: float
    shape: str

    def __str__(self) -> str:
        return f"{self.method}, N {self.size}, {self.response:.0%} answer, {self.shape}"

    @property
    def floor(self) -> float:
        """The lowest coverage that is no fault: what is promised, or the limit that is stated."""
        few = self.size * self.response < FEW
        return SKEWED_FLOOR if self.method == "t" and self.shape == "skewed" and few else FLOOR


@dataclass(frozen=True)
class Outcome:
    """How it went: the share of the intervals that held the truth, and their mean width."""

    cell: Cell
    covered: float
    width: float
    samples: int

    @property
    def error(self) -> float:
        """The standard error of `covered`, were it the floor."""
        return float(np.sqrt(self.cell.floor * (1 - self.cell.floor) / self.samples))


def frame_of(sizes: Mapping[tuple[str, str], int]) -> Design:
    """The frame of a simulated population."""
    rows = [{"role": role, "orgtype": "reg", "sex": sex, "persons": n} for (role, sex), n in sizes.items()]
    return Design(pd.DataFrame(rows).assign(valid_from="2014-11-01"))


def strata_sizes(size: int) -> dict[tuple[str, str], int]:
    """A population divided into the strata."""
    whole = {(role, sex): max(1, round(size * part)) for role, sex, part, *_ in STRATA}
    first = next(iter(whole))
    whole[first] += size - sum(whole.values())
    return whole


def answering(size: int, response: float) -> dict[tuple[str, str], int]:
    """How many answer in each stratum: unequally, at least one."""
    sizes = strata_sizes(size)
    return {
        (role, sex): int(np.clip(round(sizes[role, sex] * min(1.0, response * (1.0 if response == 1 else factor))), 1,
                                 sizes[role, sex]))
        for role, sex, _, factor, _ in STRATA
    }  # fmt: skip


def shares_of(shape: str, rng: np.random.Generator) -> float:
    """A chance of being right."""
    return {"even": rng.uniform(0.2, 0.8), "rare": rng.uniform(0.02, 0.15)}[shape]


def totals_of(shape: str, n: int, rng: np.random.Generator, shift: float = 0.0) -> np.ndarray:
    """Total scores of n people on 16 items."""
    if shape == "two camps":
        ability = np.where(rng.random(n) < 0.5, 0.25, 0.75)
    elif shape == "skewed":
        ability = rng.beta(1, 6, n)
    else:
        ability = rng.beta(5, 5, n)
    return rng.binomial(ITEMS, np.clip(ability + shift, 0.01, 0.99)) / ITEMS


def draw(population: np.ndarray, n: int, samples: int, rng: np.random.Generator) -> np.ndarray:
    """Samples without replacement, side by side: n × samples."""
    return np.column_stack([rng.permutation(population)[:n] for _ in range(samples)])


def as_answers(values: np.ndarray) -> pd.DataFrame:
    """1 and 0 as right and wrong, a sample per item."""
    return pd.DataFrame(
        {
            f"q{number}": pd.Categorical.from_codes((1 - column).astype(int), categories=["right", "wrong", "skip"])
            for number, column in enumerate(values.T)
        }
    )


def of_right(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of right answers."""
    return table[table["option"] == "right"]


def share(cell: Cell, samples: int, rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
    """`proportion` with a frame: Wilson with the finite-population correction."""
    population = (rng.random(cell.size) < shares_of(cell.shape, rng)).astype(float)
    values = draw(population, round(cell.size * cell.response), samples, rng)
    design = frame_of({("pol", "k"): cell.size})
    return of_right(proportion(as_answers(values), design=design)), float(population.mean())


def mean_score(cell: Cell, samples: int, rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
    """`mean` with a frame: t with the finite-population correction."""
    population = totals_of(cell.shape, cell.size, rng)
    values = draw(population, round(cell.size * cell.response), samples, rng)
    table = mean(pd.DataFrame(values).add_prefix("t"), design=frame_of({("pol", "k"): cell.size}))
    return table, float(population.mean())


def weighted(cell: Cell, samples: int, rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
    """`proportion` or `mean` with post-stratified or raked weights; the strata differ in response and in answers."""
    sizes, answered = strata_sizes(cell.size), answering(cell.size, cell.response)
    is_share = "share" in cell.method
    chance, parts, values, people = shares_of(cell.shape, rng) if is_share else 0.0, [], [], []
    for role, sex, _, _, shift in STRATA:
        n = sizes[role, sex]
        if is_share:
            moved = shift if cell.shape == "even" else shift / 5
            population = (rng.random(n) < np.clip(chance + moved, 0.01, 0.99)).astype(float)
        else:
            population = totals_of(cell.shape, n, rng, shift)
        parts.append(population)
        values.append(draw(population, answered[role, sex], samples, rng))
        people += [(role, sex)] * answered[role, sex]
    by, design = ["role", "sex"], frame_of(sizes)
    respondents = pd.DataFrame(people, columns=by)
    make = rake if "raked" in cell.method else poststratify
    respondents = make(respondents, design=design, by=by).respondents
    drawn = np.vstack(values)
    options: dict[str, Any] = {"weights": "weight", "strata": by, "design": design}
    truth = float(np.concatenate(parts).mean())
    if is_share:
        return of_right(proportion(pd.concat([respondents, as_answers(drawn)], axis=1), **options)), truth
    return mean(pd.concat([respondents, pd.DataFrame(drawn).add_prefix("t")], axis=1), **options), truth


METHODS: Mapping[
    str, tuple[Callable[[Cell, int, np.random.Generator], tuple[pd.DataFrame, float]], tuple[str, ...]]
] = {
    "Wilson": (share, ("even", "rare")),
    "t": (mean_score, ("even", "two camps", "skewed")),
    "weighted share": (weighted, ("even", "rare")),
    "weighted mean": (weighted, ("even", "two camps", "skewed")),
    "raked share": (weighted, ("even",)),
    "raked mean": (weighted, ("even",)),
}


def cells(sizes: tuple[int, ...] = SIZES, responses: tuple[float, ...] = RESPONSES) -> Iterator[Cell]:
    """All that is tried."""
    for method, (_, shapes) in METHODS.items():
        for size in sizes:
            for response in responses:
                for shape in shapes:
                    yield Cell(method, size, response, shape)


def coverage(cell: Cell, *, populations: int, samples: int, rng: np.random.Generator) -> Outcome:
    """Draw populations, let samples of each answer, and count how often the interval holds the truth."""
    held, widths, made = 0, 0.0, 0
    for _ in range(populations):
        table, truth = METHODS[cell.method][0](cell, samples, rng)
        low, high = table["low"].to_numpy(), table["high"].to_numpy()
        known = ~np.isnan(low)
        held += int(((low[known] <= truth + 1e-9) & (truth - 1e-9 <= high[known])).sum())
        widths += float((high[known] - low[known]).sum())
        made += int(known.sum())
    return Outcome(cell, held / made if made else np.nan, widths / made if made else np.nan, made)


def exact_wilson(size: int, n: int) -> np.ndarray:
    """Coverage in every population of this size, from nobody to everybody right, by the hypergeometric distribution."""
    counts, holders = np.arange(n + 1), np.arange(size + 1)[:, None]
    low, high = wilson(counts, n, population=size)
    held = (low - 1e-12 <= holders / size) & (holders / size <= high + 1e-12)
    return (stats.hypergeom.pmf(counts, size, holders, n) * held).sum(axis=1)
