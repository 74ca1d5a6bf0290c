"""The one gate between analysis and the world."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from kunskap.disclosure.amounts import dominated_rests
from kunskap.disclosure.complementary import complements
from kunskap.disclosure.covering import Further
from kunskap.disclosure.earlier import Beside, Earlier, beside
from kunskap.disclosure.figures import Figure, Unit, collect
from kunskap.disclosure.hanging import linked_units
from kunskap.disclosure.policy import Policy
from kunskap.disclosure.primary import COARSE, hidden_units
from kunskap.disclosure.released import Released, seal
from kunskap.disclosure.rounding import empty_hidden, retold_differences, to_steps
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
    about: Earlier | None = None,
    earlier: Iterable[Earlier] = (),
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
    about : Earlier, optional
        Who the tables are about, wave by wave; demanded where something is out already.
    earlier : iterable of Earlier
        What is out already, from the project's ledger (`kunskap.ledger`): the reader holds that too.

    Returns
    -------
    Released

    Raises
    ------
    KunskapError
        ``GATE-01`` to ``GATE-18``, ``GATE-25`` and ``GATE-26``: what keeps the tables from being judged, all at once;
        ``GATE-30`` to ``GATE-33``: what keeps them from standing beside what is out.
    TypeError
        If `tables` is not a mapping of names to tables.

    Notes
    -----
    The reader is taken to know the policy, the n of every group, and that a mean times n is a sum.  In open views the
    log tells only reasons about numbers of people; "all answered alike" would say what it hides, so such rows, and
    those hidden for their sake, are all ``protected``.  The order of tables and rows does not matter.  A further table
    never brings back what is hidden for its own sake, but may change which others are hidden for the sake of those.

    Of what could be hidden for the sake of others it is the least, by the policy's prices (`covering`); where that
    could not be proved, `Released.is_least` is false.

    Items and the scales they make up are judged together (`hanging`), with rounding, and so are the numbers of people
    that any table tells.  Exact where people and questions are few and the scale is of few items; with more than 150
    people, eight questions or four items of a scale parts of people are counted as people, but for a scale by itself,
    the other items of a scale as one sum, and few insiders are tried (``survey/policy.toml`` says what that means).

    A weighted share is shown only where the shares of every weighted group are: it is then a sum of what is shown, with
    weights that follow from the frame and the numbers of answers, and tells nothing more.  A weighted mean is refused
    (``GATE-02``): rounded by itself it would tell more of the groups' means than these, rounded, do.

    Of registers, sums of kronor are also judged by the largest amounts behind them (`amounts`), one division at a time.

    What is out already is part of what the reader knows, and cannot be hidden any more: all judging is of both
    together.  If answers have come in since, or been taken back, those who differ are a group like others.

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
    is_guarded = policy.bases[basis].suppress
    reasons: list[str | None] = [None] * len(figures)
    is_least = True
    if is_guarded:
        together = beside(figures, about, earlier, policy=policy, basis=policy.bases[basis])
        reasons, is_least = _reasons(together, policy=policy, count_base=policy.bases[basis].count_base)
    if not policy.views[view].reasons:
        reasons = [reason if reason is None or reason in COARSE else "protected" for reason in reasons]
    shown = dict(tables)
    if is_guarded:
        rounded = {name: to_steps(table, policy=policy) for name, table in tables.items()}
        shown = retold_differences(tables, rounded, policy=policy)
    protected, start = {}, 0
    for name, table in tables.items():
        protected[name] = empty_hidden(shown[name], reasons[start : start + len(table)])
        start += len(table)
    log = pd.DataFrame(
        [(figure.table, figure.key, reason) for figure, reason in zip(figures, reasons, strict=True) if reason],
        columns=["table", "key", "reason"],
        dtype="str",
    )
    return seal(
        protected,
        log=log,
        basis=basis,
        view=view,
        source=source,
        simulated=simulated,
        is_least=is_least,
        policy=policy,
    )


def _reasons(together: Beside, *, policy: Policy, count_base: bool) -> tuple[list[str | None], bool]:
    """Why each new figure is hidden, or None; and whether nothing less would have done."""
    figures = together.new
    own = dict.fromkeys(together.few, "base") | hidden_units(figures, policy=policy, count_base=count_base)
    is_least = True
    while True:
        hidden = dict(own)
        if policy.complementary:
            further = _complements(together, own, policy=policy, count_base=count_base)
            hidden |= further.units
            is_least = further.is_least
            if count_base and (rests := dominated_rests(figures, hidden, policy=policy)):
                own |= rests
                continue
        reasons = _by_inputs(figures, [_of_unit(figure, hidden, policy=policy) for figure in figures])
        lost = [figure.about for figure, reason in zip(figures, reasons, strict=True) if reason and figure.is_direct]
        fresh = {unit: "input" for unit in lost if unit not in hidden}
        if not fresh:
            return reasons, is_least
        own |= fresh


def _complements(together: Beside, own: Mapping[Unit, str], *, policy: Policy, count_base: bool) -> Further:
    """Everything together where that can be done; what is left subject by subject."""
    linked = Further({})
    if not count_base:
        linked = linked_units((*together.new, *together.old), own, policy=policy, out=together.out)
    rest = [figure for figure in together.new if figure.subject not in linked.judged]
    left = {unit: reason for unit, reason in {**own, **linked.units}.items() if unit[0] not in linked.judged}
    alone = complements(rest, left, policy=policy, count_base=count_base)
    return Further({**linked.units, **alone.units}, linked.is_least and alone.is_least)


def _of_unit(figure: Figure, hidden: Mapping[Unit, str], *, policy: Policy) -> str | None:
    if figure.is_direct:
        return hidden.get(figure.about)
    return "base" if figure.n < policy.base_for(figure.cell) else None


def _by_inputs(figures: Sequence[Figure], reasons: list[str | None]) -> list[str | None]:
    """Hide what was computed from anything hidden, or from a row that is not here, step by step."""
    while True:
        told = list(zip(figures, reasons, strict=True))
        shown = {figure.key for figure, reason in told if not reason} - {
            figure.key for figure, reason in told if reason
        }
        further = [reason or (None if shown.issuperset(figure.inputs) else "input") for figure, reason in told]
        if further == reasons:
            return reasons
        reasons = further
