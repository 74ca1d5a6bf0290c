"""What a frame and a response can and cannot find, in figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import bdtr, stdtrit

from kunskap.design import Design
from kunskap.errors import KunskapError, fault
from kunskap.estimates import wilson
from kunskap.grouping import checked_level
from kunskap.planning.power import smallest_change, smallest_difference, smallest_share_difference
from kunskap.tables import canonical_universe

__all__ = ["Plan", "plan"]

Groups = Mapping[str, str]
GROUPINGS = ((), ("role",), ("sex",), ("role", "sex"), ("role", "orgtype"))
COMPARED = ["first", "second", "n_first", "n_second", "mean", "mean_if_all", "share"]


@dataclass(frozen=True)
class Plan:
    """The plan in figures; `kunskap.planning.told` has it in words.

    Attributes
    ----------
    groups : DataFrame
        One row per group: group, persons, n (answers expected), base (fewest answers shown), hidden (risk of fewer),
        share (half the width of the interval of a share of one half), mean (of a mean score, 0–1).
    comparisons : DataFrame
        One row per pair of groups: first, second, n_first, n_second; mean = the smallest difference of mean scores that
        is found, mean_if_all = if everyone answers; share = the smallest difference on one item.  Missing where no
        difference can be found.
    changes : DataFrame
        One row per group: group, pairs, paired (smallest change of the mean with linked people), unpaired.
    assumptions : mapping
        What was assumed: response (by role), linked, correlation, spread, wanted, level, power.
    """

    groups: pd.DataFrame = field(repr=False)
    comparisons: pd.DataFrame = field(repr=False)
    changes: pd.DataFrame = field(repr=False)
    assumptions: Mapping[str, object]


def plan(
    design: Design,
    *,
    response: float | Mapping[str, float],
    base: Callable[[Iterable[tuple[str, str]]], int],
    linked: float = 0.5,
    correlation: float = 0.5,
    spread: float = 0.2,
    wanted: float = 0.1,
    level: float = 0.95,
    power: float = 0.8,
) -> Plan:
    """Work out what a survey of this frame can find.

    Parameters
    ----------
    design : Design
        The frame.
    response : float or mapping
        The share that will answer: of all, or by role (``{"pol": 0.5, "tjm": 0.7}``).
    base : callable
        The fewest answers that the gate shows of a group: `kunskap.disclosure.Policy.base_for`.
    linked : float
        The share of the answers of a later wave that can be linked to the first by code; half to two thirds is usual.
    correlation : float
        Between a person's scores in two waves.
    spread : float
        Standard deviation of the mean score, 0–1.  Sixteen items that half the people know, with an alpha of .65, give
        0.2: Var = Σ p(1−p) / (1 − α(k−1)/k), divided by k².
    wanted : float
        The smallest difference between two means that matters; 0.1 is one question of ten.
    level, power : float
        Of the intervals (1 − level is the risk of finding what is not there), and of finding what is there.

    Returns
    -------
    Plan

    Raises
    ------
    KunskapError
        ``PLAN-01`` a response that is no share above 0, or that does not fit the frame's roles; ``PLAN-02`` another
        figure that is impossible; ``EST-02`` a level or power that is none.

    Notes
    -----
    Intervals have the finite-population correction, comparisons and changes do not (`kunskap.compare`).  Smallest
    differences: `smallest_difference`, `smallest_change`, `smallest_share_difference`.  The risk of being hidden takes
    each person to answer or not by themselves (binomial).

    Examples
    --------
    >>> population = pd.DataFrame({"role": "pol", "orgtype": "reg", "sex": ["k", "m"], "persons": [36, 41],
    ...                            "valid_from": "2014-11-01"})
    >>> found = plan(Design(population), response=0.5, base=lambda pairs: 7)
    >>> found.comparisons[["first", "n_first", "n_second", "mean"]].round(2).values.tolist()
    [['role=pol&sex=k', 18, 20, 0.19]]
    """
    checked_level(level)
    checked_level(power)
    roles = [str(role) for role in dict.fromkeys(design.population["role"].astype("str"))]
    rates = _rates(response, roles)
    _check_figures(linked=linked, correlation=correlation, spread=spread, wanted=wanted)
    expected = {"level": level, "power": power}
    found = {canonical_universe(group): _group(group, design, rates, base, spread, level) for group in _groups(design)}
    comparisons = [
        _compared(found[first], found[second], spread=spread, **expected) for first, second in _pairs(found, roles)
    ]
    one_role = len(roles) == 1
    changes = [
        {
            "group": name,
            "pairs": int(linked * row["n"]),
            "paired": smallest_change(int(linked * row["n"]), **expected) * spread * np.sqrt(2 * (1 - correlation)),
            "unpaired": smallest_difference(row["n"], row["n"], **expected) * spread,
        }
        for name, row in found.items()
        if name == "all" or (name in {f"role={role}" for role in roles} and not one_role)
    ]
    assumptions = {"response": rates, "linked": linked, "correlation": correlation, "spread": spread}
    return Plan(
        groups=pd.DataFrame(found.values()),
        comparisons=pd.DataFrame(comparisons, columns=COMPARED),
        changes=pd.DataFrame(changes),
        assumptions=assumptions | {"wanted": wanted} | expected,
    )


def _rates(response: float | Mapping[str, float], roles: Sequence[str]) -> dict[str, float]:
    """The response of each role."""
    rates = dict(response) if isinstance(response, Mapping) else dict.fromkeys(roles, response)
    wrong = [name for name, rate in rates.items() if name not in roles or not 0 < rate <= 1]
    wrong += [name for name in roles if name not in rates]
    if wrong:
        raise KunskapError(
            fault("PLAN-01", "response", role=name, value=rates.get(name, "–"), expected=", ".join(roles))
            for name in dict.fromkeys(wrong)
        )
    return rates


def _check_figures(**figures: float) -> None:
    limits = {"linked": (0, 1), "correlation": (-1, 0.999), "spread": (0.001, 0.5), "wanted": (0.001, 1)}
    wrong = [name for name, value in figures.items() if not limits[name][0] <= value <= limits[name][1]]
    if wrong:
        raise KunskapError(
            fault("PLAN-02", name, value=figures[name], low=limits[name][0], high=limits[name][1]) for name in wrong
        )


def _groups(design: Design) -> Iterator[Groups]:
    """The groups a report shows, of those the frame has anybody in."""
    table = design.population[design.population["persons"] > 0]
    for by in GROUPINGS:
        if not by:
            yield {}
            continue
        for levels in table[list(by)].astype("str").drop_duplicates().itertuples(index=False):
            yield dict(zip(by, levels, strict=True))


def _pairs(found: Mapping[str, object], roles: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Women and men, roles, and women and men within each role."""
    wanted = [("sex=k", "sex=m")] if len(roles) > 1 else []
    wanted += [(f"role={first}", f"role={second}") for first, second in pairwise(roles)]
    wanted += [(f"role={role}&sex=k", f"role={role}&sex=m") for role in roles]
    yield from ((first, second) for first, second in wanted if first in found and second in found)


