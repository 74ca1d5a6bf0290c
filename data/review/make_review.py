"""Make the Word files of the simulated draft and the adopted text: ``python data/review/make_review.py``."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from docx import Document

HERE = Path(__file__).resolve().parent
NAMES = ("utkast_simulerad", "antagen_simulerad")
# The same text gives the same properties, whenever it is made.
MADE = datetime(2026, 11, 22, tzinfo=UTC)


def make(name: str, folder: Path) -> Path:
    """Write one text as a Word file with heading styles, bullets and tables."""
    document = Document()
    properties = document.core_properties
    properties.title, properties.author, properties.language = "SIMULERAT", "kunskap", "sv-SE"
    properties.created = properties.modified = MADE
    rows: list[list[str]] = []
    for line in [*(HERE / f"{name}.md").read_text(encoding="utf-8").splitlines(), ""]:
        if line.startswith("|"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if not set("".join(cells)) <= {"-"}:
                rows.append(cells)
            continue
        if rows:
            table = document.add_table(rows=0, cols=len(rows[0]), style="Table Grid")
            for cells in rows:
                for cell, text in zip(table.add_row().cells, cells, strict=True):
                    cell.text = text
            rows = []
        if line.startswith("#"):
            marks, _, words = line.partition(" ")
            document.add_heading(words, level=len(marks) - 1)
        elif line.startswith("- "):
            document.add_paragraph(line[2:], style="List Bullet")
        elif line.strip():
            document.add_paragraph(line.strip())
    path = folder / f"{name}.docx"
    document.save(str(path))
    return path


if __name__ == "__main__":
    for one in NAMES:
        print(make(one, Path(sys.argv[1]) if len(sys.argv) > 1 else HERE))
