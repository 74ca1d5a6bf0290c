"""`kunskap audit` on real report folders: nothing in them as they are, and planted faults found."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from kunskap.audit.attacker import FIGURES
from kunskap.cli import app
from kunskap.tables import row_keys

from .conftest import Report

Edit = Callable[[str, pd.DataFrame, pd.DataFrame], None]
TEXTS = {"sep": ";", "dtype": "str", "keep_default_na": False, "encoding": "utf-8-sig"}


def audited(*arguments: str | Path, seconds: float = 90) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["audit", *map(str, arguments), "--seconds", str(seconds)])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


def copied(report: Report, folder: Path, tables: Iterable[str]) -> Path:
    """The same report with these tables only: a shorter report, and quicker to attack."""
    made = Path(shutil.copytree(report.folder, folder / "kopia"))
    for path in (made / "tables").glob("*.csv"):
        if path.stem not in tables:
            path.unlink()
    return made


def written_back(
    report: Report, made: Path, where: Callable[[pd.DataFrame], pd.Series], *figures: str, marked: bool = False
) -> int:
    """Put true figures where they are hidden; returns how many rows.  `marked`: they are still said to be hidden."""
    rows = 0
    for path in (made / "tables").glob("*.csv"):
        if path.stem not in report.truth:
            continue
        table = pd.read_csv(path, **TEXTS)  # type: ignore[call-overload]
        named = table.mask(table == "")
        true = report.truth[path.stem].assign(key=row_keys(report.truth[path.stem])).set_index("key")
        true = true.reindex(row_keys(named))
        chosen = named["hidden"].notna() & where(named).fillna(False).astype(bool)
        for figure in figures or FIGURES:
            told = true[figure].map(lambda value: "" if pd.isna(value) else repr(value).replace(".", ","))
            table[figure] = table[figure].mask(chosen, pd.Series(told.to_numpy(), index=table.index))
        if not marked:
            table["hidden"] = table["hidden"].mask(chosen, "")
        table.to_csv(path, sep=";", index=False, encoding="utf-8-sig")
        rows += int(chosen.sum())
    listed = made / "dolda-uppgifter.csv"
    if listed.exists() and not marked:
        listed.unlink()
    return rows


SHORT = ["understanding", "understanding_by_role", "understanding_by_sex", "response_rate"]


def test_nothing_can_be_worked_out_of_a_report_as_it_is(few: Report, tmp_path: Path) -> None:
    made = copied(few, tmp_path, [*SHORT, "dont_know_rules"])
    code, told = audited(made, "--answers", few.answers, "--wave", "2016")
    assert (code, "Inget av det som prövades" in told, "4 av 4 frågor" in told) == (0, True, True), told
    assert "total_chance" in told and "hedges_g" not in told, "what was not used is told"


def test_without_the_answers_the_same_and_in_english(few: Report, tmp_path: Path) -> None:
    code, told = audited(copied(few, tmp_path, SHORT), "--lang", "en")
    assert (code, "4 of 4 questions have been tried" in told) == (0, True), told


def test_a_hidden_count_that_stands_in_its_table_is_found(few: Report, tmp_path: Path) -> None:
    made = copied(few, tmp_path, SHORT)
    assert written_back(
        few, made, lambda t: t["role"].eq("tjm") if "role" in t else t["n"].eq("-"), "count", marked=True
    )
    code, told = audited(made, "--first")
    assert code == 1 and "är upptagen som dold" in told


def test_a_leaked_group_gives_the_other_one_away(few: Report, tmp_path: Path) -> None:
    made = copied(few, tmp_path, SHORT)
    assert written_back(few, made, lambda t: t["role"].eq("pol") if "role" in t else t["n"].eq("-"))
    code, told = audited(made, "--first")
    assert code == 1 and "av 4 i gruppen tjänsteperson; man" in told, told


def test_a_leaked_total_gives_the_rest_away(few: Report, tmp_path: Path) -> None:
    made = copied(few, tmp_path, ["knowledge", "total", "total_by_role", "response_rate"])
    assert written_back(few, made, lambda t: t["role"].eq("pol") if "role" in t else t["n"].eq("-"), "estimate", "n")
    code, told = audited(made, "--first")
    assert code == 1 and "medelvärdet för de 6 i gruppen tjänsteperson" in told, told


@pytest.mark.parametrize("difference", [False, True])
def test_a_leaked_difference_gives_the_other_mean_away(few: Report, tmp_path: Path, difference: bool) -> None:
    made = copied(few, tmp_path, ["knowledge", "total_by_role", "response_rate"])
    path = made / "tables" / "knowledge.csv"
    knowledge = pd.read_csv(path, **TEXTS)  # type: ignore[call-overload]
    knowledge[list(FIGURES)], knowledge["hidden"] = "", "base"
    knowledge[knowledge["universe"].eq("all")].to_csv(path, sep=";", index=False, encoding="utf-8-sig")
    assert written_back(few, made, lambda t: t["role"].eq("pol") if "role" in t else t["n"].eq("-"), "estimate", "n")
    if difference:
        assert written_back(few, made, lambda t: t["statistic"].eq("difference"), "estimate", "n")
    code, told = audited(made, "--first", seconds=3)
    assert (code == 1) == difference, told


def test_two_reports_are_attacked_together(tmp_path: Path) -> None:
    options = ("heads", "main", "spec", "else", "dk", "skip")
    for name, counts in (("förra", (5, 5, 4, 3, 2, 1)), ("nu", (5, 5, 5, 3, 2, 1))):
        (tmp_path / name / "tables").mkdir(parents=True)
        rows = [
            f"all;understanding03;;{option};share;share;{count};{sum(counts)};;;;;"
            for option, count in zip(options, counts, strict=True)
        ]
        head = "universe;item;scale;option;statistic;unit;count;n;estimate;se;low;high;hidden"
        text = "\n".join([head, *rows]) + "\n"
        (tmp_path / name / "tables" / "understanding.csv").write_text(text, encoding="utf-8")
        assert audited(tmp_path / name)[0] == 0
    code, told = audited(tmp_path / "förra", tmp_path / "nu")
    assert code == 1 and "(1 personer)" in told, told


def of_rows(folder: Path, by: str, *rows: str) -> Path:
    (folder / "tables").mkdir(parents=True)
    head = f"{by};universe;item;scale;option;statistic;unit;count;n;estimate;se;low;high;hidden".lstrip(";")
    (folder / "tables" / "understanding.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return folder


def answers_of(group: str, *counts: int) -> list[str]:
    named = zip(("heads", "main", "spec", "else", "dk", "skip"), counts, strict=True)
    rows = [f"{group};all;understanding03;;{option};share;share;{count};{sum(counts)};;;;;" for option, count in named]
    return [row.lstrip(";") for row in rows]


@pytest.mark.parametrize(("people", "found"), [(21, True), (24, False)])
def test_an_inventory_is_a_wave_of_the_follow_up_with_as_many(people: int, found: bool, tmp_path: Path) -> None:
    """Seven officials who all answered alike are what the inventory's figure less the politicians' is."""
    inventory = of_rows(tmp_path / "inventering", "", *answers_of("", 5, 12 + people - 21, 2, 1, 1, 0))
    waves = [f";{wave};all;;total;;mean;share;;{n};0,5;;;;" for wave, n in (("2026", 21), ("2028", 30))]
    follow_up = of_rows(tmp_path / "uppföljning", "role;wave", *answers_of("pol;2026", 5, 5, 2, 1, 1, 0), *waves)
    assert audited(inventory)[0] == audited(follow_up)[0] == 0
    code, told = audited(inventory, follow_up)
    assert code == int(found), told
    assert ("omgång 2026, där lika många har svarat" in told, "Pröva den för sig" in told) == (found, not found)
    assert ("alla i gruppen övriga (role); omgång 2026 svarade" in told) == found, told


def hand_made(folder: Path, *means: str) -> Path:
    """A report of two questions' total, whose own figures are all hidden."""
    parts = [f";all;goals0{place};;{option};share" for place in (1, 2) for option in ("right", "wrong")]
    head = "role;universe;item;scale;option;statistic;unit;count;n;estimate;se;low;high;hidden"
    rows = [*(f"{part};share;;;;;;;protected" for part in parts), *means]
    (folder / "tables").mkdir(parents=True)
    (folder / "tables" / "total.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize(("all_", "pol", "found"), [("0,52", "0,52", False), ("0,5194", "0,5225", True)])
def test_means_that_are_not_rounded_give_a_small_groups_mean_away(
    all_: str, pol: str, found: bool, tmp_path: Path
) -> None:
    means = [f";all;;total;;mean;share;;206;{all_};;;;", f"pol;all;;total;;mean;share;;200;{pol};;;;"]
    code, told = audited(hand_made(tmp_path / "r", *means, "tjm;all;;total;;mean;share;;;;;;;base"))
    assert (code, "medelvärdet för de 6 i gruppen tjänsteperson är 0,42" in told) == (int(found), found), told


@pytest.mark.parametrize(("reason", "listed"), [("base", ""), ("", "hidden-figures.csv"), ("", "dolda-uppgifter.csv")])
def test_a_standard_error_left_in_a_hidden_row_is_found(reason: str, listed: str, tmp_path: Path) -> None:
    made = hand_made(tmp_path / "r", f"tjm;all;;total;;mean;share;;;;0,04;;;{reason}")
    if listed:
        lines = "table;key;reason;reason_in_words\ntotal;mean|all|total||role=tjm;base;-\n"
        (made / listed).write_text(lines, encoding="utf-8")
    code, told = audited(made)
    assert code == 1 and "mean|all|total||role=tjm är upptagen som dold" in told, told


@pytest.mark.parametrize("hidden", [True, False])
def test_rows_by_wave_are_tried_wave_by_wave(hidden: bool, tmp_path: Path) -> None:
    options = {"heads": (3, 9), "main": (4, 9), "spec": (2, 5), "else": (1, 3), "dk": (1, 2), "skip": (1, 2)}
    rows = []
    for option, (some, everyone) in options.items():
        rows += [f"{wave};;all;understanding03;;{option};share;share;{everyone};30;;;;;" for wave in (2026, 2028)]
        pol = f"share;{2 * some};24;;;;;" if not hidden else "share;;;;;;;base"
        rows.append(f"2028;pol;all;understanding03;;{option};share;{pol}")
    head = "wave;role;universe;item;scale;option;statistic;unit;count;n;estimate;se;low;high;hidden"
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "everyone.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    code, told = audited(tmp_path)
    assert code == int(not hidden) and "delade på" not in told, told
    assert ("i gruppen övriga (role); omgång 2028" in told) != hidden, told


def test_a_workbook_by_itself_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "rapport.xlsx").write_bytes(b"PK")
    code, told = audited(tmp_path)
    assert code == 1 and "[AUDIT-07]" in told and "tables" in told


def test_what_there_was_no_time_for_is_told(few: Report, tmp_path: Path) -> None:
    made = copied(few, tmp_path, ["knowledge", "knowledge_by_sex"])
    code, told = audited(made, seconds=0.1)
    assert code == 0 and "frågor är inte prövade: " in told, told


def test_a_folder_without_tables_is_told_in_words(tmp_path: Path) -> None:
    code, told = audited(tmp_path)
    assert code == 1 and "[AUDIT-01]" in told


def test_tables_that_contradict_each_other_are_told(few: Report, tmp_path: Path) -> None:
    made = copied(few, tmp_path, ["understanding"])
    path = made / "tables" / "understanding.csv"
    table = pd.read_csv(path, **TEXTS)  # type: ignore[call-overload]
    first = table["hidden"].eq("").idxmax()
    table.loc[first, "count"] = str(int(table.loc[first, "n"]) + 1)
    table.to_csv(path, sep=";", index=False, encoding="utf-8-sig")
    code, told = audited(made)
    assert code == 1 and "säger emot varandra i 1 frågor" in told, told
