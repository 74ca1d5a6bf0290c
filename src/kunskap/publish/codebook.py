"""The codebook: every variable and item of a form, as a page, as a workbook and as a Frictionless data package.

It is for those who read the data, and it holds no right answers; the internal one does, says so, and is named so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from kunskap.bank import DONT_KNOW, SKIP, Bank, Form, Item, Option, Variable
from kunskap.publish.datapackage import RESPONDENT_COLUMNS, RESPONSE_COLUMNS, datapackage
from kunskap.publish.outline import Conditions
from kunskap.publish.pages import page
from kunskap.publish.workbooks import font, save, set_heights
from kunskap.words import Words

__all__ = ["Entry", "codebook", "entries"]


@dataclass(frozen=True)
class Entry:
    """What the codebook says of one variable or item.

    Attributes
    ----------
    texts : mapping
        Language → the question, with its battery's lead.
    facts : tuple of (str, str)
        What is said → its content, in the reader's language.
    options : tuple of Option
        The codes and what they mean.
    key : tuple of str
        The right options; empty unless the codebook is internal.
    """

    id: str
    texts: Mapping[str, str]
    facts: tuple[tuple[str, str], ...]
    options: tuple[Option, ...]
    key: tuple[str, ...] = ()


def codebook(form: str, *, bank: Bank, words: Mapping[str, Words], internal: bool = False) -> dict[str, bytes]:
    """The codebook of a form.

    Parameters
    ----------
    form : str
        A form of the bank.
    words : mapping
        Language → interface words; a page and a workbook are made in each.  The questions stand in all the bank's
        languages.
    internal : bool
        With the right answers, marked *intern* in the text and in the file's name; no data package then.

    Returns
    -------
    dict of str to bytes
        File name → content.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> from kunskap.words import read_words
    >>> list(codebook("baslinje", bank=read_bank(), words={"sv": read_words(language="sv")}))
    ['codebook_baslinje_sv.html', 'codebook_baslinje_sv.xlsx', 'datapackage.json']
    """
    made: dict[str, bytes] = {}
    names = {
        language: words[language]("publish.language") if language in words else language for language in bank.languages
    }
    for language, own in words.items():
        ending = f"_{own('codebook.internal')}" if internal else ""
        name = f"codebook_{form}_{language}{ending}"
        parts = entries(form, bank=bank, words=own, internal=internal)
        made[f"{name}.html"] = _page(form, parts, bank=bank, words=own, names=names, internal=internal)
        made[f"{name}.xlsx"] = _workbook(form, parts, bank=bank, words=own, names=names, internal=internal)
    if not internal:
        made["datapackage.json"] = datapackage(form, bank=bank, words=next(iter(words.values())))
    return made


def entries(
    form: str, *, bank: Bank, words: Words, internal: bool = False
) -> tuple[tuple[str, tuple[Entry, ...]], ...]:
    """The codebook's content: the title of each section, and its entries."""
    chosen = bank.forms[form]
    background = tuple(_variable(bank.variables[name], words=words) for name in chosen.background)
    sections = [(words("codebook.background"), background)] if background else []
    for section in chosen.sections:
        items = (bank.items[item_id] for item_id in section.items)
        title = section.title[words.language]
        sections.append(
            (title, tuple(_item(item, chosen, bank=bank, words=words, internal=internal) for item in items))
        )
    return tuple(sections)


def _variable(variable: Variable, *, words: Words) -> Entry:
    facts = (
        (words("codebook.type"), words(f"codebook.kind.{variable.type}")),
        (words("codebook.columns"), variable.id),
        (words("codebook.sensitivity"), words(f"codebook.term.{variable.sensitivity}")),
        (words("codebook.shown_to"), words("codebook.everyone")),
    )
    return Entry(variable.id, variable.stem, facts, variable.levels)


def _item(item: Item, form: Form, *, bank: Bank, words: Words, internal: bool) -> Entry:
    texts = {language: bank.stem(item.id, language) for language in bank.languages}
    key = item.key if internal else ()
    return Entry(
        item.id, texts, tuple(_facts(item, form, bank=bank, words=words, internal=internal)), item.options, key
    )


