"""Hide what the tables of a release tell together: items and the scales they make up, and who there is to know of.

`complementary` takes what does not go into equations like these.  Here all cells of the release say who the people
are, the items of a scale and the scale stand in one set of equations, and what an `Auditor` still finds is hidden, one
unit at a time and the least lost first, until it finds nothing.  Then what was not needed is shown again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from kunskap.disclosure.audit import Auditor, Leak
from kunskap.disclosure.figures import Cell, Figure, Unit, describe
from kunskap.disclosure.linked import ContradictionError, measures_of
from kunskap.disclosure.people import RATE, people_of
from kunskap.disclosure.policy import TOTAL, Policy
from kunskap.disclosure.rounding import span_of, squares_of
from kunskap.disclosure.system import RIGHT, Focus, Question, Sum
from kunskap.errors import KunskapError, fault

__all__ = ["linked_units"]

TOGETHER = 4
"""A scale of more items than this is looked at item by item, the others in one sum."""
AGAIN = 12
MANY = 8
"""Of more questions than this only those few of their kind are tried as insiders: who could know their partner."""


def linked_units(
    figures: Sequence[Figure],
    hidden: Mapping[Unit, str],
    *,
    policy: Policy,
    out: Collection[Unit] = frozenset(),
) -> tuple[dict[Unit, str], frozenset[str]]:
    """The further units to hide because of what tables tell together, and the subjects that this was found out for.

    Parameters
    ----------
    figures : sequence of Figure
        From `collect`.
    hidden : mapping
        The units that are hidden for their own sake.
    policy : Policy
        The thresholds.
    out : collection of Unit
        What is known already and cannot be hidden.

    Raises
    ------
    KunskapError
        ``GATE-33`` if there is too much to try together with what is out.
    """
    release = _Release(figures, policy, out)
    try:
        further = release.protect(hidden)
    except ContradictionError as error:  # too much to try: items one by one must do, and no scale of them is shown
        if out:  # one by one they would be judged without what is out
            raise KunskapError([fault("GATE-33", "")]) from error
        sums = {subject for focus in release.focuses for subject in focus.scale_subjects}
        return release.close(sums, hidden), frozenset(sums)
    judged = {subject for focus in release.focuses for subject in focus.subjects}
    means = {figure.subject for figure in release.direct if figure.kind == "mean"}
    return further, frozenset(judged - (means - set(policy.sum_subjects)))  # other means are also judged unrounded


class _Release:
    """All that is shown, while it is judged."""

    def __init__(self, figures: Sequence[Figure], policy: Policy, out: Collection[Unit]) -> None:
        self.policy = policy
        self.out = out
        direct = (figure for figure in figures if figure.is_direct)
        self.direct = sorted(direct, key=lambda row: (row.subject, describe(row.cell), row.statistic, row.option))
        self.units = {figure.about for figure in self.direct} - set(out)
        self.lost = _rows_lost(figures)
        self.focuses = focuses_of([row for row in self.direct if row.statistic != RATE], policy=policy)

    def protect(self, hidden: Mapping[Unit, str]) -> dict[Unit, str]:
        """The units to hide beside those `hidden`."""
        hidden = {unit: reason for unit, reason in hidden.items() if unit not in self.out}
        self.people = people_of(self.direct, policy=self.policy)
        thorough = len(self.focuses) <= MANY
        auditors = [Auditor(self.people, focus, policy=self.policy, thorough=thorough) for focus in self.focuses]
        further: dict[Unit, str] = {}
        for auditor in auditors:
            further |= self._make_safe(auditor, {**hidden, **further})
        while further and len(auditors) > 1:  # what one focus hides may be what another leaned on
            fresh: dict[Unit, str] = {}
            for auditor in auditors:
                fresh |= self._make_safe(auditor, {**hidden, **further, **fresh})
            if not fresh:
                break
            further |= fresh
        return further | self._kin({**hidden, **further})

    def _kin(self, hidden: Mapping[Unit, str]) -> dict[Unit, str]:
        """Other scales of the same answers go where one of the sums does."""
        kin = {subject for subject, _ in self.units if subject in self.policy.sum_subjects}
        gone = {cell for subject, cell in hidden if subject in kin}
        return {unit: "complement" for unit in self.units if unit[0] in kin and unit[1] in gone and unit not in hidden}

    def _make_safe(self, auditor: Auditor, hidden: Mapping[Unit, str]) -> dict[Unit, str]:
        further: dict[Unit, str] = {}
        try:
            for _ in range(self.policy.rounds):
                fresh = self._hide_for(auditor.leaks({**hidden, **further}), {**hidden, **further})
                if not fresh:
                    return self._without_needless(auditor, hidden, further)
                further |= fresh
        except ContradictionError:
            pass
        return further | self.close(auditor.focus.subjects, {**hidden, **further})

    def _hide_for(self, leaks: Iterable[Leak], hidden: Mapping[Unit, str]) -> dict[Unit, str]:
        fresh: dict[Unit, str] = {}
        for leak in leaks:
            if fresh and leak.rule != "alike":
                break  # the rest may be gone with what is hidden now
            tellers = leak.tellers or self._near(leak)
            tellers = {unit for unit in tellers if unit not in hidden and unit not in self.out}
            if not tellers:
                raise ContradictionError
            if fresh.keys().isdisjoint(tellers):
                unit = min(tellers, key=lambda unit: self._loss(unit, hidden))
                is_rest = leak.few and not (leak.group & ~self.people.member[unit[1]]).any()
                fresh[unit] = "remainder" if is_rest else "complement"
        return fresh

    def _near(self, leak: Leak) -> set[Unit]:
        return {unit for unit in self.units if (self.people.member[unit[1]] & leak.group).any()}

    def _loss(self, unit: Unit, hidden: Mapping[Unit, str]) -> tuple[object, ...]:
        """How little is lost: where something is hidden already, then crossings, then by the policy's order."""
        subject, cell = unit
        holes = {other for (whose, other), reason in hidden.items() if whose == subject and reason != "level"}
        aligned = any(other == cell for _, other in hidden)
        name = min((variable for variable, _ in cell), default=TOTAL)
        keep = self.policy.keep
        rank = keep.index(name) if name in keep else len(keep)
        beside = any(_are_siblings(cell, other) for other in holes)
        people = self.people.n[cell]
        return (not beside, len(cell) < 2, -rank, not aligned, self.lost[unit], people, describe(cell), subject)

    def _without_needless(
        self, auditor: Auditor, hidden: Mapping[Unit, str], further: dict[Unit, str]
    ) -> dict[Unit, str]:
        """Show again, most valued first, what is safe to show after all."""
        if 1 < len(further) <= AGAIN:
            for unit in sorted(further, key=lambda unit: self._loss(unit, hidden), reverse=True):
                trial = {other: reason for other, reason in further.items() if other != unit}
                if next(iter(auditor.leaks({**hidden, **trial})), None) is None:
                    further = trial
        return further

    def close(self, subjects: Collection[str], hidden: Mapping[Unit, str]) -> dict[Unit, str]:
        """Nothing could be proved: nothing of these questions is shown."""
        return {unit: "limit" for unit in self.units if unit[0] in subjects and unit not in hidden}


