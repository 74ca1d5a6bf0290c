"""Before and again: worked by hand, through both gates, and refused where the rounds are not the same."""

from __future__ import annotations

import pandas as pd
import pytest

from kunskap import growth
from kunskap.content import data_folder
from kunskap.disclosure import read_policy, release
from kunskap.errors import KunskapError
from kunskap.growth.applications import read_applications
from kunskap.growth.bodies import read_bodies, represented
from kunskap.growth.industries import gather
from kunskap.growth.progress import progress
from kunskap.growth.resources import amounts, approval_rates
from kunskap.growth.strategy import read_followed, read_strategy
from kunskap.growth.transport import benefit, read_objects, read_use
from kunskap.tables import row_keys

FOLDER = data_folder() / "growth"
Round = dict[str, pd.DataFrame]


@pytest.fixture(scope="module")
def public() -> tuple[Round, Round]:
    """Representation, transport and strategy, before and after."""
    bodies = read_bodies(FOLDER / "organ_simulerad.csv").table
    use = read_use(FOLDER / "resande_simulerad.csv").table
    strategy = read_strategy(FOLDER / "strategi_simulerad.csv").table
    followed = read_followed(FOLDER / "uppfoljning_simulerad.csv").table
    rounds: list[Round] = []
    for term, plan, year in (("2015", "planobjekt", 2016), ("2019", "planobjekt_antagen", 2018)):
        seats = represented(bodies[bodies["year"].eq(term)])
        objects = read_objects(FOLDER / f"{plan}_simulerad.csv").table
        seen = followed[followed["year"].eq(year) & followed["indicator"].ne("Platser i samrådet")]
        rounds.append(
            {"representation": seats, "transport": benefit(objects, use), "strategy": progress(strategy, seen)}
        )
    return rounds[0], rounds[1]


@pytest.fixture(scope="module")
def register() -> tuple[Round, Round]:
    table = read_applications(FOLDER / "ansokningar_simulerad.csv").table
    rounds = [
        {"resources": pd.concat([approval_rates(own, by=["year"]), amounts(own, by=["year"])], ignore_index=True)}
        for own in (table[table["year"].eq(year)] for year in (2016, 2018))
    ]
    return rounds[0], rounds[1]


def test_one_table_for_representation_transport_and_strategy(public: tuple[Round, Round]) -> None:
    table = growth.difference(*public)
    assert row_keys(table).is_unique
    released = release({"result": table}, policy=read_policy(), basis="public", source="påhittat", simulated=True)
    result = growth.result_table(released.table("result"))
    chairs = result[result["group"].str.contains("post=Ordförande") & result["group"].str.contains("sex=k")].iloc[0]
    assert (chairs["before"], chairs["after"], chairs["change"]) == pytest.approx((0.25, 0.5, 0.25))
    assert set(result["part"]) == {"representation", "transport", "strategy"}
    assert result["change"].dropna().to_numpy() == pytest.approx(
        (result["after"] - result["before"]).dropna().to_numpy()
    )


def test_a_range_gives_a_range(public: tuple[Round, Round]) -> None:
    """Lowest after minus highest before, and the reverse: two ranges that overlap give a change that may be none."""
    before, after = (one["transport"].query("sex == 'k'") for one in public)
    whole = [one[one["kind"].isna()].iloc[0] for one in (before, after)]
    table = growth.difference(*public)
    row = table[table["statistic"].eq("difference") & table["part"].eq("transport") & table["kind"].isna()]
    row = row[row["sex"].eq("k")].iloc[0]
    assert row["low"] == pytest.approx(whole[1]["low"] - whole[0]["high"])
    assert row["high"] == pytest.approx(whole[1]["high"] - whole[0]["low"])
    assert row["low"] < 0 < row["high"]


def test_the_register_passes_as_a_register_and_joins_the_same_result(
    register: tuple[Round, Round], public: tuple[Round, Round]
) -> None:
    policy = read_policy()
    firms = release({"result": growth.difference(*register)}, policy=policy, basis="register", simulated=True)
    work = release(
        {"result": growth.difference(*public)}, policy=policy, basis="public", source="påhittat", simulated=True
    )
    result = growth.result_table(work.table("result"), firms.table("result"))
    assert list(result.columns) == list(growth.comparison.RESULT_COLUMNS)
    women = result[result["part"].eq("resources") & result["group"].eq("sex=k")].set_index("figure")
    assert not women["hidden"].any()
    rates = [round_["resources"].query("statistic == 'share' and sex == 'k'")["estimate"].item() for round_ in register]
    assert women.loc["approval share", ["before", "after"]].tolist() == pytest.approx(rates)
    assert women.loc["granted_kronor amount_share", "change"] > 0


def test_what_is_hidden_in_one_round_has_no_change(register: tuple[Round, Round]) -> None:
    """The first round's women are made six: their figures go, and with them the change."""
    table = read_applications(FOLDER / "ansokningar_simulerad.csv").table
    own = table[table["year"].eq(2016)]
    few = pd.concat([own[own["sex"].eq("k")].head(6), own[own["sex"].eq("m")]])
    before = {"resources": approval_rates(few)}
    after = {"resources": approval_rates(table[table["year"].eq(2018)])}
    released = release({"r": growth.difference(before, after)}, policy=read_policy(), basis="register", simulated=True)
    result = growth.result_table(released.table("r")).set_index("group")
    assert bool(result.loc["sex=k", "hidden"]) and pd.isna(result.loc["sex=k", "change"])
    assert result.loc["sex=m", "change"] == result.loc["sex=m", "change"]


def test_industries_can_be_compared_when_both_rounds_are_gathered_alike() -> None:
    table = gather(read_applications(FOLDER / "ansokningar_simulerad.csv").table, smallest=14)
    rounds = [{"resources": approval_rates(table[table["year"].eq(year)], by=["industry"])} for year in (2016, 2018)]
    changes = growth.difference(*rounds).query("statistic == 'difference'")
    assert len(changes) == 2 * table["industry"].nunique()


def test_rounds_that_are_not_the_same_are_told_with_all_that_differs(public: tuple[Round, Round]) -> None:
    before, after = public
    lame = {**after, "representation": after["representation"].iloc[1:], "extra": after["strategy"]}
    two_years = read_bodies(FOLDER / "organ_simulerad.csv").table
    with pytest.raises(KunskapError) as caught:
        growth.difference({**before, "years": represented(two_years)}, {**lame, "years": represented(two_years)})
    assert sorted(caught.value.codes) == ["GROWTH-80", "GROWTH-81", "GROWTH-82"]
