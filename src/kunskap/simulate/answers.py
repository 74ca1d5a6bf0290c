"""What they answer: knowledge items by what people know, rated items by their traits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from kunskap.bank import DONT_KNOW, SKIP, Bank, Form, Item, Option

__all__ = ["AnswerModel", "ItemModel", "item_models", "simulate_answers"]


@dataclass(frozen=True)
class AnswerModel:
    """The parameters of the answers that are the same for all items; probabilities 0–1, trait units else.

    Attributes
    ----------
    difficulty : mapping
        Cognitive level → where on the trait half of the people know the answer.
    dont_know : mapping
        Sex → probability that a person who does not know says so instead of guessing.
    rated_dont_know, skip, number_skip : float
        Probability of *don't know* on items without right or wrong, and of leaving a question blank.
    picked, nothing : float
        Where several things can be chosen and none is right: the mean probability of choosing each, and of saying that
        none of them is so.
    """

    difficulty: Mapping[str, float] = field(default_factory=lambda: {"recall": -0.6, "understand": -0.3, "apply": 0.5})
    difficulty_spread: float = 0.50
    slope: float = 0.95
    dont_know: Mapping[str, float] = field(default_factory=lambda: {"k": 0.42, "m": 0.29})
    rated_dont_know: float = 0.06
    skip: float = 0.012
    number_skip: float = 0.06
    picked: float = 0.33
    nothing: float = 0.12


@dataclass(frozen=True)
class ItemModel:
    """One item's own parameters, the same in every wave.

    Attributes
    ----------
    difficulty, slope : float
        In trait units and logits per trait unit.
    attraction : tuple of float
        How often each option (without *don't know*) is taken by those who guess; sums to 1, empty without options.
    """

    difficulty: float
    slope: float
    attraction: tuple[float, ...]


def item_models(
    bank: Bank, *, form: str, rng: np.random.Generator, model: AnswerModel | None = None
) -> dict[str, ItemModel]:
    """Draw the items' own parameters, once for all waves.

    Returns
    -------
    dict
        Item id → `ItemModel`, in the order of the form.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> models = item_models(read_bank(), form="baslinje", rng=np.random.default_rng(1))
    >>> round(sum(models["goals01"].attraction), 6)
    1.0
    """
    model = model or AnswerModel()
    models = {}
    for item in bank.form_items(form):
        centre = model.difficulty.get(item.level or "", 0.0)
        options = [option_id for option_id in item.option_ids if option_id != DONT_KNOW]
        attraction = rng.dirichlet(np.full(len(options), 6.0)) if options else np.array([])
        models[item.id] = ItemModel(
            difficulty=float(centre + rng.normal(0, model.difficulty_spread)),
            slope=float(model.slope * rng.uniform(0.8, 1.2)),
            attraction=tuple(float(share) for share in attraction),
        )
    return models


def simulate_answers(
    people: pd.DataFrame,
    *,
    bank: Bank,
    form: str,
    models: Mapping[str, ItemModel],
    rng: np.random.Generator,
    model: AnswerModel | None = None,
) -> pd.DataFrame:
    """Draw everyone's answers to a form, as if all had reached its end.

    Parameters
    ----------
    people : DataFrame
        With `TRAITS` and the background variables.
    models : mapping
        From `item_models`, the same for every wave.

    Returns
    -------
    DataFrame
        Indexed like `people`; the item columns of a `responses` table (missing = never shown).

    Examples
    --------
    See `data/make_demo.py`, which makes the demo with it.
    """
    model = model or AnswerModel()
    columns: dict[str, Any] = {}
    for item in bank.form_items(form):
        if item.type == "text":
            continue
        shown = _shown(item, people, form=bank.forms[form])
        columns |= _answer_columns(item, people, shown=shown, item_model=models[item.id], model=model, rng=rng)
    return pd.DataFrame(columns, index=people.index)


def _shown(item: Item, people: pd.DataFrame, *, form: Form) -> np.ndarray:
    """Who is shown the item at all."""
    shown = np.ones(len(people), dtype=bool)
    for name, levels in form.shown_to.get(item.id, {}).items():
        shown &= people[name].isin(levels).to_numpy()
    return shown


def _answer_columns(
    item: Item,
    people: pd.DataFrame,
    *,
    shown: np.ndarray,
    item_model: ItemModel,
    model: AnswerModel,
    rng: np.random.Generator,
) -> dict[str, Any]:
    """One item's columns."""
    n = len(people)
    if item.type == "number":
        low, high = item.minimum or 0.0, item.maximum if item.maximum is not None else 40.0
        # Hours, meetings, cases: most people few, some many, the engaged more.
        engaged = np.exp(0.4 * people["engagement"].to_numpy())
        numbers = np.clip(np.round(low + engaged * rng.gamma(0.7, min((high - low) / 10, 7.0), size=n)), low, high)
        blank = ~shown | (rng.random(n) < model.number_skip)
        return {item.id: pd.array(np.where(blank, np.nan, numbers), dtype="Float64")}
    skipped = rng.random(n) < model.skip
    if item.type == "multiple":
        draw_ticks = _ticks if item.is_knowledge else _picks
        ticks = draw_ticks(item, people, item_model=item_model, model=model, rng=rng)
        ticks[skipped] = False
        return {name: pd.arrays.BooleanArray(ticks[:, place], ~shown) for place, name in enumerate(item.columns)}
    draw = _known_or_guessed if item.is_knowledge else _rated if item.is_rated else _named
    chosen = draw(item, people, item_model=item_model, model=model, rng=rng)
    chosen[skipped] = SKIP
    chosen[~shown] = None
    return {item.id: pd.Categorical(chosen, categories=[*item.option_ids, SKIP])}


def _knows(people: pd.DataFrame, *, item_model: ItemModel, rng: np.random.Generator) -> np.ndarray:
    """Who knows the item: P = 1 / (1 + exp(−slope · (knowledge − difficulty)))."""
    logit = item_model.slope * (people["knowledge"].to_numpy() - item_model.difficulty)
    return rng.random(len(people)) < 1 / (1 + np.exp(-logit))


def _says_dont_know(item: Item, people: pd.DataFrame, *, model: AnswerModel, rng: np.random.Generator) -> np.ndarray:
    """Who says don't know, were they not to know; the mean of the stated sexes where the sex is another."""
    middle = float(np.mean(list(model.dont_know.values())))
    probability = people["sex"].astype("object").map(dict(model.dont_know)).astype("float64").fillna(middle).to_numpy()
    says = rng.random(len(people)) < probability
    return says if DONT_KNOW in item.option_ids else np.zeros(len(people), dtype=bool)


def _known_or_guessed(
    item: Item, people: pd.DataFrame, *, item_model: ItemModel, model: AnswerModel, rng: np.random.Generator
) -> np.ndarray:
    """The option chosen on a knowledge item with one right answer."""
    options = np.array([option_id for option_id in item.option_ids if option_id != DONT_KNOW], dtype=object)
    knows = _knows(people, item_model=item_model, rng=rng)
    chosen = rng.choice(options, size=len(people), p=np.array(item_model.attraction)).astype(object)
    chosen[_says_dont_know(item, people, model=model, rng=rng)] = DONT_KNOW
    chosen[knows] = item.key[0]
    return chosen


def _ticks(
    item: Item, people: pd.DataFrame, *, item_model: ItemModel, model: AnswerModel, rng: np.random.Generator
) -> np.ndarray:
    """What is ticked on a knowledge item with several right answers: persons × options, in the item's order."""
    real = np.array([option_id != DONT_KNOW for option_id in item.option_ids])
    knows = _knows(people, item_model=item_model, rng=rng)
    ticks = np.zeros((len(people), len(real)), dtype=bool)
    lure = np.clip(np.array(item_model.attraction) * real.sum() * 0.45, 0.15, 0.85)
    ticks[:, real] = rng.random((len(people), int(real.sum()))) < lure
    nothing = ~ticks.any(axis=1)
    ticks[nothing, int(np.flatnonzero(real)[0])] = True
    unsure = _says_dont_know(item, people, model=model, rng=rng)
    ticks[unsure] = ~real
    ticks[knows] = np.isin(np.array(item.option_ids), item.key)
    return ticks


def _picks(
    item: Item, people: pd.DataFrame, *, item_model: ItemModel, model: AnswerModel, rng: np.random.Generator
) -> np.ndarray:
    """What is ticked where nothing is right: persons × options; what can only be chosen alone stands alone."""
    n, alone = len(people), np.isin(np.array(item.option_ids), item.exclusive_ids)
    attraction = dict(zip((name for name in item.option_ids if name != DONT_KNOW), item_model.attraction, strict=True))
    chance = np.array([attraction.get(name, 0.0) for name in item.option_ids])
    chance = np.clip(model.picked * chance / chance[~alone].mean(), 0.05, 0.9)
    ticks = (rng.random((n, len(chance))) < chance) & ~alone
    says = np.full(n, -1)
    for place in np.flatnonzero(alone):
        share = model.rated_dont_know if item.option_ids[place] == DONT_KNOW else model.nothing
        says[rng.random(n) < share] = place
    ticks[says >= 0] = False
    ticks[says >= 0, says[says >= 0]] = True
    nothing = ~ticks.any(axis=1)
    ticks[nothing, int(np.argmax(np.where(alone, 0.0, chance)))] = True
    return ticks


def _named(
    item: Item, people: pd.DataFrame, *, item_model: ItemModel, model: AnswerModel, rng: np.random.Generator
) -> np.ndarray:
    """The one option chosen where options differ in kind and none is right."""
    options = np.array([option_id for option_id in item.option_ids if option_id != DONT_KNOW], dtype=object)
    chosen = rng.choice(options, size=len(people), p=np.array(item_model.attraction)).astype(object)
    if DONT_KNOW in item.option_ids:
        chosen[rng.random(len(people)) < model.rated_dont_know] = DONT_KNOW
    return chosen


def _rated(
    item: Item, people: pd.DataFrame, *, item_model: ItemModel, model: AnswerModel, rng: np.random.Generator
) -> np.ndarray:
    """The option chosen on a rated item (graded response model, steps 1.3 logits apart)."""
    valued = [option for option in item.options if option.value is not None]
    ranked = [option.id for option in sorted(valued, key=lambda option: option.value or 0.0)]
    ranked = ranked or [option_id for option_id in item.option_ids if option_id != DONT_KNOW]
    share = {"ability": (0.6, 0.4)}.get(item.type, (0.2, 0.9))
    trait = share[0] * people["knowledge"].to_numpy() + share[1] * people["engagement"].to_numpy()
    steps = 1.3 * (np.arange(1, len(ranked)) - len(ranked) / 2) + item_model.difficulty
    latent = item_model.slope * trait + rng.logistic(size=len(people))
    chosen = np.array(ranked, dtype=object)[(latent[:, None] > steps[None, :]).sum(axis=1)]
    for first, second in _of_equal_value(valued):
        either = (chosen == first) | (chosen == second)
        chosen[either] = np.where(rng.random(int(either.sum())) < 0.5, first, second)
    if DONT_KNOW in item.option_ids:
        chosen[rng.random(len(people)) < model.rated_dont_know] = DONT_KNOW
    return chosen


def _of_equal_value(options: Sequence[Option]) -> list[tuple[str, str]]:
    """Pairs of neighbouring options that count the same: they differ in kind, so either is as likely."""
    return [(one.id, two.id) for one, two in pairwise(options) if one.value == two.value]
