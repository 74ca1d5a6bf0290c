"""A project of one's own, and what may be shown of it."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from kunskap.disclosure import Policy, read_policy
from kunskap.project import Project, open_project

DAY = datetime.date(2026, 11, 22)
WAVES = "[waves.2016]\nopens = 2016-02-01\ncloses = 2016-03-15\n"


@pytest.fixture(scope="package")
def policy(root: Path) -> Policy:
    return read_policy(root / "survey")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A new one, with the questions that came with the installation."""
    folder = tmp_path / "projekt"
    folder.mkdir()
    (folder / "waves.toml").write_text(WAVES, "utf-8")
    (folder / "hemlig.key").write_text("00" * 32, "utf-8")
    return open_project(folder)
