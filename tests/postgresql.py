"""A real PostgreSQL for all tests that want one: one server a test process, reached by a file socket of its own.

No port is taken, so that none can be taken by somebody else first; and nothing waits for the disk, because no test here
takes the power away.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

PLACES = ("/usr/lib/postgresql", "/usr/local/pgsql")


@pytest.fixture(scope="session")
def postgres(need: Callable[[bool, str], None]) -> Iterator[Callable[[str], str]]:
    """The address of a database with this name: `postgres("store")`; made the first time it is asked for."""
    programs = [path.parent for place in PLACES for path in sorted(Path(place).glob("*/bin/initdb"))]
    need(bool(programs), "PostgreSQL (Debian: apt install postgresql)")
    pytest.importorskip("psycopg")
    # a socket's path may have 107 signs: pytest's own folders can be deeper than that
    folder = Path(tempfile.mkdtemp(prefix="kunskap-pg-"))
    as_user: list[str] = []
    if os.geteuid() == 0:  # the server refuses to run as root
        as_user = ["runuser", "-u", "postgres", "--"]
        shutil.chown(folder, "postgres")
    data, place = folder / "data", programs[-1]
    made = [*as_user, place / "initdb", "-D", data, "-U", "kunskap", "-A", "trust", "-E", "UTF8", "--no-sync"]
    subprocess.run(made, check=True, capture_output=True)
    log = (folder / "server.log").open("wb")
    run = [*as_user, place / "postgres", "-D", data, "-F", "-c", "listen_addresses=", "-k", folder]
    server = subprocess.Popen(run, stdout=log, stderr=log)
    names: set[str] = set()

    def address(name: str) -> str:
        return f"postgresql+psycopg://kunskap@/{name}?host={folder}"

    def database(name: str) -> str:
        if name not in names:
            engine = create_engine(address("postgres"), isolation_level="AUTOCOMMIT")
            with engine.connect() as connection:
                connection.execute(text(f"CREATE DATABASE {name}"))
            engine.dispose()
            names.add(name)
        return address(name)

    try:
        until = time.monotonic() + 60
        while not names:
            try:
                database("first")
            except OperationalError:
                assert server.poll() is None and time.monotonic() < until, (folder / "server.log").read_text()
                time.sleep(0.05)
        yield database
    finally:
        # at once, without waiting for those who are still connected
        os.kill(int((data / "postmaster.pid").read_text().split()[0]), signal.SIGINT)
        server.wait(30)
        log.close()
        shutil.rmtree(folder, ignore_errors=True)
