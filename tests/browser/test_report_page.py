"""The report in a real browser: no axe finding, nothing fetched, drawings that fit, and whole on paper.

The pages of all kinds are walked by keyboard, narrow and read aloud in ``tests/report/test_every_kind.py``.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from kunskap.disclosure import read_policy, release
from kunskap.report import save_report
from kunskap.words import read_words
from tests import report_example as example
from tests.browser.axe import axe_violations

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module", params=["sv", "en"])
def saved(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    bank = example.make_bank()
    answers = example.make_answers(bank)
    few = answers.drop(answers.index[answers["role"].eq("tjm")][5:])
    released = release(example.make_tables(bank, few), policy=read_policy(ROOT / "survey"), simulated=True)
    words = read_words(ROOT / "survey", request.param)
    folder = tmp_path_factory.mktemp(f"page-{request.param}-")
    date = datetime.date(2026, 11, 22)
    return save_report(released, folder, bank=bank, words=words, date=date, summary="ett\n– två")


@pytest.fixture
def page(saved: Path, chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1200, "height": 900})
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(saved.as_uri())
    yield page
    context.close()
    assert asked == [saved.as_uri()], "the report asked for something"


def open_folds(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")


def test_axe_finds_nothing_and_three_planted_faults(page: Page, saved: Path) -> None:
    open_folds(page)
    assert axe_violations(page, "html") == []
    if saved.parent.name.startswith("page-en"):
        return  # the faults are no other in English
    page.evaluate(
        "document.querySelector('.drawing').removeAttribute('aria-label');"
        "document.documentElement.lang = '';"
        "document.querySelector('main p').style.color = '#ccc'"
    )
    found = {found.partition(":")[0] for found in axe_violations(page, "html")}
    assert {"svg-img-alt", "html-has-lang", "color-contrast"} <= found


def test_drawings_have_the_readers_typeface_and_fit(page: Page) -> None:
    """No text of a drawing leaves it in the browser's own letters."""
    open_folds(page)
    outside = page.evaluate(
        """[...document.querySelectorAll('svg.drawing')].flatMap(svg => {
            const sheet = svg.getBoundingClientRect();
            return [...svg.querySelectorAll('text')].filter(text => {
                const box = text.getBoundingClientRect();
                return box.left < sheet.left - 1 || box.right > sheet.right + 1;
            }).map(text => text.textContent);
        })"""
    )
    assert outside == []
    assert "system-ui" in page.evaluate("getComputedStyle(document.querySelector('svg.drawing text')).fontFamily")


def test_print_shows_every_open_figure_whole(page: Page) -> None:
    page.emulate_media(media="print")
    heights = page.evaluate(
        "[...document.querySelectorAll('svg.drawing')].filter(s => !s.closest('details:not([open])'))"
        ".map(s => s.getBoundingClientRect().height)"
    )
    assert heights
    assert min(heights) > 100, "a figure that is open on the page is missing on paper"
    breaks = page.evaluate("[...document.querySelectorAll('figure')].map(f => getComputedStyle(f).breakInside)")
    assert set(breaks) == {"avoid"}
    assert page.evaluate("getComputedStyle(document.querySelector('nav')).display") == "none"
    pdf = page.pdf(prefer_css_page_size=True)
    boxes = {tuple(round(float(side)) for side in box.split()) for box in
             re.findall(r"/MediaBox \[([\d. ]+)\]", pdf.decode("latin-1"))}  # fmt: skip
    assert boxes <= {(0, 0, 595, 842), (0, 0, 596, 842)}, "not A4"
