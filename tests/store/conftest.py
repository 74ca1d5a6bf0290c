"""A SQLite file and a real PostgreSQL, both empty."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from kunskap.store import Store, open_store
from kunskap.store.schema import metadata


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty store's address, of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'svar.sqlite'}"
    address = str(request.getfixturevalue("postgres")("store"))
    engine = open_store(address).engine
    with engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {', '.join(metadata.tables)}"))
    engine.dispose()
    return address


@pytest.fixture
def store(url: str) -> Store:
    return open_store(url)
