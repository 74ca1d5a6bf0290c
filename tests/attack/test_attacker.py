"""The attacker itself, on hand-made tables whose secrets are known: no gate has a part in these."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from naive import base_rule_only, everything, published
from populations import COLUMNS, differences, distribution, frame_of, population, response_rates, shares, totals
from scipy.optimize import Bounds, LinearConstraint, milp

from kunskap.audit import breaches
from kunskap.audit.attacker import Attacker
from kunskap.audit.breaches import Audit, Breach, audit
from kunskap.audit.known import Known

HERE = Path(__file__).parent
ATTACKER = Path(breaches.__file__).parent
INDEPENDENT = ("known", "worlds", "solver", "attacker", "asking", "breaches")
LEVELS = {"role": ("pol", "tjm"), "sex": ("k", "m", "x", "u")}
ITEM = {"goals01": ("right", "wrong")}
POINTS = {"goals01": {"right": 1.0, "wrong": 0.0}}


def known(**changes: object) -> Known:
    return Known(**({"levels": LEVELS, "options": ITEM, "points": POINTS, "scales": {"total": ("goals01",)}} | changes))  # type: ignore[arg-type]


def people(cells: Sequence[tuple[str, str, int, int]]) -> pd.DataFrame:
    """Respondents of (role, sex, right, wrong)."""
    rows = [
        {"role": role, "sex": sex, "goals01": option}
        for role, sex, right, wrong in cells
        for option, times in (("right", right), ("wrong", wrong))
        for _ in range(times)
    ]
    return pd.DataFrame(rows).astype("str")


def found(tables: Mapping[str, pd.DataFrame], answers: pd.DataFrame, knows: Known | None = None) -> list[Breach]:
    breaches, unresolved = audit(tables, knows or known(), answers)
    assert unresolved == []
    return breaches


def hiding(table: pd.DataFrame, **where: str) -> pd.DataFrame:
    """A published table with the rows of one group hidden."""
    hide = pd.Series(True, index=table.index)
    for name, level in where.items():
        hide &= table[name] == level
    return published(table, hide)


def interval(
    tables: Mapping[str, pd.DataFrame], knows: Known, option: str = "right", **group: str
) -> tuple[float, float]:
    attacker = Attacker(tables, knows)
    return attacker.interval(attacker.count(attacker.group(group).atoms, "goals01", option))


def imported(path: Path) -> set[str]:
    """The modules that a file imports."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    calls = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert not calls & {"__import__", "exec", "eval"}
    return names | {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}


@pytest.mark.parametrize("path", [ATTACKER / f"{name}.py" for name in INDEPENDENT], ids=lambda path: path.stem)
def test_the_attacker_imports_nothing_of_the_library_but_itself(path: Path) -> None:
    own = {f"kunskap.audit.{name}" for name in INDEPENDENT}
    assert not [name for name in imported(path) if name.split(".")[0] == "kunskap" and name not in own]


@pytest.mark.parametrize("name", ["populations", "large_populations", "naive"])
def test_what_is_attacked_is_made_without_the_library(name: str) -> None:
    used = {module for module in imported(HERE / f"{name}.py") if module.split(".")[0] == "kunskap"}
    assert used <= {"kunskap.audit.attacker", "kunskap.audit.known"}


@pytest.mark.parametrize("path", sorted(ATTACKER.glob("*.py")), ids=lambda path: path.stem)
def test_the_audit_does_not_know_the_gate(path: Path) -> None:
    used = {part for module in imported(path) for part in [module.removeprefix("kunskap.").split(".")[0]]}
    assert not used & {"disclosure", "report", "ledger"}


def test_a_margin_gives_back_the_hidden_cell_of_a_two_by_two_table() -> None:
    answers = people([("pol", "k", 9, 7), ("tjm", "k", 3, 2)])
    tables = {
        "all": published(shares(answers, ITEM)),
        "by_role": hiding(shares(answers, ITEM, by=["role"]), role="tjm"),
    }
    assert interval(tables, known(), role="tjm") == (3, 3)
    kinds = {(breach.kind, breach.group) for breach in found(tables, answers)}
    assert ("pinned", "role=tjm") in kinds


