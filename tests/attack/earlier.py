"""Reports on one county, released one after the other while answers come in or are taken back, attacked together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from populations import Population, population, shares, totals, with_difference
from releases import Outcome, reader_of

from kunskap.audit.breaches import audit
from kunskap.audit.known import Known
from kunskap.disclosure import Policy, release
from kunskap.disclosure.earlier import Earlier
from kunskap.errors import KunskapError

__all__ = ["KINDS", "attack_in_turn"]

WAVE, SECOND = "2026", "2028"
MANY = 10_000
KINDS = ("late", "left", "same", "back", "waves")


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


def of_waves(people: pd.DataFrame, county: Population, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """The same tables, wave by wave, where the people are of more than one."""
    if people["wave"].nunique() == 1:
        return report_of(people, county, rng)
    state = rng.bit_generator.state
    parts = []
    for wave, some in people.groupby("wave"):
        rng.bit_generator.state = state
        parts.append({name: table.assign(wave=wave) for name, table in report_of(some, county, rng).items()})
    return {name: pd.concat([part[name] for part in parts], ignore_index=True) for name in parts[0]}


def crowd(name: str, people: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> Earlier:
    """What the ledger keeps of a release."""
    waves = people["wave"].value_counts().sort_index()
    who = {wave: ",".join(map(str, people.index[people["wave"] == wave])) for wave in waves.index}
    return Earlier(name, {str(wave): int(count) for wave, count in waves.items()}, who, tables)


def passed(
    people: pd.DataFrame, tables: Mapping[str, pd.DataFrame], policy: Policy, *earlier: Earlier
) -> dict[str, pd.DataFrame]:
    """The tables as the gate lets them out, beside what is out already."""
    made = release(tables, policy=policy, about=crowd("nu", people, {}), earlier=earlier)
    return {name: made.table(name) for name in made.names}


def crowds_of(kind: str, size: int, base: int, reports: int, rng: np.random.Generator) -> list[np.ndarray]:
    """Who is in each report."""
    everyone = np.ones(size, dtype=bool)
    if kind == "same":
        return [everyone] * reports
    steps = reports if kind == "back" else reports - 1
    most = max(base + 1, size // (reports + 1))
    order, start, parts = rng.permutation(size), 0, []
    for _ in range(steps):
        between = int(rng.integers(base, most))
        parts.append(np.isin(np.arange(size), order[start : start + between]))
        start += between
    if kind == "back":  # each time some come and others go
        return [
            ~(parts[place] | parts[(place + 1) % steps]) | parts[place] * (place % 2 == 1) for place in range(steps)
        ]
    outside = [np.any([everyone & False, *parts[place:]], axis=0) for place in range(steps)]
    found = [*(~out for out in outside), everyone]
    return found[::-1] if kind == "left" else found


def inside_of(kind: str, is_first: np.ndarray, base: int, reports: int, rng: np.random.Generator) -> list[np.ndarray]:
    """Who is in each report: those of a second wave in all but the first."""
    if kind != "waves":
        return crowds_of(kind, len(is_first), base, reports, rng)
    inside = []
    for place, some in enumerate(crowds_of("late", int(is_first.sum()), base, reports, rng)):
        inside.append(np.full(len(is_first), place > 0))
        inside[-1][is_first] = some
    return inside


def known_of(
    known: Known, everyone: pd.DataFrame, inside: Sequence[np.ndarray], policy: Policy
) -> tuple[Known, pd.DataFrame]:
    """Who is in which report is known, but not how many they are.

    That a group is there is known without a report and cannot be taken back.
    """
    names = [f"in{place}" for place in range(len(inside))]
    where = pd.DataFrame({name: np.where(some, "yes", "no") for name, some in zip(names, inside, strict=True)})
    people = pd.concat([everyone, where], axis=1)
    there = set(map(tuple, where.to_numpy()))
    corners = [tuple(np.where(np.array(corner), "yes", "no")) for corner in np.ndindex(*[2] * len(names))]
    frame = pd.DataFrame(corners, columns=names).assign(persons=[MANY * (corner in there) for corner in corners])
    levels = {**known.levels, **{name: ("yes", "no") for name in names}}
    known = replace(known, levels=levels, frame=frame if names else None, occupied=False)
    return reader_of(policy, known), people


def as_known(tables: Mapping[str, pd.DataFrame], universe: str) -> dict[str, pd.DataFrame]:
    """The tables as they read to who knows that they are about those in one report."""
    told = {}
    for name, table in tables.items():
        asked = table["universe"].where(table["universe"].ne("all"), "")
        told[name] = table.assign(universe=["&".join(filter(None, [universe, one])) or "all" for one in asked])
    return told


def attack_in_turn(
    seed: int, policy: Policy, *, kind: str = "late", reports: int = 2, ledger: bool = True, most: int = 3
) -> Outcome | None:
    """Draw a county, release reports on it one after the other, and attack them together.

    Parameters
    ----------
    seed : int
        Of the county, who is in which report, and the reports' tables.
    policy : Policy
        Of all releases.
    kind : {"late", "left", "same", "back", "waves"}
        Whether some have answered since, some have taken their answers back, the people are the same, some came while
        others went, or the people answered in two waves and the last reports tell of both.
    reports : int
        How many.
    ledger : bool
        Whether a release is told of those before it.
    most : int
        Breaches to look for.

    Returns
    -------
    Outcome or None
        None where a report was refused.
    """
    rng = np.random.default_rng([seed, reports])
    county = population(seed)
    everyone = county.people.assign(wave=WAVE)
    if kind == "waves":
        everyone["wave"] = np.where(rng.random(len(everyone)) < 0.4, SECOND, WAVE)
        levels = {**county.known.levels, "wave": (WAVE, SECOND)}
        county = replace(county, known=replace(county.known, levels=levels))
    inside = inside_of(kind, everyone["wave"].eq(WAVE).to_numpy(), policy.base, reports, rng)
    out: list[Earlier] = []
    for place, some in enumerate(inside):
        people = everyone[some]
        try:
            made = passed(people, of_waves(people, county, rng), policy, *(out if ledger else []))
        except KunskapError as refused:
            assert {one.code for one in refused.faults} <= {"GATE-30"}, refused
            return None
        out.append(crowd(str(place), people, made))
    hidden = pd.concat([table["hidden"] for one in out[1:] for table in one.tables.values()])
    counted = {str(reason): int(times) for reason, times in hidden.value_counts().items()}
    # a report that shows nothing tells nothing: who is in no other is nobody that anything is known of
    telling = [place for place, one in enumerate(out) if any(t["hidden"].isna().any() for t in one.tables.values())]
    inside, out = [inside[place] for place in telling], [out[place] for place in telling]
    if not out:
        return Outcome(seed, (), (), len(hidden), 0, counted)
    told_of = np.any(inside, axis=0)
    inside, everyone = [some[told_of] for some in inside], everyone[told_of].reset_index(drop=True)
    apart = {some.tobytes(): some for some in inside if not some.all()}
    known, people = known_of(county.known, everyone, list(apart.values()), policy)
    told = {}
    for place, (some, one) in enumerate(zip(inside, out, strict=True)):
        larger = [f"in{at}=yes" for at, other in enumerate(apart.values()) if not (some & ~other).any()]
        if kind == "waves" and len(one.persons) == 1:
            larger.append(f"wave={WAVE}")
        told |= {f"{place} {name}": table for name, table in as_known(one.tables, "&".join(larger)).items()}
    breaches, unresolved = audit(told, known, people, most=most)
    return Outcome(seed, tuple(breaches), tuple(unresolved), len(hidden), int(hidden.isna().sum()), counted)
