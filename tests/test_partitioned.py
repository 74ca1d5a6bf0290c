"""Sums of parts, added up by Dask, give the figures of everything at once."""

from __future__ import annotations

import doctest
import os
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kunskap import dif, estimates, items, partitioned, scoring
from kunskap.design import Design
from kunskap.errors import KunskapError
from kunskap.items.crossing import added, crossings
from kunskap.parts import added_counts, added_moments, counts_of, moments_of
from tests.test_item_options import BANK, EVERYTHING, SINGLES, mixed

try:
    import dask
    import dask.dataframe as dd
    from distributed import Client, LocalCluster
except ImportError:
    dask = dd = None  # type: ignore[assignment]

PEOPLE = 600


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Two processes of their own, as on a cluster: what crosses over is pickled."""
    if dask is None:
        reason = 'Dask is not installed: pip install "kunskap[dask]"'
        if os.environ.get("CI") == "true":
            pytest.fail(f"in CI this must be there: {reason}")
        pytest.skip(reason)
    with (
        dask.config.set({"distributed.worker.daemon": False}),
        LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as local,
        Client(local) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def responses() -> pd.DataFrame:
    """Items of every kind, some not reached, and a last part without any man."""
    rng = np.random.default_rng(7)
    frame = mixed(PEOPLE, missing=0.05).assign(respondent_id=lambda table: table["sitting_id"], wave="1")
    sex = pd.Series(rng.choice(["k", "m", "x"], p=[0.5, 0.45, 0.05], size=PEOPLE))
    sex[rng.random(PEOPLE) < 0.03] = None
    return frame.assign(sex=sex.where(np.arange(PEOPLE) < 540, "k").to_numpy())


@pytest.fixture(scope="module")
def respondents(responses: pd.DataFrame) -> pd.DataFrame:
    return responses[["respondent_id", "wave", "sex"]]


def agree(theirs: pd.DataFrame, ours: pd.DataFrame) -> None:
    """Row by row, to 1e-10; counts and n exactly."""
    pd.testing.assert_frame_equal(theirs, ours, rtol=0, atol=1e-10)
    assert len(ours)


# ---------------------------------------------------------------- on a local cluster


def split(frame: pd.DataFrame, parts: int = 11) -> Any:
    """A collection of uneven parts, some of one person; each part takes its categories from what is in it."""
    return dd.from_pandas(frame.reset_index(drop=True), npartitions=parts)


@pytest.mark.parametrize("chosen", [SINGLES, EVERYTHING])
def test_item_analysis(cluster: Any, responses: pd.DataFrame, chosen: list[str]) -> None:
    agree(
        partitioned.analysis(split(responses), bank=BANK, items=chosen),
        items.analysis(responses, bank=BANK, items=chosen),
    )


def scored(responses: pd.DataFrame, respondents: pd.DataFrame, chosen: list[str], function: Callable[..., Any]) -> Any:
    options = {"bank": BANK, "respondents": respondents, "by": ["sex"], "items": chosen}
    return partitioned.per_part(split(responses), function, **options), function(responses, **options)


@pytest.mark.parametrize("by", [[], ["sex"]])
def test_shares(cluster: Any, responses: pd.DataFrame, respondents: pd.DataFrame, by: list[str]) -> None:
    for function in (scoring.outcomes, scoring.answers):
        theirs, ours = scored(responses, respondents, EVERYTHING, function)
        agree(partitioned.proportion(theirs, by=by), estimates.proportion(ours, by=by))


def test_shares_of_a_frame(cluster: Any, responses: pd.DataFrame, respondents: pd.DataFrame) -> None:
    frame = pd.DataFrame({"role": ["pol"] * 2, "orgtype": "reg", "sex": ["k", "m"], "persons": 900})
    design = Design(frame.assign(valid_from="2014-11-01"))
    theirs, ours = scored(responses, respondents, SINGLES, scoring.outcomes)
    known = [frame[frame["sex"].isin(["k", "m"])] for frame in (theirs, ours)]
    options: dict[str, Any] = {"by": ["sex"], "design": design, "universe": "role=pol"}
    agree(partitioned.proportion(known[0], **options), estimates.proportion(known[1], **options))


@pytest.mark.parametrize("by", [[], ["sex"]])
def test_means_of_scores_and_items(
    cluster: Any, responses: pd.DataFrame, respondents: pd.DataFrame, by: list[str]
) -> None:
    theirs, ours = scored(responses, respondents, EVERYTHING, scoring.score)
    columns = [name for name in ours.columns if name != "sex"]
    agree(partitioned.facility(theirs, by=by, columns=columns), items.facility(ours, by=by, columns=columns))
    sums = [partitioned.per_part(theirs, scoring.total, bank=BANK), scoring.total(ours, bank=BANK)]
    agree(partitioned.mean(sums[0], by=by, columns=["total"]), estimates.mean(sums[1], by=by, columns=["total"]))


@pytest.mark.parametrize("purify", [False, True])
def test_mantel_haenszel(cluster: Any, responses: pd.DataFrame, respondents: pd.DataFrame, purify: bool) -> None:
    """Also where an item is made harder for men, so that purification takes rounds."""
    harder = responses.copy()
    lost = (harder["sex"] == "m") & (np.arange(PEOPLE) % 3 == 0)
    harder.loc[lost, "q4"] = "dk"
    theirs, ours = scored(harder, respondents, SINGLES, scoring.score)
    found = dif.mantel_haenszel(ours, columns=SINGLES, purify=purify)
    assert found.loc[found["statistic"] == "ets_class", "estimate"].max() == 2
    agree(partitioned.mantel_haenszel(theirs, columns=SINGLES, purify=purify), found)


def test_faults_of_a_part_reach_the_user(cluster: Any, responses: pd.DataFrame, respondents: pd.DataFrame) -> None:
    wrong = responses.assign(q1=responses["q1"].where(np.arange(PEOPLE) != 599, "zz"))
    with pytest.raises(KunskapError) as caught:
        partitioned.analysis(split(wrong), bank=BANK)
    with pytest.raises(KunskapError) as in_memory:
        items.analysis(wrong, bank=BANK)
    assert caught.value.codes == in_memory.value.codes
    theirs, _ = scored(responses, respondents, SINGLES, scoring.score)
    for call, code in (
        (lambda: partitioned.mantel_haenszel(theirs, levels=("k", "x"), columns=SINGLES), "DIF-01"),
        (lambda: partitioned.mantel_haenszel(theirs, levels=("k", "k"), columns=SINGLES), "EST-09"),
        (lambda: partitioned.mantel_haenszel(theirs, columns=SINGLES[:2]), "EST-08"),
        (lambda: partitioned.mean(theirs, by=["sexx"]), "EST-01"),
        (lambda: partitioned.mean(theirs, columns=["nothing"]), "EST-04"),
        (lambda: partitioned.mean(theirs[theirs["sex"] == "nobody"], by=["sex"], columns=["q1"]), "EST-05"),
    ):
        with pytest.raises(KunskapError) as refused:
            call()
        assert refused.value.codes == (code,)


def test_the_examples_run(cluster: Any) -> None:
    """They are skipped where Dask is missing, so they are run here."""
    finder, runner = doctest.DocTestFinder(), doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    for name in partitioned.__all__:
        for found in finder.find(getattr(partitioned, name), name, module=partitioned):
            assert found.examples, name
            for example in found.examples:
                example.options.clear()
            assert runner.run(found).failed == 0, name


# ---------------------------------------------------------------- without Dask: split and joined is the same


def parts_of(frame: pd.DataFrame, seed: int) -> list[pd.DataFrame]:
    """The rows shuffled and cut at four places, two of them the same: one part is empty."""
    rng = np.random.default_rng(seed)
    cuts = sorted([*rng.integers(0, len(frame), 3), len(frame)])
    return [frame.iloc[one] for one in np.split(rng.permutation(len(frame)), cuts)]


@pytest.mark.parametrize("seed", range(4))
def test_split_and_joined_files(responses: pd.DataFrame, respondents: pd.DataFrame, seed: int) -> None:
    parts = parts_of(responses, seed)
    assert min(len(part) for part in parts) == 0
    agree(items.options.analysis_of(added([crossings(part, bank=BANK) for part in parts])),
          items.analysis(responses, bank=BANK))  # fmt: skip
    told, scores = (
        function(responses, bank=BANK, respondents=respondents, by=["sex"], items=SINGLES)
        for function in (scoring.outcomes, scoring.score)
    )
    counts = added_counts([counts_of(part, by=["sex"]) for part in parts_of(told, seed)])
    whole = counts_of(told, by=["sex"])
    assert (counts.orders, counts.places) == (whole.orders, whole.places)
    for one, other in zip(counts.counted, whole.counted, strict=True):
        assert one[:2] == other[:2]
        np.testing.assert_array_equal(one[2:], other[2:])
    moments = added_moments([moments_of(part, by=["sex"], columns=SINGLES) for part in parts_of(scores, seed)])
    once = moments_of(scores, by=["sex"], columns=SINGLES)
    for name in ("n", "means", "squares"):
        np.testing.assert_allclose(getattr(moments, name), getattr(once, name), rtol=0, atol=1e-10)


def test_moments_keep_their_digits_when_the_spread_is_small() -> None:
    """Sums of squares would lose them all: the values differ in the tenth digit."""
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"points": 1e6 + rng.normal(scale=1e-4, size=3000)})
    parts = [moments_of(part, by=[], columns=["points"]) for part in parts_of(frame, 1)]
    found = added_moments(parts)
    assert found.squares.item() / 2999 == pytest.approx(frame["points"].var(), rel=1e-6)


def test_options_that_differ_between_parts_are_refused() -> None:
    one = pd.DataFrame({"q1": pd.Categorical(["a"], categories=["a", "b", "skip"])})
    other = pd.DataFrame({"q1": pd.Categorical(["a"], categories=["a", "skip"])})
    with pytest.raises(KunskapError) as caught:
        added_counts([counts_of(one, by=[]), counts_of(other, by=[])])
    assert caught.value.codes == ("EST-03",) and "q1" in str(caught.value)


def test_a_table_in_memory_is_refused(responses: pd.DataFrame) -> None:
    with pytest.raises(KunskapError) as caught:
        partitioned.analysis(responses, bank=BANK)
    assert caught.value.codes == ("EST-03",) and "dask.dataframe.DataFrame" in str(caught.value)
