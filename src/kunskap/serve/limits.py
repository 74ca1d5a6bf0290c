"""How often a code may be looked up: by session and for the whole page, never by address.

A chamber sits behind one address, so that a limit by address would stop the room and not the guesser.  There are
1009⁴ ≈ 10¹² codes: at 120 fruitless look-ups a minute, somebody who tries for a whole day among 2 000 codes finds one
with a chance of about 1 in 3 000.  Each worker counts for itself, and forgets when it is started again: with two the
chance is 1 in 1 500.  That is still so little that the count is not kept in the store, where every slip of a finger
would be a write.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from time import monotonic

__all__ = ["FOR_ALL", "PER_SESSION", "WINDOW", "Limits"]

WINDOW = 60.0  # seconds
PER_SESSION = 8
FOR_ALL = 120
MOST_SESSIONS = 20_000


class Limits:
    """Counts fruitless look-ups of the last minute.

    Parameters
    ----------
    clock : callable
        Seconds that only grow; for tests.

    Examples
    --------
    >>> limits = Limits()
    >>> [limits.misses("a") or limits.allows("a") for _ in range(8)][-1], limits.allows("b")
    (False, True)
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._all: deque[float] = deque()
        self._sessions: dict[str, deque[float]] = {}

    def allows(self, session: str) -> bool:
        """Whether a session may look up one more."""
        now = self._clock()
        own = self._sessions.get(session, deque())
        for times in (self._all, own):
            while times and times[0] <= now - WINDOW:
                times.popleft()
        return len(own) < PER_SESSION and len(self._all) < FOR_ALL

    def misses(self, session: str) -> None:
        """Count one that found nothing."""
        now = self._clock()
        if len(self._sessions) >= MOST_SESSIONS:
            # who comes with ever new sessions is held by the limit for all
            self._sessions = {name: times for name, times in self._sessions.items() if times[-1] > now - WINDOW}
        self._all.append(now)
        self._sessions.setdefault(session, deque()).append(now)
