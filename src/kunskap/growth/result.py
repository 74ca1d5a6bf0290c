"""Before and again in the work itself, in words: one table that those who decide can read."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from kunskap.growth.comparison import result_lines
from kunskap.words import Words

__all__ = ["CHOSEN_COLUMNS", "chosen_lines", "figure_in_words", "is_of_few", "told_result"]

CHOSEN_COLUMNS = ("heading", "what", "who")
UNITS = ("share", "point", "points", "kronor", "antal", "procent")
PERCENT = ("procent", "percent")
FEW = 10  # of fewer, one alone is more than ten percentage points
# What a strategy has decided stands still between the rounds, and time goes by itself.
STANDS_STILL = {("level", "baseline"), ("level", "target"), ("time_gone", "")}


def chosen_lines(*released: pd.DataFrame, words: Words, names: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Choose the lines that can have changed, and word them.

    Parameters
    ----------
    *released : DataFrame
        Tables of `kunskap.growth.difference` as they come from the gate.
    words : Words
        Interface words.
    names : mapping of str to str, optional
        Option → what it is called, for options that have names of their own: the finds of a review.

    Returns
    -------
    DataFrame
        `kunskap.growth.comparison.result_lines` with the columns `CHOSEN_COLUMNS` first: the part, what is counted, and
        of whom.  What a strategy has decided (baseline, target) and the time gone are left out, and so is what is
        missing in both rounds without having been hidden.

    Examples
    --------
    >>> from kunskap.growth import difference
    >>> from kunskap.growth.representation import shares_by_sex
    >>> from kunskap.words import read_words
    >>> seats = pd.DataFrame({"post": "Ordförande", "sex": ["k", "m"], "value": [4.0, 6.0], "unit": "platser"})
    >>> now = {"representation": shares_by_sex(seats, by=["post"])}
    >>> table = chosen_lines(difference(now, now), words=read_words(language="sv"))
    >>> table[["heading", "what", "who"]].values.tolist()[0]
    ['Uppdrag', 'Ordförande: andel av platserna', 'Kvinnor']
    """
    lines = result_lines(*released)
    kept = ~pd.Series(
        [pair in STANDS_STILL for pair in zip(lines["subject"], lines["option"], strict=True)], dtype=bool
    )
    kept &= lines[["before", "after"]].notna().any(axis=1) | lines["hidden"].astype(bool)
    lines = lines[kept].reset_index(drop=True)
    told = [_worded({str(name): value for name, value in row.items()}, words, names or {}) for row in _rows(lines)]
    table = pd.concat([pd.DataFrame(told, columns=list(CHOSEN_COLUMNS)), lines], axis=1)
    places = {about: place for place, about in enumerate(dict.fromkeys(zip(table["part"], table["what"], strict=True)))}
    order = [places[about] for about in zip(table["part"], table["what"], strict=True)]
    return table.iloc[pd.Series(order, dtype="int64").argsort(kind="stable")].reset_index(drop=True)


def _rows(table: pd.DataFrame) -> list[dict[Hashable, Any]]:
    return table.to_dict("records")


def _worded(line: Mapping[str, Any], words: Words, names: Mapping[str, str]) -> tuple[str, str, str]:
    levels, option, part = dict(line["levels"]), str(line["option"]), str(line["part"])
    sex = levels.pop("sex", "")
    what = names.get(option) or words.said(f"result.options.{option}", "")
    if not what:
        figure = f"{line['subject']}_{line['statistic']}"
        what = words.said(f"result.figures.{figure}", figure)
        what = ": ".join([*levels.values(), what]) if levels else what[:1].upper() + what[1:]
    who = words(f"plots.groups.sex_{sex}") if sex else words.said(f"result.whole.{part}", words("result.all"))
    return words.said(f"result.parts.{part}", part), what, who


