"""Every kind of report that holds respondents' figures stands in the ledger, with what it showed and nothing more."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from kunskap.cli.materials import TWO_WAVES, Given, material_of
from kunskap.ledger import RESPONDENTS, read_ledger
from kunskap.project import Project
from kunskap.report.activity_log import FILE as LOG
from kunskap.report.kinds import KINDS
from kunskap.report.typed import FILE as TYPED
from tests.report import every_kind
from tests.report.leaks import can_be_told_apart, hidden_values, leaks

ELSEWHERE = {
    "workshop": "what its room has been shown already",
    "eget": "a participant's own answers, for who gave them",
}
FIGURES = ["count", "n", "estimate", "se", "low", "high"]
KEPT = ("goals01", "resources01", "ability01")


@pytest.fixture(scope="module")
def county(root: Path) -> Given:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(every_kind, "KEPT", KEPT)
        return every_kind.small_county(root)


@pytest.fixture
def given(county: Given, project: Project, root: Path) -> Given:
    """The same county, as if it were real."""
    assert project.folder is not None
    for name in (TYPED, LOG):
        shutil.copy(root / "data" / "demo" / name, project.folder)
    return replace(county, project=replace(project, waves=county.project.waves))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ELSEWHERE])
def test_what_a_report_has_shown_stands_in_the_ledger_and_nothing_more(kind: str, given: Given) -> None:
    waves = TWO_WAVES.get(kind, (1, 1))[1]
    with every_kind.noted_at_the_gate() as passed:
        material_of(kind, replace(given, imports=given.imports[:waves]))
    entries = read_ledger(given.project).entries
    (own,) = (entry for entry in entries if entry.basis == RESPONDENTS)
    ((tables, released),) = passed
    assert (own.name, set(own.release.tables)) == (kind, set(tables))
    assert list(own.release.persons) == [*given.project.waves][:waves]
    for name, kept in own.release.tables.items():
        shown = released.table(name)
        assert kept.loc[kept["hidden"].notna(), FIGURES].isna().all(axis=None)
        assert kept["hidden"].notna().tolist() == shown["hidden"].notna().tolist()
        pd.testing.assert_series_equal(
            kept["estimate"].astype(float), shown["estimate"].astype(float), check_names=False
        )
    hidden = {value for value in hidden_values(tables, released) if can_be_told_apart(value)}
    told = pd.concat([released.table(name)[FIGURES] for name in released.names]).stack().dropna().abs()
    untold = {value for value in hidden if (told - abs(value)).abs().min() > 1e-6}
    people = {person for read in given.imports for person in read.respondents["respondent_id"].astype("str")}
    for entry in entries:
        assert given.project.folder is not None
        path = given.project.folder / "ledger" / entry.file
        assert not leaks(path, untold)
        assert not [person for person in people if person in path.read_text("utf-8")]
    assert {entry.basis for entry in entries} == {RESPONDENTS} | (
        {"register", "activities"} if kind in ("lagesrapport", "slutrapport") else set()
    )
