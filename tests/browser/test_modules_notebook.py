"""Each module as participants meet it in a real JupyterLab: quizzes clicked through, worksheets shown, cards written.

One notebook holds, from the participants' copy of each module, what its quizzes and worksheets need and no more; one
kernel runs it, so that all modules together take no longer than this file may.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from nbformat import NotebookNode
from playwright.sync_api import Browser, Locator, Page, expect

from kunskap.content import notebooks_folder
from kunskap.handout import modules_in
from kunskap.teaching import participant_copy
from tests.browser.axe import axe_violations
from tests.module_rules import quizzes
from tests.notebook_rules import calls, code, tags

pytestmark = pytest.mark.browser
MODULES = modules_in(notebooks_folder())
EVERY_TIME = "25"
SHEETS = {"worksheet", "commitment_card"}
PROMISE = "Be om siffror för kvinnor och män"


def needed(notebook: NotebookNode) -> list[NotebookNode]:
    """The set-up, the quizzes and the worksheets of a copy, and the cells that make the names they use."""
    cells = code(notebook)
    kept: set[str] = set()
    wanted: set[str] = set()
    for cell in reversed(cells):
        names = [node for node in ast.walk(ast.parse(cell["source"])) if isinstance(node, ast.Name)]
        made = {node.id for node in names if isinstance(node.ctx, ast.Store)}
        is_shown = "quiz" in tags(cell) or ("exercise" in tags(cell) and SHEETS & calls(cell["source"]))
        if is_shown or "setup" in tags(cell) or made & wanted:
            kept.add(cell["id"])
            wanted |= {node.id for node in names if isinstance(node.ctx, ast.Load)}
    return [cell for cell in cells if cell["id"] in kept]


def gathered(modules: Sequence[Path]) -> tuple[NotebookNode, int, int]:
    """Modules in one notebook, the number of quizzes in it and of worksheets and cards."""
    cells: list[NotebookNode] = []
    asked = sheets = 0
    for path in modules:
        copied = participant_copy(nbformat.read(path, as_version=4))
        for cell in needed(copied):
            sheets += bool("exercise" in tags(cell) and SHEETS & calls(cell["source"]))
            cells.append(nbformat.v4.new_code_cell(cell["source"], metadata=cell["metadata"]))
            if "quiz" in tags(cell):
                (made,) = (
                    node.targets[0].id for node in ast.parse(cell["source"]).body if isinstance(node, ast.Assign)
                )
                cells.append(nbformat.v4.new_code_cell(f"asked = [*globals().get('asked', []), {made}]"))
                asked += 1
        assert len(quizzes(copied)) == 2, path.name
    cells.append(nbformat.v4.new_code_cell("[quiz.result().answered == quiz.result().questions for quiz in asked]"))
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return nbformat.v4.new_notebook(cells=cells, metadata=kernel), asked, sheets


@pytest.fixture(
    scope="module",
    params=[
        pytest.param([path for path in MODULES if path.name[0] in EVERY_TIME], id="some"),
        pytest.param(
            [path for path in MODULES if path.name[0] not in EVERY_TIME], id="rest", marks=pytest.mark.exhaustive
        ),
    ],
)
def modules(request: pytest.FixtureRequest) -> Sequence[Path]:
    """Two modules every time, the others in the long runs."""
    return request.param


@pytest.fixture(scope="module")
def notebook(chromium: Browser, lab: SimpleNamespace, modules: Sequence[Path]) -> Iterator[Page]:
    """The notebook, run from top to bottom."""
    made, asked, _ = gathered(modules)
    context = chromium.new_context(viewport={"width": 1200, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(10_000)
    lab.windowing("none")
    page.goto(lab.add("moduler.ipynb", made))
    page.locator(".jp-Notebook .jp-CodeCell .cm-content").first.click(timeout=30_000)
    expect(page.locator(".jp-Notebook-ExecutionIndicator")).to_have_attribute("data-status", "idle", timeout=30_000)
    page.keyboard.press("Control+B")  # the list to the left is hidden, as the guide says
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    expect(page.locator(".kq")).to_have_count(asked, timeout=60_000)
    # A kernel that still runs the cells below hears of no click.
    expect(page.locator(".jp-Notebook-ExecutionIndicator")).to_have_attribute("data-status", "idle", timeout=120_000)
    yield page
    context.close()


def test_all_seven_modules_are_there() -> None:
    assert [path.stem.split("-")[0] for path in MODULES] == list("1234567")


def test_every_quiz_is_clicked_through_to_its_end(notebook: Page) -> None:
    for place in range(notebook.locator(".kq").count()):
        quiz = notebook.locator(".kq").nth(place)
        total = int(quiz.locator("progress").get_attribute("max") or 0)
        assert total == 4
        for number in range(1, total + 1):
            expect(quiz.locator("legend")).to_contain_text(f"Fråga {number} av {total}")
            quiz.locator(".kq-option label").first.click()
            if quiz.locator("button[value=answer]").count():  # the quiz before shows no answers, and has no such step
                quiz.locator("button[value=answer]").click()
                expect(quiz.locator("progress")).to_have_attribute("value", str(number))
            quiz.locator("button[value=next]" if number < total else "button[value=finish]").click()
        expect(quiz.locator("button[value=finish]")).to_have_count(0)
    last = notebook.locator(".jp-Notebook .jp-CodeCell").last
    run(last)
    expect(last.locator(".jp-OutputArea-output")).to_contain_text("True")
    assert "False" not in last.locator(".jp-OutputArea-output").inner_text()


def run(cell: Locator) -> None:
    """Run a cell as a person would."""
    cell.locator(".cm-content").click()
    cell.page.keyboard.press("Control+Enter")


def test_every_worksheet_is_shown_and_every_commitment_can_be_written(notebook: Page, modules: Sequence[Path]) -> None:
    _, _, sheets = gathered(modules)
    assert notebook.locator(".jp-OutputArea-output table caption").count() >= sheets
    assert notebook.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    cards = notebook.locator(".jp-CodeCell").filter(has=notebook.locator("caption", has_text="Mitt åtagande"))
    assert cards.count() == len(modules)
    for place in range(cards.count()):
        card = cards.nth(place)
        card.locator(".cm-content").click()
        notebook.keyboard.press("Control+A")
        notebook.keyboard.insert_text(
            f'commitment_card(what="{PROMISE}", when="2027-03-31", asks="Chefen", words=words)'
        )
        notebook.keyboard.press("Control+Enter")
        expect(card.locator("td").first).to_have_text(PROMISE)


def test_what_the_participants_meet_is_accessible(notebook: Page) -> None:
    assert axe_violations(notebook, ".jp-OutputArea-output") == []
