"""A SQLite file and a real PostgreSQL, both empty."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from kunskap.store import Store, open_store

PLACES = ("/usr/lib/postgresql", "/usr/local/pgsql")


def _programs() -> Path | None:
    found = [path.parent for place in PLACES for path in sorted(Path(place).glob("*/bin/initdb"))]
    return found[-1] if found else None


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of our own, on the loopback address, gone afterwards."""
    programs = _programs()
    if programs is None:
        if os.environ.get("CI") == "true":
            pytest.fail("PostgreSQL is missing: .ci/run installs it")
        pytest.skip("PostgreSQL is not on this machine (Debian: apt install postgresql)")
    pytest.importorskip("psycopg")
    folder = tmp_path_factory.mktemp("postgres")
    port = _free_port()
    # The server refuses to run as root.
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_user:
        for place in (folder, *folder.parents[:3]):
            place.chmod(place.stat().st_mode | 0o711)
        shutil.chown(folder, "postgres")
    data = folder / "data"
    subprocess.run(
        [*as_user, str(programs / "initdb"), "-D", str(data), "-U", "kunskap", "-A", "trust", "-E", "UTF8"],
        check=True,
        capture_output=True,
    )
    server = subprocess.Popen(
        [*as_user, str(programs / "postgres"), "-D", str(data), "-h", "127.0.0.1", "-p", str(port), "-k", str(folder)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"postgresql+psycopg://kunskap@127.0.0.1:{port}/postgres"
    try:
        for _ in range(100):
            try:
                with open_store(url).engine.connect():
                    break
            except Exception:
                time.sleep(0.1)
        yield url
    finally:
        server.terminate()
        server.wait(20)


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty store's address, of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'svar.sqlite'}"
    address = str(request.getfixturevalue("postgres"))
    with open_store(address).engine.begin() as connection:
        for table in (
            "answers",
            "receipts",
            "seats",
            "late_answers",
            "sittings",
            "issued",
            "withdrawn",
            "rooms",
            "room_figures",
        ):
            connection.execute(text(f"DELETE FROM {table}"))
    return address


@pytest.fixture
def store(url: str) -> Store:
    return open_store(url)
