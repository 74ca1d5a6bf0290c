"""Figures of released tables: each has alt text and the table behind it.

A plot takes a `Released` (TypeError for anything else) and gives a `Drawing(figure, alt, table)`.  It draws and never
estimates.  `svg` and `png` write a drawing.
"""

from kunskap.plots.before_after import before_and_after
from kunskap.plots.by_sex import rates_by_sex, women_and_men
from kunskap.plots.centred import centred_bars
from kunskap.plots.change import changes
from kunskap.plots.chosen import chosen_options
from kunskap.plots.compared import women_against_men
from kunskap.plots.counted import counted_shares
from kunskap.plots.difference import differences
from kunskap.plots.distribution import distribution
from kunskap.plots.dots import item_intervals, nonresponse_bounds
from kunskap.plots.drawing import Drawing, png, svg
from kunskap.plots.fieldwork import answered_by_day
from kunskap.plots.group_means import group_means
from kunskap.plots.indexed import index_and_level
from kunskap.plots.information import information_curve
from kunskap.plots.item_map import item_map
from kunskap.plots.knowledge import areas_with_figures, knowledge_by_area
from kunskap.plots.led_by import firms_led_by
from kunskap.plots.needs import needs_table
from kunskap.plots.parts_of_gap import parts_of_gap
from kunskap.plots.progress import progress_to_targets
from kunskap.plots.ranges import ranges_by_sex
from kunskap.plots.thirds import options_by_thirds
from kunskap.plots.wright_map import wright_map

__all__ = [
    "Drawing",
    "answered_by_day",
    "areas_with_figures",
    "before_and_after",
    "centred_bars",
    "changes",
    "chosen_options",
    "counted_shares",
    "differences",
    "distribution",
    "firms_led_by",
    "group_means",
    "index_and_level",
    "information_curve",
    "item_intervals",
    "item_map",
    "knowledge_by_area",
    "needs_table",
    "nonresponse_bounds",
    "options_by_thirds",
    "parts_of_gap",
    "png",
    "progress_to_targets",
    "ranges_by_sex",
    "rates_by_sex",
    "svg",
    "women_against_men",
    "women_and_men",
    "wright_map",
]
