"""The work before and again, from files: texts, posts, applications, plans and goals, those that there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from kunskap.growth import bodies, resources, review, strategy, transport
from kunskap.growth.applications import read_applications
from kunskap.growth.comparison import difference

__all__ = ["RoundsOfWork", "WorkFiles", "rounds_of_work"]

Pair = tuple[Path, Path]


@dataclass(frozen=True, kw_only=True)
class WorkFiles:
    """Two rounds of each part, the earlier first; a part without files is left out.

    Attributes
    ----------
    texts : pair of Path, optional
        The strategy's text before, and as it was adopted.
    posts : Path, optional
        Bodies and who holds their posts; `terms` are the two years in it.
    applications : Path, optional
        Applications for support; `years` are the two years in it.
    plans : pair of Path, optional
        The transport plan before, and as it was adopted; `travel` is who travels how.
    goals : pair of Path, optional
        The strategy as a table before, and as it was adopted.
    """

    texts: Pair | None = None
    posts: Path | None = None
    terms: tuple[str, str] = ("", "")
    applications: Path | None = None
    years: tuple[str, str] = ("", "")
    plans: Pair | None = None
    travel: Path | None = None
    goals: Pair | None = None

    @property
    def paths(self) -> tuple[Path, ...]:
        """Every file."""
        single = (self.posts, self.applications, self.travel)
        pairs = (self.texts, self.plans, self.goals)
        return (*(path for pair in pairs if pair for path in pair), *(path for path in single if path))


class RoundsOfWork(NamedTuple):
    """Tables of `kunskap.growth.difference` for the gate, by basis (``public``, ``register``), and options' names."""

    tables: Mapping[str, pd.DataFrame]
    names: Mapping[str, Mapping[str, str]]


def rounds_of_work(files: WorkFiles) -> RoundsOfWork:
    """Compute what has changed in the work itself, of the parts that there are files of.

    Parameters
    ----------
    files : WorkFiles
        The two rounds.

    Returns
    -------
    RoundsOfWork
        `tables` is empty where there are no files; `names` holds, by language, what the finds of a review are called.

    Raises
    ------
    KunskapError
        What the readers of the files and `difference` raise.

    Examples
    --------
    >>> from kunskap.reference import worked_file
    >>> made = rounds_of_work(WorkFiles(posts=worked_file("organ_simulerad"), terms=("2015", "2019")))
    >>> sorted(made.tables), sorted(made.tables["public"]["part"].unique())
    (['public'], ['representation'])
    """
    before: dict[str, pd.DataFrame] = {}
    after: dict[str, pd.DataFrame] = {}
    better: dict[str, pd.DataFrame] = {}
    names: dict[str, dict[str, str]] = {}
    if files.texts:
        rules = review.read_rules()
        read = [review.review(review.read_draft(path), rules=rules, name=path.stem) for path in files.texts]
        before["review"], after["review"] = review.review_rounds(*read)
        for code in review.CODES:
            for language, label in rules.finds[code].label.items():
                names.setdefault(language, {})[code] = label
    if files.posts:
        held = bodies.read_bodies(files.posts).table
        rounds = [bodies.represented(held[held["year"].astype("str").eq(str(year))]) for year in files.terms]
        before["representation"], after["representation"] = rounds
    if files.plans and files.travel:
        objects = [transport.read_objects(path).table for path in files.plans]
        use = transport.read_use(files.travel).table
        whole = [transport.benefit(plan, use).query("kind.isna()").reset_index(drop=True) for plan in objects]
        before["transport"], after["transport"] = whole
        better["transport"] = transport.moved(objects[0], objects[1], use)
    if files.goals:
        decided = [strategy.read_strategy(path).table for path in files.goals]
        before["goals"], after["goals"] = (strategy.parts_in_place(table) for table in decided)
    tables = {"public": difference(before, after, better=better)} if before else {}
    if files.applications:
        register = read_applications(files.applications).table
        rounds = []
        for year in files.years:
            own = register[register["year"].astype("str").eq(str(year))]
            rates = [resources.approval_rates(own, by=["year"]), resources.amounts(own, by=["year"])]
            rounds.append(pd.concat(rates, ignore_index=True))
        tables["register"] = difference({"resources": rounds[0]}, {"resources": rounds[1]})
    return RoundsOfWork(tables, names)
