"""R's psych, mirt and TAM beside ours, where ``Rscript`` and the packages are installed; else it says so and ends.

    python benchmarks/with_r.py [PEOPLE ...]        # without numbers 1 000 and 10 000 people × 40 items

R starts, loads its packages and reads the file before its clock starts.  Ours starts from the table.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

for variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402

from kunskap import irt, items, reliability  # noqa: E402

SCRIPT = Path(__file__).with_name("with_r.R")
ITEMS, RUNS, LONGEST = 40, 3, 600


def people(n: int) -> pd.DataFrame:
    rng = np.random.default_rng(40)
    index = pd.Index([f"q{i}" for i in range(ITEMS)])
    true = pd.DataFrame({"difficulty": rng.normal(size=ITEMS), "slope": rng.uniform(0.6, 2.0, size=ITEMS)}, index=index)
    return irt.simulate_scores(true, n=n, rng=rng)


def best(call: Callable[[], object]) -> float:
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times)


def run(n: int, rscript: str) -> None:
    scores = people(n)
    ours: dict[str, tuple[str, Callable[[], object]]] = {
        "items": (
            "alpha, item-rest correlations and alpha if deleted, with intervals",
            lambda: (reliability.alpha(scores), items.discrimination(scores), items.alpha_if_deleted(scores)),
        ),
        "2pl": ("two-parameter model, with standard errors", lambda: irt.fit_2pl(scores)),
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scores.csv"
        scores.astype(int).to_csv(path, index=False)
        done = subprocess.run([rscript, str(SCRIPT), str(path)], capture_output=True, text=True, timeout=LONGEST)
    if done.returncode:
        print(done.stderr)
        raise SystemExit(1)
    told = [line.split(";") for line in done.stdout.splitlines() if line.count(";") == 3]
    print(f"\n===== R, {n} people × {ITEMS} items")
    for task, (title, call) in ours.items():
        mine = best(call)
        print(f"\n{title[0].upper()}{title[1:]}\n  {'kunskap':<44} {mine:10.4f} s       1.00 ×")
        for package, version, _, seconds in (line for line in told if line[2] == task):
            name = f"{package} {version}".strip()
            try:
                print(f"  {name:<44} {float(seconds):10.4f} s   {float(seconds) / mine:8.2f} ×", flush=True)
            except ValueError:
                print(f"  {name:<44} {seconds}", flush=True)


if __name__ == "__main__":
    found = shutil.which("Rscript")
    if found is None:
        print("\nR's psych, mirt and TAM: Rscript is not on this machine, so they are left out.")
    else:
        for number in [int(text) for text in sys.argv[1:]] or [1_000, 10_000]:
            run(number, found)
