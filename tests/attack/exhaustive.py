"""The long run: many seeded releases against the attacker, with a dated result file.

    python tests/attack/exhaustive.py [--releases 10000] [--first 0] [--processes 2]

Ends with 1 when anything was found or left unsettled.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import numpy as np  # noqa: E402
from releases import Outcome, attack  # noqa: E402

from kunskap.disclosure import Policy, read_policy  # noqa: E402


@cache
def policy() -> Policy:
    """Read once per process: a policy does not travel between processes."""
    return read_policy()


def attacked(seed: int) -> Outcome:
    """Attack one county under the project's own policy."""
    return attack(seed, policy())


def summary(outcomes: list[Outcome], seconds: float) -> dict[str, object]:
    """Return the run in numbers: no hidden value of any real person, the counties are drawn."""
    shown = [outcome.share_shown for outcome in outcomes]
    kinds = Counter(breach.kind for outcome in outcomes for breach in outcome.breaches)
    return {
        "date": dt.date.today().isoformat(),
        "first_seed": outcomes[0].seed,
        "releases": len(outcomes),
        "releases_with_a_breach": sum(bool(outcome.breaches) for outcome in outcomes),
        "breaches_by_kind": dict(kinds),
        "unsettled": sum(bool(outcome.unresolved) for outcome in outcomes),
        "rows": sum(outcome.rows for outcome in outcomes),
        "rows_shown": sum(outcome.shown for outcome in outcomes),
        "median_share_shown": round(float(np.median(shown)), 3),
        "hidden_by_reason": dict(sum((Counter(outcome.hidden_by) for outcome in outcomes), Counter())),
        "seconds": round(seconds),
        "worst": [
            {"seed": outcome.seed, "breaches": [str(breach) for breach in outcome.breaches]}
            for outcome in outcomes
            if outcome.breaches
        ][:50],
    }


def main(arguments: list[str] | None = None) -> int:
    """Run, write results/<date>.json, tell."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--releases", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--results", type=Path, default=HERE / "results")
    chosen = parser.parse_args(arguments)
    began = dt.datetime.now()
    seeds = range(chosen.first, chosen.first + chosen.releases)
    with ProcessPoolExecutor(chosen.processes) as pool:
        outcomes = list(pool.map(attacked, seeds, chunksize=10))
    result = summary(outcomes, (dt.datetime.now() - began).total_seconds())
    chosen.results.mkdir(parents=True, exist_ok=True)
    path = chosen.results / f"{result['date']}.json"
    path.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps({key: value for key, value in result.items() if key != "worst"}, indent=1) + "\n")
    return int(bool(result["releases_with_a_breach"] or result["unsettled"]))


if __name__ == "__main__":
    sys.exit(main())
