"""What is known too well, in everything that is shown about questions that hang together.

A world is one set of answers that agrees with all that is shown.  The rules speak of groups: all that can be named by
levels of the variables, and what one published cell leaves of another.  `n` is the group's people who reached the
question and `x` those who gave one answer.

- **alike**: in every world at most one of two or more people, or none of one, gave another answer.
- **secret**: where one cell alone is hidden because nearly all answered alike, at least two answers could be the one.
- **narrow**: n is known and below the base, and x lies in an interval narrower than the policy's width — or than n, or
  than what one safe shown group (enough people, not alike) leaves when it stands alone.
- **sum**: the same for the sum of a scale, that must be open by what one person can change; and no group may be known
  to have, but for one person's worth, all points or none.
- **insider**: with their own answer a respondent knows what all the others of a group answered, or the exact count
  in the rest of a group below the base, although one safe shown group alone leaves it open.

Worlds found so far settle most questions: two that differ enough prove that a figure is open.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from kunskap.disclosure.figures import Unit
from kunskap.disclosure.focus import RIGHT, Focus, Question
from kunskap.disclosure.intervals import weights_that_give
from kunskap.disclosure.people import People
from kunskap.disclosure.policy import Policy
from kunskap.disclosure.primary import COARSE, SECRET, near_unanimous
from kunskap.disclosure.system import System

__all__ = ["Auditor", "Leak"]

LITTLE = 1e-4
FIRST = 6
"""Worlds to begin with; of them spread out:"""
SPREAD = 3
TRIES = 20
"""Programmes spent on the insiders of one question in a report of many questions."""

Own = Mapping[int, float]


@dataclass(frozen=True)
class Leak:
    """What is known too well: the rule, the group, whether it is below the base, and the shown units that tell it."""

    rule: str
    group: np.ndarray
    few: bool
    tellers: frozenset[Unit]


class Auditor:
    """Looks for leaks in one focus, again and again while more is hidden."""

    def __init__(self, people: People, focus: Focus, *, policy: Policy, thorough: bool = True) -> None:
        self.people = people
        self.focus = focus
        self.policy = policy
        self.tries = np.inf if thorough else TRIES
        self.insiders = range(people.atoms) if thorough else np.flatnonzero(people.tiny).tolist()
        self.system = System(people, focus, thorough=thorough)
        self.member = people.groups.astype(float)

    def leaks(self, hidden: Mapping[Unit, str]) -> Iterator[Leak]:
        """What is known too well while the `hidden` units are hidden.

        Raises
        ------
        ContradictionError
            If no world agrees with what is shown.
        """
        system = self.system
        system.show(hidden)
        self.hidden = hidden
        self._safe: dict[str, list[tuple[int, float, np.ndarray]]] = {}
        if len(system.worlds) < FIRST:
            self._begin()
        for question in (*self.focus.questions, *self.focus.bins):
            yield from self._alike(question)
            yield from self._secret(question)
            yield from self._narrow(question)
        for sum_ in self.focus.sums:
            if sum_.outcome == RIGHT:
                yield from self._scale(sum_.outcome)
        for question in (*self.focus.questions, *self.focus.bins):
            yield from self._insiders(question)

    def _begin(self) -> None:
        """Worlds that differ: people spread out, more here or there, and some at far ends."""
        system = self.system
        answers = sum(columns[:, :-1].size for columns in system.answers.values())
        for turn in range(1, FIRST - SPREAD * system.is_crowd):
            ends = np.sin(np.arange(1, system.size + 1) * 12.9898 * turn)
            if answers and turn <= SPREAD:
                system.spread(1.0 + 0.9 * ends[:answers])
            else:
                system.most(ends)

    def _leak(self, rule: str, place: int, *forms: np.ndarray, own: Own | None = None) -> Leak:
        tellers = frozenset().union(*(self.system.tellers(form, own=own) for form in forms))
        group = self.people.groups[place]
        persons = self.system.worlds[:, self.system.persons][:, group].sum(axis=1)
        few = bool(self.people.sized[place] and persons.max() < self.people.bases[place])
        return Leak(rule, group, few, tellers)

    def _counts(self, question: Question, own: Own | None = None, places: np.ndarray | None = None) -> np.ndarray:
        """Counts per world, group and option; of some groups only."""
        columns = self.system.answers[question.subject][:, :-1]
        member = self.member if places is None else self.member[places]
        return np.asarray(member @ self.system.known(own)[:, columns])

    def _forms(self, question: Question, place: int, option: int) -> tuple[np.ndarray, np.ndarray]:
        group = self.people.groups[place]
        return self.system.base(question.subject, group), self.system.count(question.subject, option, group)

    def _reaches(self, form: np.ndarray, least: float, own: Own | None = None) -> bool:
        known = self.system.known(own)
        if len(known) and (known @ form).max() >= least - LITTLE:
            return True
        if self.system.bound(form, own=own) < least - LITTLE:
            return False
        return self.system.most(form, own=own) >= least - LITTLE

    def _is_open(self, form: np.ndarray, wanted: float, own: Own | None = None) -> bool:
        """Whether a form lies in no narrower interval than wanted."""
        values = self.system.known(own) @ form
        if len(values) and np.ptp(values) >= wanted - LITTLE:
            return True
        least = -self.system.bound(-form, own=own)
        if self.system.bound(form, own=own) - least < wanted - LITTLE:
            return False
        most = self.system.most(form, own=own)
        values = self.system.known(own) @ form
        if len(values) and most - values.min() >= wanted - LITTLE:
            return True
        return most - least >= wanted - LITTLE and most + self.system.most(-form, own=own) >= wanted - LITTLE

    def _is_known(self, form: np.ndarray, own: Own | None = None) -> bool:
        return not self._is_open(form, 2 * LITTLE, own)

    def _alike(self, question: Question) -> Iterator[Leak]:
        counts = self._counts(question)
        bases = counts.sum(axis=2, keepdims=True)
        others, fewest = (bases - counts).max(axis=0), bases.min(axis=0)
        reach = 4 if self.system.is_crowd else 2  # where parts of people make up two, whole people may not
        for place, option in np.argwhere((others < reach - LITTLE) & (fewest > others + LITTLE) & question.answers):
            base, count = self._forms(question, place, option)
            if others[place, option] < 2 - LITTLE and self._reaches(base - count, 2):
                continue
            most = round(self.system.most_of_whole_people(base - count))
            if most > 1:
                continue
            if not (self.policy.all_but_one if most else self.policy.unanimity):
                continue
            if not self._reaches(-base, -float(most)):
                yield self._leak("alike", place, base - count)

    def _secret(self, question: Question) -> Iterator[Leak]:
        """Hidden because nearly all answered alike: who knows that must not see that only one answer is possible."""
        gone = {cell: self.hidden.get((question.subject, cell)) for cell in question.counts}
        told_apart = [cell for cell, reason in gone.items() if reason and reason not in COARSE]
        if len(told_apart) > 1:
            return  # which of them is hidden for its own sake cannot be seen
        counts = self._counts(question)
        for cell in told_apart:
            if gone[cell] not in SECRET:
                continue
            inside = self.people.member[cell]
            place = int(np.flatnonzero((self.people.groups == inside).all(axis=1))[0])
            others = (counts.sum(axis=2, keepdims=True) - counts)[:, place].min(axis=0)
            closed = []
            for option in np.argsort(others, kind="stable"):
                base, count = self._forms(question, place, int(option))
                if others[option] > 1 + LITTLE and not self._reaches(count - base, -1):
                    closed.append(count - base)
            if len(question.options) - len(closed) < 2 and closed:
                yield self._leak("secret", place, *closed)

    def _narrow(self, question: Question) -> Iterator[Leak]:
        counts = self._counts(question)
        bases = counts.sum(axis=2)
        n = bases[0]
        small = (n >= 1) & (n < self.people.bases) & (np.ptp(bases, axis=0) < LITTLE) & self.people.sized
        wanted = np.minimum(float(self.policy.width), n)
        for place, option in np.argwhere(small[:, None] & (np.ptp(counts, axis=0) < wanted[:, None] - LITTLE)):
            base, count = self._forms(question, place, option)
            left = self._left(question, place, option, float(n[place]), float(wanted[place]))
            demanded = min(float(wanted[place]), left)
            if not self._is_open(count, demanded) and self._is_known(base):
                yield self._leak("narrow", place, count, -count)

    def _scale(self, outcome: str) -> Iterator[Leak]:
        parts = float(self.focus.parts)
        system = self.system
        everyone = np.ones(self.people.atoms, dtype=bool)
        n_of = system.worlds[:, system.persons] @ self.member.T
        atoms = np.array([system.sum_of(outcome, everyone & (np.arange(len(everyone)) == a)) for a in system.persons])
        sums = system.worlds @ atoms.T @ self.member.T
        least, most = n_of.min(axis=0), n_of.max(axis=0)
        for place in np.flatnonzero(least >= 1 - LITTLE).tolist():
            group, n = self.people.groups[place], float(least[place])
            total, persons = system.sum_of(outcome, group), system.form(system.persons, group)
            if most[place] - least[place] < LITTLE and n < self.people.bases[place]:
                wanted = parts if n > 1 else 1.0
                if np.ptp(sums[:, place]) < wanted - LITTLE:
                    demanded = min(wanted, self._left_of_sum(place, n, wanted))
                    if not self._is_open(total, demanded) and self._is_known(persons):
                        yield self._leak("sum", place, total, -total)
            if not self.policy.extremes:
                continue
            beyond = parts + 1 if most[place] > 2 else 1.0
            for lost, form in (
                (parts * n_of[:, place] - sums[:, place], parts * persons - total),
                (sums[:, place], total),
            ):
                if lost.max() >= beyond - LITTLE or self._reaches(form, beyond):
                    continue
                if self._reaches(-persons, -min(n - 1.0, 1.0)):
                    continue
                if self.system.most(form) < self._left_of_sum(place, n, beyond) - LITTLE:
                    yield self._leak("sum", place, form)

    def _insiders(self, question: Question) -> Iterator[Leak]:
        asked = np.array(
            [bool(name) and (question not in self.focus.bins or _is_one(name)) for name in question.options]
        )
        few = np.zeros((self.people.atoms, len(asked)), dtype=bool)
        few[self.insiders] = asked
        only = self._only(question) & asked
        yield from self._who_try(question, few & ~only, self._near(question))
        yield from self._who_try(question, only, np.ones((len(self.people.groups), len(asked)), dtype=bool))

    def _only(self, question: Question) -> np.ndarray:
        """Who may be the only one with an answer, atoms × options, in a group where all can tell that it is given once.

        They know what no other there said.
        """
        counts = self._counts(question)
        once = (np.ptp(counts, axis=0) < LITTLE) & (np.abs(counts[0] - 1) < LITTLE)
        return np.asarray(self.member.T @ once > 0)

    def _who_try(self, question: Question, who: np.ndarray, near: np.ndarray) -> Iterator[Leak]:
        columns = self.system.answers[question.subject]
        if self.system.is_crowd and not near.any():
            return
        begun = self.system.programme.asked
        for atom, option in np.argwhere(who).tolist():
            if self.system.programme.asked - begun > self.tries:
                return
            column = int(columns[atom, option])
            own = {column: 1.0, int(self.system.persons[atom]): 1.0}
            if not len(self.system.known(own)):
                self.system.most(self.system.form(columns[[atom], option]))
            if len(self.system.known(own)):
                is_rare = not self.system.is_crowd and self.system.worlds[:, column].max() < 2
                yield from self._insider(question, atom, option, own, np.ones_like(near) if is_rare else near)

    def _near(self, question: Question) -> np.ndarray:
        """The groups of which one own answer can tell all, if two people in the insider's place can have given it.

        The worlds with one of them are then at least half as wide as all worlds, because what lies between two worlds
        (in parts of people) is a world.
        """
        counts = self._counts(question)
        bases = counts.sum(axis=2, keepdims=True)
        others = (bases - counts).max(axis=0) < 4
        sized = self.people.sized & (bases[0, :, 0] <= self.people.bases)
        if self.system.is_crowd:
            others &= (self.people.ends[0] > LITTLE)[:, None]
        return others | ((np.ptp(counts, axis=0) < 2) & (np.ptp(bases, axis=0) < 2) & sized[:, None])

    def _insider(self, question: Question, atom: int, mine_is: int, own: Own, near: np.ndarray) -> Iterator[Leak]:
        places = np.flatnonzero(near.any(axis=1))
        inside = self.member[places][:, [atom]]
        mine = inside * (np.arange(len(question.options)) == mine_is)
        counts = self._counts(question, own, places) - mine
        bases = counts.sum(axis=2, keepdims=True)
        others, fewest = (bases - counts).max(axis=0), bases.min(axis=0)
        n = bases[0]
        same = (others < 1 - LITTLE) & (fewest >= 1 - LITTLE) & self.policy.unanimity & question.answers
        known = (n + inside < self.people.bases[places, None]) & (np.ptp(counts, axis=0) < 1 - LITTLE)
        known &= (np.ptp(bases, axis=0) < LITTLE) & (n >= 1 - LITTLE) & self.people.sized[places, None]
        for row, option in np.argwhere((same | known) & near[places]):
            place, gone, own_one = int(places[row]), float(inside[row, 0]), float(mine[row, option])
            base, count = self._forms(question, place, option)
            if not same[row, option] or self._reaches(base - count, 1 + gone - own_one, own):
                if not known[row, option]:
                    continue
                insider = atom, float(option == mine_is)
                if self._left(question, place, option, float(n[row, 0]), 1.0, insider) < 1 - LITTLE:
                    continue
                if self._is_open(count, 1, own) or not self._is_known(base, own):
                    continue
                yield self._leak("insider", place, count, -count, own=own)
            elif not self._reaches(-base, -gone, own):
                yield self._leak("insider", place, base - count, own=own)

    def _left(
        self,
        question: Question,
        place: int,
        option: int,
        n: float,
        below: float,
        insider: tuple[int, float] | None = None,
    ) -> float:
        """How open the worst safe group leaves a count when it stands alone; `n` if none leaves less than `below`."""
        group = self.people.groups[place]
        narrowest = n
        for where, whole, counts in self._safe_groups(question):
            other = self.people.groups[where]
            if where == place or not (group & other).any():
                continue
            part = counts[option]
            outside = self._outside(group & ~other, insider)
            if insider is not None and other[insider[0]]:
                whole, part = whole - 1, part - insider[1]
            left = min(n, part + outside) - max(0.0, n - outside - (whole - part))
            narrowest = min(narrowest, max(left, 0.0))
        return narrowest if narrowest < below - LITTLE else n

    def _left_of_sum(self, place: int, n: float, below: float) -> float:
        """The same for the sum over the scale's items, in points."""
        items = [question for question in self.focus.questions if RIGHT in question.options]
        if not items or len(items) < self.focus.parts:
            return n * self.focus.parts
        return float(sum(self._left(item, place, item.options.index(RIGHT), n, n) for item in items))

    def _outside(self, atoms: np.ndarray, insider: tuple[int, float] | None) -> float:
        """The most people there can be in some atoms, the insider not counted."""
        most = self.people.most(atoms) if atoms.any() else 0.0
        return max(most - float(insider is not None and atoms[insider[0]]), 0.0)

    def _safe_groups(self, question: Question) -> list[tuple[int, float, np.ndarray]]:
        """The groups whose counts are shown, or follow from shown ones, and may be: place, n and counts."""
        if question.subject not in self._safe:
            shown = [cell for cell in question.counts if (question.subject, cell) not in self.hidden]
            member = np.array([self.people.member[cell] for cell in shown], dtype=bool)
            counts = self._counts(question)
            found = []
            for place in np.flatnonzero(np.ptp(counts, axis=0).max(axis=1) < LITTLE):
                told, n = counts[0, place], float(counts[0, place].sum())
                if n < self.people.bases[place] or near_unanimous(told[question.answers], n, policy=self.policy):
                    continue
                if weights_that_give(member, self.people.groups[place]) is not None:
                    found.append((int(place), n, told))
            self._safe[question.subject] = found
        return self._safe[question.subject]


def _is_one(name: str) -> bool:
    """Whether a bin is of one number of points."""
    low, _, high = name.partition("-")
    return low == high
