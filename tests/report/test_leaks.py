"""No hidden value stands anywhere in any file of a report; a value planted in each format is found."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pikepdf
import pytest
from matplotlib.text import Text
from PIL import Image, PngImagePlugin

from kunskap.bank import Bank, read_bank
from kunskap.disclosure import Released, read_policy, release
from kunskap.plots import png
from kunskap.report import hashed_inputs, write_document
from kunskap.report.activity_log import activities, reached, read_activity_log
from kunskap.report.document import Document, FigureBlock, Paragraph, walk
from kunskap.report.kinds import KINDS, Material
from kunskap.report.pdf import pdf_file
from kunskap.tables import estimates
from kunskap.words import Words
from tests import report_example as example
from tests.report.leaks import can_be_told_apart, hidden_values, leaks

DATE = datetime.date(2026, 11, 22)
OFFICIALS, MEAN = 47_111, 0.73914


def secret_tables(bank: Bank) -> dict[str, pd.DataFrame]:
    """An inventory whose 47 111 officials all answered alike, and five of whom have a mean: both must be hidden."""
    answers = example.make_answers(bank)
    politicians = answers[answers["role"].eq("pol")]
    tables = example.make_tables(bank, answers)
    for name, item, options in (
        ("knowledge_by_role", "goals01", ("right", "wrong", "dk", "skip")),
        ("ability_by_role", "abil01", bank.items["abil01"].option_ids),
    ):
        rows = list(example.share_rows(politicians, item, options, ["role"]))
        rows += [
            {"role": "tjm", "universe": "all", "item": item, "option": option, "statistic": "share", "unit": "share"}
            | {"count": OFFICIALS * (place == 0), "n": OFFICIALS, "estimate": float(place == 0)}
            for place, option in enumerate(options)
        ]
        tables[name] = estimates(rows, by=["role"])
    total = tables["total_by_role"]
    few = total["role"].eq("tjm")
    total.loc[few, ["estimate", "se", "low", "high", "n"]] = [MEAN, 0.09137, 0.55643, 0.92187, 5]
    return {
        name: tables[name] for name in ("knowledge_by_role", "ability_by_role", "total_by_role", "knowledge_by_sex")
    }


@pytest.fixture(scope="module")
def secrets(small_bank: Bank) -> dict[str, pd.DataFrame]:
    return secret_tables(small_bank)


@pytest.fixture(scope="module")
def protected(secrets: dict[str, pd.DataFrame], root: Path) -> Released:
    return release(secrets, policy=read_policy(root / "survey"))


@pytest.fixture(scope="module")
def telling(protected: Released, small_bank: Bank, words: Words) -> Document:
    return KINDS["inventering"].make(Material(released=protected, bank=small_bank, words=words, date=DATE))


@pytest.fixture(scope="module")
def folder(
    telling: Document, small_bank: Bank, words: Words, root: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    folder = tmp_path_factory.mktemp("leaks")
    inputs = hashed_inputs(root / "survey")
    write_document(telling, folder, bank=small_bank, words=words, to="html,docx,pdf,xlsx", inputs=inputs)
    for figure in figures(telling):
        (folder / f"{figure.id}.png").write_bytes(png(figure.drawing, dots_per_inch=60))
    return folder


def figures(document: Document) -> list[FigureBlock]:
    return [block for block in walk(document.blocks) if isinstance(block, FigureBlock)]


@pytest.fixture(scope="module")
def values(secrets: dict[str, pd.DataFrame], protected: Released) -> set[float]:
    return hidden_values(secrets, protected)


def test_the_example_has_something_to_hide(values: set[float]) -> None:
    assert {OFFICIALS, MEAN, 0.09137, 0.55643, 0.92187} <= values
    assert len([value for value in values if can_be_told_apart(value)]) > 5


@pytest.mark.parametrize(
    "form", ["n=47111", "47\u00a0111 av", "(47&nbsp;111)", "47,111", "0,73914", "73.914", ";0.7391400001"]
)
def test_a_value_is_known_however_it_is_written(form: str, values: set[float], tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"Svar {form} här", "utf-8")
    assert leaks(tmp_path / "a.txt", values)
    (tmp_path / "a.txt").write_text("Svar 147111 eller 471112, 0,74 eller 74 % här", "utf-8")
    assert not leaks(tmp_path / "a.txt", values)


def test_no_file_has_a_hidden_value(folder: Path, values: set[float]) -> None:
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert {path.suffix for path in files} == {".html", ".docx", ".pdf", ".xlsx", ".csv", ".json", ".png"}
    assert [leak for path in files for leak in leaks(path, values)] == []


def test_no_drawing_has_a_hidden_value_in_its_words(telling: Document, values: set[float], tmp_path: Path) -> None:
    drawn = [text.get_text() for figure in figures(telling) for text in figure.drawing.figure.findobj(Text)]
    alts = [figure.drawing.alt for figure in figures(telling)]
    (tmp_path / "drawn.txt").write_text("\n".join([*drawn, *alts]), "utf-8")
    assert "dolt" in " ".join(drawn)
    assert leaks(tmp_path / "drawn.txt", values) == []


def in_html(path: Path) -> None:
    path.write_text(path.read_text("utf-8").replace("</body>", "<!-- 47&nbsp;111 --></body>"), "utf-8")


def repacked(path: Path, name: str, change: Callable[[bytes], bytes]) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(packed, "w") as after:
        for entry in before.infolist():
            inside = before.read(entry)
            after.writestr(entry, change(inside) if entry.filename == name else inside)
    path.write_bytes(packed.getvalue())


def in_word(path: Path) -> None:
    """Half in one run, half in the next."""
    split = b"<w:p><w:r><w:t>n = 47</w:t></w:r><w:r><w:t>111</w:t></w:r></w:p><w:sectPr"
    repacked(path, "word/document.xml", lambda inside: inside.replace(b"<w:sectPr", split, 1))


def in_words_picture(path: Path) -> None:
    with zipfile.ZipFile(path) as packed:
        name = next(name for name in packed.namelist() if name.endswith(".png"))
    repacked(path, name, lambda inside: with_chunk(inside, packed=True))


def in_workbook(path: Path) -> None:
    repacked(path, "docProps/core.xml", lambda inside: inside.replace(b"</dc:title>", b" 0,73914</dc:title>"))


def with_chunk(content: bytes, *, packed: bool) -> bytes:
    told, changed = PngImagePlugin.PngInfo(), io.BytesIO()
    told.add_text("Comment", "n = 47111", zip=packed)
    Image.open(io.BytesIO(content)).save(changed, format="png", pnginfo=told)
    return changed.getvalue()


def in_picture(path: Path) -> None:
    path.write_bytes(with_chunk(path.read_bytes(), packed=False))


def in_pdfs_alt_text(path: Path) -> None:
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        figure = next(each for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and "/Alt" in each)
        figure.Alt = pikepdf.String("Tjänstepersoner: n = 47\u00a0111.")
        pdf.save(path)


def in_pdfs_metadata(path: Path) -> None:
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        with pdf.open_metadata() as told:
            told["dc:description"] = "73,914 %"
        pdf.save(path)


def in_manifest(path: Path) -> None:
    path.write_text(path.read_text("utf-8").replace("{", '{"n": 47111, ', 1), "utf-8")


PLANTS = (
    ("report.html", in_html), ("report.docx", in_word), ("report.docx", in_words_picture), ("report.xlsx", in_workbook),
    ("goals-role.png", in_picture), ("report.pdf", in_pdfs_alt_text), ("report.pdf", in_pdfs_metadata),
    ("manifest.json", in_manifest),
)  # fmt: skip


@pytest.mark.parametrize(("name", "plant"), PLANTS, ids=[plant.__name__ for _, plant in PLANTS])
def test_a_planted_leak_is_found(
    name: str, plant: Callable[[Path], None], folder: Path, values: set[float], tmp_path: Path
) -> None:
    copy = tmp_path / name
    copy.write_bytes((folder / name).read_bytes())
    plant(copy)
    assert len(leaks(copy, values)) >= 1


def test_a_leak_in_the_letters_of_a_pdf_is_found(
    telling: Document, words: Words, values: set[float], tmp_path: Path
) -> None:
    """On the page stand numbers of letters, not letters: they must be read as a reader does."""
    (tmp_path / "a.pdf").write_bytes(pdf_file(replace(telling, blocks=(Paragraph("n = 47\u00a0111"),)), words=words))
    assert any("page 1" in leak for leak in leaks(tmp_path / "a.pdf", values))


def test_a_sum_less_what_is_told_is_never_a_few_people(root: Path) -> None:
    bank, base = read_bank(root / "survey"), read_policy(root / "survey").base
    log = read_activity_log(root / "data" / "demo" / "aktivitetslogg.csv", bank=bank)
    done = activities(log, base=base)
    told = done.table[done.table["persons"].ge(base)]
    assert done.apart == 1, "the example has an activity that too few came to"
    assert (done.taken_part, done.person_hours) == (
        told["persons"].sum(),
        (told["minutes"] * told["persons"]).sum() / 60,
    )
    assert {name: table["n"].max() for name, table in reached(log, base=base).items()} == {
        "reached_sex": done.taken_part - 1, "reached_role": done.taken_part,
    }  # fmt: skip
