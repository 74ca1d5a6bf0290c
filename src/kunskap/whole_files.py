"""Files written whole or not at all: a reader meets the old one or the new one, never half of either."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from kunskap.errors import KunskapError, fault
from kunskap.system_errors import problem

__all__ = ["save_file", "write_together", "write_whole"]


def write_whole(path: Path, content: bytes) -> Path:
    """Write one file whole or not at all.

    Raises
    ------
    OSError
        If it cannot be written; the caller says so with its own code.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = write_whole(Path(folder) / "a.txt", b"whole")
    ...     [path.name for path in Path(folder).iterdir()]
    ['a.txt']
    """
    return write_together({path: content})[0]


def write_together(contents: Mapping[Path, bytes], *, before_leaving: Callable[[], object] | None = None) -> list[Path]:
    """Write files whole or not at all; none is put in place before all of them are complete on the disk.

    Parameters
    ----------
    contents : mapping of Path to bytes
        What to write where; the folders must be there.
    before_leaving : callable, optional
        Called when all are complete, before the first is put in place.

    Returns
    -------
    list of Path
        The files, in order.

    Raises
    ------
    OSError
        If one of them cannot be written; then none is changed.
    """
    parts = {path.with_name(f".{path.name}.{os.getpid()}.part"): path for path in contents}
    try:
        for part, path in parts.items():
            with part.open("wb") as file:
                file.write(contents[path])
                file.flush()
                os.fsync(file.fileno())
        if before_leaving:
            before_leaving()
        for part, path in parts.items():
            part.replace(path)
    finally:
        for part in parts:
            part.unlink(missing_ok=True)
    return list(parts.values())


def save_file(path: Path, content: bytes) -> Path:
    """Write one file whole or not at all, for staff: what goes wrong is told in words.

    Raises
    ------
    KunskapError
        ``READ-43`` if it cannot be written, for instance because it is open in Excel.
    """
    try:
        return write_whole(path, content)
    except OSError as error:
        raise KunskapError([fault("READ-43", str(path), error=problem(error))]) from error
