"""What all tests share."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kunskap.bank import Bank, read_bank
from tests.postgresql import postgres

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["postgres"]

# scripts that make the reference figures: their oracles run in environments of their own
collect_ignore_glob = ["reference/*.py"]

ROOT = Path(__file__).resolve().parents[1]

# What takes longest is begun first, or one process would be alone with it at the end; what mostly waits, for a browser
# or a server, stands between what computes, so that the processes seldom want the same.
FIRST = (
    "tests/attack/test_seeded_0.py",
    "tests/attack/test_seeded_1.py",
    "tests/publish/test_publish.py",
    "tests/browser/test_workshop.py",
    "tests/attack/test_seeded_2.py",
    "tests/test_cli.py",
    "tests/browser/test_participants_page.py",
    "tests/coding/test_results.py",
    "tests/attack/test_seeded_3.py",
    "tests/browser/test_quiz_notebook.py",
    "tests/test_analysis_notebooks.py",
    "tests/attack/test_seeded_large.py",
    "tests/browser/test_modules_notebook.py",
    "tests/test_notebook.py",
    "tests/report/test_kinds.py",
    "tests/browser/test_coding_notebook.py",
    "tests/audit/test_auditing.py",
    "tests/report/test_every_kind.py",
    "tests/serve/test_room.py",
    "tests/coverage/test_coverage.py",
    "tests/publish/test_word.py",
    "tests/serve/test_page.py",
    "tests/irt/test_recovery.py",
    "tests/publish/test_review.py",
    "tests/deploy/test_nginx.py",
    "tests/irt/test_maximum.py",
    "tests/test_own_notebooks.py",
    "tests/test_rehearsal.py",
    "tests/test_odd_files.py",
    "tests/store/test_killed.py",
    "notebooks/analys/8-rapport.ipynb",
)
assert all((ROOT / name).is_file() for name in FIRST), [name for name in FIRST if not (ROOT / name).is_file()]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put these files before the others: with `--no-loadscope-reorder` the processes are given them in this order."""
    places = {ROOT / name: place for place, name in enumerate(FIRST)}
    items.sort(key=lambda item: places.get(item.path, len(places)))


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def bank() -> Bank:
    """The project's own bank."""
    return read_bank(ROOT / "survey")


@pytest.fixture(scope="session")
def need() -> Callable[[bool, str], None]:
    """Skip with the reason where a system part is missing; in CI a missing part is a failure."""

    def check(present: bool, reason: str) -> None:
        if not present:
            if os.environ.get("CI") == "true":
                pytest.fail(f"in CI this must be there: {reason}")
            pytest.skip(reason)

    return check


@pytest.fixture(scope="session")
def chromium(need: Callable[[bool, str], None]) -> Iterator[Browser]:
    """The system's Chromium, one to a process; nothing is downloaded."""
    from playwright.sync_api import sync_playwright  # most processes never open a page

    names = ("chromium", "chromium-browser", "google-chrome")
    path = next((found for name in names if (found := shutil.which(name))), None)
    need(path is not None, "Chromium is not installed (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        # Chromium cannot build its sandbox as root, which is what a CI container is.
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"] if os.geteuid() == 0 else [])
        yield browser
        browser.close()
