"""A project keeps key and answers outside git, is safe to make twice, and says what is wrong with its files."""

from __future__ import annotations

import datetime
import stat
from pathlib import Path

import pytest

from kunskap.errors import KunskapError
from kunskap.project import Wave, new_project, open_project


@pytest.fixture
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An unrelated working folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_new_project_holds_what_staff_need(outside: Path) -> None:
    new_project(outside / "vårt projekt")
    project = open_project(outside / "vårt projekt")
    assert project.survey == outside / "vårt projekt" / "survey"
    assert project.key is not None
    assert len(project.key) == 32
    assert not project.simulated
    for name in ("answers", "reports", "survey/bank.toml", "notebooks/start.ipynb", "LÄS MIG.txt"):
        assert (outside / "vårt projekt" / name).exists(), name
    assert stat.S_IMODE((outside / "vårt projekt" / "hemlig.key").stat().st_mode) == 0o600


def test_making_it_twice_changes_nothing(outside: Path) -> None:
    new_project(outside / "p")
    key = (outside / "p" / "hemlig.key").read_text()
    (outside / "p" / "waves.toml").write_text('[waves.2026]\nform = "baslinje"\n', encoding="utf-8")
    assert new_project(outside / "p") == []
    assert (outside / "p" / "hemlig.key").read_text() == key
    assert "2026" in open_project(outside / "p").waves


def test_two_projects_have_different_keys_and_the_key_is_not_shown(outside: Path) -> None:
    for name in ("a", "b"):
        new_project(outside / name)
    first, second = (open_project(outside / name) for name in ("a", "b"))
    assert first.key != second.key
    assert first.key is not None
    assert first.key.hex() not in repr(first)
    assert repr(first.key) not in repr(first)


def test_never_inside_a_git_checkout(outside: Path) -> None:
    (outside / ".git").mkdir()
    with pytest.raises(KunskapError) as caught:
        new_project(outside / "in" / "here")
    assert caught.value.codes == ("PROJ-06",)
    assert not (outside / "in").exists()


def test_without_a_project_the_installed_content_holds(outside: Path) -> None:
    project = open_project()
    assert (project.folder, project.key, project.waves) == (None, None, {})
    assert (project.survey / "bank.toml").is_file()


def test_the_project_beside_the_file_is_found(outside: Path) -> None:
    new_project(outside / "p")
    answers = outside / "p" / "answers" / "svar.csv"
    answers.write_text("")
    assert open_project(beside=answers).folder == outside / "p"


def test_the_wave_is_chosen_or_asked_for(outside: Path) -> None:
    new_project(outside / "p")
    waves = outside / "p" / "waves.toml"
    waves.write_text("[waves.v1]\nopens = 2026-01-01\ncloses = 2026-02-01\n", encoding="utf-8")
    day = datetime.date
    assert open_project(outside / "p").wave(None) == Wave("v1", "baslinje", day(2026, 1, 1), day(2026, 2, 1))
    with pytest.raises(KunskapError) as caught:
        open_project(outside / "p").wave("v11")
    assert caught.value.codes == ("PROJ-02",)
    assert "Närmast: v1" in caught.value.message("sv")
    waves.write_text("[waves.v1]\n[waves.v2]\n", encoding="utf-8")
    with pytest.raises(KunskapError) as caught:
        open_project(outside / "p").wave(None)
    assert caught.value.codes == ("PROJ-03",)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("waves.toml", "[waves.v1", "PROJ-04"),
        ("waves.toml", "[waves.v1]\nopen = 2026-01-01\n", "PROJ-04"),
        ("waves.toml", '[waves.v1]\nopens = "snart"\n', "PROJ-04"),
        ("waves.toml", "[waves.v1]\nopens = 2026-02-01\ncloses = 2026-01-01\n", "PROJ-04"),
        ("hemlig.key", "abc", "PROJ-05"),
        ("hemlig.key", "å" * 64, "PROJ-05"),
    ],
)
def test_a_broken_file_is_told(outside: Path, name: str, content: str, code: str) -> None:
    new_project(outside / "p")
    (outside / "p" / name).write_text(content, encoding="utf-8")
    with pytest.raises(KunskapError) as caught:
        open_project(outside / "p")
    assert caught.value.codes == (code,)


def test_a_folder_that_is_no_project(outside: Path) -> None:
    with pytest.raises(KunskapError) as caught:
        open_project(outside)
    assert caught.value.codes == ("PROJ-01",)
