"""Make the demo data: ``python data/make_demo.py`` writes `data/demo` anew, always the same.

A county that does not exist, in the mandate period 2014–2018: an inventory in 2016 and the same form again in 2018.
Run it again whenever `survey/` changes; a test holds the committed files equal to a fresh run.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from county import CODE_STEM, FORM, WAVES, build
from exporters import Planted, Stored, forms, limesurvey, place_rows, spss
from figures import figures_table

from kunskap.bank import Bank, Item, read_bank
from kunskap.design import Design, read_design

FOLDER = Path(__file__).resolve().parent / "demo"
README = Path(__file__).resolve().parent / "README.md"
FIGURES_START, FIGURES_END = "<!-- figures: written by make_demo.py -->\n", "<!-- end of figures -->"

NOTICE = """\
SIMULERADE DATA

Allt i den här mappen är påhittat av ett program (data/make_demo.py). Ingen person, inget svar och ingen kod är
verklig, och siffrorna säger ingenting om Västernorrland eller något annat län. Använd dem för att prova, aldrig för
att beskriva.

SIMULATED DATA: everything in this folder is invented by a program and describes nobody.
"""
KEY = """\
# Detta är demons nyckel. Den är ingen hemlighet och får bara användas till påhittade svar.
# This is the demo's key. It is no secret: use it for invented answers only.
64656d6f64656d6f64656d6f64656d6f64656d6f64656d6f64656d6f64656d6f
"""


@dataclass(frozen=True)
class Wave:
    """One wave: what was stored, and the sittings that should not be there."""

    stored: Stored
    extras: Stored


def first_of_type(bank: Bank, item_type: str) -> Item | None:
    """The form's first item of a type that stands alone and that all are shown."""
    shown_to = bank.forms[FORM].shown_to
    items = (item for item in bank.form_items(FORM) if not item.battery and item.id not in shown_to)
    return next((item for item in items if item.type == item_type), None)


def row_of(stored: Stored, rows: list[Any], sitting: str, *, complete_only: bool) -> Any:
    """The exported row of a sitting."""
    sittings = [record["sitting_id"] for record in stored.records(complete_only=complete_only)]
    return rows[sittings.index(sitting)]


def extra_rows(extras: Stored, exporter: Any, *, kinds: tuple[str, ...]) -> tuple[list[Any], list[Planted]]:
    """The rows that should not be there, each planted as what it is."""
    rows = exporter.rows(extras)
    sittings = [record["sitting_id"] for record in extras.records(complete_only=True)]
    listed, planted = [], []
    for sitting, row in zip(sittings, rows, strict=True):
        kind = sitting.rsplit(":", 1)[1].rstrip("12")
        if kind in kinds:
            listed.append(row)
            planted.append(Planted(kind, row, "", str(row["code"] or "")))
    return listed, planted


def write_limesurvey(path: Path, wave: Wave, *, headings: str, cell_faults: bool) -> list[dict[str, Any]]:
    """A LimeSurvey export with what real ones have."""
    stored = wave.stored
    rows = limesurvey.rows(stored)
    extra, planted = extra_rows(wave.extras, limesurvey, kinds=("before_opening", "duplicate", "after_closing"))
    if cell_faults:
        for column, kind, sitting in faulty_cells(stored):
            row = row_of(stored, rows, sitting, complete_only=False)
            row[column] = "z" if kind == "unknown_option" else "ungefär tre"
            planted.append(Planted(kind, row, column, row[column]))
    for row in rows:
        if not row["submitdate"]:
            planted.append(Planted("incomplete", row, "submitdate", "", rejected=False))
        if row["sex"] == limesurvey.OTHER:
            planted.append(Planted("other_with_text", row, "sex[other]", row["sex[other]"], rejected=False))
        for item in stored.items:
            if item.type == "text" and row[item.id].startswith("="):
                planted.append(Planted("formula_text", row, item.id, row[item.id], rejected=False))
    listed = limesurvey.number(rows + extra)
    texts = limesurvey.columns(stored)
    html = tuple(item.id for item in stored.items if item.type == "single" and not item.battery)[:2]
    if headings != "code":
        planted += [Planted("html_in_heading", None, name, "", rejected=False) for name in html]
    limesurvey.write(path, listed, texts=texts, code_stem=CODE_STEM, headings=headings, html=html)
    return place_rows(path.name, listed, planted)


def faulty_cells(stored: Stored) -> list[tuple[str, str, str]]:
    """(Item, kind, sitting): the same cells in every format of a wave, so that the formats still agree."""
    complete = [record for record in stored.records(complete_only=True) if record["sex"] in ("k", "m")]
    single = first_of_type(stored.bank, "single")
    number = first_of_type(stored.bank, "number")
    cells = []
    if single is not None:
        cells.append((single.id, "unknown_option", next(r for r in complete[20:] if r[single.id])["sitting_id"]))
    if number is not None:
        cells.append((number.id, "not_a_number", next(r for r in complete[40:] if r[number.id])["sitting_id"]))
    return cells


