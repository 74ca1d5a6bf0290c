"""The long run: every cell, and Wilson's interval exactly in every population, with a dated result file.

    python -m tests.coverage.exhaustive [--populations 400] [--processes 2]

Ends with 1 when a method covers less than is promised or stated.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np

from tests.coverage.simulation import SIZES, Cell, Outcome, cells, coverage, exact_wilson

HERE = Path(__file__).parent
SAMPLES = 50
SEED = 20261122


def tried(numbered: tuple[int, Cell], *, populations: int) -> Outcome:
    """One cell, with random numbers of its own."""
    number, cell = numbered
    return coverage(cell, populations=populations, samples=SAMPLES, rng=np.random.default_rng([SEED, number]))


def exact(size: int) -> dict[str, object]:
    """Wilson's interval in every population of this size, for every number of answers from 30 % up."""
    every = {n: exact_wilson(size, n) for n in range(int(np.ceil(0.3 * size)), size)}
    n, lowest = min(((n, float(held.min())) for n, held in every.items()), key=lambda pair: pair[1])
    means = {n: float(held.mean()) for n, held in every.items()}
    return {
        "size": size,
        "lowest": round(lowest, 4),
        "n_of_lowest": n,
        "holders_of_lowest": int(every[n].argmin()),
        "lowest_mean": round(min(means.values()), 4),
        "share_of_populations_under_floor": round(float(np.mean(np.concatenate(list(every.values())) < 0.93)), 4),
    }


def table(outcomes: list[Outcome]) -> str:
    """The outcomes per method: how many cells, the mean coverage, the lowest and where."""
    lines = [f"{'method':16} {'cells':>5} {'mean':>6} {'lowest':>6}  where"]
    for method in dict.fromkeys(outcome.cell.method for outcome in outcomes):
        own = [outcome for outcome in outcomes if outcome.cell.method == method]
        lowest = min(own, key=lambda outcome: outcome.covered)
        mean = np.mean([outcome.covered for outcome in own])
        lines.append(f"{method:16} {len(own):5} {mean:6.3f} {lowest.covered:6.3f}  {lowest.cell}")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Run, write results/<date>.json, tell."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--populations", type=int, default=400)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--results", type=Path, default=HERE / "results")
    chosen = parser.parse_args(arguments)
    began = dt.datetime.now()
    with ProcessPoolExecutor(chosen.processes) as pool:
        outcomes = list(pool.map(partial(tried, populations=chosen.populations), enumerate(cells()), chunksize=4))
        sizes = list(pool.map(exact, range(min(SIZES), max(SIZES) + 1), chunksize=4))
    known = [outcome for outcome in outcomes if outcome.samples]
    faults = [outcome for outcome in known if outcome.covered + 3 * outcome.error < outcome.cell.floor]
    result = {
        "date": dt.date.today().isoformat(),
        "level": 0.95,
        "populations_per_cell": chosen.populations,
        "samples_per_population": SAMPLES,
        "seconds": round((dt.datetime.now() - began).total_seconds()),
        "faults": [str(outcome.cell) for outcome in faults],
        "summary": table(known).splitlines(),
        "wilson_exactly": {
            "populations": "every number of holders, sizes 20 to 200, every number of answers from 30 % up",
            "lowest": min(sizes, key=lambda row: float(str(row["lowest"]))),
            "lowest_mean": min(float(str(row["lowest_mean"])) for row in sizes),
            "share_under_floor_by_size": {
                str(row["size"]): row["share_of_populations_under_floor"] for row in sizes if row["size"] in SIZES
            },
        },
        "cells": [
            {
                "method": outcome.cell.method,
                "size": outcome.cell.size,
                "response": outcome.cell.response,
                "shape": outcome.cell.shape,
                "covered": round(outcome.covered, 4),
                "width": round(outcome.width, 4),
            }
            for outcome in known
        ],
    }
    chosen.results.mkdir(parents=True, exist_ok=True)
    path = chosen.results / f"{result['date']}.json"
    path.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    sys.stdout.write(table(known) + "\n" + json.dumps(result["wilson_exactly"], indent=1) + "\n")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
