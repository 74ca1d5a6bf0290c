"""The plan in words: what will be seen, what will not, and what to do instead."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from kunskap.planning.figures import Plan
from kunskap.tables import universe_filter
from kunskap.words import Words

__all__ = ["sections", "told"]

# Below this risk a group is not spoken of as one that may be hidden; from one half it is spoken of as hidden.
SMALL_RISK, LARGE_RISK = 0.05, 0.5


def told(found: Plan, *, words: Words) -> str:
    """Say the plan in words.

    Parameters
    ----------
    found : Plan
        As `kunskap.planning.plan` makes it.
    words : Words
        In whose language.

    Returns
    -------
    str
        Titles, and under each its lines, two steps in.

    Examples
    --------
    >>> from kunskap.design import Design
    >>> from kunskap.planning import plan
    >>> from kunskap.words import read_words
    >>> population = pd.DataFrame({"role": "pol", "orgtype": "reg", "sex": ["k", "m"], "persons": [36, 41],
    ...                            "valid_from": "2014-11-01"})
    >>> found = plan(Design(population), response=0.5, base=lambda pairs: 7)
    >>> print(told(found, words=read_words(language="en")).splitlines()[1])
      The frame has 77 persons. If 50% answer, that makes about 38 answers.
    """
    return "\n\n".join(
        "\n".join([title, *(f"  {line}" for line in lines)]) for title, lines in sections(found, words=words)
    )


def sections(found: Plan, *, words: Words) -> list[tuple[str, list[str]]]:
    """Say the plan in words, as titles with lines.

    Examples
    --------
    >>> from kunskap.design import Design
    >>> from kunskap.planning import plan
    >>> from kunskap.words import read_words
    >>> population = pd.DataFrame({"role": "pol", "orgtype": "reg", "sex": ["k", "m"], "persons": [36, 41],
    ...                            "valid_from": "2014-11-01"})
    >>> found = plan(Design(population), response=0.5, base=lambda pairs: 7)
    >>> [title for title, _ in sections(found, words=read_words(language="en"))][1]
    'What you can compare'
    """
    parts = {
        "answers": _answers,
        "comparisons": _comparisons,
        "intervals": _intervals,
        "hidden": _hidden,
        "changes": _changes,
        "instead": _instead,
        "assumptions": _assumptions,
    }
    made = ((words(f"plan.{name}.title"), list(lines(found, words))) for name, lines in parts.items())
    return [(title, lines) for title, lines in made if lines]


def _name(group: str, words: Words) -> str:
    """A group in the reader's words: "politiker, kvinnor"."""
    pairs = universe_filter(group)
    known = {name: words(f"plots.groups.{name}_{level}").lower() for name, level in pairs.items()}
    order = [name for name in ("role", "orgtype", "sex") if name in known]
    return ", ".join(known[name] for name in order) or words("plan.everyone")


def _title(group: str, words: Words) -> str:
    name = _name(group, words)
    return name[:1].upper() + name[1:]


def _points(value: Any, words: Words) -> str:
    """A difference of shares in percentage points, with the unit."""
    points = words.count(100 * value)
    return words("plan.point" if points == "1" else "plan.points", points=points)


def _answers(found: Plan, words: Words) -> Iterator[str]:
    whole = found.groups.iloc[0]
    rates: Any = found.assumptions["response"]
    if len(set(rates.values())) == 1:
        response = words.share(next(iter(rates.values())))
    else:
        response = ", ".join(
            words("plan.of", share=words.share(rate), group=_name(f"role={role}", words))
            for role, rate in rates.items()
        )
    persons, n = words.count(whole["persons"]), words.count(whole["n"])
    yield words("plan.answers.expected", persons=persons, response=response, n=n)
    if whole["n"] < whole["persons"]:
        silent = 1 - whole["n"] / whole["persons"]
        yield words("plan.answers.bounds", width=_points(silent, words))