def test_two_hidden_cells_leave_the_textbook_interval() -> None:
    # Rows and columns of a 2 × 2 table are shown, its inner cells hidden but for their sizes.
    answers = people([("pol", "k", 4, 4), ("pol", "m", 5, 7), ("tjm", "k", 6, 6), ("tjm", "m", 9, 3)])
    by_both = shares(answers, ITEM, by=["role", "sex"])
    tables = {
        "by_role": published(shares(answers, ITEM, by=["role"])),
        "by_sex": published(shares(answers, ITEM, by=["sex"])),
        "by_both": published(by_both, pd.Series(True, index=by_both.index)),
        "sizes": published(response_rates(answers, register(answers), by=["role", "sex"])),
    }
    sizes = {"pol k": 8, "pol m": 12, "tjm k": 12, "tjm m": 12}
    right_pol, right_k, right_all = 9, 10, 24
    open_to = [
        right
        for right in range(sizes["pol k"] + 1)
        if 0 <= right_pol - right <= sizes["pol m"]
        and 0 <= right_k - right <= sizes["tjm k"]
        and 0 <= right_all - right_pol - right_k + right <= sizes["tjm m"]
    ]
    assert interval(tables, known(), role="pol", sex="k") == (min(open_to), max(open_to))


def register(answers: pd.DataFrame) -> pd.DataFrame:
    return answers.groupby(["role", "sex"], as_index=False).size().rename(columns={"size": "persons"})


def test_three_people_by_subtraction_across_universes() -> None:
    # Politicians by sex stand in one table, the universe role=pol in another: the rest is three people.
    answers = people([("pol", "k", 8, 6), ("pol", "m", 7, 9), ("pol", "x", 1, 2), ("tjm", "k", 9, 9)])
    named = answers[answers["sex"].isin(["k", "m"])]
    tables = {
        "pol": published(shares(answers, ITEM, universe="role=pol")),
        "both": published(shares(named, ITEM, by=["role", "sex"])),
    }
    breaches = found(tables, answers)
    assert any(b.kind == "pinned" and "(rest)" in b.group and (b.low, b.high, b.n) == (1, 1, 3) for b in breaches)


def test_nothing_is_found_where_enough_is_open() -> None:
    answers = people([("pol", "k", 8, 6), ("pol", "m", 7, 9), ("tjm", "k", 12, 9), ("tjm", "m", 8, 8)])
    tables = {
        "all": published(shares(answers, ITEM)),
        "by_role": published(shares(answers, ITEM, by=["role"])),
        "total": published(totals(answers, ["goals01"], by=["role"])),
    }
    assert found(tables, answers, known(width=3)) == []


def test_unanimity_of_a_large_group_that_never_had_a_row() -> None:
    answers = people([("pol", "k", 10, 12), ("tjm", "k", 30, 0)])
    rest = shares(answers, ITEM, universe="role=pol")
    tables = {"all": published(shares(answers, ITEM)), "pol": published(rest)}
    breaches = found(tables, answers)
    assert ("unanimous", "role=(rest)", 30) in {(b.kind, b.group, b.n) for b in breaches}


def test_all_but_one_tells_the_odd_one_everything() -> None:
    answers = people([("pol", "k", 19, 1), ("tjm", "k", 9, 9)])
    breaches = found({"by_role": published(shares(answers, ITEM, by=["role"]))}, answers)
    assert {(b.kind, b.group) for b in breaches if b.n == 20} >= {("all but one", "role=pol")}


