"""How wide the columns of a printed table are, counted in letters."""

from __future__ import annotations

from kunskap.report.views import TableView

__all__ = ["column_widths", "stacked"]

LONGEST_LABEL, LONGEST_CELL, SHORTEST = 34, 24, 5


def column_widths(view: TableView, letters: float) -> tuple[float, ...]:
    """Columns wide enough for their longest word; what is left over goes to those whose texts are longest.

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
    [0.76, 0.24]
    """
    columns = list(zip(*_all_rows(view), strict=True))
    least = [max(SHORTEST, 1 + max(len(word) for text in texts for word in text.split())) for texts in columns]
    most = [LONGEST_LABEL, *([LONGEST_CELL] * (len(columns) - 1))]
    wanted = [
        max(low, min(limit, max(len(line) for text in texts[1:] or ("",) for line in text.split("\n"))))
        for low, limit, texts in zip(least, most, columns, strict=True)
    ]
    over = sum(wanted) - sum(least)
    room = max(0.0, min(1.0, (letters - sum(least)) / over)) if over else 0.0
    asked = [low + room * (want - low) for low, want in zip(least, wanted, strict=True)]
    return tuple(each / sum(asked) for each in asked)


def stacked(view: TableView, letters: float) -> TableView:
    """The table with each interval on a line of its own, where the figures would not fit beside them."""
    labels, *columns = zip(*_all_rows(view), strict=True)
    least = max(len(word) for label in labels for word in label.split())
    longest = [max(SHORTEST, *(min(LONGEST_CELL, len(text)) for text in texts)) for _, *texts in columns if texts]
    if least + sum(longest) <= letters:
        return view
    groups = [
        group._replace(
            rows=tuple((label, tuple(cell.replace(" (", "\n(") for cell in cells)) for label, cells in group.rows)
        )
        for group in view.groups
    ]
    return view._replace(groups=tuple(groups))


def _all_rows(view: TableView) -> list[tuple[str, ...]]:
    return [view.head, *((label, *cells) for group in view.groups for label, cells in group.rows)]
