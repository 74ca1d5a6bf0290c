"""The follow-up: what has changed between two waves, for whom, and how sure that is.  Never why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from kunskap.change import Course
from kunskap.needs import Module, taught
from kunskap.plots import changes
from kunskap.plots.rows import group_label, levels_in_order
from kunskap.report.document import (
    Block,
    Bullet,
    Bullets,
    Document,
    FigureBlock,
    Folded,
    Heading,
    Paragraph,
    TableBlock,
)
from kunskap.report.kinds.inventory import hidden_chapter, method_chapter, reading_chapter
from kunskap.report.kinds.material import Material
from kunskap.report.kinds.parts import change_view, chapter, claims, composed, files_chapter, plain_view
from kunskap.report.readings import Reading, change_readings
from kunskap.report.views import Group, TableView, figure_cell

__all__ = ["FollowUp", "follow_up_blocks", "follow_up_document", "follow_up_readings"]

KIND = "followup"
MOST_IMPORTANT = ("everyone", "same", "both", "compared", "sex-", "apart", "items")
WHO = ("linked", "attrition")
METHOD = ("scoring", "intervals", "rounding", "small")  # nothing of one wave alone, or of the whole frame
OWN_METHOD = ("same_person", "two_ways", "two_rules", "no_cause", "many")


@dataclass(frozen=True, kw_only=True)
class FollowUp(Material):
    """What a follow-up is made of: the release of `kunskap.change.follow_up`.

    Attributes
    ----------
    waves : tuple of str
        The earlier and the later.
    is_partial : bool
        Whether something could not be computed.  What, and why, is for staff: the reason tells how many were linked.
    renewed : bool
        Whether the frame was new at the later wave, as after an election.
    modules : tuple of Module
        The course's modules: a gain in what a module tells is memory of the course as well.
    course : Course, optional
        Who took the course, and who is compared with.
    by_lot : bool
        Whether the course was given by lot.
    """

    waves: tuple[str, str]
    is_partial: bool = False
    renewed: bool = False
    modules: tuple[Module, ...] = ()
    course: Course | None = None
    by_lot: bool = False

    @property
    def comparison(self) -> str:
        """Who is compared with whom, in words; nothing where nobody is."""
        if self.course is None:
            return ""
        variable, language = self.bank.variables[self.course.variable], self.words.language
        (level,) = [each for each in variable.levels if each.id == self.course.level]
        told = {"question": variable.stem[language], "answer": level.text[language]}
        return self.words(
            f"report.kinds.{KIND}.told_in_{self.course.told_in}", before=self.waves[0], after=self.waves[1], **told
        )


def follow_up_readings(material: Material) -> list[Reading]:
    """What is said of the figures, as the rules have it."""
    own = _of(material)
    return change_readings(own.released, waves=own.waves, bank=own.bank, words=own.words, by_lot=own.by_lot)


def follow_up_document(material: Material) -> Document:
    """Make the report of two waves.

    Parameters
    ----------
    material : FollowUp
        With the tables of `kunskap.change.follow_up`, all or some.

    Raises
    ------
    TypeError
        If `material` is of one wave only, or the tables have not passed the gate.
    """
    own, words = _of(material), material.words
    named = {"before": own.waves[0], "after": own.waves[1]}
    blocks = [
        *follow_up_blocks(own),
        *hidden_chapter(material),
        *method_chapter(words, only=METHOD),
        *(
            block
            for name in OWN_METHOD
            if name != "no_cause" or not _is_compared(own)
            for block in (
                Heading(words(f"report.kinds.{KIND}.{name}_title"), 3),
                Paragraph(words(f"report.kinds.{KIND}.{name}")),
            )
        ),
        *reading_chapter(words, only=("change", "hidden")),
        *files_chapter(material),
    ]
    return composed(
        material,
        kind="uppfoljning",
        title=words(f"report.kinds.{KIND}.title", **named),
        eyebrow=words(f"report.kinds.{KIND}.eyebrow"),
        blocks=blocks,
    )


def follow_up_blocks(own: FollowUp) -> Iterator[Block]:
    """The chapters of what has changed: findings, what it is, who can be followed, groups, questions and scales."""
    readings, words = follow_up_readings(own), own.words
    yield from _findings(own, readings)
    yield chapter(KIND, "next", words)
    yield Bullets(tuple(Bullet(words(f"report.kinds.{KIND}.next_{number}")) for number in (1, 2, 3)))
    yield chapter(KIND, "about", words)
    yield Paragraph(words(f"report.kinds.{KIND}.about", before=own.waves[0], after=own.waves[1]))
    yield Paragraph(words(f"report.kinds.{KIND}.{'comparison' if _is_compared(own) else 'no_comparison'}"))
    if own.comparison:
        yield Paragraph(own.comparison)
    if _is_compared(own):
        yield TableBlock(_view(own, "compared", by="course", subjects=["total"]), "table-compared")
    yield from _followed(own, readings)
    yield from _groups(own, readings)
    yield from _questions(own)
    yield from _scales(own, readings)


def _is_compared(own: FollowUp) -> bool:
    """Whether there is a comparison group."""
    return "compared" in own.released.names


def _of(material: Material) -> FollowUp:
    if not isinstance(material, FollowUp):
        raise TypeError("a follow-up is made of a FollowUp: two waves")
    return material


def _findings(own: FollowUp, readings: list[Reading]) -> Iterator[Block]:
    yield chapter(KIND, "findings", own.words)
    told = claims(readings, own, only=MOST_IMPORTANT)
    yield told if told else Paragraph(own.words("report.kinds.nothing_to_say"))
    if own.is_partial:
        yield Paragraph(own.words("report.kinds.not_computed"), "note")


def _followed(own: FollowUp, readings: list[Reading]) -> Iterator[Block]:
    words = own.words
    yield chapter(KIND, "followed", words)
    yield Paragraph(words(f"report.kinds.{KIND}.followed"))
    if own.renewed:
        yield Paragraph(words(f"report.kinds.{KIND}.renewed"), "claim")
    told = claims(readings, own, only=WHO)
    if told:
        yield told
    if "linking_by_role" in own.released.names:
        yield TableBlock(_linking_view(own), "table-linking")


def _linking_view(own: FollowUp) -> TableView:
    words, bank = own.words, own.bank
    table = own.released.table("linking_by_role")
    table = table[table["wave"].eq(own.waves[0])]
    options = ("linked", "moved", "once")
    lines = []
    for role in levels_in_order(table, "role", bank):
        rows = [table[table["role"].eq(role) & table["option"].eq(option)] for option in options]
        cells = [figure_cell(row.iloc[0], words) if len(row) else words.share(0) for row in rows]
        n = words.count(table.loc[table["role"].eq(role), "n"].max())
        lines.append((group_label("role", role, bank=bank, words=words), (*cells, n)))
    head = (words("report.head.group"), *(words(f"report.kinds.{KIND}.{option}") for option in options))
    caption = words(f"report.kinds.{KIND}.linking_caption", before=own.waves[0], after=own.waves[1])
    return TableView(caption, (*head, words("report.head.n")), (Group("", tuple(lines)),))


def _total_name(own: FollowUp) -> str:
    return own.words("plots.change.total")


def _groups(own: FollowUp, readings: list[Reading]) -> Iterator[Block]:
    """The change of the total: everyone and the same people, women and men, politicians and officials."""
    words, released = own.words, own.released
    names = [name for name in ("everyone", "paired", "everyone_by_sex", "everyone_by_role") if name in released.names]
    if not names:
        return
    yield chapter(KIND, "groups", words)
    yield Paragraph(words(f"report.kinds.{KIND}.groups"))
    told = claims(readings, own, only=("role-",))
    if told:
        yield told
    for name in names:
        by = name.partition("_by_")[2] or None
        view = _view(own, name, by=by)
        if by == "sex":
            yield _figure(own, name, title=words(f"report.kinds.{KIND}.{name}"), subjects=["total"], view=view)
            if "paired_by_sex" in released.names:
                title = words(f"report.kinds.{KIND}.paired_by_sex")
                same = _view(own, "paired_by_sex", by="sex", subjects=["total"], caption=title)
                yield _figure(own, "paired_by_sex", title=title, subjects=["total"], view=same)
        else:
            yield TableBlock(view, f"table-{name.replace('_', '-')}")


def _view(
    own: FollowUp, name: str, *, by: str | None, subjects: list[str] | None = None, caption: str | None = None
) -> TableView:
    rows = own.released.table(name)
    if subjects is not None:
        rows = rows[rows["item"].where(rows["item"].notna(), rows["scale"]).isin(subjects)]
    return change_view(
        rows,
        caption=caption or own.words(f"report.kinds.{KIND}.{name}"),
        waves=own.waves,
        by=by,
        subject=lambda row: _subject(row, own),
        material=own,
    )


def _subject(row: pd.Series, own: FollowUp) -> str:
    if pd.notna(row["item"]):
        return own.bank.stem(str(row["item"]), own.words.language)
    scale = str(row["scale"])
    return _total_name(own) if scale == "total" else own.bank.scales[scale].name[own.words.language]


def _figure(own: FollowUp, name: str, *, title: str, subjects: list[str], view: TableView, id: str = "") -> FigureBlock:
    drawing = changes(own.released, bank=own.bank, words=own.words, table=name, subjects=subjects, title=title)
    return FigureBlock(id or name.replace("_", "-"), title, drawing, (view,))


def _questions(own: FollowUp) -> Iterator[Block]:
    """Every question that all were asked both times, area by area, opened by the reader."""
    words, bank = own.words, own.bank
    if "paired_by_sex" not in own.released.names:
        return
    there = set(own.released.table("paired_by_sex")["item"].dropna())
    if not there:
        return
    yield chapter(KIND, "questions", words)
    yield Paragraph(words(f"report.kinds.{KIND}.questions"))
    told = taught(sorted(there), modules=own.modules)
    if told:
        yield Paragraph(words(f"report.kinds.{KIND}.taught"), "claim")
        lines = (f"{bank.stem(item, words.language)} ({module.title[words.language]})" for item, module in told.items())
        yield Bullets(tuple(Bullet(line) for line in lines))
    for area in bank.areas.values():
        items = [item.id for item in bank.items.values() if item.area == area.id and item.id in there]
        if items:
            name = area.name[words.language]
            title = words(f"report.kinds.{KIND}.area", area=name)
            view = _view(own, "paired_by_sex", by="sex", subjects=items, caption=title)
            figure = _figure(own, "paired_by_sex", title=title, subjects=items, view=view, id=f"items-{area.id}")
            yield Folded(name, (figure,))


def _scales(own: FollowUp, readings: list[Reading]) -> Iterator[Block]:
    words = own.words
    if "scales" not in own.released.names:
        return
    yield chapter(KIND, "scales", words)
    yield Paragraph(words(f"report.kinds.{KIND}.scales"))
    told = claims(readings, own, only=("scale-",))
    if told:
        yield told
    table = own.released.table("scales")
    lines = []
    for scale in dict.fromkeys(table["scale"].dropna()):
        view = change_view(
            table[table["scale"].eq(scale)],
            caption="",
            waves=own.waves,
            by=None,
            subject=lambda row: _subject(row, own),
            material=own,
        )
        lines += [(group.heading, *cells) for group in view.groups for _, cells in group.rows]
    head = (words(f"report.kinds.{KIND}.scale"), *own.waves, words("report.kinds.change_head"), words("report.head.n"))
    yield TableBlock(plain_view(words(f"report.kinds.{KIND}.scales_caption"), head, lines), "table-scales")
