"""The inventory: what politicians and officials know, can and do; women and men side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kunskap.report import sections
from kunskap.report.document import (
    Block,
    Bullet,
    Bullets,
    Document,
    Heading,
    Note,
    Only,
    Paragraph,
    Span,
    TableBlock,
)
from kunskap.report.findings import MOST_IMPORTANT, inventory_readings
from kunskap.report.kinds.material import Material
from kunskap.report.kinds.parts import claims, composed, files_chapter
from kunskap.report.own_words import code_labels, own_words
from kunskap.report.readings import Reading
from kunskap.words import Words

__all__ = ["hidden_chapter", "inventory_document", "method_chapter", "reading_chapter", "readings_of"]

SCREEN, PAPER = ("html",), ("docx", "pdf")
OWN_LANGUAGE = "sv"
METHODS = ("scoring", "intervals", "finite", "bounds", "differences", "rounding", "small", "limits")
READING = ("bars", "centred", "interval", "hidden", "colours", "roles")
ON_PAPER_ONLY = ("roles",)


def inventory_document(material: Material) -> Document:
    """Make the report of an inventory.

    Parameters
    ----------
    material : Material
        With the tables of `kunskap.inventory.inventory`, all or some; a chapter without tables is left out.

    Raises
    ------
    TypeError
        If the tables have not passed the gate.
    """
    released, bank, words = material.released, material.bank, material.words
    questions = sections.sources(released, bank=bank, words=words)
    trials = sum(question.is_trial for question in questions)
    counted = {"trials": words.count(trials), "items": words.count(len(questions))}
    trial = words(f"report.{'all_trial' if trials == len(questions) else 'trial'}", **counted)
    note = (Note(words("report.trial_title"), trial, "quiet"),) if trials else ()
    told = readings_of(material)
    chapters = (
        _findings(told, material),
        _next(words),
        _about(words),
        _answered(material),
        _knowledge(material),
        _total(told, material),
        _scales(told, material),
        _own_words(told, material),
        hidden_chapter(material),
        method_chapter(words),
        reading_chapter(words),
        _sources(questions, words),
        files_chapter(material),
    )
    return composed(
        material,
        kind="inventering",
        title=words("report.title"),
        eyebrow=words("report.eyebrow"),
        notes=note,
        blocks=(block for chapter in chapters for block in chapter),
    )


def readings_of(material: Material) -> list[Reading]:
    """What is said of the figures, as the rules have it."""
    bank, words = material.bank, material.words
    return inventory_readings(
        material.released, bank=bank, words=words, labels=code_labels(material.frame, words=words)
    )


def _chapter(name: str, words: Words) -> Heading:
    return Heading(words(f"report.{name.replace('-', '_')}.title"), id=name)


def _about(words: Words) -> Iterator[Block]:
    yield _chapter("about", words)
    yield Paragraph(words("report.about.text"))
    yield Paragraph(words("report.about.protected"))


def _findings(told: Sequence[Reading], material: Material) -> Iterator[Block]:
    yield _chapter("findings", material.words)
    yield from _claims(told, material, *MOST_IMPORTANT)


def _next(words: Words) -> Iterator[Block]:
    """What the reader can do with it, before all that it rests on."""
    yield _chapter("next", words)
    yield Bullets(tuple(Bullet(words(f"report.next.line_{number}")) for number in (1, 2, 3)))


def _claims(told: Sequence[Reading], material: Material, *ids: str) -> Iterator[Block]:
    """What is said of the figures that a chapter shows."""
    shown = claims(told, material, only=ids)
    if shown:
        yield shown


def _answered(material: Material) -> Iterator[Block]:
    words = material.words
    yield _chapter("answered", words)
    table = sections.response_table(material.released, bank=material.bank, words=words)
    if table:
        yield Paragraph(words("report.answered.text"))
        yield TableBlock(table, "table-answered")
    else:
        yield Paragraph(words("report.answered.unknown"))
    lines = _with_details(material.summary)
    if lines:
        yield Heading(words("report.answered.read"), 3)
        yield Bullets(tuple(lines), "plain")


def _with_details(summary: str) -> list[Bullet]:
    """The summary's lines, each with the lines under it that begin with a dash."""
    lines: list[Bullet] = []
    for line in (line.strip() for line in summary.splitlines()):
        if line.startswith(("–", "-", "•")) and lines:
            lines[-1] = Bullet(lines[-1].text, (*lines[-1].details, line.lstrip("–-• ")))
        elif line:
            lines.append(Bullet(line))
    return lines


