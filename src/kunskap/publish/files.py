"""Files written whole or not at all, and the same bytes each time."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

from kunskap.errors import KunskapError, fault
from kunskap.whole_files import write_together

__all__ = ["without_clock", "write_all"]

# The earliest date that a zip archive can hold.
NO_TIME = (1980, 1, 1, 0, 0, 0)
NO_DAY = datetime.date(1980, 1, 1)
STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:)")


def write_all(folder: Path, contents: Mapping[str, bytes]) -> list[Path]:
    """Write files, each whole or not at all; none is put in place before all of them are complete.

    Raises
    ------
    KunskapError
        ``PUB-06`` if the folder or a file cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return write_together({folder / name: content for name, content in contents.items()})
    except OSError as error:
        raise KunskapError([fault("PUB-06", str(folder), error=error.strerror)]) from error


def without_clock(content: bytes, *, date: datetime.date = NO_DAY) -> bytes:
    """An Office file (xlsx, docx) without the time at which it was made, so that the same content is the same file.

    Parameters
    ----------
    content : bytes
        The file.
    date : date
        The day that its properties name instead.

    Examples
    --------
    >>> def made(second):
    ...     archive = io.BytesIO()
    ...     with zipfile.ZipFile(archive, "w") as file:
    ...         file.writestr(zipfile.ZipInfo("a.xml", (2026, 1, 1, 0, 0, second)), b"<a/>")
    ...     return archive.getvalue()
    >>> made(2) == made(4), without_clock(made(2)) == without_clock(made(4))
    (False, True)
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(packed, "w") as after:
        for entry in before.infolist():
            member = zipfile.ZipInfo(entry.filename, NO_TIME)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o600 << 16
            inside = before.read(entry)
            if entry.filename == "docProps/core.xml":
                inside = STAMP.sub(rb"\g<1>%sT00:00:00Z\g<2>" % date.isoformat().encode(), inside)
            after.writestr(member, inside)
    return packed.getvalue()
