"""The lines of script that keep *don't know* last, in a page with the markup of LimeSurvey's list of radio buttons.

The markup follows LimeSurvey's templates; LimeSurvey itself is not here.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from kunskap.publish.limesurvey import DONT_KNOW_LAST

pytestmark = pytest.mark.browser


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    opened = chromium.new_page()
    yield opened
    opened.close()


def question(name: str, codes: str) -> str:
    rows = "".join(
        f"<li id='javatbd{name}{code}' class='answer-item radio-item'><input type='radio' value='{code}' name='{name}'"
        f" id='answer{name}{code}'><label for='answer{name}{code}'>{code}</label></li>"
        for code in codes.split()
    )
    return (
        f"<div id='question{name}'><ul class='ls-answers answers-list radio-list' role='radiogroup'>{rows}</ul></div>"
    )


PAGE = (
    "<!doctype html><html lang='sv'><title>x</title><body><div class='group-description'>{script}</div>"
    + question("1", "dk b a c")
    + question("2", "a b")
    + question("3", "b dk a")
    + "<table><tr class='radio-list'><td><input type='radio' name='t' value='dk'></td>"
    "<td><input type='radio' name='t' value='no'></td></tr></table></body></html>"
)


def order(page: Page, name: str) -> list[str]:
    return page.eval_on_selector_all(f"input[name='{name}']", "found => found.map(one => one.value)")


def test_dont_know_moves_to_the_end_and_nothing_else_moves(page: Page) -> None:
    page.set_content(PAGE.replace("{script}", DONT_KNOW_LAST))
    assert [order(page, name) for name in "123t"] == [
        ["b", "a", "c", "dk"],
        ["a", "b"],
        ["b", "a", "dk"],
        ["dk", "no"],
    ]
    page.keyboard.press("Tab")
    page.click("label[for='answer1dk']")
    assert page.eval_on_selector("input[name='1']:checked", "one => one.value") == "dk"


def test_it_also_runs_when_the_page_is_changed_without_being_loaded_again(page: Page) -> None:
    page.set_content(PAGE.replace("{script}", ""))
    assert order(page, "1") == ["dk", "b", "a", "c"]
    body = DONT_KNOW_LAST.removeprefix("<script>").removesuffix("</script>")
    page.evaluate(
        "code => { const s = document.createElement('script'); s.text = code; document.body.append(s); }", body
    )
    assert order(page, "1") == ["b", "a", "c", "dk"]


def test_no_brace_begins_an_expression() -> None:
    """LimeSurvey evaluates a brace that is followed by anything but white space."""
    assert all(DONT_KNOW_LAST[place + 1] == " " for place, sign in enumerate(DONT_KNOW_LAST) if sign == "{")
