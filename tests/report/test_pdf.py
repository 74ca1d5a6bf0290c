"""The PDF: PDF/UA-1 with tags, language, title, alt texts and table headings; its letters in the file."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace

import pikepdf
import pytest
from pikepdf import Name
from pypdf import PdfReader

from kunskap.errors import KunskapError
from kunskap.report.document import Document, FigureBlock, Heading, walk
from kunskap.report.pdf import pdf_file
from kunskap.words import Words
from tests.report.conftest import hostile_document
from tests.report.pdf_walk import faults, fonts, tagged


@pytest.fixture(scope="module")
def content(document: Document, words: Words) -> bytes:
    return pdf_file(document, words=words)


@pytest.fixture
def pdf(content: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(content))


def test_it_is_what_the_register_asks_for(pdf: pikepdf.Pdf, document: Document) -> None:
    assert faults(pdf) == []
    assert str(pdf.open_metadata()["dc:title"]) == document.title
    assert {str(font.BaseFont).split("+")[1] for font in fonts(pdf)} == {"DejaVuSans", "DejaVuSans-Bold"}
    alts = {str(figure.Alt) for figure in tagged(pdf, "Figure")}
    assert alts == {block.drawing.alt for block in walk(document.blocks) if isinstance(block, FigureBlock)}
    pictures = [each for each in pdf.objects if isinstance(each, pikepdf.Stream) and each.get("/Subtype") == Name.Image]
    assert pictures == [], "figures are drawings"


def test_each_figure_is_read_with_the_headings_of_its_own_column_and_group(pdf: pikepdf.Pdf) -> None:
    table = next(table for table in tagged(pdf, "Table") if sum("/ColSpan" in str(cell.A) for cell in cells(table)) > 1)
    heads = {str(cell.ID): place for place, cell in enumerate(cells(table)) if "/ID" in cell and place < width(table)}
    seen = 0
    for row in below(table, "TR"):
        for place, cell in enumerate(below(row, "TD"), start=1):
            own = [str(id) for id in attribute(cell, "/Headers")]
            assert [heads[id] for id in own if id in heads] == [place]
            assert len(own) == 2, "its column and its group"
            seen += 1
    assert seen > 4


def below(element: pikepdf.Object, kind: str) -> list[pikepdf.Dictionary]:
    """Elements of a kind within another, in order."""
    children = list(element.K) if isinstance(element.K, pikepdf.Array) else [element.K]
    return [
        found
        for child in children
        if isinstance(child, pikepdf.Dictionary) and "/S" in child
        for found in ([child] if str(child.S) == f"/{kind}" else below(child, kind) if "/K" in child else [])
    ]


def cells(table: pikepdf.Dictionary) -> list[pikepdf.Dictionary]:
    return below(table, "TH")


def width(table: pikepdf.Dictionary) -> int:
    return len(below(below(table, "TR")[0], "TH"))


def attribute(cell: pikepdf.Dictionary, name: str) -> pikepdf.Object:
    return next(each[name] for each in cell.A if name in each)


def drop(key: str, *kinds: str) -> Callable[[pikepdf.Pdf], None]:
    def spoil(pdf: pikepdf.Pdf) -> None:
        del tagged(pdf, *kinds)[0][key]

    return spoil


def unlanguaged(pdf: pikepdf.Pdf) -> None:
    del pdf.Root["/Lang"]


def untitled(pdf: pikepdf.Pdf) -> None:
    pdf.Root.ViewerPreferences = pikepdf.Dictionary()


def unheaded(pdf: pikepdf.Pdf) -> None:
    next(row for row in tagged(pdf, "TR") if len(row.K) > 1).K[0].S = Name.TD


def jumping(pdf: pikepdf.Pdf) -> None:
    tagged(pdf, "H1")[0].S = Name.H3


def mute(pdf: pikepdf.Pdf) -> None:
    next(page.Annots[0] for page in pdf.pages if "/Annots" in page).Contents = pikepdf.String(", sida 5")


def astray(pdf: pikepdf.Pdf) -> None:
    link = tagged(pdf, "Link")[0]
    link.K = pikepdf.Array([each for each in link.K if isinstance(each, int)])


def unnamed(pdf: pikepdf.Pdf) -> None:
    table = tagged(pdf, "Table")[0]
    table.K = pikepdf.Array(list(table.K)[1:])


def line_first(pdf: pikepdf.Pdf) -> None:
    drawing = next(each for each in tagged(pdf, "Div") if each.K[-1].get("/S") == Name.Caption)
    drawing.K = pikepdf.Array(reversed(list(drawing.K)))


def misplaced(pdf: pikepdf.Pdf) -> None:
    tagged(pdf, "LBody")[0].S = Name.TD


def unmarked(pdf: pikepdf.Pdf) -> None:
    page = pdf.pages[0]
    page.contents_add(pdf.make_stream(b"0 0 10 10 re f"), prepend=False)


def without_outline(pdf: pikepdf.Pdf) -> None:
    with pdf.open_outline() as outline:
        outline.root.clear()


SPOILT = (
    (drop("/Alt", "Figure"), "alt text"), (drop("/A", "TH"), "table without"), (unlanguaged, "no language"),
    (untitled, "no title"), (unheaded, "row without"), (jumping, "heading 0 then 3"), (mute, "a link that says"),
    (astray, "outside the tree"), (unnamed, "without a name"), (line_first, "another order"), (misplaced, "TD within"),
    (unmarked, "without a mark"), (without_outline, "outline has other"),
)  # fmt: skip


def test_what_is_taken_away_is_missed(pdf: pikepdf.Pdf) -> None:
    """All at once: the walk is the same for one fault and for many."""
    for spoil, _ in SPOILT:
        spoil(pdf)
    found = faults(pdf)
    assert [said for _, said in SPOILT if not any(said in fault for fault in found)] == [], found


def test_the_words_and_the_figures_letters_are_read_out(content: bytes, document: Document) -> None:
    text = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages))
    for heading in document.for_format("pdf"):
        if isinstance(heading, Heading):
            assert heading.text in text
    assert "Simulerade data" in text and "testsvar <b>" in text
    assert "Sida 1 av" in text
    assert "Kvinnor n = " in text or "n = " in text, "the letters of a drawing are letters"


def test_the_same_bytes_twice_and_the_reports_own_date_only(content: bytes, document: Document, words: Words) -> None:
    assert pdf_file(document, words=words) == content
    with pikepdf.open(io.BytesIO(content)) as pdf:
        told = str(pdf.open_metadata())
        dates = re.findall(r"\d{4}-\d{2}-\d{2}", told) + re.findall(r"D:(\d{8})", str(dict(pdf.docinfo)))
    assert {date.replace("-", "") for date in dates} == {document.date.isoformat().replace("-", "")}


def test_hostile_texts_stay_texts(document: Document, words: Words) -> None:
    content = pdf_file(hostile_document(document), words=words)
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    assert re.sub(r"\s+", " ", text).count("#let {{ 7*7 }} $x$ \\ =1+1") >= 4
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert faults(pdf) == []
        assert str(pdf.Root.Lang) == "en-GB"
        marked = [mark for page in pdf.pages for mark in page.get("/Annots", []) if "/A" in mark]
        out = {str(mark.A.URI) for mark in marked if "/URI" in mark.A}
    assert out == {'https://example.org/?a="b"&c'}


def test_without_the_writer_it_is_told_what_to_install(
    document: Document, words: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kunskap.report.pdf.find_spec", lambda name: None)
    with pytest.raises(KunskapError) as told:
        pdf_file(document, words=words)
    assert told.value.codes == ("REPORT-11",)
    assert "kunskap[pdf]" in told.value.message("sv")


def test_what_typst_refuses_is_told_in_words(document: Document, words: Words) -> None:
    with pytest.raises(KunskapError) as told:
        pdf_file(replace(document, title=""), words=words)
    assert told.value.codes == ("REPORT-12",)