def _are_siblings(cell: Cell, other: Cell) -> bool:
    return len(cell - other) == len(other - cell) == len({variable for variable, _ in cell ^ other}) == 1


def _rows_lost(figures: Sequence[Figure]) -> dict[Unit, int]:
    """How many rows go with each unit: its own and those computed from them."""
    lost: dict[Unit, int] = {}
    of_key: dict[str, Unit] = {}
    for figure in figures:
        if figure.is_direct:
            lost[figure.about] = lost.get(figure.about, 0) + 1
            of_key[figure.key] = figure.about
    for figure in figures:
        for unit in {of_key[key] for key in figure.inputs if key in of_key}:
            lost[unit] += 1
    return lost


def focuses_of(rows: Iterable[Figure], *, policy: Policy) -> list[Focus]:
    """What hangs together: each scale with its items, and each other question by itself.

    A scale that says something of everyone is made of what everyone was asked: an item that is told of for one role
    only (universe ``role=pol``) is no part of it.

    Parameters
    ----------
    rows : iterable of Figure
        Those computed from answers.
    policy : Policy
        Says which scales are sums over items, and of which outcome.
    """
    subjects: dict[str, list[Figure]] = {}
    for row in rows:
        subjects.setdefault(row.subject, []).append(row)
    items: list[Question] = []
    alone: list[Question] = []
    bins: list[Question] = []
    sums: list[Sum] = []
    loners: list[Sum] = []
    scales = [row for told in subjects.values() for row in told if row.subject in policy.sum_subjects]
    broadest = min((_asked(row) for row in scales), key=len, default=None)
    for subject, told in sorted(subjects.items()):
        outcome = policy.sum_subjects.get(subject)
        is_part = broadest is None or any(_asked(row) <= broadest for row in told)
        for question in _questions(subject, told):
            if subject.startswith("item ") and RIGHT in question.options and is_part:
                items.append(question)
            elif outcome is not None and all(_is_bin(option) for option in question.options):
                bins.append(question)
            else:
                alone.append(question)
        found = _sum(subject, told, outcome or "", policy=policy)
        if found is not None:
            (sums if outcome else loners).append(found)
    if bins and not any(sum_.outcome == RIGHT for sum_ in sums):
        # bins tie the items together as a mean does, also where no mean is told
        sums.append(Sum(bins[0].subject, RIGHT, {cell: float(told.sum()) for cell, told in bins[0].counts.items()}, {}))
    focuses = [Focus((question,)) for question in alone]
    focuses += [Focus((), sums=(Sum(one.subject, RIGHT, one.n, one.spans),)) for one in loners]
    if not sums:
        return [*focuses, *(Focus((question,)) for question in (*items, *bins))]
    if len(items) <= TOGETHER:
        return [*focuses, Focus(tuple(items), (), tuple(sums), tuple(bins))]
    for question in items:
        others = tuple(other for other in items if other is not question)
        focuses.append(Focus((question,), others, tuple(sums), ()))
    return [*focuses, Focus((), tuple(items), tuple(sums), tuple(bins))]


