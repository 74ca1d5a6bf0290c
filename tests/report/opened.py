"""Which files are opened while something is made, whoever opens them: what a manifest must tell of."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

__all__ = ["opened_files"]

LISTENING: list[set[Path]] = []


def _note(event: str, given: tuple) -> None:
    if LISTENING and event == "open" and isinstance(given[0], str | Path):
        LISTENING[-1].add(Path(given[0]).absolute())


# it can never be taken away again; while nobody listens it does nothing
sys.addaudithook(_note)


@contextlib.contextmanager
def opened_files() -> Iterator[set[Path]]:
    """The files that are opened inside."""
    LISTENING.append(set())
    try:
        yield LISTENING[-1]
    finally:
        LISTENING.pop()
