"""Several choices in one question: options overlap, and the gate protects each of them without hiding them all."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from kunskap.disclosure import Policy, Released, read_policy, release
from kunskap.disclosure.linked import measures_of
from kunskap.tables import estimates

BASE, WIDTH = 7, 3
OPTIONS = ("time", "data", "help", "none")
Group = tuple[str, str]  # role, sex


@pytest.fixture(scope="module")
def policy() -> Policy:
    return read_policy()


def ticked(sizes: Mapping[Group, int], rng: np.random.Generator, *, none: float = 0.05) -> pd.DataFrame:
    """People with their ticks; 'none' only alone."""
    rows = []
    for (role, sex), size in sizes.items():
        for _ in range(size):
            alone = rng.random() < none
            ticks = {option: not alone and bool(rng.random() < 0.6) for option in OPTIONS[:-1]}
            rows.append({"role": role, "sex": sex, **ticks, "none": alone})
    return pd.DataFrame(rows)


def tables_of(people: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Everyone, by role and by sex (women and men)."""

    def shares(own: pd.DataFrame, **groups: str) -> list[dict[str, object]]:
        fixed = {"universe": "all", "item": "support01", "statistic": "share", "unit": "share", "n": len(own)}
        return [
            {**groups, **fixed, "option": option, "count": int(own[option].sum()), "estimate": own[option].mean()}
            for option in OPTIONS
            if len(own)
        ]

    made = {"support": estimates(shares(people), by=[])}
    for variable, levels in (("role", ("pol", "tjm")), ("sex", ("k", "m"))):
        rows = [row for level in levels for row in shares(people[people[variable] == level], **{variable: level})]
        made[f"support_by_{variable}"] = estimates(rows, by=[variable])
    return made


def shown(released: Released) -> dict[tuple[str, str, str], tuple[float, float]]:
    """(variable, level, option) → count and n of what is shown; '' is everyone."""
    found = {}
    for name in released.names:
        variable = name.removeprefix("support").removeprefix("_by_")
        for row in released.table(name).to_dict("records"):
            if pd.notna(row["count"]):
                found[variable, row.get(variable, "") if variable else "", row["option"]] = row["count"], row["n"]
    return found


def test_options_that_overlap_are_measures_of_their_own_and_a_partition_is_one(policy: Policy) -> None:
    from kunskap.disclosure.figures import collect

    people = ticked({("pol", "k"): 30}, np.random.default_rng(1))
    figures = collect({"support": tables_of(people)["support"]}, policy=policy, basis="respondents", view="public")
    rows = [figure for figure in getattr(figures, "figures", figures) if figure.is_direct]
    measures = measures_of(rows)
    assert len(measures) == len(OPTIONS) and all(measure.overlapping for measure in measures)
    assert all(len(measure.answers(counts)) == 1 for measure in measures for counts in measure.counts.values())


def test_that_nobody_in_a_group_chose_an_option_hides_nothing(policy: Policy) -> None:
    sizes = {("pol", "k"): 40, ("pol", "m"): 40, ("tjm", "k"): 30, ("tjm", "m"): 30, ("tjm", "x"): 9}
    people = ticked(sizes, np.random.default_rng(2), none=0.0)
    assert people["none"].sum() == 0
    assert release(tables_of(people), policy=policy).log.empty


@pytest.mark.parametrize("missing", [0, 1])
def test_that_all_or_all_but_one_chose_an_option_is_hidden(policy: Policy, missing: int) -> None:
    people = ticked({("pol", "k"): 20, ("pol", "m"): 20, ("tjm", "k"): 20, ("tjm", "m"): 20}, np.random.default_rng(3))
    people.loc[people["role"] == "tjm", ["data", "none"]] = [True, False]
    people.loc[people.index[people["role"] == "tjm"][:missing], "data"] = False
    found = shown(release(tables_of(people), policy=policy))
    assert not [key for key in found if key[:2] == ("role", "tjm")]
    # Nor by taking the other role from everyone.
    assert not ({("", "", "data"), ("role", "pol", "data")} <= set(found))


def test_what_remains_when_women_and_men_are_taken_away_is_not_told(policy: Policy) -> None:
    people = ticked({("pol", "k"): 40, ("pol", "m"): 40, ("tjm", "x"): 4, ("tjm", "k"): 20}, np.random.default_rng(4))
    found = shown(release(tables_of(people), policy=policy))
    assert not ({("", "", "data"), ("sex", "k", "data"), ("sex", "m", "data")} <= set(found))


