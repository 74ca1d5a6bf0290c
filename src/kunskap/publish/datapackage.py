"""A Frictionless data package (version 2) that describes the tables `responses` and `respondents` of a form."""

from __future__ import annotations

import json
from collections.abc import Sequence

from kunskap.bank import SKIP, Bank, Item, Option, Variable
from kunskap.words import Words

__all__ = ["RESPONDENT_COLUMNS", "RESPONSE_COLUMNS", "datapackage"]

RESPONSE_COLUMNS = (
    "sitting_id",
    "respondent_id",
    "wave",
    "form",
    "occasion",
    "attempt",
    "started_at",
    "completed_at",
)
RESPONDENT_COLUMNS = ("respondent_id", "wave")
OCCASIONS = ("inventory", "before", "after", "later")
TYPES = {"attempt": "integer", "started_at": "datetime", "completed_at": "datetime"}
# How pandas writes truth values and times.
TRUTH = {"trueValues": ["True", "true", "1"], "falseValues": ["False", "false", "0"]}
TIME = "%Y-%m-%d %H:%M:%S"

Field = dict[str, object]


def datapackage(form: str, *, bank: Bank, words: Words) -> bytes:
    """The description as ``datapackage.json``, to lie beside ``responses.csv`` and ``respondents.csv``.

    Parameters
    ----------
    form : str
        A form of the bank.
    words : Words
        The language of titles and labels: a data package has one.

    Returns
    -------
    bytes
        JSON.  Comma-separated files in UTF-8, a blank for missing; no keys.

    Notes
    -----
    After the Data Package standard 2.0 (datapackage.org): `categories` gives the labels of the codes that
    `constraints.enum` allows.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> from kunskap.words import read_words
    >>> made = json.loads(datapackage("baslinje", bank=read_bank(), words=read_words(language="sv")))
    >>> [resource["name"] for resource in made["resources"]]
    ['responses', 'respondents']
    """
    chosen = bank.forms[form]
    responses = [_fixed(name, form, words) for name in RESPONSE_COLUMNS]
    for item in bank.form_items(form):
        responses += _item(item, bank=bank, words=words)
    respondents = [_fixed(name, form, words) for name in RESPONDENT_COLUMNS]
    respondents += [_variable(bank.variables[name], words) for name in chosen.background]
    both = ["respondent_id", "wave"]
    link: Field = {"fields": both, "reference": {"resource": "respondents", "fields": both}}
    package = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": f"kunskap-{form}",
        "title": chosen.title[words.language],
        "version": bank.version,
        "resources": [
            _resource("responses", responses, key=["sitting_id"], links=[link]),
            _resource("respondents", respondents, key=["respondent_id", "wave"], links=[]),
        ],
    }
    return (json.dumps(package, ensure_ascii=False, indent=2) + "\n").encode()


def _resource(name: str, fields: list[Field], *, key: list[str], links: list[dict[str, object]]) -> dict[str, object]:
    schema: dict[str, object] = {"fields": fields, "missingValues": [""], "primaryKey": key}
    if links:
        schema["foreignKeys"] = links
    about = {"type": "table", "format": "csv", "mediatype": "text/csv", "encoding": "utf-8"}
    return {"name": name, "path": f"{name}.csv", **about, "schema": schema}


def _fixed(name: str, form: str, words: Words) -> Field:
    constraints: Field = {} if name in ("started_at", "completed_at") else {"required": True}
    if name in ("form", "occasion"):
        constraints["enum"] = [form] if name == "form" else list(OCCASIONS)
    if name == "attempt":
        constraints["minimum"] = 1
    field: Field = {"name": name, "type": TYPES.get(name, "string"), "title": words(f"codebook.column.{name}")}
    if field["type"] == "datetime":
        field["format"] = TIME
    return field | ({"constraints": constraints} if constraints else {})


def _item(item: Item, *, bank: Bank, words: Words) -> list[Field]:
    stem = bank.stem(item.id, words.language)
    if item.type == "multiple":
        named = zip(item.columns, item.options, strict=True)
        return [
            {"name": column, "type": "boolean", "title": f"{stem} [{option.text[words.language]}]", **TRUTH}
            for column, option in named
        ]
    if item.type == "number":
        limits = {"minimum": item.minimum, "maximum": item.maximum}
        constraints = {name: limit for name, limit in limits.items() if limit is not None}
        return [
            {"name": item.id, "type": "number", "title": stem, **({"constraints": constraints} if constraints else {})}
        ]
    return [_coded(column, stem, item.options, words, skip=True) for column in item.columns]


def _variable(variable: Variable, words: Words) -> Field:
    stem = variable.stem[words.language]
    if variable.levels:
        return _coded(variable.id, stem, variable.levels, words, skip=False)
    return {"name": variable.id, "type": "number" if variable.type == "number" else "string", "title": stem}


def _coded(name: str, title: str, options: Sequence[Option], words: Words, *, skip: bool) -> Field:
    labels = {option.id: option.text[words.language] for option in options}
    if skip:
        labels[SKIP] = words("codebook.skip")
    categories = [{"value": code, "label": label} for code, label in labels.items()]
    return {
        "name": name,
        "type": "string",
        "title": title,
        "categories": categories,
        "constraints": {"enum": list(labels)},
    }
