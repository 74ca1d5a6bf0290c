"""From needs to a plan: which group, which module, how many people and sittings, why, and how certain."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from kunskap.design import Design
from kunskap.errors import Fault, KunskapError, fault
from kunskap.needs.modules import Module

__all__ = ["VERDICTS", "plan"]

VERDICTS = ("clear", "mixed", "unsure", "no", "hidden")
COLUMNS = ("module", "item", "option", "statistic", "n", "estimate", "low", "high")


def plan(
    table: pd.DataFrame,
    *,
    modules: Sequence[Module],
    by: Sequence[str] = ("role",),
    design: Design | None = None,
    half: float = 0.5,
    seats: int = 25,
) -> pd.DataFrame:
    """Plan sittings from the needs of each group.

    Parameters
    ----------
    table : DataFrame
        As `needs` returns it; for readers as it comes out of the gate, so that nothing hidden is planned from.
    modules : sequence of Module
        From `read_modules`: the order, and the minutes of a sitting.
    by : sequence of str
        The variables that make the groups.
    design : Design, optional
        The frame: how many persons there are to invite.  Without it `persons` and `sittings` are missing.
    half : float
        The share above which a need is everybody's: then the group is invited as a group.
    seats : int
        People in one sitting.

    Returns
    -------
    DataFrame
        One row per group and module, the surest and greatest needs first: `by`, module, verdict, the leading item (the
        greatest need) with its option, n, estimate, low and high, the numbers of items whose interval lies `above`
        `half`, `below` it and `open`, then persons, sittings and minutes.

        Verdict: ``clear`` some item surely above and none surely below; ``mixed`` some of both; ``no`` all surely
        below; ``unsure`` the rest; ``hidden`` where the gate left nothing.  ``clear`` and ``mixed`` get sittings.

    Raises
    ------
    KunskapError
        ``NEEDS-07`` without the columns of `needs`, ``NEEDS-08`` for a share or a number of seats that cannot be.

    Notes
    -----
    "Surely" is the item's own 95 % interval.  Nothing is corrected for the number of items: a plan is a proposal to
    people, and a missed need costs more here than an offer too many.

    Examples
    --------
    >>> rows = {"role": "pol", "module": "goals", "item": ["goals01", "goals02"], "option": "not_right",
    ...         "statistic": "need", "n": 40, "estimate": [0.7, 0.5], "low": [0.55, 0.35], "high": [0.82, 0.65]}
    >>> module = Module("goals", {"sv": "Mål", "en": "Goals"}, ("goals",), (), 60)
    >>> plan(pd.DataFrame(rows), modules=[module])[["module", "verdict", "item", "above", "open"]].values.tolist()
    [['goals', 'clear', 'goals01', 1, 1]]
    """
    faults: list[Fault] = []
    missing = [name for name in (*by, *COLUMNS) if name not in table.columns]
    if missing:
        faults.append(fault("NEEDS-07", "table", missing=", ".join(missing)))
    if not 0 < half < 1:
        faults.append(fault("NEEDS-08", "plan", field="half", value=half, expected="0–1"))
    if seats < 1:
        faults.append(fault("NEEDS-08", "plan", field="seats", value=seats, expected="1, 2, 3 …"))
    if faults:
        raise KunskapError(faults)
    own = table[table["statistic"] == "need"]
    order = {module.id: place for place, module in enumerate(modules)}
    minutes = {module.id: module.minutes for module in modules}
    rows = []
    for keys, part in own[own["module"].isin(order)].groupby([*by, "module"], sort=False, observed=True):
        *levels, module = (str(key) for key in keys)
        group = dict(zip(by, levels, strict=True))
        row: dict[str, object] = {**group, "module": module, **_judged(part, half)}
        persons = design.size(group) if design is not None else None
        invited = persons if row["verdict"] in ("clear", "mixed") else None
        row |= {"persons": persons, "sittings": math.ceil(invited / seats) if invited else None}
        rows.append(row | {"minutes": minutes[module]})
    names = [*by, "module", "verdict", "item", "option", "n", "estimate", "low", "high", "above", "below", "open"]
    made = pd.DataFrame(rows, columns=[*names, "persons", "sittings", "minutes"])
    made[["n", "persons", "sittings"]] = made[["n", "persons", "sittings"]].astype("Int64")
    ranks = made["verdict"].map({name: place for place, name in enumerate(VERDICTS)})
    sort = made.assign(rank=ranks, need=-made["estimate"].astype("float64"), place=made["module"].map(order))
    return made.loc[sort.sort_values(["rank", "need", "place", *by]).index].reset_index(drop=True)


def _judged(part: pd.DataFrame, half: float) -> dict[str, object]:
    """The verdict on one module for one group, and its leading item."""
    shown = part[part["estimate"].notna() & part["low"].notna()]
    if shown.empty:
        return {"verdict": "hidden", "above": 0, "below": 0, "open": 0}
    above, below = int((shown["low"] > half).sum()), int((shown["high"] < half).sum())
    verdict = "mixed" if above and below else "clear" if above else "no" if below == len(shown) else "unsure"
    lead = shown.iloc[int(shown["estimate"].to_numpy().argmax())]
    told: dict[str, object] = {name: lead[name] for name in ("item", "option", "n", "estimate", "low", "high")}
    return told | {"verdict": verdict, "above": above, "below": below, "open": len(shown) - above - below}
