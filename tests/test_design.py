"""The frame: what it can and cannot say, and what it refuses."""

import datetime
from pathlib import Path

import pandas as pd
import pytest

from kunskap.design import Design, design_of_wave, read_design
from kunskap.errors import KunskapError
from kunskap.project import Project, Wave

HEADER = "role,orgtype,sex,persons,valid_from\n"


def frame(**changes: object) -> pd.DataFrame:
    rows = {
        "role": ["pol", "pol", "tjm", "tjm"],
        "orgtype": ["reg", "reg", "reg", "kom"],
        "sex": ["k", "m", "k", "m"],
        "persons": [36, 41, 20, 8],
        "valid_from": ["2014-11-01"] * 4,
    }
    return pd.DataFrame(rows | changes)


@pytest.mark.parametrize(
    ("groups", "universe", "expected"),
    [
        ({}, "all", 105),
        ({"role": "pol"}, "all", 77),
        ({"sex": "k"}, "role=tjm", 20),
        ({"sex": "k", "role": "pol"}, "orgtype=reg", 36),
        ({"sex": "x"}, "all", None),
        ({"age": "u35"}, "all", None),
        ({}, "orgtype=lst", None),
    ],
)
def test_size(groups: dict[str, str], universe: str, expected: int | None) -> None:
    assert Design(frame()).size(groups, universe) == expected


def test_the_design_keeps_its_own_copy() -> None:
    table = frame()
    design = Design(table)
    table.loc[0, "persons"] = 1
    assert design.size({}) == 105


def test_faults_are_told_together() -> None:
    with pytest.raises(KunskapError) as caught:
        Design(frame(persons=[36, -1, 2.5, "många"]))
    assert caught.value.codes == ("DESIGN-02",) * 3
    with pytest.raises(KunskapError) as caught:
        Design(frame(sex=["k", "k", "k", "m"]))
    assert caught.value.codes == ("DESIGN-03",)
    with pytest.raises(KunskapError) as caught:
        Design(frame().drop(columns=["persons", "sex"]))
    assert "sex, persons" in str(caught.value)


def test_read_design_takes_the_frame_in_force(tmp_path: Path) -> None:
    (tmp_path / "population.csv").write_text(
        HEADER + "pol,reg,k,36,2014-11-01\npol,reg,m,41,2014-11-01\npol,reg,k,35,2022-11-01\npol,reg,m,36,2022-11-01\n",
        encoding="utf-8",
    )
    assert read_design(tmp_path).size({}) == 71
    assert read_design(tmp_path, on=datetime.date(2018, 10, 14)).size({}) == 77


@pytest.mark.parametrize(
    ("opens", "begun", "expected"),
    [("2018-10-01", "2023-01-01", 77), (None, "2018-10-01", 77), (None, "1980-01-01", 71), (None, None, 71)],
)
def test_a_wave_has_the_frame_of_its_opening(
    tmp_path: Path, opens: str | None, begun: str | None, expected: int
) -> None:
    """The wave's own date, else the first answer's (LimeSurvey writes 1980 for a time that it has not kept)."""
    rows = "pol,reg,k,36,2014-11-01\npol,reg,m,41,2014-11-01\npol,reg,k,35,2022-11-01\npol,reg,m,36,2022-11-01\n"
    (tmp_path / "population.csv").write_text(HEADER + rows, encoding="utf-8")
    known = Wave("first", opens=datetime.date.fromisoformat(opens) if opens else None)
    project = Project(None, tmp_path, waves={"first": known})
    answers = pd.DataFrame({"wave": ["first"], "started_at": pd.to_datetime([begun])})
    assert design_of_wave(answers, project, today=datetime.date(2027, 3, 1)).size({}) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (None, "DESIGN-04"),
        ("role,persons\npol,3\n", "DESIGN-01"),
        (HEADER + "pol,reg,k,36,2014-11-01\npol,reg,k,41,2014-11-01\n", "DESIGN-03"),
        (HEADER + "pol,reg,k,,2014-11-01\n", "DESIGN-02"),
    ],
)
def test_read_design_refuses(tmp_path: Path, text: str | None, code: str) -> None:
    if text is not None:
        (tmp_path / "population.csv").write_text(text, encoding="utf-8")
    with pytest.raises(KunskapError) as caught:
        read_design(tmp_path)
    assert caught.value.codes == (code,)