def _group(
    group: Groups,
    design: Design,
    rates: Mapping[str, float],
    base: Callable[[Iterable[tuple[str, str]]], int],
    spread: float,
    level: float,
) -> dict[str, Any]:
    """One row of `Plan.groups`."""
    sizes = {role: design.size({"role": role, **group}) or 0 for role in rates if group.get("role", role) == role}
    persons = sum(sizes.values())
    n = round(sum(size * rates[role] for role, size in sizes.items()))
    fewest = base(group.items())
    low, high = wilson(n / 2, n, population=persons, level=level)
    half = -stdtrit(n - 1, (1 - level) / 2) * spread * np.sqrt((1 - n / persons) / n) if n > 1 else np.nan
    return {
        "group": canonical_universe(group),
        "persons": persons,
        "n": n,
        "base": fewest,
        "hidden": float(bdtr(fewest - 1, persons, n / persons)) if fewest <= persons else 1.0,
        "share": float(high - low) / 2,
        "mean": float(half),
    }


def _compared(
    first: Mapping[str, Any], second: Mapping[str, Any], *, spread: float, level: float, power: float
) -> dict[str, Any]:
    """One row of `Plan.comparisons`."""
    options = {"level": level, "power": power}
    return {
        "first": first["group"],
        "second": second["group"],
        "n_first": first["n"],
        "n_second": second["n"],
        "mean": _possible(smallest_difference(first["n"], second["n"], **options) * spread),
        "mean_if_all": _possible(smallest_difference(first["persons"], second["persons"], **options) * spread),
        "share": smallest_share_difference(first["n"], second["n"], **options),
    }


def _possible(difference: float) -> float:
    """Means of shares differ by 1 at most."""
    return difference if difference <= 1 else np.nan