def test_n_times_mean_is_a_count() -> None:
    answers = people([("pol", "k", 9, 11), ("tjm", "k", 2, 3)])
    tables = {
        "all": published(totals(answers, ["goals01"])),
        "by_role": published(totals(answers[answers["role"] == "pol"], ["goals01"], by=["role"])),
    }
    for table in tables.values():
        table[["estimate", "se", "low", "high"]] = table[["estimate", "se", "low", "high"]].round(2)
    rounded = known(mean_step=0.01, se_step=0.01, interval_step=0.01, levels={"role": ("pol", "tjm")})
    assert interval(tables, rounded, role="tjm") == (2, 2)
    assert any(b.kind == "pinned" for b in found(tables, answers, rounded))
    finer = known(mean_step=0.5, se_step=0.5, interval_step=0.5, levels={"role": ("pol", "tjm")})
    assert interval(tables, finer, role="tjm") == (2, 2), "what is not rounded to the policy's step tells more"
    coarse = known(mean_step=0.5, se_step=0.5, interval_step=0.5, levels={"role": ("pol", "tjm")})
    for table in tables.values():
        table[["estimate", "se", "low", "high"]] = (2 * table[["estimate", "se", "low", "high"]]).round() / 2
    low, high = interval(tables, coarse, role="tjm")  # a coarser step, read as such, leaves it open
    assert low < 2 < high


def test_a_share_without_its_count_is_the_count() -> None:
    answers = people([("pol", "k", 3, 4), ("tjm", "k", 9, 11)])
    table = published(shares(answers, ITEM, by=["role"]))
    table["count"] = pd.NA
    assert interval({"by_role": table}, known(), role="pol") == (3, 3)


def test_a_difference_gives_the_hidden_mean() -> None:
    answers = people([("pol", "k", 3, 2), ("pol", "m", 9, 11)])
    means = totals(answers, ["goals01"], by=["sex"])
    both = pd.concat([means, differences(means, "sex", ("k", "m"))], ignore_index=True)
    hidden = published(both, (both["sex"] == "k") | (both["statistic"] == "hedges_g"))
    without = published(both, (both["sex"] == "k") | (both["statistic"] != "mean"))
    persons = pd.DataFrame({"role": ["pol"], "persons": [30]})
    assert interval({"total": hidden}, known(frame=persons), sex="k") == (3, 3)
    low, high = interval({"total": without}, known(frame=persons), sex="k")
    assert high - low > 3
    assert any(b.kind in ("mean", "pinned") and b.group == "sex=k" for b in found({"total": hidden}, answers))


def test_a_bound_gives_the_hidden_count() -> None:
    frame = pd.DataFrame({"role": ["pol", "tjm"], "persons": [12, 30]})
    rows = [
        {"role": "pol", "universe": "all", "item": "goals01", "option": "right", "statistic": name, "estimate": value}
        for name, value in (("bound_low", 3 / 12), ("bound_high", 10 / 12))
    ]
    table = published(frame_of(rows, ["role"]))
    knows = known(frame=frame, share_step=0.01)
    assert interval({"bounds": table}, knows, role="pol") == (3, 3)
    assert interval({"bounds": table}, knows, "wrong", role="pol") == (2, 2)


def test_a_standard_error_tells_how_the_right_answers_lie() -> None:
    # Two items, five people, mean ½: se tells whether everybody had one right or some had two and some none.
    options = {"goals01": ("right", "wrong"), "goals02": ("right", "wrong")}
    points = {item: {"right": 1.0, "wrong": 0.0} for item in options}
    answers = pd.DataFrame({"role": "pol", "goals01": ["right"] * 6, "goals02": ["wrong"] * 6}).astype("str")
    table = published(totals(answers, list(options), by=["role"]))
    knows = known(
        options=options, points=points, scales={"total": tuple(options)}, se_step=0.01, levels={"role": ("pol",)}
    )
    attacker = Attacker({"total": table}, knows)
    both_right = np.zeros(attacker.size)
    both_right[attacker.patterns("total", 2)] = 1
    assert attacker.interval(both_right) == (0, 0)
    unaware = table.assign(se=np.nan, low=np.nan, high=np.nan)
    attacker = Attacker({"total": unaware}, knows)
    assert attacker.interval(both_right) == (0, 3)


def test_a_distribution_of_totals_is_tied_to_the_items() -> None:
    options = {"goals01": ("right", "wrong"), "goals02": ("right", "wrong")}
    points = {item: {"right": 1.0, "wrong": 0.0} for item in options}
    answers = pd.DataFrame({"role": "pol", "goals01": ["right"] * 8, "goals02": ["right"] * 8}).astype("str")
    knows = known(options=options, points=points, scales={"total": tuple(options)})
    breaches = found({"bins": published(distribution(answers, list(options), by=["role"]))}, answers, knows)
    assert {(b.kind, b.question) for b in breaches} >= {("extreme", "total"), ("unanimous", "total in bins")}


