"""The long run: many seeded releases against the attacker, with a dated result file.

    python tests/attack/exhaustive.py [--releases 10000] [--first 0] [--processes 2] [--large] [--results FOLDER]
    python tests/attack/exhaustive.py --sum PART PART ... [--results FOLDER]

A run keeps what it has found in ``part-<family>-<first>-<releases>.json``: a whole file at every moment.  The same
command goes on where it stopped, as long as gate, policy and attacker are the same to the byte.  Parts run apart, on
other days or machines, are added up by ``--sum``.  Ends with 1 when anything was found or left unsettled.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
import os
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import numpy as np  # noqa: E402
from releases import Outcome, attack  # noqa: E402

import kunskap.audit  # noqa: E402
import kunskap.disclosure  # noqa: E402
from kunskap.content import survey_folder  # noqa: E402
from kunskap.disclosure import Policy, read_policy  # noqa: E402

ATTACKER = ("known", "worlds", "solver", "attacker", "asking", "breaches")
ATTACKED = ("populations", "large_populations", "releases")
OFTEN = 20
WORST = 50
ADDED = ("seconds", "rows", "rows_shown", "releases_with_a_breach", "unsettled")


@cache
def policy() -> Policy:
    """Read once per process: a policy does not travel between processes."""
    return read_policy()


def attacked(seed: int, *, large: bool) -> Outcome:
    """Attack one county under the project's own policy."""
    return attack(seed, policy(), large=large)


@cache
def fingerprint() -> str:
    """Return what tells one gate, policy and attacker from another."""
    gate, attacker = (Path(str(part.__file__)).parent for part in (kunskap.disclosure, kunskap.audit))
    paths = [*sorted(gate.glob("*.py")), *(attacker / f"{name}.py" for name in ATTACKER)]
    paths += [HERE / f"{name}.py" for name in ATTACKED]
    rules = tomllib.loads((survey_folder() / "policy.toml").read_text(encoding="utf-8"))
    read = hashlib.sha256(json.dumps(rules, sort_keys=True, default=str).encode())
    for path in paths:
        read.update(path.read_bytes())
    return read.hexdigest()[:16]


def nothing(first: int, *, large: bool) -> dict[str, Any]:
    """Return a part in which no county has been attacked yet."""
    return {
        "family": "large" if large else "small",
        "fingerprint": fingerprint(),
        "ranges": [[first, first]],
        **dict.fromkeys(ADDED, 0),
        "breaches_by_kind": {},
        "hidden_by_reason": {},
        "shares_shown": [],
        "worst": [],
    }


def with_outcomes(part: dict[str, Any], outcomes: Sequence[Outcome], seconds: float) -> dict[str, Any]:
    """Return a part with further counties: no hidden value of any real person, the counties are drawn."""
    kinds = Counter(breach.kind for outcome in outcomes for breach in outcome.breaches)
    found = [
        {"seed": one.seed, "breaches": [str(breach) for breach in one.breaches]} for one in outcomes if one.breaches
    ]
    new = {
        **nothing(part["ranges"][-1][1], large=part["family"] == "large"),
        "seconds": seconds,
        "rows": sum(outcome.rows for outcome in outcomes),
        "rows_shown": sum(outcome.shown for outcome in outcomes),
        "releases_with_a_breach": len(found),
        "unsettled": sum(bool(outcome.unresolved) for outcome in outcomes),
        "breaches_by_kind": dict(kinds),
        "hidden_by_reason": dict(sum((Counter(outcome.hidden_by) for outcome in outcomes), Counter())),
        "shares_shown": [round(outcome.share_shown, 3) for outcome in outcomes],
        "worst": found,
    }
    new["ranges"] = [[part["ranges"][-1][1], part["ranges"][-1][1] + len(outcomes)]]
    return added([part, new])


