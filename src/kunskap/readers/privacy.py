"""Personal data leaves first: names, addresses and IP are dropped and the linking code is hashed.

Every later step sees only the sheet that `strip` returns.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from kunskap.errors import Fault, fault
from kunskap.pseudonym import KEY_BYTES, ProjectKey, normalise_code, pseudonym, pseudonyms
from kunskap.readers.headings import Names, is_link_code
from kunskap.readers.plain import plain
from kunskap.readers.sheet import Sheet, shown_heading

__all__ = ["HIDDEN_VALUE", "TEST_CODES", "Stripped", "is_personal", "strip"]

HIDDEN_VALUE = "•••"
EMAIL = re.compile(r"[^\s@;,<>]+@[^\s@;,<>]+\.[A-Za-z]{2,}")
IP = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}|(?:[0-9a-f]{1,4}:){3,7}[0-9a-f]{0,4}", re.IGNORECASE)
PERSONAL_NUMBER = re.compile(r"(?<!\d)(?:\d{2})?\d{6}[-+ ]?\d{4}(?!\d)")
LINK = re.compile(r"https?://\S+", re.IGNORECASE)
PATTERNS = (EMAIL, IP, PERSONAL_NUMBER, LINK)
CODES = frozenset(
    {"token", "ipaddr", "refurl", "email", "firstname", "lastname", "participant_id", "participantid", "name"}
    | {"username", "userid", "ip"}
)
HEADINGS = frozenset(
    {"namn", "för- och efternamn", "förnamn", "efternamn", "name", "full name", "first name", "last name"}
    | {"e-post", "e-postadress", "epost", "email", "e-mail", "email address", "e-mail address", "responder email"}
    | {"ip-adress", "ip address", "ipadress", "hänvisande url", "hänvisnings-url", "referrer url", "referer url"}
    | {"åtkomstkod", "access code", "token", "behörighetskod", "telefon", "telefonnummer", "mobil", "mobilnummer"}
    | {"phone", "phone number", "personnummer", "användarnamn", "username", "user name", "user agent", "signatur"}
    | {"adress", "address", "responders' email"}
)
WORDS = re.compile(
    r"\b(namn|förnamn|efternamn|name|firstname|lastname|surname|e-post|e-postadress|epost|email|e-mail|telefon|"
    r"telefonnummer|mobilnummer|phone|personnummer|ip-adress|parti|party)\b"
)
# Only letters: a real code of letters and digits may well begin with "te" and "st".
TEST_CODES = frozenset(
    {"test", "testtest", "testar", "testing", "testkod", "testperson", "testsvar", "prov", "provsvar", "provperson"}
)


def is_personal(heading: str, *, names: Names) -> bool:
    """Whether a heading says that the column holds who somebody is (or which party they belong to).

    Examples
    --------
    >>> nothing = Names({}, {}, {})
    >>> [is_personal(heading, names=nothing) for heading in ("E-post", "ipaddr. IP-adress", "Kön")]
    [True, True, False]
    """
    name = plain(heading)
    first = name.split(". ", 1)[0]
    if name in HEADINGS or first in CODES or re.match(r"attribute_\d+", first):
        return True
    if any(first.startswith(code) and first.removeprefix(code) in HEADINGS for code in CODES):
        return True  # run together: "ipaddrIP-adress"
    return len(name.split()) <= 6 and WORDS.search(name) is not None and not names.knows(heading)


def looks_personal(cells: np.ndarray) -> bool:
    """Whether most of a column's first filled cells are addresses of people or machines."""
    filled = [str(value) for value in cells[:2000] if value][:200]
    hits = sum(bool(EMAIL.fullmatch(value.strip()) or IP.fullmatch(value.strip())) for value in filled)
    return bool(filled) and hits > 0.5 * len(filled)


@dataclass(frozen=True)
class Stripped:
    """A sheet without personal data.

    Attributes
    ----------
    sheet : Sheet
        The columns with personal data and the code are empty.
    people : array of object
        Each row's pseudonym; None where there is no code.
    test_codes : array of bool
        Rows whose code says that they are tests.
    hidden : frozenset of int
        The positions that must not be read.
    code_position : int, optional
        Where the code stood.
    mask : callable
        Replaces a value that is somebody's name, address or code, in whatever column it turns up.
    mask_text : callable
        The same for free text, of which only what is personal is replaced.
    notes : tuple of Fault
        What was dropped, without any content.
    """

    sheet: Sheet
    people: np.ndarray = field(repr=False)
    test_codes: np.ndarray = field(repr=False)
    hidden: frozenset[int]
    code_position: int | None
    mask: Callable[[str], str] = field(repr=False)
    mask_text: Callable[[str], str] = field(repr=False)
    notes: tuple[Fault, ...]


