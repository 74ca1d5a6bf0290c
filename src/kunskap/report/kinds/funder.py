"""The reports to the funder: half-yearly and final.  What has changed in the work comes first, the test second."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pandas as pd

from kunskap.disclosure import Released, require_released
from kunskap.growth.result import chosen_lines, told_result
from kunskap.plots import before_and_after
from kunskap.plots.rows import in_sentence
from kunskap.report.activity_log import Activities
from kunskap.report.document import (
    Block,
    Bullet,
    Bullets,
    Document,
    FigureBlock,
    Folded,
    Heading,
    Paragraph,
    Span,
    TableBlock,
)
from kunskap.report.findings import MOST_IMPORTANT
from kunskap.report.kinds.followup import FollowUp, follow_up_readings
from kunskap.report.kinds.inventory import hidden_chapter, reading_chapter, readings_of
from kunskap.report.kinds.material import Material
from kunskap.report.kinds.parts import chapter, claims, composed, files_chapter, paragraphs, plain_view, sheets_of
from kunskap.report.readings import Reading, work_readings
from kunskap.report.typed import Typed
from kunskap.report.views import Group, TableView

__all__ = ["Funder", "final_document", "funder_readings", "half_year_document"]

KIND = "funder"
TYPED_TEXTS = ("avvikelser", "lardomar", "spridning")
MOST_TOLD = 2
OF_TEST = ("everyone", "same", "both", "compared", "sex-", "apart")
ROUGH = 0.05
OWN_TABLES = ("table-work", "table-indicators", "table-reached", "table-activities", "table-money")


@dataclass(frozen=True, kw_only=True)
class Funder(Material):
    """What a report to the funder is made of.

    `released` is an inventory's, or the follow-up's where there are two waves.

    Attributes
    ----------
    typed : Typed
        What staff have typed.
    measured : FollowUp, optional
        The follow-up, where there are two waves.
    work : tuple of Released
        Tables of `kunskap.growth.difference` under the name ``result``, one release for each basis.
    names : mapping
        Option → what it is called in the work's table.
    activities : Activities, optional
        The activity log's sums.
    reached : Released, optional
        Who took part, by sex and by role.
    withheld : tuple of str
        Which of these tables are not told, for what earlier reports have told.
    """

    typed: Typed
    measured: FollowUp | None = None
    work: tuple[Released, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    activities: Activities | None = None
    reached: Released | None = None
    withheld: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        for released in (*self.work, *([self.reached] if self.reached else [])):
            require_released(released)

    def lines(self) -> pd.DataFrame:
        """The work's table, line by line."""
        return chosen_lines(*(one.table("result") for one in self.work), words=self.words, names=self.names)


def funder_readings(material: Material) -> list[Reading]:
    """What is said of the figures: the work first, then the test."""
    own = _of(material)
    work = work_readings(own.lines(), words=own.words) if own.work else []
    return [*work, *_test_readings(own)]


def half_year_document(material: Material) -> Document:
    """Make the half-yearly report (*lägesrapport*)."""
    return _document(_of(material), "lagesrapport", texts=("avvikelser",))


def final_document(material: Material) -> Document:
    """Make the final report (*slutrapport*): as the half-yearly, with lessons and spread."""
    return _document(_of(material), "slutrapport", texts=TYPED_TEXTS)


def _of(material: Material) -> Funder:
    if not isinstance(material, Funder):
        raise TypeError("a report to the funder is made of a Funder: figures, the log and what staff have typed")
    return material


def _test_readings(own: Funder) -> list[Reading]:
    if own.measured is not None:
        return follow_up_readings(own.measured)
    return readings_of(own)


def _document(own: Funder, kind: str, *, texts: tuple[str, ...]) -> Document:
    words, typed = own.words, own.typed
    blocks = [
        *_project(own),
        *_work(own),
        *_test(own),
        *_logic(own),
        chapter(KIND, "indicators", words),
        Paragraph(words(f"report.kinds.{KIND}.indicators")),
        TableBlock(_indicators(own), "table-indicators"),
        *_activities(own),
    ]
    for name in texts:
        blocks += [chapter(KIND, name, words), *paragraphs(typed.text("utfall", name))]
    blocks += [
        chapter(KIND, "money", words),
        Paragraph(words(f"report.kinds.{KIND}.money")),
        TableBlock(_money(own), "table-money"),
        *hidden_chapter(own),
        *([Paragraph(words(f"report.kinds.{KIND}.hidden_log"))] if own.activities and own.activities.number else []),
        chapter(KIND, "limits", words),
        *(Paragraph(words(f"report.kinds.{KIND}.limit_{number}")) for number in (1, 2, 3)),
        *reading_chapter(words, only=("work", "hidden")),
        *files_chapter(own),
    ]
    return composed(
        own,
        kind=kind,
        title=words(f"report.kinds.{KIND}.{kind}", name=typed.text("projekt", "namn")),
        eyebrow=words(f"report.kinds.{KIND}.eyebrow", funder=typed.text("projekt", "finansiar")),
        blocks=blocks,
        sheets=sheets_of(blocks, OWN_TABLES, words),
    )


