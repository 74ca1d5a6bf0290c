"""What is put on a class's disk: nothing that would give the survey, an answer or the key away."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kunskap.bank import Bank, read_bank
from kunskap.project import new_project


def run(root: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(root / "deploy" / "teaching_copy.py"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=root)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "projekt"
    new_project(folder)
    (folder / "answers" / "svar.sqlite").write_bytes(b"answers")
    return folder


def test_a_copied_project_has_the_teaching_pool_alone(root: Path, project: Path, bank: Bank, tmp_path: Path) -> None:
    done = run(root, project, tmp_path / "klass")
    assert done.returncode == 0, done.stderr
    copied = read_bank(tmp_path / "klass" / "survey")
    pools = {item.pool for item in copied.items.values() if item.is_knowledge}
    assert pools == {"teaching"}
    assert {item.id for item in bank.items.values() if item.pool == "teaching"} <= set(copied.items)
    assert {"r4a", "r4b"} <= set(copied.forms)
    left = {path.name for path in (tmp_path / "klass").rglob("*") if path.is_file()}
    assert not left & {"hemlig.key", "svar.sqlite", "withdrawals.csv"}
    secret = next(item for item in bank.items.values() if item.pool == "survey")
    text = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "klass").rglob("*.*") if path.is_file())
    assert secret.stem["sv"] not in text


def test_a_question_left_in_a_notebook_is_found(root: Path, project: Path, bank: Bank, tmp_path: Path) -> None:
    secret = next(item for item in bank.items.values() if item.pool == "survey" and len(item.stem["sv"]) > 40)
    notebook = project / "notebooks" / "start.ipynb"
    notebook.write_text(notebook.read_text(encoding="utf-8") + secret.stem["sv"].upper(), encoding="utf-8")
    done = run(root, project, tmp_path / "klass")
    assert done.returncode != 0
    assert secret.id in done.stderr


def test_an_installation_is_stripped_where_it_lies(root: Path, tmp_path: Path) -> None:
    content = tmp_path / "content"
    for name in ("survey", "data", "notebooks"):
        shutil.copytree(root / name, content / name, ignore=shutil.ignore_patterns(".*"))
    done = run(root, "--content", content)
    assert done.returncode == 0, done.stderr
    assert {item.pool for item in read_bank(content / "survey").items.values() if item.is_knowledge} == {"teaching"}


def test_what_is_there_is_not_written_over(root: Path, project: Path, tmp_path: Path) -> None:
    (tmp_path / "klass").mkdir()
    assert "exists already" in run(root, project, tmp_path / "klass").stderr
