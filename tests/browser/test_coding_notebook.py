"""The coders' screen in a real JupyterLab: by keyboard alone, with axe, in a narrow window, nothing of who wrote."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from kunskap.coding import read_coder, read_coding_frame
from tests.browser.axe import axe_violations

pytestmark = pytest.mark.browser
SCREEN = ".jp-OutputArea-output"
RUNS = 4


@pytest.fixture(scope="module")
def coder_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kodning")


@pytest.fixture(scope="module")
def notebook(chromium: Browser, lab: SimpleNamespace, coder_folder: Path) -> Iterator[Page]:
    """A notebook with the screen shown, with three texts."""
    cell = (
        "import pandas as pd; from pathlib import Path\n"
        "from kunskap.bank import read_bank\n"
        "from kunskap.coding import read_coding_frame\n"
        "from kunskap.coding_panel import CodingPanel\n"
        "texts = pd.DataFrame({'sitting_id': ['id-77', 'id-78', 'id-79'], 'item': 'understanding01',\n"
        "                      'text': ['Makt <b>och</b> pengar.', 'Vet inte.', 'Lika villkor.']})\n"
        f"CodingPanel(texts, frame=read_coding_frame(), bank=read_bank(), coder='anna', seed=3,\n"
        f"            folder=Path({str(coder_folder)!r}))"
    )
    made = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell)],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )
    context = chromium.new_context(viewport={"width": 1200, "height": 1000})
    page = context.new_page()
    page.goto(lab.add("coding.ipynb", made))
    page.locator(".jp-Notebook .jp-CodeCell .cm-content").click(timeout=30_000)
    expect(page.locator(".jp-Notebook-ExecutionIndicator")).to_have_attribute("data-status", "idle", timeout=30_000)
    screen = page.locator(".jp-OutputArea blockquote")
    # on a busy machine JupyterLab may not be listening yet when the keys come
    for _ in range(RUNS):
        page.locator(".jp-Notebook .jp-CodeCell .cm-content").first.click()
        page.keyboard.press("Control+Enter")
        with contextlib.suppress(PlaywrightTimeout):
            screen.first.wait_for(timeout=30_000)
            break
    screen.first.wait_for(timeout=1_000)
    yield page
    context.close()


def focused(page: Page) -> str:
    """What a screen reader would call the element in focus."""
    return str(page.evaluate("(e => (e.labels?.[0] ?? e).innerText.trim())(document.activeElement)"))


def tab_to(page: Page, name: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if focused(page) == name:
            return
    pytest.fail(f"Tab never reached {name}")


def test_the_screen_is_accessible_and_names_nobody(notebook: Page) -> None:
    assert axe_violations(notebook, SCREEN) == []
    shown = notebook.locator(SCREEN).first.inner_html()
    assert "id-7" not in shown
    assert "0 är kodade och 3 återstår" in shown


def test_a_text_is_coded_by_keyboard_alone(notebook: Page, coder_folder: Path) -> None:
    notebook.locator(f"{SCREEN} summary").first.focus()
    notebook.keyboard.press("Enter")
    expect(notebook.locator(f"{SCREEN} details").first).to_have_attribute("open", "")
    tab_to(notebook, "Lika villkor")
    notebook.keyboard.press("Space")
    assert notebook.evaluate("document.activeElement.checked")
    tab_to(notebook, "Spara och gå vidare")
    notebook.keyboard.press("Enter")
    expect(notebook.locator(f"{SCREEN} [role=status]").first).to_contain_text("1 är kodade och 2 återstår")
    assert focused(notebook) == "Spara och gå vidare", "the focus stays where it was"
    (saved,) = read_coder(coder_folder / "anna.csv", frame=read_coding_frame())
    assert saved.codes == ("terms",)
    assert axe_violations(notebook, SCREEN) == []


def test_nothing_chosen_is_told_and_not_saved(notebook: Page, coder_folder: Path) -> None:
    notebook.keyboard.press("Enter")
    expect(notebook.locator(f"{SCREEN} [role=alert]")).to_contain_text("Inget är valt")
    assert len(read_coder(coder_folder / "anna.csv", frame=read_coding_frame())) == 1
    assert axe_violations(notebook, SCREEN) == []


def test_every_control_can_be_read_in_a_narrow_window(notebook: Page) -> None:
    notebook.set_viewport_size({"width": 640, "height": 800})
    # JupyterLab lays its panels out anew a moment after the window has changed.
    notebook.wait_for_timeout(500)
    cut = notebook.evaluate(
        """part => [...document.querySelectorAll(part + " button, " + part + " label, " + part + " textarea")]
            .filter(e => e.innerText?.trim() && (e.scrollWidth > e.clientWidth + 1)).map(e => e.innerText)""",
        SCREEN,
    )
    notebook.set_viewport_size({"width": 1200, "height": 1000})
    assert cut == []
