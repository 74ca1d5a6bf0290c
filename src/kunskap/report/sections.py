"""What the report's sections hold: figures and the tables behind them, made of released tables only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pandas as pd

from kunskap.bank import SKIP, Bank, Item
from kunskap.disclosure import Released
from kunskap.plots import Drawing, areas_with_figures, centred_bars, differences, distribution, knowledge_by_area
from kunskap.plots.centred import shared_lead
from kunskap.plots.palette import OUTCOMES
from kunskap.plots.rows import asked_rows, asked_stem
from kunskap.report.chosen import chosen_figures, scale_note
from kunskap.report.document import Block, FigureBlock, Folded
from kunskap.report.files import table_title
from kunskap.report.views import (
    Group,
    TableView,
    figure_cell,
    means_view,
    n_cell,
    response_view,
    shares_view,
    side_by_side_view,
)
from kunskap.words import Words

__all__ = [
    "Section",
    "Source",
    "area_sections",
    "hidden_view",
    "overview",
    "response_table",
    "scale_sections",
    "sources",
    "total_section",
]


class Section(NamedTuple):
    """A heading, what must be said first, and its figures; those that are opened by the reader are folded."""

    id: str
    title: str
    figures: tuple[Block, ...]
    note: str = ""


class Source(NamedTuple):
    """Where a question's fact stands, and how well the question is tried."""

    item: str
    stem: str
    is_trial: bool
    text: str
    url: str
    checked_on: str


def _figure(
    drawing: Drawing, *, id: str, title: str, tables: list[TableView], folded: bool = False, apart: bool = False
) -> Block:
    figure = FigureBlock(id, title, drawing, tuple(tables), apart)
    return Folded(title, (figure,)) if folded else figure


def _outcomes(words: Words) -> dict[str, str]:
    return {name: words(f"plots.outcome.{name}") for name in OUTCOMES}


def response_table(released: Released, *, bank: Bank, words: Words) -> TableView | None:
    """Who answered, or None where no frame is known."""
    if "response_rate" not in released.names:
        return None
    rows = released.table("response_rate")
    rows = rows[rows["statistic"].eq("response_rate")]
    return response_view(rows, caption=words("report.answered.caption"), bank=bank, words=words)


def overview(released: Released, *, bank: Bank, words: Words) -> TableView | None:
    """Every knowledge question on one line: right, wrong, don't know, n, and the bounds for non-response."""
    if "knowledge" not in released.names:
        return None
    table = asked_rows(released.table("knowledge"))
    # Where every question is untried the banner says so once.
    all_trial = all(bank.items[item].status == "trial" for item in table["item"].dropna().unique())
    has_bounds = table["statistic"].eq("bound_low").any()
    outcomes = {name: label for name, label in _outcomes(words).items() if name in ("right", "wrong", "dk")}
    asked = dict(list(table.groupby("item", sort=False)))
    groups = []
    for area in bank.areas.values():
        lines = []
        for item in bank.items.values():
            if item.area != area.id or item.id not in asked:
                continue
            own = asked[item.id]
            shares = own[own["statistic"].eq("share")]
            cells = [
                words.share(row["estimate"])
                if name != "right" and pd.notna(row["estimate"])
                else figure_cell(row, words)
                for name in outcomes
                for _, row in shares[shares["option"].eq(name)].head(1).iterrows()
            ]
            cells.append(n_cell(shares["n"].max(), words))
            if has_bounds:
                cells.append(_bounds_cell(own, words))
            trial = words("report.trial_mark") if item.status == "trial" and not all_trial else ""
            lines.append((f"{asked_stem(own, bank=bank, words=words)} {trial}".strip(), tuple(cells)))
        if lines:
            groups.append(Group(area.name[words.language], tuple(lines)))
    head = (words("report.head.question"), *outcomes.values(), words("report.head.n"))
    bounds_head = (words("report.head.bounds"),) if has_bounds else ()
    return TableView(words("report.knowledge.overview"), (*head, *bounds_head), tuple(groups))


def _bounds_cell(rows: pd.DataFrame, words: Words) -> str:
    found = [rows.loc[rows["statistic"].eq(name), "estimate"] for name in ("bound_low", "bound_high")]
    if any(len(values) == 0 for values in found):
        return "–"
    low, high = (float(values.iloc[0]) for values in found)
    if pd.isna(low) or pd.isna(high):
        return words("report.cell.hidden")
    return f"{words.count(100 * low)}–{words.share(high)}"


def area_sections(released: Released, *, bank: Bank, words: Words) -> Iterator[Section]:
    """One section per knowledge area: by sex, and folded by role."""
    for area in areas_with_figures(released, bank=bank):
        name = bank.areas[area].name[words.language]
        figures = []
        for by in ("sex", "role"):
            if f"knowledge_by_{by}" not in released.names:
                continue
            drawing = knowledge_by_area(released, bank=bank, words=words, area=area, by=by)
            asked = dict(iter(drawing.table.groupby("item", sort=False)))
            view = shares_view(
                drawing.table,
                caption=words(f"plots.knowledge.title_{by}", area=name),
                options=_outcomes(words),
                subjects={
                    item: asked_stem(asked[item], bank=bank, words=words) for item in bank.items if item in asked
                },
                by=by,
                bank=bank,
                words=words,
            )
            figures.append(_figure(drawing, id=f"{area}-{by}", title=view.caption, tables=[view], folded=by == "role"))
        yield Section(f"area-{area}", name, tuple(figures))


