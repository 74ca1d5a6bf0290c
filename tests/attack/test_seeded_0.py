"""Counties 0 to 44 under attack; 1 of 4."""

from __future__ import annotations

import pytest
from seeded import CHUNK, chunks, faults


@pytest.mark.parametrize("first", chunks(0))
def test_seeded_releases_tell_nothing_they_should_not(first: int) -> None:
    assert faults(range(first, first + CHUNK)) == []
