"""``kunskap review``: its words, its exit code, its files."""

from __future__ import annotations

import shutil
from pathlib import Path

import docx
import pytest
from typer.testing import CliRunner

from kunskap.cli import app


def run(*arguments: str | Path) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["review", *map(str, arguments)])
    return done.exit_code, done.output


def test_everything_at_once(root: Path, draft: Path, tmp_path: Path) -> None:
    own, after = tmp_path / "utkast.docx", root / "data" / "review" / "antagen_simulerad.md"
    shutil.copy(draft, own)
    before = own.read_bytes()
    options = ["--comments", tmp_path / "k.docx", "--table", tmp_path / "t.csv", "--sheet", tmp_path / "s.csv"]
    code, said = run(own, "--after", after, *options)
    assert code == 0
    assert own.read_bytes() == before
    assert len(list(docx.Document(str(tmp_path / "k.docx")).comments)) == 17
    assert "förslag att granska" in said and "intervall" in said and "→" in said
    assert (tmp_path / "t.csv").read_text(encoding="utf-8-sig").startswith("find;code;passage")
    rows = (tmp_path / "s.csv").read_text(encoding="utf-8-sig")
    (tmp_path / "s.csv").write_text(rows.replace(";;;", ";1;1;"), encoding="utf-8")
    code, said = run(own, "--judgements", tmp_path / "s.csv", "--lang", "en")
    assert code == 0 and "Krippendorff" in said


@pytest.mark.parametrize("name", ["saknas.docx", "tom.docx", "gammal.doc"])
def test_bad_files_are_told_in_words(tmp_path: Path, name: str) -> None:
    if name != "saknas.docx":
        (tmp_path / name).write_bytes(b"")
    code, said = run(tmp_path / name)
    assert code == 1 and "[REVIEW-0" in said and "Traceback" not in said


def test_no_file_is_written_over_and_none_is_written_before_that_is_known(draft: Path, tmp_path: Path) -> None:
    own = tmp_path / "utkast.docx"
    shutil.copy(draft, own)
    code, said = run(own, "--comments", own, "--table", tmp_path / "t.csv")
    assert code == 1 and "REVIEW-22" in said
    assert [path.name for path in tmp_path.iterdir()] == ["utkast.docx"]


def test_the_simulated_files_are_made_by_the_script(root: Path, tmp_path: Path) -> None:
    import runpy

    made = runpy.run_path(str(root / "data" / "review" / "make_review.py"))
    for name in made["NAMES"]:
        fresh = docx.Document(str(made["make"](name, tmp_path)))
        kept = docx.Document(str(root / "data" / "review" / f"{name}.docx"))
        assert fresh.element.body.xml == kept.element.body.xml
        assert "SIMULERA" in kept.paragraphs[0].text
