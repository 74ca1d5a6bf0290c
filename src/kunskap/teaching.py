"""What a teaching module shows besides its figures: worksheets, commitment cards, and the participants' copy."""

from __future__ import annotations

import copy
import html
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from zlib import crc32

import pandas as pd
from nbformat import NotebookNode

from kunskap.errors import KunskapError, fault
from kunskap.plots import Drawing, svg
from kunskap.words import Words

__all__ = ["TRAINERS_TAGS", "Sheet", "commitment_card", "pair", "participant_copy", "show", "worksheet"]

TRAINERS_TAGS = frozenset({"solution", "trainer"})
BLANK = "…" * 12
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
