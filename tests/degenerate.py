"""Worlds in which there is hardly anything to compute, and how to hand them to any public function of the analyses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from kunskap import change, irt, planning, scoring, weighting
from kunskap.coded import coded_items
from kunskap.design import Design
from kunskap.dif.matching import Compared
from kunskap.errors import KunskapError
from kunskap.items.crossing import crossings
from kunskap.needs import Module, needs
from kunskap.parts import counts_of, moments_of
from kunskap.readers import Import
from kunskap.words import read_words
from tests.small_bank import small_bank

BANK = small_bank(12)
ITEMS = [f"q{i}" for i in range(1, 13)]
RATED = ["abil1", "abil2"]
PEOPLE = 240
MODULES = (Module("goals", {"sv": "Mål", "en": "Goals"}, ("goals",), ("abil1",), 60),)
FRAME = pd.DataFrame(
    {
        "role": ["pol", "pol", "tjm", "tjm"],
        "orgtype": "reg",
        "sex": ["k", "m", "k", "m"],
        "persons": 500,
        "valid_from": "2014-11-01",
    }
)


def sound(n: int = PEOPLE, *, items: list[str] = ITEMS) -> pd.DataFrame:
    """Answers that know an ability, from women and men of both roles."""
    rng = np.random.default_rng(9)
    ability = rng.normal(size=n)
    frame = pd.DataFrame({"sitting_id": [f"s{i}" for i in range(n)], "respondent_id": [f"p{i}" for i in range(n)]})
    for place, name in enumerate(items):
        frame[name] = np.where(ability + rng.normal(size=n) > (place % 5 - 2) / 2, "a", rng.choice(["b", "c", "dk"], n))
    for name in RATED:
        frame[name] = rng.choice(["can", "data", "hard", "dk"], n)
    return frame.assign(wave="1", form="f", occasion="inventory", attempt=1, completed_at=pd.Timestamp("2016-02-01"))


def everyone(frame: pd.DataFrame, answer: object) -> pd.DataFrame:
    return frame.assign(**{name: answer for name in ITEMS}, **{name: "can" if answer else None for name in RATED})


WORLDS: Mapping[str, Callable[[], pd.DataFrame]] = {
    "nobody": lambda: sound(1).iloc[:0],
    "one person": lambda: sound(1),
    "two people": lambda: sound(2),
    "one item": lambda: sound(items=ITEMS[:1]),
    "no item": lambda: sound(items=[]).drop(columns=RATED),
    "no variance": lambda: everyone(sound(), "b"),
    "everyone right": lambda: everyone(sound(), "a"),
    "everyone says don't know": lambda: everyone(sound(), "dk"),
    "all missing": lambda: everyone(sound(), None),
    "only women": lambda: sound().assign(sex="k"),
    "nobody says their sex": lambda: sound().assign(sex=None),
}


def people_of(responses: pd.DataFrame) -> pd.DataFrame:
    n = np.arange(len(responses))
    sex = responses["sex"] if "sex" in responses else pd.Series(np.where(n % 2, "k", "m"), index=responses.index)
    return pd.DataFrame(
        {
            "respondent_id": responses["respondent_id"],
            "wave": responses["wave"],
            "role": np.where(n % 4 < 2, "pol", "tjm"),
            "orgtype": "reg",
            "sex": sex,
        }
    )


def arguments(responses: pd.DataFrame) -> dict[str, Any]:
    """Everything that a public function may ask for, by the name of its parameter; made when asked for."""
    respondents = people_of(responses)
    answers = responses.drop(columns="sex", errors="ignore")
    groups: dict[str, Any] = {"bank": BANK, "respondents": respondents, "by": ["sex", "role"]}
    knowledge = [name for name in ITEMS if name in responses]

    def scores() -> pd.DataFrame:
        return scoring.score(answers, **groups, items=knowledge)

    def values() -> np.ndarray:
        found = scores()[knowledge].to_numpy(dtype=float)
        return found[~np.isnan(found).any(axis=1)]

    def totals() -> np.ndarray:
        return values().mean(axis=1) if knowledge else np.empty(0)

    def scales() -> pd.DataFrame:
        found = scores()
        return found[["sex", "role"]].assign(total=found[knowledge].mean(axis=1), ability=0.5, weight=1.0)

    def people() -> pd.DataFrame:
        waves = [
            Import(table.assign(wave=wave), respondents.assign(wave=wave), pd.DataFrame(), pd.DataFrame(), "table")
            for wave, table in (("1", answers), ("2", answers.iloc[::2]))
        ]
        return change.rounds(*waves, bank=BANK, by=["sex"])

    def wave(name: str) -> Import:
        return Import(answers.assign(wave=name), respondents.assign(wave=name), pd.DataFrame(), pd.DataFrame(), "table")

    def counted() -> list[Any]:
        return list(counts_of(told(), by=["sex"]).counted)

    def told() -> pd.DataFrame:
        return scoring.outcomes(answers, **groups, items=knowledge)

    def compared() -> Compared:
        right = values().T.astype(np.uint8).reshape(len(knowledge), -1)
        return Compared(tuple(knowledge), right, (np.arange(right.shape[1]) % 2).astype(np.uint8))

    design = Design(FRAME)
    sound_scores = scoring.score(sound(), bank=BANK, items=ITEMS)
    words = read_words()
    return {
        "responses": lambda: answers, "bank": lambda: BANK, "respondents": lambda: respondents, "answers": told,
        "scores": scores, "values": values, "people": people, "design": lambda: design, "words": lambda: words,
        "first": lambda: wave("1"), "second": lambda: wave("2"), "bank of": lambda: BANK, "frame": scales,
        "before": totals, "after": lambda: totals()[::-1], "x": totals, "y": lambda: totals()[::-1],
        "group": lambda: np.arange(len(totals())) % 2 == 0, "modules": lambda: MODULES, "scales": scales,
        "weighting": lambda: weighting.poststratify(respondents, design=design),
        "fit": lambda: irt.fit_rasch(sound_scores), "pair": lambda: np.column_stack([totals(), totals()[::-1]]),
        "coded": lambda: coded_items(answers, bank=BANK), "crossings": lambda: crossings(answers, bank=BANK),
        "rng": lambda: np.random.default_rng(1),
        "plan": lambda: planning.plan(design, response=0.5, base=lambda pairs: 7),
        "needs": lambda: needs(answers, bank=BANK, respondents=respondents, modules=MODULES),
        "counted": counted, "compared": compared, "knowledge": lambda: knowledge,
        "counts": lambda: [counts_of(told(), by=["sex"])],
        "moments": lambda: [moments_of(scores(), by=["sex"], columns=knowledge)],
        "sums": lambda: np.bincount(values().sum(axis=1).astype(int), minlength=13),
        "moment": lambda: (len(totals()), *([float(totals().mean()), float(totals().var())] if len(totals()) else
                                            [np.nan, np.nan])),
    }  # fmt: skip


def outcome(call: Callable[[], object]) -> object:
    """What a call gives, or its refusal."""
    try:
        made = call()
        return list(made) if hasattr(made, "__next__") else made
    except KunskapError as error:
        return error


def figures_in(result: object) -> list[np.ndarray]:
    """Every number of a result, whatever it is made of."""
    if isinstance(result, pd.DataFrame):
        return [result[name].to_numpy(dtype=float, na_value=np.nan) for name in result if
                pd.api.types.is_numeric_dtype(result[name])]  # fmt: skip
    if isinstance(result, np.ndarray):
        return [result.astype(float)] if result.dtype.kind in "fiub" else []
    if isinstance(result, float):
        return [np.array([result])]
    if isinstance(result, SimpleNamespace) or hasattr(result, "__dataclass_fields__"):
        return [one for value in vars(result).values() for one in figures_in(value)]
    if isinstance(result, (list, tuple)):
        return [one for value in result for one in figures_in(value)]
    return []
