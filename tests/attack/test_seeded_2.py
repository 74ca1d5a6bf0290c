"""Counties 90 to 134 under attack; 3 of 4."""

from __future__ import annotations

import pytest
from seeded import CHUNK, chunks, faults


@pytest.mark.parametrize("first", chunks(2))
def test_seeded_releases_tell_nothing_they_should_not(first: int) -> None:
    assert faults(range(first, first + CHUNK)) == []
