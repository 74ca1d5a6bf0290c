"""Seeded small counties: answers, and the tables that an analysis would make of them, with plain pandas.

Written without the library's analyses, so that a mistake there cannot hide one in the gate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from kunskap.audit.known import Known

LEVELS = {"role": ("pol", "tjm"), "orgtype": ("reg", "kom", "lst", "ovr"), "sex": ("k", "m", "x", "u")}
OUTCOMES = ("right", "wrong", "dk", "skip")
COLUMNS = (
    "universe",
    "item",
    "scale",
    "option",
    "statistic",
    "unit",
    "count",
    "n",
    "estimate",
    "se",
    "low",
    "high",
    "inputs",
)
TEXT = ("universe", "item", "scale", "option", "statistic", "unit")


@dataclass(frozen=True)
class Population:
    """One county, its answers and its unprotected tables.

    Parameters
    ----------
    people : DataFrame
        One row per respondent: background variables and an option per item (missing: not reached).
    tables : mapping
        Unprotected estimates tables.
    known : Known
        What everybody knows of it, with the policy's numbers at their defaults.
    """

    people: pd.DataFrame
    tables: Mapping[str, pd.DataFrame]
    known: Known


def frame_of(rows: Sequence[Mapping[str, object]], by: Sequence[str]) -> pd.DataFrame:
    """Return rows as an estimates table: grouping columns, then the fixed ones."""
    table = pd.DataFrame([dict.fromkeys(COLUMNS) | dict(row) for row in rows], columns=[*by, *COLUMNS])
    table["inputs"] = [value if isinstance(value, tuple) else () for value in table["inputs"]]
    for name in (*by, *TEXT):
        table[name] = table[name].astype("str")
    for name in ("count", "n"):
        table[name] = pd.to_numeric(table[name]).astype("Int64")
    for name in ("estimate", "se", "low", "high"):
        table[name] = table[name].astype("float64")
    return table


def _split(people: pd.DataFrame, by: Sequence[str]) -> list[tuple[dict[str, str], pd.DataFrame]]:
    if not by:
        return [({}, people)]
    return [(dict(zip(by, key, strict=True)), part) for key, part in people.groupby(list(by), observed=True)]


def _key(statistic: str, universe: str, question: str, option: str, group: Mapping[str, str]) -> str:
    return "|".join(
        [statistic, universe, question, option, "&".join(f"{name}={group[name]}" for name in sorted(group))]
    )


def _within(people: pd.DataFrame, universe: str) -> pd.DataFrame:
    for part in universe.split("&") if universe != "all" else ():
        name, level = part.split("=")
        people = people[people[name] == level]
    return people


def _wilson(count: int, n: int) -> tuple[float, float]:
    z2 = 1.959963984540054**2
    share, middle = count / n, (count / n + z2 / (2 * n)) / (1 + z2 / n)
    half = np.sqrt(z2 * share * (1 - share) / n + z2**2 / (4 * n**2)) / (1 + z2 / n)
    return max(middle - half, 0.0), min(middle + half, 1.0)


def shares(
    people: pd.DataFrame, options: Mapping[str, Sequence[str]], *, by: Sequence[str] = (), universe: str = "all"
) -> pd.DataFrame:
    """Count every option of every item, per group."""
    rows = []
    for group, part in _split(_within(people, universe), by):
        for item, named in options.items():
            n = int(part[item].notna().sum())
            for option in named if n else ():
                count = int((part[item] == option).sum())
                low, high = _wilson(count, n)
                se = np.sqrt(count / n * (1 - count / n) / (n - 1)) if n > 1 else None
                figures = {"count": count, "n": n, "estimate": count / n, "se": se, "low": low, "high": high}
                names = {"universe": universe, "item": item, "option": option, "statistic": "share", "unit": "share"}
                rows.append(group | names | figures)
    return frame_of(rows, by)


def bounds(
    people: pd.DataFrame,
    options: Mapping[str, Sequence[str]],
    frame: pd.DataFrame,
    *,
    by: Sequence[str] = (),
    universe: str = "all",
) -> pd.DataFrame:
    """Worst-case bounds of the first option of every item."""
    rows = []
    for group, part in _split(_within(people, universe), by):
        persons = frame.loc[
            np.logical_and.reduce([frame[v] == level for v, level in group.items()] or [frame.index >= 0])
        ]
        size = int(_within(persons, universe)["persons"].sum())
        for item, named in options.items():
            n, option = int(part[item].notna().sum()), named[0]
            count = int((part[item] == option).sum())
            for statistic, others in (("bound_low", 0), ("bound_high", size - n)):
                names = {"universe": universe, "item": item, "option": option, "statistic": statistic, "unit": "share"}
                inputs = (_key("share", universe, item, option, group),)
                figures = {"count": count, "n": n, "estimate": (count + others) / size, "inputs": inputs}
                rows.append(group | names | figures)
    return frame_of(rows, by)


def totals(
    people: pd.DataFrame, items: Sequence[str], *, by: Sequence[str] = (), universe: str = "all"
) -> pd.DataFrame:
    """Mean share of items right, per group, with a t interval."""
    from scipy.stats import t

    rows = []
    for group, part in _split(_within(people, universe), by):
        scores, n = (part[list(items)] == "right").mean(axis=1), len(part)
        mean, se = scores.mean(), scores.std() / np.sqrt(n) if n > 1 else np.nan
        half = t.isf(0.025, n - 1) * se if n > 1 else np.nan
        names = {"universe": universe, "scale": "total", "statistic": "mean", "unit": "share"}
        figures = {"n": n, "estimate": mean, "se": se, "low": max(mean - half, 0), "high": min(mean + half, 1)}
        rows.append(group | names | figures)
    return frame_of(rows, by)


def differences(means: pd.DataFrame, variable: str, levels: tuple[str, str]) -> pd.DataFrame:
    """Difference of the means of two levels, within the other grouping columns, with Hedges' g beside it."""
    by = [name for name in means.columns if name not in COLUMNS and name != variable]
    rows = []
    for group, part in _split(means, by):
        pair = [part[part[variable] == level] for level in levels]
        if any(side.empty for side in pair):
            continue
        one, other = (side.iloc[0] for side in pair)
        inputs = tuple(_key("mean", one["universe"], "total", "", group | {variable: level}) for level in levels)
        names = {"universe": one["universe"], "scale": "total", "option": "-".join(levels)}
        spread = np.hypot(one["se"], other["se"])
        gap = one["estimate"] - other["estimate"]
        figures = {"n": int(one["n"] + other["n"]), "inputs": inputs}
        rows.append(
            group | names | figures | {"statistic": "difference", "unit": "share", "estimate": gap, "se": spread}
        )
        rows.append(
            group
            | names
            | figures
            | {"statistic": "hedges_g", "unit": "sd", "estimate": gap / spread if spread else 0.0}
        )
    return frame_of(rows, by)


