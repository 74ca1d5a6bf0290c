"""How many units the gate hides, and the least that would do by another search, on small made-up counties.

    python tests/reference/suppression/least_hidden.py [--counties 30] [--seconds 20]

Writes least_hidden.csv beside: a row per county.  The search is for the smallest set of units that, hidden together
with what the policy hides for its own sake, leaves the gate's own auditors nothing to say.  It deepens by one unit at a
time: what tells a leak is a set of shown units, and one of them must go.  Where the time runs out the least is a lower
bound.  The gate itself looks for the cheapest by the policy's prices: it may hide one unit more to keep a dearer one.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from collections.abc import Mapping
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "attack"))

from populations import population  # noqa: E402

from kunskap.disclosure import Policy, read_policy  # noqa: E402
from kunskap.disclosure.audit import Auditor  # noqa: E402
from kunskap.disclosure.figures import Unit, collect  # noqa: E402
from kunskap.disclosure.hanging import MANY, _Release  # noqa: E402
from kunskap.disclosure.people import people_of  # noqa: E402
from kunskap.disclosure.primary import hidden_units  # noqa: E402


class TimeUpError(Exception):
    """The search has taken the time it was given."""


class Search:
    """One county: what its auditors say of a set of hidden units."""

    def __init__(self, seed: int, policy: Policy) -> None:
        self.figures = collect(population(seed).tables, policy=policy, basis="respondents", view="public")
        self.own = hidden_units(self.figures, policy=policy, count_base=False)
        self.release = _Release(self.figures, policy, ())
        people = people_of(self.release.direct, policy=policy)
        thorough = len(self.release.focuses) <= MANY
        self.auditors = [Auditor(people, focus, policy=policy, thorough=thorough) for focus in self.release.focuses]
        self.people = people

    def gate(self) -> tuple[dict[Unit, str], bool]:
        """What the gate hides beside its own; kin (scales of the same answers) left out, as they are a rule."""
        self.release._kin = lambda hidden: {}  # type: ignore[method-assign]
        return self.release.protect(self.own)

    def price(self, unit: Unit) -> float:
        """What the gate says is lost with a unit."""
        return self.release.price(unit, self.own)

    def choices(self, hidden: Mapping[Unit, str]) -> set[Unit] | None:
        """The units of which one must go; None if nothing leaks."""
        for auditor in self.auditors:
            for leak in auditor.leaks(hidden):
                tellers = {unit for unit in leak.tellers if unit in self.release.units and unit not in hidden}
                return tellers or {unit for unit in self.release.units if unit not in hidden}
        return None

    def is_enough(self, size: int, hidden: dict[Unit, str], seen: set[frozenset[Unit]], until: float) -> bool:
        """Whether hiding `size` further units can be enough."""
        key = frozenset(hidden)
        if key in seen:
            return False
        seen.add(key)
        if time.perf_counter() > until:
            raise TimeUpError
        choices = self.choices(hidden)
        if choices is None:
            return True
        if not size:
            return False
        return any(
            self.is_enough(size - 1, {**hidden, unit: "trial"}, seen, until) for unit in sorted(choices, key=str)
        )


def measured(seed: int, policy: Policy, seconds: float) -> dict[str, object]:
    """One county's row."""
    search = Search(seed, policy)
    found, is_proved = search.gate()
    least, is_exact = 0, True
    until = time.perf_counter() + seconds
    try:
        while least < len(found) and not search.is_enough(least, dict(search.own), set(), until):
            least += 1
    except TimeUpError:
        is_exact = False
    units = len(search.release.units)
    gate = {"gate": len(found), "proved": is_proved, "price": round(sum(map(search.price, found)), 2)}
    return {"seed": seed, "units": units, "own": len(search.own), **gate, "least": least, "exact": is_exact}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--counties", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=20.0)
    asked = parser.parse_args()
    policy = read_policy()
    rows = []
    for seed in range(asked.counties):
        rows.append(measured(seed, policy, asked.seconds))
        sys.stdout.write(f"{rows[-1]}\n")
    with (HERE / "least_hidden.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
