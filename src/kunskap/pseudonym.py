"""Pseudonyms: what links a person's sittings once the code that they chose is gone.

The code is short and could be guessed.  What protects it is the project's key: who lacks it can try nothing.  That the
hash is slow as well only delays someone who has the key too; it is kept so slow that a thousand answers still read in a
second or two.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from kunskap.errors import KunskapError, fault

__all__ = ["KEY_BYTES", "ProjectKey", "normalise_code", "pseudonym", "pseudonyms"]

KEY_BYTES = 32
COST = 2**12


class ProjectKey(bytes):
    """The project's secret bytes, and with them who has withdrawn.

    The two go together so that nobody can read with the one and forget the other: whatever makes pseudonyms with this
    key can also see which of them must be left out.

    Attributes
    ----------
    withdrawn : frozenset of str
        Pseudonyms under this key.

    Examples
    --------
    >>> key = ProjectKey(bytes(32), withdrawn=["0123456789abcdef0123456789abcdef"])
    >>> key == bytes(32), len(key.withdrawn), key
    (True, 1, ProjectKey(…))
    """

    withdrawn: frozenset[str]

    def __new__(cls, secret: bytes, *, withdrawn: Iterable[str] = ()) -> ProjectKey:
        """Join the bytes and the pseudonyms."""
        made = super().__new__(cls, secret)
        made.withdrawn = frozenset(withdrawn)
        return made

    def __repr__(self) -> str:
        """Show neither."""
        return "ProjectKey(…)"


def normalise_code(code: str) -> str:
    r"""The code as its holder meant it: letters and digits, whatever stands between them, the case and the kind of å.

    Examples
    --------
    >>> normalise_code(" A\u030aS 12 ") == normalise_code("ås-12")
    True
    """
    composed = unicodedata.normalize("NFC", unicodedata.normalize("NFC", code).casefold())
    return "".join(sign for sign in composed if sign.isalnum())


def pseudonym(code: str, *, key: bytes) -> str:
    """The pseudonym of a linking code.

    Parameters
    ----------
    code : str
        The code as it was typed; see `normalise_code`.
    key : bytes
        The project's 32 secret bytes.

    Returns
    -------
    str
        32 hexadecimal signs: scrypt (RFC 7914) with n=2¹², r=1, p=1, salted with the key; about 1 ms and 0.5 MB.

    Raises
    ------
    KunskapError
        ``READ-31`` if the key does not have 32 bytes.

    Notes
    -----
    One code gives one pseudonym under one key, in every wave; the code cannot be read from it.

    Examples
    --------
    >>> key = bytes(range(32))
    >>> pseudonym("ås12", key=key) == pseudonym("ÅS 12", key=key)
    True
    >>> len(pseudonym("ås12", key=key))
    32
    """
    if not isinstance(key, bytes) or len(key) != KEY_BYTES:
        raise KunskapError([fault("READ-31", "", expected=KEY_BYTES)])
    return hashlib.scrypt(normalise_code(code).encode(), salt=key, n=COST, r=1, p=1, dklen=16).hex()


def pseudonyms(codes: Iterable[str], *, key: bytes) -> dict[str, str]:
    """The pseudonym of each code, computed once per distinct code and on all cores.

    Examples
    --------
    >>> found = pseudonyms(["ab12", "AB12", "cd34"], key=bytes(32))
    >>> found["ab12"] == found["AB12"], found["ab12"] == found["cd34"]
    (True, False)
    """
    meant = {code: normalise_code(code) for code in codes}
    distinct = sorted(set(meant.values()))
    # hashlib.scrypt releases the interpreter lock, so threads are enough.
    with ThreadPoolExecutor() as pool:
        hashed = dict(zip(distinct, pool.map(lambda code: pseudonym(code, key=key), distinct), strict=True))
    return {code: hashed[normal] for code, normal in meant.items()}