def distribution(
    people: pd.DataFrame, items: Sequence[str], *, by: Sequence[str] = (), bins: Sequence[tuple[int, int]] = ()
) -> pd.DataFrame:
    """Share of people per number of right answers: none to half, more than half, or in the bins that are given."""
    cut = len(items) // 2
    halves = [(0, cut), (cut + 1, len(items))]
    rows = []
    for group, part in _split(people, by):
        right, n = (part[list(items)] == "right").sum(axis=1), len(part)
        for least, most in bins or halves:
            option = f"{least}-{most}"
            count = int(right.between(least, most).sum())
            low, high = _wilson(count, n)
            names = {"universe": "all", "scale": "total", "option": option, "statistic": "share", "unit": "share"}
            rows.append(group | names | {"count": count, "n": n, "estimate": count / n, "low": low, "high": high})
    return frame_of(rows, by)


def response_rates(people: pd.DataFrame, frame: pd.DataFrame, *, by: Sequence[str]) -> pd.DataFrame:
    """Respondents of persons, per group of the frame."""
    rows = []
    for group, persons in _split(frame, by):
        size = int(persons["persons"].sum())
        count = int(np.logical_and.reduce([people[name] == level for name, level in group.items()]).sum())
        if size and count <= size:
            names = {"universe": "all", "scale": "response", "statistic": "response_rate", "unit": "share"}
            rows.append(group | names | {"count": count, "n": size, "estimate": count / size})
    return frame_of(rows, by)


def population(seed: int) -> Population:
    """Draw one county: 15–120 respondents, tiny groups, unanimous items and odd table plans among them."""
    rng = np.random.default_rng(seed)
    variables = [("role", "sex"), ("orgtype", "sex"), ("role", "orgtype", "sex")][
        int(rng.choice(3, p=[0.74, 0.2, 0.06]))
    ]
    people = _respondents(rng, variables)
    size = int(rng.choice([1, 2, 3, 4], p=[0.35, 0.35, 0.2, 0.1] if len(variables) == 2 else [0.6, 0.4, 0, 0]))
    items = [f"goals{place:02d}" for place in range(1, size + 1)]
    options = {item: OUTCOMES[: int(rng.integers(2, 5))] for item in items}
    for item, named in options.items():
        people[item] = answers_of(rng, people, named)
    complete = bool(rng.random() < 0.85)
    if not complete:
        people.loc[rng.random(len(people)) < 0.1, items[-1]] = None
    frame = frame_of_people(rng, people, [name for name in variables])
    tables = _plan(rng, people, options, frame, variables, complete)
    known = Known(
        levels={name: LEVELS[name] for name in variables},
        options=options,
        points={item: {option: float(option == "right") for option in named} for item, named in options.items()},
        scales={"total": tuple(items)} if complete else {},
        frame=frame.drop(columns="sex").groupby([name for name in variables if name != "sex"], as_index=False).sum(),
        complete=complete,
    )
    return Population(people, tables, known)


