"""Needs: the modules are read strictly, the measures are those of the answers, and a plan is no surer than they are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kunskap import estimates, tables
from kunskap.bank import Bank
from kunskap.design import Design
from kunskap.disclosure import read_policy, release
from kunskap.errors import KunskapError
from kunskap.needs import VERDICTS, Module, needs, plan, read_modules, taught

ROOT = Path(__file__).resolve().parents[1]
GOALS = Module("goals", {"sv": "Mål", "en": "Goals"}, ("goals",), ("ability01",), 60)


# ---------------------------------------------------------------- the file


def test_every_area_is_taught_by_one_module(bank: Bank) -> None:
    modules = read_modules(ROOT / "survey", bank=bank)
    assert sorted(area for module in modules for area in module.areas) == sorted(bank.areas)
    assert len(modules) == 7


GOOD = (ROOT / "survey" / "modules.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('areas = ["rds"]', 'areas = ["rsd"]', "NEEDS-04"),
        ('areas = ["rds"]', 'areas = ["rds", "goals"]', "NEEDS-05"),
        ('areas = ["rds"]', "areas = []", "NEEDS-05"),
        ('areas = ["rds"]', 'areas = "rds"', "NEEDS-03"),
        ('tasks = ["ability03"]', 'tasks = ["goals01"]', "NEEDS-04"),
        ('teaches = ["statistics01"]', 'teaches = ["statistics56"]', "NEEDS-04"),
        ('teaches = ["statistics01"]', 'teaches = ["ability01"]', "NEEDS-04"),
        ('teaches = ["statistics01"]\n', "", "NEEDS-03"),
        ("minutes = 60", "minutes = 0", "NEEDS-03"),
        ("minutes = 60", 'minutes = 60\nteacher = "x"', "NEEDS-04"),
        ('en = "4R"', "", "NEEDS-03"),
        ("[modules.rds]", "[module.rds]", "NEEDS-04"),
        ("[modules.rds]", "[modules.rds", "NEEDS-02"),
    ],
)
def test_a_planted_fault_in_the_file_is_told(tmp_path: Path, bank: Bank, old: str, new: str, code: str) -> None:
    assert old in GOOD
    (tmp_path / "modules.toml").write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(KunskapError, match=code):
        read_modules(tmp_path, bank=bank)


def test_a_missing_file_and_an_empty_one_are_told(tmp_path: Path, bank: Bank) -> None:
    with pytest.raises(KunskapError, match="NEEDS-01"):
        read_modules(tmp_path, bank=bank)
    (tmp_path / "modules.toml").write_text("", encoding="utf-8")
    with pytest.raises(KunskapError, match="NEEDS-03"):
        read_modules(tmp_path, bank=bank)


def test_what_a_module_teaches_is_told_of_the_items_that_were_asked(bank: Bank) -> None:
    modules = read_modules(ROOT / "survey", bank=bank)
    teaches = [item for module in modules for item in module.teaches]
    assert len(teaches) == len(set(teaches)) > 0
    for module in modules:
        items = [bank.items[name] for name in module.teaches]
        assert all(item.pool == "survey" and item.status != "retired" and item.area in module.areas for item in items)
    asked = [item.id for item in bank.form_items("uppfoljning")]
    told = taught(asked, modules=modules)
    assert set(told) == set(asked) & set(teaches) and {"goals01", "statistics01"} <= set(told)
    assert told["goals01"].id == "goals" and not taught(["strategy01"], modules=modules)


# ---------------------------------------------------------------- the measures


def answers(bank: Bank, *, right: int = 10, dk: int = 14, can: int = 6, support: int = 12, outside: int = 6) -> tuple:  # type: ignore[type-arg]
    """24 politicians: so many right on goals01, the rest don't know; so many who can the task of ability01."""
    key = bank.items["goals01"].key[0]
    told = [key] * right + ["dk"] * dk
    task = ["can"] * can + ["meth"] * (support // 2) + ["hard"] * (support - support // 2) + ["dk"] * outside
    ids = [f"p{number}" for number in range(len(told))]
    responses = pd.DataFrame({"sitting_id": ids, "respondent_id": ids, "wave": "1", "goals01": told, "ability01": task})
    return responses, pd.DataFrame({"respondent_id": ids, "wave": "1", "role": "pol"})


def test_a_need_is_all_that_is_not_right_and_all_who_cannot_alone(bank: Bank) -> None:
    responses, people = answers(bank)
    table = needs(responses, bank=bank, respondents=people, modules=[GOALS])
    own = table[table["statistic"] == "need"].set_index("item")
    assert own.loc["goals01", ["option", "n", "estimate"]].tolist() == ["not_right", 24, pytest.approx(14 / 24)]
    assert own.loc["ability01", ["option", "n", "estimate"]].tolist() == ["support", 18, pytest.approx(12 / 18)]
    low, high = estimates.wilson([14], [24])
    assert own.loc["goals01", ["low", "high"]].tolist() == pytest.approx([low[0], high[0]])
    low, high = estimates.wilson([12], [18])
    assert own.loc["ability01", ["low", "high"]].tolist() == pytest.approx([low[0], high[0]])
    keys = set(tables.row_keys(table))
    assert all(inputs and set(inputs) <= keys for inputs in own["inputs"])


def test_a_task_that_is_nobodys_has_no_figure(bank: Bank) -> None:
    responses, people = answers(bank, can=0, support=0, outside=24)
    table = needs(responses, bank=bank, respondents=people, modules=[GOALS])
    own = table[(table["statistic"] == "need") & (table["item"] == "ability01")].iloc[0]
    assert own["n"] == 0
    assert np.isnan(own["estimate"])
    assert np.isnan(own["low"])


def test_answers_without_items_of_a_module_are_refused(bank: Bank) -> None:
    responses, people = answers(bank)
    with pytest.raises(KunskapError, match="NEEDS-06"):
        needs(responses.drop(columns=["goals01", "ability01"]), bank=bank, respondents=people, modules=[GOALS])


def test_the_gate_hides_a_small_groups_needs(bank: Bank) -> None:
    responses, people = answers(bank)
    people.loc[:4, "role"] = "tjm"
    table = needs(responses, bank=bank, respondents=people, modules=[GOALS])
    shown = release({"needs": table}, policy=read_policy(ROOT / "survey")).table("needs")
    own = shown[shown["statistic"] == "need"]
    assert own.loc[own["role"] == "tjm", "estimate"].isna().all()
    made = plan(shown, modules=[GOALS])
    assert made.set_index("role").loc["tjm", "verdict"] == "hidden"


# ---------------------------------------------------------------- the plan


def table(*lows_and_highs: tuple[float, float]) -> pd.DataFrame:
    rows = [
        {"role": "pol", "module": "goals", "item": f"goals0{place}", "option": "not_right", "statistic": "need",
         "n": 40, "estimate": (low + high) / 2, "low": low, "high": high}
        for place, (low, high) in enumerate(lows_and_highs, start=1)
    ]  # fmt: skip
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("intervals", "verdict"),
    [
        ([(0.55, 0.8)], "clear"),
        ([(0.55, 0.8), (0.4, 0.6)], "clear"),
        ([(0.55, 0.8), (0.2, 0.4)], "mixed"),
        ([(0.4, 0.6), (0.2, 0.4)], "unsure"),
        ([(0.4, 0.6)], "unsure"),
        ([(0.1, 0.3), (0.2, 0.45)], "no"),
        ([(np.nan, np.nan)], "hidden"),
    ],
)
def test_the_verdict_follows_the_intervals(intervals: list[tuple[float, float]], verdict: str) -> None:
    made = plan(table(*intervals), modules=[GOALS])
    assert made["verdict"].tolist() == [verdict]
    assert verdict in VERDICTS


