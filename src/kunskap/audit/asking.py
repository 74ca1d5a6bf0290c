"""Questions to the worlds that agree with a release: how wide a figure is, and what safe groups say of it.

`kunskap.audit.breaches` defines what the answers are worth.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd

from kunskap.audit.attacker import Attacker
from kunskap.audit.known import Group
from kunskap.audit.solver import UnresolvedError

__all__ = ["LITTLE", "Asking", "TruthError"]

LITTLE = 1e-4
RIGHT = "right"


class TruthError(ValueError):
    """What is said to be the truth does not agree with what was published."""


class Asking:
    """Ask one release's worlds.

    Parameters
    ----------
    attacker : Attacker
    people : DataFrame or None
        The truth: one row per respondent, background variables and the items' options (missing: not reached).  It only
        chooses what to ask: what is not true can never be certain.  Without it any world that agrees with what was
        published does as well, because what is certain holds in that one too; an insider is then only somebody of whom
        it is certain that they are there.
    diverse : int
        Random worlds to start with; they settle most questions without a solver.
    rng : numpy Generator
    """

    def __init__(
        self, attacker: Attacker, people: pd.DataFrame | None, *, rng: np.random.Generator, diverse: int = 6
    ) -> None:
        self.attacker = attacker
        self.knows_truth = people is not None
        self.truth = attacker.find_world() if people is None else attacker.world(people)
        wrong = attacker.misfits(self.truth)
        if wrong:
            raise TruthError(f"the truth does not agree with what was published: constraints {wrong}")
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
        """All but a group, a table's rows or a published part of a group: as derivable, and no targets of their own."""
        everybody = frozenset().union(*(group.atoms for group in self.groups))
        named = {group.atoms for group in self.groups}
        for group in self.groups:
            if group.atoms != everybody and everybody - group.atoms not in named:
                yield Group(f"all but {group.label}", everybody - group.atoms)
        rests = {asked[-1] - listed for asked, listed in self.attacker.listed.items()}
        for rest in rests - {frozenset(), *named}:
            yield Group("the rest of a table", rest)
        told = {*named, *rests}
        for part in self.attacker.published:
            for group in self.groups:
                left = group.atoms - part
                if left and part & group.atoms and part & everybody <= group.atoms and left not in told:
                    told.add(left)
                    yield Group(f"{group.label} but a published group", left)

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

    def _is_said(self, option: str) -> bool:
        """Tell whether an option is an answer."""
        return option not in self.attacker.known.unsaid

    def _is_there(self, own: dict[int, float]) -> bool:
        """Tell whether somebody gave this answer; without the truth, whether that is certain."""
        if not all(self.truth[column] >= least for column, least in own.items()):
            return False
        if self.knows_truth:
            return True
        return all(not self._reaches(-form, 0) for form in np.eye(self.attacker.size)[list(own)])

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
            said = [
                value for value, option in zip(values, self._options(question), strict=True) if self._is_said(option)
            ]
            if n < attacker.base(group) or n - max(said) <= 1:
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
