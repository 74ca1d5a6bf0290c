"""How many phones one machine carries: `kunskap serve` on one core, simulated participants on the other.

One command, one run, about eight minutes:  .venv/bin/python benchmarks/participants.py
Parts of it:  --only sqlite postgresql breaking room everyday voila

Everything stays on the loopback address.  After each run the store is read and held against what every phone was told:
an answer that was acknowledged must be there once, as it was chosen.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import resource
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from room import room
from serving import CLIENT_CORE, SERVER_CORE, children_of, free_port, of_process, postgresql, served
from sqlalchemy import select

from kunskap.bank import read_bank
from kunskap.errors import KunskapError
from kunskap.project import new_project
from kunskap.rehearsal import Net, Walk, rehearse, summary
from kunskap.store import open_store
from kunskap.store.schema import answers

FORM = """\
id = "load"
background = ["role", "sex"]
minutes = 2
[title]
sv = "Belastning"
en = "Load"
[intro]
sv = "-"
en = "-"
[[sections]]
id = "load"
items = ["conditions01", "conditions02", "goals01", "mainstreaming01", "statistics01", "influence05", "resources01",
         "rds05", "transport01", "strategy01"]
[sections.title]
sv = "Belastning"
en = "Load"
"""
EVERYDAY = Net(loss=0.2, delay=0.2)
PARTS = ["sqlite", "postgresql", "breaking", "room", "everyday", "voila"]
BREAKING_AT = 0.1  # seconds: what p95 may not pass
LONGEST = 300  # seconds for any one run


@dataclass(frozen=True)
class Run:
    """One measurement."""

    name: str
    people: int
    figures: dict[str, float]
    joining_p95: float
    entry: float  # the server's seconds of processor per person, for the way in
    cpu: float  # and per answer
    beside: float  # the database server's own, per answer
    busy: float  # share of its core that all of it used while people answered
    memory: float  # MB per participant
    client: float  # share of its core that the client used
    lost: int
    doubled: int
    load: float  # of the machine before the run


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=PARTS, nargs="+", default=PARTS)
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--voila", type=Path, help="python of an environment with voila and ipywidgets")
    given = parser.parse_args()
    os.sched_setaffinity(0, {CLIENT_CORE % os.cpu_count()})
    allow = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(allow, 65536), allow))
    gc.disable()  # a pause of the phones' own process would be told as the server's
    for part in given.only:
        if part == "everyday":
            show_measured("everyday, SQLite", people=150, seconds=given.seconds, net=EVERYDAY)
        elif part == "room":
            room(people=150)
        elif part == "sqlite":
            show_measured("SQLite", people=given.people, seconds=given.seconds)
        elif part == "breaking":
            breaking()
        elif part == "voila":
            voila(given.voila)
        else:
            on_postgresql(given.people, given.seconds)


def on_postgresql(people: int, seconds: float) -> None:
    """On a PostgreSQL of our own, which shares the server's core."""
    with postgresql() as (url, beside):
        if url is None:
            print("PostgreSQL is not on this machine: left out")
        else:
            show_measured("PostgreSQL", people=people, seconds=seconds, store=url, beside=beside)


def show_measured(name: str, **options: Any) -> Run | None:
    """Measure and show; what does not end in time is told and not waited for."""
    try:
        run = measured(name, **options)
    except (TimeoutError, KunskapError) as error:
        print(f"| {name} | {options['people']} | not finished within {LONGEST} s: {error or 'too slow'} |", flush=True)
        return None
    show(run)
    return run


def breaking() -> None:
    """More and more answers a second, a quarter of a minute each, until one takes too long or is not taken."""
    for rate in (400, 600, 800, 1000, 1200):
        run = show_measured(f"{rate} answers a second", people=int(rate * 15 / 12), seconds=15)
        if run is None or run.figures["p95"] > BREAKING_AT or run.lost or run.figures["refused"]:
            print(f"breaks at {rate} answers a second (p95 over {BREAKING_AT * 1000:.0f} ms, or not taken)")
            return


