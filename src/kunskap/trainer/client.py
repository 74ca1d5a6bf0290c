"""The way from the trainer's notebook to the room: this machine's own address, and the token from the project."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kunskap.errors import Fault, KunskapError, fault
from kunskap.system_errors import problem

__all__ = ["RoomClient"]

PATIENCE = 30.0  # seconds: the first figure loads the analyses


class RefusedError(KunskapError):
    """What the room said no to, in its own words."""

    def __init__(self, told: Mapping[str, str], codes: list[str]) -> None:
        self.told = dict(told)
        super().__init__([Fault(code, "") for code in codes])

    def message(self, language: str = "en") -> str:
        """The room's own words."""
        return self.told.get(language, "")


class RoomClient:
    """A room that runs on this machine.

    Parameters
    ----------
    folder : Path, optional
        The project; the working folder when not given.
    port : int, optional
        Which room, where several are running.

    Raises
    ------
    KunskapError
        ``ROOM-08`` if no room is told of there, ``ROOM-09`` if it does not answer, ``ROOM-11`` if there are several.
    """

    def __init__(self, folder: Path | None = None, *, port: int | None = None) -> None:
        self.folder, self.port = folder or Path.cwd(), port
        self._place = self._found()

    def state(self) -> dict[str, Any]:
        """Where the room is, in counts."""
        return self._ask("/rum/lage")

    def do(self, action: str) -> dict[str, Any]:
        """Take a step: open, close, reveal, undo, next, after, reset, end; back from a poll.

        Raises
        ------
        KunskapError
            ``ROOM-01`` … ``ROOM-05`` if the room says no.
        """
        return self._ask("/rum/steg", {"do": action})

    def ask(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Ask a question to discuss: ``{"item": id}`` ready-made, or ``{"question": text, "options": [text, …]}``.

        Raises
        ------
        KunskapError
            ``ROOM-02`` not now, ``ROOM-12`` … ``ROOM-14`` what is wrong with what was typed.
        """
        return self._ask("/rum/samtal", asked)

    def result(self) -> dict[str, Any]:
        """The question's distribution as the gate lets it out, or why not."""
        return self._ask("/rum/resultat")

    def comparison(self) -> dict[str, Any]:
        """Before and after as the gate lets it out, or why not."""
        return self._ask("/rum/fore-efter")

    @property
    def address(self) -> str:
        """Where the room is."""
        return str(self._place["address"])

    def _found(self) -> Mapping[str, str]:
        """The room's file; a killed server leaves one behind, and it counts only where nothing else answers."""
        paths = sorted(self.folder.glob("rum-*.json" if self.port is None else f"rum-{self.port}.json"))
        told = [place for path in paths if (place := _read(path)) is not None]
        alive = [place for place in told if _answers(place)]
        chosen = alive or told
        if not chosen:
            raise KunskapError([fault("ROOM-08", str(self.folder))])
        if len(alive) > 1:
            ports = [place["address"].rpartition(":")[2] for place in alive]
            raise KunskapError([fault("ROOM-11", str(self.folder), found=", ".join(ports), example=ports[0])])
        return chosen[0]

    def _ask(self, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        try:
            return self._asked(path, body)
        except (RefusedError, urllib.error.URLError, OSError) as error:
            if isinstance(error, RefusedError) and error.codes != ("ROOM-07",):
                raise
            # a restarted room has another token, and the file tells it
            self._place = self._found()
        try:
            return self._asked(path, body)
        except OSError as error:
            reason = getattr(error, "reason", error)
            what = problem(reason) if isinstance(reason, OSError) else str(reason)
            raise KunskapError([fault("ROOM-09", self.address, problem=what)]) from error

    def _asked(self, path: str, body: Mapping[str, Any] | None) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._place['token']}"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.address + path, data=data, headers=headers)
        # never by way of a proxy that the environment names: the room is on this machine
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=PATIENCE) as answer:
                told: dict[str, Any] = json.loads(answer.read())
                return told
        except urllib.error.HTTPError as error:
            told = _refusal(error.read())
            raise RefusedError(told["message"], list(told["codes"])) from error


def _refusal(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
        return {"message": dict(told["message"]), "codes": list(told["codes"])}
    except (ValueError, KeyError, TypeError):
        unknown = fault("ROOM-09", "", problem="HTTP")
        return {"message": {each: unknown.message(each) for each in ("sv", "en")}, "codes": [unknown.code]}


def _read(path: Path) -> Mapping[str, str] | None:
    try:
        place = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    is_here = isinstance(place, dict) and str(place.get("address", "")).startswith("http://127.0.0.1:")
    return place if is_here and place.get("token") else None


def _answers(place: Mapping[str, str]) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{place['address']}/lage", timeout=3):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
