"""The file by which the trainer's screen finds the room: its address and token, for the owner's eyes only."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path

from kunskap.errors import KunskapError, fault
from kunskap.serve.settings import Settings
from kunskap.system_errors import problem

__all__ = ["leave_room", "open_room", "room_file"]


def room_file(folder: Path, port: int) -> Path:
    """Where a room on this port is told of.

    Examples
    --------
    >>> room_file(Path("projekt"), 8765).name
    'rum-8765.json'
    """
    return folder / f"rum-{port}.json"


def open_room(folder: Path, port: int, settings: Settings) -> Path:
    """Write address and token, readable by the owner alone.

    Raises
    ------
    KunskapError
        ``SERVE-07`` if it cannot be written.
    """
    path = room_file(folder, port)
    content = {
        "address": f"http://127.0.0.1:{port}",
        "token": settings.token,
        "room": settings.room,
        "form": settings.form.id,
        "process": os.getpid(),
    }
    try:
        path.unlink(missing_ok=True)  # an older file might be readable by others
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(content, file)
    except OSError as error:
        raise KunskapError([fault("SERVE-07", str(path), problem=problem(error))]) from error
    return path


def leave_room(path: Path | None) -> None:
    """Take the file away: the token is worth nothing any more."""
    if path is not None:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
