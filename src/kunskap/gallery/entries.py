"""Every plot with an example of it: which figures it draws, and how it is called."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from kunskap import plots
from kunskap.gallery import survey, work
from kunskap.gallery.material import Example, Material
from kunskap.plots import Drawing
from kunskap.plots.room import room_comparison, room_shares
from kunskap.words import Words

__all__ = ["ENTRIES", "Entry", "Given", "Said", "Shown", "shown"]

LONGEST_LINE = 110


class Said(NamedTuple):
    """An argument that is an interface word of the plot's own: ``gallery.plots.<plot>.<word>``."""

    word: str


class Given(NamedTuple):
    """An argument that is one of the example's values, and goes by its name in the call."""

    name: str


@dataclass(frozen=True)
class Entry:
    """A plot and its example.

    Attributes
    ----------
    plot : callable
        A function of `kunskap.plots` that takes a `Released`.
    chapter : str
        Under which heading it stands: ``survey``, ``groups``, ``items``, ``work`` or ``room``.
    example : callable
        Makes the figures that are drawn.
    options : mapping
        The call's arguments beside `released`, `bank` and `words`.
    tables_from : str
        The public function that makes the table, as it is imported.
    used_in : str
        A notebook that draws it, or a command.
    """

    plot: Callable[..., Drawing]
    chapter: str
    example: Callable[[Material], Example]
    options: Mapping[str, object]
    tables_from: str
    used_in: str

    @property
    def name(self) -> str:
        """The function's name, which is the entry's id too."""
        return self.plot.__name__

    def call(self, words: Words) -> str:
        """The lines that draw it, with the arguments that the example is drawn with.

        Examples
        --------
        >>> from kunskap.words import read_words
        >>> (entry,) = (entry for entry in ENTRIES if entry.name == "needs_table")
        >>> print(entry.call(read_words(language="en")))
        from kunskap.plots import needs_table
        <BLANKLINE>
        drawing = needs_table(released, bank=bank, words=words, titles=titles)
        """
        parts = ["released"]
        parts += [f"{name}={name}" for name in ("bank", "words") if name in inspect.signature(self.plot).parameters]
        for name, value in self._said(words).items():
            parts.append(f"{name}={value.name if isinstance(value, Given) else repr(value).replace(chr(39), chr(34))}")
        line = f"drawing = {self.name}({', '.join(parts)})"
        if len(line) > LONGEST_LINE:
            line = f"drawing = {self.name}(\n" + "".join(f"    {part},\n" for part in parts) + ")"
        return f"from {_where(self.plot)} import {self.name}\n\n{line}"

    def draw(self, example: Example, *, material: Material) -> Drawing:
        """Draw the example, with the arguments that `call` tells."""
        known: Mapping[str, object] = {"bank": material.bank, "words": material.words}
        options = {name: known[name] for name in known if name in inspect.signature(self.plot).parameters}
        for name, value in self._said(material.words).items():
            options[name] = example.values[value.name] if isinstance(value, Given) else value
        return self.plot(example.released, **options)

    def _said(self, words: Words) -> dict[str, object]:
        """The call's arguments, with the interface words in their places."""
        return {
            name: words(f"gallery.plots.{self.name}.{value.word}") if isinstance(value, Said) else value
            for name, value in self.options.items()
        }


class Shown(NamedTuple):
    """An entry, its example and its drawing."""

    entry: Entry
    example: Example
    drawing: Drawing


def shown(material: Material, entries: Iterable[Entry] | None = None) -> Iterator[Shown]:
    """Draw each entry, in order; figures that several share are worked out once."""
    made: dict[Callable[[Material], Example], Example] = {}
    for entry in ENTRIES if entries is None else entries:
        if entry.example not in made:
            made[entry.example] = entry.example(material)
        yield Shown(entry, made[entry.example], entry.draw(made[entry.example], material=material))


def _where(plot: Callable[..., Drawing]) -> str:
    return "kunskap.plots" if plot.__name__ in plots.__all__ else plot.__module__


