"""What a room may see of its answers: shares for the whole room, through the gate with the room's policy.

A figure is shown once.  It stays as it was when somebody comes late, changes their mind or withdraws, because the
difference between two figures would tell what one person answered.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from kunskap.bank import Bank, Item
from kunskap.disclosure import Policy, Released, release
from kunskap.errors import KunskapError, fault
from kunskap.estimates import mean, proportion
from kunskap.room.steps import AFTER, BEFORE, is_taught, questions_in_room
from kunskap.scoring import answers, outcomes, score, total
from kunskap.store import Figure, Room, Store, given_in_room, keep_figure, kept_figure, others_shown, people_of
from kunskap.tables import ESTIMATE_COLUMNS, estimates

__all__ = ["Result", "before_and_after", "is_nearly_another", "question_result", "released_again", "shown_once"]

TABLE = "room"
Rows = tuple[Mapping[str, object], ...]


@dataclass(frozen=True)
class Result:
    """What the trainer's screen gets.

    Attributes
    ----------
    reason : str
        ``shown``, or why not: ``few`` (too few answers), ``open`` (not closed yet), ``hidden`` (by the gate),
        ``unlike`` (so few are missing in one round, or in another group or another time that is else the same, that
        the two figures together would tell what they answered).
    rows : tuple of mapping
        The released table, row by row; empty unless shown.
    answered, needed : int
        How many answers there are, and how many it takes.
    kind : str
        ``options``, ``paired`` (the same people before and after), or ``rounds`` (all who answered each time).
    """

    reason: str
    rows: Rows = ()
    answered: int = 0
    needed: int = 0
    kind: str = "options"


def question_result(store: Store, room: Room, *, bank: Bank, policy: Policy, simulated: bool = False) -> Result:
    """The shares of each option of the room's question, once it is closed.

    Parameters
    ----------
    store : Store
        Where the answers are.
    room : Room
        Its state now.
    policy : Policy
        The project's; the room's rules are taken from it.

    Raises
    ------
    KunskapError
        ``ROOM-06`` for a question that no room may see.
    """
    item = bank.items[room.item or ""]
    if not is_taught(item):
        raise KunskapError([fault("ROOM-06", item.id)])
    rules = policy.for_room()
    given = given_in_room(store, room, occasion=room.occasion, item=item.id)
    if room.phase not in ("closed", "revealed", "ended"):
        return Result("open", (), len(given), rules.base)
    kept = kept_figure(store, room, item.id)
    if kept is not None and not _may_replace(kept.behind, set(given), base=rules.base):
        return Result("shown", kept.rows, len(kept.behind), rules.base)
    if len(given) < rules.base:
        return Result("few", (), len(given), rules.base)
    if is_nearly_another(store, room, [item.id], given, base=rules.base):
        return Result("unlike", (), len(given), rules.base)
    shares = proportion(answers(_frame(given.items(), [item]), bank=bank, items=[item.id]))
    shares = shares[shares["option"] != "skip"].reset_index(drop=True)
    return shown_once(store, room, item.id, shares, set(given), rules=rules, simulated=simulated)


def shown_once(
    store: Store, room: Room, subject: str, shares: pd.DataFrame, behind: set[str], *, rules: Policy, simulated: bool
) -> Result:
    """Pass shares through the gate, and keep what is shown: the room sees the same from now on."""
    rows = _rows(release({TABLE: shares}, policy=rules, view="room", simulated=simulated))
    if not rows:
        return Result("hidden", (), len(behind), rules.base)
    keep_figure(store, room, subject, Figure(rows, frozenset(behind)))
    return Result("shown", rows, len(behind), rules.base)


def before_and_after(
    store: Store, room: Room, *, bank: Bank, policy: Policy, forms: tuple[str, str], simulated: bool = False
) -> Result:
    """The share that was right before and after the module, among the same people.

    Returns
    -------
    Result
        Per question where both rounds ask the same, else the mean share of right answers per round; a column
        ``occasion``.  Where so few were there only once that the figures shown before would tell their answers, the
        two rounds' own figures stand beside each other instead (``rounds``).
    """
    rules = policy.for_room()
    if room.occasion != AFTER:
        return Result("open", needed=rules.base, kind="paired")
    first, last = (questions_in_room(form, bank=bank) for form in forms)
    same = [item for item in last if item.key and is_taught(item) and item in first]
    if not same:
        return _totals(store, room, (first, last), bank=bank, rules=rules, simulated=simulated)
    tables, paired, fewest = [], True, None
    for item in same:
        behind = _behind(store, room, item)
        if behind is None:
            continue
        frame, left = _paired(store, room, item, behind)
        n = len(frame) // 2
        fewest = n if fewest is None else min(fewest, n)
        unpaired = [len(behind[occasion] - left[occasion]) for occasion in behind]
        if n < rules.base or any(0 < count < rules.base for count in unpaired):
            paired = False
        tables.append((item, frame, left))
    if not tables:
        return Result("few", (), 0, rules.base, "paired")
    if not paired:
        rows = _rounds(store, room, [item for item, _, _ in tables])
        reason = "shown" if rows else "unlike"
        return Result(reason, rows, fewest or 0, rules.base, "rounds")
    shown: list[Mapping[str, object]] = []
    for item, frame, left in tables:
        shares = proportion(_right(frame, item, bank), by=["occasion"], items=[item.id])
        shares = shares[shares["option"].eq("right")].reset_index(drop=True)
        same_people = left[BEFORE] | left[AFTER]
        shown += _kept_or(store, room, f"both {item.id}", shares, same_people, rules=rules, simulated=simulated)
    return Result("shown" if shown else "hidden", tuple(shown), fewest or 0, rules.base, "paired")


def released_again(
    result: Mapping[str, object], *, policy: Policy, view: str = "room", simulated: bool = False
) -> Released:
    """Released rows that have come over the wire, as a `Released` once more: the gate judges them again.

    Parameters
    ----------
    result : mapping
        As the server sent it, with ``rows``.
    policy : Policy
        The project's; for the view ``room`` the room's rules are taken from it.
    view : str
        ``room``, or ``public`` for what leaves it.
    """
    rows: Iterable[Mapping[str, object]] = result["rows"]  # type: ignore[assignment]
    listed = [{key: value for key, value in row.items() if key != "hidden"} for row in rows]
    by = [name for name in (listed[0] if listed else {}) if name not in ESTIMATE_COLUMNS]
    rules = policy.for_room() if view == "room" else policy
    return release({TABLE: estimates(listed, by=by)}, policy=rules, view=view, simulated=simulated)


def _may_replace(shown: frozenset[str], given: set[str], *, base: int) -> bool:
    """Whether a new figure tells no single answer beside the one that has been shown."""
    return shown <= given and len(given - shown) >= base


def is_nearly_another(
    store: Store, room: Room, subjects: Collection[str], behind: Collection[str], *, base: int
) -> bool:
    """Whether the same people, but for a few, are behind another figure about the same.

    Who sits in the room again after *New group* answers as before, more often than not, and so does who is asked the
    same poll again: the difference would tell what those answered who are there only once.  Known by their codes; who
    answers without one is known only at the same sitting.
    """
    people = people_of(store, behind)
    for count, others in others_shown(store, room, subjects):
        both = len(people & others)
        if both and (0 < len(behind) - both < base or 0 < count - both < base):
            return True
    return False


def _frame(given: Iterable[tuple[str, tuple[str | None, tuple[str, ...]]]], items: Sequence[Item]) -> pd.DataFrame:
    """One question's answers as the `responses` table has them."""
    (item,) = items
    listed = list(given)
    frame = pd.DataFrame({"sitting_id": [sitting for sitting, _ in listed]}, dtype="str")
    chosen = [options for _, (_, options) in listed]
    if item.type == "multiple":
        for option_id in item.option_ids:
            frame[f"{item.id}.{option_id}"] = pd.array([option_id in options for options in chosen], dtype="boolean")
    else:
        categories = pd.Index([*item.option_ids, "skip"])
        frame[item.id] = pd.Categorical([options[0] for options in chosen], categories=categories)
    return frame


