"""What every run tries of many that are alike; ``nox -s exhaustive`` tries the rest of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

import pytest

__all__ = ["sampled"]


def sampled(names: Iterable[str] | Iterable[Path], chosen: Collection[str]) -> list[object]:
    """Parameters of which only the chosen ones are run every time; a chosen one that is not there is a mistake.

    Parameters
    ----------
    names : iterable of str or Path
        All of them; of a path the name counts.
    chosen : collection of str
        Those of every run.
    """
    listed = list(names)
    called = [one.name if isinstance(one, Path) else one for one in listed]
    assert set(chosen) <= set(called), f"not there: {sorted(set(chosen) - set(called))}"
    rest = pytest.mark.exhaustive
    return [
        pytest.param(one, id=name, marks=() if name in chosen else (rest,))
        for one, name in zip(listed, called, strict=True)
    ]
