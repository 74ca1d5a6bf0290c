"""Tables of one's own: read in whatever way they are written, and shown without what is too small."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from kunskap.disclosure import read_policy, release
from kunskap.errors import KunskapError
from kunskap.growth.counts import as_figures, read_counts, side_by_side, typed_counts, unknown_in_words
from kunskap.growth.representation import shares_by_sex
from kunskap.growth.statistics import by_sex_and_age
from kunskap.words import read_words

WORDS = read_words(language="sv")
SHAPES = {
    "of which": "Stöd;Totalt;Därav kvinnor;Okänt\nSåddlån;52;18;4\n",
    "of which men": "Stöd;Totalt;Varav män;Okänt\nSåddlån;52;30;4\n",
    "side by side": "Stöd;Kvinnor;Män;Okänt\nSåddlån;18;30;4\n",
    "all three": "Stöd;Totalt;Kvinnor;Män\nSåddlån;52;18;30\n",
}


def own_file(folder: Path, text: str) -> Path:
    path = folder / "tabell.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("text", SHAPES.values(), ids=SHAPES)
def test_every_way_of_writing_gives_the_same_table(text: str, tmp_path: Path) -> None:
    table = read_counts(own_file(tmp_path, text)).table
    assert table[["women", "men", "unknown"]].values.tolist() == [[18, 30, 4]]


def test_who_became_men_is_told(tmp_path: Path) -> None:
    table = read_counts(own_file(tmp_path, "Vad;Totalt;Därav kvinnor\nSåddlån;52;18\n")).table
    assert table["men"].tolist() == [34] and table["unknown"].isna().all() and table["has_rest"].all()
    assert "de okända ligger där" in unknown_in_words(table, words=WORDS)


def test_all_that_cannot_be_added_up_is_told_at_once(tmp_path: Path) -> None:
    wrong = "Vad;Totalt;Kvinnor;Män;Okänt\nA;;4;;\nB;10;6;5;\nC;10;4;5;3\nD;10;2,5;7,5;0\nE;9;4;5;0\n"
    with pytest.raises(KunskapError) as caught:
        read_counts(own_file(tmp_path, wrong))
    told = [(fault.code, fault.where.split(", ")[-1]) for fault in caught.value.faults]
    assert told == [("GROWTH-53", "rad 2"), ("GROWTH-50", "rad 3"), ("GROWTH-50", "rad 4"), ("GROWTH-54", "rad 5"),
                    ("GROWTH-54", "rad 5")]  # fmt: skip


def test_names_of_people_are_never_read(tmp_path: Path) -> None:
    own = read_counts(own_file(tmp_path, "Vad;Kvinnor;Män;Förnamn\nSåddlån;18;30;Påhittad\n"))
    assert "Påhittad" not in str(own) and [note.code for note in own.notes] == ["GROWTH-24"]


def test_what_is_typed_is_whole_numbers() -> None:
    with pytest.raises(KunskapError) as caught:
        typed_counts({"A": (1, 2), "B": ("två", 3, 0), "C": (4, None, None), "D": (1, 2, None)})
    assert caught.value.codes == ("GROWTH-55", "GROWTH-54", "GROWTH-54")


def test_small_numbers_of_ones_own_table_stay_in_the_house() -> None:
    """Five women may not be shown, nor how many men there are beside them, nor be what is left of all."""
    counts = typed_counts({"Små": (5, 13, 2), "Stora": (42, 30, 0), "Större": (75, 70, 9)})
    figures = as_figures(counts).rename(columns={"measure": "group"}).assign(measure="Chefer")
    released = release({"own": by_sex_and_age(figures, age="group")}, policy=read_policy(), basis="register")
    shown = released.table("own")
    assert shown.loc[shown["group"].eq("Små"), ["count", "n", "estimate"]].isna().all(axis=None)
    # The total and both larger groups together would give the small one.
    assert shown["estimate"].isna().groupby(shown["group"].fillna("Alla")).all().sum() >= 2
    alone = release({"own": shares_by_sex(as_figures(counts))}, policy=read_policy(), basis="register").table("own")
    table = side_by_side(alone, by="measure", words=WORDS, unknown=counts["unknown"])
    assert table.iloc[0].tolist() == ["Små", *["visas inte, för få"] * 2, "färre än 7", *["visas inte, för få"] * 3]
    assert table.iloc[2].tolist()[:4] == ["Större", "75", "70", "9"]


@pytest.mark.parametrize(
    ("unknown", "told"),
    [([0, 0], "känt för alla"), ([2, 1], "färre än 7"), ([8, 1], "för 9"), ([None, None], "Ingen har räknat")],
)
def test_the_unknown_are_told(unknown: list[int | None], told: str) -> None:
    counts = typed_counts({"A": (10, 20, unknown[0]), "B": (30, 40, unknown[1])})
    text = unknown_in_words(counts, words=WORDS)
    assert told in text and "100" not in text


def test_the_totals_row_is_called_all() -> None:
    table = by_sex_and_age(as_figures(read_counts("radgivning_simulerad").table), age="group")
    shown = side_by_side(table, by="group", words=WORDS)
    assert shown.iloc[-1, 0] == "Alla" and shown.iloc[-1, 1] == "114"
    assert isinstance(shown, pd.DataFrame)
