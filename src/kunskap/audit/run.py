"""Attack a report within a given time, question by question, those with hidden figures first."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import islice

import numpy as np
import pandas as pd

from kunskap.audit.asking import TruthError
from kunskap.audit.attacker import Attacker
from kunskap.audit.breaches import Audit, Breach
from kunskap.audit.known import IN_BINS, Known
from kunskap.audit.reader import Reading, loosely, sums_of_others
from kunskap.audit.solver import NoWorldError, OutOfTimeError, UnresolvedError
from kunskap.errors import KunskapError, fault

__all__ = ["Result", "attack", "questions"]

SEED = 20261122
EVERYTHING = "all"
"""All questions at once: a short scale ties them together."""
MOST = 5
"""Finds of one question; more follow from the same leak."""
LONGEST, SHORTEST = 10.0, 0.1
"""Seconds for one programme."""


@dataclass
class Result:
    """What an attack found.

    Attributes
    ----------
    found : list of Breach
        What is known too well.
    checked, left : list of str
        Questions that were attacked to the end, and those that the time was not enough for.
    unsettled : list of str
        Questions where the solver gave up at something.
    contrary : list of str
        Questions whose figures contradict each other.
    loose : list of str
        Questions that were attacked without the frame and without taking it that all answered.
    hidden : int
        Hidden figures of the questions that were attacked to the end.
    """

    found: list[Breach] = field(default_factory=list)
    checked: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    unsettled: list[str] = field(default_factory=list)
    contrary: list[str] = field(default_factory=list)
    loose: list[str] = field(default_factory=list)
    hidden: int = 0


@dataclass(frozen=True)
class Question:
    """One attack: a question, and what is known about it."""

    name: str
    only: str | None
    known: Known


def questions(reading: Reading) -> list[Question]:
    """Return what there is to attack: what has hidden figures first, scales before the items that they tell of."""
    known = reading.known
    listed = [
        Question(only or EVERYTHING, only, known)
        for only in Attacker.alone(reading.tables, known)
        if only is None or only.removesuffix(IN_BINS) == only or only.removesuffix(IN_BINS) not in known.partial
    ]
    listed += [Question(scale, scale, sums_of_others(reading, scale)) for scale in reading.sums]
    hidden = hidden_figures(reading)
    counted = {question.name: hidden[question.name.removesuffix(IN_BINS)] for question in listed}
    return sorted(listed, key=lambda one: (not counted[one.name], one.name in known.options, -counted[one.name]))


def attack(
    reading: Reading,
    *,
    people: pd.DataFrame | None = None,
    seconds: float = 120.0,
    first: bool = False,
    progress: Callable[[int, int, str], None] = lambda done, of, name: None,
) -> Result:
    """Look for what is known too well in a report.

    Parameters
    ----------
    reading : Reading
        From `kunskap.audit.reader.read_report`.
    people : DataFrame, optional
        The truth, from `kunskap.audit.answers.people_of_answers`: quicker, and of insiders only those who are there.
    seconds : float
        When it is over, the rest is left.
    first : bool
        Whether to leave the rest once something is found.
    progress : callable
        Told how many questions are done, of how many, and which is next.

    Returns
    -------
    Result

    Raises
    ------
    KunskapError
        ``AUDIT-05`` if `people` cannot be those of the report.
    """
    until = time.monotonic() + seconds
    result = Result()
    listed = questions(reading)
    for place, question in enumerate(listed):
        if first and result.found:
            result.left.append(question.name)
            continue
        progress(place, len(listed), question.name)
        _one(reading, question, people, until, result)
    done = set(result.checked)
    in_one = {*reading.known.options, *reading.known.scales} if EVERYTHING in done else set()
    result.hidden = sum(count for name, count in hidden_figures(reading).items() if name in done | in_one)
    return result


def _one(reading: Reading, question: Question, people: pd.DataFrame | None, until: float, result: Result) -> None:
    for known in (question.known, *loosely(question.known)):
        try:
            search, breaches = _search(reading, replace(question, known=known), people, until)
        except (NoWorldError, TruthError):
            continue
        except OutOfTimeError:
            result.left.append(question.name)
            return
        except UnresolvedError:
            result.unsettled.append(question.name)
            return
        result.found += breaches
        result.loose += [question.name] if known is not question.known else []
        (result.unsettled if search.unresolved else result.checked).append(question.name)
        return
    if people is not None:
        raise KunskapError([fault("AUDIT-05", "--answers", question=question.name)])
    result.contrary.append(question.name)


def _search(
    reading: Reading, question: Question, people: pd.DataFrame | None, until: float
) -> tuple[Audit, list[Breach]]:
    longest = min(LONGEST, max(until - time.monotonic(), SHORTEST))
    attacker = Attacker(reading.tables, question.known, only=question.only, seconds=longest, until=until)
    search = Audit(attacker, people, rng=np.random.default_rng(SEED))
    return search, list(islice(search.search(), MOST))


def hidden_figures(reading: Reading) -> Counter[str]:
    """Count the hidden figures of each item and scale."""
    counted: Counter[str] = Counter()
    for table in reading.tables.values():
        hidden = table[table["hidden"].notna()]
        counted.update(hidden["item"].where(hidden["item"].notna(), hidden["scale"]).astype("str"))
    return counted
