"""Word, text and PDF files, whole and broken: read right, or refused in words."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from kunskap.errors import KunskapError
from kunskap.growth.review import read_draft
from kunskap.growth.review import reading as reading_module


def refused(path: Path) -> str:
    with pytest.raises(KunskapError) as raised:
        read_draft(path)
    assert "Traceback" not in raised.value.message("sv")
    return raised.value.codes[0]


@pytest.mark.parametrize(
    ("encoding", "mark"), [("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("cp1252", b""), ("utf-16", b"")]
)
def test_text_in_the_encodings_that_offices_use(tmp_path: Path, encoding: str, mark: bytes) -> None:
    path = tmp_path / "utkast.txt"
    path.write_bytes(mark + "1 Mål\n\nFler åker tåg.\n".encode(encoding))
    assert read_draft(path)[["heading", "text"]].values.tolist() == [["Mål", "Fler åker tåg."]]


def make_word(path: Path, build: Callable[[docx.document.Document], None]) -> Path:
    document = docx.Document()
    build(document)
    document.save(str(path))
    return path


def test_a_word_file_with_what_drafts_have(tmp_path: Path) -> None:
    def build(document: docx.document.Document) -> None:
        document.add_heading("Strategin", level=0)
        document.add_heading("Mål", level=1)
        changed = document.add_paragraph("Fler ")
        changed._p.append(
            parse_xml(f'<w:ins {nsdecls("w")}><w:r><w:t xml:space="preserve">kvinnor </w:t></w:r></w:ins>')
        )
        changed._p.append(parse_xml(f"<w:del {nsdecls('w')}><w:r><w:delText>män </w:delText></w:r></w:del>"))
        changed._p.append(parse_xml(f"<w:hyperlink {nsdecls('w')}><w:r><w:t>reser.</w:t></w:r></w:hyperlink>"))
        table = document.add_table(rows=1, cols=2)
        table.cell(0, 0).text, table.cell(0, 1).text = "Resor", "61"
        document.add_paragraph("")
        document.add_heading("Om", level=2)
        document.add_paragraph("Sist.")

    table = read_draft(make_word(tmp_path / "utkast.docx", build))
    assert table["text"].tolist() == ["Fler kvinnor reser.", "Resor | 61", "Sist."]
    assert table["heading"].tolist() == ["Mål", "Mål", "Om"]


def test_a_word_file_with_bold_lines_for_headings(tmp_path: Path) -> None:
    def build(document: docx.document.Document) -> None:
        for words, is_bold in (("Mål", True), ("Fler reser.", False), ("Insatser", True), ("Tåg byggs.", False)):
            document.add_paragraph().add_run(words).bold = is_bold

    table = read_draft(make_word(tmp_path / "utkast.docx", build))
    assert table[["heading", "text"]].values.tolist() == [["Mål", "Fler reser."], ["Insatser", "Tåg byggs."]]


def test_headings_by_outline_and_a_table_of_contents(tmp_path: Path) -> None:
    def build(document: docx.document.Document) -> None:
        document.styles.add_style("toc 1", 1)
        document.add_paragraph("Mål ..... 3", style="toc 1")
        for words, level in (("Mål", "0"), ("Fler reser.", None), ("Tåg", "1"), ("Spår byggs.", "x")):
            paragraph = document.add_paragraph(words)
            if level is not None:
                mark = parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="{level}"/>')
                paragraph._p.get_or_add_pPr().append(mark)

    table = read_draft(make_word(tmp_path / "utkast.docx", build))
    assert table[["heading", "text"]].values.tolist() == [["Mål", "Fler reser."], ["Tåg", "Spår byggs."]]


def test_word_and_markdown_of_one_text_say_the_same(root: Path) -> None:
    folder = root / "data" / "review"
    for name in ("utkast_simulerad", "antagen_simulerad"):
        word, text = (read_draft(folder / f"{name}.{ending}") for ending in ("docx", "md"))
        columns = ["chapter", "section", "passage", "heading", "text"]
        assert word[columns].values.tolist() == text[columns].values.tolist()


def pdf(pages: list[list[str]]) -> bytes:
    """A small PDF with text, written by hand."""
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages)))
    parts = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for n, lines in enumerate(pages):
        shown = "".join(f"({line}) Tj T* " for line in lines)
        stream = f"BT /F1 11 Tf 14 TL 50 800 Td {shown}ET"
        parts.append(
            f"<< /Type /Page /Parent 2 0 R /Contents {5 + 2 * n} 0 R /Resources << /Font << /F1 3 0 R >> >> >>"
        )
        parts.append(f"<< /Length {len(stream.encode('cp1252'))} >>\nstream\n{stream}\nendstream")
    body, places = b"%PDF-1.4\n", []
    for n, part in enumerate(parts, start=1):
        places.append(len(body))
        body += f"{n} 0 obj\n{part}\nendobj\n".encode("cp1252")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 {len(parts) + 1}\n0000000000 65535 f \n{table}trailer << /Size {len(parts) + 1} /Root 1 0 R >>\n"
    return body + (end + f"startxref\n{len(body)}\n%%EOF").encode("cp1252")


def test_a_pdf(tmp_path: Path) -> None:
    path = tmp_path / "utkast.pdf"
    path.write_bytes(pdf([["1 Inledning", "Ett jäm-", "ställt län.", "2"], ["2 Resor", "Fler reser i", "dag."]]))
    table = read_draft(path)
    assert table[["heading", "text", "place"]].values.tolist() == [
        ["Inledning", "Ett jämställt län.", "sida 1"],
        ["Resor", "Fler reser i dag.", "sida 2"],
    ]


def test_a_pdf_without_text_or_broken_or_without_its_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    empty, broken = tmp_path / "tom.pdf", tmp_path / "trasig.pdf"
    empty.write_bytes(pdf([[]]))
    broken.write_bytes(b"%PDF-1.4\n" + b"\x00\x01" * 400)
    assert (refused(empty), refused(broken)) == ("REVIEW-12", "REVIEW-11")
    monkeypatch.setattr("kunskap.growth.review.pdf.find_spec", lambda name: None)
    assert refused(empty) == "REVIEW-10"


def test_bad_files_are_refused_in_words(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = (root / "data" / "review" / "utkast_simulerad.docx").read_bytes()
    cases = {
        "saknas.docx": (None, "REVIEW-06"),
        "gammal.doc": (b"\xd0\xcf\x11\xe0", "REVIEW-07"),
        "utan": (b"text", "REVIEW-07"),
        "losenord.docx": (b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "REVIEW-08"),
        "avhuggen.docx": (whole[: len(whole) // 2], "REVIEW-08"),
        "tom.docx": (b"", "REVIEW-08"),
        "tom.txt": (b"", "REVIEW-09"),
        "rubrik.md": (b"# Bara en rubrik\n", "REVIEW-09"),
        "bild.txt": (b"\x89PNG\x00\x01\x02", "REVIEW-13"),
        "udda.txt": (b"\xff\xfeA", "REVIEW-13"),
    }
    for name, (content, code) in cases.items():
        if content is not None:
            (tmp_path / name).write_bytes(content)
        assert refused(tmp_path / name) == code, name
    (tmp_path / "mapp.docx").mkdir()
    assert refused(tmp_path / "mapp.docx") == "REVIEW-06"
    with zipfile.ZipFile(tmp_path / "annat.docx", "w") as packed:
        packed.writestr("[Content_Types].xml", "<inte xml")
    assert refused(tmp_path / "annat.docx") == "REVIEW-08"
    monkeypatch.setattr(reading_module, "LARGEST", 3)
    assert refused(tmp_path / "rubrik.md") == "REVIEW-14"
