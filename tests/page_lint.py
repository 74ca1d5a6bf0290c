"""What can be told of a report page by reading it: each rule returns what breaks it."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable

from tests.markup_lint import Node, parse

IN_PAGE = "data:image/png;base64,"
ADDRESS = re.compile(r"(?:https?:)?//|@import|url\((?!#)", re.IGNORECASE)


def has_language(page: Node) -> list[str]:
    return [f"html lang is {node.attributes.get('lang')}" for node in page.find("html")
            if node.attributes.get("lang") not in ("sv", "en")]  # fmt: skip


def headings_in_order(page: Node) -> list[str]:
    levels = [int(node.tag[1]) for node in page.find("h1", "h2", "h3", "h4", "h5", "h6")]
    found = [] if levels.count(1) == 1 and levels[:1] == [1] else ["not one h1, first"]
    return found + [f"h{low} then h{high}" for low, high in itertools.pairwise(levels) if high > low + 1]


def headings_say_something(page: Node) -> list[str]:
    return [f"empty {node.tag}" for node in page.find("h1", "h2", "h3") if not node.text().strip()]


def tables_have_caption_and_scope(page: Node) -> list[str]:
    found = []
    for table in page.find("table"):
        captions = table.find("caption")
        if len(captions) != 1 or not captions[0].text().strip():
            found.append("a table without a caption")
        cells = table.find("th")
        found += [f"th without scope: {cell.text()}" for cell in cells
                  if cell.attributes.get("scope") not in ("col", "row", "rowgroup", "colgroup")]  # fmt: skip
        if not any(cell.attributes.get("scope") == "col" for cell in cells):
            found.append("a table without column headings")
    return found


def rows_are_as_wide_as_the_head(page: Node) -> list[str]:
    found = []
    for table in page.find("table"):
        widths = {sum(int(cell.attributes.get("colspan") or 1) for cell in row.find("th", "td")) for row in
                  table.find("tr")}  # fmt: skip
        if len(widths) > 1:
            found.append(f"rows of {sorted(widths)} cells")
    return found


def drawings_have_words(page: Node) -> list[str]:
    found = [f"svg without role or words: {node.attributes}" for node in page.find("svg")
             if node.attributes.get("role") != "img" or len(node.attributes.get("aria-label") or "") < 20]  # fmt: skip
    return found + ["figure without caption" for node in page.find("figure") if not node.find("figcaption")]


def figures_have_a_table_behind(page: Node) -> list[str]:
    return [f"{node.attributes.get('id')} has no table" for node in page.find("figure") if not node.find("table")]


def ids_are_unique_and_found(page: Node) -> list[str]:
    ids = Counter(node.attributes["id"] for node in page.walk() if node.attributes.get("id"))
    found = [f"id {name} stands {count} times" for name, count in ids.items() if count > 1]
    for node in page.walk():
        wanted = (node.attributes.get("aria-labelledby") or "").split()
        href = node.attributes.get("href") or ""
        wanted += [href[1:]] if href.startswith("#") else []
        wanted += re.findall(r"url\(#([^)]+)\)", " ".join(filter(None, node.attributes.values())))
        found += [f"{node.tag} points at missing {name}" for name in wanted if name not in ids]
    return found


def nothing_is_fetched(page: Node) -> list[str]:
    found = [f"<{node.tag}>" for node in page.find("script", "link", "iframe", "object", "embed", "base")]
    found += ["<img>" for node in page.find("img") if not (node.attributes.get("src") or "").startswith(IN_PAGE)]
    for node in page.walk():
        for name, value in node.attributes.items():
            if name.startswith("on"):
                found.append(f"{node.tag} {name}")
            is_link = node.tag == "a" and name == "href"
            is_own = is_link or name in ("aria-label", "id") or (value or "").startswith(IN_PAGE)
            if value and not is_own and ADDRESS.search(value):
                found.append(f"{node.tag} {name}={value}")
            if is_link and (value or "").strip().lower().startswith(("javascript:", "data:")):
                found.append(f"link to {value}")
    return found + [f"style: {node.text()[:40]}" for node in page.find("style") if ADDRESS.search(node.text())]


def skip_link_is_first(page: Node) -> list[str]:
    links = page.find("a")
    mains = [node.attributes.get("id") for node in page.find("main")]
    is_first = links and links[0].attributes.get("href") in [f"#{name}" for name in mains]
    return [] if is_first and len(mains) == 1 else ["the first link does not skip to the one main"]


def wide_parts_scroll_by_keyboard(page: Node) -> list[str]:
    wrapped = {id(inner) for node in page.walk() if node.attributes.get("tabindex") == "0"
               and (node.attributes.get("aria-label") or node.attributes.get("aria-labelledby"))
               for inner in node.walk()}  # fmt: skip
    return [f"a {node.tag} that cannot be scrolled by keyboard" for node in page.find("table", "svg")
            if id(node) not in wrapped]  # fmt: skip


def folds_have_names(page: Node) -> list[str]:
    names = [node.find("summary")[0].text().strip() if node.find("summary") else "" for node in page.find("details")]
    doubled = [name for name, count in Counter(names).items() if count > 1]
    return [f"two folds called {name!r}" for name in doubled] + ["a fold without a name"] * names.count("")


RULES: tuple[Callable[[Node], list[str]], ...] = (
    has_language,
    headings_in_order,
    headings_say_something,
    tables_have_caption_and_scope,
    rows_are_as_wide_as_the_head,
    drawings_have_words,
    figures_have_a_table_behind,
    ids_are_unique_and_found,
    nothing_is_fetched,
    skip_link_is_first,
    wide_parts_scroll_by_keyboard,
    folds_have_names,
)


def page_faults(html: str) -> dict[str, list[str]]:
    """Rule → what breaks it; empty for a page without faults."""
    page = parse(html.removeprefix("<!doctype html>"))
    return {rule.__name__: found for rule in RULES if (found := rule(page))}
