"""The quiz in a real JupyterLab with a real kernel: run, answered by keyboard, axe, its kernel killed."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import axe_violations
from tests.quiz_bank import quiz_bank

pytestmark = pytest.mark.browser
BANK = quiz_bank()
UNSAVED = "Inget svar från servern. Ditt svar kan vara osparat."


@pytest.fixture(scope="module")
def notebook(chromium: Browser, lab: SimpleNamespace) -> Iterator[Page]:
    """The notebook with its one cell run and the quiz shown."""
    context = chromium.new_context(viewport={"width": 1200, "height": 900})
    page = context.new_page()
    page.goto(lab.url)
    page.locator(".jp-Notebook .jp-CodeCell .cm-content").click(timeout=30_000)
    # The kernel must be there before a cell can be run.
    expect(page.locator(".jp-Notebook-ExecutionIndicator")).to_have_attribute("data-status", "idle", timeout=30_000)
    page.keyboard.press("Control+Enter")
    page.locator(".kq").wait_for(timeout=30_000)
    yield page
    context.close()


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is on `selector`, as a person would."""
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.locator(f"{selector}:focus").count():
            return
    pytest.fail(f"Tab never reached {selector}")


def test_before_the_answer_nothing_in_the_page_explains_anything(notebook: Page) -> None:
    content = notebook.locator(".jp-OutputArea").first.inner_html()
    for item_id in ("one01", "many01", "true01", "trap01"):
        assert not [each for each in BANK.items[item_id].options if each.explanation["sv"] in content]
    assert notebook.locator(".kq").get_attribute("lang") == "sv"
    assert axe_violations(notebook) == []


def test_a_question_is_answered_by_keyboard_alone(notebook: Page) -> None:
    selected = "[...document.querySelectorAll('.jp-Cell')].findIndex(cell => cell.classList.contains('jp-mod-active'))"
    notebook.locator(".kq").evaluate("quiz => quiz.querySelector('legend').focus()")
    notebook.keyboard.press("Tab")
    before = notebook.evaluate(selected)
    notebook.keyboard.press("Space")
    texts = notebook.locator(".kq-option label").all_inner_texts()
    wanted = BANK.items["one01"].option("b").text["sv"]
    for _ in range(texts.index(wanted)):
        notebook.keyboard.press("ArrowDown")
    assert notebook.evaluate(selected) == before, "an arrow must not move between the notebook's cells"
    assert notebook.locator(".kq-option input:checked + label").inner_text() == wanted
    tab_to(notebook, ".kq button[value=answer]")
    notebook.keyboard.press("Enter")
    status = notebook.locator(".kq [role=status]")
    expect(status).to_contain_text(BANK.items["one01"].option("b").explanation["sv"])
    expect(status).to_contain_text("Försök 1 av 2.")
    assert notebook.locator(".kq button[value=answer]:focus").count() == 1, "the focus stays where it was"
    ring = "(style => style.outlineStyle + ' ' + style.outlineWidth)(getComputedStyle(document.activeElement))"
    assert notebook.evaluate(ring) == "solid 3px"
    assert axe_violations(notebook) == []


def test_the_notebooks_own_keys_leave_the_cells_alone(notebook: Page) -> None:
    """In JupyterLab "b" adds a cell, "x" cuts one, "m" turns one into text, Enter begins to edit it."""
    button = notebook.locator(".kq button[value=answer]")
    for key in ("b", "a", "m", "x", "1"):
        button.press(key)
    notebook.wait_for_timeout(300)
    assert notebook.locator(".jp-Notebook .jp-Cell").count() == 2
    assert notebook.locator(".jp-Notebook .jp-CodeCell").count() == 1
    assert notebook.locator(".kq button[value=answer]:focus").count() == 1


def test_the_same_wrong_answer_again_is_told_again(notebook: Page) -> None:
    notebook.keyboard.press("Enter")
    status = notebook.locator(".kq [role=status]")
    expect(status).to_contain_text("Försök 2 av 2.")
    expect(status).to_contain_text("Rätt svar")
    tab_to(notebook, ".kq button[value=next]")
    notebook.keyboard.press("Space")
    expect(notebook.locator(".kq legend")).to_be_focused()
    expect(notebook.locator(".kq legend")).to_contain_text("Fråga 2 av 4")


def test_the_notebooks_dark_theme_is_followed(notebook: Page) -> None:
    notebook.evaluate("document.body.dataset.jpThemeLight = 'false'")
    assert notebook.evaluate("getComputedStyle(document.querySelector('.kq')).backgroundColor") == "rgb(36, 33, 30)"
    assert axe_violations(notebook) == []
    notebook.evaluate("document.body.dataset.jpThemeLight = 'true'")


def test_a_killed_kernel_is_told_within_ten_seconds(notebook: Page, lab: SimpleNamespace) -> None:
    notebook.locator(".kq legend").focus()
    notebook.keyboard.press("Tab")
    notebook.keyboard.press("Space")
    tab_to(notebook, ".kq button[value=answer]")
    os.kill(lab.kernel(), signal.SIGKILL)
    began = time.monotonic()
    notebook.keyboard.press("Enter")
    expect(notebook.locator(".kq [role=status]")).to_contain_text(UNSAVED, timeout=10_000)
    assert time.monotonic() - began < 10
    assert notebook.locator(".kq-option input:checked").count() == 1, "what was ticked is still there"
