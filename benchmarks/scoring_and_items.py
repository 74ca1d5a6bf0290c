"""Scoring, item analysis, reliability, DIF and reading against what users would use instead, side by side in one run.

    python benchmarks/scoring_and_items.py [PEOPLE ...]     # without numbers 1 000 … 1 000 000 people

Each line is the best of some runs, in seconds, and the ratio to ours: above 1 we are faster, below 1 slower.  Times
vary with the machine and its other work; the ratios are what to read.  Slow alternatives are left out where a run of
theirs would take minutes.  polars is not needed; without it its lines are left out.
"""

import os
import sys
import tempfile
import time
import tracemalloc
import warnings
from collections.abc import Callable
from pathlib import Path

for variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
import pingouin  # noqa: E402
import statsmodels.api as sm  # noqa: E402
from outside import imports, reading  # noqa: E402
from statsmodels.stats.contingency_tables import StratifiedTable  # noqa: E402

from kunskap.bank import Area, Bank, Item, Option  # noqa: E402
from kunskap.coded import coded_items, number_right, totals  # noqa: E402
from kunskap.dif import logistic, mantel_haenszel  # noqa: E402
from kunskap.estimates import proportion  # noqa: E402
from kunskap.items import analysis, discrimination  # noqa: E402
from kunskap.reliability import alpha, omega  # noqa: E402
from kunskap.scoring import outcomes, score  # noqa: E402

ITEMS = 40
OPTIONS = ("a", "b", "c", "d", "dk")
Calls = dict[str, Callable[[], object]]


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


def show(title: str, calls: Calls, *, runs: int) -> None:
    print(f"\n{title}")
    seconds = {name: best(call, runs=runs) for name, call in calls.items()}
    ours = next(iter(seconds.values()))
    for name, value in seconds.items():
        print(f"  {name:<66} {value:10.5f} s   {value / ours:9.2f} ×", flush=True)


def corrected_with_pandas(scores: pd.DataFrame) -> pd.Series:
    whole = scores.sum(axis=1)
    return pd.Series({name: scores[name].corr(whole - scores[name]) for name in scores.columns})


def items_with_pandas(texts: pd.DataFrame, key: pd.Series) -> list[object]:
    """What a careful analyst writes: scores, item–rest, and every option by thirds of the total and with the rest."""
    scores = texts.eq(key).astype(float)
    whole = scores.sum(axis=1)
    third = pd.qcut(whole.rank(method="first"), 3, labels=False)
    made: list[object] = [scores.mean(), corrected_with_pandas(scores)]
    for name in texts.columns:
        made.append(pd.crosstab(texts[name], third, normalize="columns"))
        made += [texts[name].eq(option).corr(whole - scores[name]) for option in (*OPTIONS, "skip")]
    return made


def polars_scoring(answers: pd.DataFrame, keys: dict[str, str]) -> Calls:
    """Polars' line, where it is installed; reading its own text columns, conversion not counted."""
    try:
        import polars as pl
    except ImportError:
        print("(polars is not installed: its line is left out)")
        return {}
    words = pl.Series([*OPTIONS, "skip"])
    table = pl.DataFrame({name: words.gather(pl.Series(answers[name].cat.codes.to_numpy())) for name in keys})
    return {
        "polars: sum_horizontal(col == key), text columns": lambda: table.select(
            pl.sum_horizontal([pl.col(name) == key for name, key in keys.items()])
        )
    }


def stratified_with_statsmodels(scores: pd.DataFrame, group: np.ndarray) -> list[object]:
    """Tables by total from one bincount per item, then StratifiedTable; strata without both groups are left out."""
    values = scores.to_numpy(dtype=np.intp)
    total = values.sum(axis=1)
    made: list[object] = []
    for i in range(ITEMS):
        counts = np.bincount(total * 4 + group * 2 + values[:, i], minlength=4 * (ITEMS + 1)).reshape(-1, 2, 2)
        used = counts[(counts.sum(axis=2) > 0).all(axis=1)]
        oracle = StratifiedTable(list(used.astype(float)))
        made.append((oracle.logodds_pooled, oracle.logodds_pooled_se, oracle.test_null_odds(correction=True).pvalue))
    return made


def logistic_with_statsmodels(scores: pd.DataFrame, group: np.ndarray) -> list[object]:
    values = scores.to_numpy()
    total = values.sum(axis=1)
    total = (total - total.mean()) / total.std()
    ones = np.ones(len(total))
    models = [[ones, total], [ones, total, group], [ones, total, group, group * total]]
    return [
        [sm.Logit(values[:, i], np.column_stack(one)).fit(disp=0).llf for one in models] for i in range(values.shape[1])
    ]


