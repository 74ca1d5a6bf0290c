"""Texts reduced to what people mean by them, so that headings and answers can be compared."""

from __future__ import annotations

import html
import re
import unicodedata

__all__ = ["plain"]

TAG = re.compile(r"</?[A-Za-z][^<>]*>")
# Survey tools drop or change quotation marks in headings; no two options differ by them alone.
QUOTES = dict.fromkeys(map(ord, '"“”„»«'), "") | {ord("’"): "'", ord("‘"): "'"}
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"), "")
ODD = QUOTES | INVISIBLE
HAS_ODD = re.compile(f"[{''.join(map(chr, ODD))}]")


def plain(text: str) -> str:
    r"""Without markup, quotation marks, case and kinds of white space.

    Examples
    --------
    >>> plain(' Vilka <b>kolumner</b>\u00a0behöver\n"Därav kvinnor"? ')
    'vilka kolumner behöver därav kvinnor?'
    """
    if "<" in text:
        text = TAG.sub(" " if "<br" in text.casefold() else "", text)
    if "&" in text:
        text = html.unescape(text)
    text = unicodedata.normalize("NFC", text)
    # Looking is ten times as fast as translating, and most texts have nothing odd.
    if HAS_ODD.search(text):
        text = text.translate(ODD)
    return " ".join(text.split()).casefold()