def figure_in_words(line: Mapping[Any, Any], which: str, *, words: Words, with_unit: bool = True) -> str:
    """One figure of a line as people read it.

    A few passages or goals are told as a count and their change as greater or smaller, a range as its two ends, and a
    change of shares as that of the two as they are shown.

    Parameters
    ----------
    line : mapping
        A row of `chosen_lines`.
    which : {"before", "after", "change"}
        Which figure.
    words : Words
        Interface words.
    with_unit : bool
        False where the unit is told elsewhere.
    """
    if line["hidden"]:
        return words("plots.hidden_short")
    count, n = (line.get(f"{name}_{which}", pd.NA) for name in ("count", "n"))
    if _is_counted(line) and pd.notna(count):
        return words("plots.counted.of", count=words.count(count), n=words.count(n))
    if which == "change" and is_of_few(line):
        return words(f"result.{'greater' if line[which] > 0 else 'smaller' if line[which] < 0 else 'as_great'}")
    values = _values(line, which)
    if pd.isna(values[0]):
        return words.count(None)
    told = [_number(value, line, words, is_signed=which == "change") for value in values]
    amount = told[0] if len(set(told)) == 1 else words("result.range", low=told[0], high=told[-1])
    unit = str(line["unit"])
    if which == "change" and unit in ("share", *PERCENT):
        unit = "point" if amount.lstrip("+\N{MINUS SIGN}") == "1" else "points"
    if not with_unit:
        return amount
    return words(f"result.units.{unit}", amount=amount) if unit in UNITS else f"{amount} {unit}"


def _is_counted(line: Mapping[Any, Any]) -> bool:
    """Whether the line counts passages or goals, and nobody."""
    return "sex" not in line["levels"] and bool(pd.notna(line["count_before"]))


def is_of_few(line: Mapping[Any, Any]) -> bool:
    """Whether a change is of shares of so few passages or goals that it means nothing in percentage points."""
    sizes = [line["n_before"], line["n_after"]]
    return _is_counted(line) and line["unit"] == "share" and bool(pd.notna(sizes).all()) and min(sizes) < FEW


def _values(line: Mapping[Any, Any], which: str) -> list[float]:
    ends = [line[f"{which}_low"], line[f"{which}_high"]]
    # With an n it is an interval around a count; without, the two ends are all that is known.
    if pd.notna(ends).all() and pd.isna(line["n_before"]):
        return ends
    shown = [line["before"], line["after"]]
    if which == "change" and line["unit"] == "share" and pd.notna(shown).all() and not _is_counted(line):
        return [round(shown[1], 2) - round(shown[0], 2)]
    return [line[which]]


def _number(value: float, line: Mapping[Any, Any], words: Words, *, is_signed: bool) -> str:
    shown = 100 * value if line["unit"] == "share" else value
    is_whole = line["unit"] in ("share", "kronor") or float(shown).is_integer()
    text = words.number(shown, decimals=0 if is_whole else 1)
    return f"+{text}" if is_signed and text.strip("0,.") and value > 0 else text


def told_result(*released: pd.DataFrame, words: Words, names: Mapping[str, str] | None = None) -> pd.DataFrame:
    r"""Lay before, after and change out as one table in words: the project's main result.

    Parameters
    ----------
    *released : DataFrame
        Tables of `kunskap.growth.difference` as they come from the gate, one for each basis.
    words : Words
        Interface words; the headings too.
    names : mapping of str to str, optional
        As for `chosen_lines`.

    Returns
    -------
    DataFrame
        Texts: part, what, of whom, before, after, change, and how many were counted in each round.  Women and men stand
        in lines next to each other.  A change is not an effect.

    Examples
    --------
    >>> from kunskap.growth import difference
    >>> from kunskap.growth.representation import shares_by_sex
    >>> from kunskap.words import read_words
    >>> def round_of(women, men):
    ...     seats = pd.DataFrame({"post": "Ordförande", "sex": ["k", "m"], "value": [women, men], "unit": "platser"})
    ...     return {"representation": shares_by_sex(seats, by=["post"])}
    >>> changed = difference(round_of(1.0, 3.0), round_of(2.0, 2.0))
    >>> table = told_result(changed, words=read_words(language="sv"))
    >>> [text.replace("\xa0", " ") for text in table.iloc[0]][2:]
    ['Kvinnor', '25 %', '50 %', '+25 procentenheter', '4 → 4']
    """
    rows = []
    for line in _rows(chosen_lines(*released, words=words, names=names)):
        figures = [figure_in_words(line, which, words=words) for which in ("before", "after", "change")]
        sizes = [words.count(line[name]) for name in ("n_before", "n_after")]
        size = (
            words.count(None)
            if set(sizes) == {words.count(None)}
            else words("result.sizes", before=sizes[0], after=sizes[1])
        )
        rows.append([*(line[name] for name in CHOSEN_COLUMNS), *figures, size])
    columns = ("part", "what", "who", "before", "after", "change", "counted")
    return pd.DataFrame(rows, columns=[words(f"result.columns.{name}") for name in columns])