def measured(
    name: str, *, people: int, seconds: float, net: Net | None = None, store: str | None = None, beside: int = 0
) -> Run:
    """Let people walk the form, and hold what they were told against the store."""
    joining = max(8.0, people / 100)
    with tempfile.TemporaryDirectory(prefix="kunskap-load-") as folder:
        project = Path(folder) / "project"
        new_project(project)
        (project / "survey" / "forms" / "load.toml").write_text(FORM, encoding="utf-8")
        (project / "waves.toml").write_text("simulated = true\n", encoding="utf-8")
        url = store or f"sqlite:///{project / 'answers' / 'svar.sqlite'}"
        load = os.getloadavg()[0]
        with served(project, url, "--form", "load") as (address, process):

            def used() -> tuple[float, float, float]:
                of_database = of_process(beside)["seconds"] if beside else 0.0
                return time.monotonic(), of_process(process)["seconds"], of_database

            async def walk() -> tuple[Sequence[Walk], tuple[float, float, float]]:
                """Walk, and note what had been used when all were in."""
                walking = asyncio.create_task(
                    rehearse(
                        address, people=people, seconds=seconds, joining=joining, rng=np.random.default_rng(1), net=net
                    )
                )
                await asyncio.sleep(joining)
                inside = used()
                return await asyncio.wait_for(walking, LONGEST), inside

            before, first, own = of_process(process), used(), time.process_time()
            walks, inside = asyncio.run(walk())
            last, after = used(), of_process(process)
            client = (time.process_time() - own) / (last[0] - first[0])
        lost, doubled = compared(url, walks, project)
    figures = dict(summary(walks))
    time_taken, cpu, of_database = (late - early for late, early in zip(last, inside, strict=True))
    return Run(
        name,
        people,
        figures,
        joining_p95=float(np.quantile([wait for walk in walks for wait in walk.joining], 0.95)),
        entry=(inside[1] - first[1]) / people,
        cpu=cpu / figures["answers"],
        beside=of_database / figures["answers"],
        busy=(cpu + of_database) / time_taken,
        memory=(after["peak"] - before["now"]) / people,
        client=client,
        lost=lost,
        doubled=doubled,
        load=load,
    )


def compared(url: str, walks: Sequence[Walk], project: Path) -> tuple[int, int]:
    """How many acknowledged answers are missing or different, and how many are kept more than once."""
    bank = read_bank(project / "survey")
    with open_store(url, create=False).engine.connect() as connection:
        rows = connection.execute(select(answers.c.sitting_id, answers.c.item, answers.c.tries)).all()
    kept: dict[tuple[str, str], list[list[str]]] = {}
    doubled = 0
    for sitting, item, tries in rows:
        doubled += (sitting, item) in kept or len(json.loads(tries)) > 1
        kept[sitting, item] = json.loads(tries)
    lost = 0
    for walk in walks:
        for item, chosen in walk.saved.items():
            stored = kept.get((walk.sitting, item), [[""]])
            option = stored[0][0] if stored else ""
            options = bank.items[item].options if item in bank.items else bank.variables[item].levels
            lost += {each.id: each.text["sv"] for each in options}.get(option) != chosen
    extra = len({walk.sitting for walk in walks}) != len({sitting for sitting, _ in kept})
    return lost, doubled + extra


def voila(python: Path | None) -> None:
    """Voilà with one widget: seconds until the page is whole, and memory per person."""
    if python is None:
        print("Voilà is not here (--voila PYTHON): left out")
        return
    with tempfile.TemporaryDirectory(prefix="kunskap-voila-") as folder:
        source = (
            "import ipywidgets as w\nw.VBox([w.RadioButtons(options=['a', 'b', 'c']), w.Button(description='Svara')])"
        )
        cell = {
            "cell_type": "code",
            "source": source,
            "metadata": {},
            "outputs": [],
            "execution_count": None,
            "id": "q",
        }
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        notebook = {"cells": [cell], "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
        path = Path(folder) / "quiz.ipynb"
        path.write_text(json.dumps(notebook), encoding="utf-8")
        for people in (10, 30):
            port = free_port()
            command = ["taskset", "-c", str(SERVER_CORE), python, "-m", "voila", path, "--no-browser", f"--port={port}"]
            server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)
            try:
                waits = asyncio.run(asyncio.wait_for(pages(port, people), LONGEST))
                memory = sum(of_process(each)["now"] for each in [server.pid, *children_of(server.pid)])
                print(
                    f"| Voilà | {people} | page whole: median {np.median(waits):.1f} s, most {max(waits):.1f} s |"
                    f" {memory / people:.0f} MB each |"
                )
            finally:
                server.terminate()
                server.wait(30)


async def pages(port: int, people: int) -> list[float]:
    """Seconds until the whole page has come, for people who arrive together."""
    for _ in range(150):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            break
        except OSError:
            await asyncio.sleep(0.2)

    async def one() -> float:
        begun = time.monotonic()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode())
        while await reader.read(65536):
            pass
        writer.close()
        return time.monotonic() - begun

    return list(await asyncio.gather(*(one() for _ in range(people))))


def show(run: Run) -> None:
    """One line of a table."""
    found = run.figures
    times = " / ".join(f"{1000 * found[name]:.0f}" for name in ("median", "p95", "most"))
    cells = [
        run.name,
        f"{run.people} people, {found['answers']:.0f} answers",
        f"{times} ms",
        f"joining p95 {1000 * run.joining_p95:.0f} ms",
        f"CPU {1000 * run.cpu:.2f} ms an answer, database {1000 * run.beside:.2f}, {1000 * run.entry:.1f} a way in",
        f"core {100 * run.busy:.0f} %, client's {100 * run.client:.0f} %",
        f"{run.memory:.3f} MB",
        f"lost {run.lost}, doubled {run.doubled}, refused {found['refused']:.0f}",
        f"cut {found['cut']:.0f}, handed in {found['completed']:.0f}",
        f"load {run.load:.1f}",
    ]
    print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
