"""The trainer's guide: days that add up, modules that fit them, links and commands that are there."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
from typer.main import get_command

from kunskap.bank import Bank
from kunskap.cli import app
from kunskap.handout import modules_in
from tests.module_rules import schedule

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
GUIDE = (FOLDER / "moduler" / "kursledare.md").read_text(encoding="utf-8")
MOST_MODULES = {"Halvdag": 2, "Heldag": 3, "Tjugo minuter i en nämnd": 0}
LENGTHS = {"Halvdag": 180, "Heldag": 420, "Tjugo minuter i en nämnd": 20}
Row = tuple[int, int, str]


def days(text: str) -> dict[str, list[Row]]:
    """Heading → rows (minute of the day at which it begins, minutes, what)."""
    found: dict[str, list[Row]] = {}
    heading = ""
    for line in text.splitlines():
        heading = line.removeprefix("### ") if line.startswith("### ") else heading
        fields = [field.strip(" *") for field in line.strip("|").split("|")]
        if (
            line.startswith("|")
            and len(fields) == 3
            and re.fullmatch(r"\d+(\.\d\d)?", fields[0])
            and fields[1].isdigit()
        ):
            hour, _, minute = fields[0].rpartition(".")
            found.setdefault(heading, []).append((int(hour or 0) * 60 + int(minute), int(fields[1]), fields[2]))
    return found


def wrong(day: str, rows: list[Row], longest: int) -> list[str]:
    """Rows that do not begin where the last one ended, a sum that is not the day's, modules that do not fit."""
    broken = [f"{what} after {begins}" for (begins, minutes, _), (following, _, what) in pairwise(rows)
              if begins + minutes != following and what != "Slut"]  # fmt: skip
    *parts, (end, total, last) = rows
    if (end - parts[0][0], total, last) != (sum(minutes for _, minutes, _ in parts), end - parts[0][0], "Slut"):
        broken.append("sum")
    broken += ["length"] if total != LENGTHS[day] else []
    modules = [minutes for _, minutes, what in parts if what == "Modul"]
    broken += [f"{len(modules)} modules"] if len(modules) != MOST_MODULES[day] else []
    broken += ["a module does not fit"] if any(minutes < longest for minutes in modules) else []
    sitting = 0
    for _, minutes, what in parts:
        sitting = 0 if what.startswith(("Paus", "Lunch")) else sitting + minutes
        broken += [f"{sitting} minutes without a break"] if sitting > 90 else []
    return broken


@pytest.fixture(scope="module")
def longest() -> int:
    """Minutes of the longest module."""
    return max(schedule(nbformat.read(path, as_version=4))["Summa"][0] for path in modules_in(FOLDER))


def test_every_day_adds_up_with_its_breaks(longest: int) -> None:
    found = days(GUIDE)
    assert set(found) == set(LENGTHS)
    assert {day: wrong(day, rows, longest) for day, rows in found.items() if wrong(day, rows, longest)} == {}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("| 10.30 | 60 | Modul |", "| 10.35 | 60 | Modul |"),
        ("| **12.00** | **180** |", "| **12.00** | **175** |"),
        ("| 10.10 | 20 | Paus |", "| 10.10 | 20 | Samtal |"),
        ("| 12.45 | 60 | Modul |", "| 12.45 | 60 | Samtal |"),
        ("| 2 | 10 | Figurerna", "| 2 | 11 | Figurerna"),
    ],
)
def test_a_day_that_does_not_add_up_is_seen(old: str, new: str, longest: int) -> None:
    assert old in GUIDE
    found = days(GUIDE.replace(old, new, 1))
    assert [day for day, rows in found.items() if wrong(day, rows, longest)] != []
    assert wrong("Halvdag", days(GUIDE)["Halvdag"], 61) == ["a module does not fit"]


def test_every_module_is_in_the_table_and_every_link_leads_somewhere() -> None:
    for number, path in enumerate(modules_in(FOLDER), 1):
        assert f"| {path.stem.split('-')[0]} | [" in GUIDE and f"]({path.name})" in GUIDE, number
    for target in re.findall(r"\]\(([^)#:]+)\)", GUIDE):
        assert (FOLDER / "moduler" / target).is_file(), target


def test_every_command_and_form_that_it_names_is_there(bank: Bank) -> None:
    known = get_command(app).commands  # type: ignore[attr-defined]
    named = set(re.findall(r"`kunskap ([a-z]+)", GUIDE))
    assert {"preflight", "tally", "handout", "rehearse", "statistics"} <= named <= set(known)
    assert {"r4a", "atagande"} == set(re.findall(r"--form (\w+)", GUIDE)) <= set(bank.forms)


def test_it_can_be_reached_from_the_readme_and_the_start_and_opens_as_a_page() -> None:
    settings = FOLDER.parent / "src" / "kunskap" / "static" / "jupyter" / "labconfig" / "default_setting_overrides.json"
    viewers = json.loads(settings.read_text(encoding="utf-8"))["@jupyterlab/docmanager-extension:plugin"]
    assert viewers == {"defaultViewers": {"markdown": "Markdown Preview"}}
    assert "(notebooks/moduler/kursledare.md)" in (FOLDER.parent / "README.md").read_text(encoding="utf-8")
    assert "(moduler/kursledare.md)" in (FOLDER / "start.ipynb").read_text(encoding="utf-8")