def _comparisons(found: Plan, words: Words) -> Iterator[str]:
    if found.comparisons.empty:
        return
    yield words("plan.comparisons.power", power=words.share(found.assumptions["power"]))
    for _, row in found.comparisons.iterrows():
        about = {"first": _title(row["first"], words), "second": _name(row["second"], words)}
        about |= {"n_first": words.count(row["n_first"]), "n_second": words.count(row["n_second"])}
        if pd.isna(row["mean"]):
            yield words("plan.comparisons.impossible", **about)
            continue
        about |= {"points": _points(row["mean"], words), "items": words.number(10 * row["mean"])}
        line = words("plan.comparisons.mean", **about)
        if pd.isna(row["share"]):
            line += " " + words("plan.comparisons.no_item")
        else:
            line += " " + words("plan.comparisons.item", points=_points(row["share"], words))
        yield line


def _intervals(found: Plan, words: Words) -> Iterator[str]:
    yield words("plan.intervals.what", level=words.share(found.assumptions["level"]))
    for _, row in found.groups[found.groups["hidden"] < LARGE_RISK].iterrows():
        about = {"group": _title(row["group"], words), "n": words.count(row["n"])}
        yield words(
            "plan.intervals.group", **about, share=_points(row["share"], words), mean=_points(row["mean"], words)
        )


def _hidden(found: Plan, words: Words) -> Iterator[str]:
    risky = found.groups[found.groups["hidden"] >= SMALL_RISK]
    for _, row in risky.iterrows():
        about = {"group": _title(row["group"], words), "base": words.count(row["base"])}
        about |= {"n": words.count(row["n"]), "risk": words.share(row["hidden"])}
        yield words("plan.hidden.surely" if row["hidden"] >= LARGE_RISK else "plan.hidden.perhaps", **about)
    yield words("plan.hidden.others" if len(risky) else "plan.hidden.none")


def _changes(found: Plan, words: Words) -> Iterator[str]:
    linked = words.share(found.assumptions["linked"])
    for _, row in found.changes.iterrows():
        about = {"group": _title(row["group"], words), "linked": linked, "pairs": words.count(row["pairs"])}
        if pd.isna(row["paired"]) or pd.isna(row["unpaired"]):
            yield words("plan.changes.impossible", **about)
            continue
        about |= {"paired": _points(row["paired"], words), "unpaired": _points(row["unpaired"], words)}
        yield words("plan.changes.group", **about)


def _instead(found: Plan, words: Words) -> Iterator[str]:
    """What can be done about what cannot be found; nothing is said of what is in order."""
    wanted: Any = found.assumptions["wanted"]
    goal = {"items": words.number(10 * wanted), "points": _points(wanted, words)}
    mean = found.comparisons["mean"].fillna(2.0)
    blind = found.comparisons[mean > wanted]
    hopeless = blind[blind["mean_if_all"].fillna(2.0) > wanted]
    helped = blind.drop(index=hopeless.index)
    for rows, key in ((helped, "more_answers"), (hopeless, "never")):
        if len(rows):
            pairs = "; ".join(
                words("plan.instead.pair", first=_name(row["first"], words), second=_name(row["second"], words))
                for _, row in rows.iterrows()
            )
            yield words(f"plan.instead.{key}", pairs=pairs, **goal)
    if (found.groups["hidden"] >= LARGE_RISK).any():
        yield words("plan.instead.merge")
    if len(found.changes) and (found.changes["paired"].fillna(2.0) > wanted).any():
        yield words("plan.instead.same_items", **goal)
    if found.groups["n"].iloc[0] < 0.5 * found.groups["persons"].iloc[0]:
        yield words("plan.instead.remind")


def _assumptions(found: Plan, words: Words) -> Iterator[str]:
    figures: Any = found.assumptions
    spread, correlation = (words.number(figures[name], decimals=2) for name in ("spread", "correlation"))
    yield words("plan.assumptions.figures", spread=spread, correlation=correlation)
    yield words("plan.assumptions.alike")
