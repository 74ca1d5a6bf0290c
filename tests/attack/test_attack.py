"""The gate under attack: seeded releases must hold, and planted faults must not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import exhaustive
import pandas as pd
import pytest
from naive import base_rule_only, everything
from populations import Population, differences, frame_of, response_rates, shares, totals
from releases import reader_of, released

from kunskap.audit.attacker import FIGURES
from kunskap.audit.breaches import audit
from kunskap.audit.known import Known
from kunskap.disclosure import Policy, read_policy

OPTIONS = {"goals01": ("right", "wrong", "dk"), "goals02": ("right", "wrong", "dk")}
POINTS = {item: {option: float(option == "right") for option in named} for item, named in OPTIONS.items()}
LEVELS = {"role": ("pol", "tjm"), "sex": ("k", "m", "x", "u")}


@pytest.fixture(scope="module")
def policy() -> Policy:
    return read_policy()


def county(cells: dict[tuple[str, str], tuple[tuple[int, ...], tuple[int, ...]]], *, rates: bool = True) -> Population:
    """A county of stated counts: (role, sex) → right, wrong and dk on each of two items."""
    rows = []
    for (role, sex), counts in cells.items():
        answers = [
            [option for option, times in zip(OPTIONS[item], count, strict=True) for _ in range(times)]
            for item, count in zip(OPTIONS, counts, strict=True)
        ]
        pairs = zip(answers[0], reversed(answers[1]), strict=True)
        rows += [{"role": role, "sex": sex, "goals01": one, "goals02": other} for one, other in pairs]
    people = pd.DataFrame(rows).astype("str")
    named = people[people["sex"].isin(["k", "m"])]
    legal = people.assign(sex=people["sex"].where(people["sex"].isin(["k", "m"]), "k"))
    frame = legal.groupby(["role", "sex"], as_index=False).size().rename(columns={"size": "persons"})
    frame["persons"] += 10
    by_sex = totals(named, list(OPTIONS), by=["sex"])
    tables = {
        "knowledge": shares(people, OPTIONS),
        "knowledge_by_sex": shares(named, OPTIONS, by=["sex"]),
        "knowledge_by_role": shares(people, OPTIONS, by=["role"]),
        "total": totals(people, list(OPTIONS)),
        "total_by_sex": pd.concat([by_sex, differences(by_sex, "sex", ("k", "m"))], ignore_index=True),
        "total_by_role": totals(people, list(OPTIONS), by=["role"]),
    }
    if rates:
        tables["response_rate"] = response_rates(people, frame, by=["role", "sex"])
    known = Known(levels=LEVELS, options=OPTIONS, points=POINTS, scales={"total": tuple(OPTIONS)})
    return Population(people, tables, known)


ROOMY = {
    ("pol", "k"): ((10, 7, 5), (8, 8, 6)),
    ("pol", "m"): ((9, 8, 7), (7, 9, 8)),
    ("tjm", "k"): ((14, 9, 6), (11, 9, 9)),
    ("tjm", "m"): ((12, 8, 8), (9, 10, 9)),
}
FEW_POLITICIANS = ROOMY | {("pol", "k"): ((2, 1, 0), (1, 1, 1)), ("pol", "m"): ((1, 0, 1), (0, 1, 1))}
ONE_OTHER = ROOMY | {("tjm", "x"): ((1, 0, 0), (0, 1, 0))}
UNANIMOUS = ROOMY | {("pol", "k"): ((22, 0, 0), (8, 8, 6)), ("pol", "m"): ((24, 0, 0), (7, 9, 8))}
CASES = {"roomy": ROOMY, "few": FEW_POLITICIANS, "other": ONE_OTHER, "unanimous": UNANIMOUS}


def kinds(tables: dict[str, pd.DataFrame], case: Population, policy: Policy, **changes: object) -> set[str]:
    knows = replace(reader_of(policy, case.known), **changes)  # type: ignore[arg-type]
    return {breach.kind for breach in audit(tables, knows, case.people)[0]}


@pytest.mark.parametrize("name", CASES)
def test_a_proper_release_holds(name: str, policy: Policy) -> None:
    case = county(CASES[name])
    assert kinds(released(case, policy), case, policy) == set()


def test_where_there_is_room_nothing_is_hidden(policy: Policy) -> None:
    tables = released(county(ROOMY), policy)
    assert [name for name, table in tables.items() if table["hidden"].notna().any()] == []


@pytest.mark.parametrize("name", ["few", "other", "unanimous"])
def test_suppression_off_is_caught(name: str, policy: Policy) -> None:
    case = county(CASES[name])
    assert kinds(everything(case.tables), case, policy, share_step=0.0) & {"pinned", "unanimous", "all but one"}


@pytest.mark.parametrize("name", ["few", "other", "unanimous"])
def test_the_base_rule_alone_is_caught(name: str, policy: Policy) -> None:
    case = county(CASES[name])
    assert kinds(base_rule_only(case.tables, policy.base), case, policy)


@pytest.mark.parametrize("name", ["few", "other", "unanimous"])
def test_the_gate_without_complementary_suppression_is_caught(name: str, policy: Policy) -> None:
    case = county(CASES[name])
    assert kinds(released(case, replace(policy, complementary=False)), case, policy)


def leak(tables: dict[str, pd.DataFrame], case: Population, which: Callable[[pd.DataFrame], pd.Series], *figures: str):
    """Put hidden figures back in every row that is chosen; returns how many rows."""
    rows = 0
    for name, table in tables.items():
        chosen = table["hidden"].notna() & which(table)
        assert len(table) == len(case.tables[name])
        for figure in figures:
            table[figure] = table[figure].where(~chosen, case.tables[name][figure].to_numpy())
        rows += int(chosen.sum())
    return rows


def test_one_leaked_total_is_caught(policy: Policy) -> None:
    case = county(UNANIMOUS)
    tables = released(case, policy)
    before = kinds(tables, case, policy)
    assert leak(tables, case, lambda t: t["item"].eq("goals01"), *FIGURES)
    assert before == set() and kinds(tables, case, policy)


@pytest.mark.parametrize("figures", [("count",), ("estimate",), ("n", "count")])
def test_a_single_leaked_figure_of_a_small_group_is_caught(figures: tuple[str, ...], policy: Policy) -> None:
    case = county(FEW_POLITICIANS)
    tables = released(case, policy)
    small = lambda t: t["role"].eq("pol") & t["item"].eq("goals01") if "role" in t else pd.Series(False, t.index)  # noqa: E731
    assert leak(tables, case, small, *figures)
    sizes = response_rates(case.people, sized(case), by=["role"])
    tables["response_rate"] = sizes.drop(columns="inputs").assign(hidden=pd.NA)
    assert "pinned" in kinds(tables, case, policy, share_step=0.0)


def sized(case: Population) -> pd.DataFrame:
    return case.people.groupby("role", as_index=False).size().rename(columns={"size": "persons"})


@pytest.mark.parametrize("figures", [("estimate", "n"), ("low", "high", "n")])
def test_a_leaked_hidden_mean_is_caught(figures: tuple[str, ...], policy: Policy) -> None:
    case = county(FEW_POLITICIANS)
    tables = released(case, policy)
    few = lambda t: t["scale"].eq("total") & t["role"].eq("pol") if "role" in t else pd.Series(False, t.index)  # noqa: E731
    assert leak(tables, case, few, *figures)
    assert kinds(tables, case, policy) & {"mean", "pinned"}


def test_means_that_are_not_rounded_to_the_policy_are_read_as_sums(policy: Policy) -> None:
    # n × mean: all and the officials shown with means only, the five politicians are what is left.
    case = county(FEW_POLITICIANS)
    tables = everything({name: case.tables[name] for name in ("total", "total_by_role")})
    few = tables["total_by_role"]["role"].eq("pol")
    for figure in FIGURES:
        tables["total_by_role"][figure] = tables["total_by_role"][figure].mask(few)
    tables["total_by_role"].loc[few, "hidden"] = "base"
    assert "mean" in kinds(tables, case, policy, mean_step=0.0, se_step=0.0, interval_step=0.0)


def test_a_leaked_difference_is_caught(policy: Policy) -> None:
    cells = {("tjm", "k"): ((2, 1, 1), (1, 2, 1)), ("tjm", "m"): ((12, 8, 8), (9, 10, 9))}
    case = county(cells)
    only = {name: case.tables[name] for name in ("total_by_sex", "response_rate")}
    tables = base_rule_only(only, policy.base)
    assert kinds(tables, case, policy, mean_step=0.01) & {
        "mean",
        "pinned",
    }  # the difference is not a mean: it slips out
    gone = tables["total_by_sex"]["statistic"].ne("mean")
    for figure in FIGURES:
        tables["total_by_sex"][figure] = tables["total_by_sex"][figure].mask(gone)
    assert kinds(tables, case, policy) == set()


def test_the_remainder_of_other_sexes_is_caught(policy: Policy) -> None:
    case = county(ONE_OTHER)
    tables = everything({name: case.tables[name] for name in ("knowledge", "knowledge_by_sex")})
    breaches, _ = audit(tables, reader_of(policy, case.known), case.people)
    assert any("(rest)" in breach.group and breach.n == 1 for breach in breaches)


def test_hidden_rows_hold_no_figure_at_all(policy: Policy) -> None:
    for name in CASES:
        for table in released(county(CASES[name]), policy).values():
            assert table.loc[table["hidden"].notna(), list(FIGURES)].isna().all(axis=None)


def run(folder: Path, *arguments: str) -> dict[str, object]:
    exhaustive.main([*arguments, "--processes", "1", "--results", str(folder)])
    (path,) = (path for path in folder.glob("*.json") if not path.name.startswith("part-"))
    result = json.loads(path.read_text(encoding="utf-8"))
    assert path.stem == result["date"]
    return result


def test_a_run_goes_on_whatever_order_a_process_has_for_sets() -> None:
    """Seeds 2 and 3 gave the policy two fingerprints, and a run began anew (2026-11-23)."""
    asked = "import exhaustive; print(exhaustive.fingerprint())"
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", asked],
            cwd=Path(exhaustive.__file__).parent,
            env={**os.environ, "PYTHONHASHSEED": seed},
            stdout=subprocess.PIPE,
        )
        for seed in ("2", "3")
    ]
    assert {one.communicate()[0].decode().strip() for one in runs} == {exhaustive.fingerprint()}


def numbers(result: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in result.items() if name != "seconds"}


def test_the_long_run_writes_a_dated_result(tmp_path: Path) -> None:
    result = run(tmp_path, "--releases", "2", "--first", "6")
    assert result["releases"] == 2 and result["ranges"] == [[6, 8]] and 0 < result["rows_shown"] <= result["rows"]


def test_a_stopped_run_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = run(tmp_path / "whole", "--releases", "3", "--first", "6")
    monkeypatch.setattr(exhaustive, "OFTEN", 1)
    begun: list[int] = []

    def stopped(seed: int, *, large: bool) -> object:
        begun.append(seed)
        if seed == 7 and begun.count(7) == 1:
            raise KeyboardInterrupt
        return exhaustive.attack(seed, exhaustive.policy(), large=large)

    monkeypatch.setattr(exhaustive, "attacked", stopped)
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "stopped", "--releases", "3", "--first", "6")
    assert numbers(run(tmp_path / "stopped", "--releases", "3", "--first", "6")) == numbers(whole)
    assert begun == [6, 7, 7, 8]


def test_parts_are_added_up_but_not_those_of_another_gate(tmp_path: Path) -> None:
    whole = run(tmp_path / "whole", "--releases", "3", "--first", "6")
    run(tmp_path / "one", "--releases", "2", "--first", "6")
    run(tmp_path / "two", "--releases", "1", "--first", "8")
    parts = [str(path) for name in ("one", "two") for path in (tmp_path / name).glob("part-*.json")]
    assert numbers(run(tmp_path / "sum", "--sum", *parts)) == numbers(whole)
    with pytest.raises(ValueError, match="county 6 was attacked in two parts"):
        exhaustive.main(["--sum", parts[0], parts[0], "--results", str(tmp_path)])
    other = json.loads(Path(parts[1]).read_text(encoding="utf-8")) | {"fingerprint": "another"}
    Path(parts[1]).write_text(json.dumps(other), encoding="utf-8")
    with pytest.raises(ValueError, match="not of the same gate"):
        exhaustive.main(["--sum", *parts, "--results", str(tmp_path)])


def test_an_empty_table_is_no_trouble(policy: Policy) -> None:
    case = county(ROOMY)
    tables = released(replace(case, tables={**case.tables, "none": frame_of([], ["role"])}), policy)
    assert kinds(tables, case, policy) == set()
