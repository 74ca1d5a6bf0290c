"""System errors: in the reader's language, whatever the computer says."""

from __future__ import annotations

from pathlib import Path

import pytest

from kunskap.errors import KunskapError
from kunskap.system_errors import problem
from kunskap.whole_files import save_file


def test_a_known_error_is_told_in_both_languages() -> None:
    told = problem(OSError(28, "No space left on device"))
    assert told["sv"] == "disken är full"
    assert "full" in told["en"]
    assert problem(ValueError("embedded null byte"))["sv"] == "namnet går inte att använda"


def test_an_error_without_words_is_quoted() -> None:
    assert problem(OSError(71, "Protocol error"))["sv"] == "datorn svarar ”Protocol error”"
    assert problem(OSError("strange"))["sv"] == "datorn svarar ”OSError”"


def test_a_file_that_cannot_be_written_is_told_in_swedish(tmp_path: Path) -> None:
    with pytest.raises(KunskapError) as told:
        save_file(tmp_path / "finns inte" / "a.csv", b"")
    assert "den finns inte" in told.value.message("sv")
    assert "No such file" not in told.value.message("sv")
