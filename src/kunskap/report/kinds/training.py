"""The plan of training: which group needs which module, how sure that is, and how many sittings it takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

import pandas as pd

from kunskap.design import Design
from kunskap.needs import Module, plan
from kunskap.plots import needs_table
from kunskap.plots.rows import group_label, in_sentence, levels_in_order
from kunskap.report.document import Block, Document, FigureBlock, Folded, Heading, Paragraph, TableBlock
from kunskap.report.kinds.inventory import hidden_chapter, reading_chapter
from kunskap.report.kinds.material import Material
from kunskap.report.kinds.parts import as_sheet, chapter, claims, composed, files_chapter, plain_view
from kunskap.report.readings import Reading, need_readings
from kunskap.report.views import Group, TableView, figure_cell, n_cell
from kunskap.words import Words

__all__ = ["Training", "training_document", "training_readings"]

KIND = "training"
METHOD = ("need", "verdict", "many", "frame")
NEEDED = ("clear", "mixed")
STEP = 5  # minutes: a sitting is booked in round figures


@dataclass(frozen=True, kw_only=True)
class Training(Material):
    """What a plan is made of: the release of `kunskap.needs.needs` by role.

    Attributes
    ----------
    modules : tuple of Module
        From `kunskap.needs.read_modules`.
    design : Design, optional
        The frame: how many there are to invite.
    seats : int
        People in one sitting.
    """

    modules: tuple[Module, ...]
    design: Design | None = None
    seats: int = 25

    @property
    def titles(self) -> dict[str, str]:
        """Module → what it is called."""
        return {module.id: module.title[self.words.language] for module in self.modules}

    @property
    def code_names(self) -> dict[str, str]:
        """The modules too."""
        return super().code_names | {f"module={module}": title for module, title in self.titles.items()}

    def planned(self) -> pd.DataFrame:
        """The plan, made of nothing but what the gate has released; `kunskap.needs.plan` says what its columns are."""
        return plan(self.released.table("needs"), modules=self.modules, design=self.design, seats=self.seats)


def training_readings(material: Material) -> list[Reading]:
    """What is said of the figures, as the rules have it."""
    own = _of(material)
    return need_readings(own.planned(), titles=own.titles, bank=own.bank, words=own.words)


def training_document(material: Material) -> Document:
    """Make the plan of training.

    Parameters
    ----------
    material : Training
        With the table ``needs`` by role.

    Raises
    ------
    TypeError
        If `material` has no modules, or the tables have not passed the gate.
    """
    own, words = _of(material), material.words
    planned = own.planned()
    readings = need_readings(planned, titles=own.titles, bank=own.bank, words=words)
    blocks = [
        chapter(KIND, "about", words),
        Paragraph(words(f"report.kinds.{KIND}.about")),
        *_proposal(own, planned, readings),
        *_needs(own, planned),
        *_others(own, planned, readings),
        chapter(KIND, "method", words),
        *(
            block
            for name in METHOD
            for block in (
                Heading(words(f"report.kinds.{KIND}.{name}_title"), 3),
                Paragraph(words(f"report.kinds.{KIND}.{name}", seats=own.seats)),
            )
        ),
        *hidden_chapter(material),
        *reading_chapter(words, only=("needs", "hidden")),
        *files_chapter(material),
    ]
    return composed(
        material,
        kind="utbildningsplan",
        title=words(f"report.kinds.{KIND}.title"),
        eyebrow=words(f"report.kinds.{KIND}.eyebrow"),
        blocks=blocks,
        sheets=(
            as_sheet(_plan_view(planned[planned["verdict"].isin(NEEDED)], own), "plan", words),
            as_sheet(_needs_view(own, words), "needs", words),
        ),
    )


def _of(material: Material) -> Training:
    if not isinstance(material, Training):
        raise TypeError("a plan of training is made of a Training: modules and their needs")
    return material


def _proposal(own: Training, planned: pd.DataFrame, readings: list[Reading]) -> Iterator[Block]:
    words = own.words
    yield chapter(KIND, "proposal", words)
    needed = planned[planned["verdict"].isin(NEEDED)]
    told = claims([readings[place] for place in needed.index], own)
    if told is None:
        yield Paragraph(words(f"report.kinds.{KIND}.no_need"))
        return
    yield Paragraph(words(f"report.kinds.{KIND}.proposal", seats=own.seats))
    yield TableBlock(_plan_view(needed, own), "table-plan")
    yield Heading(words(f"report.kinds.{KIND}.why"), 3)
    yield told


def _plan_view(needed: pd.DataFrame, own: Training) -> TableView:
    words = own.words
    rows = [
        (
            f"{own.titles[str(row['module'])]}: "
            f"{in_sentence(group_label('role', str(row['role']), bank=own.bank, words=words))}",
            words(f"report.kinds.{KIND}.plan_{row['verdict']}"),
            words.count(row["persons"]),
            words.count(row["sittings"]),
            words.count(ceil(row["minutes"] / STEP) * STEP),
        )
        for _, row in needed.iterrows()
    ]
    head = [words(f"report.kinds.{KIND}.{name}_head") for name in ("module", "verdict")]
    head += [words(f"report.kinds.{KIND}.{name}_head") for name in ("persons", "sittings", "minutes")]
    return plain_view(words(f"report.kinds.{KIND}.plan_caption"), head, rows, texts=(0, 1))


def _needs(own: Training, planned: pd.DataFrame) -> Iterator[Block]:
    words = own.words
    yield chapter(KIND, "needs", words)
    yield Paragraph(words(f"report.kinds.{KIND}.needs"))
    drawing = needs_table(own.released, bank=own.bank, words=words, titles=own.titles)
    title = words(f"report.kinds.{KIND}.needs_caption")
    yield FigureBlock("needs", title, drawing, (_greatest_view(planned, own),))
    name = words(f"report.kinds.{KIND}.detailed")
    yield Folded(name, (TableBlock(_needs_view(own, words)._replace(caption=name), "table-needs"),))


def _greatest_view(planned: pd.DataFrame, own: Training) -> TableView:
    """The greatest need of each group in each module, as the figure has it."""
    words = own.words
    groups = []
    for module, title in own.titles.items():
        lines = []
        for _, row in planned[planned["module"].eq(module)].iterrows():
            group = group_label("role", str(row["role"]), bank=own.bank, words=words)
            is_hidden = row["verdict"] == "hidden"
            label = group if is_hidden else f"{group}: {own.bank.stem(str(row['item']), words.language)}"
            lines.append((label, (figure_cell(row, words), n_cell(row["n"], words))))
        if lines:
            groups.append(Group(title, tuple(lines)))
    head = (words(f"report.kinds.{KIND}.module_head"), words(f"report.kinds.{KIND}.share_head"), words("report.head.n"))
    return TableView(words(f"report.kinds.{KIND}.needs_caption"), head, tuple(groups))


def _needs_view(own: Training, words: Words) -> TableView:
    """Every question and task, module by module, the groups beside each other."""
    table = own.released.table("needs")
    table = table[table["statistic"].eq("need")]
    roles = levels_in_order(table, "role", own.bank)
    groups = []
    for module, title in own.titles.items():
        part = table[table["module"].eq(module)]
        lines = []
        for item, rows in part.groupby("item", sort=False):
            cells = [words(f"report.kinds.{KIND}.{rows['option'].iloc[0]}")]
            for role in roles:
                found = rows[rows["role"].eq(role)]
                asked = len(found) > 0
                cells += [figure_cell(found.iloc[0], words), n_cell(found.iloc[0]["n"], words)] if asked else ["–", "–"]
            lines.append((own.bank.stem(str(item), words.language), tuple(cells)))
        if lines:
            groups.append(Group(title, tuple(lines)))
    n = words("report.head.n")
    named = [name for role in roles for name in (group_label("role", role, bank=own.bank, words=words), n)]
    head = (words("report.head.question"), words(f"report.kinds.{KIND}.kind_head"), *named)
    return TableView(words(f"report.kinds.{KIND}.needs_caption"), head, tuple(groups), texts=(0, 1))


def _others(own: Training, planned: pd.DataFrame, readings: list[Reading]) -> Iterator[Block]:
    """What is not proposed, and why: unsure, not common, hidden."""
    others = planned[~planned["verdict"].isin(NEEDED)]
    told = claims([readings[place] for place in others.index], own)
    if told is None:
        return
    yield chapter(KIND, "others", own.words)
    yield Paragraph(own.words(f"report.kinds.{KIND}.others"))
    yield told
