"""What counts as a breach, and the search for breaches in a release.

A world is a set of answers that agrees with everything published (`worlds.Worlds`).  The auditor knows the truth and
uses it only to choose what to ask: what is not true can never be certain.  Every answer comes from the worlds alone.

Groups are all that can be named: products of sets of levels (``role=pol``, ``sex=k+m`` …) and differences of published
groups.  ``n`` is the group's people with an answer to the item, ``x`` those who gave the option.  The breaches:

``pinned`` (a)
    1 ≤ n < base, n is known, and the interval of x over all worlds is narrower than the smallest of the
    policy's width, n, and the interval that safe published (or exactly derivable) groups leave, each taken by itself:
    max(0, n − o − (N − X)) … min(n, X + o), where o of the group's people may be outside the safe group.  What a safe
    figure says by itself the policy accepted by showing it.  Everybody but a group that can be named is derivable
    too, and so are those that a table leaves out.
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
from attacker import Attacker
from solver import UnresolvedError
from worlds import Group, Known

LITTLE = 1e-4
RIGHT = "right"


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


class Audit:
    """Search one release for breaches.

    Parameters
    ----------
    attacker : Attacker
    people : DataFrame
        The truth: one row per respondent, background variables and the items' options (missing: not reached).
    diverse : int
        Random worlds to start with; they settle most questions without a solver.
    rng : numpy Generator
    """

    def __init__(self, attacker: Attacker, people: pd.DataFrame, *, rng: np.random.Generator, diverse: int = 6) -> None:
        self.attacker = attacker
        self.truth = attacker.world(people)
        wrong = attacker.misfits(self.truth)
        if wrong:
            raise ValueError(f"the truth does not agree with what was published: constraints {wrong}")
        self.unresolved: list[str] = []
        self._safe: dict[tuple[frozenset[int], str], bool] = {}
        self._atoms = range(len(attacker.atoms))
        self._everybody = attacker.people(self._atoms)
        self._adds_up = attacker.known.complete and attacker.known.linked and not attacker.known.apart
        self._counted = attacker.counted
        attacker.remember(self.truth)
        for _ in range(diverse):
            self._ask(rng.normal(size=attacker.size) * attacker.whole)
        self.groups = self._peopled(attacker.groups())
        self._member = np.zeros((len(self.groups), len(attacker.atoms)))
        for place, group in enumerate(self.groups):
            self._member[place, sorted(group.atoms)] = 1
        self._tellers = [*self.groups, *self._all_but()]
        self._told_of = np.zeros((len(self._tellers), len(attacker.atoms)))
        for place, group in enumerate(self._tellers):
            self._told_of[place, sorted(group.atoms)] = 1
        self._bases = np.array([attacker.base(group) for group in self.groups])

    def _peopled(self, groups: Iterable[Group]) -> list[Group]:
        """Groups without the atoms that are certainly empty; those that then are the same, once."""
        atoms = range(len(self.attacker.atoms))
        peopled = {atom for atom in atoms if self._reaches(self.attacker.people([atom]), 1)}
        kept: dict[frozenset[int], Group] = {}
        for group in groups:
            if group.atoms & peopled:
                kept.setdefault(group.atoms & peopled, Group(group.label, group.atoms & peopled))
        return list(kept.values())

    def _all_but(self) -> Iterator[Group]:
        """Everybody but a group, or but a table's rows: as exactly derivable as they are, and no target of its own."""
        everybody = frozenset().union(*(group.atoms for group in self.groups))
        named = {group.atoms for group in self.groups}
        for group in self.groups:
            if group.atoms != everybody and everybody - group.atoms not in named:
                yield Group(f"all but {group.label}", everybody - group.atoms)
        rests = {asked[-1] - listed for asked, listed in self.attacker.listed.items()}
        for rest in rests - {frozenset(), *named}:
            yield Group("the rest of a table", rest)

    def _ask(self, form: np.ndarray, own: dict[int, float] | None = None) -> float:
        """Largest value over all worlds; where the solver gives up, the largest that a known world shows."""
        try:
            return self.attacker.most(form, at_least=own)
        except UnresolvedError as reason:
            self.unresolved.append(str(reason))
            return float(np.max(self._worlds(own) @ form))

    def _worlds(self, own: dict[int, float] | None = None) -> np.ndarray:
        return self.attacker.having(own)

    def _bound(self, form: np.ndarray, own: dict[int, float] | None = None) -> float:
        try:
            return self.attacker.bound(form, at_least=own)
        except UnresolvedError:
            return float(np.inf)

    def _reaches(self, form: np.ndarray, least: float, own: dict[int, float] | None = None) -> bool:
        """Tell whether some world lets a form reach a value."""
        if np.max(self._worlds(own) @ form) >= least - LITTLE:
            return True
        if self._bound(form, own) < least - LITTLE:
            return False
        return self._ask(form, own) >= least - LITTLE

    def _is_known(self, form: np.ndarray, own: dict[int, float] | None = None) -> bool:
        """Tell whether a form is the same in all worlds."""
        low, high = self._span(form, 2 * LITTLE, own)  # more than the solver's blur, or one known world settles it
        return high - low < LITTLE

    def _span(self, form: np.ndarray, wanted: float, own: dict[int, float] | None = None) -> tuple[float, float]:
        """Interval of a form; not the whole of it where a part is already as wide as wanted."""
        values = self._worlds(own) @ form
        if values.max() - values.min() >= wanted - LITTLE:
            return float(values.min()), float(values.max())
        high = self._ask(form, own)
        low = float((self._worlds(own) @ form).min())
        if high - low >= wanted - LITTLE:
            return low, high
        return -self._ask(-form, own), high

    def _at_truth(self, form: np.ndarray) -> float:
        return float(form @ self.truth)

    def _options(self, item: str) -> tuple[str, ...]:
        return self.attacker.options(item)

    def _is_safe(self, group: Group, question: str) -> bool:
        """Tell whether a larger group's figures are known to all and fit to be shown."""
        key = (group.atoms, question)
        if key not in self._safe:
            self._safe[key] = self._find_safe(group, question)
        return self._safe[key]

    def _find_safe(self, group: Group, question: str) -> bool:
        attacker = self.attacker
        if question in self._counted:
            counts = [attacker.count(group.atoms, question, option) for option in self._options(question)]
            values = [self._at_truth(form) for form in counts]
            n = sum(values)
            if n < attacker.base(group) or n - max(values) <= 1:
                return False
        else:
            n = self._at_truth(attacker.people(group.atoms))
            counts = [attacker.score(group.atoms, question), attacker.people(group.atoms)]
            if n < attacker.base(group):
                return False
        loose = [0.0 if question in self._counted else attacker.known.mean_step * n + LITTLE, 0.0]
        for place, form in enumerate(counts):
            most = loose[min(place, 1)] if question not in attacker.items else 0.0
            low, high = self._span(form, most + 2 * LITTLE)
            if high - low > most + LITTLE:
                return False
        return True

    def _inherent(
        self,
        group: Group,
        question: str,
        option: str,
        n: float,
        below: float,
        insider: tuple[int, float] | None = None,
        own: dict[int, float] | None = None,
    ) -> float:
        """Width that the worst safe group leaves when its figure alone is known; `n` if none leaves less than `below`.

        An insider (their atom, and 1 if the option is theirs; `own` is what they know) takes their own answer out of
        the safe group first, and knows where they themselves stand.
        """
        whole, part = self._figures(question, option)
        mine = 0.0 if insider is None else self._told_of[:, insider[0]]
        whole, part = whole - mine, part - (insider[1] if insider else 0.0) * mine
        inside = np.zeros(len(self.attacker.atoms))
        inside[sorted(group.atoms)] = 1
        apart = (inside > 0) & (self._told_of == 0)
        people = self._worlds(own)[:, : len(self.attacker.atoms)]
        most = (people @ apart.T).max(axis=0)  # outside the safe group, as far as the known worlds tell
        if insider is not None:
            most = np.maximum(most - apart[:, insider[0]], 0)
        widths = np.minimum(n, part + most) - np.maximum(0, n - most - (whole - part))
        for place in np.argsort(widths, kind="stable"):
            if widths[place] >= below - LITTLE:
                break
            other = self._tellers[place]
            if other.atoms == group.atoms or not other.atoms & group.atoms or not self._is_safe(other, question):
                continue
            outside = self._outside(group.atoms - other.atoms, own)
            if insider is not None and apart[place, insider[0]]:
                outside = max(outside - 1, 0.0)
            left = min(n, part[place] + outside) - max(0.0, n - outside - (whole[place] - part[place]))
            if left < below - LITTLE:
                return max(float(left), 0.0)
        items = self.attacker.known.scales.get(question, ())
        if insider is None and self._adds_up and items and all(RIGHT in self._options(item) for item in items):
            return min(n, sum(self._inherent(group, item, RIGHT, n, n) for item in items) / len(items))
        return n

    def _outside(self, atoms: frozenset[int], own: dict[int, float] | None) -> float:
        """How many people there are at most in these atoms."""
        return self._ask(self.attacker.people(atoms), own) if atoms else 0.0

    def _figures(self, question: str, option: str) -> tuple[np.ndarray, np.ndarray]:
        """True base and count (or sum) of every group that could tell."""
        if question in self._counted:
            columns = self.attacker.columns
            counts = [
                self._told_of @ sum(self.truth[part] for part in columns(question, each))
                for each in self._options(question)
            ]
            return np.sum(counts, axis=0), counts[self._options(question).index(option)]
        people, score = (self.truth[form > 0] for form in (self._everybody, self.attacker.score(self._atoms, question)))
        return self._told_of @ people, self._told_of @ score

    def _form(self, group: Group, question: str, option: str) -> np.ndarray:
        if question in self._counted:
            return self.attacker.count(group.atoms, question, option)
        return self.attacker.score(group.atoms, question)

    def _counts(self, item: str, worlds: np.ndarray) -> np.ndarray:
        """Counts per world, group and option of one item."""
        columns = self.attacker.columns
        per_option = [sum(worlds[:, part] for part in columns(item, option)) for option in self._options(item)]
        per_atom = np.stack(per_option, axis=-1)
        return np.einsum("wao,ga->wgo", per_atom, self._member)

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
            asked = (n_of >= 1) & (others <= 1) & (others < n_of) & (most_others < np.where(n_of > 1, 2, 1))
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
                    if all(self.truth[column] >= least for column, least in own.items()):
                        yield from self._insider(item, atom, option, own)

    def _insider(self, item: str, atom: int, own_option: str, own: dict[int, float]) -> Iterator[Breach]:
        inside = self._member[:, [atom]]
        mine = inside * (np.array(self._options(item)) == own_option)
        counts = self._counts(item, self._worlds(own)) - mine
        truth = self._counts(item, self.truth[None])[0] - mine
        n_of = truth.sum(axis=1, keepdims=True)
        small = n_of + inside < self._bases[:, None]
        most_others = (counts.sum(axis=2, keepdims=True) - counts).max(axis=0)
        same = (truth == n_of) & (most_others < 1)
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
                yield Breach("insider", group.label, item, option, value, value, value, int(n_of[place, 0]), name)


def told(breaches: Iterable[Breach]) -> str:
    """Return breaches as text, one per line."""
    return "\n".join(str(breach) for breach in breaches)


def audit(
    tables: Mapping[str, pd.DataFrame], known: Known, people: pd.DataFrame, *, seed: int = 0, most: int | None = None
) -> tuple[list[Breach], list[str]]:
    """Attack one release question by question, or all at once where a scale ties them.

    Parameters
    ----------
    tables : mapping
        Published tables.
    known : Known
    people : DataFrame
        The truth.
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
