"""What can be told of accessible markup by reading it: each rule returns what breaks it.  Used by the quiz's tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"input", "br", "hr", "img", "meta", "link"}
SIGNS = set("✓✗◐")


@dataclass
class Node:
    tag: str
    attributes: dict[str, str | None] = field(default_factory=dict)
    children: list[Node | str] = field(default_factory=list)

    def walk(self) -> Iterator[Node]:
        yield self
        for child in self.children:
            if isinstance(child, Node):
                yield from child.walk()

    def find(self, *tags: str) -> list[Node]:
        return [node for node in self.walk() if node.tag in tags]

    def text(self) -> str:
        if self.attributes.get("aria-hidden") == "true":
            return ""
        return "".join(child if isinstance(child, str) else child.text() for child in self.children)

    def heard(self) -> str:
        """The text that a screen reader says."""
        return " ".join(self.text().split())


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Node("#root")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, dict(attrs))
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if self.open[-1].tag != tag:
            raise ValueError(f"</{tag}> closes <{self.open[-1].tag}>")
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def parse(html: str) -> Node:
    """Read HTML strictly: every element must be closed in order."""
    reader = Reader()
    reader.feed(html)
    reader.close()
    if len(reader.open) != 1:
        raise ValueError(f"<{reader.open[-1].tag}> is never closed")
    return reader.open[0]


def controls(page: Node) -> list[Node]:
    return [node for node in page.find("input", "textarea", "select") if node.attributes.get("type") != "hidden"]


def labels(page: Node) -> dict[str | None, str]:
    return {label.attributes.get("for"): label.heard() for label in page.find("label")}


def fieldset_has_legend(page: Node) -> list[str]:
    found = []
    for fieldset in page.find("fieldset"):
        first = next((child for child in fieldset.children if isinstance(child, Node)), None)
        if first is None or first.tag != "legend" or not first.heard():
            found.append("a fieldset does not begin with a legend that says something")
    return found


def choices_are_in_a_fieldset(page: Node) -> list[str]:
    inside = {id(node) for fieldset in page.find("fieldset") for node in controls(fieldset)}
    return [f"{node.attributes} stands outside every fieldset" for node in controls(page) if id(node) not in inside]


def controls_have_name_and_label(page: Node) -> list[str]:
    named = labels(page)
    found = [f"{node.attributes} has no name" for node in controls(page) if not node.attributes.get("name")]
    found += [f"{node.attributes} has no label" for node in controls(page) if not named.get(node.attributes.get("id"))]
    return found


def live_region_is_present(page: Node) -> list[str]:
    found = []
    for form in page.find("form"):
        regions = [node for node in form.walk() if node.attributes.get("role") == "status"]
        if form.find("fieldset") and len(regions) != 1:
            found.append(f"{form.attributes.get('id')} has {len(regions)} live regions, not one")
    return found


def progress_is_named(page: Node) -> list[str]:
    bars = page.find("progress")
    unnamed = [bar for bar in bars if not labels(page).get(bar.attributes.get("id")) or not bar.heard()]
    return ["there is no progress"] * (not bars) + ["a progress has no name or no text"] * len(unnamed)


def language_is_told(page: Node) -> list[str]:
    roots = [child for child in page.children if isinstance(child, Node)]
    return [f"<{root.tag}> has no lang" for root in roots if root.attributes.get("lang") not in ("sv", "en")]


def no_positive_tabindex(page: Node) -> list[str]:
    return [f"tabindex on <{node.tag}>" for node in page.walk() if int(node.attributes.get("tabindex") or 0) > 0]


def buttons_have_distinct_names(page: Node) -> list[str]:
    counts = Counter(button.heard() for button in page.find("button", "summary"))
    return [f"{count} buttons are called '{name}'" for name, count in counts.items() if count > 1 or not name]


def ids_are_unique_and_references_lead_somewhere(page: Node) -> list[str]:
    ids = Counter(name for node in page.walk() if (name := node.attributes.get("id")))
    found = [f"id {name} is used {count} times" for name, count in ids.items() if count > 1]
    for node in page.walk():
        for attribute in ("for", "aria-describedby", "aria-labelledby"):
            for name in (node.attributes.get(attribute) or "").split():
                if name not in ids:
                    found.append(f"{attribute}={name} leads nowhere")
    return found


def no_script_or_style_inside(page: Node) -> list[str]:
    found = [f"<{node.tag}>" for node in page.find("script", "style", "iframe", "img")]
    for node in page.walk():
        found += [f"{name} on <{node.tag}>" for name in node.attributes if name == "style" or name.startswith("on")]
    return found


def signs_are_not_read_out(page: Node) -> list[str]:
    return [f"the sign {mark} is read out" for mark in sorted(SIGNS & set(page.heard()))]


RULES: tuple[Callable[[Node], list[str]], ...] = (
    fieldset_has_legend,
    choices_are_in_a_fieldset,
    controls_have_name_and_label,
    live_region_is_present,
    progress_is_named,
    language_is_told,
    no_positive_tabindex,
    buttons_have_distinct_names,
    ids_are_unique_and_references_lead_somewhere,
    no_script_or_style_inside,
    signs_are_not_read_out,
)


def lint(html: str) -> dict[str, list[str]]:
    """Rule → what breaks it; empty when all hold."""
    page = parse(html)
    return {rule.__name__: found for rule in RULES if (found := rule(page))}
