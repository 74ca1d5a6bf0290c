"""The gallery's page in a real browser: axe finds nothing, the pictures have words, and it scrolls one way only."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from kunskap.bank import read_bank
from kunskap.content import data_folder
from kunskap.design import read_design
from kunskap.disclosure import read_policy
from kunskap.gallery import ENTRIES, Material, gallery_document, shown
from kunskap.project import open_project
from kunskap.report.html import html_page
from kunskap.words import read_words
from tests.browser.axe import axe_violations

pytestmark = pytest.mark.browser
FEW = ("women_and_men", "room_comparison")


def test_the_page_is_accessible_and_fits_a_phone(chromium: Browser, tmp_path: Path) -> None:
    project, words = open_project(data_folder() / "demo"), read_words(language="sv")
    # These two are drawn of no answers.
    material = Material(
        project=project,
        bank=read_bank(project.survey),
        words=words,
        policy=read_policy(project.survey),
        design=read_design(project.survey),
        imports=(),  # type: ignore[arg-type]
    )
    few = shown(material, [entry for entry in ENTRIES if entry.name in FEW])
    document = gallery_document(few, material=material, date=datetime.date(2026, 11, 23))
    path = tmp_path / "galleri.html"
    path.write_bytes(html_page(document, words=words))
    context = chromium.new_context(viewport={"width": 1400, "height": 900})
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")
    assert axe_violations(page, "html") == []
    colour, grey = (page.locator(place).first.bounding_box() for place in ("svg.drawing", "img.drawing"))
    assert colour and grey and abs(colour["y"] - grey["y"]) < 2 and grey["x"] > colour["x"] + colour["width"]
    assert colour["width"] == pytest.approx(grey["width"], abs=1)
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.evaluate("document.querySelector('img').removeAttribute('alt')")
    assert any(found.startswith("image-alt:") for found in axe_violations(page, "html")), "a planted fault is found"
    context.close()
    assert [url for url in asked if not url.startswith("data:")] == [path.as_uri()]
