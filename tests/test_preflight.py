"""Each check with a thing that is right and a thing that is wrong."""

from __future__ import annotations

import os
import socket
import threading
import time
import urllib.request
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kunskap import preflight
from kunskap.cli import app
from kunskap.project import new_project
from kunskap.words import read_words


def test_a_taken_port_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        assert preflight.port("127.0.0.1", number).state == "bad"
    assert preflight.port("127.0.0.1", number).state == "good"


@pytest.mark.parametrize(("local_counts", "expected"), [(True, "good"), (False, "bad")])
def test_a_visit_is_waited_for_and_the_own_machine_does_not_count(local_counts: bool, expected: str) -> None:
    told: list[str] = []
    asking: list[threading.Thread] = []

    def started(at: int, path: str) -> None:
        def ask() -> None:
            told.append(urllib.request.urlopen(f"http://127.0.0.1:{at}{path}", timeout=5).read().decode())

        asking.append(threading.Thread(target=ask))
        asking[0].start()

    found = preflight.visit("127.0.0.1", 0, seconds=3, started=started, local_counts=local_counts)
    asking[0].join(5)
    assert found.state == expected
    assert told == [preflight.FOUND]


def test_nobody_comes() -> None:
    before = time.monotonic()
    found = preflight.visit("127.0.0.1", 0, seconds=0.3, started=lambda at, path: None, local_counts=True)
    assert found.state == "bad"
    assert time.monotonic() - before < 5


def supply(folder: Path, name: str, **values: str) -> None:
    (folder / name).mkdir(parents=True)
    for key, value in values.items():
        (folder / name / key).write_text(value + "\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("mains", "level", "expected"),
    [("1", "10", "good"), ("0", "90", "weak"), ("0", "40", "bad"), (None, None, "unknown"), ("0", None, "unknown")],
)
def test_power(tmp_path: Path, mains: str | None, level: str | None, expected: str) -> None:
    if mains is not None:
        supply(tmp_path, "AC", type="Mains", online=mains)
    if level is not None:
        supply(tmp_path, "BAT0", type="Battery", capacity=level, status="Discharging")
        supply(tmp_path, "mouse", type="Battery", capacity="1", scope="Device", status="Discharging")
    assert preflight.power(tmp_path).state == expected


@pytest.mark.parametrize(("said", "expected"), [("yes\n", "good"), ("no\n", "weak"), (None, "unknown")])
def test_the_clock_as_the_system_says(tmp_path: Path, said: str | None, expected: str) -> None:
    assert preflight.clock(tmp_path, run=lambda command: said).state == expected


def test_a_clock_behind_the_projects_own_files_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "svar.sqlite"
    path.write_bytes(b"")
    os.utime(path, (time.time() + 86400,) * 2)
    assert preflight.clock(tmp_path, run=lambda command: "yes").state == "bad"


def test_a_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    assert preflight.store_folder(tmp_path).state == "good"
    assert list(tmp_path.iterdir()) == []
    assert preflight.store_folder(tmp_path / "not there").state == "bad"


def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert preflight.disk(tmp_path).state == "good"
    monkeypatch.setattr(preflight, "FEWEST_MEGABYTES", 10**9)
    assert preflight.disk(tmp_path).state == "bad"


def test_a_hosted_address_needs_a_certificate_that_holds() -> None:
    assert preflight.hosted("https://127.0.0.1:9/", seconds=2).state == "bad"


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ({"hosted": "good", "phone": "bad"}, "hosted"),
        ({"hosted": "bad", "phone": "good", "port": "good", "store": "good"}, "router"),
        ({"phone": "good", "store": "bad"}, "none"),
        ({"phone": "good", "disk": "bad"}, "none"),
        ({"phone": "bad"}, "none"),
        ({}, "none"),
    ],
)
def test_the_way_to_use(states: dict[str, str], expected: str) -> None:
    assert preflight.way_to_use([preflight.Check(name, state) for name, state in states.items()]) == expected


def test_every_finding_has_words_in_both_languages() -> None:
    values = {"port": 1, "address": "-", "seconds": 1, "time": "-", "level": 1, "free": 1, "folder": "-"}
    reachable = {
        "port": ("good", "bad"), "phone": ("good", "bad"), "hosted": ("good", "bad"), "projector": ("good", "bad"),
        "clock": ("good", "weak", "bad", "unknown"), "power": ("good", "weak", "bad", "unknown"),
        "disk": ("good", "bad"), "store": ("good", "weak", "bad"),
    }  # fmt: skip
    for language in ("sv", "en"):
        words = read_words(language=language)
        for name, states in reachable.items():
            for state in states:
                assert words(f"preflight.{name}.{state}", **values)
                assert words(f"preflight.sign.{state}")


def test_the_command_says_which_way(tmp_path: Path) -> None:
    new_project(tmp_path / "p")
    command = ["preflight", "--project", str(tmp_path / "p"), "--port", "0", "--wait", "1", "--host", "127.0.0.1"]
    done = CliRunner().invoke(app, [*command, "--no-ask"])
    assert done.exit_code == 0, done.output
    assert "kunskap tally" in done.output
    assert "Öppna http://127.0.0.1:" in done.output
