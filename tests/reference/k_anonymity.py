"""k-anonymity of the demo's respondents and of the frame, as pycanon and acro count it.

Three runs, because the packages want other versions of pandas than the project has; each in one of its own:

    python tests/reference/k_anonymity.py people FOLDER     # the project's: people.csv and frame.csv, no answers
    python tests/reference/k_anonymity.py pycanon FOLDER    # where pycanon is installed
    python tests/reference/k_anonymity.py acro FOLDER       # where acro is installed

The last two replace their own rows in k_anonymity.csv beside; the tests compute the same figures with `kunskap`.
"""

from __future__ import annotations

import os
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import pandas as pd

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SETS = {
    "people": [("role",), ("role", "sex"), ("role", "orgtype", "sex"), ("role", "orgtype", "sex", "agegroup")],
    "frame": [("role", "orgtype", "sex"), ("role", "orgtype"), ("orgtype", "sex")],
}
CROSSED = [("role", "sex"), ("orgtype", "sex"), ("role", "agegroup")]


def people(folder: Path) -> None:
    """Write the background of the demo's respondents of 2016, and the frame with a row per person."""
    from kunskap.bank import read_bank
    from kunskap.design import read_design
    from kunskap.project import open_project
    from kunskap.readers import read_responses

    project, bank = open_project(ROOT / "data" / "demo"), read_bank(ROOT / "survey")
    wave = project.waves["2016"]
    read = read_responses(
        ROOT / "data" / "demo" / "limesurvey_2016_simulerad.csv",
        bank=bank,
        form=wave.form,
        wave="2016",
        key=project.key,
        opens=wave.opens,
        closes=wave.closes,
    )
    names = ["role", "orgtype", "sex", "agegroup"]
    read.respondents[names].astype("str").to_csv(folder / "people.csv", index=False)
    frame = read_design(ROOT / "survey").population
    frame = frame.loc[frame.index.repeat(frame["persons"]), ["role", "orgtype", "sex"]]
    frame.to_csv(folder / "frame.csv", index=False)


def pycanon(folder: Path) -> list[dict[str, object]]:
    """The smallest group of people who are alike, by sets of background variables."""
    from pycanon import anonymity

    rows = []
    for table, sets in SETS.items():
        told = pd.read_csv(folder / f"{table}.csv", dtype=str, keep_default_na=False)
        for names in sets:
            k = anonymity.k_anonymity(told, list(names))
            rows.append({"table": table, "variables": " ".join(names), "figure": "k", "value": int(k)})
    return rows


def acro(folder: Path) -> list[dict[str, object]]:
    """How many groups with people in them acro's threshold of ten hides in tables of two variables."""
    from acro import ACRO

    told = pd.read_csv(folder / "people.csv", dtype=str, keep_default_na=False)
    rows = []
    with tempfile.TemporaryDirectory() as empty:
        os.chdir(empty)  # acro writes beside itself
        for one, other in CROSSED:
            plain = pd.crosstab(told[one], told[other])
            shown = ACRO(suppress=True).crosstab(told[one], told[other]).reindex_like(plain)
            hidden = int((shown.isna() & (plain > 0)).sum().sum())
            rows.append({"table": "people", "variables": f"{one} {other}", "figure": "below 10", "value": hidden})
    return rows


def main() -> None:
    which, folder = sys.argv[1], Path(sys.argv[2]).resolve()
    if which == "people":
        people(folder)
        return
    found = pd.DataFrame({"pycanon": pycanon, "acro": acro}[which](folder))
    found.insert(0, "package", which)
    found["version"] = version(which)
    path = HERE / "k_anonymity.csv"
    if path.is_file():
        earlier = pd.read_csv(path)
        found = pd.concat([earlier[earlier["package"] != which], found])
    found.sort_values(["package", "table", "variables"]).to_csv(path, index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
