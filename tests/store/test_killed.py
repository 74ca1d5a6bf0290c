"""A process that answers is killed at random moments: what it said was saved is there, whole, once."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

from kunskap.serve.desk import Desk
from kunskap.store import Posting, begin, keep_posting, open_store

KILLS = 200
ITEMS = 15


def answering(address: str, sitting: str, first: int, pipe: int, boasts: bool) -> None:
    """Answer for ever, as the page does; say each number once it has been acknowledged (who boasts says it before)."""
    store = open_store(address, create=False)
    desk = Desk(store)

    def answered(number: int) -> None:
        answer = Posting(f"i{number % ITEMS:02d}", (str(number),), shows=f"i{(number + 1) % ITEMS:02d}")
        keep_posting(store, sitting, lambda before, is_replayed: answer, receipt=str(number))

    for number in range(first, 10**6):
        if boasts:
            os.write(pipe, b"%d\n" % number)
        desk.submit(answered, number).result()
        if not boasts:
            os.write(pipe, b"%d\n" % number)


def kept(folder: Path) -> dict[str, int]:
    """What stands in the file: item → the number of its answer."""
    with closing(sqlite3.connect(folder / "svar.sqlite")) as beside:
        rows = beside.execute("SELECT item, tries FROM answers WHERE tries != '[]'").fetchall()
    return {item: int(json.loads(tries)[0][0]) for item, tries in rows}


def killed_after(seconds: float, address: str, sitting: str, first: int, *, boasts: bool = False) -> list[int]:
    """Start one that answers, kill it some time after its first answer, return what it said was saved."""
    # forked, not started anew: 200 interpreters would take minutes
    reading, writing = os.pipe()
    arguments = (address, sitting, first, writing, boasts)
    process = multiprocessing.get_context("fork").Process(target=answering, args=arguments)
    process.start()
    os.close(writing)
    said = os.read(reading, 100)
    time.sleep(seconds)
    process.kill()
    process.join()
    while part := os.read(reading, 65536):
        said += part
    os.close(reading)
    return [int(line) for line in said.split(b"\n")[:-1]]


def kills(folder: Path) -> None:
    """Kill it 200 times, and look each time for what it had said was saved."""
    address = f"sqlite:///{folder / 'svar.sqlite'}"
    store = open_store(address)
    sitting = begin(store, form="baslinje", wave="2026").sitting_id
    store.engine.dispose()
    chance, latest = random.Random(20261122), -1
    for _ in range(KILLS):
        said = killed_after(chance.random() * 0.02, address, sitting, latest + 1)
        assert said, "it was killed before it had answered anything"
        found = kept(folder)
        # at most the one answer that was on its way is there without having been acknowledged
        assert said[-1] <= max(found.values()) <= said[-1] + 1
        latest = max(found.values())
        assert found == {f"i{number % ITEMS:02d}": number for number in range(max(0, latest - ITEMS + 1), latest + 1)}


def test_acknowledged_answers_survive_200_kills(root: Path, tmp_path: Path) -> None:
    # from a small process: one that has run other tests has so much memory that forking takes longer than the answers
    done = subprocess.run(
        [sys.executable, "-c", f"from pathlib import Path; import {__name__} as t; t.kills(Path({str(tmp_path)!r}))"],
        cwd=root, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_an_answer_that_is_acknowledged_too_early_is_found_lost(tmp_path: Path) -> None:
    """The planted fault: told as saved before it is."""
    address = f"sqlite:///{tmp_path / 'svar.sqlite'}"
    store = open_store(address)
    sitting = begin(store, form="baslinje", wave="2026").sitting_id
    store.engine.dispose()
    chance, first, lost = random.Random(20261122), 0, 0
    while not lost and first < 10**5:
        said = killed_after(chance.random() * 0.02, address, sitting, first, boasts=True)
        lost += said[-1] > max(kept(tmp_path).values(), default=-1)
        first = said[-1] + 1
    assert lost
