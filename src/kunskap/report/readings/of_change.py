"""Readings of two waves: what has changed, for whom, and what cannot be said.  Of why only `of_comparison` speaks."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from kunskap.bank import Bank
from kunskap.disclosure import Released
from kunskap.plots.rows import group_label, in_sentence, levels_in_order
from kunskap.report.readings.of_comparison import comparison_reading
from kunskap.report.readings.reading import HALF, Reading, amounts, one_row, points_in_words, verdict_of
from kunskap.words import Words

__all__ = [
    "agreement_reading",
    "apart_reading",
    "change_reading",
    "change_readings",
    "claimed_reading",
    "items_reading",
    "linked_reading",
    "role_change_reading",
    "scale_reading",
]

CERTAIN = 0.05
SEXES = ("k", "m")
# What is always said beside a scale's change: an attitude is never an effect, and ability is rated by oneself.
ALWAYS_SAID = {"attitudes": "attitude", "ability": "ability"}


def change_readings(
    released: Released, *, waves: tuple[str, str], bank: Bank, words: Words, by_lot: bool = False
) -> list[Reading]:
    """All that may be said of the change between two waves, the most important first.

    Parameters
    ----------
    released : Released
        With the tables of `kunskap.change.follow_up`; what is not there is not spoken of.  A comparison group is spoken
        of where there is a table ``compared`` (`kunskap.change.compared_change`), beside ``compared_linking``.
    waves : tuple of str
        The earlier and the later.
    bank, words : Bank, Words
        Labels and interface words.
    by_lot : bool
        Whether it was drawn by lot who had the course and who is compared with.
    """
    named = {"before": waves[0], "after": waves[1]}
    everyone = _row(released, "everyone", "difference_overlap", scale="total")
    same = _row(released, "paired", "difference", scale="total")
    told: list[Reading] = []
    if everyone is not None:
        told.append(change_reading("everyone", everyone, words=words, named=named))
    if same is not None:
        told.append(change_reading("same", same, words=words, named=named))
    if everyone is not None and same is not None:
        told.append(agreement_reading(everyone, same, words=words))
    if "compared" in released.names:
        linking = released.table("compared_linking") if "compared_linking" in released.names else None
        told.append(comparison_reading(released.table("compared"), words=words, linking=linking, by_lot=by_lot))
    told += _by_sex(released, bank=bank, words=words, named=named)
    if "everyone_by_role" in released.names:
        table = released.table("everyone_by_role")
        for role in levels_in_order(table, "role", bank):
            row = one_row(table, "difference_overlap", scale="total", role=role)
            if row is not None:
                told.append(role_change_reading(role, row, bank=bank, words=words, named=named))
    if "paired_by_sex" in released.names:
        told.append(items_reading(released.table("paired_by_sex"), bank=bank, words=words, named=named))
    if "linking" in released.names:
        told.append(linked_reading(released.table("linking"), words=words, named=named))
    missing = _row(released, "attrition", "difference", scale="total")
    if missing is not None:
        told.append(change_reading("attrition", missing, words=words, named=named))
    if "scales" in released.names:
        table = released.table("scales")
        for scale in dict.fromkeys(table["scale"].dropna()):
            row = one_row(table, "difference_overlap", scale=scale)
            if row is not None:
                told.append(scale_reading(str(scale), row, bank=bank, words=words, named=named))
    return told


def _row(released: Released, name: str, statistic: str, **where: object) -> pd.Series | None:
    return one_row(released.table(name), statistic, **where) if name in released.names else None


def change_reading(rule: str, row: pd.Series, *, words: Words, named: dict[str, str]) -> Reading:
    """One difference by one rule: ``everyone``, ``same`` or ``attrition``, in questions of ten."""
    verdict = verdict_of(row)
    return Reading(rule, verdict, words(f"report.readings.{rule}.{verdict}", **amounts(row, words), **named))


def role_change_reading(role: str, row: pd.Series, *, bank: Bank, words: Words, named: dict[str, str]) -> Reading:
    """The change among all of a role who answered, in questions of ten."""
    verdict = verdict_of(row)
    group = in_sentence(group_label("role", role, bank=bank, words=words))
    text = words(f"report.readings.of_role.{verdict}", group=group, **amounts(row, words), **named)
    return Reading(f"role-{role}", verdict, text)


def agreement_reading(everyone: pd.Series, same: pd.Series, *, words: Words) -> Reading:
    """Whether the change of everyone and that of the same people say the same; if not, that is a result too."""
    verdicts = [verdict_of(everyone), verdict_of(same)]
    if "hidden" in verdicts:
        verdict = "hidden"
    elif "unclear" in verdicts:
        verdict = "unclear"
    else:
        verdict = "clear" if verdicts[0] == verdicts[1] else "contrary"
    return Reading("both", verdict, words(f"report.readings.both.{verdict}"))


def _by_sex(released: Released, *, bank: Bank, words: Words, named: dict[str, str]) -> Iterator[Reading]:
    if "by_rule" not in released.names:
        return
    table = released.table("by_rule")
    for sex in SEXES:
        own = table[table["sex"].eq(sex)]
        rows, claimed = _under_both(own, "difference")
        if len(rows) and len(claimed):
            group = group_label("sex", sex, bank=bank, words=words)
            yield claimed_reading(f"sex-{sex}", rows, claimed, group=group, words=words, named=named)
    rows, claimed = _under_both(table[table["sex"].isna()], "difference_in_differences")
    if len(rows) and len(claimed):
        yield apart_reading(rows, claimed, bank=bank, words=words)


def _under_both(table: pd.DataFrame, statistic: str) -> tuple[pd.DataFrame, pd.Series]:
    rows = table[table["statistic"].eq(statistic) & table["scale"].isin(["total", "total_chance"])]
    return rows, table.loc[table["statistic"].eq("claimed"), "estimate"]


def _verdict_under_both(rows: pd.DataFrame, claimed: pd.Series) -> str:
    if rows["estimate"].isna().any() or claimed.isna().any():
        return "hidden"
    if not claimed.eq(1).all():
        return "unclear"
    return "clear" if rows["estimate"].gt(0).all() else "contrary"


def claimed_reading(
    id: str, rows: pd.DataFrame, claimed: pd.Series, *, group: str, words: Words, named: dict[str, str]
) -> Reading:
    """A group's change: only where it holds whichever way *don't know* is counted."""
    verdict = _verdict_under_both(rows, claimed)
    told = amounts(rows.iloc[0], words, verdict=verdict) | named | {"group": in_sentence(group)}
    return Reading(id, verdict, words(f"report.readings.group.{verdict}", **told))


def apart_reading(rows: pd.DataFrame, claimed: pd.Series, *, bank: Bank, words: Words) -> Reading:
    """Whether two groups have changed differently, whichever way *don't know* is counted."""
    verdict = _verdict_under_both(rows, claimed)
    first, second = (
        group_label("sex", sex, bank=bank, words=words) for sex in str(rows.iloc[0]["option"]).split("-", 1)
    )
    told = amounts(rows.iloc[0], words, verdict=verdict) | {"first": in_sentence(first), "second": in_sentence(second)}
    return Reading("apart", verdict, words(f"report.readings.apart.{verdict}", **told))


