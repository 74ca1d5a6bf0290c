"""Differential item functioning: is an item harder for one of two groups *of people who know as much*, and by how much.

`mantel_haenszel` asks it total by total; `logistic` also finds items that are harder for one group only among those who
know little, or much.  A flag is a question about the item's content, never by itself a reason to drop it.  Both take
scores: don't know counts as they have it.  Where one group says it oftener of an item, that alone can flag it when it
counts as wrong, so `by_rule` asks again with don't know as a guess, and tells which flags hold under both.
"""

from kunskap.dif.matching import FEWEST_ITEMS, FEWEST_PEOPLE
from kunskap.dif.regression import logistic, logistic_of
from kunskap.dif.rules import by_rule, guessed
from kunskap.dif.stratified import CLASSES, mantel_haenszel, mantel_haenszel_of

__all__ = [
    "CLASSES",
    "FEWEST_ITEMS",
    "FEWEST_PEOPLE",
    "by_rule",
    "guessed",
    "logistic",
    "logistic_of",
    "mantel_haenszel",
    "mantel_haenszel_of",
]
