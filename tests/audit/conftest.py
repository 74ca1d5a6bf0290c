"""Real report folders of some of the demo's people, with what was never published beside them."""

from __future__ import annotations

import csv
import random
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from kunskap.bank import read_bank
from kunskap.cli import app
from kunskap.design import read_design
from kunskap.inventory import inventory
from kunskap.readers import read_responses

PEOPLE = 20
SEED = 1


@dataclass(frozen=True)
class Report:
    """A report's folder, the file that it was made of, and its tables as they were before the gate."""

    folder: Path
    answers: Path
    truth: Mapping[str, pd.DataFrame]


def some_of(demo: Path, path: Path, people: int, *, seed: int = SEED) -> Path:
    """Write a file of answers with some of the demo's people in it."""
    with demo.open(encoding="utf-8-sig", newline="") as file:
        header, *lines = csv.reader(file, delimiter=";")
    place = header.index("submitdate")
    chosen = random.Random(seed).sample([line for line in lines if line[place]], people)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";", quoting=csv.QUOTE_ALL).writerows([header, *chosen])
    return path


def report_on(demo: Path, folder: Path, people: int, *, seed: int = SEED) -> Report:
    """Make a report as users do."""
    answers = some_of(demo, folder / f"svar{people}.csv", people, seed=seed)
    made = folder / f"rapport{people}"
    done = CliRunner().invoke(app, ["report", str(answers), "--wave", "2016", "--output", str(made)])
    assert done.exit_code == 0, done.output
    bank = read_bank()
    truth = inventory(read_responses(answers, bank=bank, wave="2016"), bank=bank, design=read_design())
    return Report(made, answers, truth)


@pytest.fixture(scope="package")
def few(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Report:
    """A report on so few that much of it is hidden."""
    demo = root / "data" / "demo" / "limesurvey_2016_simulerad.csv"
    return report_on(demo, tmp_path_factory.mktemp("few"), PEOPLE)
