"""A room whose pace the trainer sets: phones that ask every other second, and all answer when a question is opened.

A part of `participants.py`; the phones do what `static/room.js` does.
"""

from __future__ import annotations

import asyncio
import json
import re
import tempfile
import time
import urllib.request
from collections.abc import Mapping
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
from serving import of_process, served

from kunskap.project import new_project
from kunskap.rehearsal import CHOICE, FORMS, HIDDEN, Phone
from kunskap.store import open_store, read_room
from kunskap.store.rooms import counts_in_room

PAUSE, JITTER = 2.0, 0.6  # seconds, as in room.js
THINKING = 10.0  # seconds within which all answer
WAVE = "load"


class Follower(Phone):
    """A phone that follows the room."""

    version = ""
    taken = 0

    async def begin(self) -> None:
        """Come in, and say who one is."""
        await self.join()
        while (fields := self.form()) and fields["item"] in ("role", "sex"):
            is_last = 'value="finish"' in self.html
            await self.send({**fields, "chosen": "1", "do": "finish" if is_last else "next"})

    def form(self) -> dict[str, str]:
        """The open form's own fields; empty where there is nothing to answer."""
        found = {name: unescape(value) for name, value in HIDDEN.findall(self.html) if name in FORMS}
        return found if "item" in found else {}

    async def send(self, fields: Mapping[str, str]) -> None:
        """Post a form."""
        status, body = await self._post("/fragor", urlencode(fields))
        self.walk.refused += status != 200
        self.html = json.loads(body)["html"]

    async def follow(self, until: float, polls: list[float], looks: list[float]) -> None:
        """Ask whether anything is new; answer what is open."""
        while time.monotonic() < until:
            await asyncio.sleep(PAUSE + float(self.rng.uniform(0, JITTER)))
            _, told = await self._timed("GET", "/lage", polls)
            version = json.loads(told)["version"]
            if version == self.version:
                continue
            _, self.html = await self._timed("GET", "/fragor", looks)
            self.version = version
            if fields := self.form():
                await asyncio.sleep(float(self.rng.uniform(0, THINKING)))
                places = [place for place, _ in CHOICE.findall(self.html)]
                await self.send({**fields, "chosen": str(self.rng.choice(places)), "do": "answer"})
                self.taken += "kq-saved" in self.html


def room(people: int) -> None:
    """Open two questions, let all answer, and show how long each thing took."""
    with tempfile.TemporaryDirectory(prefix="kunskap-room-") as folder:
        project = Path(folder) / "project"
        new_project(project)
        (project / "waves.toml").write_text("simulated = true\n", encoding="utf-8")
        url = f"sqlite:///{project / 'answers' / 'svar.sqlite'}"
        with served(project, url, "--form", "r4a", "--wave", WAVE) as (address, process):
            asyncio.run(in_room(project, url, address, process, people))


async def in_room(project: Path, url: str, address: str, process: int, people: int) -> None:
    """One room from its beginning to its end."""
    port = int(address.rpartition(":")[2])
    token = json.loads((project / f"rum-{port}.json").read_text())["token"]
    phones = [Follower("127.0.0.1", port, rng=chance) for chance in np.random.default_rng(1).spawn(people)]

    async def begun(phone: Follower) -> None:
        await asyncio.sleep(float(phone.rng.uniform(0, 8)))
        await phone.begin()

    await asyncio.gather(*(begun(phone) for phone in phones))
    for phone in phones:
        phone.walk.waits.clear()
    polls: list[float] = []
    looks: list[float] = []
    first, began = of_process(process)["seconds"], time.monotonic()
    following = [asyncio.create_task(phone.follow(began + 32, polls, looks)) for phone in phones]
    counted = []
    for action in ("open", "close", "next", "open"):
        await asyncio.sleep({"open": 2, "close": THINKING + 4, "next": 2}[action])
        await asyncio.to_thread(step, port, token, action)
        counted += [counts_in_room(open_store(url), read_room(open_store(url), WAVE))["answered"]] * (action == "close")
    await asyncio.gather(*following)
    counted.append(counts_in_room(open_store(url), read_room(open_store(url), WAVE))["answered"])
    used = (of_process(process)["seconds"] - first) / (time.monotonic() - began)
    answers = [wait for phone in phones for wait in phone.walk.waits]
    lines = [
        f"{name} {len(waits)}: "
        + " / ".join(f"{1000 * each:.0f}" for each in (np.median(waits), np.quantile(waits, 0.95), max(waits)))
        + " ms"
        for name, waits in (("asked", polls), ("looked", looks), ("answered", answers))
    ]
    acknowledged = sum(phone.taken for phone in phones)
    print(
        f"| room, SQLite | {people} phones | {' | '.join(lines)} | core {100 * used:.0f} % |"
        f" {acknowledged} acknowledged, {sum(counted)} in the store |",
        flush=True,
    )


def step(port: int, token: str, action: str) -> None:
    """Take one of the trainer's steps."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/rum/steg",
        data=json.dumps({"do": action}).encode(),
        headers={"Authorization": f"Bearer {token}"},
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        assert re.match("2..", str(answer.status))
