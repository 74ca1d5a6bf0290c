"""Whether single items follow the model: observed against expected shares right among people with equal sums."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats
from scipy.special import expit

from kunskap import tables
from kunskap.errors import KunskapError, fault
from kunskap.irt.answers import Answers, read_answers
from kunskap.irt.likelihood import grid
from kunskap.irt.model import IrtFit, converged

__all__ = ["item_fit", "sum_distribution"]

Floats = NDArray[np.float64]
POINTS = 97
FEWEST_PEOPLE = 50
FEWEST_ITEMS = 4


def item_fit(
    scores: pd.DataFrame,
    *,
    fit: IrtFit,
    columns: Sequence[str] | None = None,
    fewest_expected: float = 1.0,
    universe: str = "all",
) -> pd.DataFrame:
    """Compute S-X², Orlando and Thissen's test of each item's fit.

    Parameters
    ----------
    scores : DataFrame
        The answers that the model was fitted to.  Used are the people who met **all** the items: their sums are
        comparable.
    fit : IrtFit
    columns : sequence of str, optional
        The items; without it all of the fit.  With items missing by design, name the items of one form.
    fewest_expected : float
        Neighbouring sums are joined until each cell expects at least so many right and so many wrong.
    universe : str
        Which people the fit is about.

    Returns
    -------
    DataFrame
        An estimates table, two rows per item: statistic ``s_x2`` with the unit ``chi2, df …``, and ``p_s_x2`` with
        Holm's correction over the items.  Both are missing where too few sums are left to test.  n is the people used.

    Raises
    ------
    KunskapError
        ``IRT-14`` if the fit did not converge, ``IRT-16`` under 50 complete people or four items, ``IRT-15``.

    Notes
    -----
    Orlando & Thissen (2000), Applied Psychological Measurement 24, 50–64: S-X² = Σ over sums k = 1 … J−1 of
    nₖ (Oₖ − Eₖ)² / (Eₖ (1 − Eₖ)), the expected share by Lord & Wingersky's recursion (1984).  Degrees of freedom: the
    sums left minus the item's estimated parameters (1 for Rasch, 2 for the two-parameter model, 0 if anchored).
    Programs join cells in different ways, which changes the figure; `fewest_expected=0` joins nothing.  Checked against
    ``mirt::itemfit`` on LSAT-7 and LSAT-6.

    Examples
    --------
    >>> from kunskap.irt import fit_rasch, simulate_scores
    >>> items = pd.DataFrame({"difficulty": [-1.0, 0.0, 0.5, 1.0]}, index=list("abcd"))
    >>> scores = simulate_scores(items, n=2000, rng=np.random.default_rng(2))
    >>> told = item_fit(scores, fit=fit_rasch(scores))
    >>> told[["item", "statistic", "unit"]].head(2).values.tolist()
    [['a', 's_x2', 'chi2, df 2'], ['a', 'p_s_x2', 'probability']]
    """
    converged(fit)
    chosen = [item for item in fit.items if columns is None or item in columns]
    if not chosen:
        raise KunskapError([fault("IRT-15", "columns", expected=", ".join(fit.items))])
    answers = read_answers(scores, columns=chosen)
    complete: NDArray[np.bool_] = np.asarray(answers.met.all(axis=0))
    n = int(complete.sum())
    if n < FEWEST_PEOPLE or len(chosen) < FEWEST_ITEMS:
        raise KunskapError([fault("IRT-16", "scores", n=n, items=len(chosen), minimum=FEWEST_PEOPLE)])
    places = [fit.items.index(item) for item in chosen]
    observed, people = _by_sum(answers, complete)
    shares = _expected_shares(fit, places)
    tests = []
    for row, place in enumerate(places):
        estimated = 0 if fit.anchored[place] else (1 if fit.model == "rasch" else 2)
        tests.append(_chi_square(observed[row], people, shares[row], estimated, fewest_expected))
    corrected = _holm([p for _, _, p in tests])
    rows: list[dict[str, object]] = []
    for item, (value, df, _), p in zip(chosen, tests, corrected, strict=True):
        common = {"universe": universe, "item": item, "n": n}
        rows.append(common | {"statistic": "s_x2", "unit": f"chi2, df {df}", "estimate": value})
        rows.append(common | {"statistic": "p_s_x2", "unit": "probability", "estimate": p})
    return tables.estimates(rows)


def _by_sum(answers: Answers, complete: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """For sums 1 … J−1: how many were right on each item, and how many people there are."""
    right = answers.right[:, complete]
    sums = right.sum(axis=0)
    items = len(right)
    counts: Floats = np.stack([np.bincount(sums, weights=row, minlength=items + 1) for row in right]).astype(float)
    return counts[:, 1:items], np.bincount(sums, minlength=items + 1).astype(float)[1:items]


def _expected_shares(fit: IrtFit, places: Sequence[int]) -> Floats:
    """The model's share right on each item among people with each sum 1 … J−1."""
    at = grid(POINTS)
    slopes, intercepts = (values[list(places)] for values in fit.standard())
    probability = expit(np.outer(slopes, at.points) + intercepts[:, None])
    whole = at.weights @ sum_distribution(probability).T
    shares = np.empty((len(places), len(places) - 1))
    for row in range(len(places)):
        others = sum_distribution(np.delete(probability, row, axis=0))
        # Right on this item and k − 1 right on the others.
        joint = (at.weights * probability[row]) @ others.T
        shares[row] = joint[: len(places) - 1] / whole[1 : len(places)]
    return shares


