"""Moodle XML of the teaching items, with the explanation of each option as its feedback.

It holds the keys, and therefore never a survey item: a form with one is refused.  One file per language, one category
per area.  Options stand in the bank's order, because Moodle cannot shuffle all but *don't know*.

Points, in Moodle's way of adding up the ticked options' fractions (never below 0 nor above 1):

*single*, *true_false*
    100 % for the key, 0 for the rest: the same as here.  A true/false item with *don't know* becomes a choice of three,
    because Moodle's own true/false type has no third answer to give feedback on.
*multiple*, ``partial``
    +1/k for each of the k keys and −1/k for another option: the same as here.
*multiple*, ``per_option``
    As ``partial``: Moodle gives no points for leaving an option alone.  Full marks and only they mean the same.
*multiple*, ``all_or_nothing``
    +1/k and −1: one wrong tick takes all.  A missed key still leaves a part, which Moodle has no fraction for.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from xml.etree import ElementTree

from kunskap.bank import DONT_KNOW, Bank, Item, Option
from kunskap.errors import KunskapError, fault
from kunskap.words import Words

__all__ = ["FRACTIONS", "moodle"]

# Per cent; Moodle refuses any other when it imports.
FRACTIONS = (
    *(100, 90, 83.33333, 80, 75, 70, 66.66667, 60, 50, 40, 33.33333, 30, 25, 20),
    *(16.66667, 14.28571, 12.5, 11.11111, 10, 5, 0),
)
USED = ("trial", "active")


def moodle(form: str | None, *, bank: Bank, words: Mapping[str, Words]) -> dict[str, bytes]:
    """The teaching items of a form, or all of them, one file per language.

    Raises
    ------
    KunskapError
        ``PUB-04`` if the form has survey items, ``PUB-07`` if there is nothing to publish.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> from kunskap.words import read_words
    >>> list(moodle(None, bank=read_bank(), words={"sv": read_words(language="sv")}))
    ['moodle_teaching_sv.xml']
    """
    candidates = tuple(bank.items.values()) if form is None else bank.form_items(form)
    knowledge = [item for item in candidates if item.is_knowledge]
    secret = [item.id for item in knowledge if item.pool != "teaching"]
    if form is not None and secret:
        raise KunskapError([fault("PUB-04", form, value=", ".join(secret))])
    items = [item for item in knowledge if item.pool == "teaching" and item.status in USED]
    if not items:
        raise KunskapError([fault("PUB-07", form or "")])
    return {
        f"moodle_{form or 'teaching'}_{language}.xml": _quiz(items, bank=bank, language=language, words=own)
        for language, own in words.items()
    }


def _quiz(items: Iterable[Item], *, bank: Bank, language: str, words: Words) -> bytes:
    quiz = ElementTree.Element("quiz")
    by_area: dict[str, list[Item]] = {}
    for item in items:
        by_area.setdefault(str(item.area), []).append(item)
    for area, own in by_area.items():
        category = ElementTree.SubElement(quiz, "question", type="category")
        steps = ("$course$", "top", words("publish.moodle_pool"), bank.areas[area].name[language])
        path = "/".join(step.replace("/", "//") for step in steps)
        _text(category, "category", path, plain=True)
        for item in own:
            _question(quiz, item, language=language, words=words)
    ElementTree.indent(quiz)
    return ElementTree.tostring(quiz, encoding="UTF-8", xml_declaration=True) + b"\n"


def _question(quiz: ElementTree.Element, item: Item, *, language: str, words: Words) -> None:
    two = item.type == "true_false" and DONT_KNOW not in item.option_ids
    question = ElementTree.SubElement(quiz, "question", type="truefalse" if two else "multichoice")
    _text(question, "name", item.id, plain=True)
    _text(question, "questiontext", item.stem[language])
    source = " ".join(part for part in (item.source.text, item.source.url) if part) if item.source else ""
    _text(question, "generalfeedback", words("publish.source", text=source) if source else "")
    for name, value in {"defaultgrade": "1", "penalty": "0.3333333", "hidden": "0", "idnumber": item.id}.items():
        ElementTree.SubElement(question, name).text = value
    if not two:
        one = "false" if item.type == "multiple" else "true"
        for name, value in {"single": one, "shuffleanswers": "false", "answernumbering": "none"}.items():
            ElementTree.SubElement(question, name).text = value
    for option in item.options:
        answer = ElementTree.SubElement(question, "answer", fraction=f"{_fraction(option, item):.7g}")
        answer.set("format", "moodle_auto_format" if two else "html")
        if two:
            ElementTree.SubElement(answer, "text").text = option.id
        else:
            ElementTree.SubElement(answer, "text").text = _html(option.text[language])
        _text(answer, "feedback", option.explanation.get(language, ""))


def _text(parent: ElementTree.Element, name: str, text: str, *, plain: bool = False) -> None:
    element = ElementTree.SubElement(parent, name)
    if not plain:
        element.set("format", "html")
    ElementTree.SubElement(element, "text").text = text if plain else _html(text)


def _html(text: str) -> str:
    lines = html.escape(text, quote=False).replace("\r", "").replace("\n", "<br>")
    return f"<p>{lines}</p>" if lines else ""


def _fraction(option: Option, item: Item) -> float:
    """Per cent of the points for ticking this option; one of `FRACTIONS`, or its negative."""
    right = option.id in item.key
    if item.type != "multiple":
        return 100 if right else 0
    if option.id == DONT_KNOW:
        return 0
    share = min(FRACTIONS, key=lambda fraction: abs(fraction - 100 / len(item.key)))
    if right:
        return share
    return -100 if item.scoring == "all_or_nothing" else -share
