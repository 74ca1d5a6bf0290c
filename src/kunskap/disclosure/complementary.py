"""Hide what would give the hidden: for each subject, until nothing that is shown narrows the rest too much.

`hanging` judges all that it can in one system; left for here are registers (where each count must reach the base, which
that system does not know of), means that are no sums over knowledge items (whose sums are taken as known to the last
decimal), and everything in a release of more groups than one system takes.

For every item the shown cells are a set of equations about the people in the pieces.  A target (see `targets_of`) is
safe when three things hold, whatever else is shown:

1. it is not a sum or difference of shown cells, if it is smaller than the base or hidden for its own sake;
2. no category is known to hold all, or all but one, of it; and where that is why it is hidden, at least two categories
   could be the one (who knows the policy knows that one of them is);
3. each of its counts could lie in an interval as wide as the policy demands — as far as the target and the counts of
   the groups around it reach: if one person of forty skipped the item, that is shown and cannot be made wider.

Of the cells that tell what they must not, the least is hidden (`covering`).  Which cells tell a width is not known,
only which are near: where widths are at stake a cheaper answer may be overlooked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy import optimize

from kunskap.disclosure.covering import Further, least_cover
from kunskap.disclosure.figures import Cell, Figure, Unit
from kunskap.disclosure.intervals import Reach, weights_that_give
from kunskap.disclosure.linked import ContradictionError, Measure, are_siblings, measures_of, with_parents
from kunskap.disclosure.pieces import Picture, Target, picture_of, targets_of
from kunskap.disclosure.policy import Policy
from kunskap.disclosure.primary import SECRET

__all__ = ["complements"]

NEAR = 1e-6
A_PERSON = 0.01


@dataclass(frozen=True)
class Breach:
    """What is known too well, which shown cells tell it, and the name of the rule."""

    target: Target
    tellers: tuple[Cell, ...]
    reason: str


def complements(
    figures: Iterable[Figure], hidden: Mapping[Unit, str], *, policy: Policy, count_base: bool = False
) -> Further:
    """The further units to hide, each with its reason: remainder, complement, width or limit.

    Parameters
    ----------
    figures : iterable of Figure
        From `collect`.
    hidden : mapping
        The units that are hidden for their own sake.
    policy : Policy
        The thresholds.
    count_base : bool
        Whether each count must also reach the base (registers).
    """
    subjects: dict[str, list[Figure]] = {}
    for figure in figures:
        if figure.is_direct:
            subjects.setdefault(figure.subject, []).append(figure)
    own: dict[str, dict[Cell, str]] = {}
    for (subject, cell), reason in hidden.items():
        own.setdefault(subject, {})[cell] = reason
    further: dict[Unit, str] = {}
    is_least = True
    for subject, rows in subjects.items():
        found, is_proved = _Subject(rows, own.get(subject, {}), policy, count_base).protect()
        further |= {(subject, cell): reason for cell, reason in found.items()}
        is_least &= is_proved
    return Further(further, is_least)


class _Subject:
    """One item or scale while its cells are judged."""

    def __init__(self, rows: list[Figure], own: Mapping[Cell, str], policy: Policy, count_base: bool) -> None:
        self.policy = policy
        self.count_base = count_base
        self.own = own
        self.rows = rows
        self.people: dict[Cell, float] = {}
        for row in rows:
            self.people[row.cell] = max(row.n, self.people.get(row.cell, 0.0))

    def protect(self) -> tuple[dict[Cell, str], bool]:
        """The cells to hide beside the `own` ones with the reasons, and whether they are proved to be the least."""
        free = [cell for cell in self.people if cell not in self.own]
        largest = max(self.people.values(), default=1.0)
        gone = [cell for cell, reason in self.own.items() if reason != "level"]
        price = {
            cell: self.policy.price(cell, is_alone=any(are_siblings(cell, other) for other in gone))
            + A_PERSON * self.people[cell] / largest
            for cell in free
        }
        self.reasons: dict[Cell, str] = {}
        try:
            self.measures = self._measures()
            cover = least_cover(price, self._tell, tries=self.policy.rounds)
        except ContradictionError:
            return self._only_the_coarsest(), False
        return {cell: self.reasons[cell] for cell in cover.units}, cover.is_least

    def _tell(self, cells: frozenset[Cell]) -> list[frozenset[Cell]]:
        """What tells each breach: for all subtractions, or where there is none for the first width.

        Raises
        ------
        ContradictionError
            If too much is known though nothing is shown.
        """
        found: list[frozenset[Cell]] = []
        for breach in self._breaches({**self.own, **dict.fromkeys(cells, "")}):
            if breach.reason == "width" and found:
                break
            if not breach.tellers:
                raise ContradictionError
            for cell in breach.tellers:
                is_rest = breach.reason == "complement" and breach.target.narrow and cell == breach.target.whole
                self.reasons[cell] = "remainder" if is_rest else self.reasons.get(cell, breach.reason)
            found.append(frozenset(breach.tellers))
        return found

    def _measures(self) -> list[tuple[Reach, frozenset[Cell]]]:
        """Who is told of at all, then each statistic: what one of them hides another must not give."""
        heads = Measure("people", True, False, self.people, {cell: np.zeros(0) for cell in self.people})
        measures = measures_of(self.rows)
        whole = [with_parents(heads, stretch=True), *(with_parents(measure) for measure in measures)]
        return [
            (Reach(measure, picture_of(measure, most=self.policy.pieces)), frozenset(own.n))
            for measure, own in zip(whole, [heads, *measures], strict=True)
        ]

    def _breaches(self, hidden: Mapping[Cell, str]) -> Iterator[Breach]:
        """What is known too well while the `hidden` cells are hidden; the cheap rule first."""
        judged = []
        for reach, told in self.measures:
            measure, picture = reach.measure, reach.picture
            shown = [cell for cell in picture.cells if cell in told and cell not in hidden]
            targets = targets_of(
                measure, picture, hidden=self.own, shown=set(shown), policy=self.policy, count_base=self.count_base
            )
            for target in targets:
                tellers = _tellers(target, picture, shown)
                if tellers is not None:
                    yield Breach(target, tellers, "complement")
            if measure.bounded and targets and shown:
                judged.append((reach, shown, targets))
        for reach, shown, targets in judged:
            for target in reach.narrow(shown, targets, partial(self._is_wide, reach)):
                yield Breach(target, self._around(target, reach.picture, shown), "width")

    def _is_wide(self, reach: Reach, target: Target, least: np.ndarray, most: np.ndarray) -> bool:
        nearly_all = max(1.0, target.n - 1)
        if (reach.measure.answers(least) >= nearly_all - NEAR).any():
            return False
        if target.secret and (most >= nearly_all - NEAR).sum() < 2:
            return False
        if not target.narrow:
            return True
        demanded = np.full(len(least), min(float(self.policy.width), target.n))
        member = reach.picture.member
        for cell, around in zip(reach.picture.cells, member, strict=True):
            n, counts = reach.measure.n[cell], reach.measure.counts[cell]
            if cell not in self.own and n > target.n + NEAR and not (target.pieces & ~around).any():
                demanded = np.minimum(demanded, np.minimum(counts, n - counts))
        return bool((most - least >= demanded - NEAR).all())

    def _around(self, target: Target, picture: Picture, shown: list[Cell]) -> tuple[Cell, ...]:
        near = [cell for cell in shown if (picture.member[picture.place[cell]] & target.pieces).any()]
        return tuple(near or shown)

    def _only_the_coarsest(self) -> dict[Cell, str]:
        """Nothing could be proved: only the total stays, and only if nothing small or alike hides in it."""
        total: Cell = frozenset()
        n = self.people.get(total, 0.0)
        calm = not SECRET & set(self.own.values()) and all(
            n - self.people[cell] >= self.policy.base for cell in self.own if cell != total
        )
        kept = {total} if calm else set()
        return {cell: "limit" for cell in self.people if cell not in self.own and cell not in kept}


def _tellers(target: Target, picture: Picture, shown: list[Cell]) -> tuple[Cell, ...] | None:
    """The shown cells that add up to a target: if possible within the cell that it is a part of; None if none do."""
    everywhere = np.ones(picture.member.shape[1], dtype=bool)
    nearby = everywhere if target.whole is None else picture.member[picture.place[target.whole]]
    for place in (nearby, everywhere):
        cells = [cell for cell in shown if not (picture.member[picture.place[cell]] & ~place).any()]
        member = picture.member[[picture.place[cell] for cell in cells]]
        weights = weights_that_give(member, target.pieces)
        if weights is not None:
            weights = _few_of(weights, member, target.pieces)
            return tuple(cell for cell, weight in zip(cells, weights, strict=True) if abs(weight) > NEAR)
        if place is everywhere:
            break
    return None


def _few_of(weights: np.ndarray, member: np.ndarray, pieces: np.ndarray) -> np.ndarray:
    """Weights with which cells add up to the same and of which few are not 0: those of the least sum."""
    ways = np.concatenate([member, -1.0 * member])
    solved = optimize.linprog(np.ones(len(ways)), A_eq=ways.T, b_eq=pieces.astype(float), bounds=(0, None))
    if solved.status != 0:
        return weights
    more, less = np.split(solved.x, 2)
    return np.asarray(more - less)
