"""The demo data read back: the planted faults are what is refused, and the three formats give the same answers."""

import json
from pathlib import Path

import pandas as pd
import pytest

from kunskap.bank import read_bank
from kunskap.project import open_project
from kunskap.readers import read_responses

ROOT = Path(__file__).resolve().parents[1]
DEMO = ROOT / "data" / "demo"
FILES = {
    "limesurvey_2016_simulerad.csv": ("2016", "limesurvey"),
    "limesurvey_2018_simulerad.csv": ("2018", "limesurvey"),
    "forms_2016_simulerad.xlsx": ("2016", "forms"),
    "forms_2016_simulerad.csv": ("2016", "forms"),
    "spss_2016_simulerad.sav": ("2016", "spss"),
}


@pytest.fixture(scope="module")
def imported():
    project = open_project(DEMO)
    assert project.simulated
    bank = read_bank(ROOT / "survey")
    return {
        name: read_responses(
            DEMO / name,
            bank=bank,
            form=project.waves[wave].form,
            wave=wave,
            key=project.key,
            opens=project.waves[wave].opens,
            closes=project.waves[wave].closes,
        )
        for name, (wave, _) in FILES.items()
    }


@pytest.mark.parametrize("name", FILES)
def test_what_is_refused_is_what_was_planted(imported, name):
    planted = json.loads((DEMO / "planted.json").read_text(encoding="utf-8"))["planted"]
    faults = {fault["row"]: fault for fault in planted if fault["file"] == name and fault["rejected"]}
    rejects = imported[name].rejects
    found = dict(zip(rejects["row"].astype("int64"), rejects["code"], strict=True))
    assert set(found) == set(faults)
    assert {row: code for row, code in found.items() if code not in faults[row]["codes"]} == {}
    assert imported[name].kind == FILES[name][1]


def complete_people(one):
    """Completed sittings with their background, in an order that every format has."""
    whole = one.responses[one.responses["completed_at"].notna()]
    table = whole.merge(one.respondents, on=["respondent_id", "wave"], validate="one_to_one")
    return table.sort_values("completed_at").reset_index(drop=True).drop(columns="sitting_id")


@pytest.mark.parametrize("name", [name for name, (wave, _) in FILES.items() if wave == "2016"][1:])
def test_the_formats_give_the_same_answers(imported, name):
    first, other = complete_people(imported["limesurvey_2016_simulerad.csv"]), complete_people(imported[name])
    # Who left no code gets a number of the file's own; who left one is the same person everywhere.
    coded = first["respondent_id"] == other["respondent_id"]
    assert coded.mean() > 0.9
    pd.testing.assert_frame_equal(
        first.drop(columns="respondent_id"), other[first.columns].drop(columns="respondent_id")
    )


def test_texts_come_through_whole(imported):
    county = (ROOT / "data" / "county.py").read_text(encoding="utf-8")
    for name in ("forms_2016_simulerad.csv", "spss_2016_simulerad.sav"):
        texts = imported[name].texts["text"]
        assert len(texts) == 17
        assert "=lika villkor för den som vill starta företag" in set(texts)
        assert texts.str.contains("\n").any() and texts.str.contains(";").any() and texts.str.contains('"').any()
        assert all(text.splitlines()[0].split('"')[0] in county for text in texts)


def test_the_waves_link_by_code(imported):
    first = set(imported["limesurvey_2016_simulerad.csv"].respondents["respondent_id"])
    later = imported["limesurvey_2018_simulerad.csv"]
    whole = later.responses.loc[later.responses["completed_at"].notna(), "respondent_id"]
    assert 0.45 < whole.isin(first).mean() < 0.65
