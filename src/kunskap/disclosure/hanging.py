"""Hide what the tables of a release tell together: items and the scales they make up, and who there is to know of.

`complementary` takes what does not go into equations like these.  Here all cells of the release say who the people
are, the items of a scale and the scale stand in one set of equations, and of what an `Auditor` finds too well known the
least is hidden that leaves it nothing to find (`covering`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from kunskap.disclosure.audit import Auditor, Leak
from kunskap.disclosure.covering import Further, least_cover
from kunskap.disclosure.figures import Figure, Unit, describe
from kunskap.disclosure.focus import RIGHT, Focus, Question, Sum
from kunskap.disclosure.linked import ContradictionError, are_siblings, measures_of
from kunskap.disclosure.people import RATE, people_of
from kunskap.disclosure.policy import Policy
from kunskap.disclosure.primary import COARSE
from kunskap.disclosure.rounding import span_of, squares_of
from kunskap.errors import KunskapError, fault

__all__ = ["linked_units"]

TOGETHER = 4
"""A scale of more items than this is looked at item by item, the others in one sum."""
LEAKS = 12
"""So many leaks of one focus are broken at a time."""
SCALES = "scales"
"""Stands for all scales of the same answers in one cell: where one goes, all go."""
A_ROW = 0.001
MANY = 8
"""Of more questions than this only those few of their kind are tried as insiders: who could know their partner."""


def linked_units(
    figures: Sequence[Figure],
    hidden: Mapping[Unit, str],
    *,
    policy: Policy,
    out: Collection[Unit] = frozenset(),
) -> Further:
    """The further units to hide because of what tables tell together.

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
        further, is_least = release.protect(hidden)
    except ContradictionError as error:  # too much to try: items one by one must do, and no scale of them is shown
        if out:  # one by one they would be judged without what is out
            raise KunskapError([fault("GATE-33", "")]) from error
        sums = {subject for focus in release.focuses for subject in focus.scale_subjects}
        return Further(release.close(sums, hidden), False, frozenset(sums))
    judged = {subject for focus in release.focuses for subject in focus.subjects}
    means = {figure.subject for figure in release.direct if figure.kind == "mean"}
    both_ways = means - set(policy.sum_subjects)  # such means are also judged unrounded
    return Further(further, is_least, frozenset(judged - both_ways))


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

    def protect(self, hidden: Mapping[Unit, str]) -> tuple[dict[Unit, str], bool]:
        """The units to hide beside those `hidden`, and whether they are proved to be the least."""
        hidden = {unit: reason for unit, reason in hidden.items() if unit not in self.out}
        self.people = people_of(self.direct, policy=self.policy)
        thorough = len(self.focuses) <= MANY
        auditors = [Auditor(self.people, focus, policy=self.policy, thorough=thorough) for focus in self.focuses]
        further = self._kin(hidden)
        while True:
            try:
                units, is_least = _Search(self, auditors, {**hidden, **further}).least()
            except UnprovedError as unproved:
                further |= self.close(unproved.auditor.focus.subjects, {**hidden, **further})
                further |= self._kin({**hidden, **further})
                auditors.remove(unproved.auditor)
            else:
                return further | units, is_least and len(auditors) == len(self.focuses)

    def _kin(self, hidden: Mapping[Unit, str]) -> dict[Unit, str]:
        """Other scales of the same answers go where one of the sums does."""
        kin = self.policy.sum_subjects
        gone = {cell for subject, cell in hidden if subject in kin}
        return {unit: "complement" for unit in self.units if unit[0] in kin and unit[1] in gone and unit not in hidden}

    def near(self, leak: Leak) -> set[Unit]:
        """The units that tell of some in the leak's group."""
        return {unit for unit in self.units if (self.people.member[unit[1]] & leak.group).any()}

    def price(self, unit: Unit, hidden: Mapping[Unit, str]) -> float:
        """What is lost with a unit beside those `hidden`: all else alike, it is a matter of rows and people."""
        subject, cell = unit
        gone = (other for (whose, other), reason in hidden.items() if whose == subject and reason != "level")
        is_alone = any(are_siblings(cell, other) for other in gone)
        people = self.people.n[cell] / max(self.people.n.values())
        return self.policy.price(cell, is_alone=is_alone) + A_ROW * (self.lost[unit] + people)

    def close(self, subjects: Collection[str], hidden: Mapping[Unit, str]) -> dict[Unit, str]:
        """Nothing could be proved: nothing of these questions is shown."""
        return {unit: "limit" for unit in self.units if unit[0] in subjects and unit not in hidden}


