"""Worksheets, commitment cards and the participants' copy."""

from __future__ import annotations

import copy
from html.parser import HTMLParser

import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from kunskap.disclosure import read_policy, release
from kunskap.errors import KunskapError
from kunskap.growth.representation import shares_by_sex
from kunskap.growth.timeline import goals_when_written, timeline
from kunskap.plots import women_and_men
from kunskap.reference import read_activity
from kunskap.teaching import (
    commitment_card,
    goals_then,
    joined,
    participant_copy,
    show,
    timeline_list,
    unread,
    worksheet,
)
from kunskap.words import read_words

WORDS = read_words(language="sv")


class Tags(HTMLParser):
    """Counts tags with their attributes and gathers the text."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_participants_copy_lacks_solutions_and_notes_and_outputs() -> None:
    cells = [
        new_code_cell("1 + 1", execution_count=3, outputs=[new_output("stream", text="2")]),
        new_code_cell("# facit", metadata={"tags": ["check", "solution"]}),
        new_markdown_cell("Tidsmärke", metadata={"tags": ["trainer"]}),
        new_code_cell("# din tur", metadata={"tags": ["exercise"]}),
    ]
    notebook = new_notebook(cells=cells)
    before = copy.deepcopy(notebook)
    made = participant_copy(notebook)
    assert [cell["source"] for cell in made["cells"]] == ["1 + 1", "# din tur"]
    assert all(not cell["outputs"] and cell["execution_count"] is None for cell in made["cells"])
    assert notebook == before


def test_a_worksheet_is_a_table_with_caption_and_scopes() -> None:
    sheet = worksheet(pd.DataFrame({"Steg": ["R1", "R2"], "Vi såg": ["<b>", None]}), caption="4R", words=WORDS)
    page = Tags(sheet.html)
    scopes = [attributes.get("scope") for tag, attributes in page.found if tag == "th"]
    assert scopes == ["col", "col", "row", "row"]
    assert ("b", {}) not in page.found
    assert "<b>" in page.text and "…" in page.text and "4R" in page.text
    assert dict(page.found[0][1])["lang"] == "sv"


def test_the_card_asks_what_when_and_who_and_leaves_lines_to_write_on() -> None:
    page = Tags(commitment_card(words=WORDS).html)
    assert page.text.count("…………") >= 3
    filled = Tags(commitment_card(what="Be om siffror", when="2027-03-31", asks="Chefen", words=WORDS).html)
    assert "…" not in filled.text and "Be om siffror" in filled.text


def test_a_card_with_no_date_is_told_so() -> None:
    with pytest.raises(KunskapError) as caught:
        commitment_card(what="Be om siffror", when="i vår", words=WORDS)
    assert caught.value.codes == ("TEACH-01",)


def test_the_figures_words_stand_below_it_and_are_read_once() -> None:
    tables = {"parts": shares_by_sex(read_activity("4r_simulerad"))}
    released = release(tables, policy=read_policy(), basis="public", source="exempel", simulated=True)
    drawing = women_and_men(released, words=WORDS, table="parts", title="Exempel")
    page = Tags(show(drawing, words=WORDS).html)
    assert drawing.alt in page.text
    assert [attributes.get("aria-hidden") for tag, attributes in page.found if tag == "svg"] == ["true"]
    assert show(drawing, words=WORDS).html == show(drawing, words=WORDS).html


def test_the_timeline_tells_every_date_source_and_certainty_in_words() -> None:
    events = timeline()
    page = Tags(timeline_list(events, words=WORDS).html)
    assert [tag for tag, _ in page.found].count("li") == len(events)
    for event in events.to_dict("records"):
        assert event["what"] in page.text and event["source"] in page.text
    # A dot's fill is never the only sign.
    assert page.text.count("meddelat, inget beslut funnet") == 1 + events["status"].eq("announced").sum()
    assert "6 år senare" in page.text and "1 år senare" not in page.text


def test_documents_are_told_what_to_do() -> None:
    written = goals_when_written(pd.DataFrame({"document": list("ABC"), "year": [2003, 2016, 2020]}))
    page = Tags(goals_then(written, caption="Våra dokument", words=WORDS).html)
    for text in ("inga i listan", "4 eller 6", "läs om målstycket", "vilken månad", "det som är meddelat"):
        assert text in page.text, text


def test_what_was_not_read_is_told_with_its_place_and_reason() -> None:
    rejects = pd.DataFrame({"row": [3], "column": ["År"], "value": ["<i våras>"], "reason_sv": ["inget år"]})
    page = Tags(unread(rejects, words=WORDS).html)
    assert "<i våras>" in page.text and "inget år" in page.text and ("i", {}) not in page.found
    assert "Allt i filen" in Tags(unread(rejects.head(0), words=WORDS).html).text


def test_pieces_are_shown_below_one_another() -> None:
    pieces = (commitment_card(words=WORDS), worksheet(pd.DataFrame({"Vad": ["A"]}), caption="Sist", words=WORDS))
    assert joined(*pieces).html == "".join(piece.html for piece in pieces)
