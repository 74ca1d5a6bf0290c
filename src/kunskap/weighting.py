"""Weights that make those who answered stand in the frame's proportions, and what the weights cost.

Weighting mends only what the frame knows of: unequal response between its strata.  That those who answered in a stratum
are like the others there remains an assumption, which is why the worst-case bounds (`kunskap.estimates.bounds`) stay.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskap import tables
from kunskap.bank.fields import closest
from kunskap.design import STRATUM, Design
from kunskap.errors import Fault, KunskapError, fault
from kunskap.tables import canonical_universe, universe_filter
from kunskap.words import Words

__all__ = ["Weighting", "poststratify", "rake", "response_rates", "told"]

Floats = NDArray[np.float64]
# Margins that differ from the frame's by less than this share agree.
CLOSE = 1e-9


@dataclass(frozen=True)
class Weighting:
    """Respondents with weights, and the figures that say what the weighting did.

    Attributes
    ----------
    respondents : DataFrame
        As given, with the column ``weight``: mean 1 over those who could be placed in the frame, and 1 for the others
        (*annat*, *vill inte uppge*, a variable missing, a level the frame does not list).
    by : tuple of str
        What was weighted by.
    method : str
        ``"poststratified"`` or ``"raked"``.
    unplaced : int
        How many have weight 1 because they could not be placed.
    iterations : int
        Rounds of raking; 1 for post-stratification.
    gap : float
        The largest difference left between a weighted share and the frame's.
    converged : bool
        Whether the gap was closed.
    """

    respondents: pd.DataFrame = field(repr=False)
    by: tuple[str, ...]
    method: str
    unplaced: int
    iterations: int
    gap: float
    converged: bool

    @property
    def design_effect(self) -> float:
        """Kish's n Σw²/(Σw)²: how many times the variance of a mean grows if the strata are alike."""
        w = self.respondents["weight"].to_numpy(dtype=float)
        return float(len(w) * (w**2).sum() / w.sum() ** 2)

    @property
    def effective_n(self) -> float:
        """How many unweighted answers would be as sure: n over the design effect (Kish 1965, *Survey Sampling*)."""
        return len(self.respondents) / self.design_effect

    @property
    def lowest(self) -> float:
        """The smallest weight."""
        return float(self.respondents["weight"].min())

    @property
    def highest(self) -> float:
        """The largest weight."""
        return float(self.respondents["weight"].max())


def response_rates(
    respondents: pd.DataFrame, *, design: Design, by: Sequence[str] = STRATUM, universe: str = "all"
) -> pd.DataFrame:
    """Compute the response rate of every stratum of the frame, also where nobody answered.

    Parameters
    ----------
    respondents : DataFrame
        Those who answered, one row per person.
    design : Design
        The frame.
    by : sequence of str
        Variables of the frame.
    universe : str
        Which part of the frame was asked: ``"all"`` or a filter such as ``"role=pol"``.

    Returns
    -------
    DataFrame
        An estimates table: statistic ``response_rate``, count = persons who answered, n = persons in the frame; no
        interval, since nothing is sampled.  Who did not say (or whom the frame does not list) is in no stratum, so a
        rate by sex is a least possible one.

    Raises
    ------
    KunskapError
        ``WEIGHT-01`` a variable that is unknown, ``WEIGHT-03`` a person twice, ``EST-06`` more answers than persons.

    Examples
    --------
    >>> population = pd.DataFrame({"role": "pol", "orgtype": "reg", "sex": ["k", "m"], "persons": [36, 40],
    ...                            "valid_from": "2014-11-01"})
    >>> people = pd.DataFrame({"respondent_id": list("abc"), "sex": ["k", "k", "x"]})
    >>> response_rates(people, design=Design(population), by=["sex"])[["sex", "count", "n"]].values.tolist()
    [['k', 2, 36], ['m', 0, 40]]
    """
    cells = _cells(respondents, design, by, universe)
    # By sex the rates do not add up to the role's: some did not say.  So they are of a scale of their own.
    scale = "response_by_sex" if "sex" in by else "response"
    common = {"universe": universe, "scale": scale, "statistic": "response_rate", "unit": "share"}
    rows = [
        dict(zip(by, cell, strict=True))
        | common
        | {"count": answered, "n": persons, "estimate": answered / persons if persons else np.nan}
        for cell, (persons, answered) in cells.items()
    ]
    return tables.estimates(rows, by=by)