TITLE: Mapping[str, object] = {"title": Said("title")}
TITLES: Mapping[str, object] = {**TITLE, "subtitle": Said("subtitle")}
ENTRIES: tuple[Entry, ...] = (
    Entry(
        plots.knowledge_by_area,
        "survey",
        survey.inventoried,
        {"area": "resources"},
        "kunskap.inventory.inventory",
        "analys/5-grupper.ipynb",
    ),
    Entry(
        plots.centred_bars,
        "survey",
        survey.inventoried,
        {"table": "ability", "by": "role"},
        "kunskap.inventory.inventory",
        "kunskap report",
    ),
    Entry(
        plots.chosen_options,
        "survey",
        survey.inventoried,
        {"item": "support01", "table": "support"},
        "kunskap.inventory.inventory",
        "kunskap report",
    ),
    Entry(
        plots.distribution,
        "survey",
        survey.inventoried,
        {"by": "sex"},
        "kunskap.inventory.inventory",
        "kunskap report",
    ),
    Entry(
        plots.nonresponse_bounds,
        "survey",
        survey.inventoried,
        {},
        "kunskap.estimates.bounds",
        "analys/1-kvalitet.ipynb",
    ),
    Entry(
        plots.answered_by_day,
        "survey",
        survey.days,
        {"reminders": Given("reminders")},
        "kunskap.fieldwork.answered_by_day",
        "analys/faltarbete.ipynb",
    ),
    Entry(
        plots.differences,
        "groups",
        survey.inventoried,
        {},
        "kunskap.compare.difference",
        "analys/8-rapport.ipynb",
    ),
    Entry(
        plots.group_means,
        "groups",
        survey.side_by_side,
        {},
        "kunskap.groups.side_by_side",
        "analys/5-grupper.ipynb",
    ),
    Entry(
        plots.changes,
        "groups",
        survey.changed,
        {"table": "paired", "subjects": Given("subjects")},
        "kunskap.change.paired",
        "analys/6-forandring.ipynb",
    ),
    Entry(
        plots.needs_table,
        "groups",
        survey.needed,
        {"titles": Given("titles")},
        "kunskap.needs.needs",
        "analys/7-behov.ipynb",
    ),
    Entry(
        plots.item_map,
        "items",
        survey.item_figures,
        {},
        "kunskap.inventory.item_statistics",
        "analys/2-fragor.ipynb",
    ),
    Entry(
        plots.options_by_thirds,
        "items",
        survey.item_figures,
        {"item": "goals01"},
        "kunskap.items.analysis",
        "analys/2-fragor.ipynb",
    ),
    Entry(
        plots.item_intervals,
        "items",
        survey.item_figures,
        {"statistic": "mh_delta", "table": "dif", "groups": Said("groups")},
        "kunskap.dif.mantel_haenszel",
        "analys/4-skala.ipynb",
    ),
    Entry(
        plots.wright_map,
        "items",
        survey.item_figures,
        {},
        "kunskap.irt.table",
        "analys/4-skala.ipynb",
    ),
    Entry(
        plots.information_curve,
        "items",
        survey.item_figures,
        {},
        "kunskap.irt.information",
        "analys/4-skala.ipynb",
    ),
    Entry(
        plots.women_and_men,
        "work",
        work.elected,
        {"table": "seats", **TITLE},
        "kunskap.growth.representation.shares_by_sex",
        "moduler/1-mal-och-begrepp.ipynb",
    ),
    Entry(
        plots.rates_by_sex,
        "work",
        work.register,
        {"table": "rates", "by": "industry", "whole": Said("whole"), **TITLES},
        "kunskap.growth.resources.approval_rates",
        "moduler/4-tillvaxtresurser.ipynb",
    ),
    Entry(
        plots.firms_led_by,
        "work",
        work.register,
        {"table": "leaders", **TITLE},
        "kunskap.growth.resources.leaders",
        "moduler/4-tillvaxtresurser.ipynb",
    ),
    Entry(
        plots.parts_of_gap,
        "work",
        work.register,
        {"table": "parts", **TITLE},
        "kunskap.growth.decomposition.kitagawa",
        "moduler/4-tillvaxtresurser.ipynb",
    ),
    Entry(
        plots.women_against_men,
        "work",
        work.money,
        {"table": "money", **TITLE},
        "kunskap.growth.statistics.per_men",
        "moduler/1-mal-och-begrepp.ipynb",
    ),
    Entry(
        plots.index_and_level,
        "work",
        work.cars,
        {"table": "cars_by_year", **TITLE},
        "kunskap.growth.statistics.developments",
        "moduler/2-konsuppdelad-statistik.ipynb",
    ),
    Entry(
        plots.ranges_by_sex,
        "work",
        work.plan,
        {"table": "benefit", "by": "kind", "whole": Said("whole"), **TITLES},
        "kunskap.growth.transport.benefit",
        "moduler/6-transportplan.ipynb",
    ),
    Entry(
        plots.counted_shares,
        "work",
        work.goals,
        {"table": "parts", "headings": Given("headings"), "bars": Given("bars"), **TITLES},
        "kunskap.growth.strategy.parts_in_place",
        "moduler/7-strategi-som-haller.ipynb",
    ),
    Entry(
        plots.progress_to_targets,
        "work",
        work.goals,
        {},
        "kunskap.growth.progress.progress",
        "moduler/7-strategi-som-haller.ipynb",
    ),
    Entry(
        plots.before_and_after,
        "work",
        work.two_rounds,
        TITLES,
        "kunskap.growth.difference",
        "analys/arbetet-fore-och-efter.ipynb",
    ),
    Entry(
        room_shares,
        "room",
        survey.in_room,
        {"item": survey.ROOM_ITEM, "revealed": True},
        "kunskap.room.question_result",
        "kunskap serve",
    ),
    Entry(
        room_comparison,
        "room",
        survey.room_rounds,
        {"kind": "paired"},
        "kunskap.room.before_and_after",
        "kunskap serve",
    ),
)
"""In the order of the page; `tests/test_gallery.py` holds that no plot is missing."""
