"""The workbook in which answers on paper are typed twice and the two entries compared.

The first sheet is the one that `kunskap.readers.read_responses` reads: its headings are the items' ids, `id` (the
paper's number) and `code`, so no mapping is needed.  The third sheet compares by formula and says where the two differ.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from kunskap.bank import Bank
from kunskap.errors import KunskapError, fault
from kunskap.publish.outline import LINK_CODE, Question, outline
from kunskap.publish.workbooks import font, save, set_heights
from kunskap.words import Words

__all__ = ["MOST_PAPERS", "UNCLEAR", "answer_sheet"]

PAPER = "id"  # a heading that the reader takes for the sitting's id
UNCLEAR = "?"  # no option is called so: the reader refuses the cell and tells its place
TICK = "x"
MOST_PAPERS = 2000
TOP = 6  # the comparison's rows above its first paper
STEPS = 10
HEAD = PatternFill("solid", fgColor="FFE3ECEE")
MARKED = PatternFill("solid", bgColor="FFFFE08A")
LONGEST_PROMPT, LONGEST_TITLE = 250, 32  # what Excel takes


@dataclass(frozen=True)
class Column:
    """One column to type.

    Attributes
    ----------
    heading : str
        What the reader knows it by.
    number : int
        The question's number on the paper; 0 for the paper's own number.
    codes : mapping
        Code → meaning; empty where anything may be typed.
    is_compared : bool
        Free text is not: two persons never copy it alike.
    """

    heading: str
    number: int
    text: str
    codes: Mapping[str, str]
    help: str = ""
    is_compared: bool = True


def answer_sheet(form: str, *, bank: Bank, words: Words, papers: int = 200) -> bytes:
    """A workbook for typing the answers on paper: entry, second entry, comparison, codes and what to do.

    Parameters
    ----------
    form : str
        A form of the bank.
    papers : int
        For how many papers there is room.

    Returns
    -------
    bytes
        An .xlsx file.

    Raises
    ------
    KunskapError
        ``PAPER-01`` if the number of papers is not between 1 and 2000.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> from kunskap.words import read_words
    >>> import io
    >>> from openpyxl import load_workbook
    >>> made = answer_sheet("baslinje", bank=read_bank(), words=read_words(language="en"), papers=5)
    >>> load_workbook(io.BytesIO(made)).sheetnames
    ['Entry 1', 'Entry 2', 'Comparison', 'Codes', 'How to do it']
    """
    if not 1 <= papers <= MOST_PAPERS:
        raise KunskapError([fault("PAPER-01", form, value=papers, limit=MOST_PAPERS)])
    columns = tuple(_columns(form, bank=bank, words=words))
    compared = tuple(column for column in columns if column.is_compared)
    book = Workbook()
    first, second = book.active, book.create_sheet()
    _entry(first, words("paper.sheet.first"), columns, papers=papers, words=words)
    _entry(second, words("paper.sheet.second"), compared, papers=papers, words=words)
    _comparison(book.create_sheet(), columns, compared, papers=papers, words=words)
    _codes(book.create_sheet(words("paper.sheet.codes")), columns, words=words)
    _steps(book.create_sheet(words("paper.sheet.about")), form, bank=bank, words=words)
    first.sheet_view.tabSelected = False
    book.active = len(book.sheetnames) - 1
    return save(book)


def _columns(form: str, *, bank: Bank, words: Words) -> Iterator[Column]:
    yield Column(PAPER, 0, words("paper.sheet.paper"), {}, words("paper.sheet.paper_help"))
    number = 0
    for page in outline(form, bank=bank, words={words.language: words}):
        for question in page.questions:
            for part in question.parts or (question,):
                number += 1
                lead = f"{question.text[words.language]} " if question.parts else ""
                yield from _of_question(question, part.code, number, lead + part.text[words.language], words)


def _of_question(question: Question, code: str, number: int, text: str, words: Words) -> Iterator[Column]:
    language = words.language
    unclear = {UNCLEAR: words("paper.sheet.unclear")}
    if question.kind == "multiple":
        for option in question.options:
            ticked = {TICK: words("paper.sheet.ticked")} | unclear
            yield Column(f"{code}.{option.id}", number, f"{text} [{option.text[language]}]", ticked)
    elif question.options:
        codes = {option.id: option.text[language] for option in question.options} | unclear
        yield Column(code, number, text, codes)
    elif code == LINK_CODE:
        yield Column(code, number, text, {}, words("paper.sheet.code_help"))
    elif question.kind == "number":
        yield Column(code, number, text, {}, words("paper.sheet.number_help"))
    else:
        yield Column(code, number, text, {}, words("paper.sheet.text_help"), is_compared=False)


def _entry(sheet: Worksheet, title: str, columns: Sequence[Column], *, papers: int, words: Words) -> None:
    sheet.title = title
    for place, column in enumerate(columns, start=1):
        letter = get_column_letter(place)
        _text(sheet, 1, place, column.heading, head=True)
        sheet.column_dimensions[letter].width = max(11, len(column.heading) + 2) if column.is_compared else 40
        is_number = column.heading == PAPER or column.help == words("paper.sheet.number_help")
        if not is_number:  # a typed "true" must not become a truth value, nor a code a date
            for row in range(2, papers + 2):
                sheet.cell(row, place).number_format = "@"
        rule = _rule(column, words)
        rule.add(f"{letter}2:{letter}{papers + 1}")
        sheet.add_data_validation(rule)
    sheet.freeze_panes = "B2"


def _rule(column: Column, words: Words) -> DataValidation:
    if column.codes:
        rule = DataValidation(type="list", formula1=f'"{",".join(column.codes)}"', allow_blank=True)
        rule.showErrorMessage = True
    elif column.heading == PAPER:
        rule = DataValidation(type="whole", operator="greaterThan", formula1="0", allow_blank=True)
        rule.showErrorMessage = True
    else:
        rule = DataValidation(allow_blank=True)
    meanings = " · ".join(f"{code} = {meaning}" for code, meaning in column.codes.items())
    title = f"{words('paper.question')} {column.number}: {column.heading}" if column.number else column.text
    rule.promptTitle = _cut(title, LONGEST_TITLE)
    rest = column.help or meanings
    room = LONGEST_PROMPT - len(_cut(rest, 170)) - 1
    rule.prompt = f"{_cut(column.text, room)}\n{_cut(rest, 170)}" if column.number else _cut(rest, LONGEST_PROMPT)
    rule.error = _cut(words("paper.sheet.not_valid") if column.codes else column.help, 220)
    rule.showInputMessage = True
    return rule


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _comparison(
    sheet: Worksheet, columns: Sequence[Column], compared: Sequence[Column], *, papers: int, words: Words
) -> None:
    """Each cell in which the entries differ; papers are matched by number, in whatever order they were typed."""
    names = [words("paper.sheet.first"), words("paper.sheet.second")]
    first, second = (f"'{name.replace(chr(39), chr(39) * 2)}'!" for name in names)
    sheet.title = words("paper.sheet.compare")
    last = papers + 1
    numbers = [f"{entry}$A$2:$A${last}" for entry in (first, second)]
    end = TOP + papers
    final = get_column_letter(len(compared) + 2)
    summary = [
        (words("paper.sheet.differences"), _texts_in(f"D{TOP + 1}:{final}{end}")),
        (words("paper.sheet.unmatched"), _texts_in(f"B{TOP + 1}:C{end}")),
        (words("paper.sheet.papers_first", sheet=names[0]), f"=COUNTA({numbers[0]})"),
        (words("paper.sheet.papers_first", sheet=names[1]), f"=COUNTA({numbers[1]})"),
    ]
    for row, (label, formula) in enumerate(summary, start=1):
        _text(sheet, row, 2, label, bold=True)
        sheet.cell(row, 2).alignment = Alignment(wrap_text=False)
        sheet.cell(row, 1, formula).font = font(bold=True)
    headings = [words("paper.sheet.paper"), *(words("paper.sheet.found_at", sheet=name) for name in reversed(names))]
    for place, heading in enumerate([*headings, *(column.heading for column in compared[1:])], start=1):
        _text(sheet, TOP, place, heading, head=True)
        sheet.column_dimensions[get_column_letter(place)].width = 24 if place in (2, 3) else 14
    twice = _quoted(words("paper.sheet.twice"))
    only = [_quoted(words("paper.sheet.missing", sheet=name)) for name in names]
    places = {column.heading: get_column_letter(place) for place, column in enumerate(columns, start=1)}
    for row in range(TOP + 1, end + 1):
        source = row - TOP + 1
        sheet.cell(row, 1, f'=IF({first}$A{source}="","",{first}$A{source})')
        found = f"MATCH($A{row},{numbers[1]},0)+1"
        found = f"IF(COUNTIF({numbers[1]},$A{row})>1,{twice},{found})"
        found = f"IF(COUNTIF({numbers[1]},$A{row})=0,{only[0]},{found})"
        found = f"IF(COUNTIF({numbers[0]},$A{row})>1,{twice},{found})"
        sheet.cell(row, 2, f'=IF($A{row}="","",{found})')
        own = f"{second}$A{source}"
        strange = f'IF(COUNTIF({numbers[0]},{own})=0,{own}&": "&{only[1]},"")'
        sheet.cell(row, 3, f'=IF({own}="","",{strange})')
        for place, column in enumerate(compared[1:], start=4):
            letter = get_column_letter(place - 2)
            one = f"{first}{places[column.heading]}{source}"
            other = f"INDEX({second}{letter}$2:{letter}${last},$B{row}-1)"
            same = f"{_meant(one, column)}={_meant(other, column)}"
            formula = f'=IF(ISNUMBER($B{row}),IF({same},"",{one}&" | "&{other}),"")'
            sheet.cell(row, place, formula)
    marked = FormulaRule(formula=[f"LEN(D{TOP + 1})>0"], fill=MARKED, font=Font(bold=True))
    sheet.conditional_formatting.add(f"D{TOP + 1}:{final}{end}", marked)
    strange_rows = FormulaRule(formula=[f"AND(ISTEXT(B{TOP + 1}),LEN(B{TOP + 1})>0)"], fill=MARKED)
    sheet.conditional_formatting.add(f"B{TOP + 1}:C{end}", strange_rows)
    sheet.row_dimensions[TOP].height = 30
    sheet.freeze_panes = f"D{TOP + 1}"
    sheet.protection.sheet = True  # without a password: against slips only
    sheet.protection.formatColumns = False


def _texts_in(area: str) -> str:
    """How many cells say something in words.

    Not ``COUNTIF(…,"?*")``, which counts numbers too in LibreOffice.
    """
    return f"=SUMPRODUCT(ISTEXT({area})*(LEN({area})>0))"


def _meant(cell: str, column: Column) -> str:
    """A cell as it counts in the comparison: spaces at the ends, and in the linking code all of them, do not."""
    if column.heading == LINK_CODE:
        return f'SUBSTITUTE(SUBSTITUTE({cell}&""," ",""),"-","")'
    return f'TRIM({cell}&"")'


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _codes(sheet: Worksheet, columns: Sequence[Column], *, words: Words) -> None:
    titles = [words("paper.question"), words("paper.sheet.column"), words("codebook.text")]
    for place, title in enumerate([*titles, words("paper.sheet.code"), words("paper.sheet.meaning")], start=1):
        _text(sheet, 1, place, title, head=True)
    row = 2
    for column in columns:
        for code, meaning in column.codes.items() or [("", column.help)]:
            for place, value in enumerate([column.heading, column.text, code, meaning], start=2):
                _text(sheet, row, place, value)
            if column.number:
                sheet.cell(row, 1, column.number).alignment = Alignment(vertical="top")
            row += 1
    for letter, width in zip("ABCDE", (9, 18, 70, 9, 55), strict=True):
        sheet.column_dimensions[letter].width = width
    set_heights(sheet)
    sheet.freeze_panes = "A2"


def _steps(sheet: Worksheet, form: str, *, bank: Bank, words: Words) -> None:
    names = {name: words(f"paper.sheet.{name}") for name in ("first", "second", "compare", "codes")}
    for row in range(1, STEPS + 1):
        text = words(f"paper.sheet.steps_{row - 1}", form=form, version=bank.version, **names)
        _text(sheet, row, 1, text, bold=row == 1)
    sheet.column_dimensions["A"].width = 100
    set_heights(sheet)
    sheet.sheet_view.showGridLines = False


def _text(sheet: Worksheet, row: int, column: int, text: str, *, head: bool = False, bold: bool = False) -> None:
    cell = sheet.cell(row, column, text)
    cell.data_type = "s"  # a text that begins with = is no formula
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    cell.font = font(bold=head or bold)
    if head:
        cell.fill = HEAD
        cell.protection = Protection(locked=True)
