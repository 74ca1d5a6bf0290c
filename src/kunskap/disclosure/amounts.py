"""Kronor: when one firm's amount shows through a sum, or through what is left of a sum.

A group can be large and still tell of one: if one of ten got nearly all, the sum is what that one got.  Two rules
that statistical offices use (Hundepool et al. 2012, *Statistical Disclosure Control*, ch. 4.2), with the limits of
``survey/policy.toml``:

- (1, k): the largest amount is more than `largest` of the sum;
- p %: what is left of the sum beside the two largest is less than `remainder` of the largest, so that the second
  largest, who knows its own amount, could work out the largest to within that.

The same holds for what is *left* of a shown sum when its shown parts are taken away (`dominated_rests`): two hidden
groups of which one is small tell of the large one.  Tested for one variable at a time.  Sums that can be combined
across several variables are tested for exact subtraction (`complementary`), not for how near one could come.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

import numpy as np

from kunskap.disclosure.figures import Cell, Figure, Unit, describe
from kunskap.disclosure.policy import AmountRules, Policy

__all__ = ["dominated_rests", "is_dominated", "shows_through"]

NEAR = 1e-6


def shows_through(amounts: Iterable[float], *, whole: float, rules: AmountRules) -> bool:
    """Whether the largest amount shows through a sum.

    Parameters
    ----------
    amounts : iterable of float
        At least the two largest behind the sum.
    whole : float
        The sum.
    rules : AmountRules
        The policy's.

    Examples
    --------
    Of 100, one has 60; or two have 48 and 47, and the second can work out the first to within 5 of 48.

    >>> rules = AmountRules(largest=0.5, remainder=0.15)
    >>> [shows_through(pair, whole=100, rules=rules) for pair in ((60, 10), (48, 47), (40, 30))]
    [True, True, False]
    """
    if whole <= NEAR:
        return False
    first, second = np.sort([*amounts, 0.0, 0.0])[::-1][:2]
    return bool(first > rules.largest * whole + NEAR or whole - first - second < rules.remainder * first - NEAR)


def is_dominated(figure: Figure, *, policy: Policy) -> bool:
    """Whether the largest amount behind a mean shows through it.

    Raises
    ------
    ValueError
        If the policy has no rules for amounts; `collect` has told that before.
    """
    if policy.amounts is None:
        raise ValueError("a policy without rules for amounts lets none be judged")
    return shows_through((figure.largest, figure.second), whole=_sum(figure), rules=policy.amounts)


def dominated_rests(figures: Iterable[Figure], hidden: Collection[Unit], *, policy: Policy) -> dict[Unit, str]:
    """The further units to hide so that no shown sum leaves a rest through which one amount shows.

    Parameters
    ----------
    figures : iterable of Figure
        From `collect`.
    hidden : collection of Unit
        What is hidden already.
    policy : Policy
        The rules.

    Returns
    -------
    dict
        For each such rest one more part to hide, the one with fewest firms; call again until there is none.
    """
    if policy.amounts is None:
        return {}
    told: dict[tuple[str, str, str], dict[Cell, Figure]] = {}
    for figure in figures:
        if figure.is_amount and figure.n > 0:
            told.setdefault((figure.subject, figure.statistic, figure.option), {}).setdefault(figure.cell, figure)
    further: dict[Unit, str] = {}
    for cells in told.values():
        for whole, parts in _divided(cells, _added_up(cells, hidden)):
            shown = [part for part in parts if part.about not in hidden]
            if whole.about in hidden or not shown or not _rest_tells(whole, parts, shown, policy.amounts):
                continue
            if further.keys().isdisjoint(part.about for part in parts):
                least = min(shown, key=lambda part: (part.n, describe(part.cell)))
                further[least.about] = "complement"
    return further


def _rest_tells(whole: Figure, parts: list[Figure], shown: list[Figure], rules: AmountRules) -> bool:
    left, n = _sum(whole) - sum(map(_sum, shown)), whole.n - sum(part.n for part in shown)
    if n < 1:
        return False
    gone = [part for part in parts if part not in shown]
    amounts = [amount for part in gone for amount in (part.largest, part.second)]
    if n > sum(part.n for part in gone):  # firms without a row of their own: as bad as it can be
        amounts += [min(whole.largest, left), max(min(whole.second, left - whole.largest), 0.0)]
    return shows_through(amounts, whole=left, rules=rules)


def _added_up(cells: Mapping[Cell, Figure], hidden: Collection[Unit]) -> dict[Cell, Figure]:
    """The cells, and those without a row that the shown parts of some division add up to: a reader adds too."""
    known = dict(cells)
    for parent in {cell - {pair} for cell in cells for pair in cell} - set(cells):
        for parts in _parts(parent, cells).values():
            if parent in known or any(part.about in hidden for part in parts):
                continue
            n, whole = sum(part.n for part in parts), sum(map(_sum, parts))
            second, largest = sorted(amount for part in parts for amount in (part.largest, part.second))[-2:]
            added = {"cell": parent, "n": n, "estimate": whole / n, "largest": largest, "second": second}
            known[parent] = replace(parts[0], **added)  # type: ignore[arg-type]
    return known


def _divided(cells: Mapping[Cell, Figure], known: Mapping[Cell, Figure]) -> Iterator[tuple[Figure, list[Figure]]]:
    """Each known cell with the cells that one variable divides it into."""
    for cell, figure in known.items():
        for parts in _parts(cell, cells).values():
            yield figure, parts


def _parts(cell: Cell, cells: Mapping[Cell, Figure]) -> dict[str, list[Figure]]:
    parts: dict[str, list[Figure]] = {}
    for other, part in cells.items():
        if len(other) == len(cell) + 1 and cell < other:
            ((variable, _),) = other - cell
            parts.setdefault(variable, []).append(part)
    return parts


def _sum(figure: Figure) -> float:
    return figure.n * figure.estimate