def poststratify(
    respondents: pd.DataFrame, *, design: Design, by: Sequence[str] = ("role", "sex"), universe: str = "all"
) -> Weighting:
    """Weight every cell of `by` to its part of the frame.

    Parameters
    ----------
    respondents : DataFrame
        Those whose answers are analysed, one row per person (one wave).
    design, by, universe
        As in `response_rates`; the cells are all combinations of the variables.

    Returns
    -------
    Weighting

    Raises
    ------
    KunskapError
        As `response_rates`; ``WEIGHT-02`` for every cell in which nobody answered; ``EST-05`` if nobody can be placed.

    Notes
    -----
    w = (N_h/N)/(n_h/n), Holt & Smith (1979), Journal of the Royal Statistical Society A 142.  Checked against *svy*
    (``tests/reference/weighting.csv``).

    Examples
    --------
    >>> population = pd.DataFrame({"role": "pol", "orgtype": "reg", "sex": ["k", "m"], "persons": [40, 40],
    ...                            "valid_from": "2014-11-01"})
    >>> people = pd.DataFrame({"respondent_id": list("abcde"), "sex": ["k", "k", "k", "m", "x"]})
    >>> weighting = poststratify(people, design=Design(population), by=["sex"])
    >>> weighting.respondents["weight"].round(2).tolist(), weighting.unplaced
    ([0.67, 0.67, 0.67, 2.0, 1.0], 1)
    """
    return _weighting(respondents, design, by, universe, margins=[tuple(by)], method="poststratified", rounds=1)


def rake(
    respondents: pd.DataFrame,
    *,
    design: Design,
    by: Sequence[str] = STRATUM,
    universe: str = "all",
    rounds: int = 200,
) -> Weighting:
    """Weight every variable of `by` to the frame, one at a time and round after round, until all of them agree.

    For when there are too few answers for all combinations.

    Parameters
    ----------
    respondents, design, by, universe
        As in `poststratify`; only each variable by itself must have answers everywhere.
    rounds : int
        When to give up.  Then `Weighting.converged` is False, `told` says so first, and a UserWarning is given.

    Returns
    -------
    Weighting

    Raises
    ------
    KunskapError
        As `poststratify`.

    Notes
    -----
    Deming & Stephan (1940), Annals of Mathematical Statistics 11.  Cells without answers can make it impossible to meet
    all margins.  Checked against *svy* (``tests/reference/weighting.csv``).

    Examples
    --------
    >>> population = pd.DataFrame({"role": ["pol", "pol", "tjm", "tjm"], "orgtype": "reg", "sex": list("kmkm"),
    ...                            "persons": [40, 40, 30, 10], "valid_from": "2014-11-01"})
    >>> people = pd.DataFrame({"respondent_id": range(5), "role": ["pol", "pol", "tjm", "tjm", "tjm"],
    ...                        "sex": ["k", "m", "k", "k", "m"]})
    >>> weighting = rake(people, design=Design(population), by=["role", "sex"])
    >>> weighting.converged, round(weighting.design_effect, 2)
    (True, 1.3)
    """
    return _weighting(
        respondents, design, by, universe, margins=[(name,) for name in by], method="raked", rounds=rounds
    )


def _weighting(
    respondents: pd.DataFrame,
    design: Design,
    by: Sequence[str],
    universe: str,
    *,
    margins: Sequence[tuple[str, ...]],
    method: str,
    rounds: int,
) -> Weighting:
    """Fit the margins by turns; one margin of all variables is post-stratification."""
    cells = _cells(respondents, design, by, universe)
    keys = _keys(respondents, by)
    place = {cell: number for number, cell in enumerate(cells)}
    codes = np.array([place.get(key, -1) for key in keys], dtype=np.intp)
    placed = codes >= 0
    if not placed.any():
        raise KunskapError([fault("EST-05", "by", by=", ".join(by) or "–")])
    persons, answered = (np.array(column, dtype=float) for column in zip(*cells.values(), strict=True))
    groups, faults = [], []
    for margin in margins:
        levels = [tuple(cell[list(by).index(name)] for name in margin) for cell in cells]
        names = sorted(set(levels))
        of_cell = np.array([names.index(level) for level in levels], dtype=np.intp)
        target, have = (np.bincount(of_cell, weights=column) for column in (persons, answered))
        for name, frame_has, got in zip(names, target, have, strict=True):
            if frame_has and not got:
                where = canonical_universe(dict(zip(margin, name, strict=True)))
                faults.append(fault("WEIGHT-02", where, population=int(frame_has)))
        groups.append((of_cell, target / persons.sum()))
    if faults:
        raise KunskapError(faults)
    share = answered / answered.sum()
    iterations, gap = 0, np.inf
    while iterations < rounds and gap > CLOSE:
        for of_cell, target in groups:
            have = np.bincount(of_cell, weights=share)
            share = share * np.divide(target, have, out=np.zeros_like(target), where=have > 0)[of_cell]
        iterations += 1
        gap = max(float(np.abs(np.bincount(of_cell, weights=share) - target).max()) for of_cell, target in groups)
    per_person = np.divide(share, answered, out=np.ones_like(share), where=answered > 0) * answered.sum()
    weight = np.where(placed, per_person[codes], 1.0)
    if gap > CLOSE:
        text = f"raking by {', '.join(by)} did not converge in {iterations} rounds; the largest gap is {gap:.2g}"
        warnings.warn(text, UserWarning, stacklevel=3)
    return Weighting(
        respondents=respondents.assign(weight=weight),
        by=tuple(by),
        method=method,
        unplaced=int((~placed).sum()),
        iterations=iterations,
        gap=gap,
        converged=gap <= CLOSE,
    )


