"""Whether a report ranks bodies: its tables list them in the bank's own order, whatever their figures."""

from __future__ import annotations

from kunskap.bank import Bank
from kunskap.report.document import Document, TableBlock, walk


def sorted_by_value(document: Document, bank: Bank) -> list[str]:
    """Tables that list bodies in the order of their figures, and not in the bank's own."""
    names = [option.text[document.language] for option in bank.variables["orgtype"].levels]
    found = []
    for block in walk(document.blocks):
        tables = getattr(block, "tables", ()) if not isinstance(block, TableBlock) else (block.view,)
        for view in tables:
            labels = [label for group in view.groups for label, _ in group.rows if label in names]
            if labels != sorted(labels, key=names.index):
                found.append(view.caption)
    return found
