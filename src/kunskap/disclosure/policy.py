"""The policy: what may be shown, read strictly from ``survey/policy.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from kunskap.content import survey_folder
from kunskap.disclosure.fields import Reader
from kunskap.errors import KunskapError, fault

__all__ = [
    "AmountRules",
    "Basis",
    "Decision",
    "Policy",
    "RoomRules",
    "Statistic",
    "StricterGroup",
    "View",
    "read_policy",
]

KINDS = ("count", "mean", "derived", "pooled")
TOTAL = "total"
ATTITUDES = "attitudes"
ROOM = "room"
AMOUNTS = "amounts"
YES = "ja"
ANSWERS = (YES, "nej", "ej fattat")
ALONE = 0.9


@dataclass(frozen=True)
class Statistic:
    """How the gate treats one statistic: its `kind` and the `step` to which it is rounded."""

    kind: str
    step: float


@dataclass(frozen=True)
class StricterGroup:
    """A group of known people with a larger base; `where` is a set of (variable, level)."""

    where: frozenset[tuple[str, str]]
    base: int


@dataclass(frozen=True)
class Basis:
    """Whose data it is, and what follows from that."""

    suppress: bool
    count_base: bool
    source_demanded: bool
    variables: tuple[str, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True)
class View:
    """Who sees it, and what they may see; `reasons`: whether the log tells one protective reason from another."""

    statistics: tuple[str, ...]
    variables: tuple[str, ...]
    reasons: bool


@dataclass(frozen=True)
class Decision:
    """A decision on retention, erasure or attitudes, with the number and date it has in the register.

    `ground` is the legal ground, which the decision to ask politicians what they think must state.
    """

    decision: str
    number: str
    date: str
    ground: str = ""


@dataclass(frozen=True)
class RoomRules:
    """What holds on the trainer's screen, for questions that are taught: other rules, and fewer `variables`."""

    base: int
    unanimity: bool
    all_but_one: bool
    extremes: bool
    variables: tuple[str, ...]


@dataclass(frozen=True)
class AmountRules:
    """When one amount shows through a sum of amounts: see ``survey/policy.toml`` and `kunskap.disclosure.amounts`."""

    largest: float
    remainder: float


@dataclass(frozen=True)
class Policy:
    """What may be shown; the reasons stand beside the numbers in ``survey/policy.toml``."""

    base: int
    width: int
    unanimity: bool
    all_but_one: bool
    extremes: bool
    complementary: bool
    groups: tuple[StricterGroup, ...]
    shown_apart: Mapping[str, tuple[str, ...]]
    sums: Mapping[str, str]
    keep: tuple[str, ...]
    rounds: int
    pieces: int
    statistics: Mapping[str, Statistic]
    se_step: float
    interval_step: float
    bases: Mapping[str, Basis]
    views: Mapping[str, View]
    decisions: Mapping[str, Decision]
    room: RoomRules | None = None
    amounts: AmountRules | None = None

    def for_room(self) -> Policy:
        """The same policy as it holds on the trainer's screen; without rules for a room nothing is loosened.

        >>> read_policy().for_room().base
        5
        """
        if (rules := self.room) is None:
            return self
        views = {**self.views, ROOM: replace(self.views[ROOM], variables=rules.variables)}
        return replace(
            self,
            base=rules.base,
            unanimity=rules.unanimity,
            all_but_one=rules.all_but_one,
            extremes=rules.extremes,
            views=MappingProxyType(views),
        )

    @property
    def sum_subjects(self) -> dict[str, str]:
        """The same sums by the gate's name of the scale."""
        return {f"scale {name} all": outcome for name, outcome in self.sums.items()}

    @property
    def asks_politicians_attitudes(self) -> bool:
        """Whether the project has decided to ask politicians what they think; no decision is no."""
        decided = self.decisions.get(ATTITUDES)
        return decided is not None and decided.decision == YES

    def base_for(self, people: Iterable[tuple[str, str]]) -> int:
        """The smallest number that may be shown about the people who have all these (variable, level) pairs.

        Examples
        --------
        >>> policy = read_policy()
        >>> policy.base_for([("sex", "k")]), policy.base_for([("role", "pol"), ("orgtype", "reg"), ("sex", "k")])
        (7, 10)
        """
        pairs = set(people)
        return max([self.base, *(group.base for group in self.groups if group.where <= pairs)])

    def price(self, people: Collection[tuple[str, str]], *, is_alone: bool = False) -> float:
        """What readers lose with the figures about these people: 1, and up to 2 for what is to be kept longest.

        Parameters
        ----------
        people : collection of (str, str)
            The levels that they share.
        is_alone : bool
            Whether a group that they would be compared with is hidden anyway: then there is less to lose.

        Examples
        --------
        >>> policy = read_policy()
        >>> [policy.price(people) for people in ([("sex", "k")], [("orgtype", "reg")], [("role", "pol"), ("sex", "k")])]
        [2.0, 1.25, 1.0]
        """
        if is_alone:
            return ALONE
        name = min((variable for variable, _ in people), default=TOTAL)
        if len(people) > 1 or name not in self.keep:
            return 1.0
        return 1 + (len(self.keep) - self.keep.index(name)) / len(self.keep)


