"""A participant's own answers, in words: on the page, and as a file to keep."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass

from kunskap.bank import Bank
from kunskap.store import Holding, Sitting
from kunskap.words import Words

__all__ = ["OwnSitting", "answers_as_csv", "answers_as_json", "answers_to_show"]

RISKY = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class OwnSitting:
    """One sitting in words.

    Attributes
    ----------
    answers : tuple of (str, str)
        Question and answer, in the form's order.
    """

    title: str
    wave: str
    completed: bool
    answers: tuple[tuple[str, str], ...]


def answers_to_show(holding: Holding, *, bank: Bank, words: Words) -> tuple[OwnSitting, ...]:
    """Everything that was answered with one code, in words; no key and no explanation."""
    return tuple(
        OwnSitting(
            bank.forms[sitting.form].title[words.language] if sitting.form in bank.forms else sitting.form,
            sitting.wave,
            sitting.completed,
            tuple(_pairs(sitting, bank, words)),
        )
        for sitting in holding.sittings
    )


def _pairs(sitting: Sitting, bank: Bank, words: Words) -> Iterator[tuple[str, str]]:
    form = bank.forms.get(sitting.form)
    order = (*form.background, *form.item_ids) if form else tuple(sitting.tries)
    for name in order:
        if name not in sitting.tries:
            continue
        tries = sitting.tries[name]
        question = bank.variables[name] if name in bank.variables else bank.items[name]
        lead = bank.batteries.get(getattr(question, "battery", None) or "", {}).get(words.language, "")
        stem = f"{lead} {question.stem[words.language]}".strip()
        if not tries:
            yield stem, words("serve.left_blank")
            continue
        options = question.levels if name in bank.variables else question.options  # type: ignore[union-attr]
        texts = {option.id: option.text[words.language] for option in options}
        said = [", ".join(texts.get(each, each) for each in chosen) for chosen in tries]
        yield stem, words("serve.then").join(said)


def answers_as_json(holding: Holding, *, bank: Bank, words: Words) -> bytes:
    """The answers as JSON, for a machine."""
    made = [
        {
            "form": sitting.form,
            "wave": sitting.wave,
            "occasion": sitting.occasion,
            "attempt": sitting.attempt,
            "completed": sitting.completed,
            "answers": {name: [list(chosen) for chosen in tries] for name, tries in sitting.tries.items()},
        }
        for sitting in holding.sittings
    ]
    told = {"withdrawn": holding.withdrawn, "bank": bank.version, "language": words.language, "sittings": made}
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def answers_as_csv(holding: Holding, *, bank: Bank, words: Words) -> bytes:
    """The answers as a table that a Swedish Excel opens."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow([words("serve.column.form"), words("serve.column.question"), words("serve.column.answer")])
    for sitting in answers_to_show(holding, bank=bank, words=words):
        for question, answer in sitting.answers:
            row = [sitting.title, question, answer]
            writer.writerow(["'" + cell if cell.startswith(RISKY) else cell for cell in row])
    return text.getvalue().encode("utf-8-sig")