def _project(own: Funder) -> Iterator[Block]:
    words, typed = own.words, own.typed
    yield chapter(KIND, "project", words)
    rows = [
        (words(f"report.kinds.{KIND}.{name}"), typed.text("projekt", name))
        for name in ("namn", "dnr", "ansvarig", "finansiar", "finansiarens_dnr")
    ]
    period = words(f"report.kinds.{KIND}.from_to", start=typed.text("period", "fran"), end=typed.text("period", "till"))
    rows.append((words(f"report.kinds.{KIND}.period"), period))
    told = tuple(Bullet((Span(f"{name}: ", "strong"), Span(text))) for name, text in rows if text)
    yield Bullets(told, "plain")
    yield Paragraph(typed.text("projekt", "finansieringsrad"), "claim")


def _work(own: Funder) -> Iterator[Block]:
    words = own.words
    yield chapter(KIND, "work", words)
    if not own.work:
        yield Paragraph(words(f"report.kinds.{KIND}.work_missing"), "claim")
        return
    yield Paragraph(words(f"report.kinds.{KIND}.work"))
    lines = own.lines()
    told = work_readings(lines, words=words)
    rest: list[Reading] = []
    for part in dict.fromkeys(lines["heading"]):
        own_part = [reading for reading, heading in zip(told, lines["heading"], strict=True) if heading == part]
        shown = claims(own_part[:MOST_TOLD], own)
        rest += own_part[MOST_TOLD:]
        if shown:
            yield Heading(str(part), 3)
            yield shown
    yield Heading(words(f"report.kinds.{KIND}.work_all"), 3)
    yield TableBlock(_work_view(own), "table-work")
    others = claims(rest, own)
    if others:
        yield Folded(words(f"report.kinds.{KIND}.work_rest"), (others,))
    for released in own.work:
        for (part, heading), rows in lines.groupby(["part", "heading"], sort=False):
            if part not in set(released.table("result")["part"]) or not rows["unit"].eq("share").any():
                continue
            title = words(f"report.kinds.{KIND}.work_figure", part=heading)
            drawing = before_and_after(
                released,
                words=words,
                names=own.names,
                parts=[str(part)],
                title=title,
                subtitle=words(f"report.kinds.{KIND}.work_subtitle"),
            )
            view = _work_view(own, str(part))
            yield Folded(title, (FigureBlock(f"work-{part}", title, drawing, (view,)),))


def _work_view(own: Funder, only: str = "") -> TableView:
    """The work's table, or one part of it."""
    tables = [one.table("result") for one in own.work]
    if only:
        tables = [table[table["part"].eq(only)] for table in tables if table["part"].eq(only).any()]
    told = told_result(*tables, words=own.words, names=own.names).astype("str")
    part, what, who, *figures = told.columns
    groups = [
        Group(
            str(heading),
            tuple(
                (f"{row[what]}, {in_sentence(row[who])}", tuple(row[name] for name in figures))
                for _, row in rows.iterrows()
            ),
        )
        for heading, rows in told.groupby(part, sort=False)
    ]
    caption = own.words(f"report.kinds.{KIND}.work_caption")
    if only:  # tables that are told apart by who hears their names
        caption = f"{caption}: {groups[0].heading}"
    return TableView(caption, (own.words(f"report.kinds.{KIND}.work_head"), *figures), tuple(groups))


def _test(own: Funder) -> Iterator[Block]:
    words = own.words
    yield chapter(KIND, "test", words)
    yield Paragraph(words(f"report.kinds.{KIND}.test" if own.measured else f"report.kinds.{KIND}.test_once"))
    if own.measured and own.measured.comparison:
        yield Paragraph(own.measured.comparison)
    only = (*OF_TEST, "linked", "attrition") if own.measured else MOST_IMPORTANT
    told = claims(_test_readings(own), own, only=only)
    yield told if told else Paragraph(words("report.kinds.nothing_to_say"))


def _logic(own: Funder) -> Iterator[Block]:
    words, typed = own.words, own.typed
    yield chapter(KIND, "logic", words)
    yield Heading(words(f"report.kinds.{KIND}.problem"), 3)
    yield from paragraphs(typed.text("programlogik", "problem"))
    for name in ("insatser", "resultat", "mal_pa_sikt"):
        yield Heading(words(f"report.kinds.{KIND}.{name}"), 3)
        yield Bullets(tuple(Bullet(one) for one in typed.texts("programlogik", name)))


