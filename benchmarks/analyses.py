"""All benchmarks of the analyses in one run, within a bounded time: scoring, items, reliability, DIF, reading and IRT.

    nox -s benchmarks                                   # installs what it compares with, and runs this
    python benchmarks/analyses.py [--minutes 15] [--people 1000 10000]

Small tables come first.  What the time did not suffice for is named at the end, never left out in silence.  R's
psych, mirt and TAM take part where ``Rscript`` and the packages are installed.
"""

import argparse
import importlib.metadata
import platform
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

HERE = Path(__file__).parent
COMPARED = ("kunskap", "pandas", "numpy", "polars", "statsmodels", "pingouin", "girth")
# girth takes minutes with so many people, and a million are measured for what is counted only.
PARTS = {
    "scoring_and_items.py": (1_000, 10_000, 100_000, 1_000_000),
    "irt.py": (1_000, 10_000, 100_000),
    "with_r.py": (1_000, 10_000, 100_000),
}


def versions() -> str:
    found = []
    for name in COMPARED:
        try:
            found.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            found.append(f"{name} –")
    return ", ".join(found)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=15.0)
    parser.add_argument("--people", type=int, nargs="*", help="only these sizes")
    asked = parser.parse_args()
    until = time.monotonic() + 60 * asked.minutes
    print(f"{date.today()}  Python {platform.python_version()}, {versions()}", flush=True)
    runs = sorted((n, script) for script, sizes in PARTS.items() for n in asked.people or sizes)
    cut, failed = [], []
    for n, script in runs:
        left = until - time.monotonic()
        if left <= 0:
            cut.append(f"{script} {n}")
            continue
        try:
            done = subprocess.run([sys.executable, str(HERE / script), str(n)], timeout=left, check=False)
        except subprocess.TimeoutExpired:
            cut.append(f"{script} {n}")
        else:
            failed += [f"{script} {n}"] if done.returncode else []
    for title, which in (("Not run, or not to the end, for lack of time", cut), ("Failed", failed)):
        if which:
            print(f"\n{title}: {', '.join(which)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
