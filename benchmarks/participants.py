"""How many phones one machine carries: `kunskap serve` on one core, simulated participants on the other.

One command, one run, about eight minutes:  .venv/bin/python benchmarks/participants.py
Parts of it:  --only everyday | sqlite | postgresql | breaking | voila

Everything stays on the loopback address.  After each run the store is read and held against what every phone was told:
an answer that was acknowledged must be there once, as it was chosen.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import select, text

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
START = "import sys; from kunskap.cli import app; app(sys.argv[1:])"
SERVER_CORE, CLIENT_CORE = 0, 1
EVERYDAY = Net(loss=0.2, delay=0.2)
BREAKING_AT = 0.1  # seconds: what p95 may not pass
LONGEST = 300  # seconds for any one run


@dataclass(frozen=True)
class Run:
    """One measurement."""

    name: str
    people: int
    figures: dict[str, float]
    joining_p95: float
    cpu: float  # the server's seconds of processor per answer
    memory: float  # MB per participant
    client: float  # share of its core that the client used
    lost: int
    doubled: int
    load: float  # of the machine before the run


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=("everyday", "sqlite", "postgresql", "breaking", "voila"))
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--voila", type=Path, help="python of an environment with voila and ipywidgets")
    given = parser.parse_args()
    os.sched_setaffinity(0, {CLIENT_CORE % os.cpu_count()})
    allow = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(allow, 65536), allow))
    wanted = [given.only] if given.only else ["everyday", "sqlite", "postgresql", "breaking", "voila"]
    if "everyday" in wanted:
        show_measured("everyday, SQLite", people=150, seconds=given.seconds, net=EVERYDAY)
    if "sqlite" in wanted:
        show_measured("SQLite", people=given.people, seconds=given.seconds)
    if "postgresql" in wanted:
        with postgresql() as url:
            if url is None:
                print("PostgreSQL is not on this machine: left out")
            else:
                show_measured("PostgreSQL", people=given.people, seconds=given.seconds, store=url)
    if "breaking" in wanted:
        breaking(given.people)
    if "voila" in wanted:
        voila(given.voila)


def show_measured(name: str, **options: Any) -> None:
    """Measure and show; what does not end in time is told and not waited for."""
    try:
        show(measured(name, **options))
    except (TimeoutError, KunskapError) as error:
        print(f"| {name} | {options['people']} | not finished within {LONGEST} s: {error or 'too slow'} |", flush=True)


def breaking(people: int) -> None:
    """More and more people, half a minute each, until an answer takes too long or is not taken."""
    for factor in (1.0, 1.25, 1.5, 2.0, 2.5, 3.0):
        # a quarter of the people in a quarter of the time put the same number of answers per second
        run = measured(f"× {factor}", people=int(people * factor / 4), seconds=30)
        show(run)
        if run.figures["p95"] > BREAKING_AT or run.lost or run.figures["refused"]:
            print(f"breaks at {run.people / 30 * 12:.0f} answers a second (p95 over {BREAKING_AT * 1000:.0f} ms)")
            return


def measured(name: str, *, people: int, seconds: float, net: Net | None = None, store: str | None = None) -> Run:
    with tempfile.TemporaryDirectory(prefix="kunskap-load-") as folder:
        project = Path(folder) / "project"
        new_project(project)
        (project / "survey" / "forms" / "load.toml").write_text(FORM, encoding="utf-8")
        (project / "waves.toml").write_text("simulated = true\n", encoding="utf-8")
        url = store or f"sqlite:///{project / 'answers' / 'svar.sqlite'}"
        load = os.getloadavg()[0]
        with served(project, url) as (address, process):
            before = of_process(process)
            begun, own = time.monotonic(), time.process_time()
            walks = asyncio.run(
                asyncio.wait_for(
                    rehearse(
                        address,
                        people=people,
                        seconds=seconds,
                        joining=max(15.0, people / 40),
                        rng=np.random.default_rng(1),
                        net=net,
                    ),
                    LONGEST,
                )
            )
            client = (time.process_time() - own) / (time.monotonic() - begun)
            after = of_process(process)
        lost, doubled = compared(url, walks, project)
    figures = dict(summary(walks))
    joining = float(np.quantile([wait for walk in walks for wait in walk.joining], 0.95))
    cpu = (after["seconds"] - before["seconds"]) / figures["answers"]
    memory = (after["peak"] - before["now"]) / people
    return Run(name, people, figures, joining, cpu, memory, client, lost, doubled, load)


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


@contextmanager
def served(project: Path, store: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """`kunskap serve` on its own core."""
    port = free_port()
    command = ["taskset", "-c", str(SERVER_CORE), sys.executable, "-c", START, "serve", "--form", "load"]
    command += ["--project", str(project), "--port", str(port), "--store", store]
    log = (project / "serve.log").open("wb")
    process = subprocess.Popen(command, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            with suppress(OSError):
                urllib.request.urlopen(address + "/tillganglighet", timeout=5).read()
                break
            if process.poll() is not None:
                raise SystemExit((project / "serve.log").read_text())
            time.sleep(0.2)
        yield address, process
    finally:
        process.terminate()
        process.wait(30)
        log.close()


@contextmanager
def postgresql() -> Iterator[str | None]:
    """A PostgreSQL of our own on the server's core; gone afterwards."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not programs:
        yield None
        return
    folder, port = Path(tempfile.mkdtemp(prefix="kunskap-pg-")), free_port()
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_user:
        folder.chmod(0o755)
        shutil.chown(folder, "postgres")
    place, data = programs[-1].parent, folder / "data"
    made = [*as_user, place / "initdb", "-D", data, "-U", "kunskap", "-A", "trust", "-E", "UTF8"]
    subprocess.run(made, check=True, capture_output=True)
    run = ["taskset", "-c", str(SERVER_CORE), *as_user, place / "postgres", "-D", data]
    run += ["-h", "127.0.0.1", "-p", str(port), "-k", folder]
    server = subprocess.Popen(run, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"postgresql+psycopg://kunskap@127.0.0.1:{port}/postgres"
    try:
        for _ in range(100):
            try:
                with open_store(url).engine.connect() as connection:
                    connection.execute(text("SELECT 1"))
                break
            except KunskapError:
                time.sleep(0.1)
        yield url
    finally:
        server.terminate()
        server.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


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
                children = [server.pid, *children_of(server.pid)]
                memory = sum(of_process_id(each)["now"] for each in children)
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


def children_of(process: int) -> list[int]:
    path = Path(f"/proc/{process}/task/{process}/children")
    found = [int(each) for each in path.read_text().split()] if path.exists() else []
    return [*found, *(below for each in found for below in children_of(each))]


def of_process(process: subprocess.Popen[bytes]) -> dict[str, float]:
    return of_process_id(process.pid)


def of_process_id(process: int) -> dict[str, float]:
    """Seconds of processor, and memory now and at its peak in MB (Linux)."""
    stat = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    status = dict(
        line.split(":", 1) for line in Path(f"/proc/{process}/status").read_text().splitlines() if ":" in line
    )
    ticks = os.sysconf("SC_CLK_TCK")
    return {
        "seconds": (int(stat[11]) + int(stat[12])) / ticks,
        "now": int(status["VmRSS"].split()[0]) / 1024,
        "peak": int(status["VmHWM"].split()[0]) / 1024,
    }


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def show(run: Run) -> None:
    found = run.figures
    times = " / ".join(f"{1000 * found[name]:.0f}" for name in ("median", "p95", "most"))
    cells = [
        run.name,
        f"{run.people} people, {found['answers']:.0f} answers",
        f"{times} ms",
        f"joining p95 {1000 * run.joining_p95:.0f} ms",
        f"{1000 * run.cpu:.1f} ms CPU",
        f"{run.memory:.3f} MB",
        f"lost {run.lost}, doubled {run.doubled}, refused {found['refused']:.0f}",
        f"cut {found['cut']:.0f}, handed in {found['completed']:.0f}",
        f"client {100 * run.client:.0f} %",
        f"load {run.load:.1f}",
    ]
    print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
