"""Bodies, chairs, levels and years: counted by hand, refused where years would be added."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from kunskap.content import data_folder
from kunskap.disclosure import read_policy, release
from kunskap.errors import KunskapError
from kunskap.growth.bodies import ladder, over_time, read_bodies, represented
from kunskap.growth.representation import balance


@pytest.fixture(scope="module")
def bodies() -> pd.DataFrame:
    return read_bodies(data_folder() / "growth" / "organ_simulerad.csv").table


def test_chairs_and_members_are_counted_apart(bodies: pd.DataFrame) -> None:
    """2015: chairs 1 woman of 4, members 6 + 8 + 3 + 5 = 22 of 22 + 7 + 8 + 9 + 3 = 49."""
    table = represented(bodies).set_index(["post", "year", "sex"])
    assert table.loc[("Ordförande", "2015", "k"), ["count", "n"]].tolist() == [1, 4]
    assert table.loc[("Ledamot", "2015", "k"), ["count", "n"]].tolist() == [22, 49]


def test_levels_and_bodies_can_be_kept_apart(bodies: pd.DataFrame) -> None:
    table = represented(bodies, by=["level", "year"])
    assert sorted(table["level"].unique()) == ["Politik", "Tjänst"]
    one = represented(bodies, by=["body", "post", "year"])
    assert len(one) == 2 * len(bodies)


def test_an_even_body_can_be_led_by_one_sex(bodies: pd.DataFrame) -> None:
    steps = ladder(represented(bodies), lower="Ledamot", upper="Ordförande").set_index("year")
    assert steps.loc["2015", "estimate"] == pytest.approx(1 / 4 - 22 / 49)


def test_change_over_the_years(bodies: pd.DataFrame) -> None:
    table = over_time(represented(bodies)).set_index("post")
    assert table.loc["Ordförande", "estimate"] == pytest.approx(2 / 4 - 1 / 4)
    assert set(table["option"]) == {"2019-2015"}


def test_a_change_without_other_groups() -> None:
    seats = pd.DataFrame({"year": ["2015", "2019"], "women": [4, 5], "men": [6, 5]})
    assert over_time(represented(seats, by=["year"]))["estimate"].tolist() == pytest.approx([0.1])


def test_years_are_never_added(bodies: pd.DataFrame) -> None:
    with pytest.raises(KunskapError) as caught:
        represented(bodies, by=["post"])
    assert caught.value.codes == ("GROWTH-47",)


def test_an_unknown_step_is_refused(bodies: pd.DataFrame) -> None:
    with pytest.raises(KunskapError) as caught:
        ladder(represented(bodies), lower="Ledamot", upper="Kung")
    assert caught.value.codes == ("GROWTH-05",)


def test_it_leaves_as_public_with_a_source(bodies: pd.DataFrame) -> None:
    tables = {"posts": represented(bodies), "steps": ladder(represented(bodies), lower="Ledamot", upper="Ordförande")}
    released = release(tables, policy=read_policy(), basis="public", source="påhittat", simulated=True)
    assert released.table("posts")["estimate"].notna().all()
    assert released.table("steps")["estimate"].notna().all()


def test_the_yardstick_works_on_bodies(bodies: pd.DataFrame) -> None:
    one = represented(bodies[bodies["year"].eq("2019")], by=["body"])
    assert set(balance(one, by="body")["balance"]) <= {"even", "mostly_k", "mostly_m"}


def test_an_empty_number_is_not_nought_and_half_a_seat_is_no_seat(tmp_path: Path) -> None:
    path = tmp_path / "organ.csv"
    path.write_text(
        "Organ;Uppdrag;År;Kvinnor;Män;Namn\nA;Ledamot;2019;;4;Förnamn\nB;Ledamot;2019;3;4;Efternamn\n", encoding="utf-8"
    )
    own = read_bodies(path)
    assert own.rejects[["row", "code"]].values.tolist() == [[2, "GROWTH-23"]]
    assert own.table["body"].tolist() == ["B"]
    assert "GROWTH-24" in {note.code for note in own.notes}
    path.write_text("Organ;Uppdrag;År;Kvinnor;Män\nA;Ledamot;2019;1,5;2,5\n", encoding="utf-8")
    with pytest.raises(KunskapError) as caught:
        read_bodies(path)
    assert caught.value.codes == ("GROWTH-46", "GROWTH-46")
