"""The form on paper: all of it, in its order, with what a screen reader needs, and nothing that tells a key."""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from docx import Document
from docx.document import Document as Paper
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

from kunskap.bank import Bank
from kunskap.publish import publish
from kunskap.publish.printed import BOX
from kunskap.publish.word import paper_form
from kunskap.words import Words, read_words
from tests.publish.awkward import awkward_bank, with_other_keys

SIZES = {"large": True, "ordinary": False}


@pytest.fixture
def words() -> Words:
    return read_words(language="sv")


def opened(content: bytes) -> Paper:
    return Document(io.BytesIO(content))


def lines(paper: Paper) -> Iterator[str]:
    """What stands on the paper, top to bottom; a table's row is one line."""
    for part in paper.iter_inner_content():
        if isinstance(part, Paragraph):
            yield part.text
        elif isinstance(part, Table):
            for row in part.rows:
                yield " | ".join(cell.text for cell in row.cells)


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("form", ["baslinje", "prov"])
def test_every_question_and_option_stands_there_in_order(form: str, large: bool, language: str, bank: Bank) -> None:
    bank = awkward_bank() if form == "prov" else bank
    chosen = bank.forms[form]
    text = flat("\n".join(lines(opened(paper_form(form, bank=bank, words=read_words(language=language), large=large)))))
    place = 0
    for name in chosen.background:
        place = text.index(flat(bank.variables[name].stem[language]), place)
        for level in bank.variables[name].levels:
            place = text.index(f"{BOX} {flat(level.text[language])}", place)
    for item in bank.form_items(form):
        place = text.index(flat(item.stem[language]), place)
        in_table = not large and item.battery is not None
        for option in item.options:
            if not in_table:
                place = text.index(f"{BOX} {flat(option.text[language])}", place)


def test_dont_know_is_last_wherever_it_is(bank: Bank, words: Words) -> None:
    found = list(lines(opened(paper_form("baslinje", bank=bank, words=words, large=True))))
    for number, line in enumerate(found):
        if line == f"{BOX}\tVet ej":
            assert not found[number + 1].startswith(BOX)


def test_a_filter_is_said_in_words_with_the_number_of_its_question(bank: Bank, words: Words) -> None:
    text = "\n".join(lines(opened(paper_form("baslinje", bank=bank, words=words))))
    assert "7. Bara för dig som har svarat ”Förtroendevald politiker” på fråga 1: på ett möte" in text
    awkward = "\n".join(lines(opened(paper_form("prov", bank=awkward_bank(), words=words))))
    both = "svarat ”Tjänsteperson” på fråga 1 och ”Plats reg” eller ”Plats kom” på fråga 2:"
    assert f"Bara för dig som har {both}" in awkward


def test_questions_for_one_role_are_led_by_a_line_that_sends_the_others_on(bank: Bank, words: Words) -> None:
    found = list(lines(opened(paper_form("baslinje", bank=bank, words=words))))
    led = [number for number, line in enumerate(found) if line.startswith("Fråga ") and "–" in line]
    assert [found[number] for number in led] == [
        "Fråga 34–37 är bara för dig som har svarat ”Förtroendevald politiker” på fråga 1. "
        "Alla andra går vidare till fråga 38.",
        "Fråga 38–41 är bara för dig som har svarat ”Tjänsteperson” på fråga 1. Alla andra går vidare till fråga 42.",
    ]
    assert [found[number + 1].split(" ")[0] for number in led] == ["34.", "38."]
    for number in range(34, 42):
        whom = "[Förtroendevald politiker] " if number < 38 else "[Tjänsteperson] "
        assert any(line.startswith(f"{number}. {whom}") for line in found)
    assert not any("[" in line for line in found if line.startswith("33."))


def test_what_is_crossed_alone_is_said_in_one_line(bank: Bank, words: Words) -> None:
    found = list(lines(opened(paper_form("baslinje", bank=bank, words=words))))
    assert (
        "Flera kryss går bra. Kryssa ”Inget gör det svårt” eller ”Vet ej” bara om du inte kryssar något annat." in found
    )


def test_several_choices_say_so_and_single_ones_do_not(bank: Bank, words: Words) -> None:
    found = list(lines(opened(paper_form("baslinje", bank=bank, words=words))))
    several = [number for number, line in enumerate(found) if line.startswith(words("paper.several"))]
    multiple = [item for item in bank.form_items("baslinje") if item.type == "multiple"]
    assert len(several) == len(multiple)
    assert [flat(item.stem["sv"]) in flat(found[number - 1]) for item, number in zip(multiple, several, strict=True)]


