"""What the operating system says of a file, in the reader's own language."""

from __future__ import annotations

import errno
from collections.abc import Mapping

from kunskap.errors import KunskapError
from kunskap.words import read_words

__all__ = ["problem"]

LANGUAGES = ("sv", "en")


def problem(error: OSError | ValueError) -> Mapping[str, str]:
    """The reason in each language, as a value for `kunskap.errors.fault`.

    Parameters
    ----------
    error : OSError or ValueError
        What Python raised; a ValueError is a name that no file can have.

    Returns
    -------
    mapping of str to str
        Language → words of ``[cli.problem]``; the system's own sentence where there are none.

    Examples
    --------
    >>> problem(FileNotFoundError(2, "No such file or directory"))["sv"]
    'den finns inte'
    """
    number = getattr(error, "errno", None) or (errno.EINVAL if isinstance(error, ValueError) else 0)
    name = errno.errorcode.get(number, "")
    return {language: _in_words(name, error, language) for language in LANGUAGES}


def _in_words(name: str, error: OSError | ValueError, language: str) -> str:
    said = getattr(error, "strerror", None) or type(error).__name__
    try:
        words = read_words(language=language)
        known = f"cli.problem.{name}"
        return words(known) if known in words.texts else words("cli.problem.other", reason=said)
    except (KeyError, KunskapError):
        return said