def _behind(store: Store, room: Room, item: Item) -> dict[str, frozenset[str]] | None:
    """Whose answers the room has been shown in each round; None where it has not been shown both."""
    figures = {occasion: kept_figure(store, room, item.id, occasion=occasion) for occasion in (BEFORE, AFTER)}
    behind = {occasion: figure.behind for occasion, figure in figures.items() if figure is not None}
    return behind if len(behind) == len(figures) else None


def _kept_or(
    store: Store, room: Room, subject: str, table: pd.DataFrame, people: set[str], *, rules: Policy, simulated: bool
) -> Rows:
    """What the room has been shown of these people, or the table if it tells of nobody beside that."""
    kept = kept_figure(store, room, subject)
    is_other = kept is not None and kept.behind != people
    if kept is not None and (not is_other or not _may_replace(kept.behind, people, base=2 * rules.base)):
        return kept.rows  # each person is there with two sittings
    return shown_once(store, room, subject, table, people, rules=rules, simulated=simulated).rows


def _paired(
    store: Store, room: Room, item: Item, behind: Mapping[str, frozenset[str]]
) -> tuple[pd.DataFrame, dict[str, set[str]]]:
    """The answers of those who answered a question in both rounds with the same code, and their sittings.

    Only of those who are in the figures that the room has seen: who came after a figure was shown would otherwise be
    told by the difference.
    """
    given = {
        occasion: {
            sitting: row
            for sitting, row in given_in_room(store, room, occasion=occasion, item=item.id).items()
            if sitting in behind[occasion]
        }
        for occasion in (BEFORE, AFTER)
    }
    people = [{person for person, _ in rows.values() if person is not None} for rows in given.values()]
    both = people[0] & people[1]
    frames, left = [], {}
    for occasion, rows in given.items():
        own = {sitting: row for sitting, row in rows.items() if row[0] in both}
        left[occasion] = set(own)
        frames.append(_frame(own.items(), [item]).assign(occasion=occasion))
    return pd.concat(frames, ignore_index=True), left


