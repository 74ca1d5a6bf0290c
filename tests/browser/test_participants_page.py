"""The participants' page in a real browser: phone, keyboard, no script, large text, dark, own colours, a bad net."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.axe import axe_violations
from tests.serve.conftest import Served, serving

pytestmark = pytest.mark.browser
__all__ = ["serving"]
PHONE = {"viewport": {"width": 390, "height": 844}, "locale": "sv-SE"}
Open = Callable[..., Page]


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Open]:
    """A phone; whatever the page's script throws or the policy stops fails the test."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_page(served: Served, path: str = "/", **settings: object) -> Page:
        context = chromium.new_context(**{**PHONE, **settings})  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if "Content Security Policy" in said.text else None)
        page.on("request", lambda sent: None if sent.url.startswith(served.url) else errors.append(sent.url))
        page.goto(served.url + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []


def begin(page: Page) -> str:
    page.get_by_role("button", name="Ge mig en kod").click()
    code = page.locator(".code").inner_text()
    page.get_by_role("button", name="Jag har skrivit upp koden").click()
    expect(page.locator("legend")).to_be_visible()
    return code


def answer_all(page: Page) -> int:
    """Tick the first option of each question, or write; go on; hand in."""
    for number in range(1, 100):
        if not page.locator("legend").count():
            return number - 1
        stem = page.locator("legend").inner_text()
        ticks = page.locator("fieldset input[type=radio], fieldset input[type=checkbox]")
        if ticks.count():
            ticks.first.check()
        else:
            page.locator("fieldset textarea, fieldset input").first.fill(
                "Åäö 3" if page.locator("textarea").count() else "3"
            )
        page.locator("button.kq-primary").click()
        page.wait_for_function("old => (document.querySelector('legend')?.innerText ?? '') !== old", arg=stem)
    raise AssertionError("the form never ends")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_participant_walks_the_form_and_takes_it_back(
    serving: Callable[..., Served], phone: Open, script: bool
) -> None:
    served = serving("--form", "namnd")
    page = phone(served, java_script_enabled=script)
    code = begin(page)
    if script:
        assert answer_all(page) >= 15
    else:
        while page.locator("legend").count():
            ticks = page.locator("fieldset input[type=radio], fieldset input[type=checkbox]")
            ticks.first.check() if ticks.count() else page.locator("textarea").fill("Åäö")
            page.locator("button.kq-primary").click()
    expect(page.get_by_role("heading", name="Tack för dina svar")).to_be_visible()
    page.goto(served.url + "/mina-svar")
    page.get_by_label("Din kod").fill(code)
    page.get_by_role("button", name="Visa mina svar").click()
    expect(page.locator("dt").first).to_be_visible()
    page.get_by_role("button", name="Ta tillbaka mina svar").click()
    page.get_by_role("button", name="Ja, ta tillbaka dem").click()
    expect(page.get_by_role("heading", name="Dina svar är tillbakatagna")).to_be_visible()


def test_axe_finds_nothing_on_any_page(serving: Callable[..., Served], phone: Open) -> None:
    served = serving("--form", "namnd")
    page = phone(served)

    def check(name: str) -> None:
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            assert axe_violations(page, "html") == [], (name, scheme)

    check("landing")
    page.get_by_label("Din kod").fill("abborre")
    page.get_by_role("button", name="Börja", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Koden har 1 ord")
    check("a wrong code")
    page.goto(served.url + "/?lang=en")
    check("English")
    page.goto(served.url + "/?lang=sv")
    code = begin(page)
    check("a question")
    answer_all(page)
    check("the end")
    for path in ("/mina-svar", "/om-dina-svar", "/tillganglighet", "/finns-inte"):
        page.goto(served.url + path)
        check(path)
    page.goto(served.url + "/mina-svar")
    page.get_by_label("Din kod").fill(code)
    page.get_by_role("button", name="Visa mina svar").click()
    check("own answers")


def test_by_keyboard_alone_with_the_focus_where_it_should_be(serving: Callable[..., Served], phone: Open) -> None:
    served = serving("--form", "namnd")
    page = phone(served, viewport={"width": 1000, "height": 800})
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Hoppa till innehållet")).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Ge mig en kod").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Jag har skrivit upp koden").focus()
    page.keyboard.press("Enter")
    expect(page.locator("legend")).to_be_visible()
    for _ in range(3):
        stem = page.locator("legend").inner_text()
        page.locator("fieldset input").first.focus()
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
        page.wait_for_function("old => document.querySelector('legend').innerText !== old", arg=stem)
        expect(page.locator("legend")).to_be_focused()


@pytest.mark.parametrize("width", [320, 256])
def test_nothing_runs_out_of_a_narrow_or_enlarged_page(serving: Callable[..., Served], phone: Open, width: int) -> None:
    """1280 px at 400 % is 320 px."""
    served = serving("--form", "namnd")
    page = phone(served, viewport={"width": width, "height": 600})
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(overflow) <= 0
    begin(page)
    for path in ("/fragor", "/mina-svar", "/om-dina-svar", "/tillganglighet"):
        page.goto(served.url + path)
        assert page.evaluate(overflow) <= 0, path


def test_what_is_chosen_is_seen_in_forced_colours(serving: Callable[..., Served], phone: Open) -> None:
    served = serving("--form", "namnd")
    page = phone(served, forced_colors="active")
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    border = "getComputedStyle(document.querySelector('.button')).borderTopWidth"
    assert page.evaluate(border) == "2px"


def test_every_target_is_large_enough_for_a_thumb(serving: Callable[..., Served], phone: Open) -> None:
    served = serving("--form", "namnd")
    page = phone(served)
    begin(page)
    sizes = page.evaluate(
        "[...document.querySelectorAll('button, .kq-option, nav a')].map(e => e.getBoundingClientRect().height)"
    )
    assert min(sizes) >= 43


def test_the_server_is_away_in_mid_answer_and_comes_back(serving: Callable[..., Served], phone: Open) -> None:
    served = serving("--form", "namnd")
    page = phone(served)
    begin(page)
    page.locator("fieldset input").first.check()
    served.stop()
    page.locator("button.kq-primary").click()
    expect(page.locator(".kq-sending")).to_be_visible()
    served.start()
    expect(page.locator(".kq-number")).to_contain_text("Fråga 2 av", timeout=9000)


def test_silence_is_called_unsaved_and_the_same_button_saves_later(serving: Callable[..., Served], phone: Open) -> None:
    served = serving("--form", "namnd")
    page = phone(served)
    begin(page)
    page.locator("fieldset input").first.check()
    served.stop()
    page.locator("button.kq-primary").click()
    expect(page.locator(".kq-notice")).to_contain_text("kanske inte sparat", timeout=12000)
    expect(page.locator("fieldset input").first).to_be_checked()
    served.start()
    page.locator("button.kq-primary").click()
    expect(page.locator(".kq-number")).to_contain_text("Fråga 2 av")
    page.goto(served.url + "/fragor?q=1")
    expect(page.locator("fieldset input").first).to_be_checked()
