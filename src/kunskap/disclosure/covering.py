"""What to hide so that least is lost: of all the units that tell something hidden, one must go.

Whatever is known too well is told by some shown units.  A set of hidden units is safe only if it takes one of each such
set, and the cheapest that does is a small integer programme (HiGHS, by scipy).  If what is then left still tells
something, that is one more set to break, and so on.  The first answer that is safe is also the cheapest that can be:
all safe sets break those sets, too.

That is the implicit hitting set of Chandrasekaran, Karp, Moreno-Centeno and Vempala (2011), and in statistics the
constraint generation of Fischetti and Salazar (2001).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from scipy import optimize, sparse

from kunskap.disclosure.figures import Unit

__all__ = ["Cover", "Further", "least_cover"]

Part = TypeVar("Part", bound=Hashable)
Sets = Sequence[frozenset[Part]]
NEAR = 1e-6
SECONDS = 5.0


@dataclass(frozen=True)
class Cover(Generic[Part]):
    """What to hide.

    Attributes
    ----------
    units : frozenset
        Hidden together they are safe.
    is_least : bool
        Whether it was proved that nothing cheaper is.
    """

    units: frozenset[Part]
    is_least: bool


@dataclass(frozen=True)
class Further:
    """What is hidden beside what is hidden for its own sake.

    Attributes
    ----------
    units : mapping of unit to str
        Each with its reason.
    is_least : bool
        Whether it was proved that nothing cheaper would do.
    judged : frozenset of str
        The subjects that this was found out for.
    """

    units: Mapping[Unit, str]
    is_least: bool = True
    judged: frozenset[str] = frozenset()


def least_cover(
    price: Mapping[Part, float], tell: Callable[[frozenset[Part]], Sets[Part]], *, tries: int
) -> Cover[Part]:
    """The cheapest units that are safe when hidden; after so many tries the cheapest that were found.

    Parameters
    ----------
    price : mapping of unit to float
        What is lost with each; of answers that cost the same, the solver takes one.
    tell : callable
        The sets of units that tell too much while some units are hidden, none of them empty or broken; no set if that
        is safe.
    tries : int
        How often it is asked once something safe is known.

    Returns
    -------
    Cover

    Examples
    --------
    Three numbers, each told by two others: hiding the one they share is enough.

    >>> told = [frozenset({"total", "women"}), frozenset({"total", "men"}), frozenset({"total", "officials"})]
    >>> price = {"total": 1.75, "women": 2.0, "men": 2.0, "officials": 1.0}
    >>> least_cover(price, lambda hidden: [one for one in told if not one & hidden], tries=9)
    Cover(units=frozenset({'total'}), is_least=True)
    """
    sets: dict[frozenset[Part], None] = {}
    best: frozenset[Part] | None = None
    asked = 0
    while True:
        found, is_least = _cheapest(price, sets)
        if best is not None and _sum(price, found) > _sum(price, best) - NEAR:
            return Cover(best, is_least)
        grown = found
        while told := tell(grown):
            asked += best is not None
            sets |= dict.fromkeys(told)
            grown |= _cheapest(price, told)[0]
            if best is not None and (asked >= tries or _sum(price, grown) > _sum(price, best) - NEAR):
                break
        else:
            if grown == found:
                return Cover(found, is_least)
            best = grown
        if asked >= tries:
            return Cover(best, False)


def _sum(price: Mapping[Part, float], units: Iterable[Part]) -> float:
    return sum(price[unit] for unit in units)


def _cheapest(price: Mapping[Part, float], sets: Iterable[frozenset[Part]]) -> tuple[frozenset[Part], bool]:
    """The cheapest units that take one of each set; where the solver gives up the cheapest of each, and False."""
    rows = list(sets)
    units = [unit for unit in price if any(unit in row for row in rows)]
    if not units:
        return frozenset(), True
    member = np.array([[unit in row for unit in units] for row in rows], dtype=float)
    solved = optimize.milp(
        np.array([price[unit] for unit in units]),
        integrality=np.ones(len(units)),
        bounds=optimize.Bounds(0, 1),
        constraints=optimize.LinearConstraint(sparse.csr_matrix(member), 1, np.inf),
        options={"time_limit": SECONDS, "mip_rel_gap": 0.0},
    )
    if solved.status != 0:
        return frozenset(min((unit for unit in units if unit in row), key=price.__getitem__) for row in rows), False
    return frozenset(unit for unit, taken in zip(units, solved.x, strict=True) if taken > 0.5), True
