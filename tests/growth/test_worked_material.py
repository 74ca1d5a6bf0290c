"""The worked material: a fresh run gives the same bytes, and every file says that it is simulated."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path


def test_a_fresh_run_gives_the_same_files(root: Path, tmp_path: Path) -> None:
    made = tmp_path / "growth"
    subprocess.run([sys.executable, str(root / "data" / "make_growth.py"), str(made)], check=True, capture_output=True)
    kept = root / "data" / "growth"
    assert sorted(path.name for path in made.iterdir()) == sorted(path.name for path in kept.iterdir())
    for path in made.iterdir():
        assert path.read_bytes() == (kept / path.name).read_bytes(), path.name


def test_every_file_and_every_row_says_that_it_is_simulated(root: Path) -> None:
    files = sorted((root / "data" / "growth").glob("*.csv"))
    assert len(files) == 12
    for path in files:
        assert path.stem.endswith("_simulerad")
        with path.open(encoding="utf-8", newline="") as file:
            assert {row["Simulerad"] for row in csv.DictReader(file, delimiter=";")} == {"ja"}, path.name
    assert "påhittat" in (root / "data" / "growth" / "SIMULERAD.txt").read_text(encoding="utf-8")
