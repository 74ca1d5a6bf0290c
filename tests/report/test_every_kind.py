"""Every kind of report in every format: no hidden value in any file, and all of it open to who listens or has no mouse.

One small county serves all tests, in one file: it is read once, and each report is written once.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import docx
import openpyxl
import pandas as pd
import pikepdf
import pytest
from PIL import Image, PngImagePlugin
from playwright.sync_api import Browser, Page

from kunskap.bank import read_bank
from kunskap.cli.materials import Given
from kunskap.disclosure import read_policy
from kunskap.report.activity_log import activities, reached, read_activity_log
from kunskap.report.kinds import KINDS
from tests.browser.report_walk import by_keyboard, narrow_and_printed, read_aloud
from tests.report import every_kind
from tests.report.leaks import can_be_told_apart, hidden_values, leaks
from tests.report.pdf_walk import faults as pdf_faults
from tests.report.test_word import faults as word_faults

FORMATS = ("html", "docx", "pdf", "xlsx")
# The final report is the half-yearly with two chapters more, made of the same figures by the same lines.
TO = {kind: FORMATS for kind in (*every_kind.OF_ANSWERS, "workshop", "eget")} | {"slutrapport": ("html",)}


@dataclass(frozen=True)
class Made:
    """A folder for each kind of report, what was passed through the gate for them, and what was said meanwhile."""

    folder: Path
    given: Given
    passed: tuple[every_kind.Passed, ...]
    said: str

    def files(self) -> list[Path]:
        return sorted(path for path in self.folder.rglob("*") if path.is_file())

    def values(self) -> set[float]:
        """The hidden values that no shown one explains; a sixth that is hidden of some may be shown of others."""
        shown = {
            abs(float(value))
            for one in self.passed for name in one.released.names
            for value in one.released.table(name)[["estimate", "low", "high", "se"]].stack().dropna()
        } | {share / n for n in range(1, 60) for share in range(n)}  # fmt: skip
        hidden = {value for one in self.passed for value in hidden_values(one.tables, one.released)}
        return {value for value in hidden if all(abs(abs(value) - one) > 1e-6 for one in shown)}


@pytest.fixture(scope="module")
def made(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder, given, said = tmp_path_factory.mktemp("kinds"), every_kind.small_county(root), []
    with every_kind.noted_at_the_gate() as passed:
        for kind in every_kind.OF_ANSWERS:
            said.append(every_kind.write_kind(kind, given, folder / kind, to=",".join(TO[kind])))
    room = every_kind.write_room(given, folder / "workshop", to=",".join(TO["workshop"]))
    every_kind.write_own(given, folder / "eget", to=",".join(TO["eget"]))
    return Made(folder, given, (*passed, room), "\n".join(said))


@pytest.fixture(scope="module")
def values(made: Made) -> set[float]:
    return {value for value in made.values() if can_be_told_apart(value)}


def test_each_kind_has_something_to_hide_in_each_format(made: Made, values: set[float]) -> None:
    assert set(TO) == set(KINDS)
    assert all(len(one.released.log) for one in made.passed)
    assert len(values) > 100
    for kind, formats in TO.items():
        assert {path.suffix.lstrip(".") for path in (made.folder / kind).iterdir()} >= {*formats, "json"}
    assert {path.suffix for path in made.files()} == {".html", ".docx", ".pdf", ".xlsx", ".csv", ".json", ".toml"}


@pytest.mark.parametrize(
    "form", ["n=47111", "47\u00a0111 av", "(47&nbsp;111)", "47,111", "0,73914", "73.914", ";0.7391400001"]
)
def test_a_value_is_known_however_it_is_written(form: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"Svar {form} här", "utf-8")
    assert leaks(tmp_path / "a.txt", {47111.0, 0.73914})
    (tmp_path / "a.txt").write_text("Svar 147111 eller 471112, 0,74 eller 74 % här", "utf-8")
    assert not leaks(tmp_path / "a.txt", {47111.0, 0.73914})


def test_no_file_and_nothing_that_is_said_has_a_hidden_value(made: Made, values: set[float], tmp_path: Path) -> None:
    (tmp_path / "said.txt").write_text(made.said, "utf-8")
    assert "Skyddar" in made.said
    assert [leak for path in (*made.files(), tmp_path / "said.txt") for leak in leaks(path, values)] == []


def test_what_is_hidden_can_be_anything_and_not_a_byte_differs(made: Made, tmp_path: Path) -> None:
    """Neither the order of bars, the ends of an axis, a colour, a sentence nor the size of a file depends on it."""
    others = (("beslutsunderlag", every_kind.swapped), ("uppfoljning", every_kind.swapped),
              ("utbildningsplan", every_kind.otherwise))  # fmt: skip
    for (kind, change), before in zip(others, made.passed, strict=False):  # the first is the inventory's
        with every_kind.noted_at_the_gate() as passed:
            every_kind.write_kind(kind, change(made.given), tmp_path / kind, to="html")
        (after,) = passed
        assert any(not before.tables[name].equals(after.tables[name]) for name in before.tables), "nothing differs"
        for name in before.released.names:  # then what is made of them is the same in every format
            pd.testing.assert_frame_equal(before.released.table(name), after.released.table(name))
        pd.testing.assert_frame_equal(before.released.log, after.released.log)
        for path in (path for path in (tmp_path / kind).rglob("*") if path.is_file() and path.suffix != ".json"):
            assert path.read_bytes() == (made.folder / kind / path.relative_to(tmp_path / kind)).read_bytes(), path.name
        told = [json.loads((folder / kind / "manifest.json").read_text("utf-8")) for folder in (tmp_path, made.folder)]
        assert {**told[0], "files": 0} == {**told[1], "files": 0}


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


# -- planted leaks


def in_html(path: Path, value: float) -> None:
    path.write_text(path.read_text("utf-8").replace("</body>", f"<!-- {value:.5f} --></body>"), "utf-8")


def repacked(path: Path, name: str, change: Callable[[bytes], bytes]) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(packed, "w") as after:
        for entry in before.infolist():
            inside = before.read(entry)
            after.writestr(entry, change(inside) if entry.filename == name else inside)
    path.write_bytes(packed.getvalue())


def in_word(path: Path, value: float) -> None:
    """Half in one run, half in the next."""
    text = f"{value:.5f}".replace(".", ",").encode()
    split = b"<w:p><w:r><w:t>" + text[:4] + b"</w:t></w:r><w:r><w:t>" + text[4:] + b"</w:t></w:r></w:p><w:sectPr"
    repacked(path, "word/document.xml", lambda inside: inside.replace(b"<w:sectPr", split, 1))


def in_words_picture(path: Path, value: float) -> None:
    def told(content: bytes) -> bytes:
        notes, changed = PngImagePlugin.PngInfo(), io.BytesIO()
        notes.add_text("Comment", f"{value:.6f}", zip=True)
        Image.open(io.BytesIO(content)).save(changed, format="png", pnginfo=notes)
        return changed.getvalue()

    with zipfile.ZipFile(path) as packed:
        name = next(name for name in packed.namelist() if name.endswith(".png"))
    repacked(path, name, told)


def in_workbook(path: Path, value: float) -> None:
    repacked(
        path, "docProps/core.xml", lambda inside: inside.replace(b"</dc:title>", f"{value:.5f}</dc:title>".encode())
    )


def in_cell(path: Path, value: float) -> None:
    book = openpyxl.load_workbook(path)
    book.worksheets[1].cell(60, 60, value)
    book.save(path)


def in_pdfs_alt_text(path: Path, value: float) -> None:
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        figure = next(each for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and "/Alt" in each)
        figure.Alt = pikepdf.String(f"Tjänstepersoner: {100 * value:.3f} %".replace(".", ","))
        pdf.save(path)


def in_pdfs_metadata(path: Path, value: float) -> None:
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        with pdf.open_metadata() as told:
            told["dc:description"] = f"{100 * value:.3f} %"
        pdf.save(path)


def in_text(path: Path, value: float) -> None:
    path.write_text(f"{path.read_text('utf-8')}\n# {value!r}", "utf-8")


PLANTS = (
    ("inventering/report.html", in_html), ("inventering/report.docx", in_word),
    ("inventering/report.docx", in_words_picture), ("bilaga/bilaga.xlsx", in_workbook), ("bilaga/bilaga.xlsx", in_cell),
    ("utbildningsplan/utbildningsplan.pdf", in_pdfs_alt_text), ("bilaga/bilaga.pdf", in_pdfs_metadata),
    ("bilaga/manifest.json", in_text), ("uppfoljning/läsningar.toml", in_text),
)  # fmt: skip


@pytest.mark.parametrize(("name", "plant"), PLANTS, ids=[plant.__name__ for _, plant in PLANTS])
def test_a_planted_leak_is_found(
    name: str, plant: Callable[[Path, float], None], made: Made, values: set[float], tmp_path: Path
) -> None:
    copy = tmp_path / Path(name).name
    copy.write_bytes((made.folder / name).read_bytes())
    plant(copy, next(value for value in sorted(values) if value > 0.3 and abs(value - round(value, 4)) > 1e-5))
    assert len(leaks(copy, values)) >= 1


# -- who listens, and who has no mouse


def test_every_pdf_and_word_file_is_read_aloud_in_order(made: Made) -> None:
    for path in made.files():
        if path.suffix == ".pdf":
            with pikepdf.open(path) as pdf:
                assert pdf_faults(pdf) == [], path.name
        elif path.suffix == ".docx":
            assert word_faults(docx.Document(path)) == [], path.name


def test_every_workbook_says_what_it_is(made: Made) -> None:
    for path in (path for path in made.files() if path.suffix == ".xlsx"):
        book = openpyxl.load_workbook(path)
        assert book.properties.title and book.properties.language == "sv-SE"
        for sheet in book:
            assert sheet["A1"].value and sheet.freeze_panes and not sheet._images, f"{path.name}: {sheet.title}"
            assert all(table.headerRowCount == 1 for table in sheet.tables.values())


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 1024})
    yield context.new_page()
    context.close()


def opened(page: Page, path: Path) -> Page:
    page.set_viewport_size({"width": 1280, "height": 1024})
    page.goto(path.as_uri())
    return page


@pytest.mark.browser
def test_every_page_is_walked_by_keyboard_and_read_aloud(made: Made, page: Page) -> None:
    pages = [path for path in made.files() if path.suffix == ".html"]
    assert len(pages) == len(TO)
    for path in pages:
        opened(page, path)
        wrong = [*by_keyboard(page), *narrow_and_printed(page), *read_aloud(page)]
        assert wrong == [], f"{path.name}: {wrong}"


FAULTS = (
    (by_keyboard, "first = document.querySelectorAll('nav a')[2]; first.tabIndex = 5;"
     "first.style.outline = 'none'; document.querySelector('.skip').href = '#';",
     ("Tab goes another way", "no outline", "the first link")),
    (narrow_and_printed, "wide = document.querySelector('main .scroll'); wide.removeAttribute('tabindex');"
     "wide.querySelector('table').style.minWidth = '80rem'; document.querySelector('h1').style.whiteSpace = 'nowrap';"
     "document.querySelector('.drawing').style.background = 'red';",
     ("scrolls sideways", "cannot be reached", "cut on paper", "another ground")),
    (read_aloud, "document.querySelector('caption').textContent = '';"
     "document.querySelector('h2').outerHTML = '<h4>a</h4>';"
     "document.querySelector('.drawing').setAttribute('aria-label', 'bild'); document.querySelector('nav a').href = '';"
     "document.querySelector('footer').remove(); document.querySelector('th').scope = '';",
     ("a table without a name", "headings [", "a short alt text", "not one contentinfo", "says not of what")),
)  # fmt: skip


@pytest.mark.browser
@pytest.mark.parametrize(("walk", "plant", "said"), FAULTS, ids=[walk.__name__ for walk, _, _ in FAULTS])
def test_a_planted_fault_is_met_on_the_walk(
    walk: Callable[[Page], Iterator[str]], plant: str, said: tuple[str, ...], made: Made, page: Page
) -> None:
    opened(page, made.folder / "beslutsunderlag" / "beslutsunderlag.html").evaluate(f"() => {{ {plant} }}")
    wrong = list(walk(page))
    assert [name for name in said if not any(name in each for each in wrong)] == [], wrong