class UnprovedError(Exception):
    """Too much is known of a focus though nothing is shown, or nothing agrees with what is: then nothing of it is."""

    def __init__(self, auditor: Auditor) -> None:
        super().__init__()
        self.auditor = auditor


class _Search:
    """The search for the least that is safe beside what is `hidden` anyway.

    What tells a leak is taken from linear programs.  Where only whole people tell it, or a shown group leaves it no
    more open by itself, a cheaper answer may be overlooked; all answers are safe.
    """

    def __init__(self, release: _Release, auditors: Sequence[Auditor], hidden: Mapping[Unit, str]) -> None:
        self.release = release
        self.hidden = hidden
        self.safe: dict[Auditor, set[frozenset[tuple[Unit, bool]]]] = {auditor: set() for auditor in auditors}
        self.rests: set[Unit] = set()
        scales = release.policy.sum_subjects
        free = sorted(release.units - set(hidden), key=lambda unit: (unit[0], describe(unit[1])))
        self.block = {unit: (SCALES, unit[1]) if unit[0] in scales else unit for unit in free}

    def least(self) -> tuple[dict[Unit, str], bool]:
        """The units to hide with the reasons, and whether they are proved to be the least."""
        price: dict[Unit, float] = {}
        for unit, block in self.block.items():
            price[block] = price.get(block, 0.0) + self.release.price(unit, self.hidden)
        cover = least_cover(price, self._tell, tries=self.release.policy.rounds)
        further = self._reasons(cover.units)
        rests = further | dict.fromkeys(self.rests & further.keys(), "remainder")
        # That a rest was too small may be told where it does not show which of two others is hidden for its own sake.
        return (further if any(self._leaks(rests)) else rests), cover.is_least

    def _reasons(self, blocks: Collection[Unit]) -> dict[Unit, str]:
        return {unit: "complement" for unit, block in self.block.items() if block in blocks}

    def _tell(self, blocks: frozenset[Unit]) -> list[frozenset[Unit]]:
        return [frozenset(self.block[unit] for unit in told) for told in self._leaks(self._reasons(blocks))]

    def _leaks(self, further: Mapping[Unit, str]) -> Iterator[frozenset[Unit]]:
        """For each leak the units of which one must go.

        Raises
        ------
        UnprovedError
            If none can.
        """
        hidden = {**self.hidden, **further}
        for auditor, safe in self.safe.items():
            concerned = {*auditor.focus.subjects, *(question.subject for question in auditor.focus.others)}
            told_of = frozenset((unit, why in COARSE) for unit, why in hidden.items() if unit[0] in concerned)
            if told_of in safe:
                continue
            found = self._found(auditor, hidden)
            if not found:
                safe.add(told_of)
            yield from found

    def _found(self, auditor: Auditor, hidden: Mapping[Unit, str]) -> list[frozenset[Unit]]:
        found = []
        try:
            for leak in islice(auditor.leaks(hidden), LEAKS):
                tellers = frozenset(leak.tellers or self.release.near(leak)) & self.block.keys() - hidden.keys()
                if not tellers:
                    raise UnprovedError(auditor)
                whole = {unit for unit in tellers if not (leak.group & ~self.release.people.member[unit[1]]).any()}
                self.rests |= whole if leak.few else set()
                found.append(tellers)
        except ContradictionError:
            raise UnprovedError(auditor) from None
        return found


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
