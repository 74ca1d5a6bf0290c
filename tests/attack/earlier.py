"""Two reports on one county, the second when more have answered: released one after the other, attacked together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
from populations import Population, population, shares, totals, with_difference
from releases import Outcome, reader_of

from kunskap.audit.breaches import audit
from kunskap.disclosure import Policy, release
from kunskap.disclosure.earlier import Earlier

WAVE = "2016"


def report_of(people: pd.DataFrame, county: Population, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Some tables of some people; which ones is drawn, so that two reports need not have the same."""
    options = county.known.options
    first = next(iter(county.known.levels))
    named = people[people["sex"].isin(["k", "m"])]
    makers = {
        "knowledge_by_sex": lambda: shares(named, options, by=["sex"]),
        f"knowledge_by_{first}": lambda: shares(people, options, by=[first]),
        "knowledge_by_both": lambda: shares(named, options, by=[first, "sex"]),
    }
    if county.known.complete:
        items = list(options)
        makers["total"] = lambda: totals(people, items)
        makers["total_by_sex"] = lambda: with_difference(totals(named, items, by=["sex"]), "sex", ("k", "m"))
    made = {"knowledge": shares(people, options)}
    return made | {name: make() for name, make in makers.items() if rng.random() < 0.6}


def crowd(name: str, people: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> Earlier:
    """What the ledger keeps of a release; these counties' people are told apart by how many they are."""
    return Earlier(name, {WAVE: len(people)}, {WAVE: str(len(people))}, tables)


def passed(
    people: pd.DataFrame, tables: Mapping[str, pd.DataFrame], policy: Policy, *earlier: Earlier
) -> dict[str, pd.DataFrame]:
    """The tables as the gate lets them out, beside what is out already."""
    made = release(tables, policy=policy, about=crowd("nu", people, {}), earlier=earlier)
    return {name: made.table(name) for name in made.names}


def of_some(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The tables as they read to who knows that they are about those who are in both reports."""
    told = {}
    for name, table in tables.items():
        asked = table["universe"].where(table["universe"].ne("all"), "")
        told[name] = table.assign(universe=[f"both=yes&{universe}".rstrip("&") for universe in asked])
    return told


def attack_twice(seed: int, policy: Policy, *, kind: str = "late", ledger: bool = True, most: int = 3) -> Outcome:
    """Draw a county, release two reports on it, and attack both together.

    Parameters
    ----------
    seed : int
        Of the county, who is in one report only, and the reports' tables.
    policy : Policy
        Of both releases.
    kind : {"late", "left", "same"}
        Whether some have answered since, some have taken their answers back, or the people are the same.
    ledger : bool
        Whether the second release is told of the first.
    most : int
        Breaches to look for.
    """
    rng = np.random.default_rng([seed, 1])
    county = population(seed)
    size = len(county.people)
    between = 0 if kind == "same" else int(rng.integers(policy.base, max(policy.base + 1, size // 3)))
    is_apart = np.zeros(size, dtype=bool)
    is_apart[rng.choice(size, min(between, size), replace=False)] = True
    some = county.people[~is_apart].reset_index(drop=True)
    order = [county.people, some] if kind == "left" else [some, county.people]
    first = passed(order[0], report_of(order[0], county, rng), policy)
    beside = [crowd("förra", order[0], first)] if ledger else []
    second = passed(order[1], report_of(order[1], county, rng), policy, *beside)
    both = {}
    for prefix, people, tables in (("first", order[0], first), ("second", order[1], second)):
        part = tables if len(people) == size else of_some(tables)
        both |= {f"{prefix}_{name}": table for name, table in part.items()}
    known = replace(county.known, levels={**county.known.levels, "both": ("yes", "no")}, frame=None)
    known = replace(known, occupied=False)  # that a group is there is known without a report, and cannot be taken back
    people = county.people.assign(both=np.where(is_apart, "no", "yes"))
    breaches, unresolved = audit(both, reader_of(policy, known), people, most=most)
    hidden = pd.concat([table["hidden"] for table in second.values()])
    counted = {str(reason): int(times) for reason, times in hidden.value_counts().items()}
    return Outcome(seed, tuple(breaches), tuple(unresolved), len(hidden), int(hidden.isna().sum()), counted)
