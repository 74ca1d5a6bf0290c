"""What the measurements of `kunskap serve` stand on: the server and PostgreSQL on one core, and what they have used."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import text

from kunskap.errors import KunskapError
from kunskap.store import open_store

START = "import sys; from kunskap.cli import app; app(sys.argv[1:])"
SERVER_CORE, CLIENT_CORE = 0, 1


@contextmanager
def served(project: Path, store: str, *options: str) -> Iterator[tuple[str, int]]:
    """`kunskap serve` on its own core: its address and its process."""
    port = free_port()
    command = ["taskset", "-c", str(SERVER_CORE), sys.executable, "-c", START, "serve", *options]
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
        yield address, process.pid
    finally:
        process.terminate()
        process.wait(30)
        log.close()


@contextmanager
def postgresql() -> Iterator[tuple[str | None, int]]:
    """A PostgreSQL of our own on the server's core; gone afterwards."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not programs:
        yield None, 0
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
        yield url, server.pid
    finally:
        server.terminate()
        server.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def children_of(process: int) -> list[int]:
    path = Path(f"/proc/{process}/task/{process}/children")
    found = [int(each) for each in path.read_text().split()] if path.exists() else []
    return [*found, *(below for each in found for below in children_of(each))]


def of_process(process: int) -> dict[str, float]:
    """Seconds of processor with its children's, and memory now and at its peak in MB (Linux)."""
    stat = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    status = dict(
        line.split(":", 1) for line in Path(f"/proc/{process}/status").read_text().splitlines() if ":" in line
    )
    ticks = os.sysconf("SC_CLK_TCK")
    return {
        "seconds": (int(stat[11]) + int(stat[12])) / ticks
        + sum(of_process(each)["seconds"] for each in children_of(process)),
        "now": int(status["VmRSS"].split()[0]) / 1024,
        "peak": int(status["VmHWM"].split()[0]) / 1024,
    }


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])
