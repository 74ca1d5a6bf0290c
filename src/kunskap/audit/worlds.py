"""Every whole-number world that agrees with given constraints on small groups of people.

Unknowns, per atom (one cell of the cross of all grouping variables in use):

* ``n[a]`` people who answered the survey,
* ``x[a, item, option]`` people who gave the option,
* ``t[a, scale]`` the sum of a scale's scores (a scale is the mean of its items' scores),
* ``y[a, scale, s]`` people with exactly ``s`` right answers (small scales of right/not right only).

Imports nothing of the library: an attacker has only what everybody has.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import combinations, product

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

from kunskap.audit.known import IN_BINS, REST, Group, Known, within
from kunskap.audit.solver import Kept, OutOfTimeError, UnresolvedError

__all__ = ["Worlds"]

SLACK = 1e-5  # what the solver may be off by
LARGEST_PATTERN_SCALE = 4  # the pattern constraints grow as 2 ** items


class Worlds:
    """All worlds that agree with the constraints said so far.

    Parameters
    ----------
    mentioned : mapping
        Variable to the levels that stand in some row of their own; the other levels are taken together.
    items, scales : sequence of str
        The questions.
    known : Known
    seconds : float
        Limit for one optimisation.
    until : float
        When to stop altogether, on the clock of `time.monotonic`.

    Raises
    ------
    OutOfTimeError
        From every question that is asked too late.
    """

    def __init__(
        self,
        mentioned: Mapping[str, Collection[str]],
        items: Sequence[str],
        scales: Sequence[str],
        known: Known,
        *,
        seconds: float = 20.0,
        until: float = np.inf,
    ) -> None:
        self.known = known
        self.until = until
        self.seconds = seconds
        self.solved = 0
        self.variables = list(mentioned)
        self.parts = {name: self._lump(name, mentioned[name]) for name in self.variables}
        self.atoms = [
            dict(zip(self.variables, cell, strict=True))
            for cell in product(*(self.parts[name] for name in self.variables))
        ]
        self.items, self.scales = list(items), list(scales)
        self.bins: dict[str, dict[str, tuple[int, ...]]] = {}
        self._number_columns()
        self._said: set[tuple[bytes, float, float]] = set()
        self._rows: list[np.ndarray] = []
        self._low: list[float] = []
        self._high: list[float] = []
        self._upper = np.full(self.size, np.inf)
        self._tie()
        self._frame()
        self.worlds = np.empty((0, self.size))

    def _lump(self, name: str, mentioned: Collection[str]) -> tuple[str, ...]:
        levels = self.known.levels[name]
        kept = tuple(level for level in levels if level in mentioned)
        return kept if len(kept) == len(levels) else (*kept, REST)

    def _number_columns(self) -> None:
        count = len(self.atoms)
        self._people = np.arange(count)
        self._x: dict[tuple[str, str], np.ndarray] = {}
        start = count
        for item in self.items:
            for option in self.known.options[item]:
                self._x[item, option] = np.arange(start, start + count)
                start += count
        self._t = {}
        for scale in self.scales:
            self._t[scale] = np.arange(start, start + count)
            start += count
        self._y: dict[tuple[str, int], np.ndarray] = {}
        for scale in self.scales:
            if self._has_patterns(scale):
                for right in range(len(self.known.scales[scale]) + 1):
                    self._y[scale, right] = np.arange(start, start + count)
                    start += count
        self.size = start
        self.whole = np.ones(self.size)
        for columns in self._t.values():
            self.whole[columns] = 0

    def _has_patterns(self, scale: str) -> bool:
        items = self.known.scales[scale]
        binary = all(set(self.known.points[item].values()) <= {0.0, 1.0} for item in items)
        is_small = len(items) <= LARGEST_PATTERN_SCALE or (self.known.apart and not self.items)
        return self.known.complete and scale not in self.known.partial and binary and is_small

    def group(self, chosen: Mapping[str, str | Iterable[str]]) -> Group:
        """Return the group with the given levels; a variable not named may have any level."""
        levels = {name: [level] if isinstance(level, str) else list(level) for name, level in chosen.items()}
        wanted = {
            name: {level if level in self.parts[name] else REST for level in named}
            for name, named in levels.items()
            if name in self.parts
        }
        atoms = frozenset(
            index for index, atom in enumerate(self.atoms) if all(atom[name] in named for name, named in wanted.items())
        )
        label = "&".join(f"{name}={'+'.join(sorted(wanted[name]))}" for name in sorted(wanted)) or "all"
        return Group(label, atoms)

    def base(self, group: Group) -> int:
        """Return the smallest base that the policy shows for the group."""
        base = self.known.base
        for chosen, stricter in self.known.bases:
            if set(chosen) <= set(self.variables) and group.atoms <= self.group(chosen).atoms:
                base = max(base, stricter)
        return base

    def _form(self, columns: np.ndarray, atoms: Iterable[int], weight: float = 1.0) -> np.ndarray:
        form = np.zeros(self.size)
        form[columns[sorted(atoms)]] = weight
        return form

    def people(self, atoms: Iterable[int]) -> np.ndarray:
        """Return the linear form of the number of respondents."""
        return self._form(self._people, atoms)

    def count(self, atoms: Iterable[int], item: str, option: str) -> np.ndarray:
        """Return the linear form of the number who gave an option."""
        atoms = list(atoms)
        return np.sum([self._form(columns, atoms) for columns in self.columns(item, option)], axis=0)

    def columns(self, item: str, option: str) -> list[np.ndarray]:
        """Return the unknowns, one per atom in each array, that add up to an option's count."""
        if item in self.bins:
            return [self.patterns(item.removesuffix(IN_BINS), right) for right in self.bins[item][option]]
        return [self._x[item, option]]

    def patterns(self, scale: str, right: int) -> np.ndarray:
        """Return the unknowns, one per atom, of the people with so many right answers."""
        return self._y[scale, right]

    def options(self, item: str) -> tuple[str, ...]:
        """Return the categories of an item, or the bins of a scale."""
        return tuple(self.bins[item]) if item in self.bins else self.known.options[item]

    def answered(self, atoms: Iterable[int], item: str) -> np.ndarray:
        """Return the linear form of the base of an item."""
        atoms = list(atoms)
        return np.sum([self.count(atoms, item, option) for option in self.options(item)], axis=0)

    def score(self, atoms: Iterable[int], question: str) -> np.ndarray:
        """Return the linear form of the sum of scores on an item or a scale."""
        atoms = list(atoms)
        if question in self._t:
            return self._form(self._t[question], atoms)
        points = self.known.points[question]
        return np.sum([points[option] * self.count(atoms, question, option) for option in points], axis=0)

    def base_of(self, atoms: Iterable[int], question: str) -> np.ndarray:
        """Return the linear form of the people a question's figure is about."""
        return self.people(atoms) if question in self._t else self.answered(atoms, question)

    def say(self, form: np.ndarray, low: float, high: float) -> None:
        """Add a constraint, once."""
        sign = form.tobytes(), low, high
        if form.any() and sign not in self._said:
            self._said.add(sign)
            self._rows.append(form)
            self._low.append(low)
            self._high.append(high)

    def _tie(self) -> None:
        """What holds in every world whatever is published."""
        for atom in range(len(self.atoms)):
            people = self.people([atom])
            for item in self.items:
                room = people - self.answered([atom], item)
                is_asked = atom in self.group(self.known.asked.get(item, {})).atoms
                is_full = self.known.complete and item not in self.known.partial
                self.say(room, 0, 0 if is_full and is_asked else np.inf)
                if not is_asked:
                    self.say(self.answered([atom], item), 0, 0)
            for scale in self.scales:
                total = self.score([atom], scale)
                self.say(people - total, 0, np.inf)
                items = self.known.scales[scale]
                if self._ties(scale):
                    parts = np.sum([self.score([atom], item) for item in items], axis=0) / len(items)
                    self.say(total - parts, 0, 0)
                if (scale, 0) in self._y:
                    self._tie_patterns(atom, scale, items)

    def _ties(self, scale: str) -> bool:
        is_full = self.known.complete and scale not in self.known.partial
        return is_full and self.known.linked and set(self.known.scales[scale]) <= set(self.items)

    def _tie_patterns(self, atom: int, scale: str, items: Sequence[str]) -> None:
        """Gale–Ryser: which numbers of right answers per person fit the numbers right per item."""
        size = len(items)
        y = [self._form(self._y[scale, right], [atom]) for right in range(size + 1)]
        self.say(np.sum(y, axis=0) - self.people([atom]), 0, 0)
        self.say(
            np.sum([right * form for right, form in enumerate(y)], axis=0) - size * self.score([atom], scale), 0, 0
        )
        for chosen_size in range(1, size) if self._ties(scale) else ():
            room = np.sum([min(right, chosen_size) * form for right, form in enumerate(y)], axis=0)
            for chosen in combinations(items, chosen_size):
                right = np.sum([self.score([atom], item) for item in chosen], axis=0)
                self.say(room - right, 0, np.inf)

    def _frame(self) -> None:
        frame = self.known.frame
        if frame is None:
            self._upper[self._people] = 10_000
            return
        self._upper[:] = frame["persons"].sum()
        by = [name for name in self.variables if name in frame.columns]
        lumped = frame.assign(**{name: self.lumped(name, frame[name]) for name in by})
        for cell in product(*(self.parts[name] for name in by)):
            wanted = dict(zip(by, cell, strict=True))
            inside = within(lumped, wanted)
            self.say(self.people(self.group(wanted).atoms), 0, float(frame.loc[inside, "persons"].sum()))

    def lumped(self, name: str, levels: pd.Series) -> pd.Series:
        """Return levels with those taken together under one name."""
        return levels.map(lambda level: level if level in self.parts[name] else REST)

    def fits(self, world: np.ndarray) -> bool:
        """Tell whether a world agrees with everything published."""
        return not self.misfits(world)

    def misfits(self, world: np.ndarray) -> list[int]:
        """Return the constraints, by number, that a world breaks."""
        low, high = self._limits
        sums = self.matrix @ world
        wrong = (sums < low - SLACK) | (sums > high + SLACK)
        return [int(index) for index in np.flatnonzero(wrong)]

    @cached_property
    def matrix(self) -> csr_matrix:
        """The constraints' left-hand sides; none may be added after this has been asked for."""
        return csr_matrix(np.array(self._rows).reshape(-1, self.size))

    @cached_property
    def _limits(self) -> tuple[np.ndarray, np.ndarray]:
        return np.array(self._low), np.array(self._high)

    def world(self, people: pd.DataFrame) -> np.ndarray:
        """Return the world of given answers: one row per respondent, background variables and items' options."""
        world = np.zeros(self.size)
        lumped = {name: self.lumped(name, people[name]) for name in self.variables}
        at = {tuple(atom.values()): index for index, atom in enumerate(self.atoms)}
        place = np.array([at[key] for key in zip(*lumped.values(), strict=True)] if lumped else [0] * len(people), int)
        np.add.at(world, self._people[place], 1)
        for (item, option), columns in self._x.items():
            np.add.at(world, columns[place], (people[item] == option).to_numpy(float))
        for scale, columns in self._t.items():
            scores = np.array([people[item].map(self.known.points[item]) for item in self.known.scales[scale]], float)
            if scale in people:
                scores = people[scale].to_numpy(float)[None, :]
            np.add.at(world, columns[place], scores.mean(axis=0))
            if (scale, 0) in self._y:
                right = scores.sum(axis=0).round().astype(int)
                for index, where in zip(right, place, strict=True):
                    world[self._y[scale, index][where]] += 1
        return world

    def remember(self, world: np.ndarray) -> None:
        """Keep a world that fits, to settle later questions without solving."""
        self.worlds = np.vstack([self.worlds, world])

    @cached_property
    def _kept(self) -> tuple[Kept, Kept]:
        limits = self.matrix, *self._limits, self._upper
        return Kept(*limits, None, self.seconds), Kept(*limits, self.whole, self.seconds)

    def bound(self, form: np.ndarray, *, at_least: Mapping[int, float] | None = None) -> float:
        """Return what no world exceeds: the largest value where parts of people count."""
        self._in_time()
        value, world = self._kept[0].most(form, at_least or {})
        if world is not None:
            self._remember(world)
        used = form != 0
        is_counted = self.whole[used].all() and (form[used] == np.round(form[used])).all()
        return float(np.floor(value + 1e-4)) if is_counted and value < np.inf else value

    def _remember(self, answer: np.ndarray) -> None:
        world = np.where(self.whole == 1, np.round(answer), answer)
        if np.abs(world - answer).max() < SLACK and self.fits(world):
            self.remember(world)

    def most(self, form: np.ndarray, *, at_least: Mapping[int, float] | None = None) -> float:
        """Return the largest value of a linear form over all worlds, with lower limits on single unknowns."""
        bound = self.bound(form, at_least=at_least)
        known = self.having(at_least)
        if bound == np.inf or (len(known) and (known @ form).max() >= bound - SLACK):
            return bound
        self._in_time()
        value, world = self._kept[1].most(form, at_least or {})
        if world is not None:
            self._remember(world)
        return value

    def _in_time(self) -> None:
        if time.monotonic() > self.until:
            raise OutOfTimeError
        self.solved += 1

    def find_world(self) -> np.ndarray:
        """Return some world, where the truth is not known: what is certain holds in it too.

        Raises
        ------
        UnresolvedError
            If there is none, or none was found in time.
        """
        self._in_time()
        _, world = self._kept[1].most(np.zeros(self.size), {})
        if world is not None:
            self._remember(world)
        if not len(self.worlds):
            raise UnresolvedError("no world")
        return self.worlds[0]

    def having(self, at_least: Mapping[int, float] | None = None) -> np.ndarray:
        """Return the worlds found so far that keep to lower limits."""
        worlds = self.worlds
        for column, least in (at_least or {}).items():
            worlds = worlds[worlds[:, column] >= least]
        return worlds

    def interval(self, form: np.ndarray, *, at_least: Mapping[int, float] | None = None) -> tuple[float, float]:
        """Return the narrowest interval that the published tables leave for a linear form."""
        return -self.most(-form, at_least=at_least), self.most(form, at_least=at_least)

    def own(self, atom: int, item: str, option: str) -> dict[int, float]:
        """Return what a respondent adds who knows their own answer; nothing where it is a bin of several scores."""
        columns = self.columns(item, option)
        answer = {int(columns[0][atom]): 1.0} if len(columns) == 1 else {}
        return answer | {int(self._people[atom]): 1.0}
