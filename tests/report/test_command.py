"""``kunskap report``: what it takes is told, and what it does not take is refused before anything is read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kunskap.cli import app
from kunskap.report.formats import FORMATS
from kunskap.report.kinds import KINDS
from kunskap.report.manifest import UNTOLD
from kunskap.words import Words


@pytest.mark.parametrize(
    ("options", "code"), [(("--to", "html,odt"), "REPORT-09"), (("--kind", "inventory"), "REPORT-08")]
)
def test_unknown_formats_and_kinds_are_told_with_those_there_are(
    options: tuple[str, str], code: str, tmp_path: Path
) -> None:
    done = CliRunner().invoke(app, ["report", str(tmp_path / "finns-inte.csv"), *options])
    assert done.exit_code == 1
    assert code in done.output and "READ" not in done.output
    assert ("html, docx, pdf, xlsx" if code == "REPORT-09" else "inventering") in done.output


def test_outside_a_project_it_is_said_that_no_earlier_report_is_known(
    root: Path, words: Words, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "svar.csv").write_bytes((root / "data" / "demo" / "limesurvey_2016_simulerad.csv").read_bytes())
    done = CliRunner().invoke(app, ["report", "svar.csv", "--kind", "utbildningsplan", "--to", "xlsx"])
    said = words("report.outside_project")
    assert (done.exit_code, done.output.count(said)) == (0, 1), done.output
    (manifest,) = tmp_path.rglob("manifest.json")
    inputs = json.loads(manifest.read_text("utf-8"))["inputs"]
    assert (inputs["svar.csv"], inputs["ledger"]) == (UNTOLD, said)


def test_the_help_and_the_readme_name_every_kind_and_format(root: Path) -> None:
    told = CliRunner().invoke(app, ["report", "--help"], env={"COLUMNS": "100"}).output
    lines = [line.split() for line in told.splitlines()]
    for name in (*KINDS, *FORMATS):
        assert any(line[:1] == [name] and len(line) > 3 for line in lines), name
    assert all(f"--kind {kind}" in told for kind in KINDS if kind not in ("inventering", "eget"))
    assert "'kunskap[pdf]'" in told
    readme = (root / "README.md").read_text("utf-8")
    assert [kind for kind in KINDS if f"`{kind}`" not in readme and f"--kind {kind}`" not in readme] == []