def read_policy(folder: Path | None = None) -> Policy:
    """Read the policy of a survey folder.

    Parameters
    ----------
    folder : Path, optional
        A survey folder; the one in force when not given.

    Returns
    -------
    Policy
        Frozen.

    Raises
    ------
    KunskapError
        ``GATE-20`` to ``GATE-24``: file missing or not TOML, a field missing, unknown or out of bounds; all at once.

    Examples
    --------
    >>> policy = read_policy()
    >>> policy.base, policy.width
    (7, 3)
    """
    path = (folder or survey_folder()) / "policy.toml"
    if not path.is_file():
        raise KunskapError([fault("GATE-20", str(path))])
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise KunskapError([fault("GATE-21", str(path), error=error)]) from error
    reader = Reader(path.name)
    policy = _policy(tree, reader)
    if reader.faults or policy is None:
        raise KunskapError(reader.faults)
    return policy


TOP = (
    *(
        "base",
        "width",
        "unanimity",
        "all_but_one",
        "extremes",
        "complementary",
        "groups",
        "shown_apart",
        "sums",
        "keep",
    ),
    *("limits", "statistics", "rounding", "bases", "views", "decisions"),
)


def _policy(tree: Mapping[str, object], reader: Reader) -> Policy | None:
    # A policy from before there were rooms has no such table, and is as strict there as elsewhere.
    # And one from before there were amounts lets none through.
    top = reader.fields(tree, "", (*TOP, *(name for name in (ROOM, AMOUNTS) if name in tree)))
    if reader.faults:
        return None
    base = reader.whole(top, "base", least=3)
    keep = reader.fields(top["keep"], "keep.", ["order"])
    limits = reader.fields(top["limits"], "limits.", ["rounds", "pieces"])
    rounding = reader.fields(top["rounding"], "rounding.", ["se", "interval"])
    apart = top["shown_apart"] if isinstance(top["shown_apart"], dict) else {}
    statistics = _statistics(top["statistics"], reader)
    return Policy(
        base=base,
        width=reader.whole(top, "width"),
        unanimity=reader.switch(top, "unanimity"),
        all_but_one=reader.switch(top, "all_but_one"),
        extremes=reader.switch(top, "extremes"),
        complementary=reader.switch(top, "complementary"),
        groups=_groups(top["groups"], base, reader),
        shown_apart=MappingProxyType({name: reader.names(apart, name, "shown_apart.") for name in apart}),
        sums=MappingProxyType(_sums(top["sums"], reader)),
        keep=reader.names(keep, "order", "keep."),
        rounds=reader.whole(limits, "rounds", "limits."),
        pieces=reader.whole(limits, "pieces", "limits."),
        statistics=MappingProxyType(statistics),
        se_step=reader.step(rounding, "se", "rounding."),
        interval_step=reader.step(rounding, "interval", "rounding."),
        bases=MappingProxyType(_bases(top["bases"], reader)),
        views=MappingProxyType(_views(top["views"], statistics, reader)),
        decisions=MappingProxyType(_decisions(top["decisions"], reader)),
        room=_room(top[ROOM], reader) if ROOM in top else None,
        amounts=_amounts(top[AMOUNTS], reader) if AMOUNTS in top else None,
    )


def _room(listed: object, reader: Reader) -> RoomRules:
    place = "room."
    table = reader.fields(listed, place, ["base", "unanimity", "all_but_one", "extremes", "variables"])
    unanimity, all_but_one, extremes = (
        reader.switch(table, name, place) for name in ("unanimity", "all_but_one", "extremes")
    )
    variables = reader.names(table, "variables", place)
    return RoomRules(reader.whole(table, "base", place, least=3), unanimity, all_but_one, extremes, variables)


