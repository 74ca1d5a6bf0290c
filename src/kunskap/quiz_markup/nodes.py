"""Build HTML from nodes that escape every text, so that no text can become markup by mistake."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

__all__ = ["Markup", "element", "join", "only_heard", "sign"]

VOID_ELEMENTS = ("input",)


class Markup(str):
    """Text that already is HTML; every other text is escaped."""

    __slots__ = ()


def element(tag: str, attributes: Mapping[str, object], *children: str) -> Markup:
    """Build one element: attributes and text escaped, True = present without a value, None and False = left out."""
    pairs = "".join(
        f" {name}" if value is True else f' {name}="{escape(str(value))}"'
        for name, value in attributes.items()
        if value is not None and value is not False
    )
    if tag in VOID_ELEMENTS:
        return Markup(f"<{tag}{pairs}>")
    return Markup(f"<{tag}{pairs}>{join(*children)}</{tag}>")


def join(*children: str) -> Markup:
    """Put nodes after one another."""
    return Markup("".join(child if isinstance(child, Markup) else escape(child) for child in children))


def only_heard(text: str) -> Markup:
    """Text for screen readers alone."""
    return element("span", {"class": "kq-heard"}, text)


def sign(mark: str) -> Markup:
    """A sign beside a word that says the same, so it is not read out."""
    return element("span", {"class": "kq-sign", "aria-hidden": "true"}, mark)