def interval(
    released: Mapping[tuple[str, str, str], tuple[float, float]],
    sizes: Mapping[Group, int],
    option: str,
    target: set[Group],
) -> tuple[float, float]:
    """The least and most that the shown counts leave for `target`; how many are in each crossing nobody knows.

    The unknowns are the ticks of each crossing, then its people.
    """
    groups = list(sizes)
    rows, told = [], []
    for place, position in ((None, 0), *((level, 0) for level in ("pol", "tjm")), *((level, 1) for level in "kmx")):
        inside = [float(place is None or group[position] == place) for group in groups]
        rows.append([0.0] * len(groups) + inside)
        told.append(sum(size for size, own in zip(sizes.values(), inside, strict=True) if own))
    for (variable, level, name), (count, _) in released.items():
        if name == option:
            position = 1 if variable == "sex" else 0
            rows.append([float(not variable or group[position] == level) for group in groups] + [0.0] * len(groups))
            told.append(count)
    few = np.hstack([np.eye(len(groups)), -np.eye(len(groups))])
    goal = np.array([float(group in target) for group in groups] + [0.0] * len(groups))
    ends = [
        linprog(sign * goal, A_ub=few, b_ub=np.zeros(len(groups)), A_eq=np.array(rows), b_eq=np.array(told)).fun
        for sign in (1, -1)
    ]
    return ends[0], -ends[1]


def _left_open(
    released: Mapping[tuple[str, str, str], tuple[float, float]],
    sizes: Mapping[Group, int],
    option: str,
    target: set[Group],
) -> Iterator[float]:
    """How open each large enough group, shown or what remains of everyone, leaves the target by itself."""
    n, everyone = sum(sizes[group] for group in target), sum(sizes.values())
    told = {(variable, level): own for (variable, level, name), own in released.items() if name == option}
    for (variable, level), (count, whole) in told.items():
        inside = {group for group in sizes if not variable or group[variable == "sex"] == level}
        known = [(inside, count, whole)]
        if ("", "") in told and variable:
            known.append((set(sizes) - inside, told["", ""][0] - count, everyone - whole))
        for people, part, size in known:
            if size < BASE:
                continue
            outside = sum(sizes[group] for group in target - people) and min(n, everyone - size)
            yield max(0.0, min(n, part + outside) - max(0.0, n - outside - (size - part)))


@pytest.mark.parametrize("seed", range(40))
def test_no_small_group_can_be_worked_out_from_what_is_shown(policy: Policy, seed: int) -> None:
    """An attacker with a linear programme of their own, option by option."""
    rng = np.random.default_rng(seed)
    sizes = {
        (role, sex): int(rng.choice([0, 2, 5, 9, 20, 30]))
        for role, sex in itertools.product(("pol", "tjm"), ("k", "m", "x"))
    }
    people = ticked(sizes, rng, none=float(rng.choice([0.0, 0.05, 0.3])))
    if len(people) < BASE:
        return
    found = shown(release(tables_of(people), policy=policy))
    targets = [{group for group in sizes if group[place] == level} for place, level in ((0, "pol"), (0, "tjm"))]
    targets += [{group for group in sizes if group[1] == level} for level in ("k", "m", "x")]
    for option, target in itertools.product(OPTIONS, targets):
        n = sum(sizes[group] for group in target)
        if not 0 < n < BASE:
            continue
        least, most = interval(found, sizes, option, target)
        demanded = min([float(min(WIDTH, n)), *_left_open(found, sizes, option, target)])
        assert most - least >= demanded - 1e-6, (option, target, found)


def test_the_attacker_finds_what_an_open_gate_tells(policy: Policy) -> None:
    sizes = {("pol", "k"): 20, ("tjm", "k"): 3}
    people = ticked(sizes, np.random.default_rng(5))
    told = {("", "", "data"): (int(people["data"].sum()), 23)}
    told["role", "pol", "data"] = int(people.loc[people["role"] == "pol", "data"].sum()), 20
    least, most = interval(told, sizes, "data", {("tjm", "k")})
    assert most - least < 1e-6