def _knowledge(material: Material) -> Iterator[Block]:
    words = material.words
    overview = sections.overview(material.released, bank=material.bank, words=words)
    areas = list(sections.area_sections(material.released, bank=material.bank, words=words))
    if not overview and not areas:
        return
    yield _chapter("knowledge", words)
    yield Paragraph(words("report.knowledge.text"))
    if overview:
        yield TableBlock(overview, "table-overview")
        yield Paragraph(words("report.knowledge.bounds"), "note")
    for area in areas:
        yield Heading(area.title, 3, area.id)
        yield from area.figures


def _total(told: Sequence[Reading], material: Material) -> Iterator[Block]:
    released, bank, words = material.released, material.bank, material.words
    figures = sections.total_section(released, bank=bank, words=words)
    if not figures:
        return
    yield _chapter("total", words)
    yield Paragraph(words("report.total.text"))
    yield from _claims(told, material, "sex", "role", "spread-")
    yield from figures


def _scales(told: Sequence[Reading], material: Material) -> Iterator[Block]:
    words = material.words
    scales = list(sections.scale_sections(material.released, bank=material.bank, words=words))
    if not scales:
        return
    yield _chapter("scales", words)
    yield Paragraph(words("report.scales.text"))
    for scale in scales:
        yield Heading(scale.title, 3, scale.id)
        if scale.note:
            yield Paragraph(scale.note, "note")
        name = scale.id.removeprefix("scale-")
        items = (item.id for item in material.bank.items.values() if item.scale == name)
        yield from _claims(told, material, f"rated-{name}", *(f"chosen-{item}" for item in items))
        yield from scale.figures


def _own_words(told: Sequence[Reading], material: Material) -> Iterator[Block]:
    words = material.words
    coded = own_words(material.released, frame=material.frame, bank=material.bank, words=words)
    if not coded:
        return
    yield _chapter("own-words", words)
    yield Paragraph(words("report.own_words.text"))
    yield Paragraph(words("report.own_words.agreed"))
    yield from _claims(told, material, "coded-")
    for number, view in enumerate(coded.tables, start=1):
        yield TableBlock(view, f"table-own-words-{number}")
    if coded.left_out:
        yield Paragraph(words("report.own_words.left_out", codes=coded.left_out), "note")


def hidden_chapter(material: Material) -> Iterator[Block]:
    """How many figures are hidden, and why."""
    words = material.words
    yield _chapter("hidden", words)
    yield Paragraph(words("report.hidden.text", base=words.count(material.released.policy.base)))
    yield Paragraph(words("report.hidden.no_shield"))
    hidden = sections.hidden_view(material.released, words)
    if hidden is None:
        yield Paragraph(words("report.findings.nothing_hidden"))
        return
    yield TableBlock(hidden, "table-hidden")
    yield Paragraph(words(f"report.hidden.{'least' if material.released.is_least else 'not_least'}"))


def method_chapter(words: Words, *, only: tuple[str, ...] = METHODS) -> Iterator[Block]:
    """How the figures were made, and what they cannot say."""
    yield _chapter("method", words)
    for name in only:
        yield Heading(words(f"report.method.{name}_title"), 3)
        yield Paragraph(words(f"report.method.{name}"))


def reading_chapter(words: Words, *, only: tuple[str, ...] = READING) -> Iterator[Block]:
    """How to read the figures that the report has, on a screen and on paper."""
    yield _chapter("reading", words)
    on_screen = tuple(name for name in only if name not in ON_PAPER_ONLY)
    for formats, names in ((SCREEN, (*on_screen, "behind", "printed")), (PAPER, (*only, "appendix"))):
        yield Only(formats, (Bullets(tuple(Bullet(words(f"report.reading.{name}")) for name in names)),))


def _sources(questions: list[sections.Source], words: Words) -> Iterator[Block]:
    if not questions:
        return
    yield _chapter("sources", words)
    yield Paragraph(words("report.sources.text"))
    # sources are named as they name themselves, in the bank's own language
    told_in = "" if words.language == OWN_LANGUAGE else OWN_LANGUAGE
    all_trial = all(question.is_trial for question in questions)  # then the banner says so once
    entries = []
    for question in questions:
        head = [Span(question.stem, "strong"), Span(" "), Span(question.item, "quiet")]
        if question.is_trial and not all_trial:
            head += [Span(" · ", "quiet"), Span(words("report.trial_tag"), "tag")]
        source = [Span(f"{words('report.sources.source')}: "), Span(question.text, url=question.url, language=told_in)]
        if question.checked_on:
            source.append(Span(f". {words('report.sources.checked', date=question.checked_on)}"))
        entries.append(Bullet(tuple(head), (tuple(source),)))
    yield Bullets(tuple(entries), "sources")
