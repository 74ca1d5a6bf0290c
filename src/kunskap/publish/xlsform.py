"""XLSForm: the spreadsheet that ODK, KoboToolbox and Survey123 take.

One group per page, codes are ids.  A battery is a group with its lead as heading and one question per item, which a
phone can show and a screen reader can read.  Options stand in the bank's own order: XLSForm can shuffle them
(``randomize=true``), but then *don't know* is shuffled too, and its place at the end goes before.  In a question with
several choices a constraint keeps *don't know*, and *nothing of this*, alone.  The time of answering is stored
(``start``, ``end``); neither device nor user is.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from kunskap.bank import Bank
from kunskap.publish.files import without_clock
from kunskap.publish.outline import Conditions, Page, Question, outline
from kunskap.words import Words

__all__ = ["xlsform"]

TYPES = {"number": "decimal", "text": "text", "line": "text"}
Row = dict[str, str]


def xlsform(form: str, *, bank: Bank, words: Mapping[str, Words]) -> dict[str, bytes]:
    """The form as a workbook with the sheets survey, choices and settings.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> from kunskap.words import read_words
    >>> list(xlsform("baslinje", bank=read_bank(), words={"sv": read_words(language="sv")}))
    ['xlsform_baslinje.xlsx']
    """
    names = {language: f"{own('publish.language')} ({language})" for language, own in words.items()}
    first = next(iter(words))
    pages = outline(form, bank=bank, words=words)
    survey = [*_survey(form, pages, bank=bank, words=words, names=names)]
    choices = [row for page in pages for question in page.questions for row in _choices(question, names)]
    settings = {
        "form_title": _safe(bank.forms[form].title[first]),
        "form_id": form,
        "version": bank.version,
        "default_language": names[first],
        "style": "pages",
    }
    book = Workbook()
    _fill(book.active, "survey", survey)
    _fill(book.create_sheet(), "choices", choices)
    _fill(book.create_sheet(), "settings", [settings])
    content = io.BytesIO()
    book.save(content)
    return {f"xlsform_{form}.xlsx": without_clock(content.getvalue())}


def _safe(text: str) -> str:
    """A text in which nothing is taken for a reference to another question."""
    return text.replace("${", "$ {")


def _in_languages(column: str, texts: Mapping[str, str], names: Mapping[str, str]) -> Row:
    return {f"{column}::{name}": _safe(texts[language]) for language, name in names.items() if texts.get(language)}


def _survey(
    form_id: str, pages: tuple[Page, ...], *, bank: Bank, words: Mapping[str, Words], names: Mapping[str, str]
) -> Iterator[Row]:
    intro = bank.forms[form_id].intro
    yield {"type": "start", "name": "start"}
    yield {"type": "end", "name": "end"}
    if intro:
        yield {"type": "note", "name": "intro"} | _in_languages("label", intro, names)
    for page in pages:
        label = _in_languages("label", page.title, names)
        yield {"type": "begin_group", "name": f"page_{page.id}", "appearance": "field-list"} | label
        for question in page.questions:
            yield from _question(question, words=words, names=names)
        yield {"type": "end_group", "name": f"page_{page.id}"}


def _question(question: Question, *, words: Mapping[str, Words], names: Mapping[str, str]) -> Iterator[Row]:
    label = _in_languages("label", question.text, names)
    relevant = {"relevant": _relevant(question.shown_to)} if question.shown_to else {}
    if question.kind == "battery":
        yield {"type": "begin_group", "name": question.code} | label | relevant
        for part in question.parts:
            own = {"relevant": _relevant(part.shown_to)} if part.shown_to else {}
            text = _in_languages("label", part.text, names)
            yield {"type": f"select_one {question.code}", "name": part.code} | text | own
        yield {"type": "end_group", "name": question.code}
        return
    kind = TYPES.get(question.kind) or ("select_multiple " if question.kind == "multiple" else "select_one ")
    row = {"type": kind + (question.code if kind.endswith(" ") else ""), "name": question.code} | label | relevant
    row |= _in_languages("hint", question.help, names)
    if question.kind == "text":
        row["appearance"] = "multiline"
    if question.mandatory:
        row["required"] = "yes"
    yield row | _constraint(question, words=words, names=names)


def _constraint(question: Question, *, words: Mapping[str, Words], names: Mapping[str, str]) -> Row:
    if question.alone:
        messages = {
            language: " ".join(own("publish.alone", option=option.text[language]) for option in question.alone)
            for language, own in words.items()
        }
        chosen = " or ".join(f"selected(., '{option.id}')" for option in question.alone)
        rule = f"not({chosen}) or count-selected(.) = 1"
        return {"constraint": rule} | _in_languages("constraint_message", messages, names)
    low, high = question.minimum, question.maximum
    if low is None and high is None:
        return {}
    tests = [f". {sign} {limit:g}" for sign, limit in ((">=", low), ("<=", high)) if limit is not None]
    key = "publish.at_most" if low is None else "publish.at_least" if high is None else "publish.between"
    limits = {"low": low if low is None else f"{low:g}", "high": high if high is None else f"{high:g}"}
    messages = {language: own(key, **limits) for language, own in words.items()}
    return {"constraint": " and ".join(tests)} | _in_languages("constraint_message", messages, names)


def _relevant(shown_to: Conditions) -> str:
    """Who sees it: every variable must have one of its levels.

    >>> _relevant({"role": ("pol", "tjm")})
    "(${role} = 'pol' or ${role} = 'tjm')"
    """
    tests = [
        "(" + " or ".join(f"${{{variable}}} = '{level}'" for level in levels) + ")"
        for variable, levels in shown_to.items()
    ]
    return " and ".join(tests)


def _choices(question: Question, names: Mapping[str, str]) -> Iterator[Row]:
    for option in question.options:
        yield {"list_name": question.code, "name": option.id} | _in_languages("label", option.text, names)


def _fill(sheet: Worksheet, title: str, rows: list[Row]) -> None:
    sheet.title = title
    columns = list(dict.fromkeys(column for row in rows for column in row))
    for place, values in enumerate([dict(zip(columns, columns, strict=True)), *rows], start=1):
        for number, column in enumerate(columns, start=1):
            if column in values:
                cell = sheet.cell(place, number, values[column])
                cell.data_type = "s"  # a text that begins with = is no formula
    sheet.freeze_panes = "A2"