def _asked(row: Figure) -> frozenset[str]:
    """What the people of a row's universe share: nothing where everyone was asked."""
    return frozenset() if row.universe == "all" else frozenset(row.universe.split("&"))


def _is_bin(option: str) -> bool:
    return all(end.isdigit() for end in option.split("-")) if option else False


def _questions(subject: str, rows: list[Figure]) -> list[Question]:
    counted = [row for row in rows if row.kind == "count"]
    found = []
    for measure in measures_of(counted):
        statistic, _, option = measure.name.partition(" ")
        options = [option] if option else sorted({row.option for row in counted if row.statistic == statistic})
        counts, names = dict(measure.counts), [*options, ""]
        if not measure.overlapping and all(abs(told[-1]) < 0.5 for told in counts.values()):
            names, counts = names[:-1], {cell: told[:-1] for cell, told in counts.items()}
        found.append(Question(subject, tuple(names), counts, measure.overlapping))
    return found


def _sum(subject: str, rows: list[Figure], outcome: str, *, policy: Policy) -> Sum | None:
    means = [row for row in rows if row.kind == "mean" and row.unit == "share" and row.n > 0]
    if not means:
        return None
    spans, squares = {}, {}
    for row in means:
        low, high = span_of(row, policy=policy)
        spans[row.cell] = (row.n * low, row.n * high)
        if row.n > 1 and row.se >= 0:
            squares[row.cell] = squares_of(row, low, high, policy=policy)
    return Sum(subject, outcome, {row.cell: row.n for row in means}, spans, squares)
