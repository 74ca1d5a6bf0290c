"""What is told of a file that was read: all to staff, only counts to the public."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pandas as pd

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


def test_the_public_is_told_which_form_wave_and_period(root: Path) -> None:
    bank = read_bank(root / "survey")
    path = root / "data" / "demo" / "limesurvey_2016_simulerad.csv"
    imported = read_responses(path, bank=bank, wave="2016", opens="2016-02-01", closes="2016-03-15")
    completed = imported.responses["completed_at"].dropna()
    first, last = completed.min(), completed.max()
    swedish, english = (imported.public_summary(language, bank=bank).splitlines()[0] for language in ("sv", "en"))
    title = bank.forms["baslinje"].title["sv"]
    assert swedish == f"Enkät: {title} (baslinje). Omgång: 2016. Svaren kom in: {first:%Y-%m} till {last:%Y-%m}."
    assert english.endswith(f"Wave: 2016. The answers came in: {first:%Y-%m} to {last:%Y-%m}.")
    assert imported.public_summary("sv").startswith("Enkät: baslinje. ")
    assert f"{last:%m-%d}" not in swedish, "months, never the day when somebody answered"


def test_a_file_without_days_or_wave_says_so(root: Path) -> None:
    path = root / "data" / "demo" / "limesurvey_2016_simulerad.csv"
    imported = read_responses(path, bank=read_bank(root / "survey"))
    for unknown in (pd.Timestamp("1980-01-01"), pd.NaT):
        undated = dataclasses.replace(imported, responses=imported.responses.assign(completed_at=unknown))
        told = undated.public_summary("sv").splitlines()[0]
        assert told == "Enkät: baslinje. Omgång: utan namn. Svaren kom in: datum saknas i filen."
    one_day = imported.responses.assign(completed_at=pd.Timestamp("2016-02-03 08:15"))
    assert "kom in: 2016-02." in dataclasses.replace(imported, responses=one_day).public_summary("sv")
