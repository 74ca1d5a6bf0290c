"""k-anonymity as pycanon and acro count it, against our base rule and our count of who stands alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pandas as pd
import pytest

from kunskap.bank import read_bank
from kunskap.design import STRATUM, Design, read_design
from kunskap.disclosure import Policy, read_policy, release
from kunskap.lint import singled_out
from kunskap.project import open_project
from kunskap.readers import read_responses
from kunskap.tables import estimates

MEAN = {"universe": "all", "item": "goals01", "statistic": "mean", "unit": "points", "estimate": 50.0, "se": 5.0}


@pytest.fixture(scope="module")
def told(root: Path) -> pd.DataFrame:
    return pd.read_csv(root / "tests" / "reference" / "k_anonymity.csv")


@pytest.fixture(scope="module")
def people(root: Path) -> pd.DataFrame:
    project = open_project(root / "data" / "demo")
    wave = project.waves["2016"]
    read = read_responses(
        root / "data" / "demo" / "limesurvey_2016_simulerad.csv",
        bank=read_bank(root / "survey"),
        form=wave.form,
        wave="2016",
        key=project.key,
        opens=wave.opens,
        closes=wave.closes,
    )
    return read.respondents.astype("str")


def base_rule(base: int, names: list[str]) -> Policy:
    """The policy with one rule left: too few."""
    policy = read_policy()
    basis = replace(policy.bases["respondents"], variables=tuple(names))
    return replace(
        policy,
        base=base,
        unanimity=False,
        all_but_one=False,
        extremes=False,
        complementary=False,
        groups=(),
        shown_apart=MappingProxyType({}),
        bases=MappingProxyType({**policy.bases, "respondents": basis}),
    )


def hidden(people: pd.DataFrame, names: list[str], base: int) -> int:
    """How many groups with people in them the gate hides by their number alone."""
    sizes = people.groupby(names, observed=True).size().reset_index(name="n")
    table = estimates([MEAN | row for row in sizes.to_dict("records")], by=names)
    return len(release({"groups": table}, policy=base_rule(base, names), view="internal").log)


def test_the_smallest_base_that_hides_anything_is_one_more_than_k(told: pd.DataFrame, people: pd.DataFrame) -> None:
    rows = told[(told["package"] == "pycanon") & (told["table"] == "people")]
    assert len(rows) == 4
    for names, k in zip(rows["variables"].str.split(), rows["value"], strict=True):
        assert hidden(people, names, k) == 0
        assert hidden(people, names, k + 1) > 0


def test_as_many_groups_are_below_ten_as_acro_hides(told: pd.DataFrame, people: pd.DataFrame) -> None:
    rows = told[told["package"] == "acro"]
    assert rows["value"].gt(0).all()
    found = [hidden(people, names, 10) for names in rows["variables"].str.split()]
    assert found == rows["value"].tolist()


def test_nobody_is_alone_in_the_frame_and_someone_is_among_those_who_answered(
    told: pd.DataFrame, people: pd.DataFrame, root: Path
) -> None:
    k = told[told["package"] == "pycanon"].set_index(["table", "variables"])["value"]
    frame = read_design(root / "survey")
    assert frame.population["persons"].min() == k["frame", " ".join(STRATUM)]
    by_two = frame.population.groupby(["role", "orgtype"], observed=True)["persons"].sum()
    assert by_two.min() == k["frame", "role orgtype"]
    answered = people.groupby(list(STRATUM)).size().reset_index(name="persons")
    for design, table in ((frame, "frame"), (Design(answered.assign(valid_from="2016-01-01")), "people")):
        found = singled_out(design, bank=read_bank(root / "survey"), form="baslinje")
        kept = found[found["kept"].map(lambda names: set(names) == set(STRATUM))].iloc[0]
        assert (kept["unique"] >= 1) == (k[table, " ".join(STRATUM)] == 1)
        assert kept["unique"] == (design.population["persons"] == 1).sum()