def _amounts(listed: object, reader: Reader) -> AmountRules:
    place = "amounts."
    table = reader.fields(listed, place, ["largest", "remainder"])
    return AmountRules(reader.part(table, "largest", place), reader.part(table, "remainder", place))


def _groups(listed: object, base: int, reader: Reader) -> tuple[StricterGroup, ...]:
    groups = []
    for number, entry in enumerate(listed if isinstance(listed, list) else [listed], start=1):
        place = f"groups[{number}]."
        table = reader.fields(entry, place, ["where", "base"])
        where = table.get("where", {})
        if not isinstance(where, dict) or not where or not all(isinstance(level, str) for level in where.values()):
            reader.wrong(place + "where", where, 'levels of variables, as { role = "pol" }')
            continue
        groups.append(StricterGroup(frozenset(where.items()), reader.whole(table, "base", place, least=base)))
    return tuple(groups)


def _sums(listed: object, reader: Reader) -> dict[str, str]:
    sums = listed if isinstance(listed, dict) else {}
    for name, outcome in sums.items():
        if not isinstance(outcome, str):
            reader.wrong(f"sums.{name}", outcome, "an outcome, or nothing between quotes")
    return {str(name): str(outcome) for name, outcome in sums.items()}


def _statistics(listed: object, reader: Reader) -> dict[str, Statistic]:
    statistics = {}
    for name, entry in (listed if isinstance(listed, dict) else {}).items():
        place = f"statistics.{name}."
        table = reader.fields(entry, place, ["kind", "step"])
        kind = reader.text(table, "kind", place)
        if kind not in KINDS:
            reader.wrong(place + "kind", kind, "one of " + ", ".join(KINDS))
        statistics[name] = Statistic(kind, reader.step(table, "step", place))
    return statistics


def _bases(listed: object, reader: Reader) -> dict[str, Basis]:
    bases = {}
    for name, entry in reader.fields(listed, "bases.", ["respondents", "register", "public"]).items():
        place = f"bases.{name}."
        table = reader.fields(entry, place, ["suppress", "count_base", "source_demanded", "variables", "labels"])
        suppress = reader.switch(table, "suppress", place)
        if not suppress and name != "public":
            reader.wrong(place + "suppress", suppress, "true for all but public data")
        source_demanded = reader.switch(table, "source_demanded", place)
        if not suppress and not source_demanded:
            reader.wrong(place + "source_demanded", source_demanded, "true where nothing is hidden")
        variables, labels = reader.names(table, "variables", place), reader.names(table, "labels", place)
        bases[name] = Basis(suppress, reader.switch(table, "count_base", place), source_demanded, variables, labels)
    return bases


def _views(listed: object, statistics: Mapping[str, Statistic], reader: Reader) -> dict[str, View]:
    views = {}
    for name, entry in reader.fields(listed, "views.", ["public", "room", "internal"]).items():
        place = f"views.{name}."
        table = reader.fields(entry, place, ["statistics", "variables", "reasons"])
        shown = reader.names(table, "statistics", place)
        for statistic in shown:
            if statistic not in statistics:
                reader.wrong(place + "statistics", statistic, "one of " + ", ".join(statistics))
        views[name] = View(shown, reader.names(table, "variables", place), reader.switch(table, "reasons", place))
    return views


def _decisions(listed: object, reader: Reader) -> dict[str, Decision]:
    decisions = {}
    names = ["retention", "erasure"]
    # A policy from before there were attitudes has no such decision, and so politicians are not asked.
    names += [ATTITUDES] if isinstance(listed, dict) and ATTITUDES in listed else []
    for name, entry in reader.fields(listed, "decisions.", names).items():
        place = f"decisions.{name}."
        fields = ["decision", "number", "date", *(["ground"] if name == ATTITUDES else [])]
        table = reader.fields(entry, place, fields)
        told = {field: reader.text(table, field, place) for field in fields}
        decisions[name] = Decision(**told)
        if name == ATTITUDES:
            _check_attitudes(told, place, reader)
    return decisions


def _check_attitudes(told: Mapping[str, str], place: str, reader: Reader) -> None:
    """A yes says on what ground, with the number and date of the decision; anything but yes and no is neither."""
    if told["decision"] not in ANSWERS:
        reader.wrong(place + "decision", told["decision"], "one of " + ", ".join(ANSWERS))
    expected = {
        "ground": "the exception of GDPR article 9.2 and the ground of article 6 that allow it",
        "number": "the decision's number",
        "date": "the decision's date",
    }
    for field, wanted in expected.items():
        if told["decision"] == YES and not told[field].strip():
            reader.wrong(place + field, told[field], wanted)
