"""The whole sheet, the diploma and a poll in a real browser: narrow, dark, own colours, by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from kunskap.bank import read_bank
from tests.browser.axe import axe_violations
from tests.browser.test_participants_page import Open, phone
from tests.serve.conftest import Served, serving
from tests.serve.room import Trainer

pytestmark = pytest.mark.browser
__all__ = ["phone", "serving"]
BANK = read_bank()
NARROW = {"viewport": {"width": 320, "height": 640}}
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def check(page: Page, what: str) -> None:
    """Nothing for axe, light or dark, and nothing runs out of 320 px (1280 px at 400 %)."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        assert axe_violations(page, "html") == [], (what, scheme)
    assert page.evaluate(OVERFLOW) <= 0, what


def enter(page: Page) -> None:
    page.get_by_role("button", name="Svara utan kod").click()
    expect(page.locator("legend").first).to_be_visible()


def step(page: Page, answer: Callable[[], object] = lambda: None) -> None:
    """Answer, go on, and wait for what comes next."""
    stem = page.locator("legend").inner_text()
    answer()
    page.locator("button.kq-primary").click()
    page.wait_for_function("old => (document.querySelector('legend')?.innerText ?? '') !== old", arg=stem)


def test_the_sheet_by_keyboard_and_what_is_wrong_takes_the_focus(serving: Callable[..., Served], phone: Open) -> None:
    served = serving("--form", "baslinje", "--wave", "v", "--shown", "all")
    page = phone(served, **NARROW)
    enter(page)
    several = page.locator("fieldset", has=page.locator("input[type=checkbox]")).first
    for place in (several.locator("input").first, several.locator("input").last):
        place.focus()
        page.keyboard.press("Space")
    page.locator("textarea").first.fill("Åäö <b>")
    page.keyboard.press("Tab")
    hand_in = page.get_by_role("button", name="Lämna in svaren")
    hand_in.focus()
    page.keyboard.press("Enter")
    expect(several.locator("legend")).to_be_focused()
    expect(page.get_by_role("status")).to_contain_text("Några svar behöver ändras")
    expect(page.locator("textarea").first).to_have_value("Åäö <b>")
    check(page, "a sheet with a fault")
    several.locator("input").last.uncheck()
    page.get_by_role("button", name="Spara så länge").click()
    expect(page.get_by_role("status")).to_contain_text("svar är noterade")
    page.reload()
    expect(several.locator("input").first).to_be_checked()
    page.get_by_label(BANK.items["ability01"].options[3].text["sv"]).first.check()
    hand_in.click()
    expect(page.get_by_role("heading", name="Tack för dina svar")).to_be_focused()
    expect(page.get_by_role("heading", name="Nästa modul för dig")).to_be_visible()
    check(page, "handed in, with the next module")


def test_a_diploma_on_screen_on_paper_and_in_the_readers_own_colours(
    serving: Callable[..., Served], phone: Open
) -> None:
    served = serving("--form", "r4a", "--paced", "self")
    page = phone(served, forced_colors="active", **NARROW)
    enter(page)
    for _ in BANK.forms["r4a"].background:
        step(page, lambda: page.locator("fieldset input").first.check())
    page.locator("summary").click()
    expect(page.locator("details p")).to_be_visible()
    for item_id in BANK.forms["r4a"].item_ids:
        for option in BANK.items[item_id].key:
            text = BANK.items[item_id].option(option).text["sv"]
            page.locator(".kq-option").filter(has=page.get_by_text(text, exact=True)).locator("input").check()
        page.get_by_role("button", name="Svara").click()
        expect(page.locator(".kq-feedback")).to_contain_text("Rätt")
        step(page)
    check(page, "a result to keep")
    for name, begins in (("som webbsida", b"<!doctype html>"), ("som PDF", b"%PDF-")):
        with page.expect_download() as coming:
            page.get_by_role("link", name=name).click()
        assert Path(coming.value.path()).read_bytes().startswith(begins)
    page.get_by_role("link", name="Visa intyget").click()
    expect(page.get_by_role("heading", name="Intyg")).to_be_visible()
    page.emulate_media(media="print", forced_colors="none")
    expect(page.locator("header.top")).to_be_hidden()
    page.emulate_media(media="screen", forced_colors="none")
    check(page, "a diploma")


def test_a_poll_comes_to_the_phone_and_goes(serving: Callable[..., Served], phone: Open) -> None:
    served = serving("--form", "r4a")
    trainer, page = Trainer(served), phone(served, **NARROW)
    enter(page)
    for _ in BANK.forms["r4a"].background:
        step(page, lambda: page.locator("fieldset input").first.check())
    words = "<i>Var</i> & hur?"
    assert trainer.ask("/rum/samtal", {"question": words, "options": ["Här", "D" + "ä" * 100 + "r"]})[0] == 200
    expect(page.locator("legend")).to_contain_text(words)
    expect(page.locator("legend")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.get_by_role("button", name="Spara svaret").click()
    expect(page.locator(".kq-saved")).to_be_visible()
    check(page, "a poll")
    trainer.do("close")
    expect(page.get_by_text("Frågan är stängd")).to_be_visible()
    check(page, "a closed poll")
    trainer.do("back")
    expect(page.get_by_role("heading", name="Du är med")).to_be_visible()