def sum_distribution(probability: Floats) -> Floats:
    """Compute the distribution of the number right at each ability, by Lord and Wingersky's recursion.

    Parameters
    ----------
    probability : array, items × abilities
        Of a right answer.

    Returns
    -------
    array, (items + 1) × abilities
        Columns sum to 1.

    Examples
    --------
    >>> sum_distribution(np.array([[0.5], [0.5]])).ravel().tolist()
    [0.25, 0.5, 0.25]
    """
    chances = np.zeros((len(probability) + 1, probability.shape[1]))
    chances[0] = 1
    for number, p in enumerate(probability, start=1):
        chances[1 : number + 1] = chances[1 : number + 1] * (1 - p) + chances[:number] * p
        chances[0] *= 1 - p
    return chances


def _chi_square(
    right: Floats, people: Floats, shares: Floats, estimated: int, fewest_expected: float
) -> tuple[float, int, float]:
    cells = _joined(right, people, people * shares, fewest_expected)
    df = len(cells) - estimated
    if df < 1:
        return float("nan"), 0, float("nan")
    value = sum(n * (o / n - e / n) ** 2 / (e / n * (1 - e / n)) for o, n, e in cells)
    return float(value), df, float(stats.chi2.sf(value, df))


def _joined(right: Floats, people: Floats, expected: Floats, fewest: float) -> list[tuple[float, float, float]]:
    """Cells (right, people, expected right) of neighbouring sums, from both ends towards the middle."""
    cells = [(float(o), float(n), float(e)) for o, n, e in zip(right, people, expected, strict=True) if n > 0]

    def is_small(cell: tuple[float, float, float]) -> bool:
        return min(cell[2], cell[1] - cell[2]) < fewest

    while len(cells) > 1 and any(is_small(cell) for cell in cells):
        place = next(index for index, cell in enumerate(cells) if is_small(cell))
        other = place + 1 if place < len(cells) / 2 and place + 1 < len(cells) else place - 1
        low, high = sorted((place, max(other, 0) if other >= 0 else place + 1))
        joint = tuple(one + two for one, two in zip(cells[low], cells[high], strict=True))
        cells[low : high + 1] = [joint]  # type: ignore[list-item]
    return cells


def _holm(p: Sequence[float]) -> list[float]:
    """Holm's correction; missing values are no tests."""
    values = np.array(p)
    order = [index for index in np.argsort(values) if not np.isnan(values[index])]
    corrected, highest = [float("nan")] * len(values), 0.0
    for rank, index in enumerate(order):
        highest = max(highest, min(1.0, float(values[index]) * (len(order) - rank)))
        corrected[index] = highest
    return corrected
