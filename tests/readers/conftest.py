"""The small survey's bank, and its answers as LimeSurvey's own JSON tells them: the truth, made without the readers."""

import json
from pathlib import Path

import pandas as pd
import pytest

from kunskap.bank import Bank, read_bank
from kunskap.errors import KunskapError
from kunskap.readers import read_responses

LAYOUTS = Path(__file__).parent / "layouts"
KEY = bytes(range(32))
ITEMS = ["goals01", "stats02.a", "stats02.b", "stats02.c", "stats02.dk", "a1", "a2", "a3", "rds03"]


@pytest.fixture(scope="session")
def bank() -> Bank:
    return read_bank(LAYOUTS / "bank")


@pytest.fixture(scope="session")
def people() -> list[dict[str, str]]:
    """The twelve answers as the JSON export has them."""
    answers = json.loads((LAYOUTS / "limesurvey" / "api_code_short.json").read_text(encoding="utf-8"))
    return [{name: str(value) for name, value in person.items()} for person in answers["responses"]]


def true_items(person: dict[str, str]) -> dict[str, object]:
    """One person's item columns by the design's rules; None is missing.

    In these twelve nothing is unreached: both incomplete sittings answered the last question.
    """
    truth: dict[str, object] = {"goals01": person["goals01"] or "skip"}
    for option in ("a", "b", "c", "dk"):
        truth[f"stats02.{option}"] = person[f"stats02[{option}]"] == "Y"
    for item in ("a1", "a2", "a3"):
        truth[item] = f"l{person[f'atti[{item}]']}" if person[f"atti[{item}]"] else "skip"
    truth["rds03"] = (person["rds03"] or "skip") if person["role"] == "pol" else None
    return truth


def true_texts(person: dict[str, str]) -> list[tuple[str, str]]:
    places = {"sex[other]": "sex", "stats02[other]": "stats02", "comment": "comment"}
    return [(item, person[name]) for name, item in places.items() if person[name]]


def assert_truth(read, people, *, wave="example", completed=True):
    """Every table of an Import against the JSON's people."""
    responses, respondents = read.responses, read.respondents
    assert responses["sitting_id"].tolist() == [f"{wave}-{person['id']}" for person in people]
    assert list(responses.columns[8:]) == ITEMS
    got = responses[ITEMS].astype(object).where(responses[ITEMS].notna(), None).to_dict("records")
    assert got == [true_items(person) for person in people]
    sex = {"-oth-": "x"}
    assert respondents["role"].tolist() == [person["role"] for person in people]
    assert respondents["sex"].tolist() == [sex.get(person["sex"], person["sex"]) for person in people]
    years = [float(person["years"]) if person["years"] else None for person in people]
    assert respondents["years"].astype(object).where(respondents["years"].notna(), None).tolist() == years
    expected = [(f"{wave}-{person['id']}", *text) for person in people for text in true_texts(person)]
    assert list(read.texts.itertuples(index=False, name=None)) == expected
    if completed:
        done = [pd.Timestamp(person["submitdate"]) if person["submitdate"] else pd.NaT for person in people]
        pd.testing.assert_series_equal(
            responses["completed_at"], pd.Series(done, name="completed_at"), check_dtype=False
        )
        begun = [pd.Timestamp(person["startdate"]) for person in people]
        assert responses["started_at"].tolist() == begun


def codes_of(path, bank, **more):
    with pytest.raises(KunskapError) as error:
        read_responses(path, bank=bank, **{"form": "example", **more})
    assert error.value.message("sv") and error.value.message("en")
    return error.value.codes


def saved(tmp_path, content, name="svar.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path
