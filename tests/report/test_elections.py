"""What is public near an election says so."""

from __future__ import annotations

import datetime
import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from kunskap.bank import Bank
from kunskap.cli import materials, reporting
from kunskap.disclosure import Released, read_policy, release
from kunskap.errors import KunskapError
from kunskap.report import kinds
from kunskap.report.elections import general_election, near_election
from kunskap.report.kinds import Material
from kunskap.report.kinds.parts import composed
from kunskap.report.typed import FILE, read_typed
from kunskap.words import Words


def test_election_days_are_the_second_sundays_of_september() -> None:
    for year in range(2014, 2060):
        election = general_election(year)
        assert (election is not None) == (year % 4 == 2)
        if election:
            assert election.date.weekday() == 6 and 8 <= election.date.day <= 14 and election.date.month == 9
            assert election.source
    assert near_election(datetime.date(2042, 9, 1)), "no list that ends"
    days = {near_election(datetime.date(2026, *day)) is not None for day in ((6, 13), (9, 13), (12, 13))}
    assert days == {True}
    assert near_election(datetime.date(2026, 6, 12)) is None and near_election(datetime.date(2027, 6, 1)) is None


def test_an_election_is_told_of_in_what_is_public_to_the_day(
    released: Released, small_bank: Bank, words: Words
) -> None:
    def is_warned(*day: int, view: str = "public") -> bool:
        shown = release({}, policy=read_policy().for_room(), view="room") if view == "room" else released
        material = Material(released=shown, bank=small_bank, words=words, date=datetime.date(2026, *day))
        notes = composed(material, kind="inventering", title="", eyebrow="", blocks=()).notes
        return words("report.kinds.election_title") in [note.title for note in notes]

    assert [is_warned(*day) for day in ((6, 12), (6, 13), (9, 13), (12, 13), (12, 14))] == [
        False,
        True,
        True,
        True,
        False,
    ]
    assert not is_warned(9, 13, view="room"), "a room's page stays in the room"


def test_the_project_names_the_election_days_that_no_rule_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, released: Released, small_bank: Bank, words: Words
) -> None:
    """To the European Parliament, or an extra one: for every kind of report, in a file that no kind has to have."""
    path = tmp_path / FILE
    assert read_typed(path, kind="inventering").dates("val", "dagar") == () and not path.exists()
    path.write_text('[val]\ndagar = ["2029-06-10", 2027-03-07]\n', "utf-8")
    days = read_typed(path, kind="inventering").dates("val", "dagar")
    assert days == (datetime.date(2029, 6, 10), datetime.date(2027, 3, 7))
    material = Material(released=released, bank=small_bank, words=words, date=datetime.date(2029, 4, 1), elections=days)
    notes = composed(material, kind="inventering", title="", eyebrow="", blocks=()).notes
    assert any("2029-06-10 (angiven av projektet)" in str(note) for note in notes)

    def made(material: Material) -> None:
        raise RuntimeError(f"made near {material.elections}")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(reporting, "read_answers", lambda *_, **__: (None, small_bank, None))
    monkeypatch.setattr(materials, "material_of", lambda *_: replace(material, elections=()))
    monkeypatch.setattr(kinds, "find_kind", lambda _: SimpleNamespace(make=made))
    with pytest.raises(RuntimeError, match=r"near .*2029, 6, 10"):
        reporting.make_report([tmp_path / "svar.csv"], output=tmp_path / "ut")
    path.write_text('[val]\ndagar = ["juni 2029"]\n', "utf-8")
    with pytest.raises(KunskapError, match=r"REPORT-18.*2029-06-10"):
        read_typed(path, kind="inventering")


def test_every_public_kind_is_composed_where_the_election_is_told_of(root: Path) -> None:
    """None makes a document past `composed`, but the participant's own page, which no one else sees."""
    folder = root / "src" / "kunskap" / "report" / "kinds"
    made = {
        path.stem for path in folder.glob("*.py") if re.search(r"\bcompose\(|\bDocument\(", path.read_text("utf-8"))
    }
    assert made == {"parts", "own_page"}
