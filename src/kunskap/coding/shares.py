"""From codes to shares: one answer per text, and then counts that can meet the gate."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from kunskap import estimates
from kunskap.bank.fields import closest
from kunskap.coding.files import text_keys
from kunskap.errors import KunskapError, fault

__all__ = ["coded_shares", "settle", "unsettled"]

YES, NO = "yes", "no"


def unsettled(codings: pd.DataFrame) -> list[str]:
    """The texts on which the coders differ in some code, or that only one of them has coded.

    Parameters
    ----------
    codings : DataFrame
        As `read_codings` returns it.

    Returns
    -------
    list of str
        Keys of texts, in their order.

    Examples
    --------
    >>> codings = pd.DataFrame({"coder": ["A", "B", "A"], "text": ["t1", "t1", "t2"], "item": "understanding01",
    ...                         "code": "power", "coded": [True, False, True]})
    >>> unsettled(codings)
    ['t1', 't2']
    """
    judged = codings.groupby(["text", "code"], sort=False)["coded"].agg(["size", "nunique"])
    open_ones = judged.index.get_level_values("text")[(judged["size"] < 2) | (judged["nunique"] > 1)]
    return [str(text) for text in dict.fromkeys(open_ones)]


def settle(
    codings: pd.DataFrame, *, texts: pd.DataFrame, key: bytes | None = None, settled: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Make one answer per text: what all coders agree on, and what was settled where they do not.

    Parameters
    ----------
    codings : DataFrame
        The independent coders', as `read_codings` returns it.
    texts : DataFrame
        `Import.texts`.  Codes of a text that is not here any more (withdrawn, or changed) are left out.
    key : bytes, optional
        The one with which the texts were named when they were coded.
    settled : DataFrame, optional
        The joint decisions on the texts of `unsettled`, read with `read_codings` from a file of their own; they hold
        for the whole text.

    Returns
    -------
    DataFrame
        Index sitting_id; a categorical per code (``understanding01.power``) with the categories yes and no; missing
        for who wrote nothing.

    Raises
    ------
    KunskapError
        ``CODE-14`` if a text is not settled, ``CODE-15`` with fewer than two coders: a majority or a coin is no
        agreement, so nothing is decided here.
    """
    if codings["coder"].nunique() < 2:
        raise KunskapError([fault("CODE-15", "codings", count=codings["coder"].nunique())])
    sitting = pd.Series(texts["sitting_id"].to_numpy(), index=text_keys(texts, key=key).to_numpy())
    known = codings[codings["text"].isin(sitting.index)]
    jointly = known.iloc[:0] if settled is None else settled[settled["text"].isin(sitting.index)]
    waiting = [text for text in unsettled(known) if text not in set(jointly["text"])]
    if waiting:
        raise KunskapError([fault("CODE-14", "codings", count=len(waiting))])
    agreed = known[~known["text"].isin(jointly["text"])]
    rows = pd.concat([agreed, jointly]).drop_duplicates(["text", "code"])
    rows = rows.assign(
        sitting_id=rows["text"].map(sitting),
        column=rows["item"] + "." + rows["code"],
        answer=rows["coded"].map({True: YES, False: NO}),
    )
    wide = rows.pivot(index="sitting_id", columns="column", values="answer")
    wide = wide.reindex(columns=list(dict.fromkeys(rows["column"]))).rename_axis(columns=None)
    return wide.astype(pd.CategoricalDtype([YES, NO]))


def coded_shares(
    coded: pd.DataFrame,
    *,
    codes: Sequence[str] | None = None,
    responses: pd.DataFrame | None = None,
    respondents: pd.DataFrame | None = None,
    by: Sequence[str] = (),
    level: float = 0.95,
    universe: str = "all",
) -> pd.DataFrame:
    """Compute the share of those who wrote something whose text has each code.

    Parameters
    ----------
    coded : DataFrame
        As `settle` returns it.
    codes : sequence of str, optional
        Only these (``understanding01.power``), as `reliable` lists them; else all.
    responses, respondents : DataFrame, optional
        Needed with `by`; with `responses` only the sittings in it count.
    by : sequence of str
        Background variables.
    level, universe
        As in `kunskap.estimates.proportion`.

    Returns
    -------
    DataFrame
        An estimates table: item ``understanding01.power``, option ``yes`` or ``no``, statistic ``share``; n = those
        who wrote something.  No finite-population correction: who writes is a choice of their own.

    Raises
    ------
    KunskapError
        ``CODE-16`` without the tables that `by` needs, ``CODE-17`` for unknown codes.

    Notes
    -----
    A text can have several codes, so that codes are no partition of the people.  Each is therefore an item of its own
    with the two answers yes and no, and the gate's rules hold for it as they stand: a code that everybody, nobody, all
    but one or only one of a group has written about is hidden in that group.

    Examples
    --------
    >>> coded = pd.DataFrame({"understanding01.power": pd.Categorical(["yes", "no", "yes", None],
    ...                       categories=["yes", "no"])}, index=["s1", "s2", "s3", "s4"])
    >>> coded_shares(coded)[["item", "option", "count", "n"]].values.tolist()
    [['understanding01.power', 'yes', 2, 3], ['understanding01.power', 'no', 1, 3]]
    """
    known = [str(name) for name in coded.columns]
    chosen = known if codes is None else list(codes)
    unknown = [code for code in chosen if code not in known]
    if unknown:
        raise KunskapError(
            fault("CODE-17", "codes", chosen=code, expected=", ".join(known), closest=closest(code, known))
            for code in unknown
        )
    people = coded
    if responses is not None:
        people = coded[coded.index.isin(responses["sitting_id"])]
    if by:
        for name, table in (("responses", responses), ("respondents", respondents)):
            if table is None:
                raise KunskapError([fault("CODE-16", "by", name=name, by=", ".join(by))])
        who = responses[["sitting_id", "respondent_id", "wave"]].merge(  # type: ignore[index]
            respondents,  # type: ignore[arg-type]
            on=["respondent_id", "wave"],
            validate="m:1",
        )
        people = people.join(who.set_index("sitting_id")[list(by)])
    return estimates.proportion(people, by=by, items=chosen, level=level, universe=universe)
