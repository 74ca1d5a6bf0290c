"""The one gate between analysis and the world."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from kunskap.disclosure.figures import collect
from kunskap.disclosure.policy import Policy
from kunskap.disclosure.primary import COARSE, Unit, hidden_units, unit_of
from kunskap.disclosure.released import Released, seal
from kunskap.disclosure.rounding import empty_hidden, to_steps
from kunskap.errors import KunskapError, fault

__all__ = ["release"]


def release(
    tables: Mapping[str, pd.DataFrame],
    *,
    policy: Policy,
    basis: str = "respondents",
    source: str | None = None,
    view: str = "public",
    simulated: bool = False,
) -> Released:
    """Hide what the policy hides in all tables of a report, and seal the rest.

    All tables that leave together must come together, because the difference between two of them tells too.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Name → estimates table.
    policy : Policy
        From `read_policy`.
    basis : {"respondents", "register", "public"}
        Whose data it is.  Nothing is hidden in public data, but `source` is demanded.
    source : str, optional
        Where public data come from.
    view : {"public", "room", "internal"}
        Who sees it.
    simulated : bool
        Whether the answers are made up.

    Returns
    -------
    Released

    Raises
    ------
    KunskapError
        ``GATE-01`` to ``GATE-17``: what keeps the tables from being judged, all at once.
    TypeError
        If `tables` is not a mapping of names to tables.

    Examples
    --------
    >>> from kunskap.disclosure import read_policy
    >>> from kunskap.tables import estimates
    >>> rows = [
    ...     dict(role=role, universe="all", item="goals01", option=option, statistic="share", unit="share",
    ...          count=count, n=n, estimate=count / n)
    ...     for role, n, right in (("pol", 6, 2), ("tjm", 20, 13))
    ...     for option, count in (("right", right), ("wrong", n - right))
    ... ]
    >>> released = release({"knowledge_by_role": estimates(rows, by=["role"])}, policy=read_policy())
    >>> released.table("knowledge_by_role")[["role", "option", "count", "n", "hidden"]]
      role option  count     n hidden
    0  pol  right   <NA>  <NA>   base
    1  pol  wrong   <NA>  <NA>   base
    2  tjm  right     13    20    NaN
    3  tjm  wrong      7    20    NaN
    """
    if not isinstance(tables, Mapping) or not all(isinstance(table, pd.DataFrame) for table in tables.values()):
        raise TypeError("release takes a mapping of names to estimates tables, all of one report together")
    faults = []
    if basis not in policy.bases:
        faults.append(fault("GATE-07", "basis", value=basis, expected=", ".join(policy.bases)))
    elif policy.bases[basis].source_demanded and not (source and source.strip()):
        faults.append(fault("GATE-09", "source"))
    if view not in policy.views:
        faults.append(fault("GATE-08", "view", value=view, expected=", ".join(policy.views)))
    if faults:
        raise KunskapError(faults)
    figures = collect(tables, policy=policy, basis=basis, view=view)
    if policy.bases[basis].suppress:
        figures["reason"] = _reasons(figures, policy=policy, count_base=policy.bases[basis].count_base)
    else:
        figures["reason"] = None
    if not policy.views[view].reasons:
        told = figures["reason"].isna() | figures["reason"].isin(COARSE)
        figures["reason"] = figures["reason"].where(told, "protected")
    protected = {}
    for name, table in tables.items():
        reasons = figures.loc[figures["table"] == name, "reason"]
        rounded = to_steps(table, policy=policy) if policy.bases[basis].suppress else table
        protected[name] = empty_hidden(rounded, reasons)
    order = {name: place for place, name in enumerate(tables)}
    log = figures.loc[figures["reason"].notna(), ["table", "key", "reason"]]
    log = log.sort_values("table", key=lambda names: names.map(order), kind="stable").reset_index(drop=True)
    return seal(
        protected, log=log, basis=basis, view=view, source=source, simulated=simulated, policy=policy
    )  # fmt: skip


def _reasons(figures: pd.DataFrame, *, policy: Policy, count_base: bool) -> pd.Series:
    """Why each figure is hidden, or missing."""
    hidden = hidden_units(figures, policy=policy, count_base=count_base)
    while True:
        reasons = _by_inputs(figures, _of_units(figures, hidden, policy=policy))
        direct = figures["kind"].isin(["count", "mean"])
        units = unit_of(figures)[direct & reasons.notna()]
        fresh = {unit: "input" for unit in units if unit not in hidden}
        if not fresh:
            return reasons
        hidden |= fresh


def _of_units(figures: pd.DataFrame, hidden: Mapping[Unit, str], *, policy: Policy) -> pd.Series:
    direct = figures["kind"].isin(["count", "mean"])
    reasons = unit_of(figures).map(lambda unit: hidden.get(unit)).where(direct, None)
    bases = figures["cell"].map(policy.base_for)
    small = figures["n"] < bases
    return reasons.mask(~direct & small, "base").astype(object)


def _by_inputs(figures: pd.DataFrame, reasons: pd.Series) -> pd.Series:
    """Hide what was computed from anything hidden, or from a row that is not here, step by step."""
    reasons = reasons.copy()
    while True:
        shown = set(figures.loc[reasons.isna(), "key"]) - set(figures.loc[reasons.notna(), "key"])
        whole = [set(inputs) <= shown for inputs in figures["inputs"]]
        lost = reasons.isna() & ~pd.Series(whole, index=figures.index, dtype=bool)
        if not lost.any():
            return reasons
        reasons[lost] = "input"
