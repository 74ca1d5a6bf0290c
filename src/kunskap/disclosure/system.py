"""Everything shown about questions that hang together, as one set of equations over whole numbers of people.

A scale is a sum over items, and the reader knows of which: what is hidden about an item may follow from the scale and
the other items, and what is hidden about the scale from the items.  Here they stand together.  The unknowns are, for
every atom of people, how many there are, how many gave each answer to each question in focus, and the sum of the scale
over the items that are not in focus.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy import optimize, sparse

from kunskap.disclosure.figures import Unit
from kunskap.disclosure.focus import PARTLY, RIGHT, Focus, Question, Sum
from kunskap.disclosure.linked import ContradictionError
from kunskap.disclosure.patterns import has_patterns, say_patterns
from kunskap.disclosure.people import People
from kunskap.disclosure.solver import SECONDS, Programme

__all__ = ["Rows", "System"]

EXACT = 1e-6
SLACK = 1e-5
PART = 1e-4
LITTLE = 1e-4
CROWD = 150
"""With more people than this, or a scale of many items, parts of people count as people: quicker, nearly as narrow."""
ROOM = 4.0


@dataclass
class Rows:
    """Linear forms with their limits, and the shown units that tell them."""

    forms: list[np.ndarray] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    tellers: list[tuple[Unit, ...]] = field(default_factory=list)

    def say(self, form: np.ndarray, low: float, high: float, *tellers: Unit) -> None:
        """Add a form, its limits and who tells it."""
        self.forms.append(form)
        self.low.append(low)
        self.high.append(high)
        self.tellers.append(tellers)


class System:
    """The equations of one focus; `show` says which units are shown, and the worlds that were found stay.

    Attributes
    ----------
    worlds : array, worlds × unknowns
        Whole-number answers that agree with all that is shown.
    """

    def __init__(self, people: People, focus: Focus, *, thorough: bool = True) -> None:
        self.people = people
        self.focus = focus
        self.size = people.atoms
        self.persons = np.arange(people.atoms)
        self.answers = {
            question.subject: self._columns(len(question.options) + 1).T  # the last: who did not reach it
            for question in (*focus.questions, *focus.bins)
        }
        self.rest = {sum_.outcome: self._columns(1)[0] for sum_ in focus.sums}
        self.loose = self._columns(2) if focus.sums else np.zeros((2, people.atoms), dtype=int)
        self.partly, self.missed, self.outside = (
            self._columns(3) if focus.sums else np.zeros((3, people.atoms), dtype=int)
        )
        is_told = all(
            abs(people.n[cell] - counts.sum()) < EXACT
            for question in (*focus.questions, *focus.others, *focus.bins)
            for cell, counts in question.counts.items()
        )
        self.has_patterns = is_told and has_patterns(focus)
        self.patterns = self._columns(focus.parts + 1) if self.has_patterns else np.zeros((0, people.atoms), dtype=int)
        self.whole = np.ones(self.size)
        for columns in (*self.rest.values(), *self.loose, self.partly, self.missed, self.outside) if focus.sums else ():
            self.whole[columns] = 0
        is_scale = self.has_patterns and not focus.questions
        is_many = not thorough or bool(focus.others) or max(people.n.values(), default=0.0) > CROWD
        self.is_crowd = is_many and not is_scale
        self.counted = self.whole.copy()
        if self.is_crowd:
            self.whole[:] = 0
        self._found = np.zeros((0, self.size))
        self.worlds = self._found
        self._latest: tuple[Mapping[int, float], int, np.ndarray] | None = None

    def _columns(self, times: int) -> np.ndarray:
        start, self.size = self.size, self.size + times * self.people.atoms
        return np.arange(start, self.size).reshape(times, self.people.atoms)

    def form(self, columns: np.ndarray, atoms: np.ndarray | None = None, weight: float = 1.0) -> np.ndarray:
        """The sum of unknowns, one per atom, over a group."""
        form = np.zeros(self.size)
        form[columns if atoms is None else columns[atoms]] = weight
        return form

    def count(self, subject: str, place: int, atoms: np.ndarray) -> np.ndarray:
        """How many of a group gave an option."""
        return self.form(self.answers[subject][:, place], atoms)

    def base(self, subject: str, atoms: np.ndarray) -> np.ndarray:
        """How many of a group reached a question."""
        return self.form(self.answers[subject][:, :-1], atoms)

    def sum_of(self, outcome: str, atoms: np.ndarray) -> np.ndarray:
        """The sum over items (not their mean) of one outcome in a group."""
        total = self.form(self.rest[outcome], atoms)
        total += self.form(self.loose[0], atoms) - self.form(self.loose[1], atoms)
        if outcome == RIGHT:
            total += self.form(self.partly, atoms)
        for question in self.focus.questions:
            if outcome in question.options:
                total += self.count(question.subject, question.options.index(outcome), atoms)
        return total

    def show(self, hidden: Collection[Unit]) -> None:
        """Take up what is shown while the `hidden` units are not."""
        rows = Rows()
        self._say_people(rows)
        for question in (*self.focus.questions, *self.focus.bins):
            self._say_question(rows, question, hidden)
        for sum_ in self.focus.sums:
            self._say_sum(rows, sum_, hidden)
        if self.focus.sums:
            self._say_outcomes(rows)
            self._say_loose(rows)
            self._say_bins(rows)
        if self.has_patterns:
            say_patterns(self, rows, hidden)
        self.rows = rows
        self.matrix = sparse.csr_matrix(np.array(rows.forms))
        self.low, self.high = np.array(rows.low), np.array(rows.high)
        self.programme = Programme(self.matrix, self.low, self.high, self.counted)
        self.worlds, self._latest = self._found[self._fits(self._found)], None
        if not len(self.worlds):
            self.most(np.zeros(self.size))
        if not len(self.worlds):
            raise ContradictionError

    def _say_people(self, rows: Rows) -> None:
        for cell, n in self.people.n.items():
            rows.say(self.form(self.persons, self.people.member[cell]), n, n)

    def _say_question(self, rows: Rows, question: Question, hidden: Collection[Unit]) -> None:
        columns = self.answers[question.subject]
        for atom in range(self.people.atoms):
            rows.say(self.form(columns[atom]) - self.form(self.persons[[atom]]), 0.0, 0.0)
        for cell, counts in question.counts.items():
            inside = self.people.member[cell]
            missed = self.people.n[cell] - counts.sum()
            rows.say(self.form(columns[:, -1], inside), missed, missed)
            if (question.subject, cell) not in hidden:
                for place, count in enumerate(counts):
                    rows.say(self.form(columns[:, place], inside), count, count, (question.subject, cell))

    def _say_sum(self, rows: Rows, sum_: Sum, hidden: Collection[Unit]) -> None:
        everyone = np.ones(self.people.atoms, dtype=bool)
        unseen = self.focus.parts - len(self.focus.questions)
        for atom in range(self.people.atoms):
            one = np.arange(self.people.atoms) == atom
            rows.say(unseen * self.form(self.persons, one) - self.form(self.rest[sum_.outcome], one), 0.0, np.inf)
            total = self.sum_of(sum_.outcome, one)
            rows.say(self.focus.parts * self.form(self.persons, one) - total, 0.0, np.inf)
            rows.say(total, 0.0, np.inf)
        for cell, inside in self.people.member.items() if self.focus.others else ():
            least, open_, tellers = 0.0, 0.0, []
            for question in self.focus.others:
                if cell in question.counts and (question.subject, cell) not in hidden:
                    tellers.append((question.subject, cell))
                    if sum_.outcome in question.options:
                        least += question.counts[cell][question.options.index(sum_.outcome)]
                else:
                    open_ += self.people.n[cell]
            if tellers:
                rows.say(self.form(self.rest[sum_.outcome], inside), least, least + open_, *tellers)
        for cell, (low, high) in sum_.spans.items():
            if (sum_.subject, cell) not in hidden:
                form = self.sum_of(sum_.outcome, everyone & self.people.member[cell])
                rows.say(form, self.focus.parts * low - EXACT, self.focus.parts * high + EXACT, (sum_.subject, cell))

    def _say_outcomes(self, rows: Rows) -> None:
        """One answer each: the sums of all outcomes together are the items that people reached."""
        told = [self.form(columns) for columns in self.rest.values()]
        is_all = all(set(question.options) <= set(self.rest) for question in self.focus.others)
        for cell, inside in self.people.member.items() if self.focus.others else ():
            if all(cell in question.counts for question in self.focus.others):
                reached = sum(float(question.counts[cell].sum()) for question in self.focus.others)
                atoms = np.zeros(self.size)
                atoms[np.concatenate([columns[inside] for columns in self.rest.values()])] = 1.0
                rows.say(np.sum(told, axis=0) * atoms, reached if is_all else 0.0, reached)

    def _say_loose(self, rows: Rows) -> None:
        """Who did not reach all items has a mean over fewer: the sum is then that much less sure."""
        n = self.focus.sums[0].n
        for cell, inside in self.people.member.items():
            persons = self.people.n[cell]
            if all(cell in question.counts for question in self.focus.others):
                missed = sum(persons - float(question.counts[cell].sum()) for question in self.focus.others)
                rows.say(self.form(self.missed, inside), missed, missed)
            if cell in n:
                rows.say(self.form(self.outside, inside), persons - n[cell], persons - n[cell])
        for atom in range(self.people.atoms):
            one = np.arange(self.people.atoms) == atom
            room = self.form(self.missed, one) + self.focus.parts * self.form(self.outside, one)
            for question in self.focus.questions:
                room += self.form(self.answers[question.subject][:, -1], one)
            if self.has_patterns:  # then all reached all
                room = np.zeros(self.size)
            rows.say(room - self.form(self.loose[0], one) - self.form(self.loose[1], one), 0.0, np.inf)
            forms = [
                self.count(question.subject, question.options.index(PARTLY), one)
                for question in self.focus.questions
                if PARTLY in question.options
            ]
            room = np.sum(forms, axis=0) if forms else np.zeros(self.size)
            others = sum(PARTLY in question.options for question in self.focus.others)
            rows.say(room + others * self.form(self.persons, one) - self.form(self.partly, one), 0.0, np.inf)

    def _say_bins(self, rows: Rows) -> None:
        """How many have few and many points says how many points there are at least and at most."""
        right = next((sum_ for sum_ in self.focus.sums if sum_.outcome == RIGHT), None)
        for question in self.focus.bins if right else ():
            ends = [[int(end) for end in option.split("-")] for option in question.options]
            columns = self.answers[question.subject]
            for atom in range(self.people.atoms):
                one = np.arange(self.people.atoms) == atom
                total = self.sum_of(RIGHT, one)
                least, most = np.zeros(self.size), self.focus.parts * self.form(columns[:, -1], one)
                for place, end in enumerate(ends):
                    least += end[0] * self.form(columns[:, place], one)
                    most += end[-1] * self.form(columns[:, place], one)
                rows.say(total - least, 0.0, np.inf)
                rows.say(most - total + self.form(self.partly, one), 0.0, np.inf)

    def _fits(self, worlds: np.ndarray) -> np.ndarray:
        if not len(worlds):
            return np.zeros(0, dtype=bool)
        sums = self.matrix @ worlds.T
        off = (sums < self.low[:, None] - SLACK) | (sums > self.high[:, None] + SLACK)
        return ~off.any(axis=0)

    def bound(self, form: np.ndarray, *, own: Mapping[int, float] | None = None) -> float:
        """No world reaches further than this; the largest value where parts of people count.

        Parameters
        ----------
        form : array
            A weight per unknown.
        own : mapping, optional
            Least values of single unknowns: what an insider adds.
        """
        value, answer, _ = self.programme.parts(form, own=own)
        if answer is not None:
            self._remember(answer)
        used = form != 0
        is_counted = (self.whole[used] == 1).all() and (form[used] == np.round(form[used])).all()
        return float(np.floor(value + LITTLE)) if is_counted and np.isfinite(value) else value

    def most(self, form: np.ndarray, *, own: Mapping[int, float] | None = None) -> float:
        """The largest value of a form in any world; what a known world shows where the solver gives up."""
        bound = self.bound(form, own=own)
        known = self.known(own)
        best = float((known @ form).max()) if len(known) else -np.inf
        if not np.isfinite(bound) or self.is_crowd or best >= bound - LITTLE:
            return max(bound, best)
        value, answer = self.programme.wholes(form, own=own)
        if answer is not None:
            self._remember(answer)
            best = max(best, float(answer @ form))
        return best if value is None else max(value, best)

    def most_of_whole_people(self, form: np.ndarray) -> float:
        """The largest value of a form with whole people, in a crowd too; its bound where the solver gives up."""
        if not self.is_crowd:
            return self.most(form)
        value, _ = self.programme.wholes(form)
        return value if value is not None and np.isfinite(value) else self.bound(form)

    def _remember(self, solution: np.ndarray) -> None:
        world = np.where(self.whole == 1, np.round(solution), solution)[None]
        if np.abs(world - solution).max() < PART and self._fits(world)[0]:
            self._found = np.concatenate([self._found, world])
            self.worlds = np.concatenate([self.worlds, world])

    def spread(self, weights: np.ndarray) -> None:
        """Find a world where, as far as it goes, every answer has some people in every atom; weighted."""
        columns = np.concatenate([answers[:, :-1].ravel() for answers in self.answers.values()])
        some = len(columns)
        either = sparse.csr_matrix((np.ones(some), (np.arange(some), columns)), shape=(some, self.size))
        answer = optimize.milp(
            np.concatenate([np.zeros(self.size), -weights]),
            integrality=np.concatenate([self.whole, np.zeros(some)]),
            bounds=optimize.Bounds(0, np.concatenate([np.full(self.size, np.inf), np.full(some, ROOM)])),
            constraints=optimize.LinearConstraint(
                sparse.bmat([[self.matrix, None], [either, -sparse.eye(some)]]),
                np.concatenate([self.low, np.zeros(some)]),
                np.concatenate([self.high, np.full(some, np.inf)]),
            ),
            options={"time_limit": SECONDS, "mip_rel_gap": 0.05},
        )
        if answer.x is not None:
            self._remember(answer.x[: self.size])

    def known(self, own: Mapping[int, float] | None = None) -> np.ndarray:
        """The worlds found so far in which an insider has their answer.

        Where parts of people count, what lies between two worlds is a world: each world that has too little is moved
        towards the one that has most, until it has enough.
        """
        if not own:
            return self.worlds
        if self._latest is None or self._latest[:2] != (own, len(self.worlds)):
            self._latest = own, len(self.worlds), self._having(own)
        return self._latest[2]

    def _having(self, own: Mapping[int, float]) -> np.ndarray:
        worlds = self.worlds
        for column, least in own.items():
            has = worlds[:, column]
            if self.is_crowd and len(worlds) and has.max() > least + LITTLE:
                step = np.clip((least + LITTLE / 2 - has) / np.maximum(has.max() - has, LITTLE), 0.0, 1.0)
                worlds = worlds + step[:, None] * (worlds[has.argmax()] - worlds)
            else:
                worlds = worlds[has >= least]
        return worlds

    def tellers(self, form: np.ndarray, *, own: Mapping[int, float] | None = None) -> set[Unit]:
        """The shown units that keep a form from being larger (by the prices of the limits, parts of people counted)."""
        _, _, holding = self.programme.parts(form, own=own)
        if holding is None:
            return set()
        return {unit for place in np.flatnonzero(holding) for unit in self.rows.tellers[place]}
