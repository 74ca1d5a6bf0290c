"""Scoring and item statistics against what users would use instead, side by side in one run.

    python benchmarks/scoring_and_items.py [PEOPLE ...]

Each line is the best of some runs, in seconds, and the ratio to ours: above 1 we are faster, below 1 slower.  Times
vary with the machine and its other work; the ratios are what to read.
"""

import sys
import time
from collections.abc import Callable

import numpy as np
import pandas as pd
import pingouin

from kunskap.bank import Area, Bank, Item, Option
from kunskap.estimates import proportion
from kunskap.items import discrimination
from kunskap.reliability import alpha
from kunskap.scoring import outcomes, score

ITEMS = 40
OPTIONS = ("a", "b", "c", "d", "dk")


def bank() -> Bank:
    choices = tuple(Option(option, {"sv": option, "en": option}) for option in OPTIONS)
    items = {
        f"q{i}": Item(f"q{i}", "single", {"sv": "", "en": ""}, choices, area="goals", key=(OPTIONS[i % 4],))
        for i in range(ITEMS)
    }
    areas = {"goals": Area("goals", {"sv": "Mål", "en": "Goals"})}
    return Bank("benchmark", ("sv", "en"), areas, {}, {}, {}, {}, items, {}, {})


def people(n: int) -> pd.DataFrame:
    rng = np.random.default_rng(40)
    ability = rng.normal(size=n)
    columns = {}
    for i in range(ITEMS):
        right = rng.random(n) < 1 / (1 + np.exp(-(ability - rng.normal())))
        codes = np.where(right, i % 4, rng.integers(0, 5, n)).astype(np.int8)
        columns[f"q{i}"] = pd.Categorical.from_codes(codes, categories=pd.Index([*OPTIONS, "skip"]))
    return pd.DataFrame({"sitting_id": np.arange(n)} | columns)


def best(call: Callable[[], object], *, runs: int) -> float:
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times)


def show(title: str, calls: dict[str, Callable[[], object]], *, runs: int) -> None:
    print(f"\n{title}")
    seconds = {name: best(call, runs=runs) for name, call in calls.items()}
    ours = next(iter(seconds.values()))
    for name, value in seconds.items():
        print(f"  {name:<52} {value:10.5f} s   {value / ours:8.2f} ×")


def corrected_with_pandas(scores: pd.DataFrame) -> pd.Series:
    whole = scores.sum(axis=1)
    return pd.Series({name: scores[name].corr(whole - scores[name]) for name in scores.columns})


def polars_scoring(answers: pd.DataFrame, keys: dict[str, str]) -> dict[str, Callable[[], object]]:
    """Polars' line, where it is installed; reading its own text columns, conversion not counted."""
    try:
        import polars as pl
    except ImportError:
        print("(polars is not installed: its line is left out)")
        return {}
    table = pl.DataFrame({name: answers[name].astype(str).to_list() for name in keys})
    return {"polars: sum_horizontal(col == key), text": lambda: table.select(
        pl.sum_horizontal([pl.col(name) == key for name, key in keys.items()])
    )}  # fmt: skip


def run(n: int) -> None:
    the_bank, responses = bank(), people(n)
    answers = responses.drop(columns="sitting_id")
    texts = answers.astype(str)
    keys = {name: item.key[0] for name, item in the_bank.items.items()}
    key_row, runs = pd.Series(keys), 5 if n <= 10_000 else 3
    scores = score(responses, bank=the_bank)
    told = outcomes(responses, bank=the_bank)
    print(f"\n===== {n} people × {ITEMS} items")

    scoring: dict[str, Callable[[], object]] = {
        "kunskap.scoring.score: checked scores of every item": lambda: score(responses, bank=the_bank),
        "pandas: frame.eq(key), text columns": lambda: texts.eq(key_row),
        "pandas: frame.eq(key).sum(axis=1), totals only": lambda: texts.eq(key_row).sum(axis=1),
        "numpy: (codes == key) on ready uint8 codes": _numpy(answers),
    }
    if n <= 1_000:
        scoring["pandas: apply(axis=1)"] = lambda: texts.apply(lambda row: (row == key_row).sum(), axis=1)
    show("Score by key", scoring | polars_scoring(answers, keys), runs=runs)
    show(
        "Shares of right, wrong, don't know and skip for every item, with intervals",
        {
            "kunskap.estimates.proportion": lambda: proportion(told),
            "pandas: value_counts per item, no intervals": lambda: [told[q].value_counts() for q in told.columns],
        },
        runs=runs,
    )
    show(
        "Corrected item–rest correlation of every item",
        {
            "kunskap.items.discrimination (with intervals)": lambda: discrimination(scores),
            "pandas: corr(item, total − item) in a loop": lambda: corrected_with_pandas(scores),
        },
        runs=runs,
    )
    show(
        "Cronbach's alpha with Feldt's interval",
        {
            "kunskap.reliability.alpha": lambda: alpha(scores),
            "pingouin.cronbach_alpha": lambda: pingouin.cronbach_alpha(scores),
        },
        runs=runs,
    )


def _numpy(answers: pd.DataFrame) -> Callable[[], object]:
    codes = np.column_stack([answers[name].cat.codes.to_numpy() for name in answers.columns]).astype(np.uint8).T.copy()
    key = (np.arange(ITEMS) % 4).astype(np.uint8)[:, None]
    return lambda: codes == key


if __name__ == "__main__":
    for number in [int(text) for text in sys.argv[1:]] or [1_000, 10_000, 100_000]:
        run(number)