def write_forms(workbook: Path, text: Path, wave: Wave) -> list[dict[str, Any]]:
    """A Forms workbook and the CSV saved from it."""
    stored = wave.stored
    rows = forms.rows(stored)
    extra, planted = extra_rows(wave.extras, forms, kinds=("before_opening", "duplicate", "after_closing"))
    headings = forms.columns(stored, code_stem=CODE_STEM)
    for column, kind, sitting in faulty_cells(stored):
        row = row_of(stored, rows, sitting, complete_only=True)
        row[column] = f"{row[column]} (gammal lydelse)" if kind == "unknown_option" else "ungefär tre"
        kind = "altered_text" if kind == "unknown_option" else kind
        planted.append(Planted(kind, row, headings[column], row[column]))
    for row in rows:
        for item in stored.items:
            if item.type == "text" and (row[item.id] or "").startswith("="):
                planted.append(Planted("formula_text", row, headings[item.id], row[item.id], rejected=False))
    single = first_of_type(stored.bank, "single")
    assert single is not None  # for the type checker: every form here has one
    nbsp = single.id
    headings[nbsp] = headings[nbsp].replace(" ", "\u00a0", 1)
    planted.append(Planted("nbsp_in_heading", None, headings[nbsp], "", rejected=False))
    planted = [
        Planted(p.kind, p.row, headings[nbsp] if p.kind == "altered_text" else p.column, p.value, p.rejected)
        for p in planted
    ]
    listed = forms.number(rows + extra)
    forms.write_workbook(workbook, listed, headings=headings)
    forms.write_csv(text, listed, headings=headings)
    return place_rows(workbook.name, listed, planted) + place_rows(text.name, listed, planted)


def write_spss(path: Path, wave: Wave) -> list[dict[str, Any]]:
    """An SPSS file with a value that has no label; a text cannot stand in a number variable, so that cell is empty."""
    stored = wave.stored
    rows = spss.rows(stored)
    extra, planted = extra_rows(wave.extras, spss, kinds=("duplicate", "after_closing"))
    for column, kind, sitting in faulty_cells(stored):
        row = row_of(stored, rows, sitting, complete_only=True)
        row[column] = 7.0 if kind == "unknown_option" else None
        if kind == "unknown_option":
            planted.append(Planted(kind, row, column, "7"))
    listed = spss.number(rows + extra)
    spss.write(path, listed, stored=stored, code_stem=CODE_STEM)
    # No heading row: the data view numbers the cases from 1.
    return place_rows(path.name, listed, planted, first_row=1)


BY_HAND = ("aktivitetslogg.csv", "rapport.toml")  # made up by a person, for the reports to the funder


def write_waves(path: Path) -> None:
    """What a reader must know beside the files."""
    lines = ["# Simulated: see SIMULERAD.txt", "simulated = true", ""]
    for wave, (opens, closes) in WAVES.items():
        lines += [f"[waves.{wave}]", f'form = "{FORM}"', f"opens = {opens}", f"closes = {closes}", ""]
    path.write_text("\n".join(lines), encoding="utf-8", newline="\n")


def make_demo(folder: Path, *, bank: Bank, design: Design) -> str:
    """Write the whole demo to a folder; returns the table of achieved figures for the README."""
    folder.mkdir(parents=True, exist_ok=True)
    waves = {wave: Wave(*pair) for wave, pair in build(bank, design=design).items()}
    first, second = waves["2016"], waves["2018"]
    planted = [
        *write_limesurvey(folder / "limesurvey_2016_simulerad.csv", first, headings="code", cell_faults=True),
        *write_limesurvey(folder / "limesurvey_2018_simulerad.csv", second, headings="codetext", cell_faults=False),
        *write_forms(folder / "forms_2016_simulerad.xlsx", folder / "forms_2016_simulerad.csv", first),
        *write_spss(folder / "spss_2016_simulerad.sav", first),
    ]
    text = json.dumps({"simulated": True, "planted": planted}, ensure_ascii=False, indent=1)
    (folder / "planted.json").write_text(text + "\n", encoding="utf-8", newline="\n")
    write_waves(folder / "waves.toml")
    for name in BY_HAND:
        (folder / name).write_bytes((FOLDER / name).read_bytes())
    (folder / "SIMULERAD.txt").write_text(NOTICE, encoding="utf-8", newline="\n")
    (folder / "demo.key").write_text(KEY, encoding="utf-8", newline="\n")
    return figures_table({wave: each.stored for wave, each in waves.items()}, design=design)


def with_figures(readme: str, table: str) -> str:
    """The README with the achieved figures in their place."""
    before, rest = readme.split(FIGURES_START, 1)
    return before + FIGURES_START + table + FIGURES_END + rest.split(FIGURES_END, 1)[1]


if __name__ == "__main__":
    figures = make_demo(FOLDER, bank=read_bank(), design=read_design(on=WAVES["2016"][0]))
    README.write_text(with_figures(README.read_text(encoding="utf-8"), figures), encoding="utf-8", newline="\n")
    total = sum(path.stat().st_size for path in FOLDER.iterdir())
    print(f"{FOLDER}: {len(list(FOLDER.iterdir()))} files, {total / 1e6:.2f} MB")
    print(figures)
