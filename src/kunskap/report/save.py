"""Make the report of released tables and write it, whole or not at all."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from kunskap import __version__
from kunskap.bank import Bank
from kunskap.coding import CodingFrame
from kunskap.disclosure import Released, require_released
from kunskap.errors import KunskapError, fault
from kunskap.report import sections
from kunskap.report.files import table_csv, tables_as_csv, write_all
from kunskap.report.findings import key_findings, role_claim, sex_claim
from kunskap.report.own_words import own_words
from kunskap.system_errors import problem
from kunskap.words import Words

__all__ = ["save_report"]

# Dates and codes, which must not be broken over two lines.
UNBROKEN = re.compile(r"\d{4}-\d{2}-\d{2}|\b[A-Z]{2,}-\d{2}\b|\b\d{4}/\d{2}(?::\d+)?")


def save_report(
    released: Released,
    folder: Path,
    *,
    bank: Bank,
    words: Words,
    date: datetime.date,
    summary: str = "",
    title: str | None = None,
    frame: CodingFrame | None = None,
) -> Path:
    """Write ``report.html``, ``tables/*.csv`` and the log of what is hidden into a folder.

    Parameters
    ----------
    released : Released
        What has passed the gate for the public view.
    folder : Path
        Where; made if it is not there.  A path that ends in ``.html`` names the page itself.
    bank, words : Bank, Words
        Questions and labels; the words' language is the report's.
    date : datetime.date
        Printed as the day of the report: nothing here reads a clock.
    summary : str
        What the reader of the answers told, from `Import.public_summary`.
    title : str, optional
        The report's own title.
    frame : CodingFrame, optional
        What the codes of free text are called, where `released` has the tables of `kunskap.coding.coded_tables`.

    Returns
    -------
    Path
        The page: one file, no scripts, nothing fetched from anywhere.

    Raises
    ------
    TypeError
        If `released` has not passed the gate.
    KunskapError
        ``REPORT-01`` for a view that is not public, ``REPORT-07`` if every figure is hidden,
        ``REPORT-06`` if the folder cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from kunskap.bank import read_bank
    >>> from kunskap.disclosure import read_policy, release
    >>> from kunskap.tables import estimates
    >>> from kunskap.words import read_words
    >>> rows = [
    ...     dict(sex=sex, universe="all", item="goals01", option=option, statistic="share", unit="share",
    ...          count=count, n=40, estimate=count / 40)
    ...     for sex, right in (("k", 22), ("m", 25)) for option, count in (("right", right), ("wrong", 40 - right))
    ... ]
    >>> released = release({"knowledge_by_sex": estimates(rows, by=["sex"])}, policy=read_policy())
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     page = save_report(
    ...         released, Path(folder), bank=read_bank(), words=read_words(), date=datetime.date(2026, 11, 22)
    ...     )
    ...     sorted(path.name for path in page.parent.iterdir())
    ['dolda-uppgifter.csv', 'report.html', 'tables']

    Notes
    -----
    Files are replaced one by one, each whole; tables of an earlier report that this one does not have are removed,
    because two releases side by side can tell what either hides.
    """
    require_released(released)
    if released.view != "public":
        raise KunskapError([fault("REPORT-01", "view", view=released.view)])
    if len(released.log) and len(released.log) == sum(len(released.table(name)) for name in released.names):
        # which questions were asked, and when, would still tell who the few were
        raise KunskapError([fault("REPORT-07", "", base=released.policy.base)])
    folder = Path(folder)
    page = folder if folder.suffix.lower() in (".html", ".htm") else folder / "report.html"
    text = report_html(released, bank=bank, words=words, date=date, summary=summary, title=title, frame=frame)
    contents = {
        **tables_as_csv(released, words),
        words("report.hidden.file"): _log_csv(released, words),
        page.name: text.encode("utf-8"),
    }
    try:
        write_all(page.parent, contents)
    except OSError as error:
        raise KunskapError([fault("REPORT-06", str(page.parent), error=problem(error))]) from error
    return page


def report_html(
    released: Released,
    *,
    bank: Bank,
    words: Words,
    date: datetime.date,
    summary: str = "",
    title: str | None = None,
    frame: CodingFrame | None = None,
) -> str:
    """The whole page as text; parameters as `save_report`."""
    environment = Environment(
        loader=PackageLoader("kunskap.report", "page"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["words"] = words
    environment.filters["unbroken"] = unbroken
    loader = environment.loader
    assert loader is not None  # for the type checker: set two lines up
    style = loader.get_source(environment, "report.css")[0]
    questions = sections.sources(released, bank=bank, words=words)
    names = list(released.names)
    return environment.get_template("report.html").render(
        title=title or words("report.title"),
        language=words.language,
        style=Markup(style),  # our own file
        released=released,
        date=date.isoformat(),
        version=__version__,
        bank_version=bank.version,
        summary=_with_details(summary),
        findings=key_findings(released, bank=bank, words=words),
        answered=sections.response_table(released, bank=bank, words=words),
        overview=sections.overview(released, bank=bank, words=words),
        areas=list(sections.area_sections(released, bank=bank, words=words)),
        totals=sections.total_section(released, bank=bank, words=words),
        claims=[
            text
            for text in (
                sex_claim(released, bank=bank, words=words),
                role_claim(released, bank=bank, words=words),
            )
            if text
        ],
        scales=list(sections.scale_sections(released, bank=bank, words=words)),
        own_words=own_words(released, frame=frame, bank=bank, words=words),
        hidden=sections.hidden_view(released, words),
        questions=questions,
        trials=sum(question.is_trial for question in questions),
        files=[f"tables/{name}.csv" for name in names],
    )


def unbroken(text: str) -> Markup:
    """A text whose dates and codes stay on one line.

    Examples
    --------
    >>> unbroken("Kontrollerad 2026-11-22 <b>")
    Markup('Kontrollerad <span class="unbroken">2026-11-22</span> &lt;b&gt;')
    """
    return Markup(UNBROKEN.sub(r'<span class="unbroken">\g<0></span>', str(escape(text))))


def _with_details(summary: str) -> list[tuple[str, list[str]]]:
    """The summary's lines, each with the lines under it that begin with a dash."""
    lines: list[tuple[str, list[str]]] = []
    for line in (line.strip() for line in summary.splitlines()):
        if line.startswith(("–", "-", "•")) and lines:
            lines[-1][1].append(line.lstrip("–-• "))
        elif line:
            lines.append((line, []))
    return lines


def _log_csv(released: Released, words: Words) -> bytes:
    log = released.log
    log["reason_in_words"] = [sections.reason_in_words(str(reason), words) for reason in log["reason"]]
    return table_csv(log, words)
