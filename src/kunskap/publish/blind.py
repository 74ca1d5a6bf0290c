"""Questions to be answered without sight of the key, before an item may be asked; the key in a file of its own."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from string import ascii_uppercase

import numpy as np

from kunskap.bank import DONT_KNOW, Bank, Item
from kunskap.bank.fields import closest
from kunskap.errors import KunskapError, fault
from kunskap.whole_files import save_file
from kunskap.words import Words

__all__ = ["blind_sheet", "save_blind"]


def blind_sheet(
    bank: Bank, *, words: Words, rng: np.random.Generator, items: Sequence[str] | None = None
) -> tuple[str, list[tuple[str, str]]]:
    """Make the sheet for a second reader, and the letters of the right answers.

    Parameters
    ----------
    bank : Bank
        The questions.
    words : Words
        In whose language the sheet is.
    rng : Generator
        Draws the order of questions and options.
    items : sequence of str, optional
        Knowledge items; without it those that are drafts.

    Returns
    -------
    str, list of (item, letters)
        Markdown with stem and options, without key, source, explanation and *don't know*: the reader must choose.

    Raises
    ------
    KunskapError
        ``BLIND-01`` for an item that is no knowledge item of the bank, ``BLIND-02`` if there is nothing to ask.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> from kunskap.words import read_words
    >>> sheet, key = blind_sheet(read_bank(), words=read_words(), rng=np.random.default_rng(1), items=["goals01"])
    >>> len(key), "goals01" in sheet
    (1, True)
    """
    chosen = _chosen(bank, items)
    lines = [f"# {words('blind.title')}", words("blind.how")]
    key = []
    for place in rng.permutation(len(chosen)):
        item = chosen[place]
        real = [option for option in item.options if option.id != DONT_KNOW]
        if item.type != "true_false":
            real = [real[number] for number in rng.permutation(len(real))]
        lettered = list(zip(ascii_uppercase, real, strict=False))
        options = "\n".join(f"- {letter}. {option.text[words.language]}" for letter, option in lettered)
        lines += [f"## {item.id}", item.stem[words.language], options, words("blind.answer")]
        key.append((item.id, " ".join(letter for letter, option in lettered if option.id in item.key)))
    return "\n\n".join(lines) + "\n", key


def save_blind(
    path: Path, *, bank: Bank, words: Words, rng: np.random.Generator, items: Sequence[str] | None = None
) -> tuple[Path, Path]:
    """Write the sheet, and beside it the key for whoever compares; never send the second file with the first.

    Parameters
    ----------
    path : Path
        The sheet, in Markdown; the key is called ``<name>-nyckel.csv`` (``-key`` in English).

    Returns
    -------
    tuple of Path
        The sheet and the key.

    Raises
    ------
    KunskapError
        As `blind_sheet`; ``READ-43`` if a file cannot be written.
    """
    sheet, key = blind_sheet(bank, words=words, rng=rng, items=items)
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=";", lineterminator="\r\n").writerows([("item", "key"), *sorted(key)])
    beside = path.with_name(f"{path.stem}-{words('blind.key')}.csv")
    return save_file(path, sheet.encode("utf-8")), save_file(beside, buffer.getvalue().encode("utf-8-sig"))


def _chosen(bank: Bank, items: Sequence[str] | None) -> list[Item]:
    known = {item.id: item for item in bank.items.values() if item.is_knowledge}
    unknown = [name for name in items or () if name not in known]
    if unknown:
        raise KunskapError(
            fault("BLIND-01", "items", value=name, closest=closest(name, list(known))) for name in unknown
        )
    if items is not None:
        return [known[name] for name in dict.fromkeys(items)]
    drafts = [item for item in known.values() if item.status == "draft"]
    if not drafts:
        raise KunskapError([fault("BLIND-02", "items")])
    return drafts
