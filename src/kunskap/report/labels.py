"""What the codes of a released table are called: groups, answers, measures, units and reasons, for the workbook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from kunskap.bank import SKIP, Bank
from kunskap.plots.rows import group_label, in_sentence, listed, universe_label
from kunskap.report.sections import reason_in_words
from kunskap.words import Words

__all__ = [
    "EVERYONE",
    "column_name",
    "group_name",
    "option_name",
    "reason_name",
    "short_title",
    "subject_name",
    "universe_name",
]

EVERYONE = "all"
PAIR = 2
OF_ONE_GROUP = ("share", "mean", "need")  # what such a row's option says is no comparison


def universe_name(universe: Any, *, bank: Bank, words: Words) -> str:
    """Whom a row is about."""
    if pd.isna(universe) or universe == EVERYONE:
        return words("plots.groups.all")
    try:
        return universe_label(str(universe), bank=bank, words=words)
    except (KeyError, ValueError):
        name, _, level = str(universe).partition("=")
        return f"{words.said(f'report.excel.by_{name}', name)} {level}"


def group_name(by: str, level: Any, code_names: Mapping[str, str] | None = None, *, bank: Bank, words: Words) -> str:
    """What a level of a grouping variable is called; empty where the row is about all levels.

    `code_names` is ``by=level`` → name, of levels that no bank knows.
    """
    if pd.isna(level):
        return ""
    if by in bank.variables:
        return group_label(by, str(level), bank=bank, words=words)
    return (code_names or {}).get(f"{by}={level}") or words.said(f"report.option.{level}", str(level))


def column_name(by: str, words: Words) -> str:
    """What a grouping variable is called."""
    return words.said(f"report.excel.by_{by}", by)


def subject_name(code: str, code_names: Mapping[str, str], *, bank: Bank, words: Words) -> str:
    """What a question asks, what a scale is called, or what a code says of what was written to a question."""
    asked = code.split(".", 1)[0]  # a code for what was written begins with its question
    if asked in bank.items:
        stem = bank.stem(asked, words.language)
        return stem if asked == code else f"{stem} – {code_names.get(code, code)}"
    if code in bank.scales:
        return bank.scales[code].name[words.language]
    return words.said(f"report.excel.scale_{code}", code)


def short_title(name: str, *, bank: Bank, words: Words) -> str:
    """What a table is called where there is little room: what it is about, and how it is divided."""
    base, _, divided = name.partition("_by_")
    about = bank.scales[base].name[words.language] if base in bank.scales else words.said(f"report.sheets.{base}", base)
    by = [in_sentence(column_name(each, words)) for each in divided.split("_and_")] if divided else []
    return words.said(f"report.sheets.{name}", f"{about}, {listed(by, words)}" if by else about)


def option_name(row: pd.Series, *, bank: Bank, words: Words) -> str:
    """What an answer, an outcome or a comparison is called; the code itself where nothing is."""
    if pd.isna(row["option"]):
        return ""
    option = str(row["option"])
    outcome = words.said(f"plots.outcome.{option}", "") or words.said(f"report.option.{option}", "")
    pair = option.split("-")
    if len(pair) == PAIR and row["statistic"] not in OF_ONE_GROUP:
        by = next((by for by in bank.variables if set(pair) <= set(bank.variables[by].level_ids)), "")
        first, second = (group_name(by, level, bank=bank, words=words) for level in pair)
        return words("report.excel.minus", first=first, second=second)
    item = bank.items.get(str(row["item"]))
    if item is not None and option in item.option_ids and option != SKIP and not item.is_knowledge:
        return item.option(option).text[words.language]
    return outcome or option.replace("-", "–")


def reason_name(reason: Any, words: Words) -> str:
    """Why a row is hidden; empty where it is not."""
    return "" if pd.isna(reason) else reason_in_words(str(reason), words)
