"""The house: who may import whom, no side effects at import, small modules."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

FLOORS: Mapping[str, int] = {
    "coded": 1, "spread": 2, "rehearsal": 1, "tally": 5, "preflight": 5, "figures": 2, "parts": 2, "partitioned": 2,
    "joining": 1,
    "errors": 0, "system_errors": 0, "whole_files": 0, "words": 0, "content": 0, "tables": 0, "bank": 0,
    "scoring": 1, "design": 1, "simulate": 1, "quiz": 1, "readers": 1, "publish": 1, "store": 1,
    "pseudonym": 1, "codes": 1, "withdrawal": 1, "project": 1, "instrument": 2, "judging": 1, "reference": 1,
    "lint": 1, "timing": 1, "asked": 1, "audit": 1,
    "estimates": 2, "items": 2, "reliability": 2, "irt": 2, "compare": 2, "change": 2, "dif": 2, "needs": 2,
    "inventory": 2, "scale_tables": 2, "grouping": 2, "growth": 2, "coding": 2, "fieldwork": 2, "pilot": 2,
    "counting": 2, "weighted": 2, "weighting": 2, "planning": 2,
    "groups": 2, "understanding": 2,
    "disclosure": 3,
    "room": 4,
    "decided": 4,
    "ledger": 4,
    "plots": 4,
    "report": 5, "widgets": 5, "serve": 5, "quiz_markup": 5, "notebook": 5, "teaching": 5, "coding_panel": 5, "lab": 5,
    "trainer": 5, "handout": 5, "gallery": 5, "fetching": 1,
    "cli": 6,
}  # fmt: skip
LONGEST_MODULE = 400


def imported_parts(source: str) -> set[str]:
    """The parts of kunskap that a module's source imports."""
    parts = set()
    for node in ast.walk(ast.parse(source)):
        names: Iterable[str] = ()
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module] if node.module != "kunskap" else [f"kunskap.{alias.name}" for alias in node.names]
        parts |= {name.split(".")[1] for name in names if name.startswith("kunskap.")}
    return {part for part in parts if not part.startswith("__")}


def violations(sources: Mapping[str, str]) -> list[str]:
    """Imports that go up, and circles within a floor; `sources` maps a part to its joined source."""
    graph = {part: imported_parts(source) - {part} for part, source in sources.items()}
    found = [f"{part} has no floor" for part in graph if part not in FLOORS]
    for part, others in graph.items():
        for other in sorted(others):
            if FLOORS.get(other, 99) > FLOORS.get(part, 99):
                found.append(f"{part} (floor {FLOORS[part]}) imports {other} (floor {FLOORS.get(other)})")
            elif FLOORS.get(other) == FLOORS.get(part) and reaches(graph, other, part):
                found.append(f"{part} and {other} import each other")
    return found


def reaches(graph: Mapping[str, set[str]], start: str, goal: str) -> bool:
    seen, waiting = set(), [start]
    while waiting:
        part = waiting.pop()
        if part == goal:
            return True
        if part not in seen:
            seen.add(part)
            waiting += graph.get(part, ())
    return False


def sources(package: Path) -> dict[str, str]:
    joined: dict[str, str] = {}
    for path in sorted(package.rglob("*.py")):
        part = path.relative_to(package).parts[0].removesuffix(".py")
        if part != "__init__":
            joined[part] = (
                joined.get(part, "")
                + "\n"
                + path.read_text(encoding="utf-8").replace("from __future__ import annotations", "")
            )
    return joined


def test_the_floors_hold(root: Path) -> None:
    assert violations(sources(root / "src" / "kunskap")) == []


@pytest.mark.parametrize(
    ("planted", "expected"),
    [
        ({"bank": "from kunskap.report import save_report", "report": ""}, "bank (floor 0) imports report (floor 5)"),
        ({"estimates": "from kunskap import disclosure", "disclosure": ""}, "estimates (floor 2) imports disclosure"),
        ({"bank": "import kunskap.words", "words": "import kunskap.bank"}, "bank and words import each other"),
        ({"helpers": ""}, "helpers has no floor"),
    ],
)
def test_a_planted_breach_of_the_floors_is_found(planted: dict[str, str], expected: str) -> None:
    assert any(found.startswith(expected) for found in violations(planted))


def test_the_table_of_floors_that_people_read_is_this_one(root: Path) -> None:
    text = (root / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = [line.split("|") for line in text.splitlines() if re.match(r"\| \d \|", line)]
    read = {part: int(row[1]) for row in rows for part in re.findall(r"`(\w+)`", row[2])}
    assert read == dict(FLOORS), "add the part to the table in CONTRIBUTING.md, or take it out"


def test_the_gate_does_not_know_the_analyses_nor_they_the_gate(root: Path) -> None:
    graph = {part: imported_parts(source) for part, source in sources(root / "src" / "kunskap").items()}
    analyses = {part for part, floor in FLOORS.items() if floor == 2}
    assert not graph.get("disclosure", set()) & (analyses | {"scoring", "readers"})
    assert not any("disclosure" in graph.get(part, set()) for part in analyses)


def test_only_the_gate_makes_what_leaves(root: Path) -> None:
    for path in (root / "src" / "kunskap").rglob("*.py"):
        if "disclosure" not in path.parts:
            assert "Released(" not in path.read_text(encoding="utf-8"), path


def test_modules_are_small(root: Path) -> None:
    lengths = {path.name: path.read_text(encoding="utf-8").count("\n") for path in (root / "src").rglob("*.py")}
    assert {name: length for name, length in lengths.items() if length > LONGEST_MODULE} == {}


def test_there_is_no_drawer_for_everything(root: Path) -> None:
    assert not [path for path in (root / "src").rglob("*.py") if path.stem in {"utils", "util", "helpers", "misc"}]


def test_import_does_nothing_that_is_heard_or_seen(tmp_path: Path) -> None:
    """Importing every part prints nothing, warns of nothing and writes no file."""
    code = (
        "import warnings; warnings.simplefilter('error', UserWarning); import importlib, pkgutil, sys, kunskap.cli\n"
        # What a command needs it imports itself: every start would pay for it.
        "assert not {'matplotlib', 'nbformat', 'scipy', 'seaborn'} & set(sys.modules)\n"
        "for part in pkgutil.walk_packages(kunskap.__path__, 'kunskap.'):\n"
        "    importlib.import_module(part.name)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(tmp_path.iterdir()) == []
