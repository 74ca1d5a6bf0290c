"""DIF under two rules for don't know: as a wrong answer, and as the blind guess that it might have been."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from kunskap import tables
from kunskap.asked import common_items
from kunskap.bank import Bank
from kunskap.dif.matching import compared, crossed_with_total
from kunskap.dif.stratified import MantelHaenszel, item_rows, matched
from kunskap.grouping import checked_level
from kunskap.scoring import score

__all__ = ["by_rule", "guessed"]

FLAGGED = 1


def by_rule(
    responses: pd.DataFrame,
    *,
    bank: Bank,
    respondents: pd.DataFrame,
    rng: np.random.Generator,
    between: str = "sex",
    levels: tuple[str, str] = ("k", "m"),
    items: Sequence[str] | None = None,
    draws: int = 20,
    purify: bool = True,
    level: float = 0.95,
    universe: str = "all",
) -> pd.DataFrame:
    """Test each item as `mantel_haenszel` does under both rules for don't know, and tell which flags hold under both.

    Where one group says don't know oftener of an item, that alone can flag it when don't know counts as wrong: the item
    is then not harder for them, they only guess less.

    Parameters
    ----------
    responses, bank, respondents
        As in `kunskap.scoring.score`.
    rng : Generator
        Draws the guesses.
    between, levels, purify, level, universe
        As in `mantel_haenszel`.
    items : sequence of str, optional
        Knowledge items scored 0 and 1; without it those that everybody was asked.
    draws : int
        How many times every don't know is guessed.

    Returns
    -------
    DataFrame
        As `mantel_haenszel`, with the column ``rule``: ``wrong`` (don't know is 0) and ``chance``; last, with `rule`
        missing, ``claimed`` per item (unit ``flag``): 1 if it is of class B or C under both rules, and harder for the
        same group; missing where a figure is.

    Raises
    ------
    KunskapError
        As `mantel_haenszel` and `kunskap.scoring.score`.

    Notes
    -----
    Under ``chance`` each don't know is drawn as right with the probability that a blind guess has, both in the item and
    in the total that people are matched on, and everything, purification too, is done anew `draws` times.  The figures
    are put together by Rubin (1987), *Multiple Imputation for Nonresponse in Surveys*: the mean Δ, with the variance
    within draws plus (1 + 1/draws) times that between them; chi² is then Wald's, without Yates's correction, and
    ``dif_anchor`` is 1 where most draws matched on the item.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> bank = read_bank()
    >>> ids = [item.id for item in bank.items.values() if item.type == "single" and item.is_knowledge][:6]
    >>> rng, people = np.random.default_rng(2), [str(place) for place in range(240)]
    >>> answers = {name: np.where(rng.random(240) < 0.6, bank.items[name].key[0], "dk") for name in ids}
    >>> responses = pd.DataFrame({"sitting_id": people, "respondent_id": people, "wave": "1"} | answers)
    >>> respondents = pd.DataFrame({"respondent_id": people, "wave": "1", "sex": ["k", "m"] * 120})
    >>> table = by_rule(responses, bank=bank, respondents=respondents, rng=rng)
    >>> table.loc[table["statistic"] == "claimed", "estimate"].sum()
    np.float64(0.0)
    """
    checked_level(level)
    chosen = list(common_items(responses, bank=bank)) if items is None else list(items)
    wrong, chance = (
        score(responses, bank=bank, respondents=respondents, by=[between], items=chosen, dont_know=rule)
        for rule in ("wrong", "chance")
    )
    people = compared(wrong, between=between, levels=levels, columns=chosen)
    start: dict[str, object] = {"universe": universe, "option": "-".join(levels), "n": len(people.group)}
    found, anchors, _ = matched(
        lambda used: crossed_with_total(people, used), items=len(chosen), purify=purify, continuity=True
    )
    guessed = _guessed(
        wrong, chance, between=between, levels=levels, columns=chosen, rng=rng, draws=draws, purify=purify
    )
    rows = [
        row
        for rule, (told, used) in {"wrong": (found, anchors), "chance": guessed}.items()
        for row in item_rows(told, used, items=chosen, start=start | {"rule": rule}, level=level)
    ]
    return _claimed(tables.estimates(rows, by=["rule"]))


def guessed(
    wrong: pd.DataFrame, chance: pd.DataFrame, *, columns: Sequence[str], rng: np.random.Generator
) -> pd.DataFrame:
    """Draw for every don't know whether a blind guess would have been right.

    Parameters
    ----------
    wrong, chance : DataFrame
        The same people's scores under the two rules, as `kunskap.scoring.score` returns them.
    columns : sequence of str
        Items scored 0 and 1.
    rng : Generator
        Draws the guesses.

    Returns
    -------
    DataFrame
        As `wrong`, with 0 or 1 for each don't know: for instance for `kunskap.dif.logistic`.

    Examples
    --------
    >>> wrong = pd.DataFrame({"q1": [1.0, *[0.0] * 1000]})
    >>> chance = pd.DataFrame({"q1": [1.0, *[0.25] * 1000]})
    >>> drawn = guessed(wrong, chance, columns=["q1"], rng=np.random.default_rng(1))["q1"]
    >>> drawn.iloc[0], bool(abs(drawn.mean() - 0.25) < 0.05)
    (np.float64(1.0), True)
    """
    right = wrong[list(columns)].to_numpy(dtype=float)
    probability = chance[list(columns)].to_numpy(dtype=float) - right
    drawn = wrong.copy()
    drawn[list(columns)] = np.where(np.isnan(right), right, right + (rng.random(right.shape) < probability))
    return drawn


def _guessed(
    wrong: pd.DataFrame,
    chance: pd.DataFrame,
    *,
    between: str,
    levels: tuple[str, str],
    columns: list[str],
    rng: np.random.Generator,
    draws: int,
    purify: bool,
) -> tuple[MantelHaenszel, np.ndarray]:
    """The figures of all draws put together, and which items most of them matched on."""
    effects, errors, used = [], [], []
    for _ in range(draws):
        drawn = guessed(wrong, chance, columns=columns, rng=rng)
        people = compared(drawn, between=between, levels=levels, columns=columns)
        found, anchors, _ = matched(
            lambda chosen, people=people: crossed_with_total(people, chosen),  # type: ignore[misc]
            items=len(columns),
            purify=purify,
            continuity=True,
        )
        effects.append(found.log_odds)
        errors.append(found.se)
        used.append(anchors)
    effect = np.mean(effects, axis=0)
    between_draws = np.var(effects, axis=0, ddof=1) if draws > 1 else np.zeros(len(columns))
    se = np.sqrt(np.mean(np.square(errors), axis=0) + (1 + 1 / draws) * between_draws)
    with np.errstate(divide="ignore", invalid="ignore"):
        chi2 = (effect / se) ** 2
    return MantelHaenszel(effect, se, chi2, np.asarray(chdtrc(1, chi2))), np.mean(used, axis=0) > 0.5


def _claimed(table: pd.DataFrame) -> pd.DataFrame:
    """Add per item whether the two rules flag it alike."""
    keys = tables.row_keys(table)
    rows: list[dict[str, object]] = [
        {str(name): value for name, value in row.items()} for row in table.to_dict("records")
    ]
    told = table[table["statistic"].isin(["mh_delta", "ets_class"])]
    for _, part in told.groupby("item", sort=False):
        figures = part.pivot(index="rule", columns="statistic", values="estimate")
        is_known = bool(figures.notna().all(axis=None))
        is_flagged = bool((figures["ets_class"] >= FLAGGED).all())
        is_alike = bool(abs(np.sign(figures["mh_delta"]).sum()) == len(figures))
        first = rows[int(part.index[0])]
        rows.append(
            {name: first[name] for name in ("universe", "item", "option", "n")}
            | {"statistic": "claimed", "unit": "flag", "inputs": tuple(keys[part.index])}
            | {"estimate": float(is_flagged and is_alike) if is_known else np.nan}
        )
    return tables.estimates(rows, by=["rule"])
