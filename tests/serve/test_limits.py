"""How often a code may be tried, and what a guesser gets out of it."""

from __future__ import annotations

import math

from kunskap.codes import FEWEST_WORDS, WORDS_IN_CODE
from kunskap.serve.limits import FOR_ALL, PER_SESSION, WINDOW, Limits


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def tried(limits: Limits, session: str) -> bool:
    """Whether one more fruitless look-up was let through."""
    if not limits.allows(session):
        return False
    limits.misses(session)
    return True


def test_a_session_waits_and_the_others_in_the_room_do_not() -> None:
    clock = Clock()
    limits = Limits(clock)
    assert [tried(limits, "guesser") for _ in range(PER_SESSION + 1)] == [True] * PER_SESSION + [False]
    assert limits.allows("neighbour")
    clock.now = WINDOW
    assert limits.allows("guesser")


def test_ever_new_sessions_get_no_more_than_all_together() -> None:
    clock = Clock()
    limits = Limits(clock)
    let_through = 0
    for number in range(100_000):
        clock.now = number * 10 * WINDOW / 100_000  # ten windows
        let_through += tried(limits, f"session{number}")
    assert let_through <= 10 * FOR_ALL
    assert len(limits._sessions) < 20_001


def test_a_day_of_guessing_at_two_workers_finds_hardly_anything() -> None:
    """The count is each worker's own: the promise must hold for the two that `deploy` sets up."""
    codes, issued = FEWEST_WORDS**WORDS_IN_CODE, 2000
    guesses = 2 * FOR_ALL * 24 * 3600 / WINDOW
    chance = -math.expm1(-guesses * issued / codes)
    assert 1 / 1600 < chance < 1 / 1400
