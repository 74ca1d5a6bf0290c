"""Published examples of other programs' cell suppression, put through our gate by their rule and by ours.

    python -m tests.disclosure.peers        # writes tests/reference/suppression/ours.csv

A cell of a frequency table is here a group of people of whom a mean of points is told: the gate then judges the sizes
of groups, and that is what the other programs judge (in tables of answers it judges answers; see `hidden_answers`).
"""

from __future__ import annotations

import csv
import sys
import time
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd
from scipy import optimize

from kunskap.disclosure import Policy, read_policy, release
from kunskap.disclosure.complementary import _Subject, complements
from kunskap.disclosure.figures import Cell, collect, describe
from kunskap.disclosure.primary import hidden_units
from kunskap.tables import estimates

FOLDER = Path(__file__).resolve().parents[1] / "reference" / "suppression"
MEAN = {"universe": "all", "item": "goals01", "statistic": "mean", "unit": "points", "estimate": 50.0, "se": 5.0}
SHARE = {"universe": "all", "item": "goals01", "statistic": "share", "unit": "share"}


@dataclass(frozen=True)
class Example:
    """One published table: people per cell, what was hidden for its own sake there, and all that was hidden."""

    name: str
    people: Mapping[Cell, int]
    primary: frozenset[Cell]
    hidden: frozenset[Cell]
    most_hidden: int | None

    @property
    def variables(self) -> list[str]:
        return sorted({variable for cell in self.people for variable, _ in cell})

    def nobody(self, cells: Iterable[Cell]) -> int:
        """How many of some cells are empty."""
        return sum(self.people[cell] == 0 for cell in cells)


def examples() -> list[Example]:
    """All examples, in the order of the file."""
    told = tomllib.loads((FOLDER / "examples.toml").read_text(encoding="utf-8"))
    cells = pd.read_csv(FOLDER / "cells.csv")
    cells["cell"] = [_cell(name) for name in cells["cell"]]
    found = []
    for name, about in told.items():
        own = cells[cells["example"] == name]
        marked = {flag: frozenset(own.loc[own[flag] == 1, "cell"]) for flag in ("primary", "suppressed")}
        people = dict(zip(own["cell"], own["n"].tolist(), strict=True))
        found.append(Example(name, people, marked["primary"], marked["suppressed"], about.get("max_n")))
    return found


def _cell(name: str) -> Cell:
    return frozenset() if name == "all" else frozenset(tuple(pair.split("=")) for pair in name.split("&"))


def policy_for(example: Example, *, base: int | None = None) -> Policy:
    """The project's policy for an example's variables; with a base, the peers' rule: few, and nothing else."""
    policy = read_policy()
    names = tuple(example.variables)
    bases = {**policy.bases, "respondents": replace(policy.bases["respondents"], variables=names)}
    bases["register"] = replace(policy.bases["register"], variables=names, labels=())
    views = {**policy.views, "internal": replace(policy.views["internal"], variables=names)}
    changes = {"bases": MappingProxyType(bases), "views": MappingProxyType(views), "keep": ("total", *names)}
    made = replace(policy, groups=(), shown_apart=MappingProxyType({}), **changes)
    if base is None:
        return made
    return replace(made, base=base, width=1, unanimity=False, all_but_one=False, extremes=False)


def tables_of(example: Example) -> dict[str, pd.DataFrame]:
    """A table per set of variables; who is nowhere has no row."""
    rows: dict[tuple[str, ...], list[dict[str, object]]] = {}
    for cell, n in example.people.items():
        if n:
            by = tuple(sorted(variable for variable, _ in cell))
            rows.setdefault(by, []).append(MEAN | {"n": n} | dict(cell))
    return {" ".join(by) or "all": estimates(listed, by=list(by)) for by, listed in rows.items()}


def hidden_by_us(example: Example, *, base: int | None = None) -> frozenset[Cell]:
    """The cells that our gate hides: by the peers' rule, or by the policy of a register with a base of its own."""
    policy = policy_for(example, base=base)
    if base is None and example.most_hidden is None:  # marked by hand: the gate's second half by itself
        policy = policy_for(example, base=1)
        figures = collect(tables_of(example), policy=policy, basis="register", view="internal")
        own = {figure.about: "base" for figure in figures if figure.cell in example.primary}
        return frozenset(cell for _, cell in {**own, **complements(figures, own, policy=policy).units})
    made = release(tables_of(example), policy=policy, basis="register", view="internal")
    return frozenset(
        frozenset((name, str(row[name])) for name in example.variables if name in table.columns)
        for table in (made.table(name) for name in made.names)
        for _, row in table[table["hidden"].notna()].iterrows()
    )