def _cells(
    respondents: pd.DataFrame, design: Design, by: Sequence[str], universe: str
) -> dict[tuple[str, ...], tuple[int, int]]:
    """Persons in the frame and persons who answered, for every cell that the frame has."""
    faults: list[Fault] = []
    for name in by:
        if name not in STRATUM or name not in respondents.columns:
            near = closest(name, list(STRATUM))
            faults.append(fault("WEIGHT-01", "by", variable=name, expected=", ".join(STRATUM), closest=near))
    if not by:
        faults.append(fault("WEIGHT-01", "by", variable="–", expected=", ".join(STRATUM), closest=STRATUM[0]))
    if "respondent_id" in respondents.columns:
        doubled = respondents.loc[respondents["respondent_id"].duplicated(), "respondent_id"].unique()
        if len(doubled):
            faults.append(fault("WEIGHT-03", "respondents", examples=", ".join(map(str, doubled[:3]))))
    if faults:
        raise KunskapError(faults)
    frame = design.population
    for variable, level in universe_filter(universe).items():
        frame = frame[frame[variable].astype("str") == level]
    persons = frame["persons"].groupby([frame[name].astype("str") for name in by], sort=True).sum()
    answered = Counter(_keys(respondents, by))
    cells = {}
    for label, count in persons.items():
        cell = tuple(map(str, label if isinstance(label, tuple) else (label,)))
        cells[cell] = (int(count), answered[cell])
    too_many = [
        fault("EST-06", canonical_universe(dict(zip(by, cell, strict=True))), n=got, population=size)
        for cell, (size, got) in cells.items()
        if got > size
    ]
    if too_many:
        raise KunskapError(too_many)
    return cells


def _keys(respondents: pd.DataFrame, by: Sequence[str]) -> list[tuple[str, ...]]:
    """Each person's levels, as text."""
    return list(zip(*(respondents[name].astype("str") for name in by), strict=True))


def told(weighting: Weighting, *, words: Words) -> str:
    """Say in words what the weighting did; what went wrong comes first.

    Parameters
    ----------
    weighting : Weighting
    words : Words
        In whose language.

    Returns
    -------
    str
        A sentence per line.

    Examples
    --------
    >>> from kunskap.words import read_words
    >>> population = pd.DataFrame({"role": "pol", "orgtype": "reg", "sex": ["k", "m"], "persons": [40, 40],
    ...                            "valid_from": "2014-11-01"})
    >>> people = pd.DataFrame({"respondent_id": list("abcde"), "sex": ["k", "k", "k", "m", "x"]})
    >>> weighting = poststratify(people, design=Design(population), by=["sex"])
    >>> print(told(weighting, words=read_words(language="en")).splitlines()[0])
    The answers are weighted by sex, so that each group counts as much as in the frame.
    """
    return "\n".join(_sentences(weighting, words))


def _sentences(weighting: Weighting, words: Words) -> Iterator[str]:
    if not weighting.converged:
        yield words("weighting.unconverged", rounds=words.count(weighting.iterations), gap=words.share(weighting.gap))
    by = [words(f"weighting.variable.{name}") for name in weighting.by]
    several = f"{', '.join(by[:-1])} {words('weighting.and')} {by[-1]}" if len(by) > 1 else by[0]
    yield words(f"weighting.{weighting.method}", by=several)
    if weighting.unplaced:
        yield words("weighting.unplaced", count=words.count(weighting.unplaced))
    low, high = (words.number(value, decimals=2) for value in (weighting.lowest, weighting.highest))
    yield words("weighting.range", low=low, high=high)
    n, effective = (words.count(value) for value in (len(weighting.respondents), np.floor(weighting.effective_n)))
    effect = words.number(weighting.design_effect, decimals=2)
    yield words("weighting.cost", n=n, effective=effective, effect=effect)
    yield words("weighting.assumption")
