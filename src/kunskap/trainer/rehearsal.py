"""A rehearsal: a real room on this machine, with invented people who answer when they are told to."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from kunskap.bank import Bank, Item
from kunskap.decided import read_decided_bank
from kunskap.errors import KunskapError, fault
from kunskap.project import new_project, open_project
from kunskap.room import is_poll
from kunskap.store import (
    Room,
    Store,
    begin,
    open_store,
    read_poll,
    read_room,
    save_answer,
    save_in_room,
    save_vote,
    take_seat,
)
from kunskap.trainer.client import RoomClient

__all__ = ["Rehearsal", "room_is_running"]

COMMAND = "import sys; from kunskap.cli import app; app(sys.argv[1:])"
PATIENCE = 60.0  # seconds for the server to start
STORE_NAME = "svar.sqlite"


def room_is_running(folder: Path | None = None) -> bool:
    """Whether the trainer's screen would find a room."""
    try:
        RoomClient(folder).state()
    except KunskapError as error:
        return "ROOM-11" in error.codes
    return True


class Rehearsal:
    """A room in a folder of its own that is gone when it is closed; every figure says that its answers are invented.

    Parameters
    ----------
    people : int
        How many invented people sit there.
    form : str
        What they are asked.
    rng : numpy Generator
        Decides what they answer.

    Attributes
    ----------
    project : Path
        The folder, for `TrainerPanel`.

    Raises
    ------
    KunskapError
        ``ROOM-09`` if the server does not start.
    """

    def __init__(self, people: int = 12, *, form: str = "r4a", rng: np.random.Generator) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="kunskap-rum-", ignore_cleanup_errors=True)
        self.project = Path(self._folder.name) / "projekt"
        new_project(self.project)
        (self.project / "waves.toml").write_text(
            f'simulated = true\n\n[waves.ova]\nform = "{form}"\n', encoding="utf-8"
        )
        self.bank: Bank = read_decided_bank(open_project(self.project).survey)
        self.rng = rng
        self._people = [secrets.token_hex(16) for _ in range(people)]
        log = (self.project / "serve.log").open("wb")
        self._server = subprocess.Popen(
            [
                sys.executable,
                "-c",
                COMMAND,
                "serve",
                "--project",
                str(self.project),
                "--port",
                "0",
                "--paced",
                "trainer",
            ],
            stdout=log,
            stderr=log,
        )
        log.close()
        self._wait()
        self._store: Store = open_store(f"sqlite:///{(self.project / 'answers' / STORE_NAME).as_posix()}")
        self.join()

    def join(self, people: int | None = None) -> None:
        """Let people sit down, in the round where the room is."""
        for person in self._people[:people]:
            self._sitting(person)

    def answer(self, people: int | None = None, *, right: float = 0.5) -> int:
        """Let people answer the open question.

        Parameters
        ----------
        people : int, optional
            How many of them; all when not given.
        right : float
            The share who know.

        Returns
        -------
        int
            How many answers came in time.
        """
        room = read_room(self._store, self._name)
        if is_poll(room):
            return self._vote(room, people)
        item = self.bank.items[room.item or ""]
        in_time = 0
        for person in self._people[:people]:
            said = self._said(item, right)
            receipt = secrets.token_hex(8)
            sitting = self._sitting(person)
            in_time += save_in_room(self._store, room.name, sitting, item.id, said, receipt=receipt) == "in_time"
        return in_time

    def _vote(self, room: Room, people: int | None) -> int:
        """Let people choose at random in a poll; how many votes came in time."""
        name = room.item or ""
        most = len(read_poll(self._store, room.name, name).options)
        said = [
            save_vote(self._store, room.name, self._sitting(person), name, int(self.rng.integers(most)))
            for person in self._people[:people]
        ]
        return said.count("in_time")

    def close(self) -> None:
        """End the server and remove the folder."""
        self._server.terminate()
        try:
            self._server.wait(15)
        except subprocess.TimeoutExpired:
            self._server.kill()
        self._store.engine.dispose()
        self._folder.cleanup()

    def _said(self, item: Item, right: float) -> tuple[str, ...]:
        others = [option_id for option_id in item.option_ids if option_id not in item.key]
        if item.key and self.rng.random() < right:
            return item.key
        return (str(self.rng.choice(others)),)

    def _sitting(self, person: str) -> str:
        room = read_room(self._store, self._name)
        form = self.bank.forms[room.form]
        sitting = begin(self._store, form=room.form, wave="ova", occasion=room.occasion, pseudonym=person)
        for name in form.background:
            if name not in sitting.tries:
                level = str(self.rng.choice(self.bank.variables[name].level_ids))
                save_answer(self._store, sitting.sitting_id, name, (level,), receipt=f"about {name}")
        take_seat(self._store, sitting.sitting_id, room, ready=True)
        return sitting.sitting_id

    def _wait(self) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self._server.poll() is None:
            if room_is_running(self.project):
                told = next(self.project.glob("rum-*.json"))
                self._name = str(json.loads(told.read_text(encoding="utf-8"))["room"])
                return
            time.sleep(0.2)
        self._server.kill()
        raise KunskapError([fault("ROOM-09", str(self.project), problem="kunskap serve")])