def strip(
    sheet: Sheet, *, names: Names, key: bytes | None, code: int | None = None, kept: Collection[int] = ()
) -> Stripped:
    """Empty the columns with personal data, and replace the linking code by its pseudonym.

    Parameters
    ----------
    sheet : Sheet
        As read from the file.
    names : Names
        The bank's names: a question that happens to say "name" is not personal data.
    key : bytes or None
        The project's 32 bytes; None makes a key for this run only, and tells.  Rows of those who have withdrawn, as a
        `ProjectKey` says, are not in what is returned: no later step can count, show or refuse anything of them.
    code : int, optional
        The column that a mapping file names as the code.
    kept : collection of int
        Columns that a mapping file names as something else.

    Raises
    ------
    KunskapError
        ``READ-31`` if the key does not have 32 bytes.
    """
    if key is not None:
        pseudonym("", key=key)  # a wrong key is told of even when there is no code
    codes = [
        position
        for position, heading in enumerate(sheet.headings)
        if position not in kept
        and (is_link_code(heading, names) or is_link_code(sheet.questions.get(position, ""), names))
    ]
    # A column that is called just "code" goes before a question with the word in it.
    codes.sort(key=lambda position: " " in plain(sheet.headings[position]).split(". ")[0])
    chosen = code if code is not None else next(iter(codes), None)
    personal = [
        position
        for position, heading in enumerate(sheet.headings)
        if position != chosen
        and (
            looks_personal(sheet.column(position))
            or (
                position not in kept
                and (
                    position in codes
                    or is_personal(heading, names=names)
                    or (position in sheet.questions and is_personal(sheet.questions[position], names=names))
                )
            )
        )
    ]
    notes: list[Fault] = []
    if personal:
        listed = ", ".join(mask_patterns(shown_heading(sheet.headings[position])) for position in personal)
        notes.append(fault("READ-37", sheet.file, count=len(personal), headings=listed))
    people = np.full(len(sheet.rows), None, dtype=object)
    test_codes = np.zeros(len(sheet.rows), dtype=bool)
    private: set[str] = set()
    for position in personal:
        private |= _parts(sheet.column(position))
    if chosen is not None:
        raw = sheet.column(chosen)
        distinct = {value for value in raw if value and normalise_code(value)}
        private |= {normalise_code(value) for value in distinct}
        if sheet.holds_pseudonyms:
            hashed = {value: value for value in distinct}
        else:
            if key is None and distinct:
                notes.append(fault("READ-38", sheet.file))
            hashed = pseudonyms(distinct, key=secrets.token_bytes(KEY_BYTES) if key is None else key)
        people = np.array([hashed.get(value) for value in raw], dtype=object)
        tests = {value for value in distinct if normalise_code(value) in TEST_CODES}
        test_codes = np.array([value in tests for value in raw], dtype=bool)
    hidden = frozenset(personal if chosen is None else [*personal, chosen])
    cells = sheet.cells.copy(deep=False)
    for position in hidden:
        cells[position] = pd.Series("", index=cells.index, dtype=object)
    questions = {position: text for position, text in sheet.questions.items() if position not in hidden}
    labels = {position: texts for position, texts in sheet.labels.items() if position not in hidden}
    stripped = replace(sheet, cells=cells, questions=questions, labels=labels)
    mask, mask_text = _maskers(frozenset(private))
    out = key.withdrawn if isinstance(key, ProjectKey) else frozenset()
    stay = np.array([person not in out for person in people], dtype=bool)
    if not stay.all():
        notes.append(fault("DRAW-06", sheet.file, count=int((~stay).sum())))
        stripped, people, test_codes = stripped.only(stay), people[stay], test_codes[stay]
    return Stripped(stripped, people, test_codes, hidden, chosen, mask, mask_text, tuple(notes))


def _parts(cells: np.ndarray) -> set[str]:
    """The values and their words, as they would be recognised elsewhere."""
    parts: set[str] = set()
    for value in {str(value) for value in cells if value}:
        parts.add(plain(value))
        parts.add(normalise_code(value))
        parts |= {word.strip(".,;:()") for word in plain(value).split()}
    # Two signs or fewer are no name, and words such as "anonymous" are nobody's.
    return {part for part in parts if len(part) > 2} - {"anonymous", "anonym", "none", "test", "prov"}


def mask_patterns(value: str, *, patterns: Sequence[re.Pattern[str]] = PATTERNS) -> str:
    """The value with e-mail addresses, IP addresses, links and personal numbers hidden.

    Examples
    --------
    >>> mask_patterns("skriv till anna@example.org")
    'skriv till •••'
    """
    for pattern in patterns:
        value = pattern.sub(HIDDEN_VALUE, value)
    return value


def _maskers(private: frozenset[str]) -> tuple[Callable[[str], str], Callable[[str], str]]:
    def mask(value: str) -> str:
        if value.isascii() and value.isalnum():  # one word, and the same however it is reduced; most ids are such
            is_known = value.casefold() in private
        else:
            words = {word.strip(".,;:()") for word in plain(value).split()}
            is_known = plain(value) in private or normalise_code(value) in private or bool(words & private)
        if is_known:
            return HIDDEN_VALUE
        return mask_patterns(value)

    def mask_text(text: str) -> str:
        if plain(text) in private or normalise_code(text) in private:
            return HIDDEN_VALUE
        return mask_patterns(text, patterns=(EMAIL, IP, PERSONAL_NUMBER))

    return mask, mask_text
