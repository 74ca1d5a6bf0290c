"""Whatever stands in a file, it ends in an Import or a KunskapError."""

import tempfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kunskap.errors import KunskapError
from kunskap.readers import read_responses

from .conftest import ITEMS, LAYOUTS
from .test_limesurvey import CODES, SHORT, table, written

CALM = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
SEEDS = [SHORT.read_bytes(), (LAYOUTS / "limesurvey" / "vv.csv").read_bytes()]
HEADINGS = table()[0]


def outcome(content, bank, name="svar.csv"):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        try:
            read = read_responses(path, bank=bank, form="example", mapping=CODES)
        except KunskapError as error:
            assert error.message("sv") and error.message("en")
            return None
    assert list(read.responses.columns[8:]) == ITEMS
    assert read.responses["sitting_id"].notna().all()
    assert len(read.responses) == len(read.respondents)
    assert read.rejects[["code", "reason_sv", "reason_en"]].notna().all().all()
    assert read.summary("sv") and read.summary("en")
    return read


@CALM
@given(st.binary(max_size=400))
def test_any_bytes(bank, content):
    outcome(content, bank)


@CALM
@given(st.text(max_size=300))
def test_any_text(bank, content):
    outcome(content.encode("utf-8", "surrogatepass"), bank)


@CALM
@given(
    st.sampled_from(SEEDS),
    st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 40), st.binary(max_size=6)), min_size=1, max_size=4),
)
def test_mangled_exports(bank, content, changes):
    for place, length, new in changes:
        content = content[:place] + new + content[place + length :]
    outcome(content, bank)


CELL = st.one_of(
    st.sampled_from(["", "Y", "a", "pol", "k", "5", "2026-10-01", "-oth-", "{quote}", "1e9"]), st.text(max_size=8)
)


@CALM
@given(st.lists(st.lists(CELL, min_size=len(HEADINGS), max_size=len(HEADINGS)), min_size=1, max_size=6))
def test_no_row_is_lost_whatever_stands_in_its_cells(bank, rows):
    rows = [[cell.replace("\x00", "").encode("utf-8", "ignore").decode() for cell in row] for row in rows]
    rows = [[str(number), *row[1:]] for number, row in enumerate(rows, 1)]
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder), [HEADINGS, *rows])
        try:
            read = read_responses(path, bank=bank, form="example", mapping=CODES)
        except KunskapError as error:
            assert set(error.codes) <= {"READ-08", "READ-33"}
            return
    assert len(read.responses) + len(read.refused_rows) == len(rows)
    # Every answer that was given is in a table or among the refused.
    for name in ("goals01", "rds03"):
        given_answers = sum(bool(row[HEADINGS.index(name)].strip()) for row in rows)
        kept = int((read.responses[name].notna() & (read.responses[name] != "skip")).sum())
        refused = int((read.rejects["column"] == name).sum())
        assert kept + refused + len(read.refused_rows) >= given_answers - _blank_words(rows, name)


def _blank_words(rows, name):
    return sum(row[HEADINGS.index(name)].strip().casefold() in ("n/a", "skip") for row in rows)


@settings(CALM, max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 6000), st.integers(0, 30), st.binary(max_size=4)), min_size=1, max_size=3))
def test_mangled_workbooks(bank, changes):
    with tempfile.TemporaryDirectory() as folder:
        book = openpyxl.Workbook()
        for row in table():
            book.active.append(row)
        book.save(Path(folder) / "svar.xlsx")
        content = (Path(folder) / "svar.xlsx").read_bytes()
    for place, length, new in changes:
        content = content[:place] + new + content[place + length :]
    outcome(content, bank, "svar.xlsx")


@pytest.mark.parametrize("values", [[1.5, None], ["x", ""], [float("nan"), 2.0], ["2026-01-01", "\x01"]])
def test_a_workbook_with_any_kind_of_value(values, bank, tmp_path):
    frame = pd.DataFrame(
        {"id": [1, 2], "role": ["pol", "tjm"], "goals01": values, "years": values, "submitdate": values}
    )
    frame = frame.map(lambda value: value.replace("\x01", "?") if isinstance(value, str) else value)
    frame.to_excel(tmp_path / "svar.xlsx", index=False)
    assert len(read_responses(tmp_path / "svar.xlsx", bank=bank, form="example").responses) == 2
