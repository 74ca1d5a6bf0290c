"""A process that answers is killed at random moments: what it said was saved is there, whole, once."""

from __future__ import annotations

import multiprocessing
import os
import random
import time
from pathlib import Path

from kunskap.store import begin, load, open_store, save_answer

KILLS = 200
ITEMS = 15


def answering(address: str, sitting: str, first: int, pipe: int, boasts: bool) -> None:
    """Answer for ever; say each number once it has been acknowledged (who boasts says it before)."""
    store = open_store(address)
    for number in range(first, 10**6):
        if boasts:
            os.write(pipe, b"%d\n" % number)
        save_answer(store, sitting, f"i{number % ITEMS:02d}", [str(number)], receipt=str(number))
        if not boasts:
            os.write(pipe, b"%d\n" % number)


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


def test_acknowledged_answers_survive_200_kills(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'svar.sqlite'}"
    store = open_store(address)
    sitting = begin(store, form="baslinje", wave="2026").sitting_id
    store.engine.dispose()
    chance, latest = random.Random(20261122), -1
    for _ in range(KILLS):
        said = killed_after(chance.random() * 0.02, address, sitting, latest + 1)
        assert said, "it was killed before it had answered anything"
        reading = open_store(address)
        kept = {item: int(tries[0][0]) for item, tries in load(reading, sitting).tries.items()}
        reading.engine.dispose()
        # at most the one answer that was on its way is there without having been acknowledged
        assert said[-1] <= max(kept.values()) <= said[-1] + 1
        latest = max(kept.values())
        assert kept == {f"i{number % ITEMS:02d}": number for number in range(max(0, latest - ITEMS + 1), latest + 1)}


def test_an_answer_that_is_acknowledged_too_early_is_found_lost(tmp_path: Path) -> None:
    """The planted fault: told as saved before it is."""
    address = f"sqlite:///{tmp_path / 'svar.sqlite'}"
    store = open_store(address)
    sitting = begin(store, form="baslinje", wave="2026").sitting_id
    store.engine.dispose()
    chance, first, lost = random.Random(20261122), 0, 0
    while not lost and first < 10**5:
        said = killed_after(chance.random() * 0.02, address, sitting, first, boasts=True)
        reading = open_store(address)
        kept = max((int(tries[0][0]) for tries in load(reading, sitting).tries.values()), default=-1)
        reading.engine.dispose()
        lost += said[-1] > kept
        first = said[-1] + 1
    assert lost
