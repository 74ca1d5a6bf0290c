"""What Typst cannot yet say of tables and drawings in a PDF.

Typst lets a heading of a group of rows stand under all headings of columns, so that a reader who listens would hear
them all before each figure.  Here each figure is given the heading of its own column and of its own group.  And the
line below a drawing is read after the drawing, as it stands on the page; Typst tags it first.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from importlib import import_module
from typing import Any

__all__ = ["with_headings"]


def with_headings(content: bytes) -> bytes:
    """The same PDF, whose tables and drawings are tagged as they are read.

    Parameters
    ----------
    content : bytes
        A tagged PDF whose tables have one row of headings first, and rows with one cell as headings of groups.

    Returns
    -------
    bytes
        The same bytes each time.
    """
    pikepdf: Any = import_module("pikepdf")
    written = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as file:
        for element in file.objects:
            if isinstance(element, pikepdf.Dictionary) and element.get("/S") == pikepdf.Name.Table:
                _tag(element, pikepdf)
            elif isinstance(element, pikepdf.Dictionary) and element.get("/S") == pikepdf.Name.Div:
                _move_line_below(element, pikepdf)
        file.save(written, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.preserve)
    return written.getvalue()


def _move_line_below(drawing: Any, pikepdf: Any) -> None:
    """A drawing with its line is a `Div`; the line comes last."""
    below = drawing.get("/K")
    if isinstance(below, pikepdf.Array) and len(below) > 1 and below[0].get("/S") == pikepdf.Name.Caption:
        drawing.K = pikepdf.Array([*below[1:], below[0]])


def _tag(table: Any, pikepdf: Any) -> None:
    heads, group = None, None
    for row in _rows(table):
        cells = list(_children(row))
        if heads is None:
            heads = [cell.get("/ID") for cell in cells]
        elif len(cells) == 1:
            group = cells[0].get("/ID")
            _set_headings(cells[0], [], pikepdf)
        else:
            cells[0].S = pikepdf.Name.TH
            cells[0].A = pikepdf.Array([pikepdf.Dictionary({"/O": pikepdf.Name.Table, "/Scope": pikepdf.Name.Row})])
            for cell, head in zip(cells[1:], heads[1:], strict=True):
                _set_headings(cell, [id for id in (head, group) if id is not None], pikepdf)


def _set_headings(cell: Any, ids: list[Any], pikepdf: Any) -> None:
    """The headings of a cell, in the attributes that say something of it as part of a table."""
    attributes = cell.get("/A")
    for each in attributes if isinstance(attributes, pikepdf.Array) else [attributes]:
        if isinstance(each, pikepdf.Dictionary) and each.get("/O") == pikepdf.Name.Table:
            each["/Headers"] = pikepdf.Array(ids)


def _rows(element: Any) -> Iterator[Any]:
    for child in _children(element):
        if str(child.get("/S")) == "/TR":
            yield child
        elif str(child.get("/S")) in ("/THead", "/TBody", "/TFoot"):
            yield from _rows(child)


def _children(element: Any) -> Iterator[Any]:
    """The elements below, one or many; what is no element is what is marked on the page."""
    pikepdf: Any = import_module("pikepdf")
    below = element.get("/K")
    for child in below if isinstance(below, pikepdf.Array) else [below]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield child
