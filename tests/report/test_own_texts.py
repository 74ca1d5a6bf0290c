"""Staff's own words take a reading's place, survive, and are told of when the figure changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from kunskap.cli import reporting
from kunskap.errors import KunskapError
from kunskap.report.readings import Reading, keep_readings, read_own_texts, with_own
from kunskap.words import Words

TOLD = [Reading("same", "clear", "0,4 frågor fler."), Reading("both", "unclear", "Hävda den inte.")]


def write_own(folder: Path, id: str, text: str) -> None:
    path = folder / "läsningar.toml"
    lines = path.read_text("utf-8").splitlines()
    place = lines.index('egen = ""', lines.index(f'["{id}"]'))
    lines[place] = f'egen = """\n{text}"""'
    path.write_text("\n".join(lines), "utf-8")


def test_own_texts_win_survive_and_are_told_of_when_the_figure_changes(tmp_path: Path, words: Words) -> None:
    assert not any(keep_readings(tmp_path, TOLD, read_own_texts(tmp_path), words=words))
    write_own(tmp_path, "same", 'De kan "mer" nu.\nFråga dem.')
    for _ in range(3):
        own = read_own_texts(tmp_path)
        assert [each.text for each in with_own(TOLD, own)] == ['De kan "mer" nu.\nFråga dem.', "Hävda den inte."]
        assert not any(keep_readings(tmp_path, TOLD, own, words=words))
    after = [TOLD[0]._replace(text="0,1 frågor fler."), TOLD[1]._replace(text="Annat.")]
    for _ in range(2):
        own = read_own_texts(tmp_path)
        assert with_own(after, own)[0].text == 'De kan "mer" nu.\nFråga dem.'
        assert keep_readings(tmp_path, after, own, words=words).changed == ("same",), "told until staff have looked"
    path = tmp_path / "läsningar.toml"
    assert "OBS" in path.read_text("utf-8")
    has_looked(path)
    assert not any(keep_readings(tmp_path, after, read_own_texts(tmp_path), words=words))


def has_looked(path: Path) -> None:
    """Staff take away the line that says what they wrote to."""
    kept = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("skriven_till")]
    path.write_text("\n".join(kept), "utf-8")


@pytest.mark.parametrize("verdict", ["contrary", "unclear", "hidden"])
def test_an_own_text_is_set_aside_where_the_figure_says_something_else(
    verdict: str, tmp_path: Path, words: Words
) -> None:
    """A text of a rise does not stand at a fall, nor its figure where the gate hides it; it is told of, and kept."""
    keep_readings(tmp_path, TOLD, read_own_texts(tmp_path), words=words)
    write_own(tmp_path, "same", "De kan 0,4 frågor mer nu.")
    after = [Reading("same", verdict, "Nu är det så."), TOLD[1]]
    for _ in range(2):
        own = read_own_texts(tmp_path)
        assert with_own(after, own)[0].text == "Nu är det så."
        assert keep_readings(tmp_path, after, own, words=words).set_aside == ("same",)
    assert with_own(TOLD, read_own_texts(tmp_path))[0].text == "De kan 0,4 frågor mer nu.", (
        "the old figure, the old text"
    )
    has_looked(tmp_path / "läsningar.toml")
    assert with_own(after, read_own_texts(tmp_path))[0].text == "De kan 0,4 frågor mer nu.", "now staff stand for it"
    older = 'same.forslag = "För få svar."\nsame.skriven_till = "0,4 frågor fler."\nsame.egen = "De kan 0,4 mer."\n'
    (tmp_path / "läsningar.toml").write_text(older, "utf-8")
    stands = with_own(after, read_own_texts(tmp_path))[0].text == "De kan 0,4 mer."
    assert stands == (verdict != "hidden"), "of an older file the verdict is not known, and hidden is hidden"


def test_an_own_text_that_says_why_is_told_of_without_a_comparison_group(tmp_path: Path, words: Words) -> None:
    keep_readings(tmp_path, TOLD, read_own_texts(tmp_path), words=words)
    write_own(tmp_path, "same", "De kan mer tack vare kursen.")
    own = read_own_texts(tmp_path)
    assert keep_readings(tmp_path, TOLD, own, words=words).why == ("same",)
    assert "tack vare" in (tmp_path / "läsningar.toml").read_text("utf-8").split("egen =")[1]
    compared = [*TOLD, Reading("compared", "clear", "Mer.")]
    assert keep_readings(tmp_path, compared, own, words=words).why == ()
    assert read_own_texts(tmp_path, language="en").texts == {}, "each language has a file of its own"


def test_an_own_text_whose_reading_is_gone_is_kept(tmp_path: Path, words: Words) -> None:
    keep_readings(tmp_path, TOLD, read_own_texts(tmp_path), words=words)
    write_own(tmp_path, "both", "Vår text.")
    assert keep_readings(tmp_path, TOLD[:1], read_own_texts(tmp_path), words=words).gone == ("both",)
    assert read_own_texts(tmp_path).texts == {"both": "Vår text."}


@pytest.mark.parametrize("text", ["[same\n", "same = 1\n", '["same"]\negen = 3\n', "same.skriven_till = 3\n"])
def test_a_broken_file_of_own_texts_is_told_and_left_alone(text: str, tmp_path: Path) -> None:
    (tmp_path / "läsningar.toml").write_text(text, "utf-8")
    with pytest.raises(KunskapError, match=r"REPORT-13"):
        read_own_texts(tmp_path)


def test_staff_are_told_where_to_write_and_what_has_become_of_it(
    tmp_path: Path, words: Words, capsys: pytest.CaptureFixture[str]
) -> None:
    def told(readings: list[Reading]) -> str:
        reporting._keep(readings, read_own_texts(tmp_path), tmp_path, words)
        return capsys.readouterr().out

    assert "läsningar.toml" in told(TOLD)
    write_own(tmp_path, "same", "De kan mer tack vare kursen.")
    assert "tack vare" not in (said := told(TOLD)) and "säger varför något har ändrats (same)" in said
    assert "står programmets förslag i rapporten" in told([Reading("same", "hidden", "För få.")])
    assert "visas inte (same)" in told(TOLD[1:])