def test_the_reader_is_told_that_answers_can_be_asked_for(bank: Bank, words: Words) -> None:
    assert "allmän handling" in "\n".join(lines(opened(paper_form("baslinje", bank=bank, words=words))))


def test_there_is_room_to_write(bank: Bank, words: Words) -> None:
    paper = opened(paper_form("baslinje", bank=bank, words=words))
    ruled = [part for part in paper.paragraphs if part.style.name == "Line"]
    open_items = sum(item.type == "text" for item in bank.form_items("baslinje"))
    numbers = sum(item.type == "number" for item in bank.form_items("baslinje"))
    assert len(ruled) == 5 * open_items + numbers
    assert [cell.text for cell in paper.tables[-1].rows[0].cells] == [
        "Ord 1", "Ord 2", "Ord 3", "Ord 4", "Ord 5, om det finns",
    ]  # fmt: skip
    assert [cell.text for cell in paper.tables[-1].rows[1].cells] == [""] * 5


def test_in_large_print_each_word_of_the_code_has_a_line(bank: Bank, words: Words) -> None:
    (table,) = opened(paper_form("baslinje", bank=bank, words=words, large=True)).tables
    assert [row.cells[0].text for row in table.rows[1:]] == [
        "Ord 1", "Ord 2", "Ord 3", "Ord 4", "Ord 5, om det finns",
    ]  # fmt: skip
    assert not any(row.cells[1].text for row in table.rows[1:])
    assert table.columns[1].width > 2 * table.columns[0].width * 0.99


# What a screen reader needs: each rule gives what breaks it, and each has a fault planted below.


def without_language(paper: Paper) -> list[str]:
    set_to = [lang.get(qn("w:val")) for lang in paper.styles.element.iter(qn("w:lang"))]
    found = [] if set_to and set(set_to) == {"sv-SE"} else [f"styles are in {set_to}"]
    return found + ([] if paper.core_properties.language == "sv-SE" else ["the document says no language"])


def without_title(paper: Paper) -> list[str]:
    return [] if paper.core_properties.title else ["no title"]


def headings_astray(paper: Paper) -> list[str]:
    levels = [int(p.style.name[-1]) for p in paper.paragraphs if p.style.name.startswith("Heading")]
    jumps = [f"{low} to {high}" for low, high in pairwise(levels) if high > low + 1]
    return jumps + ([] if levels[:1] == [1] else ["does not begin at 1"])


def tables_without_heading(paper: Paper) -> list[str]:
    return [
        f"table {number}"
        for number, table in enumerate(paper.tables)
        if table.rows[0]._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is None
        or table._tbl.tblPr.find(qn("w:tblCaption")) is None
        or not all(cell.text for cell in table.rows[0].cells)
    ]


def boxes_and_pictures(paper: Paper) -> list[str]:
    strange = ("txbxContent", "drawing", "pict")
    return [element.tag for element in paper.element.body.iter() if str(element.tag).rpartition("}")[2] in strange]


def pages_without_number(paper: Paper) -> list[str]:
    fields = [field.get(qn("w:instr")) for field in paper.sections[0].footer._element.iter(qn("w:fldSimple"))]
    return [] if fields == ["PAGE", "NUMPAGES"] else ["no page number"]


def keeps_with_next(part: Paragraph) -> bool:
    own = part.paragraph_format.keep_with_next
    return bool(part.style.paragraph_format.keep_with_next if own is None else own)


def split_questions(paper: Paper) -> list[str]:
    """A question whose options may end up on another page."""
    parts = paper.paragraphs
    return [one.text for one, other in pairwise(parts) if other.style.name == "Answer" and not keeps_with_next(one)]


RULES = (without_language, without_title, headings_astray, tables_without_heading, boxes_and_pictures)
RULES += (pages_without_number, split_questions)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("size", SIZES)
def test_the_paper_is_open_to_everyone(rule: Callable[[Paper], list[str]], size: str, bank: Bank, words: Words) -> None:
    assert rule(opened(paper_form("baslinje", bank=bank, words=words, large=SIZES[size]))) == []
    assert rule(opened(paper_form("prov", bank=awkward_bank(), words=words, large=SIZES[size]))) == []


