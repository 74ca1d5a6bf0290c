"""What the tables must hold for people whose answers are known, by the design's rules and without the readers."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from kunskap.bank import Bank
from kunskap.readers import Import
from tests.publish.structure import Person, Question


def true_answers(person: Person, questions: Sequence[Question], *, bank: Bank, form: str) -> dict[str, object]:
    """One person's item columns; None is missing.

    In an incomplete sitting a blank is a skip up to the last question with an answer.
    """
    order = [name for question in questions for name, _, _ in question.columns()]
    answered = [place for place, name in enumerate(order) if person.answers.get(name)]
    last = len(order) if person.complete else max(answered, default=-1)
    columns = {name.partition("[")[2].rstrip("]") or name: name for name in order}
    truth: dict[str, object] = {}
    for item in bank.form_items(form):
        if item.type == "text":
            continue
        if item.type == "multiple":
            names = [f"{item.id}[{option}]" for option in item.option_ids]
            known = names[0] in person.answers and (
                any(person.answers[name] for name in names) or max(map(order.index, names)) <= last
            )
            for option, name in zip(item.option_ids, names, strict=True):
                truth[f"{item.id}.{option}"] = person.answers[name] == "Y" if known else None
            continue
        name = columns.get(item.id, "")
        if not name:
            truth[item.id] = f"{item.id} is in no column"
            continue
        value = person.answers.get(name)
        if item.type == "number":
            truth[item.id] = float(value) if value else None
        else:
            skipped = value == "" and order.index(name) <= last
            truth[item.id] = value or ("skip" if skipped else None)
    return truth


def differences(
    read: Import, persons: Sequence[Person], questions: Sequence[Question], *, bank: Bank, form: str
) -> list[str]:
    """Every cell in which the tables and the truth differ, and every rejected one."""
    found = [f"rejected: {row.column} {row.value}" for row in read.rejects.itertuples()]
    found += [note.message() for note in read.notes if note.code in ("READ-18", "READ-19", "READ-29", "READ-45")]
    if len(read.responses) != len(persons):
        return [*found, f"{len(read.responses)} rows instead of {len(persons)}"]
    records = _plain(read.responses).to_dict("records")
    backgrounds = _plain(read.respondents).to_dict("records")
    for person, record, background in zip(persons, records, backgrounds, strict=True):
        truth = true_answers(person, questions, bank=bank, form=form)
        if set(truth) != set(record) - set(read.responses.columns[:8]):
            return [*found, f"other columns: {sorted(set(truth) ^ set(record))}"]
        found += [
            f"{person.number} {name}: {record[name]} instead of {value}"
            for name, value in truth.items()
            if record[name] != value
        ]
        for name in bank.forms[form].background:
            if background[name] != (person.answers.get(name) or None):
                found.append(f"{person.number} {name}: {background[name]}")
        if (record["completed_at"] is not None) != person.complete:
            found.append(f"{person.number} completed")
    written = [
        (person.number, item.id, person.answers[item.id])
        for person in persons
        for item in bank.form_items(form)
        if item.type == "text" and person.answers.get(item.id)
    ]
    numbers = {sitting: person.number for sitting, person in zip(read.responses["sitting_id"], persons, strict=True)}
    read_texts = [(numbers[row.sitting_id], row.item, row.text) for row in read.texts.itertuples()]
    if sorted(read_texts) != sorted(written):
        found.append("texts")
    return found


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    plain = table.astype(object)
    return plain.where(plain.notna(), None)
