"""The bank's forms as files for other systems: one module per system, and this door.

A tool for respondents is handed a bank without keys, explanations, facts and sources, so that it cannot give away what
it does not have.

>>> from kunskap.publish import TOOLS
>>> TOOLS["limesurvey"].for_respondents, TOOLS["moodle"].for_respondents
(True, False)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from kunskap.bank import Bank
from kunskap.errors import KunskapError, fault
from kunskap.publish.codebook import codebook
from kunskap.publish.codecard import codecard
from kunskap.publish.files import write_all
from kunskap.publish.limesurvey import limesurvey
from kunskap.publish.moodle import moodle
from kunskap.publish.word import word
from kunskap.publish.xlsform import xlsform
from kunskap.words import Words, read_words

__all__ = ["TOOLS", "Tool", "publish", "without_keys"]


@dataclass(frozen=True)
class Tool:
    """A system that forms can be published for.

    Attributes
    ----------
    files : callable
        ``files(form, bank=…, words=…)`` → file name → content; `words` is language → interface words.
    for_respondents : bool
        Whether respondents meet what is made: then `files` never sees a key.
    form_required : bool
        Whether it publishes one form; otherwise the form may be None.
    """

    files: Callable[..., dict[str, bytes]]
    for_respondents: bool = True
    form_required: bool = True


TOOLS: Mapping[str, Tool] = MappingProxyType(
    {
        "limesurvey": Tool(limesurvey),
        "xlsform": Tool(xlsform),
        "word": Tool(word),
        "codecard": Tool(codecard, form_required=False),
        "moodle": Tool(moodle, for_respondents=False, form_required=False),
        "codebook": Tool(codebook, for_respondents=False),
    }
)


def publish(
    form: str | None,
    *,
    tool: str,
    folder: Path | str,
    bank: Bank,
    language: str | None = None,
    survey: Path | None = None,
    codes: Sequence[str] = (),
) -> list[Path]:
    """Write a form as files for another system.

    Parameters
    ----------
    form : str or None
        The form's id; None for a tool that publishes more than one form (Moodle: the whole teaching pool).
    tool : str
        One of `TOOLS`.
    folder : Path or str
        Where; made if it is not there.
    bank : Bank
        The questions.
    language : str, optional
        One language only; without it all of the bank's.
    survey : Path, optional
        The survey folder whose interface words stand around the questions; the one in force when not given.
    codes : sequence of str
        For code cards: the codes to print, as `kunskap.codes.issue_codes` draws them.

    Returns
    -------
    list of Path
        The files written, whole or not at all; the same content gives the same bytes.

    Raises
    ------
    KunskapError
        ``PUB-01`` no such tool, ``PUB-02`` no such form, ``PUB-03`` no such language, ``PUB-08`` codes for a tool that
        prints none, all at once; ``PUB-04`` … ``PUB-07`` what the tool cannot publish, or cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from kunskap.bank import read_bank
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     [path.name for path in publish("baslinje", tool="limesurvey", folder=folder, bank=read_bank())]
    ['limesurvey_baslinje.txt']
    """
    faults = []
    if tool not in TOOLS:
        faults.append(fault("PUB-01", "", value=tool, expected=", ".join(TOOLS)))
    required = tool in TOOLS and TOOLS[tool].form_required
    if (form is None and required) or (form is not None and form not in bank.forms):
        faults.append(fault("PUB-02", "", value=form or "", expected=", ".join(bank.forms)))
    if language is not None and language not in bank.languages:
        faults.append(fault("PUB-03", "", value=language, expected=", ".join(bank.languages)))
    if codes and tool != "codecard":
        faults.append(fault("PUB-08", "", value=tool))
    if faults:
        raise KunskapError(faults)
    languages = bank.languages if language is None else (language,)
    words: dict[str, Words] = {name: read_words(survey, name) for name in languages}
    chosen = TOOLS[tool]
    seen = without_keys(bank) if chosen.for_respondents else bank
    printed = {"codes": codes} if codes else {}
    return write_all(Path(folder), chosen.files(form, bank=seen, words=words, **printed))


def without_keys(bank: Bank) -> Bank:
    """The bank as respondents may have it: no keys, explanations, facts or sources.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> item = without_keys(read_bank()).items["goals01"]
    >>> item.key, item.source, [dict(option.explanation) for option in item.options][:1]
    ((), None, [{}])
    """
    items = {
        item.id: replace(
            item,
            key=(),
            fact=None,
            source=None,
            scoring="all_or_nothing",
            options=tuple(replace(option, explanation={}) for option in item.options),
        )
        for item in bank.items.values()
    }
    return replace(bank, items=items)
