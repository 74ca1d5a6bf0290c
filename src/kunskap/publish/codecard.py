"""Code cards: what a participant takes home, so that answers before and after a course can be linked.

Four cards of A6 on a page of A4.  The participant writes four words of their own, or gets a code that is printed on the
card (`kunskap.codes.issue_codes`).  Printed codes are the better way where cards are handed out: nobody can guess them,
and the participants' page tells a slip by the check word.  They must be handed out unseen and no list be kept, so that
nobody knows who has which; the page says so to whoever prints it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kunskap.bank import Bank
from kunskap.errors import KunskapError, fault
from kunskap.pseudonym import normalise_code
from kunskap.publish.pages import page
from kunskap.words import Words

__all__ = ["codecard"]

CARDS_ON_SHEET = 4
LONGEST_CODE = 60


def codecard(
    form: str | None, *, bank: Bank, words: Mapping[str, Words], codes: Sequence[str] = ()
) -> dict[str, bytes]:
    """Code cards to print, a page of HTML per language.

    Parameters
    ----------
    form : str or None
        The form whose title stands on the card; None for a card that fits any.
    words : mapping
        Language → interface words.
    codes : sequence of str
        One card per code, in one language only; without codes one sheet of cards with four empty lines.

    Raises
    ------
    KunskapError
        ``PAPER-02`` for a code that is empty or too long, ``PAPER-03`` for one that stands twice, ``PAPER-04`` if the
        same codes would stand on cards in several languages; all at once.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> from kunskap.words import read_words
    >>> words = {"sv": read_words(language="sv")}
    >>> made = codecard("baslinje", bank=read_bank(), words=words, codes=["sten-moln-lind-våg"])
    >>> list(made), "sten-moln-lind-våg" in made["codecard_baslinje_sv.html"].decode()
    (['codecard_baslinje_sv.html'], True)
    """
    faults = []
    seen: set[str] = set()
    for code in codes:
        meant = normalise_code(code)
        if not meant or len(code) > LONGEST_CODE:
            faults.append(fault("PAPER-02", "", value=code, limit=LONGEST_CODE))
        elif meant in seen:
            faults.append(fault("PAPER-03", "", value=code))
        seen.add(meant)
    if codes and len(words) > 1:
        faults.append(fault("PAPER-04", "", languages=", ".join(words)))
    if faults:
        raise KunskapError(faults)
    cards = list(codes) or [""] * CARDS_ON_SHEET
    sheets = [cards[start : start + CARDS_ON_SHEET] for start in range(0, len(cards), CARDS_ON_SHEET)]
    made = {}
    for language, own in words.items():
        name = "_".join(filter(None, ("codecard", form, language)))
        title = bank.forms[form].title[language] if form else ""
        made[f"{name}.html"] = page("codecard.html", words=own, title=title, sheets=sheets, issued=bool(codes))
    return made
