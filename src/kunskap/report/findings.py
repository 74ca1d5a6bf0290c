"""The report's sentences: every number comes from a released row, and nothing is claimed that the rows do not carry."""

from __future__ import annotations

import pandas as pd

from kunskap.bank import Bank
from kunskap.disclosure import Released
from kunskap.plots.difference import difference_in_words, interval_in_words
from kunskap.plots.rows import group_label, in_sentence, levels_in_order, listed
from kunskap.words import Words

__all__ = ["key_findings", "question_of", "role_claim", "sex_claim"]

LONG_STEM = 110


def key_findings(released: Released, *, bank: Bank, words: Words) -> list[str]:
    """What a reader in a hurry should know, in sentences; a sentence whose figures are missing is left out."""
    sentences = [
        _response(released, bank, words),
        _total(released, words),
        *_extremes(released, bank, words),
        sex_claim(released, bank=bank, words=words),
        role_claim(released, bank=bank, words=words),
        _hidden(released, words),
    ]
    return [sentence for sentence in sentences if sentence]


def _visible(released: Released, name: str, statistic: str) -> pd.DataFrame:
    if name not in released.names:
        return pd.DataFrame(columns=["universe", "item", "scale", "option", "estimate", "low", "high", "n", "count"])
    table = released.table(name)
    return table[table["statistic"].eq(statistic) & table["universe"].eq("all") & table["estimate"].notna()]


def _response(released: Released, bank: Bank, words: Words) -> str:
    rows = _visible(released, "response_rate", "response_rate")
    if rows.empty:
        return ""
    rows = rows[rows["sex"].isna()] if "sex" in rows else rows
    parts = [
        words(
            "report.findings.response_of",
            group=in_sentence(group_label("role", level, bank=bank, words=words)),
            rate=words.share(row["estimate"]),
            count=words.count(row["count"]),
            n=words.count(row["n"]),
        )
        for level in levels_in_order(rows, "role", bank)
        for _, row in rows[rows["role"].eq(level)].iterrows()
    ]
    return words("report.findings.response", groups=listed(parts, words)) if parts else ""


def _total(released: Released, words: Words) -> str:
    rows = _visible(released, "total", "mean")
    rows = rows[rows["scale"].eq("total")]
    if rows.empty:
        return ""
    row = rows.iloc[0]
    mean = interval_in_words(float(row["estimate"]), row["low"], row["high"], words)
    return words("report.findings.total", mean=mean, n=words.count(row["n"]))


def _extremes(released: Released, bank: Bank, words: Words) -> list[str]:
    rows = _visible(released, "knowledge", "share")
    sentences = []
    right = rows[rows["option"].eq("right")].sort_values("estimate", kind="stable")
    if len(right) >= 2:
        lowest, highest = right.iloc[0], right.iloc[-1]
        sentences.append(
            words(
                "report.findings.most_and_least",
                most=_with_bounds(highest, released, words),
                most_item=question_of(bank.stem(str(highest["item"]), words.language)),
                least=_with_bounds(lowest, released, words),
                least_item=question_of(bank.stem(str(lowest["item"]), words.language)),
            )
        )
    unsure = rows[rows["option"].eq("dk")].sort_values("estimate", kind="stable")
    if len(unsure):
        row = unsure.iloc[-1]
        stem = question_of(bank.stem(str(row["item"]), words.language))
        sentences.append(words("report.findings.dont_know", share=words.share(row["estimate"]), item=stem))
    return sentences


def _with_bounds(row: pd.Series, released: Released, words: Words) -> str:
    """A share right, and beside it the bounds for those who did not answer, where they are known."""
    share = words.share(row["estimate"])
    found = [_visible(released, "knowledge", name) for name in ("bound_low", "bound_high")]
    values = [bound.loc[bound["item"].eq(row["item"]), "estimate"] for bound in found]
    if any(value.empty for value in values):
        return share
    low, high = (float(value.iloc[0]) for value in values)
    return words("report.findings.bounds", share=share, low=words.count(100 * low), high=words.share(high))


def question_of(stem: str) -> str:
    """The last sentence of a long stem, which is the question itself, led in by an ellipsis; a short stem as it is.

    Examples
    --------
    >>> question_of("Vad betyder 4R?")
    'Vad betyder 4R?'
    """
    if len(stem) <= LONG_STEM or ". " not in stem:
        return stem
    return f"… {stem.rsplit('. ', 1)[1]}"


def sex_claim(released: Released, *, bank: Bank, words: Words) -> str:
    """Whether a difference between women and men is claimed: only where it holds under both rules for *don't know*.

    The row ``claimed`` of the table ``dont_know_rules`` says so; the differences under both rules give the numbers.
    """
    name = "dont_know_rules"
    if name not in released.names:
        return ""
    table = released.table(name)
    table = table[table["universe"].eq("all")]
    rows = table[table["statistic"].eq("difference") & table["scale"].isin(["total", "total_chance"])]
    claimed = table.loc[table["statistic"].eq("claimed"), "estimate"]
    if rows.empty or claimed.empty:
        return ""
    if rows["estimate"].isna().any() or claimed.isna().any():
        return words("report.findings.sex_hidden")
    first, second = str(rows.iloc[0]["option"]).split("-", 1)
    groups = {
        "first": in_sentence(group_label("sex", first, bank=bank, words=words)),
        "second": in_sentence(group_label("sex", second, bank=bank, words=words)),
    }
    sizes = list(dict.fromkeys(words.count(100 * gap) for gap in sorted(rows["estimate"].abs())))
    unit = "plots.differences.point" if sizes == ["1"] else "plots.differences.points"
    size = words(unit, points=words("report.findings.from_to", low=sizes[0], high=sizes[-1]) if sizes[1:] else sizes[0])
    if not claimed.eq(1).all():
        return words("report.findings.sex_unclear", **groups)
    higher = rows["estimate"].gt(0).all()
    return words("report.findings.sex_higher" if higher else "report.findings.sex_lower", points=size, **groups)


def role_claim(released: Released, *, bank: Bank, words: Words) -> str:
    """The difference between politicians and officials, and whether its interval lies on one side of zero."""
    rows = _visible(released, "total_by_role", "difference")
    if rows.empty:
        return ""
    row = rows.iloc[0]
    text = difference_in_words(row, by="role", bank=bank, words=words)
    is_clear = pd.notna(row["low"]) and (row["low"] > 0 or row["high"] < 0)
    return words("report.findings.role_clear" if is_clear else "report.findings.role_unclear", difference=text)


def _hidden(released: Released, words: Words) -> str:
    hidden = len(released.log)
    total = sum(len(released.table(name)) for name in released.names)
    if not hidden:
        return words("report.findings.nothing_hidden")
    return words("report.findings.hidden", hidden=words.count(hidden), total=words.count(total))
