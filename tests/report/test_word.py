"""The Word file: headings, tables and alt texts that are read aloud, a region's template, and the same bytes twice."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import docx
import pytest
from docx.document import Document as Paper
from docx.oxml.ns import qn
from docx.shared import Cm

from kunskap.errors import KunskapError
from kunskap.report.document import Document, FigureBlock, Heading, Paragraph, walk
from kunskap.report.word import word_file
from kunskap.words import Words
from tests.report.conftest import HOSTILE, hostile_document

TEMPLATE_TYPE = b"wordprocessingml.template.main+xml"
DOCUMENT_TYPE = b"wordprocessingml.document.main+xml"


@pytest.fixture(scope="module")
def content(document: Document, words: Words) -> bytes:
    return word_file(document, words=words)


@pytest.fixture(scope="module")
def paper(content: bytes) -> Paper:
    return docx.Document(io.BytesIO(content))


def without_figures(document: Document) -> Document:
    """Quick to write: what a test of a template needs."""
    return replace(document, blocks=tuple(b for b in document.blocks if isinstance(b, Heading | Paragraph)))


def faults(paper: Paper) -> list[str]:
    """What would stop a reader who listens instead of looks."""
    found = []
    levels = [1, *(int(p.style.name[-1]) + 1 for p in paper.paragraphs if p.style.name.startswith("Heading "))]
    found += [f"heading {low} then {high}" for low, high in pairwise(levels) if high > low + 1]
    for table in paper.element.body.iter(qn("w:tbl")):
        rows = list(table.iter(qn("w:tr")))
        if rows[0].find(f".//{qn('w:tblHeader')}") is None:
            found.append("a table without a heading row")
        if table.find(f".//{qn('w:tblCaption')}") is None:
            found.append("a table without a title")
        widths = {sum(int(s.get(qn("w:val"))) for s in row.iter(qn("w:gridSpan"))) or
                  len(list(row.iter(qn("w:tc")))) for row in rows}  # fmt: skip
        if len(widths) > 1:
            found.append(f"rows of {sorted(widths)} cells")
    for picture in paper.element.body.iter(qn("wp:docPr")):
        if len(picture.get("descr") or "") < 20:
            found.append("a picture without an alt text")
    found += ["an empty paragraph" for p in paper.paragraphs
              if not p.text.strip() and p._p.find(f".//{qn('w:drawing')}") is None]  # fmt: skip
    return found


def test_everything_is_said_to_who_listens(paper: Paper, document: Document) -> None:
    assert faults(paper) == []
    headings = [p.text for p in paper.paragraphs if p.style.name == "Heading 1"]
    assert headings == [*(b.text for b in document.for_format("docx") if isinstance(b, Heading) and b.level == 2),
                        "Bilaga"]  # fmt: skip
    small = next(t for t in paper.tables if len(t.rows) < 6)
    assert [row.cells[0].paragraphs[0].paragraph_format.keep_with_next for row in small.rows][-2:] == [True, None]
    alts = [picture.get("descr") for picture in paper.element.body.iter(qn("wp:docPr"))]
    drawn = [block.drawing.alt for block in walk(document.blocks) if isinstance(block, FigureBlock)]
    assert sorted(alts) == sorted(drawn)


@pytest.mark.parametrize(
    ("tag", "said"),
    [("w:tblHeader", "heading row"), ("w:tblCaption", "without a title"), ("wp:docPr", "alt text"),
     ("w:tc", "cells")],
)  # fmt: skip
def test_what_is_taken_away_is_missed(tag: str, said: str, content: bytes) -> None:
    paper = docx.Document(io.BytesIO(content))
    taken = next(paper.element.body.iter(qn(tag)))
    if tag == "wp:docPr":
        taken.set("descr", "")
    else:
        taken.getparent().remove(taken)
    assert any(said in fault for fault in faults(paper))


def test_language_title_and_the_only_date(content: bytes, paper: Paper, document: Document) -> None:
    properties = paper.core_properties
    assert (properties.title, properties.language) == (document.title, "sv-SE")
    assert {lang.get(qn("w:val")) for lang in paper.styles.element.iter(qn("w:lang"))} == {"sv-SE"}
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        core = packed.read("docProps/core.xml").decode()
        assert {entry.date_time for entry in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert set(re.findall(r"\d{4}-\d{2}-\d{2}", core)) <= {"1980-01-01", document.date.isoformat()}


def test_links_within_and_out_lead_somewhere(paper: Paper) -> None:
    marks = {mark.get(qn("w:name")) for mark in paper.element.body.iter(qn("w:bookmarkStart"))}
    links = list(paper.element.body.iter(qn("w:hyperlink")))
    assert {link.get(qn("w:anchor")) for link in links if link.get(qn("w:anchor"))} <= marks
    out = {paper.part.rels[link.get(qn("r:id"))].target_ref for link in links if link.get(qn("r:id"))}
    assert out == {"https://www.riksdagen.se/"}
    assert len(marks) == len(list(paper.element.body.iter(qn("w:bookmarkStart"))))


def test_the_same_bytes_twice(document: Document, words: Words, content: bytes) -> None:
    assert word_file(document, words=words) == content


def make_template(folder: Path, *, ending: str) -> Path:
    region = docx.Document()
    region.styles["Heading 1"].font.name = "Courier New"
    region.styles.element.remove(region.styles["List Bullet"].element)
    region.sections[0].header.paragraphs[0].text = "Region Exempel"
    region.sections[0].left_margin = Cm(4)
    region.add_paragraph("Skriv här")
    region.core_properties.author = "Någon Annan"
    path = folder / f"mall.{ending}"
    region.save(path)
    if ending == "dotx":
        packed = io.BytesIO()
        with zipfile.ZipFile(path) as before, zipfile.ZipFile(packed, "w") as after:
            for entry in before.infolist():
                after.writestr(entry, before.read(entry).replace(DOCUMENT_TYPE, TEMPLATE_TYPE))
        path.write_bytes(packed.getvalue())
    return path


@pytest.mark.parametrize("ending", ["docx", "dotx"])
def test_a_regions_template_gives_the_look_and_none_of_its_text(
    ending: str, document: Document, words: Words, tmp_path: Path
) -> None:
    template = make_template(tmp_path, ending=ending)
    content = word_file(without_figures(document), words=words, template=template)
    paper = docx.Document(io.BytesIO(content))
    assert paper.styles["Heading 1"].font.name == "Courier New"
    assert paper.sections[0].header.paragraphs[0].text == "Region Exempel"
    assert paper.sections[0].left_margin == pytest.approx(Cm(4), rel=1e-3)
    assert "Skriv här" not in "".join(p.text for p in paper.paragraphs)
    assert not [name for name in zipfile.ZipFile(io.BytesIO(content)).namelist() if "thumbnail" in name]
    assert b"Annan" not in zipfile.ZipFile(io.BytesIO(content)).read("docProps/core.xml")
    assert faults(paper) == []


def test_what_is_no_template_is_told(document: Document, words: Words, tmp_path: Path) -> None:
    (tmp_path / "mall.docx").write_bytes(b"ingen Word-fil")
    for name, code in (("mall.docx", "REPORT-29"), ("finns-inte.dotx", "REPORT-10")):
        with pytest.raises(KunskapError) as told:
            word_file(without_figures(document), words=words, template=tmp_path / name)
        assert told.value.codes == (code,)
        assert not re.search("Error|BadZip|Exception", told.value.message("sv")), "no word of the program's own"


def test_hostile_texts_stay_texts(document: Document, words: Words) -> None:
    hostile = replace(hostile_document(document), title=HOSTILE + "\x07")
    paper = docx.Document(io.BytesIO(word_file(hostile, words=words)))
    assert sum(HOSTILE in p.text for p in paper.paragraphs) >= 4
    out = [relation.target_ref for relation in paper.part.rels.values() if relation.is_external]
    assert out == ['https://example.org/?a="b"&c']
    assert paper.core_properties.language == "en-GB"
