"""What is told of a file that was read: all to staff, only counts to the public."""

from __future__ import annotations

from pathlib import Path

from kunskap.bank import read_bank
from kunskap.readers import read_responses


def test_the_public_is_told_counts_and_no_file_name_or_advice(root: Path) -> None:
    path = root / "data" / "demo" / "limesurvey_2016_simulerad.csv"
    imported = read_responses(path, bank=read_bank(root / "survey"), wave="2016")
    assert path.name in imported.summary("sv")
    assert "READ-38" in imported.summary("sv"), "without a key staff are told that codes cannot be linked later"
    for language, word in (("sv", "avslutade"), ("en", "completed")):
        told = imported.public_summary(language)
        assert word in told
        assert path.name not in told
        assert "READ-" not in told
