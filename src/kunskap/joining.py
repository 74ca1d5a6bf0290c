"""Each sitting's background: joined once, so that no analysis joins again."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from kunskap.bank.fields import closest
from kunskap.errors import KunskapError, fault

__all__ = ["background_columns"]


def background_columns(
    responses: pd.DataFrame, respondents: pd.DataFrame | None, by: Sequence[str]
) -> dict[str, object]:
    """Take the grouping columns, joined once on person and wave, in the order of `responses`.

    Parameters
    ----------
    responses : DataFrame
        One row per sitting.
    respondents : DataFrame, optional
        One row per person and wave.
    by : sequence of str
        Which columns, of `responses` or `respondents`.

    Returns
    -------
    dict of str to array

    Raises
    ------
    KunskapError
        ``SCORE-01``, ``SCORE-04``, ``SCORE-05``.

    Examples
    --------
    >>> list(background_columns(pd.DataFrame({"sitting_id": ["s1"], "wave": ["1"]}), None, ["wave"])["wave"])
    ['1']
    """
    own = ("wave", "form", "occasion", "attempt")
    background = (
        [] if respondents is None else [name for name in respondents.columns if name not in ("respondent_id", "wave")]
    )
    expected = [*(name for name in own if name in responses.columns), *background]
    unknown = [name for name in by if name not in expected]
    if unknown:
        raise KunskapError(
            fault("SCORE-04", "by", variable=name, expected=", ".join(expected) or "–", closest=closest(name, expected))
            for name in unknown
        )
    columns: dict[str, object] = {
        name: responses[name].array for name in by if name in own and name in responses.columns
    }
    wanted = [name for name in by if name not in columns]
    if respondents is not None and wanted:
        columns |= _joined(responses, respondents, wanted)
    return {name: columns[name] for name in by}


def _joined(responses: pd.DataFrame, respondents: pd.DataFrame, wanted: list[str]) -> dict[str, object]:
    """Columns of `respondents`, aligned to `responses`."""
    key = ["respondent_id", "wave"]
    missing = [f"{table}.{name}" for table, frame in (("responses", responses), ("respondents", respondents))
               for name in key if name not in frame.columns]  # fmt: skip
    if missing:
        raise KunskapError([fault("SCORE-01", "by", missing=", ".join(missing))])
    doubled = respondents.loc[respondents.duplicated(key), "respondent_id"]
    if len(doubled):
        examples = ", ".join(str(name) for name in doubled.unique()[:3])
        raise KunskapError([fault("SCORE-05", "respondents", examples=examples)])
    people = pd.MultiIndex.from_frame(respondents[key].astype("str"))
    place = people.get_indexer(pd.MultiIndex.from_frame(responses[key].astype("str")))
    return {name: respondents[name].array.take(place, allow_fill=True) for name in wanted}
