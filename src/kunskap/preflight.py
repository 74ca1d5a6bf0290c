"""Before a workshop: does the computer, the room's net and the projector hold?  And if not, which way to use instead.

Three ways are rehearsed: a hosted address, a net in the room (its own or a travel router's), and none at all.
"""

from __future__ import annotations

import http.server
import os
import secrets
import shutil
import socket
import sqlite3
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Check", "clock", "disk", "hosted", "port", "power", "store_folder", "visit", "way_to_use"]

GOOD, WEAK, BAD, UNKNOWN = "good", "weak", "bad", "unknown"
FEWEST_MEGABYTES = 200
ENOUGH_BATTERY = 60  # per cent: a workshop of two hours without its charger
MOST_AHEAD = 60.0  # seconds that a fresh file may lie ahead of the clock
FOUND = "Det fungerar. / It works."


@dataclass(frozen=True)
class Check:
    """What was found.

    Attributes
    ----------
    name : str
        ``port phone hosted projector clock power disk store``.
    state : str
        ``good``, ``weak`` (it will do, but see to it), ``bad``, or ``unknown`` where it cannot be read here.
    values : mapping
        What the words say.
    """

    name: str
    state: str
    values: Mapping[str, object] = field(default_factory=dict)


def port(host: str, number: int) -> Check:
    """Whether the page can listen there.

    Examples
    --------
    >>> port("127.0.0.1", 0).state
    'good'
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as trying:
        trying.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trying.bind((host, number))
        except (OSError, OverflowError):
            return Check("port", BAD, {"port": number})
    return Check("port", GOOD, {"port": number})


def visit(
    host: str, number: int, *, seconds: float, started: Callable[[int, str], None], local_counts: bool = False
) -> Check:
    """Wait until a phone has opened a small page; whose it was is asked no further than that it is not this machine.

    Parameters
    ----------
    host, number : str, int
        Where the page will be.
    seconds : float
        How long to wait.
    started : callable
        Called with the port and the path to open once somebody can.
    local_counts : bool
        Whether a visit from this machine counts (for tests).
    """
    seen, path = threading.Event(), f"/{secrets.token_hex(3)}"

    class Hello(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = self.path == path
            content = FOUND.encode() if found else b""
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "text/plain; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
            own = self.connection.getsockname()[0] == self.client_address[0]
            if found and (local_counts or not own):
                seen.set()

        def log_message(self, *_: object) -> None:
            """No address anywhere."""

    try:
        server = http.server.ThreadingHTTPServer((host, number), Hello)
    except (OSError, OverflowError):
        return Check("phone", BAD, {"seconds": 0})
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        started(server.server_address[1], path)
        reached = seen.wait(seconds)
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
    return Check("phone", GOOD if reached else BAD, {"seconds": round(seconds)})


def hosted(address: str, *, seconds: float = 10.0) -> Check:
    """Whether a hosted page answers, over TLS with a certificate that holds.

    Examples
    --------
    >>> hosted("http://kunskap.example.se/").state
    'bad'
    """
    state = BAD
    if address.startswith("https://"):
        try:
            with urllib.request.urlopen(address, timeout=seconds) as answer:
                state = GOOD if answer.status == 200 else BAD
        except (OSError, urllib.error.URLError, ValueError):
            state = BAD
    return Check("hosted", state, {"address": address})


def clock(folder: Path, *, run: Callable[[Sequence[str]], str | None] | None = None) -> Check:
    """Whether the clock goes right: as the system says, else whether no file of the project lies in the future.

    Parameters
    ----------
    folder : Path
        Where files have been written lately.
    run : callable, optional
        Runs a command and returns what it said; for tests.
    """
    said = (run or _said)(["timedatectl", "show", "--property=NTPSynchronized", "--value"])
    values = {"time": time.strftime("%Y-%m-%d %H:%M")}
    newest = max((path.stat().st_mtime for path in folder.glob("*") if path.is_file()), default=0.0)
    if newest > time.time() + MOST_AHEAD:
        return Check("clock", BAD, values)
    return Check("clock", {"yes": GOOD, "no": WEAK}.get((said or "").strip(), UNKNOWN), values)


def power(supplies: Path = Path("/sys/class/power_supply")) -> Check:
    """Whether the charger is in, and else how much there is in the battery (Linux)."""
    level: int | None = None
    plugged = False
    for supply in sorted(supplies.glob("*")) if supplies.is_dir() else ():
        kind = _read(supply / "type")
        if kind in ("Mains", "USB"):
            plugged |= _read(supply / "online") == "1"
        elif kind == "Battery" and _read(supply / "scope") != "Device" and _read(supply / "capacity").isdigit():
            level = int(_read(supply / "capacity"))
            plugged |= _read(supply / "status") in ("Charging", "Full")
    values = {"level": "–" if level is None else level}
    if plugged:
        return Check("power", GOOD, values)
    if level is None:
        return Check("power", UNKNOWN, values)
    return Check("power", WEAK if level >= ENOUGH_BATTERY else BAD, values)


def disk(folder: Path) -> Check:
    """Whether there is room for the answers.

    Examples
    --------
    >>> disk(Path("/")).name
    'disk'
    """
    free = shutil.disk_usage(folder).free // 2**20
    return Check("disk", GOOD if free >= FEWEST_MEGABYTES else BAD, {"free": free})


def store_folder(folder: Path) -> Check:
    """Whether a database can be written beside the answers, and is safe there: not every net drive can lock a file."""
    path = folder / f".prov-{secrets.token_hex(4)}.sqlite"
    try:
        connection = sqlite3.connect(path, timeout=2)
        try:
            mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
            connection.execute("CREATE TABLE t (a)")
            connection.commit()
        finally:
            connection.close()
        state = GOOD if mode == "wal" else WEAK
    except (sqlite3.Error, OSError):
        state = BAD
    finally:
        for end in ("", "-wal", "-shm"):
            path.with_name(path.name + end).unlink(missing_ok=True)
    return Check("store", state, {"folder": str(folder)})


def way_to_use(checks: Sequence[Check]) -> str:
    """Which of the three rehearsed ways: ``hosted``, ``router`` or ``none``.

    Examples
    --------
    >>> way_to_use([Check("port", "good"), Check("phone", "good")]), way_to_use([Check("phone", "bad")])
    ('router', 'none')
    >>> way_to_use([Check("hosted", "good"), Check("phone", "bad")])
    'hosted'
    """
    states = {check.name: check.state for check in checks}
    if states.get("hosted") == GOOD:
        return "hosted"
    needed = ("port", "disk", "store")
    is_fit = all(states.get(name, GOOD) != BAD for name in needed)
    return "router" if states.get("phone") == GOOD and is_fit else "none"


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def _said(command: Sequence[str]) -> str | None:
    if shutil.which(command[0]) is None or os.name != "posix":
        return None
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=5, check=False)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout if done.returncode == 0 else None
