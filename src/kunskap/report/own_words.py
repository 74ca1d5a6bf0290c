"""What people wrote in their own words, as shares of codes: no text, and no code that two readers read differently."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from kunskap.bank import Bank
from kunskap.coding import LEAST_ALPHA, CodingFrame
from kunskap.disclosure import Released
from kunskap.plots.rows import group_label, levels_in_order, listed
from kunskap.report.views import Group, TableView, figure_cell, n_cell, number_cell
from kunskap.words import Words

__all__ = ["OwnWords", "code_labels", "own_words"]

YES = "yes"


class OwnWords(NamedTuple):
    """The section: one table per question, and which codes are left out since the coders did not agree on them."""

    tables: tuple[TableView, ...]
    left_out: str


def own_words(released: Released, *, frame: CodingFrame | None, bank: Bank, words: Words) -> OwnWords | None:
    """Each code's share of those who wrote: all, women and men, politicians and officials, and how well coders agree.

    Parameters
    ----------
    released : Released
        With the tables of `kunskap.coding.coded_tables`.
    frame : CodingFrame, optional
        Gives the codes their labels; without it their ids stand.
    bank, words : Bank, Words
        The questions, and the language.

    Returns
    -------
    OwnWords or None
        None where no text has been coded.
    """
    if "own_words" not in released.names:
        return None
    shares = released.table("own_words")
    labels = code_labels(frame, words=words)
    shown = list(dict.fromkeys(shares["item"]))
    in_order = [code for code in [*labels, *(code for code in shown if code not in labels)] if code in shown]
    tables = []
    for item in dict.fromkeys(code.split(".", 1)[0] for code in shown):
        groups = [
            Group(labels.get(code, code), tuple(_lines(code, released, bank=bank, words=words)))
            for code in in_order
            if code.startswith(f"{item}.")
        ]
        head = tuple(words(f"report.own_words.{name}") for name in ("group", "wrote", "n", "agreement"))
        tables.append(TableView(bank.stem(item, words.language), head, tuple(groups)))
    asked = {code.split(".", 1)[0] for code in shown}
    missing = [label for code, label in labels.items() if code not in shown and code.split(".", 1)[0] in asked]
    return OwnWords(tuple(tables), listed([words("report.readings.quoted", text=label) for label in missing], words))


def code_labels(frame: CodingFrame | None, *, words: Words) -> dict[str, str]:
    """``item.code`` → what the code is called; nothing without a frame."""
    return {
        f"{item}.{code.id}": code.label[words.language]
        for item in (frame.items if frame else ())
        for code in (frame.codes[item] if frame else ())
    }


def _lines(code: str, released: Released, *, bank: Bank, words: Words) -> list[tuple[str, tuple[str, ...]]]:
    pooled = _chosen(released, "own_words", code)
    alpha = _chosen(released, "own_words_agreement", code, option=None)
    agreed = _agreed(alpha.iloc[0], words) if len(alpha) else "–"
    lines = [(words("plots.groups.all"), _cells(pooled.iloc[0], words, agreed))]
    for by in ("sex", "role"):
        rows = _chosen(released, f"own_words_by_{by}", code)
        for level in levels_in_order(rows, by, bank) if len(rows) else ():
            row = rows[rows[by].eq(level)].iloc[0]
            lines.append((group_label(by, level, bank=bank, words=words), _cells(row, words, "")))
    return lines


def _agreed(row: pd.Series, words: Words) -> str:
    """The alpha with its interval; where it is hidden with the share, what is known of every code that is shown."""
    if pd.isna(row["estimate"]):
        return words("report.own_words.at_least", least=words.number(LEAST_ALPHA, decimals=2))
    return number_cell(row, 2, words)


def _cells(row: pd.Series, words: Words, agreed: str) -> tuple[str, ...]:
    return figure_cell(row, words), n_cell(row["n"], words), agreed


def _chosen(released: Released, name: str, code: str, *, option: str | None = YES) -> pd.DataFrame:
    if name not in released.names:
        return pd.DataFrame()
    table = released.table(name)
    rows = table[table["item"].eq(code)]
    return rows if option is None else rows[rows["option"].eq(option)]