def total_section(released: Released, *, bank: Bank, words: Words) -> list[Block]:
    """Means and differences of the total, and its distribution."""
    figures = []
    there = [by for by in ("sex", "role") if f"total_by_{by}" in released.names]
    if there:
        drawing = differences(released, bank=bank, words=words, by=there)
        views = [
            means_view(
                released.table(f"total_by_{by}").loc[lambda table: table["scale"].eq("total")],
                caption=words(f"plots.differences.by_{by}"),
                by=by,
                bank=bank,
                words=words,
            )
            for by in there
        ]
        if "total_by_role_and_sex" in released.names:
            rows, caption = released.table("total_by_role_and_sex"), words("report.tables.total_by_role_and_sex")
            views.append(side_by_side_view(rows, caption=caption, bank=bank, words=words))
        figures.append(_figure(drawing, id="total", title=words("plots.differences.title"), tables=views, apart=True))
    for by, name in (("sex", "distribution_by_sex"), ("role", "distribution")):
        if name not in released.names:
            continue
        drawing = distribution(released, bank=bank, words=words, by=by, table=name)
        bins = list(dict.fromkeys(drawing.table["option"]))
        view = shares_view(
            drawing.table,
            caption=words(f"plots.distribution.title_{by}"),
            options={name: words("plots.distribution.bin", bin=name.replace("-", "–")) for name in bins},
            subjects={"total": ""},
            subject="scale",
            by=by,
            bank=bank,
            words=words,
        )
        figures.append(_figure(drawing, id=f"distribution-{by}", title=view.caption, tables=[view]))
    return figures


def scale_sections(released: Released, *, bank: Bank, words: Words) -> Iterator[Section]:
    """One section per scale without right or wrong, as `kunskap.report.chosen` tells where answers are not graded.

    Rated items are shown all together, and folded by role; one figure for each set of options.
    """
    for scale in bank.scales.values():
        figures = []
        for number, items in enumerate(_by_options(scale.id, released, bank)):
            for by in (None, "role"):
                name = scale.id if by is None else f"{scale.id}_by_{by}"
                if name in released.names:
                    figures.append(_scale_figure(released, name, items, number=number, by=by, bank=bank, words=words))
        for chosen in chosen_figures(released, scale=scale.id, bank=bank, words=words):
            drawing, tables = chosen.drawing, [chosen.table]
            figures.append(_figure(drawing, id=chosen.id, title=chosen.title, tables=tables, folded=chosen.folded))
        if figures:
            note = scale_note(scale.id, bank=bank, words=words)
            yield Section(f"scale-{scale.id}", scale.name[words.language], tuple(figures), note)


def _by_options(scale: str, released: Released, bank: Bank) -> list[list[Item]]:
    """The scale's rated items in the released table, those with the same options together."""
    there = set(released.table(scale)["item"].dropna()) if scale in released.names else set()
    groups: dict[tuple[object, ...], list[Item]] = {}
    for item in bank.items.values():
        if item.id in there and item.scale == scale and item.is_rated:
            groups.setdefault(tuple((option.id, option.value) for option in item.options), []).append(item)
    return list(groups.values())


def _scale_figure(
    released: Released, name: str, items: list[Item], *, number: int, by: str | None, bank: Bank, words: Words
) -> Block:
    table = items[0].scale or ""
    ids = [item.id for item in items]
    drawing = centred_bars(released, bank=bank, words=words, table=table, by=by, items=ids)
    title, lead = table_title(name, words), shared_lead(items, bank, words.language)
    rated = sorted(reversed(items[0].options), key=lambda option: 2.0 if option.value is None else option.value)
    view = shares_view(
        drawing.table,
        caption=f"{title}. {lead}".replace(" …", "\N{NO-BREAK SPACE}…") if lead else title,
        options={**{option.id: option.text[words.language] for option in rated}, SKIP: words("plots.outcome.skip")},
        subjects={
            item.id: _subject(item, rows, lead, bank=bank, words=words)
            for item in items
            if len(rows := drawing.table[drawing.table["item"].eq(item.id)])
        },
        by=by,
        bank=bank,
        words=words,
    )
    id = f"{name.replace('_', '-')}-{number + 1}"
    return _figure(drawing, id=id, title=title, tables=[view], folded=by is not None)


def _subject(item: Item, rows: pd.DataFrame, lead: str, *, bank: Bank, words: Words) -> str:
    """The question without what the caption says of all of them, and who was asked it."""
    whole = asked_stem(rows, bank=bank, words=words)
    return whole.replace(f"{lead} ", "… " if lead.endswith("…") else "", 1) if lead else whole


def hidden_view(released: Released, words: Words) -> TableView | None:
    """How many figures of each table are hidden, and why; None when nothing is."""
    log = released.log
    if log.empty:
        return None
    groups = []
    for name in released.names:
        reasons = log.loc[log["table"].eq(name), "reason"].value_counts()
        if len(reasons):
            lines = [(reason_in_words(str(reason), words), (words.count(count),)) for reason, count in reasons.items()]
            groups.append(Group(table_title(name, words), tuple(lines)))
    head = (words("report.head.reason"), words("report.head.hidden"))
    return TableView(words("report.hidden.caption"), head, tuple(groups))


def reason_in_words(reason: str, words: Words) -> str:
    """A reason code in words; the code itself if the report has no words for it."""
    return words.said(f"report.reasons.{reason}", reason)


def sources(released: Released, *, bank: Bank, words: Words) -> list[Source]:
    """The knowledge questions in the released tables, with their sources, in the bank's order."""
    used = {
        item
        for name in released.names
        if name.startswith("knowledge")
        for item in released.table(name)["item"].dropna().unique()
    }
    return [
        Source(
            item.id,
            bank.stem(item.id, words.language),
            item.status == "trial",
            item.source.text if item.source else "–",
            (item.source.url or "") if item.source else "",
            item.checked_on.isoformat() if item.checked_on else "",
        )
        for item in bank.items.values()
        if item.id in used and item.is_knowledge
    ]
