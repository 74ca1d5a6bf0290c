"""``kunskap report``: what it takes is told, and what it does not take is refused before anything is read."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from kunskap.cli import app
from kunskap.report.formats import FORMATS
from kunskap.report.kinds import KINDS


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


def test_the_help_and_the_readme_name_every_kind_and_format(root: Path) -> None:
    told = CliRunner().invoke(app, ["report", "--help"], env={"COLUMNS": "100"}).output
    lines = [line.split() for line in told.splitlines()]
    for name in (*KINDS, *FORMATS):
        assert any(line[:1] == [name] and len(line) > 3 for line in lines), name
    assert all(f"--kind {kind}" in told for kind in KINDS if kind not in ("inventering", "eget"))
    assert "'kunskap[pdf]'" in told
    readme = (root / "README.md").read_text("utf-8")
    assert [kind for kind in KINDS if f"`{kind}`" not in readme and f"--kind {kind}`" not in readme] == []
