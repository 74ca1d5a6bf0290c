"""``kunskap report``: what it takes is told, and what it does not take is refused before anything is read."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from kunskap.cli import app


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
