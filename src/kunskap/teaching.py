"""What a teaching module shows besides its figures: worksheets, commitment cards, and the participants' copy."""

from __future__ import annotations

import copy
import html
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from zlib import crc32

import numpy as np
import pandas as pd
from nbformat import NotebookNode

from kunskap.errors import KunskapError, fault
from kunskap.plots import Drawing, svg
from kunskap.words import Words

__all__ = [
    "TRAINERS_TAGS",
    "Sheet",
    "commitment_card",
    "goals_then",
    "joined",
    "pair",
    "participant_copy",
    "show",
    "timeline_list",
    "unread",
    "worksheet",
]

TRAINERS_TAGS = frozenset({"solution", "trainer"})
BLANK = "…" * 12
MUTED = 'style="font-size:.85em;color:#58646b"'
LONG = 3
"""Years between two events on the line from which they are told."""
CELL = 'style="text-align:left;vertical-align:top;padding:.4em .8em;border:1px solid #8b969c"'


@dataclass(frozen=True)
class Sheet:
    """A piece of a page, shown as it is in a notebook.

    Attributes
    ----------
    html : str
        Accessible markup; everything that people wrote is escaped.
    """

    html: str

    def __repr__(self) -> str:
        return "Sheet(…)"

    def _repr_html_(self) -> str:
        return self.html


