"""The inventory: its tables pass the gate, and say the same whichever survey tool the answers came through."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pandas as pd
import pytest

from kunskap.bank import Bank
from kunskap.design import Design, read_design
from kunskap.disclosure import read_policy, release
from kunskap.errors import KunskapError
from kunskap.inventory import completed, distribution, inventory, item_statistics
from kunskap.project import open_project
from kunskap.readers import Import, read_responses
from kunskap.tables import grouping_columns, row_keys

FORMATS = (
    "limesurvey_2016_simulerad.csv",
    "forms_2016_simulerad.xlsx",
    "forms_2016_simulerad.csv",
    "spss_2016_simulerad.sav",
)


def read(root: Path, bank: Bank, name: str) -> Import:
    project = open_project(root / "data" / "demo")
    wave = project.wave("2016")
    assert wave is not None
    return read_responses(
        root / "data" / "demo" / name,
        bank=bank,
        wave=wave.id,
        opens=wave.opens,
        closes=wave.closes,
        key=project.key,
    )


@pytest.fixture(scope="module")
def imports(root: Path, bank: Bank) -> dict[str, Import]:
    return {name: read(root, bank, name) for name in FORMATS}


@pytest.fixture(scope="module")
def design(root: Path) -> Design:
    return read_design(root / "survey")


@pytest.fixture(scope="module")
def made(imports: dict[str, Import], bank: Bank, design: Design) -> dict[str, pd.DataFrame]:
    return inventory(imports[FORMATS[0]], bank=bank, design=design)


@pytest.mark.parametrize("name", FORMATS[1:])
def test_every_format_gives_the_same_tables(
    imports: dict[str, Import], made: dict[str, pd.DataFrame], bank: Bank, design: Design, name: str
) -> None:
    other = inventory(imports[name], bank=bank, design=design)
    assert list(other) == list(made)
    for table, expected in made.items():
        pd.testing.assert_frame_equal(other[table], expected, obj=f"{name}: {table}")


@pytest.mark.parametrize("name", FORMATS)
def test_each_planted_fault_of_the_demo_is_among_the_rejects(root: Path, imports: dict[str, Import], name: str) -> None:
    planted = json.loads((root / "data" / "demo" / "planted.json").read_text(encoding="utf-8"))
    rows = set(imports[name].rejects["row"].dropna().astype(int))
    expected = [fault for fault in planted["planted"] if fault["file"] == name and fault["rejected"]]
    assert expected, f"planted.json says nothing of {name}"
    assert {fault["row"] for fault in expected} <= rows


def test_shares_of_a_group_add_to_one(made: dict[str, pd.DataFrame]) -> None:
    for name in (
        "knowledge",
        "knowledge_by_sex",
        "knowledge_by_role",
        "ability",
        "conditions_by_role",
        "distribution",
        "distribution_by_sex",
    ):
        shares = made[name][made[name]["statistic"] == "share"]
        by = [*grouping_columns(shares), "item", "scale"]
        assert shares.groupby(by, dropna=False)["estimate"].sum().round(9).eq(1).all(), name


def test_headline_shares_lie_between_their_bounds(made: dict[str, pd.DataFrame]) -> None:
    right = made["knowledge"][made["knowledge"]["option"] == "right"].pivot(
        index="item", columns="statistic", values="estimate"
    )
    assert len(right) == 20
    assert (right["bound_low"] <= right["share"]).all()
    assert (right["share"] <= right["bound_high"]).all()


def test_each_role_is_told_of_by_its_own_items_and_by_no_others(made: dict[str, pd.DataFrame], bank: Bank) -> None:
    form, roles = bank.forms["baslinje"], ("pol", "tjm")
    own = {role: {item for item, shown in form.shown_to.items() if shown == {"role": (role,)}} for role in roles}
    table = made["knowledge_by_role"]
    for role, other in (roles, roles[::-1]):
        told = set(table.loc[table["role"] == role, "item"])
        assert len(told) == 16 and not told & own[other]
        rows = table[table["item"].isin(own[role])]
        assert set(rows["universe"]) == {f"role={role}"} and set(rows["role"]) == {role} and len(rows)
    persons = made["knowledge"].drop_duplicates("item").set_index("item")["n"]
    assert persons[sorted(own["pol"] & set(persons.index))].max() < persons["goals01"]


def test_women_and_men_stand_side_by_side_and_nobody_else_does(made: dict[str, pd.DataFrame]) -> None:
    for name in ("knowledge_by_sex", "total_by_sex", "distribution_by_sex"):
        assert set(made[name]["sex"].dropna()) == {"k", "m"}


def test_every_figure_has_one_name_in_the_whole_release(made: dict[str, pd.DataFrame]) -> None:
    for table in made.values():
        assert row_keys(table).is_unique


def test_only_completed_sittings_are_analysed(imports: dict[str, Import], made: dict[str, pd.DataFrame]) -> None:
    everyone = imports[FORMATS[0]].responses
    finished = completed(imports[FORMATS[0]])
    assert 0 < len(finished) < len(everyone)
    assert made["knowledge"]["n"].max() == len(finished)


def test_the_distribution_counts_points_in_whole_bins(bank: Bank) -> None:
    form = bank.forms["baslinje"]
    ids = [item.id for item in bank.form_items(form.id) if item.is_knowledge and item.id not in form.shown_to]
    scores = pd.DataFrame([[1.0] * points + [0.0] * (12 - points) for points in (0, 2, 3, 8, 9, 12)], columns=ids)
    table = distribution(scores, bank=bank)
    assert dict(zip(table["option"], table["count"], strict=True)) == {"0-2": 2, "3-5": 1, "6-8": 1, "9-12": 2}
    assert set(table["scale"]) == {"total"}


def test_women_and_men_stand_side_by_side_within_each_role(
    imports: dict[str, Import], made: dict[str, pd.DataFrame], bank: Bank
) -> None:
    source = imports[FORMATS[0]]
    form = bank.forms["baslinje"]
    ids = [item.id for item in bank.form_items(form.id) if item.is_knowledge and item.id not in form.shown_to]
    people = completed(source).merge(source.respondents, on=["respondent_id", "wave"])
    right = pd.DataFrame({name: people[name].astype("str").isin(bank.items[name].key).astype(float) for name in ids})
    # a refused cell is not reached: the mean is over the others
    points = right.where(people[ids].notna()).mean(axis=1)
    groups = [people["role"].astype("str"), people["sex"].astype("str")]
    own = points.groupby(groups).agg(["mean", "size"])
    table = made["total_by_role_and_sex"].set_index(["role", "sex"])
    assert set(table.index) == {(role, sex) for role in ("pol", "tjm") for sex in ("k", "m")}
    for place, row in table.iterrows():
        assert row["n"] == own.loc[place, "size"]
        assert row["estimate"] == pytest.approx(own.loc[place, "mean"])


def test_staff_see_how_the_questions_worked_and_the_public_does_not(
    root: Path, imports: dict[str, Import], bank: Bank
) -> None:
    table = item_statistics(imports[FORMATS[0]], bank=bank)
    policy = read_policy(root / "survey")
    internal = release({"item_statistics": table}, policy=policy, view="internal")
    assert set(internal.table("item_statistics")["statistic"]) == {"facility", "discrimination", "alpha"}
    with pytest.raises(KunskapError):
        release({"item_statistics": table}, policy=policy)


@pytest.mark.parametrize(
    ("left", "missing"),
    [
        ({"role": "pol"}, {"total_by_role"}),
        ({"sex": "k"}, {"total_by_sex", "dont_know_rules"}),
        (
            {"sex": "u"},
            {"total_by_sex", "total_by_role_and_sex", "dont_know_rules", "knowledge_by_sex", "distribution_by_sex"}
            | {"understanding_by_sex", "hindrances_by_sex", "support_by_sex"},
        ),
        ({"role": "pol", "orgtype": "reg"}, {"total_by_role"}),
    ],
)
def test_a_survey_of_one_group_leaves_out_what_it_cannot_compare(
    imports: dict[str, Import],
    made: dict[str, pd.DataFrame],
    bank: Bank,
    design: Design,
    left: dict[str, str],
    missing: set[str],
) -> None:
    source = imports[FORMATS[0]]
    people = source.respondents[(source.respondents[list(left)].astype("str") == pd.Series(left)).all(axis=1)]
    responses = source.responses[source.responses["respondent_id"].isin(people["respondent_id"])]
    alone = inventory(dataclasses.replace(source, responses=responses), bank=bank, design=design)
    assert set(made) - set(alone) == missing
    assert all(len(table) for table in alone.values())


def test_nobody_who_finished_is_said_in_words(imports: dict[str, Import], bank: Bank) -> None:
    source = imports[FORMATS[0]]
    broken_off = source.responses[source.responses["completed_at"].isna()]
    with pytest.raises(KunskapError) as caught:
        inventory(Import(broken_off, source.respondents, source.texts, source.rejects, kind=source.kind), bank=bank)
    assert caught.value.codes == ("INV-01",)