def added(parts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return several parts as one.

    Raises
    ------
    ValueError
        If they are of different gates, policies or attackers, or attack a county twice.
    """
    if len({(part["family"], part["fingerprint"]) for part in parts}) > 1:
        raise ValueError("the parts are not of the same gate, policy and attacker: run them anew")
    joined: list[list[int]] = []
    for start, end in sorted(span for part in parts for span in part["ranges"] if span[0] < span[1]):
        if joined and start < joined[-1][1]:
            raise ValueError(f"county {start} was attacked in two parts")
        if joined and start == joined[-1][1]:
            joined[-1][1] = end
        else:
            joined.append([start, end])
    return {
        **parts[0],
        "ranges": joined or parts[0]["ranges"],
        **{name: sum(part[name] for part in parts) for name in ADDED},
        "breaches_by_kind": dict(sum((Counter(part["breaches_by_kind"]) for part in parts), Counter())),
        "hidden_by_reason": dict(sum((Counter(part["hidden_by_reason"]) for part in parts), Counter())),
        "shares_shown": [share for part in parts for share in part["shares_shown"]],
        "worst": [found for part in parts for found in part["worst"]][:WORST],
    }


def summary(part: dict[str, Any]) -> dict[str, Any]:
    """Return a run in numbers, as it is committed."""
    told = {name: value for name, value in part.items() if name not in ("shares_shown", "worst", "seconds")}
    return {
        "date": dt.date.today().isoformat(),
        "releases": len(part["shares_shown"]),
        **told,
        "median_share_shown": round(float(np.median(part["shares_shown"])), 3),
        "seconds": round(part["seconds"]),
        "worst": part["worst"],
    }


def write_whole(path: Path, told: dict[str, Any]) -> None:
    """Write a file that is the old one or the new one at every moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    beside.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    os.replace(beside, path)


def begun(path: Path, first: int, *, large: bool) -> dict[str, Any]:
    """Return what an earlier run of the same gate found, or nothing."""
    if path.exists():
        part = json.loads(path.read_text(encoding="utf-8"))
        if part["fingerprint"] == fingerprint():
            return part
        sys.stderr.write("gate, policy or attacker have changed since: begins anew\n")
    return nothing(first, large=large)


def run(chosen: argparse.Namespace) -> dict[str, Any]:
    """Attack county after county, keep what is found, and tell how far it is."""
    family = "large" if chosen.large else "small"
    path = chosen.results / f"part-{family}-{chosen.first}-{chosen.releases}.json"
    part = begun(path, chosen.first, large=chosen.large)
    last = chosen.first + chosen.releases
    with ProcessPoolExecutor(chosen.processes) as pool:
        while part["ranges"][-1][1] < last:
            start, began = part["ranges"][-1][1], time.monotonic()
            seeds = range(start, min(start + OFTEN * chosen.processes, last))
            outcomes = list(_mapped(pool, seeds, chosen))
            part = with_outcomes(part, outcomes, time.monotonic() - began)
            write_whole(path, part)
            done = len(part["shares_shown"])
            sys.stderr.write(
                f"{done} of {chosen.releases}, {part['seconds'] / done:.2f} s each,"
                f" {part['releases_with_a_breach']} with a breach, {part['unsettled']} unsettled\n"
            )
    return part


def _mapped(pool: ProcessPoolExecutor, seeds: range, chosen: argparse.Namespace) -> Iterator[Outcome]:
    one = partial(attacked, large=chosen.large)
    return map(one, seeds) if chosen.processes == 1 else pool.map(one, seeds, chunksize=5)


def main(arguments: list[str] | None = None) -> int:
    """Run or add up, write <results>/<date>.json, tell."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--releases", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--large", action="store_true", help="counties of many questions and people")
    parser.add_argument("--results", type=Path, default=HERE / "results")
    parser.add_argument("--sum", type=Path, nargs="+", default=[], help="add up parts instead of running")
    chosen = parser.parse_args(arguments)
    parts = [json.loads(path.read_text(encoding="utf-8")) for path in chosen.sum]
    result = summary(added(parts) if parts else run(chosen))
    name = result["date"] if result["family"] == "small" else f"{result['date']}-{result['family']}"
    write_whole(chosen.results / f"{name}.json", result)
    sys.stdout.write(json.dumps({key: value for key, value in result.items() if key != "worst"}, indent=1) + "\n")
    return int(bool(result["releases_with_a_breach"] or result["unsettled"]))


if __name__ == "__main__":
    sys.exit(main())