def _right(frame: pd.DataFrame, item: Item, bank: Bank) -> pd.DataFrame:
    judged = outcomes(frame.drop(columns="occasion"), bank=bank, items=[item.id])
    return judged.assign(occasion=frame["occasion"].to_numpy())


def _rounds(store: Store, room: Room, items: Sequence[Item]) -> Rows:
    """What was shown of the two rounds, as the share that chose the one right option."""
    found: list[Mapping[str, object]] = []
    for item in items:
        if item.type == "multiple":
            continue
        for occasion in (BEFORE, AFTER):
            figure = kept_figure(store, room, item.id, occasion=occasion)
            rows = figure.rows if figure is not None else ()
            found += [{"occasion": occasion, **row, "option": "right"} for row in rows if row["option"] in item.key]
    return tuple(found)


def _totals(
    store: Store,
    room: Room,
    questions: tuple[Sequence[Item], Sequence[Item]],
    *,
    bank: Bank,
    rules: Policy,
    simulated: bool,
) -> Result:
    """The mean share of right answers in two rounds with different questions, among those who answered all of both."""
    per_round: list[dict[str, float]] = []
    sittings: dict[tuple[str, str], str] = {}
    for occasion, items in zip((BEFORE, AFTER), questions, strict=True):
        scored = [item for item in items if item.key and is_taught(item)]
        figures = {item.id: kept_figure(store, room, item.id, occasion=occasion) for item in scored}
        by_person = []
        for item in scored:
            figure = figures[item.id]
            if figure is None:
                return Result("few", (), 0, rules.base, "paired")
            given = given_in_room(store, room, occasion=occasion, item=item.id)
            seen = {sitting: row for sitting, row in given.items() if sitting in figure.behind}
            by_person.append(_scores(seen, item, bank))
            sittings |= {(occasion, str(row[0])): sitting for sitting, row in seen.items()}
        if not by_person:
            return Result("few", (), 0, rules.base, "paired")
        everyone = set.intersection(*(set(scores) for scores in by_person))
        per_round.append({one: sum(scores[one] for scores in by_person) / len(by_person) for one in everyone})
    both = sorted(set(per_round[0]) & set(per_round[1]))
    if len(both) < rules.base:
        return Result("few", (), len(both), rules.base, "paired")
    # who is missing in one round could be worked out from the questions' own figures, were they too few
    for occasion, items in zip((BEFORE, AFTER), questions, strict=True):
        for item in items:
            figure = kept_figure(store, room, item.id, occasion=occasion)
            if figure is not None and 0 < len(figure.behind) - len(both) < rules.base:
                return Result("unlike", (), len(both), rules.base, "paired")
    frame = pd.DataFrame(
        [(occasion, scores[one]) for occasion, scores in zip((BEFORE, AFTER), per_round, strict=True) for one in both],
        columns=["occasion", "total"],
    )
    table = mean(frame, by=["occasion"], columns=["total"])
    people = {sittings[occasion, one] for occasion in (BEFORE, AFTER) for one in both}
    rows = _kept_or(store, room, "both total", table, people, rules=rules, simulated=simulated)
    return Result("shown" if rows else "hidden", rows, len(both), rules.base, "paired")


def _scores(given: Mapping[str, tuple[str | None, tuple[str, ...]]], item: Item, bank: Bank) -> dict[str, float]:
    linked = {sitting: row for sitting, row in given.items() if row[0] is not None}
    if not linked:
        return {}
    points = total(score(_frame(linked.items(), [item]), bank=bank, items=[item.id]), bank=bank, minimum_items=1)
    return {str(linked[str(sitting)][0]): float(value) for sitting, value in points["total"].items()}


def _rows(released: Released) -> Rows:
    """The released rows as plain values; none where anything is hidden, because half a distribution tells the rest."""
    table = released.table(TABLE)
    if table["hidden"].notna().any():
        return ()
    plain = table.drop(columns="hidden").astype(object)
    plain = plain.where(plain.notna(), None)
    return tuple(
        {str(key): value.item() if hasattr(value, "item") else value for key, value in row.items()}
        for row in plain.to_dict("records")
    )
