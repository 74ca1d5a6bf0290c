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
