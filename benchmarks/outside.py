"""What a user waits for before any figure: importing, and reading a file; used by scoring_and_items.py."""

import csv
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from kunskap.bank import read_bank
from kunskap.coded import coded_items
from kunskap.content import data_folder
from kunskap.readers import read_responses

DEMO = "limesurvey_2016_simulerad.csv"


def imports(*, runs: int = 7) -> None:
    """Seconds of a fresh Python, the best of some, in turn."""
    print("===== Importing")
    parts = ("pandas", "kunskap", "kunskap.scoring", "kunskap.items", "kunskap.dif", "kunskap.inventory")
    seconds = dict.fromkeys(parts, float("inf"))
    for _ in range(runs):
        for part in parts:
            start = time.perf_counter()
            subprocess.run([sys.executable, "-c", f"import {part}"], check=True)
            seconds[part] = min(seconds[part], time.perf_counter() - start)
    for part, value in seconds.items():
        print(f"  import {part:<59} {value:10.5f} s   {value / seconds['pandas']:9.2f} × pandas", flush=True)


def reading(n: int, folder: Path, show: Callable[..., None], *, runs: int) -> None:
    """Read, check and code a LimeSurvey export of n answers: the demo's rows again and again, each with its own id."""
    file, bank = folder / "results-survey.csv", read_bank()
    with (data_folder() / "demo" / DEMO).open(encoding="utf-8-sig", newline="") as source:
        heading, *rows = [row for row in csv.reader(source, delimiter=";") if any(row)]
    own, code = heading.index("id"), [place for place, name in enumerate(heading) if name == "code"]
    with file.open("w", encoding="utf-8-sig", newline="") as target:
        writer = csv.writer(target, delimiter=";", quoting=csv.QUOTE_ALL)
        writer.writerow(heading)
        for number in range(n):
            row = list(rows[number % len(rows)])
            row[own] = str(number + 1)
            for place in code:
                row[place] = ""
            writer.writerow(row)
    megabytes = file.stat().st_size / 1e6
    show(
        f"Reading, checking and coding a LimeSurvey export ({len(heading)} columns, {megabytes:.1f} MB)",
        {
            "kunskap: read_responses, coded_items": lambda: coded_items(
                read_responses(file, bank=bank, wave="2016").responses, bank=bank
            ),
            "pandas: read_csv, nothing checked": lambda: pd.read_csv(file, sep=";"),
        },
        runs=runs,
    )
