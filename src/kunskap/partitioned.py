"""The same figures for answers larger than memory: a Dask collection is summed part by part, and the sums added up.

Nothing is estimated here.  Each function makes, of every part, the sums that its namesake makes of everything at once,
lets Dask add them up as a tree, and hands them to what the namesake hands them to.  Scoring needs no sums: `per_part`.

Dask comes with ``pip install "kunskap[dask]"``.  The figures agree with those in memory to 1e-10, and the examples here
are run, in ``tests/test_partitioned.py``.  What must see all people at once is not here: IRT, weights, omega, medians.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskap.bank import Bank
from kunskap.bank.fields import closest
from kunskap.design import Design
from kunskap.dif.matching import FEWEST_ITEMS, check_enough, crossed_with_total, taken
from kunskap.dif.stratified import mantel_haenszel_table
from kunskap.errors import KunskapError, fault
from kunskap.figures import mean_table, proportion_of
from kunskap.grouping import checked_level, score_columns, sizes
from kunskap.items.crossing import added, crossings
from kunskap.items.options import analysis_of
from kunskap.parts import Counts, Moments, added_counts, added_moments, counts_of, moments_of

__all__ = ["analysis", "facility", "mantel_haenszel", "mean", "per_part", "proportion"]

# So many sums are added at a time; each is a few kilobytes.
BRANCHES = 8
Sums = TypeVar("Sums")


def per_part(collection: Any, function: Callable[..., pd.DataFrame], **options: Any) -> Any:
    """Let a function that sees one row at a time (`score`, `outcomes`, `answers`, `total` …) work on every part.

    Parameters
    ----------
    collection : dask.dataframe.DataFrame
        Responses, or scores; each sitting in one partition.
    function : callable
        Of `kunskap.scoring`; table → table.
    **options
        What the function is to be given: ``bank``, ``respondents`` (a table in memory), ``by``, ``items`` …

    Returns
    -------
    dask.dataframe.DataFrame
        Not computed yet.

    Raises
    ------
    KunskapError
        ``EST-03`` for anything but a Dask collection, and what the function raises of a table without rows; faults in
        the answers are told when something is computed, those of one part at a time.

    Examples
    --------
    >>> import dask.dataframe as dd  # doctest: +SKIP
    >>> from kunskap.bank import read_bank  # doctest: +SKIP
    >>> from kunskap.scoring import score  # doctest: +SKIP
    >>> responses = pd.DataFrame({"sitting_id": ["s1", "s2"], "goals01": ["dk", None]})  # doctest: +SKIP
    >>> scores = per_part(dd.from_pandas(responses, npartitions=2), score, bank=read_bank())  # doctest: +SKIP
    >>> scores.compute()["goals01"].tolist()  # doctest: +SKIP
    [0.0, nan]
    """
    _check(collection)
    made = partial(function, **options)
    # Dask would guess the columns from made-up answers, which no item has.
    return collection.map_partitions(made, meta=made(collection._meta))


def analysis(
    responses: Any, *, bank: Bank, items: Sequence[str] | None = None, level: float = 0.95, universe: str = "all"
) -> pd.DataFrame:
    """Compute everything about the knowledge items, as `kunskap.items.analysis`.

    Parameters
    ----------
    responses : dask.dataframe.DataFrame
        One row per sitting, each sitting in one partition.
    bank, items, level, universe
        As in `kunskap.items.analysis`.

    Returns
    -------
    DataFrame
        As `kunskap.items.analysis`, computed.

    Raises
    ------
    KunskapError
        As `kunskap.items.analysis`; ``EST-03`` for anything but a Dask collection.

    Examples
    --------
    >>> import dask.dataframe as dd  # doctest: +SKIP
    >>> from kunskap.bank import read_bank  # doctest: +SKIP
    >>> ids = ["goals01", "goals02"]  # doctest: +SKIP
    >>> responses = pd.DataFrame([dict.fromkeys(ids, "dk")] * 4).assign(sitting_id=range(4))  # doctest: +SKIP
    >>> table = analysis(dd.from_pandas(responses, npartitions=2), bank=read_bank(), items=ids)  # doctest: +SKIP
    >>> table.query("statistic == 'floor'")["count"].tolist()  # doctest: +SKIP
    [4]
    """
    checked_level(level)
    _check(responses)
    found = _summed(responses, partial(crossings, bank=bank, items=items), added)
    return analysis_of(found, level=level, universe=universe)


def proportion(
    answers: Any,
    *,
    by: Sequence[str] = (),
    items: Sequence[str] | None = None,
    design: Design | None = None,
    level: float = 0.95,
    universe: str = "all",
) -> pd.DataFrame:
    """Compute the share of each option or outcome, as `kunskap.estimates.proportion` without weights.

    Parameters
    ----------
    answers : dask.dataframe.DataFrame
        `outcomes` or `answers` of each partition.
    by, items, design, level, universe
        As in `kunskap.estimates.proportion`.

    Returns
    -------
    DataFrame
        As `kunskap.estimates.proportion`, computed.

    Raises
    ------
    KunskapError
        As `kunskap.estimates.proportion`; ``EST-03`` for anything but a Dask collection.

    Examples
    --------
    >>> import dask.dataframe as dd  # doctest: +SKIP
    >>> told = pd.Categorical(["dk"] * 4, categories=["right", "dk", "skip"])  # doctest: +SKIP
    >>> answers = pd.DataFrame({"goals01": told})  # doctest: +SKIP
    >>> proportion(dd.from_pandas(answers, npartitions=2))["count"].tolist()  # doctest: +SKIP
    [0, 4, 0]
    """
    checked_level(level)
    _check(answers, by)
    found: Counts = _summed(answers, partial(counts_of, by=tuple(by), items=items), added_counts)
    return proportion_of(found.groups(by), found.counted, by=by, design=design, level=level, universe=universe)


def mean(
    scores: Any,
    *,
    by: Sequence[str] = (),
    columns: Sequence[str] | None = None,
    design: Design | None = None,
    level: float = 0.95,
    universe: str = "all",
    names: tuple[str, str] = ("scale", "mean"),
) -> pd.DataFrame:
    """Compute the mean of each scale, as `kunskap.estimates.mean` without weights.

    Parameters
    ----------
    scores : dask.dataframe.DataFrame
        `total` or `scale_scores` of each partition.
    by, columns, design, level, universe
        As in `kunskap.estimates.mean`.
    names : tuple of str
        The column that names the subject and the statistic's name.

    Returns
    -------
    DataFrame
        As `kunskap.estimates.mean`, computed.

    Raises
    ------
    KunskapError
        As `kunskap.estimates.mean`; ``EST-03`` for anything but a Dask collection.

    Notes
    -----
    The parts' moments are added by Chan, Golub & LeVeque (1979), *Updating formulae and a pairwise algorithm for
    computing sample variances*, Stanford: no digits are lost when the spread is small.

    Examples
    --------
    >>> import dask.dataframe as dd  # doctest: +SKIP
    >>> scores = pd.DataFrame({"sex": list("kkmm"), "total": [0.2, 0.6, 0.5, 0.5]})  # doctest: +SKIP
    >>> mean(dd.from_pandas(scores, npartitions=2), by=["sex"])["estimate"].tolist()  # doctest: +SKIP
    [0.4, 0.5]
    """
    checked_level(level)
    _check(scores, by)
    chosen = score_columns(scores._meta, columns, by)
    found: Moments = _summed(scores, partial(moments_of, by=tuple(by), columns=chosen), added_moments)
    levels, n = found.groups(by), found.n
    persons = sizes(levels, design, universe, max_n=n.max(axis=1))[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        variances = found.squares / np.where(n > 1, n - 1, np.nan)
        means, se = np.where(n > 0, found.means, np.nan), np.sqrt((1 - n / persons) * variances / n)
    units = ["share" if is_share else "points" for is_share in found.is_share]
    return mean_table(
        (n, means, se, n - 1.0),
        levels=levels,
        columns=chosen,
        units=units,
        by=by,
        level=level,
        universe=universe,
        names=names,
    )


def facility(
    scores: Any,
    *,
    by: Sequence[str] = (),
    columns: Sequence[str] | None = None,
    design: Design | None = None,
    level: float = 0.95,
    universe: str = "all",
) -> pd.DataFrame:
    """Compute the facility of each item, as `kunskap.items.facility`.

    Parameters
    ----------
    scores : dask.dataframe.DataFrame
        `score` of each partition.
    by, columns, design, level, universe
        As in `mean`.

    Returns
    -------
    DataFrame
        As `kunskap.items.facility`, computed.

    Raises
    ------
    KunskapError
        As `mean`.

    Examples
    --------
    >>> import dask.dataframe as dd  # doctest: +SKIP
    >>> scores = pd.DataFrame({"goals01": [1.0, 0.0, 1.0, 0.0]})  # doctest: +SKIP
    >>> facility(dd.from_pandas(scores, npartitions=2))["estimate"].tolist()  # doctest: +SKIP
    [0.5]
    """
    names = ("item", "facility")
    return mean(scores, by=by, columns=columns, design=design, level=level, universe=universe, names=names)


def mantel_haenszel(
    scores: Any,
    *,
    between: str = "sex",
    levels: tuple[str, str] = ("k", "m"),
    columns: Sequence[str] | None = None,
    purify: bool = True,
    continuity: bool = True,
    level: float = 0.95,
    universe: str = "all",
) -> pd.DataFrame:
    """Test each item for differential functioning, as `kunskap.dif.mantel_haenszel`.

    Parameters
    ----------
    scores : dask.dataframe.DataFrame
        `score` of each partition, with the grouping column.
    between, levels, columns, purify, continuity, level, universe
        As in `kunskap.dif.mantel_haenszel`; each round of purification goes through the collection once: persist it
        if it is made of files.

    Returns
    -------
    DataFrame
        As `kunskap.dif.mantel_haenszel`, computed.

    Raises
    ------
    KunskapError
        As `kunskap.dif.mantel_haenszel`; ``EST-03`` for anything but a Dask collection.  A group that the variable
        does not have is one with nobody in it: ``DIF-01``.

    Examples
    --------
    >>> import dask.dataframe as dd  # doctest: +SKIP
    >>> rng = np.random.default_rng(2)  # doctest: +SKIP
    >>> right = (rng.normal(size=(600, 8)) < rng.normal(size=(600, 1))).astype(float)  # doctest: +SKIP
    >>> scores = pd.DataFrame(right, columns=list("abcdefgh")).assign(sex=list("km") * 300)  # doctest: +SKIP
    >>> mantel_haenszel(dd.from_pandas(scores, npartitions=3))["n"].unique().tolist()  # doctest: +SKIP
    [600]
    """
    checked_level(level)
    _check(scores, [between])
    chosen = score_columns(scores._meta, columns, [between])
    if len(chosen) < FEWEST_ITEMS:
        raise KunskapError([fault("EST-08", "columns", n=len(chosen), minimum=FEWEST_ITEMS)])
    if len(set(levels)) != 2:
        raise KunskapError([fault("EST-09", "levels", level=levels[0], variable=between, expected="k, m …")])

    def count(anchors: NDArray[np.bool_]) -> NDArray[np.int64]:
        sums = partial(_crossed, anchors=anchors, between=between, levels=levels, columns=chosen)
        counts: NDArray[np.int64] = _summed(scores, sums, lambda parts: np.sum(parts, axis=0))
        check_enough(counts[0].sum(axis=(0, 2)), between=between, levels=levels)
        return counts

    return mantel_haenszel_table(
        count, items=chosen, levels=levels, purify=purify, continuity=continuity, level=level, universe=universe
    )


def _crossed(
    scores: pd.DataFrame,
    *,
    anchors: NDArray[np.bool_],
    between: str,
    levels: tuple[str, str],
    columns: Sequence[str],
) -> NDArray[np.int64]:
    return crossed_with_total(taken(scores, between=between, levels=levels, columns=columns), anchors)


def _check(collection: Any, by: Sequence[str] = ()) -> None:
    """Refuse what is no Dask collection, and variables that it does not have."""
    if not hasattr(collection, "map_partitions") or not hasattr(collection, "reduction"):
        found, expected = type(collection).__name__, "dask.dataframe.DataFrame"
        raise KunskapError([fault("EST-03", "data", found=found, expected=expected)])
    names = [str(name) for name in collection.columns]
    unknown = [name for name in by if name not in names]
    if unknown:
        raise KunskapError(
            fault("EST-01", "by", variable=name, expected=", ".join(names), closest=closest(name, names))
            for name in unknown
        )


def _summed(collection: Any, sums: Callable[[pd.DataFrame], Sums], add: Callable[[Sequence[Sums]], Sums]) -> Sums:
    """Make the sums of each partition and add them up, some at a time; Dask decides where and in which order."""

    def of_part(part: pd.DataFrame) -> pd.DataFrame:
        return _boxed(sums(part))

    def of_sums(boxes: pd.DataFrame) -> pd.DataFrame:
        return _boxed(add(list(boxes["sums"])))

    whole = collection.reduction(
        of_part, combine=of_sums, aggregate=of_sums, meta=_boxed(None).iloc[:0], split_every=BRANCHES
    )
    found: Sums = whole.compute()["sums"].iloc[0]
    return found


def _boxed(thing: object) -> pd.DataFrame:
    """A table of one cell: what a reduction passes from part to part."""
    cell = np.empty(1, dtype=object)
    cell[0] = thing
    return pd.DataFrame({"sums": cell})
