"""The public reference figures: each with its source, publisher and year, and each held to what its source says."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest

from kunskap.reference import REFERENCE_COLUMNS

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "data" / "reference"
FILES = sorted(FOLDER.glob("*.csv"))
NUMBER = re.compile(r"(?<![\d,])\d{1,3}(?: \d{3})+(?!\d)|(?<![\d,])\d+(?:,\d+)?")


@pytest.fixture(scope="module", params=FILES, ids=lambda path: path.stem)
def table(request: pytest.FixtureRequest) -> pd.DataFrame:
    return pd.read_csv(request.param, dtype={"year": "str"}, keep_default_na=False).assign(table=request.param.stem)


@pytest.fixture(scope="module")
def sources() -> dict[tuple[str, str], str]:
    """(table, source) → what the source says, written down apart from the tables."""
    rows = pd.read_csv(ROOT / "tests" / "reference" / "source_rows.csv", sep=";", dtype="str")
    assert not rows.duplicated(["table", "source"]).any()
    return {(str(row["table"]), str(row["source"])): str(row["says"]) for row in rows.to_dict("records")}


def numbers_in(text: str) -> set[float]:
    return {float(found.replace(" ", "").replace(",", ".")) for found in NUMBER.findall(text)}


def unheld(table: pd.DataFrame, sources: dict[tuple[str, str], str]) -> list[str]:
    """Figures and years that their source's own row does not have."""
    wrong = []
    for row in table[table["certainty"].ne("calc")].to_dict("records"):
        said = sources.get((row["table"], row["source"]), "")
        # A share that makes up the hundred is `calc`; everything else must be in the source's own words.
        if float(row["value"]) not in numbers_in(said):
            wrong.append(f"{row['measure']}, {row['area']}, {row['year']}: {row['value']}")
        years = set(re.findall(r"\d{4}", f"{said} {row['source']}"))
        if not set(row["year"].split("–")) <= years:
            wrong.append(f"{row['measure']}: {row['year']}")
    return wrong


def test_there_are_files() -> None:
    assert len(FILES) == 5


def test_every_figure_has_its_source_publisher_year_and_certainty(table: pd.DataFrame) -> None:
    assert list(table.columns) == [*REFERENCE_COLUMNS, "table"]
    for name in ("measure", "area", "year", "unit", "source", "publisher"):
        assert (table[name].str.strip() != "").all()
    assert table["year"].str.fullmatch(r"(19|20)\d\d(–(19|20)\d\d)?").all()
    assert set(table["certainty"]) <= {"S", "S2", "calc"}
    assert set(table["sex"]) <= {"k", "m", ""}
    assert not table.duplicated(["measure", "area", "year", "sex"]).any()


def test_every_number_is_held_to_its_source_row(table: pd.DataFrame, sources: dict[tuple[str, str], str]) -> None:
    assert unheld(table, sources) == []


def test_a_number_or_year_that_was_typed_wrong_is_found(sources: dict[tuple[str, str], str]) -> None:
    firms = pd.read_csv(FOLDER / "firms.csv", dtype={"year": "str"}, keep_default_na=False).assign(table="firms")
    planted = firms.assign(value=firms["value"].replace(29.3, 23.9), year=firms["year"].replace("2011", "2001"))
    assert len(unheld(planted, sources)) == 2


def test_every_source_row_is_used(sources: dict[tuple[str, str], str]) -> None:
    used = {(path.stem, source) for path in FILES for source in pd.read_csv(path)["source"]}
    assert used == set(sources)


def test_second_hand_figures_say_that_they_must_be_checked(table: pd.DataFrame) -> None:
    second = table[table["certainty"].eq("S2")]
    assert second["note"].str.contains("andrahandskälla").all()


def test_what_is_worked_out_agrees_with_what_was_seen(table: pd.DataFrame) -> None:
    """A figure that is worked out is the rest of the seen one, so the two make a hundred."""
    for _, group in table.groupby(["measure", "area", "year"]):
        if "calc" in set(group["certainty"]):
            assert sorted(group["sex"]) == ["k", "m"]
            assert group["value"].sum() == pytest.approx(100)


def test_the_data_package_describes_every_file_and_column() -> None:
    package = json.loads((FOLDER / "datapackage.json").read_text(encoding="utf-8"))
    described = {resource["path"]: resource for resource in package["resources"]}
    files = {str(path.relative_to(FOLDER)): path for path in sorted(FOLDER.rglob("*.csv"))}
    assert set(described) == set(files)
    for name, path in files.items():
        table = pd.read_csv(path, keep_default_na=False)
        fields = {field["name"]: field for field in described[name]["schema"]["fields"]}
        assert list(fields) == list(table.columns), name
        assert all(field["description"] for field in fields.values())
        for column, field in fields.items():
            allowed = field.get("constraints", {}).get("enum")
            assert allowed is None or set(table[column].astype("str")) <= set(allowed), (name, column)
        assert described[name]["rows"] == len(table), name
