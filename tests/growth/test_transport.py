"""Whose journeys: ranges by hand, and what lacks a range is told."""

from __future__ import annotations

import itertools
from pathlib import Path

import pandas as pd
import pytest

from kunskap.content import data_folder
from kunskap.disclosure import read_policy, release
from kunskap.errors import KunskapError
from kunskap.growth.transport import benefit, is_simulated, kinds, moved, plan_shares, read_objects, read_use
from kunskap.reference import read_reference

FOLDER = data_folder() / "growth"


@pytest.fixture
def plan() -> pd.DataFrame:
    return read_objects(FOLDER / "planobjekt_simulerad.csv").table


@pytest.fixture
def use() -> pd.DataFrame:
    return read_use(FOLDER / "resande_simulerad.csv").table


def test_the_plans_range_is_the_kronor_weighted_ends(plan: pd.DataFrame, use: pd.DataFrame) -> None:
    """425 + 100 + 160 + 95 + 116 = 896 million; women's lowest (425·32 + 100·38 + 160·45 + 95·52 + 116·42)/896 %."""
    table = benefit(plan, use)
    whole = table[table["kind"].isna()].set_index("sex")
    low = (425 * 32 + 100 * 38 + 160 * 45 + 95 * 52 + 116 * 42) / 896 / 100
    high = (425 * 42 + 100 * 48 + 160 * 55 + 95 * 64 + 116 * 56) / 896 / 100
    assert (whole.loc["k", "low"], whole.loc["k", "high"]) == pytest.approx((low, high))
    assert (whole.loc["m", "low"], whole.loc["m", "high"]) == pytest.approx((1 - high, 1 - low))
    assert whole["estimate"].sum() == pytest.approx(1)


def test_each_kind_has_its_own_range(plan: pd.DataFrame, use: pd.DataFrame) -> None:
    women = benefit(plan, use).query("sex == 'k'").set_index("kind")
    assert women.loc["Kollektivtrafik", ["low", "high"]].tolist() == pytest.approx([0.52, 0.64])


def test_the_simulated_frame_is_the_counties_and_the_kinds_add_up(plan: pd.DataFrame) -> None:
    frames = read_reference("transport").query("measure == 'Ram för länstransportplanen 2018–2029'")
    assert plan["million_kronor"].sum() == frames["value"].item()
    assert kinds(plan)["share"].sum() == pytest.approx(1)
    assert kinds(plan)["kind"].iloc[0] == "Väg, framkomlighet"


def test_made_up_travel_is_known_as_such(use: pd.DataFrame) -> None:
    assert is_simulated(use)
    assert not is_simulated(use.assign(certainty="seen"))


def test_it_leaves_as_public_and_keeps_the_range(plan: pd.DataFrame, use: pd.DataFrame) -> None:
    released = release(
        {"benefit": benefit(plan, use)},
        policy=read_policy(),
        basis="public",
        source="påhittat",
        simulated=is_simulated(use),
    )
    table = released.table("benefit")
    assert released.simulated
    assert table[["low", "high"]].notna().all(axis=None)


def test_kinds_without_a_range_are_all_named(plan: pd.DataFrame, use: pd.DataFrame) -> None:
    with pytest.raises(KunskapError) as caught:
        benefit(plan, use[use["kind"].eq("Kollektivtrafik")])
    assert caught.value.codes == ("GROWTH-62",) * 4
    with pytest.raises(KunskapError) as caught:
        benefit(plan.assign(million_kronor=0.0), use)
    assert caught.value.codes == ("GROWTH-63",)


def test_ranges_upside_down_and_twice_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "resande.csv"
    head = "Åtgärdstyp;Kvinnor lägst procent;Kvinnor högst procent;Källa;Säkerhet\n"
    path.write_text(head + "Väg;60;40;x;antagen\nVäg;30;40;x;antagen\n", encoding="utf-8")
    with pytest.raises(KunskapError) as caught:
        read_use(path)
    assert caught.value.codes == ("GROWTH-60", "GROWTH-61")


def test_a_range_outside_the_possible_or_without_source_leaves_the_row_out(tmp_path: Path) -> None:
    path = tmp_path / "resande.csv"
    head = "Åtgärdstyp;Kvinnor lägst procent;Kvinnor högst procent;Källa;Säkerhet\n"
    path.write_text(head + "Väg;30;140;x;antagen\nBuss;30;40;;antagen\nTåg;30;40;x;sedd\n", encoding="utf-8")
    own = read_use(path)
    assert own.table["kind"].tolist() == ["Tåg"]
    assert own.rejects[["row", "code"]].values.tolist() == [[2, "GROWTH-22"], [3, "GROWTH-23"]]


def test_a_move_of_kronor_is_judged_with_the_same_journeys_in_both_plans(plan: pd.DataFrame, use: pd.DataFrame) -> None:
    """By brute force: every corner of the travel ranges, the same corner for both plans."""
    adopted = read_objects(FOLDER / "planobjekt_antagen_simulerad.csv").table
    old, new = (kinds(table).set_index("kind")["share"] for table in (plan, adopted))
    ends = use.set_index("kind")[["women_low_percent", "women_high_percent"]] / 100
    changes = [
        sum((new[kind] - old[kind]) * ends.loc[kind].iloc[end] for kind, end in zip(ends.index, corner, strict=True))
        for corner in itertools.product((0, 1), repeat=len(ends))
    ]
    found = moved(plan, adopted, use).set_index("sex")
    assert (found.loc["k", "low"], found.loc["k", "high"]) == pytest.approx((min(changes), max(changes)))
    assert (found.loc["m", "low"], found.loc["m", "high"]) == pytest.approx((-max(changes), -min(changes)))
    whole = [
        table[table["kind"].isna() & table["sex"].eq("k")].iloc[0]
        for table in (benefit(plan, use), benefit(adopted, use))
    ]
    assert max(changes) < whole[1]["high"] - whole[0]["low"]


def test_a_plan_that_does_not_change_moves_nothing_and_a_kind_may_come_or_go(
    plan: pd.DataFrame, use: pd.DataFrame
) -> None:
    assert moved(plan, plan, use)[["low", "high"]].abs().to_numpy().max() == pytest.approx(0)
    buses = pd.DataFrame({"kind": ["Kollektivtrafik"], "million_kronor": [10.0]})
    roads = pd.DataFrame({"kind": ["Väg, framkomlighet"], "million_kronor": [10.0]})
    women = moved(roads, buses, use).iloc[0]
    assert (women["low"], women["high"]) == pytest.approx((0.52 - 0.42, 0.64 - 0.32))
    with pytest.raises(KunskapError) as caught:
        moved(plan, buses.assign(kind="Rymd"), use)
    assert caught.value.codes == ("GROWTH-62",)


def test_the_plans_shares_are_its_kronor(plan: pd.DataFrame) -> None:
    table = plan_shares(plan)
    assert table["estimate"].sum() == pytest.approx(1)
    assert table.iloc[0][["option", "count", "n"]].tolist() == ["Väg, framkomlighet", 425, 896]
