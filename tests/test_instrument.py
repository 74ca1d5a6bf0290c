"""How the questions read in each wave: kept once the wave is open, compared question by question."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from kunskap.bank import Bank, Form, Section
from kunskap.errors import KunskapError
from kunskap.instrument import KEY, instrument_of, keep_instrument, read_instrument, text_changes
from kunskap.project import Project, Wave
from kunskap.report.document import Paragraph, TableBlock
from kunskap.report.kinds.wording import wording_changes
from kunskap.words import read_words
from tests.small_bank import small_bank

DAY = dt.date(2026, 9, 1)
WAVE = Wave("2026/höst", "own", DAY, dt.date(2026, 10, 1))


@pytest.fixture
def bank() -> Bank:
    made = small_bank(singles=3)
    return replace(made, forms={"own": Form("own", {}, {}, (), (Section("all", {}, ("q1", "q2", "abil1")),))})


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path, tmp_path / "survey", {WAVE.id: WAVE})


def reworded(bank: Bank, name: str, **changed: object) -> Bank:
    return replace(bank, items={**bank.items, name: replace(bank.items[name], **changed)})  # type: ignore[arg-type]


def test_the_wording_is_that_of_the_first_time_from_the_opening_day(bank: Bank, project: Project) -> None:
    days = (DAY - dt.timedelta(days=3), DAY + dt.timedelta(days=1), DAY + dt.timedelta(days=9))
    for number, day in enumerate(days):
        keep_instrument(project, WAVE, bank=reworded(bank, "q1", stem={"sv": f"Nr {number}", "en": "?"}), on=day)
    kept = read_instrument(project, WAVE)
    assert kept is not None and (kept.kept_on, kept.texts["sv"]["q1"][""]) == (days[1], "Nr 1")
    assert kept.questions == ("q1", "q2", "abil1") and kept.version == "test"


def test_nothing_is_kept_of_invented_answers_or_of_a_wave_that_is_not_the_projects(
    bank: Bank, project: Project, tmp_path: Path
) -> None:
    for other, wave in (
        (replace(project, simulated=True), WAVE),
        (replace(project, folder=None), WAVE),
        (project, Wave("annan", "own")),
        (project, None),
    ):
        assert keep_instrument(other, wave, bank=bank, on=DAY) is None
    assert list(tmp_path.iterdir()) == []
    path = keep_instrument(project, WAVE, bank=bank, on=DAY)
    assert path is not None and path.parent == tmp_path / "instrument"
    path.write_text("{}")
    with pytest.raises(KunskapError, match="PROJ-07"):
        read_instrument(project, WAVE)


def test_each_changed_text_is_told_and_a_changed_key_without_what_it_is(bank: Bank) -> None:
    first, *others = bank.items["q2"].options
    later = reworded(bank, "q1", stem={"sv": "Ny text", "en": "q1"}, key=("b",))
    options = (replace(first, text={"sv": "A!", "en": "a"}), *others[:-1], replace(first, id="key"))
    later = reworded(later, "q2", options=options)
    form = Form("own", {}, {}, (), (Section("all", {}, ("q1", "q2", "q3")),))
    before = instrument_of(bank, "own", on=DAY)
    after = instrument_of(replace(later, forms={"own": form}), "own", on=DAY)
    assert [tuple(change) for change in text_changes(before, after, language="sv")] == [
        ("q1", "", "q1", "Ny text"), ("q1", KEY, "", ""), ("q2", "a", "a", "A!"), ("q2", "dk", "dk", ""),
        ("q2", "key", "", "a"),
    ]  # fmt: skip
    waves = (Wave("2024", "own"), replace(WAVE, id="2026"), Wave("2028", "own", DAY, DAY - dt.timedelta(days=1)))
    blocks = list(wording_changes(waves, {"2026": before, "2028": after}, after, words=read_words(language="sv")))
    said = [str(block.text) for block in blocks if isinstance(block, Paragraph)]
    assert "inte sparat för: 2024" in said[0] and "i omgång 2026 sparades" in said[1] and "först" in said[2]
    assert any("Tillkomna frågor, från 2026 till 2028: q3" in text for text in said)
    assert any("inte längre är med, från 2026 till 2028: abil1" in text for text in said)
    assert any("Från 2028 till frågebanken nu är ingen text ändrad i de 3" in text for text in said)
    (table,) = (block for block in blocks if isinstance(block, TableBlock))
    rows = {group.heading: group.rows for group in table.view.groups}
    assert rows["Ny text (q1)"] == (("frågan", ("q1", "Ny text")), ("rätt svar", ("ändrat", "")))
    assert rows["q2 (q2)"] == (("svaret a", ("a", "A!")), ("svaret dk", ("dk", "–")), ("svaret key", ("–", "a")))
