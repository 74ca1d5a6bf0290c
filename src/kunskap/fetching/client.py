"""The wire: one client with a timeout and a limit, patient with a busy server, and a cache on the disk.

httpx carries it: it is kept up, has a timeout for each phase, follows proxy settings, and every installation has it
already, since JupyterLab depends on it.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from kunskap import __version__
from kunskap.errors import KunskapError, fault
from kunskap.whole_files import write_whole

__all__ = ["fetch", "fetch_with_cache", "polite_client"]

SECONDS = httpx.Timeout(20, connect=6)
TRIES = 3
BUSY = (429, 500, 502, 503, 504)
LONGEST_WAIT = 30.0
LARGEST = 5_000_000  # bytes; the queries ask for a few hundred values
FRESH = 24 * 3600  # seconds


def polite_client() -> httpx.Client:
    """A client that says who it is, gives up in time, and follows the computer's own proxy settings."""
    agent = {"User-Agent": f"kunskap/{__version__}", "Accept": "application/json"}
    return httpx.Client(timeout=SECONDS, headers=agent, follow_redirects=True, max_redirects=3)


def fetch(address: str, *, client: httpx.Client, pause: Callable[[float], None] = time.sleep) -> bytes:
    """What an address answers; asked again, a little later each time, where the server is busy or the line breaks.

    Parameters
    ----------
    address : str
    client : httpx.Client
        From `polite_client`.
    pause : callable
        Waits so many seconds.

    Raises
    ------
    KunskapError
        ``FETCH-03`` if it cannot be reached, ``FETCH-04`` if it answers with an error or with too much.
    """
    where = httpx.URL(address).host
    for attempt in range(1, TRIES + 1):
        try:
            answer = client.get(address)
        except httpx.TransportError as error:
            if attempt == TRIES or isinstance(error, httpx.UnsupportedProtocol):
                raise KunskapError([fault("FETCH-03", where, error=type(error).__name__)]) from error
            pause(float(attempt))
            continue
        except httpx.HTTPError as error:
            raise KunskapError([fault("FETCH-04", where, status=type(error).__name__, address=address)]) from error
        if answer.status_code in BUSY and attempt < TRIES:
            pause(_wait(answer.headers.get("Retry-After"), float(attempt)))
            continue
        if answer.status_code != httpx.codes.OK or len(answer.content) > LARGEST:
            raise KunskapError([fault("FETCH-04", where, status=answer.status_code, address=address)])
        return answer.content
    raise AssertionError("every attempt returns or raises")


def _wait(asked: str | None, otherwise: float) -> float:
    """So long as the server asks, if it says so in seconds, and within reason."""
    try:
        return min(max(float(asked or otherwise), 0.0), LONGEST_WAIT)
    except ValueError:
        return otherwise


def fetch_with_cache(
    address: str, *, client: httpx.Client, cache: Path, fresh: bool = False, pause: Callable[[float], None] = time.sleep
) -> bytes:
    """The same, from the disk where it was fetched within a day.

    Parameters
    ----------
    cache : Path
        A folder; made where it is missing.
    fresh : bool
        Ask anew whatever is there.
    """
    path = cache / f"{hashlib.sha256(address.encode()).hexdigest()[:32]}.json"
    if not fresh and path.is_file() and time.time() - path.stat().st_mtime < FRESH:
        return path.read_bytes()
    content = fetch(address, client=client, pause=pause)
    cache.mkdir(parents=True, exist_ok=True)
    write_whole(path, content)
    return content
