"""A workshop from end to end: the trainer in a real JupyterLab, phones in the room, and staff who read the store."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from typer.testing import CliRunner

from kunskap.bank import read_bank
from kunskap.cli import app
from kunskap.disclosure import read_policy, release
from kunskap.estimates import proportion
from kunskap.readers import read_responses
from kunskap.scoring import outcomes
from tests.browser.axe import axe_violations
from tests.serve.conftest import Served, serving, serving_process

pytestmark = pytest.mark.browser
__all__ = ["serving", "serving_process"]
BANK = read_bank()
ITEMS = [BANK.items[item_id] for item_id in BANK.forms["r4a"].item_ids]
PHONE = {"viewport": {"width": 390, "height": 844}, "locale": "sv-SE"}
PROJECTOR = {"width": 1280, "height": 720}
SCREEN = ".jp-OutputArea-output"
TRAINERS = Path(__file__).resolve().parents[2] / "notebooks" / "workshop" / "trainer.ipynb"
RUNS = 4
Open = Callable[..., Page]


@pytest.fixture
def phones(chromium: Browser) -> Iterator[Open]:
    """Phones; whatever a page's script throws or the policy stops fails the test."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_page(served: Served, **settings: object) -> Page:
        context = chromium.new_context(**{**PHONE, **settings})  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if "Content Security Policy" in said.text else None)
        page.on("request", lambda sent: None if sent.url.startswith(served.url) else errors.append(sent.url))
        page.goto(served.url + "/")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []


def join(page: Page, code: str | None = None) -> str:
    """Get a code (or use one), and answer what is asked about oneself."""
    if code is None:
        page.get_by_role("button", name="Ge mig en kod").click()
        code = page.locator(".code").inner_text()
        page.get_by_role("button", name="Jag har skrivit upp koden").click()
    else:
        page.get_by_label("Din kod").fill(code)
        page.get_by_role("button", name="Börja", exact=True).click()
    expect(page.locator("#quiz")).to_be_visible()
    while page.get_by_text("Först några frågor om dig").count():
        stem = page.locator("legend").inner_text()
        page.locator("fieldset input").first.check()
        page.locator("button.kq-primary").click()
        page.wait_for_function("old => (document.querySelector('legend')?.innerText ?? '') !== old", arg=stem)
    return code


def answer(page: Page, option: str, item: int) -> None:
    """Wait for the trainer to open the question, choose an option and save it."""
    expect(page.locator("legend")).to_contain_text(ITEMS[item].stem["sv"], timeout=15000)
    page.get_by_label(ITEMS[item].option(option).text["sv"], exact=True).check()
    page.get_by_role("button", name="Spara svaret").click()
    expect(page.locator(".kq-saved")).to_be_visible()


def trainers_screen(chromium: Browser, lab: SimpleNamespace, served: Served) -> Page:
    """The trainer's own notebook in JupyterLab: its first two code cells, beside the project's other notebooks."""
    sources = [cell["source"] for cell in nbformat.read(TRAINERS, 4)["cells"] if cell["cell_type"] == "code"][:2]
    there = served.project / "notebooks" / "workshop"
    source = "\n".join([f"import os; os.chdir({str(there)!r})", *sources])
    made = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source, metadata={"jupyter": {"source_hidden": True}})],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )
    page = chromium.new_context(viewport=PROJECTOR).new_page()  # type: ignore[arg-type]
    page.set_default_timeout(20000)
    page.goto(lab.add("trainer.ipynb", made))
    page.locator(".jp-Notebook .jp-Cell").first.click(timeout=30_000)
    expect(page.locator(".jp-Notebook-ExecutionIndicator")).to_have_attribute("data-status", "idle", timeout=30_000)
    button = page.get_by_role("button", name="Öppna", exact=True)
    for _ in range(RUNS):  # on a busy machine JupyterLab may not be listening yet when the keys come
        page.locator(".jp-Notebook .jp-Cell").first.click()
        page.keyboard.press("Control+Enter")
        with contextlib.suppress(PlaywrightTimeout):
            button.wait_for(timeout=30_000)
            break
    button.wait_for(timeout=1_000)
    return page


def press(page: Page, name: str) -> None:
    button = page.locator(SCREEN).get_by_role("button", name=name, exact=True)
    expect(button).to_be_enabled()
    button.click()