def run(n: int) -> None:
    the_bank, responses = bank(), people(n)
    answers = responses.drop(columns="sitting_id")
    texts = answers.astype(str)
    keys = {name: item.key[0] for name, item in the_bank.items.items()}
    key_row, runs = pd.Series(keys), 7 if n <= 10_000 else 3
    print(f"\n===== {n} people × {ITEMS} items")

    coded = coded_items(responses, bank=the_bank)
    codes = np.stack([one.codes for one in coded])
    numbers = pd.DataFrame(codes.T, columns=list(keys))
    number_row = pd.Series({f"q{i}": i % 4 for i in range(ITEMS)}, dtype=np.int8)
    merely: Calls = {"pandas: frame.eq(key).sum(axis=1), text columns": lambda: texts.eq(key_row).sum(axis=1)}
    alternatives: Calls = merely | {
        "pandas: frame.eq(key).sum(axis=1), int8 codes": lambda: numbers.eq(number_row).sum(axis=1),
    }
    if n <= 1_000:
        alternatives["pandas: apply(axis=1), text"] = lambda: texts.apply(lambda row: (row == key_row).sum(), axis=1)
    alternatives |= polars_scoring(answers, keys)
    read: Calls = {"numpy: one read pass over the codes (max)": codes.max}
    show("Codes to total scores", {"kunskap.coded.number_right": lambda: number_right(coded)} | read | alternatives,
         runs=2 * runs)  # fmt: skip
    show("The same from the table of answers, checked against the bank, complete cases told",
         {"kunskap.coded.totals": lambda: totals(coded_items(responses, bank=the_bank))} | alternatives,
         runs=runs)  # fmt: skip
    show("Checked scores of every item, as a table",
         {"kunskap.scoring.score": lambda: score(responses, bank=the_bank)} | alternatives, runs=runs)  # fmt: skip

    scores, told = score(responses, bank=the_bank), outcomes(responses, bank=the_bank)
    careful: Calls = {"pandas: the same per item, no intervals": lambda: items_with_pandas(texts, key_row)}
    show("The whole item analysis: every item, every option, thirds, intervals",
         {"kunskap.items.analysis": lambda: analysis(responses, bank=the_bank)}
         | merely | (careful if n <= 100_000 else {}), runs=min(runs, 3))  # fmt: skip
    show("Corrected item–rest correlation of every item",
         {"kunskap.items.discrimination, with intervals": lambda: discrimination(scores),
          "pandas: corr(item, total − item) in a loop": lambda: corrected_with_pandas(scores)}, runs=runs)  # fmt: skip
    show("Shares of right, wrong, don't know and skip for every item",
         {"kunskap.estimates.proportion, with intervals": lambda: proportion(told),
          "pandas: value_counts per item": lambda: [told[q].value_counts() for q in told.columns]},
         runs=runs)  # fmt: skip
    show("Cronbach's alpha with Feldt's interval",
         {"kunskap.reliability.alpha": lambda: alpha(scores),
          "pingouin.cronbach_alpha": lambda: pingouin.cronbach_alpha(scores)}, runs=runs)  # fmt: skip
    print(f"  {'kunskap.reliability.omega, for comparison':<66} {best(lambda: omega(scores), runs=3):10.5f} s")
    bias(scores, merely, n)
    memory(responses, scores, the_bank)
    if n <= 100_000:
        with tempfile.TemporaryDirectory() as folder:
            reading(n, Path(folder), show, runs=min(runs, 3))


def bias(scores: pd.DataFrame, merely: Calls, n: int) -> None:
    group = np.arange(n) % 2
    grouped = scores.assign(sex=pd.Categorical.from_codes(group, categories=pd.Index(["k", "m"])))
    show("Mantel–Haenszel of every item, with intervals, classes and Holm",
         {"kunskap.dif.mantel_haenszel, one round": lambda: mantel_haenszel(grouped, purify=False)} | merely
         | {"kunskap.dif.mantel_haenszel, purified": lambda: mantel_haenszel(grouped),
            "statsmodels.StratifiedTable on bincounts, no classes": lambda: stratified_with_statsmodels(scores, group)},
         runs=3)  # fmt: skip
    if n <= 10_000:
        show("Logistic regression of every item, three models each",
             {"kunskap.dif.logistic, one round": lambda: logistic(grouped, purify=False),
              "statsmodels.Logit in a loop": lambda: logistic_with_statsmodels(scores, group)}, runs=1)  # fmt: skip


def memory(responses: pd.DataFrame, scores: pd.DataFrame, the_bank: Bank) -> None:
    """Peak of what a call takes, its result among it, beside what it was given."""
    print("\nPeak memory, times the table given")
    grouped = scores.assign(sex=pd.Categorical.from_codes(np.arange(len(scores)) % 2, categories=pd.Index(["k", "m"])))
    for name, frame, call in (
        ("totals, from answers", responses, lambda: totals(coded_items(responses, bank=the_bank))),
        ("items.analysis, from answers", responses, lambda: analysis(responses, bank=the_bank)),
        ("items.discrimination, from scores", scores, lambda: discrimination(scores)),
        ("dif.mantel_haenszel, from scores", grouped, lambda: mantel_haenszel(grouped)),
        ("scoring.score, times its result", scores, lambda: score(responses, bank=the_bank)),
    ):
        tracemalloc.start()
        kept = call()
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        del kept
        size = int(frame.memory_usage().sum())
        print(f"  {name:<66} {peak / 1e6:10.1f} MB  {peak / size:8.2f} ×", flush=True)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    imports()
    for number in [int(text) for text in sys.argv[1:] if text.isdigit()] or [1_000, 10_000, 100_000, 1_000_000]:
        run(number)
