"""How wide the columns of a printed table are, counted in letters."""

from __future__ import annotations

from collections.abc import Sequence

from kunskap.plots.rows import in_sentence
from kunskap.report.views import TableView

__all__ = ["column_widths", "narrowed"]

LONGEST_LABEL, LONGEST_CELL, SHORTEST = 34, 24, 4.0
WHOLE_CELL, WHOLE_HEAD = 14, 8  # so short a text is not broken over two lines
NARROW, WIDE = frozenset(" \u00a0()–,.:;’'ijlftr|-"), frozenset("mwMW%—")
BOLD = 1.18
BESIDE, APART = 2.0, 1.5  # the space around a cell, and before a column of words


def column_widths(view: TableView, letters: float) -> tuple[float, ...]:
    """Columns wide enough for their longest word; what is left over goes to those whose texts break, and then to all.

    Parameters
    ----------
    view : TableView
        The table.
    letters : float
        How many letters of the table's size fit beside each other on the page.

    Returns
    -------
    tuple of float
        Shares of the table's width.

    Examples
    --------
    >>> from kunskap.report.views import Group
    >>> view = TableView("", ("Grupp", "n"), (Group("", (("Tjänstepersoner", ("149",)),)),))
    >>> [round(share, 2) for share in column_widths(view, 60)]
    [0.7, 0.3]
    """
    columns = list(zip(*_all_rows(view), strict=True))
    least = _least(columns, view.texts)
    whole = [max(low, _widest(texts)) for low, texts in zip(least, columns, strict=True)]
    most = [LONGEST_LABEL, *([LONGEST_CELL] * (len(columns) - 1))]
    wanted = [
        max(low, min(limit, _widest(("", *texts[1:])))) for low, limit, texts in zip(least, most, columns, strict=True)
    ]
    asked = _towards(_towards(least, wanted, letters), whole, letters)
    shares = [2, *([1] * (len(columns) - 1))]  # the rows' names get twice as much air
    over = max(0.0, letters - sum(asked)) / sum(shares)
    asked = [each + share * over for each, share in zip(asked, shares, strict=True)]
    return tuple(each / sum(asked) for each in asked)


def _least(columns: Sequence[Sequence[str]], words: Sequence[int]) -> list[float]:
    """What each column needs for its longest word, its head's too; short texts stay whole."""
    pieces = ((_pieces(texts[0], WHOLE_HEAD), *(_pieces(text) for text in texts[1:])) for texts in columns)
    apart = (APART if place in words and place > 0 else 0.0 for place in range(len(columns)))
    return [max(SHORTEST, _widest(parts) + extra) for parts, extra in zip(pieces, apart, strict=True)]


def _pieces(text: str, whole: int = WHOLE_CELL) -> str:
    """A text with a line for each part that must not be broken."""
    return "\n".join(line if len(line) <= whole else line.replace(" ", "\n") for line in text.split("\n"))


def _widest(texts: Sequence[str]) -> float:
    """The longest line of a column, whose first text is its bold head, and the space around it."""
    head, *rest = (max(_width(line) for line in text.split("\n")) for text in texts)
    return BESIDE + max(BOLD * head, *rest) if rest else BESIDE + BOLD * head


def _width(line: str) -> float:
    return sum(0.6 if sign in NARROW else 1.4 if sign in WIDE else 1.0 for sign in line)


def _towards(widths: Sequence[float], goal: Sequence[float], letters: float) -> list[float]:
    """Columns widened towards a goal, as far as the page allows."""
    over = sum(goal) - sum(widths)
    room = max(0.0, min(1.0, (letters - sum(widths)) / over)) if over else 0.0
    return [width + room * (want - width) for width, want in zip(widths, goal, strict=True)]


def narrowed(view: TableView, letters: float) -> TableView:
    """The table with *n* alone above a group's number, and then each interval on a line of its own, if it must be.

    Examples
    --------
    >>> from kunskap.report.views import Group
    >>> view = TableView("", ("Fråga", "Män", "n, män"), (Group("", (("Mål", ("57 % (53–62)", "149")),)),))
    >>> narrowed(view, 27).head
    ('Fråga', 'Män', 'n')
    """
    if _fits(view, letters):
        return view
    heads = zip(("", *view.head[:-1]), view.head, strict=True)
    view = view._replace(head=tuple("n" if head == f"n, {in_sentence(before)}" else head for before, head in heads))
    if _fits(view, letters):
        return view
    groups = [
        group._replace(
            rows=tuple((label, tuple(cell.replace(" (", "\n(") for cell in cells)) for label, cells in group.rows)
        )
        for group in view.groups
    ]
    return view._replace(groups=tuple(groups))


def _fits(view: TableView, letters: float) -> bool:
    """Whether the page is wide enough for the columns' longest words, and for questions in lines of some length."""
    least = _least(list(zip(*_all_rows(view), strict=True)), view.texts)
    longest = max(len(row[0]) for row in _all_rows(view))
    return max(least[0], min(longest, LONGEST_LABEL)) + sum(least[1:]) <= letters


def _all_rows(view: TableView) -> list[tuple[str, ...]]:
    return [view.head, *((label, *cells) for group in view.groups for label, cells in group.rows)]
