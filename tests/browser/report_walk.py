"""Walks a report's page as one does who has no mouse or does not see: by keyboard, and by the tree that is read aloud.

Each function returns what is wrong, a line each.  Knows nothing of the code that writes the page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from playwright.sync_api import Page

FOCUSABLE = "a[href], summary, [tabindex='0'], button, input, select, textarea"
NAMED = ("region", "navigation", "table", "image", "link", "heading", "columnheader", "rowheader", "DisclosureTriangle")
SHORTEST_ALT = 20
NOTE_FOCUS = """
window.walked = [];
document.addEventListener('focusin', event => {
  const box = event.target.getBoundingClientRect(), style = getComputedStyle(event.target);
  walked.push({
    place: [...document.querySelectorAll(`FOCUSABLE`)].filter(e => e.checkVisibility()).indexOf(event.target),
    name: (event.target.getAttribute('aria-label') || event.target.textContent).trim().slice(0, 40),
    inView: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    outlined: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
  });
});
""".replace("FOCUSABLE", FOCUSABLE)
COUNT = f"[...document.querySelectorAll(`{FOCUSABLE}`)].filter(e => e.checkVisibility()).length"
OPEN = "document.querySelectorAll('details').forEach(fold => fold.open = true)"
# What sticks out of the page sideways, but for what scrolls by itself.
NARROW = "document.documentElement.scrollWidth <= innerWidth"
CUT = """[...document.querySelectorAll('table, svg.drawing')]
    .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
    .map(e => e.caption ? e.caption.textContent.slice(0, 40) : 'a drawing')"""
UNREACHED = """[...document.querySelectorAll('.scroll')]
    .filter(e => e.scrollWidth > e.clientWidth + 1 && e.tabIndex !== 0).length"""
COLOURED = """[...document.querySelectorAll('svg.drawing')]
    .some(e => getComputedStyle(e).backgroundColor !== 'rgb(255, 255, 255)')"""
# Of what can have the focus: is there any after the chapter, and does it have it now?
AFTER = f"""(id => {{
    const isAfter = e => Boolean(document.getElementById(id).compareDocumentPosition(e) & 4);
    return isAfter(document.activeElement)
        || ![...document.querySelectorAll(`{FOCUSABLE}`)].some(e => e.checkVisibility() && isAfter(e));
}})"""


def by_keyboard(page: Page) -> Iterator[str]:
    """Tab through everything, some steps back, the way past the list of contents, a chapter, a fold and a wide part."""
    page.evaluate(NOTE_FOCUS)
    number = page.evaluate(COUNT)
    for _ in range(number):
        page.keyboard.press("Tab")
    walked = page.evaluate("walked")
    if [stop["place"] for stop in walked] != list(range(number)):
        yield f"Tab goes another way than the page: {[stop['place'] for stop in walked][:9]} of {number}"
    yield from (f"out of sight with focus: {stop['name']}" for stop in walked if not stop["inView"])
    yield from (f"no outline: {stop['name']}" for stop in walked if not stop["outlined"])
    page.keyboard.press("Shift+Tab")
    if number > 1 and page.evaluate("walked.at(-1).place") != number - 2:
        yield "Shift+Tab goes another way back"
    page.locator(".skip").focus()
    page.keyboard.press("Enter")
    if page.evaluate("document.activeElement.id") != "content":
        yield "the first link does not lead to the content"
    if page.locator("nav a").count():
        last = page.locator("nav a").last
        target = (last.get_attribute("href") or "").lstrip("#")
        last.focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        if not page.evaluate(AFTER, target):
            yield f"Enter does not lead to the chapter {target}"
    if page.locator("summary").count():
        page.locator("summary").first.focus()
        page.keyboard.press("Enter")
        if page.locator("details").first.get_attribute("open") is None:
            yield "Enter opens no fold"


def narrow_and_printed(page: Page) -> Iterator[str]:
    """At 400 % of a screen of 1280 × 1024, and on paper with everything opened."""
    page.evaluate(OPEN)
    page.set_viewport_size({"width": 320, "height": 256})
    if not page.evaluate(NARROW):
        yield "scrolls sideways at 320 points"
    if page.evaluate(UNREACHED):
        yield "a wide part cannot be reached by keyboard"
    wide = page.evaluate("[...document.querySelectorAll('.scroll')].findIndex(e => e.scrollWidth > e.clientWidth + 60)")
    if wide >= 0:
        page.locator(".scroll").nth(wide).focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function("document.activeElement.scrollLeft > 0", timeout=2000)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 658, "height": 900})  # A4 less its margins
    yield from (f"cut on paper: {name}" for name in page.evaluate(CUT))
    page.emulate_media(media="screen", forced_colors="active", reduced_motion="reduce")
    if page.evaluate(COLOURED):
        yield "a drawing on another ground than white in forced colours"
    if page.evaluate("document.getAnimations().length"):
        yield "something moves"
    page.emulate_media(media="screen", forced_colors="none", reduced_motion="no-preference")


def read_aloud(page: Page) -> Iterator[str]:
    """The accessibility tree, with everything opened."""
    page.evaluate(OPEN)
    session = page.context.new_cdp_session(page)
    nodes = [node for node in session.send("Accessibility.getFullAXTree")["nodes"] if not node.get("ignored")]
    session.detach()
    named = [(node["role"]["value"], node.get("name", {}).get("value", "").strip(), node) for node in nodes]
    counted = Counter(role for role, _, _ in named)
    yield from (f"not one {role}" for role in ("main", "banner", "contentinfo") if counted[role] != 1)
    nameless = {role for role, name, _ in named if not name}
    yield from (f"a {role} without a name" for role in NAMED if role in nameless)
    levels = [
        next(each["value"]["value"] for each in node["properties"] if each["name"] == "level")
        for role, _, node in named if role == "heading"
    ]  # fmt: skip
    if levels.count(1) != 1 or any(high > low + 1 for low, high in pairwise([0, *levels])):
        yield f"headings {levels}"
    tables = Counter(name for role, name, _ in named if role == "table")
    yield from (f"{times} tables are called {name}" for name, times in tables.items() if times > 1)
    if counted["table"] and not (counted["columnheader"] >= 2 * counted["table"] and counted["rowheader"]):
        yield "a table without headings"
    yield from (f"a short alt text: {name}" for role, name, _ in named if role == "image" and len(name) < SHORTEST_ALT)
    links = page.evaluate("[...document.querySelectorAll('a')].map(a => [a.textContent.trim(), a.href])")
    leads = Counter(text for text, _ in {tuple(link) for link in links})
    yield from (f"{text} leads to {times} places" for text, times in leads.items() if times > 1)
    if page.evaluate("[...document.querySelectorAll('th')].some(e => !e.scope)"):
        yield "a heading of a table that says not of what"
