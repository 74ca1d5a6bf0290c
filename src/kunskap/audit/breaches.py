"""What counts as a breach, and the search for breaches in a release.

A world is a set of answers that agrees with everything published (`worlds.Worlds`).  The auditor may know the truth and
uses it only to choose what to ask: what is not true can never be certain.  Every answer comes from the worlds alone.

Groups are all that can be named: products of sets of levels (``role=pol``, ``sex=k+m`` …) and differences of published
groups.  ``n`` is the group's people with an answer to the item, ``x`` those who gave the option.  The breaches:

``pinned`` (a)
    1 ≤ n < base, n is known, and the interval of x over all worlds is narrower than the smallest of the
    policy's width, n, and the interval that safe published (or exactly derivable) groups leave, each taken by itself:
    max(0, n − o − (N − X)) … min(n, X + o), where o of the group's people may be outside the safe group.  What a safe
    figure says by itself the policy accepted by showing it.  Everybody but a group that can be named is derivable
    too, and so are those that a table leaves out and what a published group leaves of one that can be named.
``unanimous`` (b)
    In every world n − x = 0 and n ≥ 1: everybody gave that answer.  A group of any size.
``all but one`` (b)
    In every world n − x ≤ 1 and n ≥ 2.
``mean`` (c)
    1 ≤ n < base, n is known, and the sum of the group's scores cannot move by what one person can change (1; of a
    group of one: by one item), although one safe group alone would let it.
``extreme`` (c)
    In every world the scale's mean is 1 or 0, or so near that one person makes the difference: at most one
    person's whole score is missing in (or makes up) the sum, n ≥ 3; nothing at all for n = 1 or 2.
``insider`` (d)
    A respondent adds their own answer: the rest of some group (the group without that person) has at least one
    person and certainly gave one and the same answer, or it is a rest of a small group of known size whose count is
    known exactly although safe groups, without that person and each taken by itself, would leave it open.  The insider
    knows where they themselves stand, and so who may be outside a safe group: what is learnt of places is no breach.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

import numpy as np
import pandas as pd

from kunskap.audit.asking import LITTLE, Asking
from kunskap.audit.attacker import Attacker
from kunskap.audit.known import Group, Known

__all__ = ["Audit", "Breach", "audit", "told"]


@dataclass(frozen=True)
class Breach:
    """One thing that is known and should not be."""

    kind: str
    group: str
    question: str
    option: str
    low: float
    high: float
    truth: float
    n: int
    insider: str = ""

    def __str__(self) -> str:
        own = f", own answer {self.insider}" if self.insider else ""
        span = f"known to lie in {self.low:.3g}…{self.high:.3g}, truth {self.truth:.3g}"
        return f"{self.kind}: {self.question}={self.option} in [{self.group}] (n={self.n}) {span}{own}"


class Audit(Asking):
    """Search one release for breaches; takes what `Asking` takes."""

    def search(self) -> Iterator[Breach]:
        """Find breaches one by one, the plainest first."""
        known = set()
        for breach in [self._unanimity, self._pinned, self._scales]:
            for found in breach():
                known.add((found.group, found.question, found.option))
                yield found
        for found in self._insiders():
            if (found.group, found.question, found.option) not in known:
                yield found

    def _unanimity(self) -> Iterator[Breach]:
        for item in self._counted:
            truth = self._counts(item, self.truth[None])[0]
            n_of = truth.sum(axis=1, keepdims=True)
            counts = self._counts(item, self.attacker.worlds)
            most_others = (counts.sum(axis=2, keepdims=True) - counts).max(axis=0)
            others = n_of - truth
            asked = [self._is_said(option) for option in self._options(item)]
            asked = asked & (n_of >= 1) & (others <= 1) & (others < n_of) & (most_others < np.where(n_of > 1, 2, 1))
            for place, index in np.argwhere(asked):
                yield from self._nearly_all(self.groups[place], item, self._options(item)[index])

    def _nearly_all(self, group: Group, item: str, option: str) -> Iterator[Breach]:
        base = self.attacker.answered(group.atoms, item)
        others = base - self._form(group, item, option)
        n = round(self._at_truth(base))
        if self._reaches(others, 2 if n > 1 else 1):
            return
        most = round(self._ask(others))
        if self._reaches(-base, -float(most)):
            return  # perhaps nobody is there, or one only: then the words say nothing
        kind = "all but one" if most else "unanimous"
        yield Breach(kind, group.label, item, option, n - most, n, self._at_truth(base - others), n)

    def _pinned(self) -> Iterator[Breach]:
        width = self.attacker.known.width
        for item in self._counted:
            n_of = self._counts(item, self.truth[None])[0].sum(axis=1)
            small = (n_of >= 1) & (n_of < self._bases)
            counts = self._counts(item, self.attacker.worlds)
            small &= np.ptp(counts.sum(axis=2), axis=0) == 0  # else the size is not known
            asked = small[:, None] & (np.ptp(counts, axis=0) < np.minimum(width, n_of)[:, None])
            for place, index in np.argwhere(asked):
                group, option = self.groups[place], self._options(item)[index]
                yield from self._narrow("pinned", group, item, option, float(min(width, n_of[place])))

    def _scales(self) -> Iterator[Breach]:
        for scale in self.attacker.measured:
            step = 1 / len(self.attacker.known.scales[scale])
            for group in self.groups:
                n = self._at_truth(self.attacker.people(group.atoms))
                if 1 <= n < self.attacker.base(group):
                    yield from self._narrow("mean", group, scale, "", 1.0 if n > 1 else step)
                if n >= 1:
                    yield from self._extremes(group, scale, step)

    def _narrow(self, kind: str, group: Group, question: str, option: str, wanted: float) -> Iterator[Breach]:
        base, form = self.attacker.base_of(group.atoms, question), self._form(group, question, option)
        n = round(self._at_truth(base))
        if np.ptp(self.attacker.worlds @ base) > LITTLE:
            return  # the size is not known
        seen = float(np.ptp(self.attacker.worlds @ form))  # what is open for certain, before any solving
        if seen >= wanted - LITTLE:
            return
        low, high = self._span(form, wanted)
        if high - low >= wanted - LITTLE or not self._is_known(base):
            return
        if high - low >= self._inherent(group, question, option, n, wanted) - LITTLE:
            return
        per = n if kind == "mean" else 1
        yield Breach(kind, group.label, question, option, low / per, high / per, self._at_truth(form) / per, n)

    def _extremes(self, group: Group, scale: str, step: float) -> Iterator[Breach]:
        people, score = self.attacker.people(group.atoms), self.attacker.score(group.atoms, scale)
        n = round(self._at_truth(people))
        beyond = 1 + step if n > 2 else step  # the first sum that is not extreme
        for option, lost in (("all right", people - score), ("none right", score)):
            if option == "none right" and scale in self.attacker.known.lenient:
                continue
            truth = self._at_truth(lost)
            if truth > beyond - LITTLE or self._reaches(lost, beyond):
                continue
            most = self._ask(lost)
            if self._inherent(group, scale, "", n, beyond) <= most + LITTLE or self._reaches(
                -people, -min(n - 1.0, 1.0)
            ):
                continue
            yield Breach("extreme", group.label, scale, option, 0.0, most, truth, n)

    def _insiders(self) -> Iterator[Breach]:
        for item in self._counted:
            for atom in range(len(self.attacker.atoms)):
                for option in self._options(item):
                    own = self.attacker.own(atom, item, option)
                    if self._is_there(own):
                        yield from self._insider(item, atom, option, own)

    def _insider(self, item: str, atom: int, own_option: str, own: dict[int, float]) -> Iterator[Breach]:
        inside = self._member[:, [atom]]
        mine = inside * (np.array(self._options(item)) == own_option)
        counts = self._counts(item, self._worlds(own)) - mine
        truth = self._counts(item, self._worlds(own)[:1])[0] - mine
        n_of = truth.sum(axis=1, keepdims=True)
        small = n_of + inside < self._bases[:, None]
        most_others = (counts.sum(axis=2, keepdims=True) - counts).max(axis=0)
        same = (truth == n_of) & (most_others < 1) & [self._is_said(option) for option in self._options(item)]
        known = small & (truth < n_of) & (np.ptp(counts, axis=0) < 1)
        known &= np.ptp(counts.sum(axis=2, keepdims=True), axis=0) == 0
        name = "&".join([*self.attacker.atoms[atom].values(), own_option])
        for place, index in np.argwhere((n_of >= 1) & (same | known)):
            group, option = self.groups[place], self._options(item)[index]
            gone = float(inside[place, 0]), float(mine[place, index])
            base, form = self.attacker.answered(group.atoms, item), self._form(group, item, option)
            if same[place, index] and self._reaches(base - form, 1 + gone[0] - gone[1], own):
                continue
            if known[place, index]:
                low, high = self._span(form, 1, own)
                if high - low >= 1 - LITTLE or not self._is_known(base, own):
                    continue
                insider = atom, float(own_option == option)
                if self._inherent(group, item, option, n_of[place, 0], 1, insider, own) < 1 - LITTLE:
                    continue
            if not self._reaches(-base, -gone[0], own):  # certainly somebody else is there
                value = float(truth[place, index])
                n = int(n_of[place, 0])
                yield Breach("insider", group.label, item, option, value, value, value, n, name)


def told(breaches: Iterable[Breach]) -> str:
    """Return breaches as text, one per line."""
    return "\n".join(str(breach) for breach in breaches)


def audit(
    tables: Mapping[str, pd.DataFrame],
    known: Known,
    people: pd.DataFrame | None,
    *,
    seed: int = 0,
    most: int | None = None,
) -> tuple[list[Breach], list[str]]:
    """Attack one release question by question, or all at once where a scale ties them.

    Parameters
    ----------
    tables : mapping
        Published tables.
    known : Known
    people : DataFrame or None
        The truth; None where it is not known.
    seed : int
        Of the random worlds that settle most questions; the outcome does not depend on it.
    most : int, optional
        Stop after so many breaches.

    Returns
    -------
    tuple of lists
        Breaches, and what the solver could not settle in time.
    """
    found: list[Breach] = []
    unresolved: list[str] = []
    for question in Attacker.alone(tables, known):
        search = Audit(Attacker(tables, known, only=question), people, rng=np.random.default_rng(seed))
        found += islice(search.search(), None if most is None else most - len(found))
        unresolved += search.unresolved
    return found, unresolved
