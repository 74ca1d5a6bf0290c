"""Files are written whole or not at all, and all of them or none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kunskap.whole_files import write_together


def test_none_is_replaced_when_one_cannot_be_written(tmp_path: Path) -> None:
    first = tmp_path / "a.txt"
    first.write_bytes(b"old")
    leaving: list[bytes] = []
    with pytest.raises(OSError, match="b"):
        write_together(
            {first: b"new", tmp_path / "missing" / "b.txt": b"new"},
            before_leaving=lambda: leaving.append(first.read_bytes()),
        )
    assert leaving == []
    assert first.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.txt"]
    write_together({first: b"new"}, before_leaving=lambda: leaving.append(first.read_bytes()))
    assert leaving == [b"old"], "told before the first is put in place"


def test_a_reader_meets_the_old_or_the_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped just before it is put in place, the old file stands untouched and nothing is left beside it."""
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", stop)
    with pytest.raises(KeyboardInterrupt):
        write_together({path: b"new"})
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.txt"]