def _respondents(rng: np.random.Generator, variables: Sequence[str]) -> pd.DataFrame:
    size = int(rng.integers(15, 121))
    people = {}
    for name in variables:
        if name == "sex":
            other = rng.choice([0.0, 0.02, 0.06])
            weights = np.array([0.5 - other, 0.5 - other, other, other])
        else:
            weights = rng.dirichlet(np.full(len(LEVELS[name]), rng.choice([0.4, 1.0, 5.0])))
        people[name] = rng.choice(LEVELS[name], size=size, p=weights)
    return pd.DataFrame(people).astype("str")


def answers_of(rng: np.random.Generator, people: pd.DataFrame, options: Sequence[str]) -> pd.Series:
    """Answers that may be unanimous, nearly so, or depend on a background variable."""
    kind = rng.choice(["mixed", "easy", "unanimous", "split"], p=[0.5, 0.2, 0.12, 0.18])
    size = len(people)
    weights = rng.dirichlet(np.full(len(options), 1.5))
    answers = rng.choice(options, size=size, p=weights)
    common = options[int(rng.integers(len(options)))]
    if kind in ("easy", "unanimous"):
        answers = np.where(rng.random(size) < (0.04 if kind == "easy" else 0.0), answers, common)
        odd = int(rng.integers(0, 4)) if kind == "unanimous" else 0
        answers[rng.integers(0, size, odd)] = options[0] if common != options[0] else options[1]
    elif kind == "split":
        variable = str(rng.choice(people.columns[people.columns.isin(list(LEVELS))]))
        chosen = people[variable] == rng.choice(people[variable])
        answers = np.where(chosen & (rng.random(size) < 0.95), common, answers)
    return pd.Series(answers, index=people.index, dtype="str")


def frame_of_people(rng: np.random.Generator, people: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """The register: every respondent is in it, as a woman or a man."""
    legal = people.assign(sex=people["sex"].where(people["sex"].isin(["k", "m"]), "k"))
    frame = legal.groupby(by, as_index=False).size().rename(columns={"size": "persons"})
    frame["persons"] += rng.integers(0, 12, len(frame))
    return frame


def _plan(
    rng: np.random.Generator,
    people: pd.DataFrame,
    options: Mapping[str, Sequence[str]],
    frame: pd.DataFrame,
    variables: Sequence[str],
    complete: bool,
) -> dict[str, pd.DataFrame]:
    """Which tables a report of this county has."""
    first = variables[0]
    named = people[people["sex"].isin(["k", "m"])]
    tables = {"knowledge": shares(people, options)}
    if rng.random() < 0.6:
        tables["knowledge"] = pd.concat([tables["knowledge"], bounds(people, options, frame)], ignore_index=True)
    sexes = named if rng.random() < 0.7 else people  # now and then an analysis forgets to leave out the others
    makers = {
        "knowledge_by_sex": lambda: shares(sexes, options, by=["sex"]),
        f"knowledge_by_{first}": lambda: shares(people, options, by=[first]),
        "knowledge_by_both": lambda: shares(named, options, by=[first, "sex"]),
        "response_rate": lambda: response_rates(people, frame, by=[first]),
        "response_rate_by_sex": lambda: response_rates(people, frame, by=[first, "sex"]),
    }
    if "role" in variables:
        makers["knowledge_pol_by_sex"] = lambda: shares(named, options, by=["sex"], universe="role=pol")
    if len(variables) == 3:
        makers["knowledge_pol_by_orgtype"] = lambda: shares(people, options, by=["orgtype"], universe="role=pol")
        makers["knowledge_by_orgtype"] = lambda: shares(people, options, by=["orgtype"])
    if complete:
        items = list(options)
        makers["total"] = lambda: totals(people, items)
        makers["total_by_sex"] = lambda: with_difference(totals(named, items, by=["sex"]), "sex", ("k", "m"))
        makers[f"total_by_{first}"] = lambda: totals(people, items, by=[first])
        if len(items) > 1:
            makers["distribution"] = lambda: distribution(people, items, by=[first])
    for name, make in makers.items():
        if rng.random() < 0.55:
            table = make()
            if len(table):
                tables[name] = table
    return tables


def with_difference(means: pd.DataFrame, variable: str, levels: tuple[str, str]) -> pd.DataFrame:
    return pd.concat([means, differences(means, variable, levels)], ignore_index=True)


def under(known: Known, **changes: Any) -> Known:
    """Return what is known, under another policy's numbers."""
    return replace(known, **changes)
