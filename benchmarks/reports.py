"""Reports on the demo's answers: each kind in each format alone, and all formats at once, the start of Python included.

    python benchmarks/reports.py                               # every kind: some three minutes on a quiet machine
    python benchmarks/reports.py --kind inventering --repeat 3 # the best of three

In brackets the processor's seconds, which a busy machine stretches less.  Beside the inventory stands what one would
otherwise write by hand of the very tables that it has made: pandas with matplotlib, and `to_html`, python-docx,
`to_excel` or a PDF of pictures.  It reads no answers, scores and hides nothing, and has no readings, alt texts or tags:
the ratio, of processor seconds, says what those cost.
"""

import argparse
import contextlib
import io
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

FORMATS = ("html", "docx", "pdf", "xlsx")
WAVES = ("2016", "2018")
KINDS = {
    "inventering": 1,
    "uppfoljning": 2,
    "utbildningsplan": 1,
    "beslutsunderlag": 1,
    "lagesrapport": 2,
    "slutrapport": 2,
    "bilaga": 1,
}  # and how many waves each is made of
START = "import sys; from kunskap.cli import app; app(sys.argv[1:])"
DATE = "2026-11-20"


class Taken(NamedTuple):
    """Seconds on the clock, and of the processor."""

    clock: float
    processor: float

    def __str__(self) -> str:
        return f"{self.clock:.1f} ({self.processor:.1f})"


def timed(command: Sequence[str], repeat: int) -> Taken:
    """The least that a process takes; its own words when it fails."""
    every = []
    for _ in range(repeat):
        clock, before = time.perf_counter(), os.times()
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        after = os.times()
        if done.returncode:
            raise SystemExit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
        used = after.children_user + after.children_system - before.children_user - before.children_system
        every.append(Taken(time.perf_counter() - clock, used))
    return min(every)


def report_command(kind: str, formats: str, project: Path, output: Path) -> list[str]:
    waves = WAVES[: KINDS[kind]]
    files = [str(project / f"limesurvey_{wave}_simulerad.csv") for wave in waves]
    command = [sys.executable, "-c", START, "report", *files, "--kind", kind, "--to", formats, "--draft"]
    return [*command, "--wave", ",".join(waves), "--date", DATE, "--output", str(output)]


def by_hand(tables: Path, ending: str) -> None:
    """The tables of a report, and a chart of each that has shares, as someone in a hurry would write them."""
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt
    import pandas as pd

    written, pictures = [], []
    for path in sorted(tables.glob("*.csv")):
        table = pd.read_csv(path, sep=";", decimal=",")
        written.append((path.stem, table))
        shares = table[table["statistic"].eq("share")] if "statistic" in table else table[:0]
        if ending == "xlsx" or shares.empty or shares["option"].isna().all():
            continue
        groups = [
            name for name in ("item", "scale", *table.columns[: table.columns.get_loc("universe")]) if name in shares
        ]
        wide = shares.fillna({name: "" for name in groups}).pivot_table("estimate", groups, "option")
        figure, axes = plt.subplots(figsize=(6.7, 1 + 0.3 * len(wide)))
        wide.plot.barh(stacked=True, ax=axes, title=path.stem)
        figure.tight_layout()
        pictures.append(figure)
    if ending == "html":
        parts = [table.to_html(na_rep="–") for _, table in written]
        for figure in pictures:
            text = io.StringIO()
            figure.savefig(text, format="svg")
            parts.append(text.getvalue())
        (tables / "by-hand.html").write_text("".join(parts), encoding="utf-8")
    elif ending == "docx":
        import docx

        paper = docx.Document()
        for figure in pictures:
            picture = io.BytesIO()
            figure.savefig(picture, format="png", dpi=150)
            paper.add_picture(picture, width=docx.shared.Inches(6))
        for _, table in written:
            drawn = paper.add_table(1 + len(table), len(table.columns))
            for row, cells in zip(drawn.rows, [table.columns, *table.itertuples(index=False)], strict=True):
                for cell, value in zip(row.cells, cells, strict=True):
                    cell.text = str(value)
        paper.save(str(tables / "by-hand.docx"))
    elif ending == "pdf":
        from matplotlib.backends.backend_pdf import PdfPages

        with PdfPages(tables / "by-hand.pdf") as pages:
            for figure in pictures:
                pages.savefig(figure)
    else:
        with pd.ExcelWriter(tables / "by-hand.xlsx") as book:
            for name, table in written:
                table.to_excel(book, sheet_name=name[:31], index=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kind", nargs="*", choices=KINDS, default=list(KINDS))
    parser.add_argument("--repeat", type=int, default=1, help="tell the best of so many runs")
    parser.add_argument("--by-hand", nargs=2, metavar=("TABLES", "FORMAT"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.by_hand:
        by_hand(Path(asked.by_hand[0]), asked.by_hand[1])
        return
    from kunskap.content import data_folder

    load = ", ".join(f"{each:.1f}" for each in os.getloadavg()) if hasattr(os, "getloadavg") else "–"
    print(
        f"{datetime.now():%Y-%m-%d %H:%M}  Python {platform.python_version()}, load before {load}; seconds", flush=True
    )
    with contextlib.ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        project = place / "project"
        shutil.copytree(data_folder() / "demo", project)
        for kind in asked.kind:
            taken = {}
            for formats in (*FORMATS, ",".join(FORMATS)):
                command = report_command(kind, formats, project, place / kind / formats.replace(",", "-"))
                taken[formats] = timed(command, asked.repeat)
            print(f"{kind:16}", *(f"{name} {seconds} " for name, seconds in taken.items()), flush=True)
            if kind != "inventering":
                continue
            for ending in FORMATS:
                tables = place / kind / ending / "tables"
                command = [sys.executable, __file__, "--by-hand", str(tables), ending]
                hand = timed(command, asked.repeat)
                ratio = hand.processor / taken[ending].processor
                print(f"  by hand, {ending}: {hand}, ratio {ratio:.2f}", flush=True)


if __name__ == "__main__":
    main()
