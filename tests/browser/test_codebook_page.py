"""The codebook as a person meets it: axe-core, wide and narrow."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from kunskap.bank import Bank
from kunskap.publish.codebook import codebook
from kunskap.words import read_words

pytestmark = pytest.mark.browser


def test_axe_finds_nothing_wide_or_narrow_and_finds_a_planted_fault(
    bank: Bank, root: Path, tmp_path: Path, chromium: Browser
) -> None:
    words = {language: read_words(root / "survey", language) for language in ("sv", "en")}
    made = codebook("baslinje", bank=bank, words=words)["codebook_baslinje_sv.html"]
    (tmp_path / "whole.html").write_bytes(made)
    (tmp_path / "spoilt.html").write_bytes(made.replace(b'<html lang="sv">', b"<html>", 1))
    found = {}
    for name, width in (("whole", 1100), ("whole", 320), ("spoilt", 1100)):
        page = chromium.new_page(viewport={"width": width, "height": 900})
        page.goto((tmp_path / f"{name}.html").as_uri())
        found[name, width] = [one["id"] for one in Axe().run(page).response["violations"]]
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.close()
    assert found == {("whole", 1100): [], ("whole", 320): [], ("spoilt", 1100): ["html-has-lang"]}
