"""A register of applications: read as it stands, without who applied, and without a guess about sex."""

from __future__ import annotations

from pathlib import Path

import pytest

from kunskap.content import data_folder
from kunskap.errors import KunskapError
from kunskap.growth.applications import APPLICATION_COLUMNS, read_applications
from kunskap.growth.decomposition import oaxaca_blinder
from kunskap.growth.industries import OTHER, gather, section, sections
from kunskap.growth.resources import amounts, approval_rates
from kunskap.growth.what_if import what_if

HEAD = "Organisationsnummer;Sökande;SNI-kod;Ledarens kön;Beslutsdatum;Sökt belopp;Beviljat belopp;Beslut\n"


def written(folder: Path, *rows: str) -> Path:
    path = folder / "register.csv"
    path.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_the_simulated_register_is_read_whole() -> None:
    path = data_folder() / "growth" / "ansokningar_simulerad.csv"
    register = read_applications(path)
    lines = path.read_text(encoding="utf-8").count("\n") - 1
    assert len(register.table) == lines
    assert register.rejects.empty
    assert tuple(register.table.columns) == APPLICATION_COLUMNS
    assert {note.code for note in register.notes} == {"GROWTH-24", "GROWTH-25", "GROWTH-33", "GROWTH-34"}


def test_numbers_and_names_are_not_in_what_was_read(tmp_path: Path) -> None:
    register = read_applications(
        written(tmp_path, "121212-1212;Förnamn Efternamn Bygg;43.210;man;2017-01-02;200 000;150 000;Bifall")
    )
    everything = register.table.to_csv() + register.rejects.to_csv() + "".join(n.message("sv") for n in register.notes)
    assert "Förnamn" not in everything and "1212" not in everything
    dropped = next(note for note in register.notes if note.code == "GROWTH-24")
    assert "Organisationsnummer" in dropped.message("sv") and "Sökande" in dropped.message("sv")


def test_sex_is_never_guessed_from_a_name(tmp_path: Path) -> None:
    register = read_applications(
        written(tmp_path, "1;Förnamn;43.210;;2017;1;0;Avslag", "2;Annat;43.210;Förnamn;2017;1;0;Avslag")
    )
    assert register.table["sex"].tolist() == ["okänd"]
    assert register.rejects[["row", "column", "code"]].values.tolist() == [[3, "Ledarens kön", "GROWTH-22"]]
    assert "GROWTH-33" in {note.code for note in register.notes}


def test_every_bad_row_is_told_with_place_and_reason(tmp_path: Path) -> None:
    register = read_applications(
        written(
            tmp_path,
            "1;;62.010;kvinna;2017;100;90;bifall",
            "2;;04110;man;2017;100;90;bifall",
            "3;;62.010;man;2017;100;90;avslag",
            "4;;62.010;man;2017;hundra;;bifall",
            "5;;62.010;man;2017;100;;kanske",
        )
    )
    assert register.table["row"].tolist() == [2, 5]
    assert register.rejects[["row", "code"]].values.tolist() == [
        [3, "GROWTH-31"],
        [4, "GROWTH-32"],
        [5, "GROWTH-26"],
        [6, "GROWTH-22"],
    ]
    assert "GROWTH-35" in {note.code for note in register.notes}


def test_a_file_without_the_columns_is_refused_with_all_of_them(tmp_path: Path) -> None:
    path = tmp_path / "annat.csv"
    path.write_text("a;b\n1;2\n", encoding="utf-8")
    with pytest.raises(KunskapError) as caught:
        read_applications(path)
    assert caught.value.codes == ("GROWTH-20",) * 5


def test_sections_hold_every_division_once() -> None:
    divisions = [division for _, own in sections().values() for division in own]
    assert len(divisions) == len(set(divisions)) == 88
    assert not {4, 34, 40, 44, 48, 54, 57, 67, 76, 83, 89} & set(divisions)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("01.110", "Jordbruk, skogsbruk och fiske"),
        ("1110", "Jordbruk, skogsbruk och fiske"),
        ("C", "Tillverkning"),
        ("96021 Hårvård", "Annan service"),
        ("handel", "Handel"),
        ("47", "Handel"),
        ("", None),
        ("bygg", None),
        ("4", None),
    ],
)
def test_codes_are_read_as_registers_write_them(code: str, name: str | None) -> None:
    assert section(code) == name


def test_small_industries_are_laid_together_until_they_can_be_shown() -> None:
    table = read_applications(data_folder() / "growth" / "ansokningar_simulerad.csv").table
    gathered = gather(table[table["year"].eq(2016)], smallest=7)
    decided = gathered[gathered["sex"].isin(["k", "m"]) & gathered["decision"].isin(["granted", "refused"])]
    assert decided.groupby(["industry", "sex", "decision"]).size().min() >= 7
    assert OTHER in set(gathered["industry"])
    assert len(gathered) == table["year"].eq(2016).sum()


def test_where_nothing_is_large_enough_it_is_said() -> None:
    table = read_applications(data_folder() / "growth" / "ansokningar_simulerad.csv").table
    with pytest.raises(KunskapError) as caught:
        gather(table, smallest=1000)
    assert caught.value.codes == ("GROWTH-30",)


def test_a_file_whose_every_row_is_refused_gives_empty_tables_and_words_and_no_crash(tmp_path: Path) -> None:
    register = read_applications(written(tmp_path, "1;;;kvinna;2017;1;0;avslag"))
    assert register.table.empty and register.rejects["code"].tolist() == ["GROWTH-23"]
    assert approval_rates(register.table)["n"].tolist() == [0, 0, 0]
    assert amounts(register.table, by=["industry"]).empty
    for analysis in (oaxaca_blinder, what_if, lambda table: gather(table, smallest=7)):
        with pytest.raises(KunskapError):
            analysis(register.table)


def test_a_name_in_a_refused_cell_is_not_repeated(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    rows = "Bo Exempels åkeri;Man;5;0;Avslag\n62010;Anna;5;0;Avslag\n04000;Man;5;0;Avslag\n"
    path.write_text("Bransch;Ledarens kön;Sökt belopp;Beviljat belopp;Beslut\n" + rows, encoding="utf-8")
    rejects = read_applications(path).rejects
    assert rejects["row"].tolist() == [2, 3, 4] and rejects["value"].tolist() == ["•••", "•••", "04000"]
    assert not any(name in rejects.to_csv() for name in ("Bo", "Anna"))