def test_people_and_sittings_come_from_the_frame_and_only_where_there_is_a_need() -> None:
    frame = pd.DataFrame(
        {"role": "pol", "orgtype": "reg", "sex": ["k", "m"], "persons": [36, 41], "valid_from": "2014"}
    )
    design = Design(frame)
    made = plan(table((0.55, 0.8)), modules=[GOALS], design=design, seats=25).iloc[0]
    assert (made["persons"], made["sittings"], made["minutes"], made["item"]) == (77, 4, 60, "goals01")
    assert pd.isna(plan(table((0.4, 0.6)), modules=[GOALS], design=design).iloc[0]["sittings"])
    assert pd.isna(plan(table((0.55, 0.8)), modules=[GOALS]).iloc[0]["persons"])


def test_the_surest_and_greatest_need_stands_first() -> None:
    two = pd.concat([table((0.4, 0.6)), table((0.55, 0.8)).assign(role="tjm"), table((0.6, 0.9)).assign(role="x")])
    assert plan(two, modules=[GOALS])["role"].tolist() == ["x", "tjm", "pol"]


def test_a_plan_from_another_table_or_with_impossible_numbers_is_refused() -> None:
    with pytest.raises(KunskapError, match="NEEDS-07"):
        plan(pd.DataFrame({"role": ["pol"]}), modules=[GOALS])
    with pytest.raises(KunskapError, match="NEEDS-08"):
        plan(table((0.4, 0.6)), modules=[GOALS], seats=0)
    with pytest.raises(KunskapError, match="NEEDS-08"):
        plan(table((0.4, 0.6)), modules=[GOALS], half=1.0)


def test_an_item_of_one_role_says_whose_it_is_unless_the_groups_do(bank: Bank) -> None:
    own = next(name for name, levels in bank.forms["baslinje"].shown_to.items()
               if levels == {"role": ("pol",)} and bank.items[name].is_knowledge)  # fmt: skip
    columns = [name for item in bank.form_items("baslinje") for name in item.columns]
    key = bank.items[own].key[0]
    responses = pd.DataFrame({own: [key, "dk", "dk", None]}).reindex(columns=["form", *columns])
    responses = responses.assign(sitting_id=list("abcd"), respondent_id=list("abcd"), wave="1", form="baslinje")
    responses = responses[["sitting_id", "respondent_id", "wave", "form", own]]
    people = pd.DataFrame({"respondent_id": list("abcd"), "wave": "1", "sex": "k", "role": [*["pol"] * 3, "tjm"]})
    module = Module("own", {"sv": "x", "en": "x"}, tuple(bank.areas), (), 60)
    for by, universe in (("sex", "role=pol"), ("role", "all")):
        made = needs(responses, bank=bank, respondents=people, modules=[module], by=[by])
        found = made[made["statistic"] == "need"].iloc[0]
        assert (found["universe"], found["n"]) == (universe, 3)