def test_a_workshop(
    chromium: Browser, lab: SimpleNamespace, serving_process: Callable[..., Served], phones: Open
) -> None:
    served = serving_process("--form", "r4a")
    trainer = trainers_screen(chromium, lab, served)
    output = trainer.locator(SCREEN)
    expect(output.get_by_text("Rummet är igång.")).to_be_visible()

    # before: three people, too few for a figure
    people = [phones(served) for _ in range(3)]
    codes = [join(page) for page in people]
    for page in people:
        expect(page.get_by_role("heading", name="Du är med")).to_be_visible()
    expect(output.get_by_text("3 är med")).to_be_visible()
    press(trainer, "Öppna")
    for page in people:
        answer(page, "dk", 0)
    expect(output.get_by_text("3 av 3 har svarat")).to_be_visible()
    assert axe_violations(people[0], "html") == []
    press(trainer, "Stäng")
    expect(output.get_by_text("Fördelningen visas inte: 3 har svarat")).to_be_visible()
    expect(output.locator("svg[role=img]")).to_have_count(0)
    expect(people[0].get_by_text("Frågan är stängd")).to_be_visible()

    # two more: five are enough
    people += [phones(served) for _ in range(2)]
    codes += [join(page) for page in people[3:]]
    press(trainer, "Nästa")
    press(trainer, "Öppna")
    for page in people:
        answer(page, "dk", 1)
    expect(output.get_by_text("5 av 5 har svarat")).to_be_visible()
    press(trainer, "Stäng")
    figure = output.locator("svg[role=img]")
    expect(figure).to_be_visible()
    assert "Av 5 svar" in (figure.get_attribute("aria-label") or "")
    assert "Rätt svar" not in output.all_inner_texts()[-1].replace("Visa rätt svar", "")
    assert axe_violations(trainer, SCREEN) == []
    expect(people[0].get_by_text("Frågan är stängd")).to_be_visible()
    assert "Rätt svar" not in people[0].content()

    # the module, and then the same phones again; one has another phone and the same code
    press(trainer, "Börja omgången efter")
    expect(output.get_by_text("Tryck en gång till")).to_be_visible()
    press(trainer, "Börja omgången efter")
    expect(output.get_by_text("Efter modulen")).to_be_visible()
    people[4].context.close()
    people[4] = phones(served)
    join(people[4], codes[4])
    press(trainer, "Nästa")
    press(trainer, "Öppna")
    for page in people[:2]:
        answer(page, ITEMS[1].key[0], 1)

    # the laptop dies and comes back: within a minute the room goes on, and nobody has to do anything
    began = time.monotonic()
    served.kill()
    expect(output.get_by_text("rummet svarar inte")).to_be_visible(timeout=15000)
    expect(people[2].locator("#lost")).to_contain_text("Sidan når inte rummet", timeout=20000)
    served.start()
    for page in people[2:]:
        answer(page, ITEMS[1].key[0], 1)
    expect(output.get_by_text("5 av 5 har svarat")).to_be_visible(timeout=20000)
    assert time.monotonic() - began < 60

    press(trainer, "Stäng")
    expect(figure).to_be_visible()
    press(trainer, "Visa rätt svar")
    expect(output.get_by_text("✓ Rätt svar:").first).to_be_visible()
    key = ITEMS[1].option(ITEMS[1].key[0])
    expect(people[0].get_by_text(key.explanation["sv"])).to_be_visible()
    assert axe_violations(people[0], "html") == []
    press(trainer, "Ångra")
    expect(people[0].get_by_text(key.explanation["sv"])).to_have_count(0)
    press(trainer, "Före/efter")
    expect(output.get_by_text("Rätt svar före och efter")).to_be_visible()
    expect(figure).to_be_visible()
    assert "Samma 5 personer" in (figure.get_attribute("aria-label") or "")
    trainer.context.close()

    # staff read the store as any export
    shares = {}
    for occasion in ("before", "after"):
        imported = read_responses(served.store, bank=BANK, form="r4a", occasion=occasion)
        assert imported.rejects.empty
        assert len(imported.responses) == 5
        judged = outcomes(imported.responses, bank=BANK, items=[ITEMS[1].id])
        released = release({"knowledge": proportion(judged)}, policy=read_policy().for_room(), view="room")
        table = released.table("knowledge")
        shares[occasion] = float(table.loc[table["option"].eq("right"), "estimate"].iloc[0])
    assert shares == {"before": 0.0, "after": 1.0}

    # and get the report: what the room has seen, and no more
    store = served.project / "answers" / "svar.sqlite"
    made = CliRunner().invoke(app, ["report", str(store), "--kind", "workshop", "--lang", "sv"])
    assert made.exit_code == 0, made.output
    (page,) = served.project.glob("reports/**/workshop.html")
    told = page.read_text(encoding="utf-8")
    assert ITEMS[1].stem["sv"] in told and "Samma 5 personer" in told
    assert ITEMS[0].stem["sv"] not in told, "three had answered"


def test_a_phone_without_script_walks_a_room(serving: Callable[..., Served], phones: Open) -> None:
    from tests.serve.room import Trainer

    served = serving("--form", "r4a")
    trainer = Trainer(served)
    page = phones(served, java_script_enabled=False)
    page.get_by_role("button", name="Svara utan kod").click()
    for _ in range(2):
        page.locator("fieldset input").first.check()
        page.locator("button.kq-primary").click()
    expect(page.get_by_role("heading", name="Du är med")).to_be_visible()
    trainer.do("open")
    page.get_by_role("link", name="Se om något är nytt").click()
    page.get_by_label(ITEMS[0].option("dk").text["sv"]).check()
    page.get_by_role("button", name="Spara svaret").click()
    expect(page.locator(".kq-saved")).to_be_visible()
    assert trainer.state()["answered"] == 1


def test_what_one_is_ticking_is_left_alone_while_the_room_waits(serving: Callable[..., Served], phones: Open) -> None:
    """A step that changes nothing for this phone must not take its half-made answer away."""
    from tests.serve.room import Trainer

    served = serving("--form", "r4a")
    trainer = Trainer(served)
    page = phones(served)
    page.get_by_role("button", name="Svara utan kod").click()
    page.locator("fieldset input").nth(1).check()
    trainer.do("open")
    page.wait_for_timeout(3500)
    expect(page.locator("fieldset input").nth(1)).to_be_checked()


def test_nothing_runs_out_of_a_narrow_or_enlarged_page(serving: Callable[..., Served], phones: Open) -> None:
    """320 px is 1280 px at 400 %; axe is asked there, once per page."""
    from tests.serve.room import Trainer

    served = serving("--form", "r4a")
    trainer = Trainer(served)
    page = phones(served, viewport={"width": 320, "height": 600})
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    join(page)
    for actions in ((), ("open",), ("close",), ("reveal",), ("end",)):
        trainer.do(*actions) if actions else None
        page.goto(served.url + "/fragor")
        for width in (256, 320):
            page.set_viewport_size({"width": width, "height": 600})
            assert page.evaluate(overflow) <= 0, (width, actions)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
            assert axe_violations(page, "html") == [], (actions, scheme)