def test_the_partner_who_is_alone_subtracts_their_own_answer() -> None:
    # Two hidden groups protect each other, but one of them is a single person, who knows their own answer.
    answers = people([("pol", "k", 2, 4), ("pol", "x", 1, 0), ("pol", "m", 10, 12)])
    by_sex = shares(answers, ITEM, by=["sex"])
    tables = {
        "all": published(shares(answers, ITEM)),
        "by_sex": published(by_sex, by_sex["sex"].isin(["k", "x"])),
        "sizes": published(response_rates(answers, register(answers), by=["sex"])),
    }
    attacker = Attacker(tables, known())
    women = attacker.count(attacker.group({"sex": "k"}).atoms, "goals01", "right")
    alone = next(iter(attacker.group({"sex": "x"}).atoms))
    assert attacker.interval(women) == (2, 3)
    assert attacker.interval(women, at_least=attacker.own(alone, "goals01", "right")) == (2, 2)
    # Seven people are a base, and whoever is one of seven knows what the other six said: the policy accepts that.
    assert found(tables, answers) == []
    assert found(tables, answers, known(base=8))


def test_a_count_is_no_breach_where_the_size_of_the_group_is_open() -> None:
    # The one official who was wrong is a man and knows himself: of the men the other who was wrong is a politician.
    # But nobody can say of how many (1 to 20), and so not of whom.  One known world must not pass for all of them.
    answers = people(
        [
            ("pol", "k", 6, 0),
            ("pol", "m", 3, 1),
            ("pol", "x", 1, 1),
            ("tjm", "k", 11, 0),
            ("tjm", "m", 16, 1),
            ("tjm", "x", 1, 0),
        ]
    )
    named = answers[answers["sex"].isin(["k", "m"])]
    tables = {
        "by_sex": published(shares(named, ITEM, by=["sex"])),
        "by_role": hiding(shares(answers, ITEM, by=["role"]), role="pol"),
    }
    attacker = Attacker(tables, known())
    men = attacker.group({"role": "pol", "sex": "m"}).atoms
    (atom,) = attacker.group({"role": "tjm", "sex": "m"}).atoms
    own = attacker.own(atom, "goals01", "wrong")
    assert attacker.interval(attacker.answered(men, "goals01"), at_least=own) == (1, 20)
    assert attacker.interval(attacker.count(men, "goals01", "wrong"), at_least=own) == (1, 1)
    alone = Audit(Attacker(tables, known()), answers, rng=np.random.default_rng(0), diverse=0)
    alone.attacker.worlds = alone.truth[None]
    assert not alone._is_known(alone.attacker.answered(men, "goals01"), own)
    assert [breach for breach in found(tables, answers) if breach.group == "role=pol&sex=m"] == []


def test_a_narrow_interval_is_a_breach_only_under_a_policy_that_demands_more() -> None:
    answers = people([("pol", "k", 1, 3), ("pol", "m", 1, 4), ("tjm", "k", 15, 12)])
    by_both = shares(answers, ITEM, by=["role", "sex"])
    tables = {
        "by_role": published(shares(answers, ITEM, by=["role"])),
        "by_both": published(by_both, by_both["role"] == "pol"),
        "sizes": published(response_rates(answers, register(answers), by=["role", "sex"])),
    }
    assert interval(tables, known(), role="pol", sex="k") == (0, 2)
    # The margin of nine alone says so: two of them right, whoever they are.
    assert found(tables, answers, known(width=3)) == []


def test_a_wrong_reading_of_the_tables_is_noticed() -> None:
    answers = people([("pol", "k", 9, 7), ("tjm", "k", 8, 9)])
    table = published(shares(answers, ITEM))
    table.loc[0, "count"] += 1
    with pytest.raises(ValueError, match="does not agree"):
        found({"all": table}, answers)


