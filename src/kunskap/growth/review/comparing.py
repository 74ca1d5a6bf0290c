"""Before and after in the work itself: the draft and the adopted text, point by point."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from kunskap.growth.review.checklist import Point
from kunskap.growth.review.finding import Review
from kunskap.growth.review.rules import CODES
from kunskap.tables import estimates

__all__ = ["DIFFERENCE_COLUMNS", "difference", "review_estimates", "review_rounds"]

DIFFERENCE_COLUMNS = ("kind", "id", "before", "before_of", "after", "after_of", "change")
GOALS = ("goals_with_indicator", "goals_with_indicator_by_sex")


def difference(before: Review, after: Review, *, checklist: Sequence[Point]) -> pd.DataFrame:
    """Lay the finds of two texts side by side.

    Parameters
    ----------
    before, after : Review
        The draft and the adopted text, by the same rules.
    checklist : sequence of Point
        From `read_checklist`.

    Returns
    -------
    DataFrame
        Columns `DIFFERENCE_COLUMNS`.  `kind` is ``goals`` (passages with a goal: with an indicator, with one by sex),
        ``code`` (passages with the find) or ``checklist`` (passages with a find that sheds light on the point);
        `before_of` and `after_of` are the passages in which it could have been found (for ``chain_break`` sections),
        and `change` is after minus before.  A point that only people can judge has no counts.

    Notes
    -----
    The figures tell of the text, not of what will be done.  A longer text has more finds: compare with `…_of`.

    Examples
    --------
    >>> from kunskap.growth.review import read_checklist, read_rules, review, split_text
    >>> texts = ("Arbetslösheten är hög.", "Arbetslösheten är hög: 8 procent bland kvinnor och 9 bland män.")
    >>> before, after = (review(split_text(text), rules=read_rules()) for text in texts)
    >>> table = difference(before, after, checklist=read_checklist()).set_index("id")
    >>> table.loc["people_no_sex", ["before", "after", "change"]].tolist()
    [1, 0, -1]
    """
    rows: list[dict[str, object]] = []
    counted = [dict(_counts(one)) for one in (before, after)]
    for name in (*GOALS, *CODES):
        (count, of), (later, later_of) = (counts[name] for counts in counted)
        kind = "goals" if name in GOALS else "code"
        rows.append(_row(kind, name, count, of, later, later_of))
    for point in checklist:
        if point.finds:
            sums = [_point(one, point) for one in (before, after)]
            rows.append(_row("checklist", point.id, *sums[0], *sums[1]))
        else:
            rows.append({"kind": "checklist", "id": point.id})
    table = pd.DataFrame(rows, columns=list(DIFFERENCE_COLUMNS))
    return table.astype({name: "Int64" for name in DIFFERENCE_COLUMNS[2:]} | {"kind": "str", "id": "str"})


def review_estimates(found: Review, *, run: str) -> pd.DataFrame:
    """The shares of a review, as the gate takes them.

    Parameters
    ----------
    found : Review
        From `review`.
    run : str
        ``"before"`` or ``"after"``, or another name that tells runs apart.

    Returns
    -------
    DataFrame
        An estimates table: scale ``review_<run>``, option a code, ``goals_with_indicator`` or
        ``goals_with_indicator_by_sex``, statistic ``share``.  A strategy is a public document: release it with
        ``basis="public"`` and its title and date as `source`.  The whole text is read, so there is no interval.

    Examples
    --------
    >>> from kunskap.growth.review import read_rules, review, split_text
    >>> found = review(split_text("Bussarna ska bli fler."), rules=read_rules())
    >>> review_estimates(found, run="before")[["option", "count", "n"]].values.tolist()[0]
    ['goals_with_indicator', 0, 1]
    """
    about = {"universe": "all", "scale": f"review_{run}", "statistic": "share", "unit": "share"}
    return estimates(
        about | {"option": name, "count": count, "n": of, "estimate": count / of}
        for name, (count, of) in _counts(found)
        if of
    )


def review_rounds(before: Review, after: Review) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The shares of two texts, for `kunskap.growth.difference`.

    Parameters
    ----------
    before, after : Review
        The draft and the adopted text, by the same rules.

    Returns
    -------
    tuple of DataFrame
        As `review_estimates`, both with the scale ``review_text``.  What could have been found in one of the texts only
        is left out of both: there is no share of nothing.

    Examples
    --------
    >>> from kunskap.growth.review import read_rules, review, split_text
    >>> texts = ("Bussarna ska bli fler.", "Arbetslösheten är hög. Bussarna ska bli 10 fler.")
    >>> one, other = review_rounds(*(review(split_text(text), rules=read_rules()) for text in texts))
    >>> one["option"].tolist() == other["option"].tolist(), "people_no_sex" in set(other["option"])
    (True, False)
    """
    tables = [review_estimates(one, run="text") for one in (before, after)]
    shared = set(tables[0]["option"]) & set(tables[1]["option"])
    one, other = (table[table["option"].isin(shared)].reset_index(drop=True) for table in tables)
    return one, other


def _counts(found: Review) -> Iterator[tuple[str, tuple[int, int]]]:
    for name in GOALS:
        yield name, (found.bases[name], found.bases["goals"])
    for code in CODES:
        passages = found.finds.loc[found.finds["code"] == code, "passage"].nunique()
        yield code, (int(passages), found.bases[code])


def _point(found: Review, point: Point) -> tuple[int, int]:
    passages = found.finds.loc[found.finds["code"].isin(point.finds), "passage"].nunique()
    return int(passages), int(found.paragraphs["passage"].nunique())


def _row(kind: str, name: str, before: int, before_of: int, after: int, after_of: int) -> dict[str, object]:
    figures = (before, before_of, after, after_of, after - before)
    return {"kind": kind, "id": name} | dict(zip(DIFFERENCE_COLUMNS[2:], figures, strict=True))
