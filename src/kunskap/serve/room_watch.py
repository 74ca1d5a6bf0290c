"""Where the room is, for hundreds of phones that ask every other second: the row is read once a second at most."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from time import monotonic

from kunskap.room import first_room
from kunskap.serve.settings import Settings
from kunskap.store import Room, change_room, enter_room, read_room

__all__ = ["FRESH", "RoomWatch"]

FRESH = 1.0
"""Seconds that a reading holds: how late another worker's step may be seen."""


class RoomWatch:
    """The room's state as this process knows it.

    Parameters
    ----------
    settings : Settings
        With the room's name.
    desk : Executor
        Where the database is waited for.
    clock : callable
        Seconds that only grow; for tests.
    """

    def __init__(self, settings: Settings, desk: Executor, clock: Callable[[], float] = monotonic) -> None:
        self._settings, self._desk, self._clock = settings, desk, clock
        self._lock = asyncio.Lock()
        self._known: Room | None = None
        self._read_at = 0.0

    async def now(self) -> Room:
        """The room, at most `FRESH` seconds old.

        Raises
        ------
        KunskapError
            ``STORE-…`` if the room has never been read and cannot be.
        """
        if self._is_fresh():
            return self._known  # type: ignore[return-value]
        async with self._lock:
            if not self._is_fresh():
                work = self._enter if self._known is None else self._read
                self._keep(await asyncio.get_running_loop().run_in_executor(self._desk, work))
        return self._known  # type: ignore[return-value]

    async def change(self, step: Callable[[Room], Room], then: Callable[[], None] | None = None) -> Room:
        """Take a step, which this process's phones meet at once; `then` is done in the same transaction."""
        await self.now()
        store, name = self._settings.store, self._settings.room

        def taken() -> Room:
            room = change_room(store, name, step)
            if then is not None:
                then()
            return room

        changed = await asyncio.get_running_loop().run_in_executor(self._desk, taken)
        self._keep(changed)
        return changed

    def _is_fresh(self) -> bool:
        return self._known is not None and self._clock() - self._read_at < FRESH

    def _keep(self, room: Room) -> None:
        self._known, self._read_at = room, self._clock()

    def _read(self) -> Room:
        return read_room(self._settings.store, self._settings.room)

    def _enter(self) -> Room:
        setting = self._settings
        first = first_room(setting.room, form=setting.form.id, occasion=setting.occasion, bank=setting.bank)
        return enter_room(setting.store, first)