def hidden_answers(example: Example) -> tuple[int, int]:
    """Rows hidden, of all, when the second variable is what people answered: our own case, by our own policy."""
    first, second = example.variables
    levels = sorted({dict(cell)[second] for cell in example.people if second in dict(cell)})
    groups: dict[str | None, dict[str, int]] = {}
    for cell, n in example.people.items():
        if second in dict(cell):
            groups.setdefault(dict(cell).get(first), {})[dict(cell)[second]] = n
    tables = {}
    for name, by in (("all", []), ("each", [first])):
        rows = []
        for level, counts in groups.items():
            n = sum(counts.values())
            if (level is None) == (not by):
                named = {first: level} if by else {}
                rows += [
                    SHARE | named | {"option": option, "count": counts[option], "n": n, "estimate": counts[option] / n}
                    for option in levels
                ]
        tables[name] = estimates(rows, by=by)
    made = release(tables, policy=policy_for(example), view="internal")
    return len(made.log), sum(map(len, tables.values()))


def open_ends(example: Example, hidden: frozenset[Cell]) -> dict[Cell, tuple[int, int]]:
    """What a reader can know of each hidden cell: fewest and most people, in whole numbers; empty cells are known.

    Written without the gate: the unknowns are the finest cells that the example's own cells cut out.
    """
    cells = list(example.people)
    finest = [cell for cell in cells if not any(cell < other for other in cells)]
    if example.people[frozenset()] != sum(example.people[cell] for cell in finest):
        finest = _crossed(example)
    member = np.array([[cell <= one for one in finest] for cell in cells], dtype=float)
    n = np.array([example.people[cell] for cell in cells], dtype=float)
    known = np.array([cell not in hidden or example.people[cell] == 0 for cell in cells])
    shown = optimize.LinearConstraint(member[known], n[known], n[known])
    ends = {}
    for place in np.flatnonzero(~known):
        least, most = (
            optimize.milp(sign * member[place], constraints=shown, integrality=np.ones(len(finest))) for sign in (1, -1)
        )
        ends[cells[place]] = round(least.fun), round(-most.fun)
    return ends


def least(example: Example, *, base: int, seconds: float = 20.0) -> tuple[int, bool]:
    """The fewest cells that do by the gate's own rules at the peers' base, and whether the search was finished.

    A cell that can be worked out is a sum of shown ones, of which one must go: so all sets that can do are tried.
    """
    policy = policy_for(example, base=base)
    figures = collect(tables_of(example), policy=policy, basis="register", view="internal")
    own = {cell: why for (_, cell), why in hidden_units(figures, policy=policy, count_base=True).items()}
    if example.most_hidden is None:
        own = dict.fromkeys(example.primary, "base")
    judged = _Subject(figures, own, policy, True)
    judged.measures = judged._measures()
    until, seen = time.perf_counter() + seconds, set()

    def is_enough(further: int, hidden: dict[Cell, str]) -> bool:
        if frozenset(hidden) in seen:
            return False
        seen.add(frozenset(hidden))
        if time.perf_counter() > until:
            raise TimeoutError
        breach = next(judged._breaches(hidden), None)
        if breach is None or not further:
            return breach is None
        return any(is_enough(further - 1, {**hidden, cell: "trial"}) for cell in breach.tellers)

    further = 0
    try:
        while not is_enough(further, dict(own)):
            further += 1
            seen.clear()
    except TimeoutError:
        return len(own) + further, False
    return len(own) + further, True


def _crossed(example: Example) -> list[Cell]:
    """The crossing of the finest cells, where no table of the example crosses them all."""
    finest = [cell for cell in example.people if not any(cell < other for other in example.people)]
    crossed = {one | other for one in finest for other in finest}
    names = len(example.variables)
    return sorted((cell for cell in crossed if len(cell) == names == len(dict(cell))), key=describe)


def main() -> None:
    rows = []
    for example in examples():
        theirs = hidden_by_us(example, base=example.most_hidden and example.most_hidden + 1)
        row = {"example": example.name, "cells": len(example.people), "empty": example.nobody(example.people)}
        row |= {"peer_hidden": len(example.hidden), "peer_hidden_empty": example.nobody(example.hidden)}
        row |= {"ours_by_their_rule": len(theirs)}
        fewest, is_exact = least(example, base=(example.most_hidden or 0) + 1)
        row |= {"least_by_their_rule": fewest, "least_is_exact": is_exact}
        row |= {"ours_register_base_7": len(hidden_by_us(example)) if example.most_hidden else ""}
        answers = hidden_answers(example) if len(example.variables) == 2 else None
        row |= {"ours_answers": answers[0] if answers else "", "answer_rows": answers[1] if answers else ""}
        rows.append(row)
        sys.stdout.write(f"{row}\n")
    with (FOLDER / "ours.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
