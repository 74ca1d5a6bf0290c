"""Make a report of released tables and write it, whole or not at all."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from kunskap.bank import Bank
from kunskap.coding import CodingFrame
from kunskap.disclosure import Released
from kunskap.errors import KunskapError, fault
from kunskap.report import sections
from kunskap.report.document import Document
from kunskap.report.files import table_csv, tables_as_csv, write_all
from kunskap.report.formats import FORMATS, known_formats, write_format
from kunskap.report.kinds import Kind, Material, find_kind
from kunskap.report.manifest import MANIFEST, manifest
from kunskap.system_errors import problem
from kunskap.words import Words

__all__ = ["save_report", "write_document"]


def save_report(
    released: Released,
    folder: Path,
    *,
    bank: Bank,
    words: Words,
    date: datetime.date,
    kind: str = "inventering",
    to: str | Iterable[str] = ("html",),
    summary: str = "",
    title: str | None = None,
    frame: CodingFrame | None = None,
    inputs: Mapping[str, str] | None = None,
    template: Path | None = None,
    progress: Callable[[str], None] | None = None,
    before_leaving: Callable[[], object] | None = None,
) -> Path:
    """Write a report, ``tables/*.csv``, the log of what is hidden and a manifest into a folder.

    Parameters
    ----------
    released : Released
        What has passed the gate for the public view.
    folder : Path
        Where; made if it is not there.  A path that ends in ``.html`` (or another format) names the file itself.
    bank, words : Bank, Words
        Questions and labels; the words' language is the report's.
    date : datetime.date
        Printed as the day of the report: nothing here reads a clock.
    kind : str
        One of `kunskap.report.kinds.KINDS`.
    to : str or iterable of str
        Which formats: ``html``, ``docx``, ``pdf`` and ``xlsx``.
    summary : str
        What the reader of the answers told, from `Import.public_summary`.
    title : str, optional
        The report's own title.
    frame : CodingFrame, optional
        What the codes of free text are called, where `released` has the tables of `kunskap.coding.coded_tables`.
    inputs : mapping of str to str, optional
        What the report is made of, from `kunskap.report.hashed_inputs`; told in the manifest.
    template : Path, optional
        A Word file or template whose styles, header and footer the Word report takes.
    progress : callable, optional
        Called with each format's name before it is written.
    before_leaving : callable, optional
        Called when every file is complete, before the first is put in place.

    Returns
    -------
    Path
        The report in the first of the formats; the others lie beside it.

    Raises
    ------
    TypeError
        If `released` has not passed the gate.
    KunskapError
        ``REPORT-01`` for a view that is not public, ``REPORT-07`` if every figure is hidden, ``REPORT-08`` and
        ``REPORT-09`` for an unknown kind or format, ``REPORT-10`` to ``REPORT-12`` if a format cannot be made,
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
    ['dolda-uppgifter.csv', 'manifest.json', 'report.html', 'tables']
    """
    material = Material(released=released, bank=bank, words=words, date=date, title=title, summary=summary, frame=frame)
    chosen = find_kind(kind)
    _refuse_what_may_not_be_told(released, chosen)
    document = chosen.make(material)
    return write_document(
        document,
        folder,
        bank=bank,
        words=words,
        to=to,
        inputs=inputs,
        template=template,
        progress=progress,
        before_leaving=before_leaving,
    )


def write_document(
    document: Document,
    folder: Path,
    *,
    bank: Bank,
    words: Words,
    to: str | Iterable[str] = ("html",),
    inputs: Mapping[str, str] | None = None,
    template: Path | None = None,
    progress: Callable[[str], None] | None = None,
    before_leaving: Callable[[], object] | None = None,
) -> Path:
    """Write a document that a kind has made; parameters, files and faults as `save_report`.

    Notes
    -----
    No file is put in place before all of them are complete.  Files of an earlier report that this one does not have
    are removed, because two releases side by side can tell what either hides.
    """
    kind, released = find_kind(document.kind), document.released
    formats = known_formats(to)
    folder, name = Path(folder), kind.file
    if folder.suffix.lower().removeprefix(".") in FORMATS:
        folder, name = folder.parent, folder.stem
    contents: dict[str, bytes] = {}
    if isinstance(released, Released):
        _refuse_what_may_not_be_told(released, kind)
        contents = {**tables_as_csv(released, words), words("report.hidden.file"): _log_csv(released, words)}
    for ending in formats:
        if progress:
            progress(ending)
        contents[f"{name}.{ending}"] = write_format(ending, document, bank=bank, words=words, template=template)
    told = manifest(document, bank=bank, inputs=inputs or {}, contents=contents)
    try:
        write_all(folder, contents, listed_in=MANIFEST, listing=told, before_leaving=before_leaving)
    except OSError as error:
        raise KunskapError([fault("REPORT-06", str(folder), error=problem(error))]) from error
    return folder / f"{name}.{formats[0]}"


def _refuse_what_may_not_be_told(released: Released, kind: Kind) -> None:
    if released.view not in kind.views:
        raise KunskapError([fault("REPORT-01", "view", view=released.view)])
    if len(released.log) and len(released.log) == sum(len(released.table(name)) for name in released.names):
        # which questions were asked, and when, would still tell who the few were
        raise KunskapError([fault("REPORT-07", "", base=released.policy.base)])


def _log_csv(released: Released, words: Words) -> bytes:
    log = released.log
    log["reason_in_words"] = [sections.reason_in_words(str(reason), words) for reason in log["reason"]]
    return table_csv(log, words)
