"""Readings of questions without right or wrong: what people rate, what they choose, and what they write about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from kunskap.bank import SKIP, Bank, Item
from kunskap.disclosure import Released
from kunskap.plots.rows import group_label, in_sentence, listed
from kunskap.report.readings.of_knowledge import summed
from kunskap.report.readings.reading import (
    HALF,
    Reading,
    question_of,
    share_in_words,
    verdict_of,
    verdict_of_share,
)
from kunskap.words import Words

__all__ = ["chosen_reading", "coded_reading", "coded_readings", "rated_reading", "together_readings", "view_readings"]

SELF_RATED = ("ability", "abilitybefore")
YES = "yes"


def view_readings(released: Released, *, bank: Bank, words: Words) -> Iterator[Reading]:
    """A sentence for each scale of rated questions, and one for each question where people choose."""
    for scale in bank.scales:
        if scale not in released.names:
            continue
        table = released.table(scale)
        table = table[table["statistic"].eq("share") & table["universe"].eq("all")]
        there = set(table["item"].dropna())
        asked = [item for item in bank.items.values() if item.scale == scale and item.id in there]
        rated = [item for item in asked if item.is_rated]
        if rated:
            yield rated_reading(scale, table, items=rated, bank=bank, words=words)
        for item in asked:
            if not item.is_rated:
                yield chosen_reading(item, table[table["item"].eq(item.id)], bank=bank, words=words)


def rated_reading(scale: str, table: pd.DataFrame, *, items: list[Item], bank: Bank, words: Words) -> Reading:
    """On how many questions most people are surely in the upper part of a scale, in the lower, or neither.

    Those whose answer lies off the scale (*don't know*, *not part of my assignment*) are not in the base.
    """
    id, name = f"rated-{scale}", bank.scales[scale].name[words.language]
    parts = {"high": _parts(table, items, is_upper=True), "low": _parts(table, items, is_upper=False)}
    if not any(share is not None for share in parts["high"].values()):
        return Reading(id, "hidden", words("report.readings.rated.hidden", scale=name))
    sure = {
        part: {
            item: share for item, share in shares.items() if share is not None and verdict_of_share(share) == "clear"
        }
        for part, shares in parts.items()
    }
    labels = {part: _labels(items[0], words, is_upper=part == "high") for part in parts}
    verdict = "clear" if sure["high"] and not sure["low"] else "contrary" if sure["low"] else "unclear"
    if verdict == "unclear":
        text = words("report.readings.rated.unclear", scale=name, told=_either(parts, labels, bank=bank, words=words))
    else:
        told = [
            _most(sure[part], labels[part], tried=len(items), bank=bank, words=words) for part in sure if sure[part]
        ]
        both = words("report.readings.rated.and", first=told[0], second=told[-1]) if told[1:] else told[0]
        text = words(f"report.readings.rated.{verdict}", scale=name, told=both)
    if any(share is None for share in parts["high"].values()):
        text = f"{text} {words('report.readings.some_hidden')}"
    if scale in SELF_RATED:
        text = f"{text} {words('report.readings.rated.self')}"
    return Reading(id, verdict, text)


def _parts(table: pd.DataFrame, items: list[Item], *, is_upper: bool) -> dict[str, pd.Series | None]:
    """Each question's share in one part of its scale, of those who answered on the scale."""
    return {
        item.id: summed(
            table[table["item"].eq(item.id)], _ids(item, is_upper=is_upper),
            of=[option.id for option in item.options if option.value is not None],
        )
        for item in items
    }  # fmt: skip


def _ids(item: Item, *, is_upper: bool) -> list[str]:
    valued = [(option.id, option.value) for option in item.options if option.value is not None]
    return [id for id, value in valued if (value > HALF if is_upper else value < HALF)]


def _labels(item: Item, words: Words, *, is_upper: bool) -> str:
    """The answers of one part of a scale, as people meet them: *”Ofta” eller ”Alltid”*."""
    texts = [
        words("report.readings.quoted", text=item.option(id).text[words.language])
        for id in _ids(item, is_upper=is_upper)
    ]
    return words("report.readings.or", first=texts[0], last=texts[-1]) if len(texts) > 1 else "".join(texts)


def _most(sure: Mapping[str, pd.Series], label: str, *, tried: int, bank: Bank, words: Words) -> str:
    item, share = max(sure.items(), key=lambda each: float(each[1]["estimate"]))
    told = share_in_words(share, words) | {"label": label, "item": _task(bank.items[item], bank, words)}
    key = "one" if tried == 1 else "most"
    return words(f"report.readings.rated.{key}", count=words.count(len(sure)), tried=words.count(tried), **told)


def _either(
    parts: Mapping[str, Mapping[str, pd.Series | None]], labels: Mapping[str, str], *, bank: Bank, words: Words
) -> str:
    """Where each part of the scale was most common, when neither is surely more than half anywhere."""
    told: dict[str, str] = {}
    for part, shares in parts.items():
        known = {item: float(share["estimate"]) for item, share in shares.items() if share is not None}
        item = max(known, key=lambda each: known[each])
        told |= {part: labels[part], f"{part}_share": words.share(known[item])}
        told[f"{part}_item"] = _task(bank.items[item], bank, words)
    return words("report.readings.rated.either", **told)


def _task(item: Item, bank: Bank, words: Words) -> str:
    """What is asked, without what all questions of a battery are led in by."""
    return item.stem[words.language].rstrip("?.") if item.battery else question_of(bank.stem(item.id, words.language))


def chosen_reading(item: Item, rows: pd.DataFrame, *, bank: Bank, words: Words) -> Reading:
    """The most common answer to a question, and whether more than half gave it; no answer is right."""
    options = {option.id: option.text[words.language] for option in item.options}
    rows = rows[rows["option"].ne(SKIP)]
    return _commonest(
        f"chosen-{item.id}",
        rows,
        labels=options,
        column="option",
        item=_task(item, bank, words),
        rule="chosen",
        words=words,
    )


def _commonest(
    id: str, rows: pd.DataFrame, *, labels: Mapping[str, str], column: str, item: str, rule: str, words: Words
) -> Reading:
    shown = rows[rows["estimate"].notna()].sort_values("estimate", kind="stable", ascending=False)
    if shown.empty:
        return Reading(id, "hidden", words(f"report.readings.{rule}.hidden", item=item))
    row = shown.iloc[0]
    verdict = verdict_of_share(row)
    if verdict == "hidden":
        return Reading(id, verdict, words(f"report.readings.{rule}.hidden", item=item))
    tied = shown.loc[shown["estimate"].eq(row["estimate"]), column].astype("str")
    told = share_in_words(row, words) | {"item": item}
    told["answer"] = listed([words("report.readings.quoted", text=labels.get(each, each)) for each in tied], words)
    text = words(f"report.readings.{rule}.{verdict}", **told)
    return Reading(id, verdict, f"{text} {words('report.readings.some_hidden')}" if len(shown) < len(rows) else text)


def coded_readings(released: Released, *, labels: Mapping[str, str], bank: Bank, words: Words) -> Iterator[Reading]:
    """What most of those who wrote in their own words wrote about, question by question.

    Parameters
    ----------
    released : Released
        With the table ``own_words`` of `kunskap.coding.coded_tables`.
    labels : mapping
        ``item.code`` → what the code is called.
    bank, words : Bank, Words
        The questions, and the language.
    """
    if "own_words" not in released.names:
        return
    table = released.table("own_words")
    table = table[table["option"].eq(YES) & table["statistic"].eq("share") & table["universe"].eq("all")]
    asked = table["item"].astype("str").str.partition(".")[0]
    for item in dict.fromkeys(asked):
        yield coded_reading(bank.items[item], table[asked.eq(item)], labels=labels, bank=bank, words=words)


def coded_reading(item: Item, rows: pd.DataFrame, *, labels: Mapping[str, str], bank: Bank, words: Words) -> Reading:
    """What most of those who wrote wrote about, and whether that was more than half of them."""
    stem = question_of(bank.stem(item.id, words.language))
    return _commonest(f"coded-{item.id}", rows, labels=labels, column="item", item=stem, rule="coded", words=words)


def together_readings(table: pd.DataFrame, *, bank: Bank, words: Words) -> Iterator[Reading]:
    """Whether those who rate a scale higher have more right, role by role: how two things go together, and no more.

    Parameters
    ----------
    table : DataFrame
        Released rows of `kunskap.understanding.together` by role.
    bank, words : Bank, Words
        Labels, and the language.
    """
    for _, row in table[table["statistic"].eq("rank_correlation")].iterrows():
        verdict, role, scale = verdict_of(row), str(row["role"]), str(row["option"])
        told = {
            "group": in_sentence(group_label("role", role, bank=bank, words=words)),
            "scale": bank.scales[scale].name[words.language],
        }
        if verdict != "hidden":
            told |= {name: words.number(row[name], decimals=2) for name in ("estimate", "low", "high")}
        yield Reading(f"together-{scale}-{role}", verdict, words(f"report.readings.together.{verdict}", **told))
