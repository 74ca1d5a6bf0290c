"""Paper: a form as a Word file in ordinary and in large print, and the sheet in which its answers are typed twice.

On paper the options stand in the bank's own order, on every copy.  A survey tool shuffles them for each person; if
paper did, no two copies would be alike and the typing of answers would go wrong far more often than the order matters.
That an option that stands early is chosen a little more often remains, the same for all; *don't know* is last anyway.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from docx.document import Document as Paper
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.shared import Cm, Pt

from kunskap.bank import Bank, Form
from kunskap.publish.answer_sheet import answer_sheet
from kunskap.publish.outline import LINK_CODE, Conditions, Page, Question, outline
from kunskap.publish.printed import LARGE, add_box, add_page_line, add_table, finish, new_paper
from kunskap.words import Words

__all__ = ["paper_form", "word"]

ORDINARY = 11  # points
SHORT_LINE = Cm(6)
SIGNS_IN_LINE, SIGNS_FOR_QUESTION = 86, 28  # of a table's heading
LINES = 5
WORDS_IN_CODE = 4


def word(form: str, *, bank: Bank, words: Mapping[str, Words]) -> dict[str, bytes]:
    """Everything that answering on paper takes: per language a form, a form in large print and an answer sheet.

    Parameters
    ----------
    form : str
        A form of the bank.
    words : mapping
        Language → interface words.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> from kunskap.words import read_words
    >>> list(word("baslinje", bank=read_bank(), words={"sv": read_words(language="sv")}))
    ['word_baslinje_sv.docx', 'word_baslinje_sv_large.docx', 'answers_baslinje_sv.xlsx']
    """
    files = {}
    for language, own in words.items():
        files[f"word_{form}_{language}.docx"] = paper_form(form, bank=bank, words=own)
        files[f"word_{form}_{language}_large.docx"] = paper_form(form, bank=bank, words=own, large=True)
        files[f"answers_{form}_{language}.xlsx"] = answer_sheet(form, bank=bank, words=own)
    return files


def paper_form(form: str, *, bank: Bank, words: Words, large: bool = False) -> bytes:
    """A form to print.

    Parameters
    ----------
    form : str
        A form of the bank.
    words : Words
        The interface words of the language to print in.
    large : bool
        18 points instead of 11, and lists instead of tables.

    Returns
    -------
    bytes
        A .docx file.  Nothing in it depends on a key, an explanation, a fact or a source.

    Raises
    ------
    KunskapError
        ``PUB-05`` for an id that survey tools keep for columns of their own.
    """
    content = bank.forms[form]
    pages = outline(form, bank=bank, words={words.language: words})
    title = content.title[words.language]
    paper = new_paper(title=title, language=words.language, points=LARGE if large else ORDINARY)
    head, version = words("paper.number"), words("paper.version", form=form, version=bank.version)
    add_page_line(paper, above=head, below=version, page=words("paper.page"), of=words("paper.of"))
    paper.add_paragraph(title, style="Title")
    for text in (content.intro.get(words.language) or "").split("\n"):
        if text.strip():
            paper.add_paragraph(text.strip())
    _instructions(paper, words)
    writer = _Writer(paper, content, pages, bank=bank, words=words, large=large)
    for page in pages:
        paper.add_paragraph(page.title[words.language], style="Heading 1")
        writer.write_page(page)
    thanks = paper.add_paragraph(words("publish.thanks"))
    thanks.runs[0].bold = True
    thanks.paragraph_format.space_before = Pt(ORDINARY)
    return finish(paper)


def _instructions(paper: Paper, words: Words) -> None:
    paper.add_paragraph(words("paper.how_title"), style="Heading 1")
    for key in ("mark", "change", "one", "blank", "names", "public"):
        paper.add_paragraph(words(f"paper.{key}"), style="List Bullet")


class _Writer:
    """Writes questions one by one, and knows their numbers: a filter names the question that it depends on."""

    def __init__(
        self, paper: Paper, form: Form, pages: tuple[Page, ...], *, bank: Bank, words: Words, large: bool
    ) -> None:
        self.paper, self.form, self.bank, self.words, self.large = paper, form, bank, words, large
        names = [
            part
            for page in pages
            for question in page.questions
            for part in ([part.code for part in question.parts] or [question.code])
        ]
        self.number = {name: place for place, name in enumerate(names, start=1)}

    def write_page(self, page: Page) -> None:
        """The questions of a page; where several in a row are for the same people, that is said once above them."""
        for _, alike in groupby(page.questions, key=lambda question: dict(question.shown_to)):
            run = list(alike)
            is_led = bool(run[0].shown_to) and len(run) > 1
            if is_led:
                self._lead(run)
            for question in run:
                self.write(question, led=is_led)

    def _lead(self, run: Sequence[Question]) -> None:
        first, last = (self._numbers(question) for question in (run[0], run[-1]))
        told = {"first": first[0], "last": last[-1], "conditions": self._conditions(run[0].shown_to)}
        text = self.words("paper.run", **told)
        if last[-1] < max(self.number.values()):
            text += " " + self.words("paper.others_go_on", number=last[-1] + 1)
        paragraph = self.paper.add_paragraph()
        paragraph.add_run(text).bold = True
        paragraph.paragraph_format.space_before = Pt(1.5 * ORDINARY)
        paragraph.paragraph_format.keep_with_next = True

    def _numbers(self, question: Question) -> list[int]:
        return [self.number[part.code] for part in question.parts] or [self.number[question.code]]

    def write(self, question: Question, *, led: bool = False) -> None:
        """One question; `led` when a line above the run says in full whom it is for."""
        language = self.words.language
        text = question.text[language]
        only = self._only_short(question.shown_to) if led else self._only_for(question.shown_to)
        if question.kind == "battery":
            self.paper.add_paragraph(" ".join(filter(None, (only, text))), style="Heading 2")
            if self.large:
                self._as_lists(question)
            else:
                self._as_table(question, text)
            return
        heading = f"{self.number[question.code]}. {f'{only} ' if only else ''}{text}"
        self.paper.add_paragraph(heading, style="Heading 2")
        for note in self._notes(question):
            self.paper.add_paragraph(note, style="Question note").paragraph_format.keep_with_next = True
        if question.code == LINK_CODE:
            self._code_boxes(text)
        elif question.options:
            self._options(question)
        else:
            self._lines(question)

    def _notes(self, question: Question) -> list[str]:
        notes = [help_text] if (help_text := question.help.get(self.words.language)) else []
        if question.kind == "multiple":
            alone = [self.words("paper.quoted", text=option.text[self.words.language]) for option in question.alone]
            rule = [self.words("paper.alone", options=self.words("paper.or").join(alone))] if alone else []
            notes.append(" ".join([self.words("paper.several"), *rule]))
        if question.code == LINK_CODE:
            notes.append(self.words("paper.card"))
        if question.kind == "number":
            low, high = question.minimum, question.maximum
            if low is not None or high is not None:
                key = "publish.at_most" if low is None else "publish.at_least" if high is None else "publish.between"
                limits = {"low": low if low is None else f"{low:g}", "high": high if high is None else f"{high:g}"}
                notes.append(self.words(key, **limits))
        return notes

    def _only_for(self, conditions: Conditions) -> str:
        """The filter in words; empty when everybody is asked."""
        return self.words("paper.only_for", conditions=self._conditions(conditions)) if conditions else ""

    def _only_short(self, conditions: Conditions) -> str:
        levels = [(variable, level) for variable, levels in conditions.items() for level in levels]
        labels = [self.bank.label(variable, level, self.words.language) for variable, level in levels]
        return self.words("paper.only_short", answers=", ".join(labels))

    def _conditions(self, conditions: Conditions) -> str:
        parts = []
        for variable, levels in conditions.items():
            texts = [self.bank.label(variable, level, self.words.language) for level in levels]
            answers = self.words("paper.or").join(self.words("paper.quoted", text=text) for text in texts)
            parts.append(self.words("paper.answered", answers=answers, number=self.number[variable]))
        return self.words("paper.and").join(parts)

    def _options(self, question: Question) -> None:
        for place, option in enumerate(question.options, start=1):
            paragraph = self.paper.add_paragraph(style="Answer")
            add_box(paragraph, option.text[self.words.language])
            paragraph.paragraph_format.keep_with_next = place < len(question.options)
            paragraph.paragraph_format.keep_together = True

    def _lines(self, question: Question) -> None:
        count = LINES if question.kind == "text" else 1
        for place in range(1, count + 1):
            paragraph = self.paper.add_paragraph("\t", style="Line")
            if question.kind == "number":
                stops = paragraph.paragraph_format.tab_stops
                stops.add_tab_stop(SHORT_LINE, WD_TAB_ALIGNMENT.LEFT, WD_TAB_LEADER.LINES)
            paragraph.paragraph_format.keep_with_next = place < count

    def _as_table(self, question: Question, about: str) -> None:
        language = self.words.language
        headings = [self.words("paper.question"), *(option.text[language] for option in question.options)]
        widths = _widths(headings)
        table = add_table(self.paper, headings, len(question.parts), widths=widths, about=about)
        for cell in table.rows[0].cells[1:]:
            cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
        for place, (row, part) in enumerate(zip(table.rows[1:], question.parts, strict=True), start=1):
            first = row.cells[0].paragraphs[0]
            only = self._only_for(part.shown_to)
            first.add_run(f"{self.number[part.code]}. ")
            if only:
                first.add_run(f"{only} ").italic = True
            first.add_run(part.text[language])
            for cell in row.cells[1:]:
                add_box(cell.paragraphs[0])
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
            for cell in row.cells:
                cell.paragraphs[0].paragraph_format.keep_with_next = place < len(question.parts)

    def _as_lists(self, question: Question) -> None:
        for part in question.parts:
            only = self._only_for(part.shown_to)
            text = f"{self.number[part.code]}. {f'{only} ' if only else ''}{part.text[self.words.language]}"
            self.paper.add_paragraph(text, style="Heading 3")
            self._options(question)

    def _code_boxes(self, about: str) -> None:
        headings = [self.words("paper.code_word", number=number) for number in range(1, WORDS_IN_CODE + 1)]
        headings.append(self.words("paper.check_word"))  # a printed card has a check word too
        if self.large:  # a line each: large letters need the width
            tops = [self.words("paper.words"), about]
            table = add_table(self.paper, tops, len(headings), widths=[1.0, 2.0], about=about)
            for row, heading in zip(table.rows[1:], headings, strict=True):
                row.cells[0].paragraphs[0].add_run(heading)
        else:
            table = add_table(self.paper, headings, 1, widths=[1.0] * len(headings), about=about)
        for cell in [cell for row in table.rows[1:] for cell in row.cells]:
            layout = cell.paragraphs[0].paragraph_format
            layout.space_before = layout.space_after = Pt(ORDINARY)
            layout.keep_with_next = True


def _widths(headings: Sequence[str]) -> list[int]:
    """Shares of a table's width: the question, then the answers, wide enough for their longest words.

    The steps of a scale are equally wide where there is room, because width can read as weight.

    >>> _widths(["Question", "Never", "Sometimes", "Don't know"])
    [54, 12, 12, 8]
    """
    answers = [max(8, 3 + max(map(len, heading.split()))) for heading in headings[1:]]
    steps = [max(answers[:-1], default=0)] * (len(answers) - 1)
    if sum(steps) + answers[-1] <= SIGNS_IN_LINE - SIGNS_FOR_QUESTION:
        answers = [*steps, answers[-1]]
    return [max(SIGNS_FOR_QUESTION, SIGNS_IN_LINE - sum(answers)), *answers]