def _indicators(own: Funder) -> TableView:
    words = own.words
    fields = ("enhet", "baslinje", "mal", "utfall", "kalla")
    rows = [
        (_typed(row, "namn", own), *(_typed(row, name, own) for name in fields)) for row in own.typed.rows["indikator"]
    ]
    head = [words(f"report.kinds.{KIND}.indicator_{name}") for name in ("namn", *fields)]
    return plain_view(words(f"report.kinds.{KIND}.indicators_caption"), head, rows, texts=(0, 1, 5))


def _typed(row: Mapping[str, object], name: str, own: Funder) -> str:
    return str(row.get(name) or own.typed.missing or "–")


def _activities(own: Funder) -> Iterator[Block]:
    words = own.words
    yield chapter(KIND, "activities", words)
    done = own.activities
    if done is None or not done.number:
        yield Paragraph(words(f"report.kinds.{KIND}.no_log"))
    else:
        base = own.released.policy.base
        few = words("gate.too_few", base=base)
        is_told = done.taken_part >= base
        told = {
            "count": words.count(done.number),
            "hours": words.number(done.hours, decimals=0 if done.hours == int(done.hours) else 1),
            "taken_part": words.count(done.taken_part) if is_told else few,
            "person_hours": words.count(done.person_hours) if is_told else "–",
        }
        yield Paragraph(words(f"report.kinds.{KIND}.activities", **told), "claim")
        if done.apart and is_told:
            yield Paragraph(
                words(f"report.kinds.{KIND}.activities_apart", few=few, count=words.count(done.apart)), "note"
            )
        if own.reached is not None:
            yield TableBlock(_reached_view(own, own.reached, done.taken_part), "table-reached")
        for name in own.withheld:
            yield Paragraph(words(f"report.kinds.{KIND}.withheld_{name}"), "note")
        rows = [
            (
                row["activity"],
                row["date"].isoformat(),
                words.count(row["minutes"]),
                words.count(row["persons"]) if row["persons"] >= base else few,
            )
            for row in done.table.to_dict("records")
        ]
        head = [words(f"report.kinds.{KIND}.activity_{name}") for name in ("name", "date", "minutes", "persons")]
        view = plain_view(words(f"report.kinds.{KIND}.activities_caption"), head, rows)
        yield Folded(view.caption, (TableBlock(view, "table-activities"),))
    yield from paragraphs(own.typed.text("utfall", "aktiviteter"))


def _reached_view(own: Funder, reached: Released, taken_part: int) -> TableView:
    """Who took part.  What women and men are short of the sum may be one person, whose sex would be told."""
    words, hidden = own.words, own.words("report.cell.hidden")
    rows = []
    for name in reached.names:
        variable, table = name.removeprefix("reached_"), reached.table(name)
        has_few = 0 < taken_part - table["count"].sum() < own.released.policy.base
        for _, row in table.iterrows():
            count, share = hidden, hidden
            if has_few and pd.notna(row["estimate"]):
                share = _rough_share(row, own)
            elif pd.notna(row["estimate"]):
                count, share = words.count(row["count"]), words.share(row["estimate"])
            rows.append((words(f"plots.groups.{variable}_{row['option']}"), count, share))
    head = [words(f"report.kinds.{KIND}.reached_{name}") for name in ("group", "count", "share")]
    return plain_view(words(f"report.kinds.{KIND}.reached_caption"), head, rows)


def _rough_share(row: pd.Series, own: Funder) -> str:
    """A share so rough that it is some whole number of people, however many the few are."""
    words = own.words
    for step in (0.01, ROUGH):
        if (row["n"] - own.released.policy.base) * step >= 1:
            about = words.share(round(row["estimate"] / step) * step)
            return about if step < ROUGH else words(f"report.kinds.{KIND}.reached_about", share=about)
    return words("report.cell.hidden")


def _money(own: Funder) -> TableView:
    words = own.words
    rows, sums = [], [0.0, 0.0]
    for row in own.typed.rows["pengar"]:
        amounts = [float(str(row.get(name) or 0)) for name in ("budget", "utfall")]
        sums = [total + amount for total, amount in zip(sums, amounts, strict=True)]
        rows.append((_typed(row, "post", own), *(words.count(one) for one in (*amounts, amounts[0] - amounts[1]))))
    rows.append((words(f"report.kinds.{KIND}.money_sum"), *(words.count(one) for one in (*sums, sums[0] - sums[1]))))
    head = [words(f"report.kinds.{KIND}.money_{name}") for name in ("post", "budget", "utfall", "left")]
    return plain_view(words(f"report.kinds.{KIND}.money_caption"), head, rows)