def _facts(item: Item, form: Form, *, bank: Bank, words: Words, internal: bool) -> Iterator[tuple[str, str]]:
    language = words.language
    place = bank.areas[item.area] if item.area else bank.scales[str(item.scale)]
    yield words("codebook.type"), words(f"codebook.kind.{item.type}")
    yield words("codebook.columns"), ", ".join(item.columns) or words("codebook.not_stored")
    yield words("codebook.place"), place.name[language]
    for name, term in (("level", item.level), ("pool", item.pool), ("status", item.status), ("scope", item.scope)):
        if term:
            yield words(f"codebook.{name}"), words(f"codebook.term.{term}")
    if item.minimum is not None or item.maximum is not None:
        low, high = ("…" if limit is None else f"{limit:g}" for limit in (item.minimum, item.maximum))
        yield words("codebook.limits"), f"{low}–{high}"
    if bank.is_special(item.id):
        yield words("codebook.sensitivity"), words("codebook.term.special")
    if item.exclusive_ids:
        alone = (f"{option} ({bank.label(item.id, option, language)})" for option in item.exclusive_ids)
        yield words("codebook.alone"), ", ".join(alone)
    yield words("codebook.shown_to"), _shown_to(form.shown_to.get(item.id, {}), bank=bank, words=words)
    if item.source:
        yield words("codebook.source"), " ".join(filter(None, (item.source.text, item.source.url)))
    if item.checked_on:
        yield words("codebook.checked_on"), item.checked_on.isoformat()
    if internal and item.key:
        yield (
            words("codebook.key"),
            ", ".join(f"{option} ({bank.label(item.id, option, language)})" for option in item.key),
        )
        if item.type == "multiple":
            yield words("codebook.scoring"), words(f"codebook.term.{item.scoring}")
    if internal and item.fact:
        yield words("codebook.fact"), item.fact


def _shown_to(conditions: Conditions, *, bank: Bank, words: Words) -> str:
    if not conditions:
        return words("codebook.everyone")
    parts = [
        f"{variable} = {', '.join(f'{level} ({bank.label(variable, level, words.language)})' for level in levels)}"
        for variable, levels in conditions.items()
    ]
    return "; ".join(parts)


def _page(
    form: str,
    sections: Sequence[tuple[str, Sequence[Entry]]],
    *,
    bank: Bank,
    words: Words,
    names: Mapping[str, str],
    internal: bool,
) -> bytes:
    language = words.language
    fixed = [(words("codebook.fixed"), RESPONSE_COLUMNS), (words("codebook.fixed_respondents"), RESPONDENT_COLUMNS)]
    return page(
        "codebook.html",
        words=words,
        title=words("codebook.title", form=form),
        form_title=bank.forms[form].title[language],
        about=_about(form, bank=bank, words=words),
        missing=words("codebook.missing", skip=SKIP, dont_know=DONT_KNOW),
        sections=sections,
        languages=sorted(bank.languages, key=lambda other: other != language),
        names=names,
        fixed=fixed,
        internal=internal,
        skip=SKIP,
    )


def _about(form: str, *, bank: Bank, words: Words) -> str:
    chosen = bank.forms[form]
    counts = {"variables": len(chosen.background), "items": len(chosen.item_ids)}
    return words("codebook.about", form=form, version=bank.version, **counts)


def _workbook(
    form: str,
    sections: Sequence[tuple[str, Sequence[Entry]]],
    *,
    bank: Bank,
    words: Words,
    names: Mapping[str, str],
    internal: bool,
) -> bytes:
    book = Workbook()
    note = words("codebook.internal_note" if internal else "codebook.handle")
    labels = list(dict.fromkeys(label for _, group in sections for entry in group for label, _ in entry.facts))
    headings = [words("codebook.id"), words("codebook.section")]
    headings += [words("codebook.text_in", language=names[language]) for language in bank.languages]
    rows, codes = [], []
    for title, group in sections:
        for entry in group:
            facts = dict(entry.facts)
            texts = [entry.texts[language] for language in bank.languages]
            rows.append([entry.id, title, *texts, *(facts.get(label, "") for label in labels)])
            for option in entry.options:
                meanings = [option.text[language] for language in bank.languages]
                value = "" if option.value is None else words.number(option.value, decimals=2)
                right = [words("codebook.key") if option.id in entry.key else ""] if internal else []
                codes.append([entry.id, option.id, *meanings, value, *right])
    _fill(book.active, words("codebook.questions"), note, [*headings, *labels], rows)
    meanings = [words("codebook.meaning_in", language=names[language]) for language in bank.languages]
    heads = [words("codebook.id"), words("codebook.code"), *meanings, words("codebook.scale_value")]
    heads += [words("codebook.key")] if internal else []
    _fill(book.create_sheet(), words("paper.sheet.codes"), note, heads, codes)
    return save(book)


def _fill(sheet: Worksheet, title: str, note: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    sheet.title = title
    for row, values in enumerate([[note], list(headings), *rows], start=1):
        for column, value in enumerate(values, start=1):
            cell = sheet.cell(row, column, value)
            cell.data_type = "s"  # a text that begins with = is no formula
            cell.font = font(bold=row <= 2)
            cell.alignment = Alignment(wrap_text=row > 1, vertical="top")
    for column, heading in enumerate(headings, start=1):
        longest = max([len(heading), *(len(values[column - 1]) for values in rows)])
        sheet.column_dimensions[get_column_letter(column)].width = min(50, max(10, longest + 2))
    set_heights(sheet, first=2)
    sheet.freeze_panes = "C3"
    sheet.auto_filter.ref = f"A2:{get_column_letter(len(headings))}{len(rows) + 2}"