def test_the_solver_agrees_with_enumeration() -> None:
    # Three hidden groups of known size, their sum published: all worlds can be counted by hand.
    answers = people([("pol", "k", 2, 1), ("pol", "m", 1, 3), ("tjm", "k", 3, 2), ("tjm", "m", 9, 9)])
    by_both = shares(answers, ITEM, by=["role", "sex"])
    tables = {
        "by_both": published(by_both, ~((by_both["role"] == "tjm") & (by_both["sex"] == "m"))),
        "by_sex": published(shares(answers, ITEM, by=["sex"])),
        "pol": published(shares(answers, ITEM, universe="role=pol")),
        "sizes": published(response_rates(answers, register(answers), by=["role", "sex"])),
    }
    worlds = [
        (pol_k, pol_m, tjm_k)
        for pol_k in range(4)
        for pol_m in range(5)
        for tjm_k in range(6)
        if pol_k + tjm_k == 5 and pol_m + 9 == 10 and pol_k + pol_m == 3
    ]
    for place, (role, sex) in enumerate((("pol", "k"), ("pol", "m"), ("tjm", "k"))):
        values = [world[place] for world in worlds]
        assert interval(tables, known(), role=role, sex=sex) == (min(values), max(values))


@pytest.mark.parametrize("seed", range(12))
def test_the_truth_is_always_one_of_the_worlds(seed: int) -> None:
    county = population(seed)
    for tables in (everything(county.tables), base_rule_only(county.tables, 7)):
        attacker = Attacker(tables, county.known)
        assert attacker.misfits(attacker.world(county.people)) == []


def test_counties_are_the_same_for_the_same_seed_and_vary() -> None:
    first, again = population(5), population(5)
    pd.testing.assert_frame_equal(first.people, again.people)
    assert all(first.tables[name].equals(again.tables[name]) for name in first.tables)
    drawn = [population(seed) for seed in range(60)]
    assert {len(county.known.options) for county in drawn} == {1, 2, 3, 4}
    assert any(county.people["sex"].isin(["x", "u"]).any() for county in drawn)
    assert any((county.people.groupby(list(county.known.levels)).size() < 3).any() for county in drawn)
    assert {name for county in drawn for name in county.tables} >= {"total_by_sex", "distribution", "knowledge_by_both"}
    assert all(set(COLUMNS) <= set(table.columns) for county in drawn for table in county.tables.values())


def test_the_kept_model_agrees_with_scipy() -> None:
    drawn = population(2)
    attacker = Attacker(everything(drawn.tables), drawn.known)
    limits = LinearConstraint(attacker.matrix, *attacker._limits)
    rng = np.random.default_rng(2)
    for _ in range(20):
        form = rng.integers(-1, 2, attacker.size) * attacker.whole
        own = {int(rng.integers(len(attacker.atoms))): 1.0}
        lower = np.zeros(attacker.size)
        lower[list(own)] = 1.0
        answer = milp(-form, integrality=attacker.whole, bounds=Bounds(lower, attacker._upper), constraints=limits)
        if answer.status == 0:
            assert attacker.most(form, at_least=own) == pytest.approx(-answer.fun)
            assert attacker.bound(form, at_least=own) >= -answer.fun - 1e-6


def test_an_insider_who_learns_where_people_are_learns_no_answer() -> None:
    """Nobody of the 43 men was wrong; who says no sex and is a politician knows that the three officials are men."""
    answers = people([("pol", "k", 60, 10), ("pol", "m", 36, 4), ("pol", "u", 1, 0), ("tjm", "m", 3, 0)])
    answers.loc[answers["sex"].eq("m") & answers["goals01"].eq("wrong"), "goals01"] = "right"
    options = {"goals01": ("right", "wrong", "dk")}
    knows = known(options=options, points={"goals01": {"right": 1.0, "wrong": 0.0, "dk": 0.0}}, scales={})
    named = answers[answers["sex"].isin(["k", "m"])]
    frame = answers.groupby("role", as_index=False).size().rename(columns={"size": "persons"})
    tables = {
        "by_sex": published(shares(named, options, by=["sex"])),
        "rate": published(response_rates(answers, frame, by=["role"])),
    }
    breaches = found(tables, answers, knows)
    assert not [breach for breach in breaches if breach.kind == "insider" and breach.option in ("wrong", "dk")]
