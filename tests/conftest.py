"""What all tests share."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from kunskap.bank import Bank, read_bank
from tests.postgresql import postgres

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
