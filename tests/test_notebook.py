"""The panel for those who never type code, driven as its buttons drive it."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest

from kunskap import notebook
from kunskap.design import read_design
from kunskap.notebook import PlanPanel, StartPanel
from kunskap.report.manifest import UNTOLD

DEMO = "limesurvey_2016_simulerad.csv"


@pytest.fixture
def panel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StartPanel:
    monkeypatch.chdir(tmp_path)
    return StartPanel(reports=tmp_path / "reports")


def choose(panel: StartPanel, name: str, content: bytes) -> None:
    upload: dict[str, Any] = {"name": name, "content": memoryview(content), "type": "", "size": len(content)}
    panel.upload.value = ({**upload, "last_modified": datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)},)


def test_the_demo_by_two_clicks_and_then_another_file(panel: StartPanel) -> None:
    assert panel.report_button.disabled
    panel.demo_button.click()
    assert "används" in panel.told.value
    assert "<caption>" in panel.told.value
    panel.report_button.click()
    assert panel.page is not None
    assert panel.page.is_file()
    assert "imulera" in panel.page.read_text(encoding="utf-8")
    assert panel.words("start.made_whole", page=panel.page.resolve()).splitlines()[-1] in panel.made.value
    assert [output["data"]["text/html"] for output in panel.link.outputs] == [
        f'<a href="reports/{Path(DEMO).stem}/report.html">{panel.words("start.open")}</a>'
    ]
    # and nothing of it stands beside another file
    choose(panel, "svar.csv", b"")
    assert "svar.csv" in panel.told.value, "the chosen file's name is told, for the button shows only a number"
    assert (panel.imported, panel.page, panel.made.value, panel.link.outputs) == (None, None, "", ())
    assert panel.report_button.disabled


def test_a_chosen_file_is_read_and_no_copy_remains(panel: StartPanel, root: Path, tmp_path: Path) -> None:
    choose(panel, DEMO, (root / "data" / "demo" / DEMO).read_bytes())
    panel.read_button.click()
    assert panel.imported is not None
    assert not panel.source.simulated, "only what is known to be simulated is marked so"
    panel.report_button.click()
    assert panel.page is not None
    assert [path.name for path in tmp_path.rglob("*") if path.name == DEMO] == []
    inputs = json.loads((panel.page.parent / "manifest.json").read_text("utf-8"))["inputs"]
    outside = panel.words("report.outside_project")
    assert (inputs[DEMO], inputs["ledger"]) == (UNTOLD, outside), "a guess at the last row cannot be tried"
    assert outside in panel.made.value, "no earlier report is known"


@pytest.mark.parametrize("content", [b"", bytes(range(256)) * 20, "namn;ålder\nEva;3\n".encode()])
def test_a_bad_file_is_told_in_words_and_blocks_the_report(panel: StartPanel, content: bytes) -> None:
    choose(panel, "svar.csv", content)
    panel.read_button.click()
    assert "[READ-" in panel.told.value
    assert 'role="alert"' in panel.told.value
    assert panel.report_button.disabled


def test_a_bad_file_after_a_good_one_does_not_leave_the_good_one_in_force(panel: StartPanel) -> None:
    panel.demo_button.click()
    choose(panel, "svar.csv", b"")
    panel.read_button.click()
    assert panel.imported is None
    assert panel.report_button.disabled


def test_reports_are_never_put_among_the_notebooks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "start.ipynb").touch()
    monkeypatch.chdir(tmp_path / "notebooks")
    assert StartPanel().reports == tmp_path / "reports"


def test_no_file_chosen(panel: StartPanel) -> None:
    panel.read_button.click()
    assert panel.words("start.choose_first") in panel.told.value


def test_what_a_file_says_is_shown_as_text(panel: StartPanel, root: Path) -> None:
    hostile = (
        (root / "data" / "demo" / DEMO).read_text(encoding="utf-8-sig").replace('"z"', '"<script>alert(1)</script>"')
    )
    choose(panel, DEMO, hostile.encode("utf-8-sig"))
    panel.read_button.click()
    assert "&lt;script&gt;" in panel.told.value
    assert "<script>" not in panel.told.value


def test_the_panel_speaks_english_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    panel = StartPanel(language="en", reports=tmp_path)
    assert panel.read_button.description == "Read the file"


def test_the_plan_is_told_anew_when_another_response_is_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    panel = PlanPanel()
    assert panel.words("plan.comparisons.title") in panel.told.value
    before = panel.told.value
    panel.response.value = 0.2
    assert panel.told.value != before
    assert panel.words("plan.instead.remind") in panel.told.value
    assert "What you can compare" in PlanPanel(language="en").told.value


def test_a_frame_that_cannot_be_read_is_told_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "population.csv").write_text("role,orgtype,sex,persons,valid_from\npol,reg,k,många,2014\n", "utf-8")
    monkeypatch.setattr(notebook, "read_design", lambda survey: read_design(tmp_path))
    panel = PlanPanel()
    assert "[DESIGN-02]" in panel.told.value
    assert 'role="alert"' in panel.told.value