def participant_copy(notebook: NotebookNode) -> NotebookNode:
    """The notebook without the trainer's notes, the solutions and any outputs; the given one is left as it is.

    Parameters
    ----------
    notebook : NotebookNode
        As `nbformat.read` returns it.

    Returns
    -------
    NotebookNode
        To be written with `nbformat.write`.

    Examples
    --------
    >>> from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
    >>> cells = [new_code_cell("1 + 1"), new_markdown_cell("Facit", metadata={"tags": ["solution"]})]
    >>> [cell["source"] for cell in participant_copy(new_notebook(cells=cells))["cells"]]
    ['1 + 1']
    """
    made = copy.deepcopy(notebook)
    made["cells"] = [cell for cell in made["cells"] if not TRAINERS_TAGS & set(cell["metadata"].get("tags", []))]
    for cell in made["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    return made


def show(drawing: Drawing, *, words: Words) -> Sheet:
    """A figure with the same thing in words under it.

    Parameters
    ----------
    drawing : Drawing
        From `kunskap.plots`.
    words : Words
        Interface words.
    """
    # The words stand visibly below, so a screen reader must not hear them twice.
    picture = svg(drawing, prefix=f"f{crc32(drawing.alt.encode()):08x}").replace('role="img"', 'aria-hidden="true"', 1)
    told = html.escape(drawing.alt)
    return Sheet(
        f'<figure lang="{words.language}" style="max-width:52rem;margin:0">{picture}'
        f"<figcaption><strong>{html.escape(words('teaching.in_words'))}</strong> {told}</figcaption></figure>"
    )


def joined(*sheets: Sheet) -> Sheet:
    """Several pieces below one another, so that one cell can show them all or, where a file is bad, none.

    Examples
    --------
    >>> joined(Sheet("<p>a</p>"), Sheet("<p>b</p>")).html
    '<p>a</p><p>b</p>'
    """
    return Sheet("".join(sheet.html for sheet in sheets))


def pair(shares: Mapping[str, object] | pd.Series, *, words: Words) -> str:
    r"""Women's and men's shares in words, for a sentence or a worksheet.

    Parameters
    ----------
    shares : mapping or Series
        With `k` and `m`, 0–1: a row of `kunskap.growth.representation.balance`.
    words : Words
        Interface words.

    Examples
    --------
    >>> from kunskap.words import read_words
    >>> pair({"k": 0.4, "m": 0.6}, words=read_words())
    '40\xa0% kvinnor och 60\xa0% män'
    """
    return words("teaching.pair", k=words.share(shares["k"]), m=words.share(shares["m"]))


def worksheet(rows: pd.DataFrame, *, caption: str, words: Words) -> Sheet:
    """A filled form as a table: headings with scope, the first column names the rows, empty fields are left to fill.

    Parameters
    ----------
    rows : DataFrame
        The columns' names are the headings; a missing or empty value becomes a dotted line.
    caption : str
        What the table is.
    words : Words
        Interface words.

    Examples
    --------
    >>> from kunskap.words import read_words
    >>> sheet = worksheet(pd.DataFrame({"Steg": ["R1"], "Vi såg": [""]}), caption="4R", words=read_words())
    >>> '<th scope="row"' in sheet.html and "……" in sheet.html
    True
    """
    head = "".join(f'<th scope="col" {CELL}>{html.escape(str(name))}</th>' for name in rows.columns)
    body = "".join(
        "<tr>"
        + f'<th scope="row" {CELL}>{_field(first)}</th>'
        + "".join(f"<td {CELL}>{_field(value)}</td>" for value in others)
        + "</tr>"
        for first, *others in rows.itertuples(index=False, name=None)
    )
    title = f'<caption style="text-align:left;font-weight:bold;padding:.4em 0">{html.escape(caption)}</caption>'
    return Sheet(
        f'<table lang="{words.language}" style="border-collapse:collapse;max-width:60rem">{title}'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def _field(value: object) -> str:
    return BLANK if pd.isna(value) or not str(value).strip() else html.escape(str(value))  # type: ignore[call-overload]


def timeline_list(events: pd.DataFrame, *, words: Words) -> Sheet:
    """Dates on a line with the years between them, each with its source and how sure it is.

    Parameters
    ----------
    events : DataFrame
        Columns `date`, `what`, `who`, `status`, `source`, `certainty` and `note`, in the order of their dates: from
        `kunskap.growth.timeline.timeline`.
    words : Words
        Interface words.

    Returns
    -------
    Sheet
        A list in order.  What is announced and not found decided has an empty dot, and says so in words.

    Examples
    --------
    >>> from kunskap.growth.timeline import timeline
    >>> from kunskap.words import read_words
    >>> sheet = timeline_list(timeline(), words=read_words(language="sv"))
    >>> "16 maj 2006" in sheet.html and "meddelat, inget beslut funnet" in sheet.html
    True
    """
    years = [int(str(date)[:4]) for date in events["date"]]
    entries = [
        _event({str(name): str(value) for name, value in event.items()}, later, words)
        for event, later in zip(events.to_dict("records"), [0, *np.diff(years)], strict=True)
    ]
    told = {name: words(f"teaching.timeline.{name}") for name in ("settled", "announced")}
    return Sheet(
        f'<figure lang="{words.language}" style="max-width:52rem;margin:0">'
        '<ol style="list-style:none;margin:0;padding:0 0 0 1.4em;border-left:3px solid #4b2e6f">'
        f"{''.join(entries)}</ol>"
        f'<figcaption style="padding-top:.8em">{html.escape(words("teaching.timeline.caption", **told))}</figcaption>'
        "</figure>"
    )


def _event(event: Mapping[str, str], later: int, words: Words) -> str:
    fill = "#4b2e6f" if event["status"] == "settled" else "#ffffff"
    dot = (
        f'<span aria-hidden="true" style="position:absolute;left:-1.95em;top:.25em;width:.75em;height:.75em;'
        f'border-radius:50%;background:{fill};border:3px solid #4b2e6f"></span>'
    )
    status = words(f"teaching.timeline.{event['status']}") if event["status"] != "settled" else ""
    sure = words(f"teaching.timeline.certainty_{event['certainty']}")
    small = [
        " · ".join(part for part in (event["who"], status, sure) if part) + ".",
        words("teaching.timeline.source", source=event["source"]),
        words("teaching.timeline.note", note=event["note"]) if event["note"] else "",
    ]
    text = " ".join(html.escape(part) for part in small if part)
    between = words("teaching.timeline.later", years=later) if later >= LONG else ""
    return (
        f'<li style="position:relative;padding-top:.9em">'
        f"{f'<em {MUTED}>{html.escape(between)}</em><br>' if between else ''}"
        f'<span style="position:relative">{dot}</span>'
        f"<strong>{html.escape(_day(event['date'], words))}</strong> {html.escape(event['what'])}"
        f"<br><span {MUTED}>{text}</span></li>"
    )


def _day(date: str, words: Words) -> str:
    """A date as people write it, as exact as it is known.

    Examples
    --------
    >>> from kunskap.words import read_words
    >>> [_day(date, read_words(language="sv")) for date in ("1994", "2025-09", "2006-05-16")]
    ['1994', 'september 2025', '16 maj 2006']
    """
    year, *rest = date.split("-")
    if not rest:
        return year
    month = words("teaching.timeline.months").split()[int(rest[0]) - 1]
    if len(rest) == 1:
        return words("teaching.timeline.month", month=month, year=year)
    return words("teaching.timeline.day", day=int(rest[1]), month=month, year=year)


def goals_then(written: pd.DataFrame, *, caption: str, words: Words) -> Sheet:
    """Which sub-goals each document was written under, and what to do about it.

    Parameters
    ----------
    written : DataFrame
        From `kunskap.growth.timeline.goals_when_written`.
    caption : str
        What the table is.
    words : Words
        Interface words.

    Examples
    --------
    >>> from kunskap.words import read_words
    >>> written = pd.DataFrame({"document": ["Plan"], "year": [2016], "at_first": [4], "at_last": [6],
    ...                         "has_changed": [False]})
    >>> "4 eller 6" in goals_then(written, caption="Våra dokument", words=read_words(language="sv")).html
    True
    """
    rows = []
    for row in written.to_dict("records"):
        first, last = row["at_first"], row["at_last"]
        if pd.isna(last):
            goals, then = words("teaching.written.none"), "changed"
        elif pd.isna(first) or first != last:
            known = words("teaching.written.none") if pd.isna(first) else words.count(first)
            goals, then = words("teaching.written.either", first=known, last=words.count(last)), "month"
        else:
            goals, then = words.count(last), "changed" if row["has_changed"] else "same"
        rows.append((row["document"], row["year"], goals, words(f"teaching.written.{then}")))
    headings = [words(f"teaching.written.{name}") for name in ("document", "year", "goals", "then")]
    return worksheet(pd.DataFrame(rows, columns=headings), caption=caption, words=words)


def unread(rejects: pd.DataFrame, *, words: Words) -> Sheet:
    """What of somebody's own file was not read, where it stands and why; or that all of it was.

    Parameters
    ----------
    rejects : DataFrame
        Columns `row`, `column`, `value` and the reasons, as `kunskap.readers.Import` and the growth readers give them.
    words : Words
        Interface words.

    Examples
    --------
    >>> from kunskap.growth.timeline import read_documents
    >>> from kunskap.words import read_words
    >>> own = read_documents("styrdokument_simulerad")
    >>> "Allt" in unread(own.rejects, words=read_words(language="sv")).html
    True
    """
    if rejects.empty:
        return Sheet(f'<p lang="{words.language}">{html.escape(words("teaching.unread.nothing"))}</p>')
    names = {"row": "row", "column": "column", "value": "value", f"reason_{words.language}": "reason"}
    shown = rejects.loc[:, list(names)].rename(
        columns={old: words(f"teaching.unread.{new}") for old, new in names.items()}
    )
    return worksheet(shown, caption=words("teaching.unread.caption"), words=words)


def commitment_card(*, what: str = "", when: str = "", asks: str = "", words: Words) -> Sheet:
    """A card to take home: what I will do, by when, and who will ask me.  What is not said yet is left to fill.

    Parameters
    ----------
    what, asks : str
        In the participant's own words; a role rather than a name.
    when : str
        A date as ``2027-03-31``.
    words : Words
        Interface words.

    Raises
    ------
    KunskapError
        ``TEACH-01`` if `when` is not a date.

    Examples
    --------
    >>> from kunskap.words import read_words
    >>> "2027-03-31" in commitment_card(what="Be om siffror", when="2027-03-31", words=read_words()).html
    True
    """
    if when:
        try:
            date.fromisoformat(when)
        except ValueError as error:
            raise KunskapError([fault("TEACH-01", "when", value=when)]) from error
    fields = {"what": what, "when": when, "asks": asks}
    rows = pd.DataFrame(
        {
            words("teaching.card.question"): [words(f"teaching.card.{name}") for name in fields],
            words("teaching.card.answer"): list(fields.values()),
        }
    )
    return worksheet(rows, caption=words("teaching.card.title"), words=words)
