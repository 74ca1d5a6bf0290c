"""What is public near an election says so."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

from kunskap.bank import Bank
from kunskap.disclosure import Released, read_policy, release
from kunskap.report.elections import ELECTIONS, near_election
from kunskap.report.kinds import Material
from kunskap.report.kinds.parts import composed
from kunskap.words import Words


def test_election_days_are_the_second_sundays_of_september() -> None:
    for election in ELECTIONS:
        assert election.date.weekday() == 6 and 8 <= election.date.day <= 14 and election.date.month == 9
        assert election.source
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


def test_every_public_kind_is_composed_where_the_election_is_told_of(root: Path) -> None:
    """None makes a document past `composed`, but the participant's own page, which no one else sees."""
    folder = root / "src" / "kunskap" / "report" / "kinds"
    made = {
        path.stem for path in folder.glob("*.py") if re.search(r"\bcompose\(|\bDocument\(", path.read_text("utf-8"))
    }
    assert made == {"parts", "own_page"}
