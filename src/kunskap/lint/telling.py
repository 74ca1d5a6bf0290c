"""Show what was found, the same kind together, with counts, and how long each form takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from kunskap.bank import Bank
from kunskap.errors import Fault
from kunskap.lint.findings import Findings
from kunskap.timing import estimated_minutes
from kunskap.words import Words

__all__ = ["grouped", "told"]


def told(findings: Findings, *, bank: Bank, words: Words, survey: Path) -> str:
    """The whole account of a check: faults, advice, the bank's size and the time that each form takes.

    Parameters
    ----------
    findings : Findings
        What `lint` returned.
    survey : Path
        The folder that was checked.
    """
    language = words.language
    parts = []
    if findings.faults:
        count = words.count(len(findings.faults))
        parts.append(f"{words('cli.check_faults', count=count)}\n{grouped(findings.faults, language=language)}")
    if findings.advice:
        count = words.count(len(findings.advice))
        parts.append(f"{words('cli.check_advice', count=count)}\n{grouped(findings.advice, language=language)}")
    times = [words("cli.check_times")]
    for form in bank.forms:
        minutes = estimated_minutes(form, bank=bank, language=language)["minutes"].iloc[-1]
        times.append(words("cli.check_time", form=form, minutes=words.number(minutes, decimals=1)))
    parts.append("\n".join(times))
    if not findings.faults:
        statuses = Counter(item.status for item in bank.items.values())
        counts = {status: words.count(statuses[status]) for status in ("trial", "draft")}
        parts.append(words("cli.check_clean", survey=survey, items=words.count(len(bank.items)), **counts))
    return "\n\n".join(parts)


def grouped(faults: Iterable[Fault], *, language: str) -> str:
    """Put faults in words, grouped by code; what is said of several places is said once.

    Parameters
    ----------
    faults : iterable of Fault
        What was found.
    language : str
        ``"sv"`` or ``"en"``.

    Returns
    -------
    str
        Per code a line with the count, then each message with the places it holds for; empty if nothing was found.

    Examples
    --------
    >>> from kunskap.errors import fault
    >>> print(grouped([fault("LINT-11", "goals01 (en)"), fault("LINT-11", "rds01 (en)")], language="en"))
    [LINT-11] 2
      goals01 (en); rds01 (en): the stem or an explanation is the same as in the original language. Translate it.
    """
    codes: dict[str, dict[str, list[str]]] = {}
    for found in faults:
        codes.setdefault(found.code, {}).setdefault(found.reason(language), []).append(found.where)
    lines = []
    for code, reasons in sorted(codes.items()):
        lines.append(f"[{code}] {sum(map(len, reasons.values()))}")
        lines += [f"  {'; '.join(places)}: {reason}" for reason, places in reasons.items()]
    return "\n".join(lines)