def items_reading(table: pd.DataFrame, *, bank: Bank, words: Words, named: dict[str, str]) -> Reading:
    """Which single questions have changed, after correction for how many were tried (Holm)."""
    by_item = table[table["item"].notna()]
    tried = by_item.loc[by_item["statistic"].eq("p_holm")].dropna(subset=["estimate"])
    counted = {"tried": words.count(len(tried)), **named}
    if tried.empty:
        return Reading("items", "hidden", words("report.readings.items.hidden", **counted))
    lines, ups = [], 0
    for _, row in tried[tried["estimate"].lt(CERTAIN)].iterrows():
        change = one_row(by_item, "difference", item=row["item"], sex=row["sex"])
        if change is None or pd.isna(change["estimate"]):
            continue
        is_more = change["estimate"] > 0
        ups += is_more
        line = {
            "group": in_sentence(group_label("sex", str(row["sex"]), bank=bank, words=words)),
            "item": bank.stem(str(row["item"]), words.language),
            "points": points_in_words(100 * change["estimate"], words),
        }
        lines.append(words(f"report.readings.items.{'more' if is_more else 'fewer'}", **line))
    if not lines:
        return Reading("items", "unclear", words("report.readings.items.unclear", **counted))
    verdict = "clear" if ups == len(lines) else "contrary"
    return Reading("items", verdict, words(f"report.readings.items.{verdict}", lines=" ".join(lines), **counted))


def linked_reading(table: pd.DataFrame, *, words: Words, named: dict[str, str]) -> Reading:
    """How many can be followed: most, less than half, or fewer than those who have got another post."""
    rows = {option: one_row(table, "share", wave=named["before"], option=option) for option in ("linked", "moved")}
    linked, moved = rows["linked"], rows["moved"]
    if linked is None or pd.isna(linked["estimate"]):
        return Reading("linked", "hidden", words("report.readings.linked.hidden", **named))
    told = {"share": words.share(linked["estimate"]), "n": words.count(linked["n"]), **named}
    verdict = "clear" if linked["estimate"] >= HALF else "unclear"
    if moved is not None and pd.notna(moved["estimate"]) and moved["estimate"] > linked["estimate"]:
        verdict, told["moved"] = "contrary", words.share(moved["estimate"])
    return Reading("linked", verdict, words(f"report.readings.linked.{verdict}", **told))


def scale_reading(scale: str, row: pd.Series, *, bank: Bank, words: Words, named: dict[str, str]) -> Reading:
    """The change of what people say of themselves and their work, in points of a hundred.

    What is said of attitudes always says too that such a change is no effect; of one's own ability, that it is judged
    higher by those who have been on a course.
    """
    verdict = verdict_of(row)
    told = amounts(row, words, unit="points") | named | {"scale": bank.scales[scale].name[words.language]}
    text = words(f"report.readings.scale.{verdict}", **told)
    if scale in ALWAYS_SAID and verdict != "hidden":
        text = f"{text} {words(f'report.readings.scale.{ALWAYS_SAID[scale]}')}"
    return Reading(f"scale-{scale}", verdict, text)