def spoil(paper: Paper, rule: Callable[[Paper], list[str]]) -> None:
    if rule is without_language:
        next(paper.styles.element.iter(qn("w:lang"))).set(qn("w:val"), "en-US")
    elif rule is without_title:
        paper.core_properties.title = ""
    elif rule is headings_astray:
        paper.paragraphs[-1].style = paper.styles["Heading 4"]
    elif rule is tables_without_heading:
        paper.add_table(1, 1)
    elif rule is boxes_and_pictures:
        run = paper.paragraphs[-1].add_run()
        run._r.append(run._r.makeelement(qn("w:pict"), {}))
    elif rule is pages_without_number:
        for field in list(paper.sections[0].footer._element.iter(qn("w:fldSimple"))):
            field.getparent().remove(field)
    else:
        answer = next(part for part in paper.paragraphs if part.style.name == "Answer")
        answer.paragraph_format.keep_with_next = False


@pytest.mark.parametrize("rule", RULES)
def test_a_planted_fault_is_found(rule: Callable[[Paper], list[str]], bank: Bank, words: Words) -> None:
    paper = opened(paper_form("baslinje", bank=bank, words=words))
    spoil(paper, rule)
    assert rule(paper) != []


def smallest(content: bytes) -> float:
    """The smallest text in points among the styles that are used in the body."""
    paper = opened(content)
    parts = [*paper.paragraphs]
    parts += [part for table in paper.tables for row in table.rows for cell in row.cells for part in cell.paragraphs]
    return min(part.style.font.size.pt for part in parts)


def test_large_print_is_large_throughout_and_has_no_wide_tables(bank: Bank, words: Words) -> None:
    large = paper_form("baslinje", bank=bank, words=words, large=True)
    assert smallest(large) >= 18
    assert len(opened(large).tables) == 1  # the boxes of the code
    assert smallest(paper_form("baslinje", bank=bank, words=words)) >= 9


@pytest.mark.parametrize("large", [False, True])
def test_the_paper_does_not_depend_on_a_key(large: bool, words: Words) -> None:
    """Also when the whole bank is handed in: nothing marks the right option, not even its weight or its place."""
    bank = awkward_bank()
    asked, other = (paper_form("prov", bank=one, words=words, large=large) for one in (bank, with_other_keys(bank)))
    assert asked == other
    assert not tells_key(asked)


def tells_key(content: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        texts = [archive.read(name).decode("utf-8", errors="replace") for name in archive.namelist()]
    secrets = ("HEMLIG", "SECRET", "fact-k")
    return any(secret in text for text in texts for secret in secrets)


def test_a_key_that_slipped_into_a_paper_is_caught(monkeypatch: pytest.MonkeyPatch, words: Words) -> None:
    module = sys.modules["kunskap.publish.word"]  # the name itself is the function's
    bank = awkward_bank()

    def marking(form: Bank) -> bytes:
        original = module._Writer._options

        def options(self: object, question: object) -> None:
            original(self, question)  # type: ignore[arg-type]
            item = self.bank.items.get(question.code)  # type: ignore[attr-defined]
            if item is not None and item.key:
                self.paper.paragraphs[-1].runs[-1].bold = item.key[0] == item.option_ids[0]  # type: ignore[attr-defined]

        with monkeypatch.context() as patch:
            patch.setattr(module._Writer, "_options", options)
            return paper_form("prov", bank=form, words=words)

    assert marking(bank) != marking(with_other_keys(bank))
    telling = with_other_keys(bank)
    paper = opened(paper_form("prov", bank=telling, words=words))
    paper.add_paragraph(bank.items["k1"].options[0].explanation["sv"])
    content = io.BytesIO()
    paper.save(content)
    assert tells_key(content.getvalue())


def test_all_the_files_are_there_whole_and_the_same_each_time(bank: Bank, tmp_path: Path) -> None:
    one = publish("baslinje", tool="word", folder=tmp_path / "a", bank=bank, language="sv")
    other = publish("baslinje", tool="word", folder=tmp_path / "b", bank=bank, language="sv")
    assert [path.name for path in one] == [
        "word_baslinje_sv.docx", "word_baslinje_sv_large.docx", "answers_baslinje_sv.xlsx",
    ]  # fmt: skip
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in other]
    for path in one:
        with zipfile.ZipFile(path) as archive:
            assert archive.testzip() is None
            for name in archive.namelist():
                if name.endswith(".xml"):
                    ElementTree.fromstring(archive.read(name))
