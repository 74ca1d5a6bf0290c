"""Simulated participants: they walk a form over the net as phones do, and remember what they were told was saved.

For rehearsals before a workshop and for measuring how many a machine carries.  Only the loopback address is walked: a
rehearsal must never write in a page that people are using, and the page must say that its answers are invented.
"""

from __future__ import annotations

import asyncio
import base64
import gzip
import ipaddress
import json
import re
from collections.abc import Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from html import unescape
from time import monotonic
from typing import TypeVar
from urllib.parse import urlencode, urlsplit

import numpy as np

from kunskap.errors import KunskapError, fault

__all__ = ["Net", "Phone", "Walk", "loopback_place", "rehearse", "run", "summary"]

Result = TypeVar("Result")
PATIENCE = 30.0
"""Seconds that a phone waits for a reply before it tries again."""
MOST_TRIES = 60
FORMS = ("_xsrf", "receipt", "item", "question")
HIDDEN = re.compile(r'type="hidden" name="(\w+)" value="([^"]*)"')
CHOICE = re.compile(r'name="chosen" value="(\d+)"[^>]*><label[^>]*><span>(.*?)</span>')
SIMULATED_MARK = 'class="banner"'


@dataclass(frozen=True)
class Net:
    """How bad the room's net is.

    Attributes
    ----------
    loss : float
        The share of postings that are cut off: half of them before they arrive, half before the reply comes back.
    delay : float
        Seconds of mean delay before each posting arrives (exponential).
    """

    loss: float = 0.0
    delay: float = 0.0


@dataclass
class Walk:
    """What one phone met.

    Attributes
    ----------
    sitting : str
        The sitting's id, read from the phone's own session.
    saved : dict
        Item → the text of the option that the page acknowledged last; ``""`` for a question left blank.
    waits, joining : list of float
        Seconds from a posting to its reply, for answers and for the way in.  Cut off ones are not counted.
    cut : int
        How many postings were cut off, and sent again.
    completed : bool
        Whether all was handed in.
    """

    sitting: str = ""
    saved: dict[str, str] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)
    joining: list[float] = field(default_factory=list)
    cut: int = 0
    refused: int = 0
    completed: bool = False


def loopback_place(url: str) -> tuple[str, int]:
    """Host and port of an address on this machine.

    Raises
    ------
    KunskapError
        ``REHE-01`` if it is not ``http`` to the loopback address.

    Examples
    --------
    >>> loopback_place("http://127.0.0.1:8765/")
    ('127.0.0.1', 8765)
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        is_own = host == "localhost" or ipaddress.ip_address(host).is_loopback
        port = parts.port or 80
    except ValueError:
        is_own, port = False, 0
    if parts.scheme != "http" or not is_own:
        raise KunskapError([fault("REHE-01", url)])
    return ("127.0.0.1" if host == "localhost" else host), port


class Phone:
    """One participant's browser: a connection that is kept, cookies, and the form last shown.

    Parameters
    ----------
    host, port : str, int
        Where the page is.
    rng : numpy.random.Generator
        What is answered, and when the net fails.
    net : Net
        How bad the net is.
    """

    def __init__(self, host: str, port: int, *, rng: np.random.Generator, net: Net | None = None) -> None:
        self.place = (host, port)
        self.rng, self.net = rng, net or Net()
        self.cookies: dict[str, str] = {}
        self.walk = Walk()
        self.html = ""
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def join(self, *, only_simulated: bool = True) -> None:
        """Open the page and begin without a code.

        Raises
        ------
        KunskapError
            ``REHE-02`` if the page does not say that its answers are invented, ``REHE-03`` if it shows no question.
        """
        _, self.html = await self._timed("GET", "/", self.walk.joining)
        if only_simulated and SIMULATED_MARK not in self.html:
            raise KunskapError([fault("REHE-02", "{}:{}".format(*self.place))])
        token = dict(HIDDEN.findall(self.html)).get("_xsrf", "")
        await self._timed("POST", "/utan-kod", self.walk.joining, urlencode({"_xsrf": token}))
        _, self.html = await self._timed("GET", "/fragor", self.walk.joining)
        if 'class="kq-question"' not in self.html:
            raise KunskapError([fault("REHE-03", "{}:{}".format(*self.place))])
        self.walk.sitting = _value_of(self.cookies["sitting"])

    async def step(self) -> bool:
        """Answer the question shown and go on; False once all has been handed in."""
        hidden = {name: unescape(value) for name, value in HIDDEN.findall(self.html) if name in FORMS}
        choices = CHOICE.findall(self.html)
        place, text = choices[int(self.rng.integers(len(choices)))] if choices else ("", "")
        is_last = 'value="finish"' in self.html
        fields = hidden | {"chosen": place, "do": "finish" if is_last else "next"}
        status, body = await self._post("/fragor", urlencode({name: each for name, each in fields.items() if each}))
        if status != 200:
            self.walk.refused += 1
            return True
        told = json.loads(body)
        self.html = told["html"]
        self.walk.saved[hidden["item"]] = unescape(text)
        self.walk.completed = is_last
        return not is_last

    async def close(self) -> None:
        """Put the phone away."""
        if self._streams:
            self._streams[1].close()
            with suppress(OSError):
                await self._streams[1].wait_closed()
            self._streams = None

    async def _post(self, path: str, body: str) -> tuple[int, str]:
        """Post until a reply has come; the same form each time, as when somebody presses the button again."""
        for _ in range(MOST_TRIES):
            fate = self.rng.random()
            if self.net.delay:
                await asyncio.sleep(float(self.rng.exponential(self.net.delay)))
            try:
                if fate < self.net.loss / 2:
                    raise ConnectionResetError  # it never arrived
                if fate < self.net.loss:
                    await self._send("POST", path, body)
                    raise ConnectionResetError  # it arrived, and the reply did not
                return await self._timed("POST", path, self.walk.waits, body)
            except (OSError, EOFError, TimeoutError):
                self.walk.cut += 1
                await self.close()
                await asyncio.sleep(float(self.rng.uniform(0.2, 1.0)))
        raise KunskapError([fault("REHE-04", "{}:{}".format(*self.place), count=MOST_TRIES)])

    async def _timed(self, method: str, path: str, times: list[float], body: str = "") -> tuple[int, str]:
        before = monotonic()
        await self._send(method, path, body)
        async with asyncio.timeout(PATIENCE):
            answer = await self._receive()
        times.append(monotonic() - before)
        return answer

    async def _send(self, method: str, path: str, body: str) -> None:
        if self._streams is None:
            self._streams = await asyncio.open_connection(*self.place, limit=2**18)
        content = body.encode()
        head = [f"{method} {path} HTTP/1.1", "Host: {}:{}".format(*self.place), "Accept-Encoding: gzip"]
        if self.cookies:
            head.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        if method == "POST":
            head += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(content)}"]
        if path == "/fragor" and method == "POST":
            head.append("Accept: application/json")
        self._streams[1].write("\r\n".join([*head, "", ""]).encode() + content)
        await self._streams[1].drain()

    async def _receive(self) -> tuple[int, str]:
        assert self._streams is not None
        reader = self._streams[0]
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        length, is_packed = 0, False
        for line in head[1:]:
            name, _, value = line.partition(": ")
            if name == "Content-Length":
                length = int(value)
            elif name == "Content-Encoding":
                is_packed = value == "gzip"
            elif name == "Set-Cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        body = await reader.readexactly(length) if length else b""
        return int(head[0].split(" ")[1]), (gzip.decompress(body) if is_packed else body).decode()


def _value_of(cookie: str) -> str:
    """What a signed cookie of Tornado's carries; whether it is genuine is the server's business."""
    fields = cookie.strip('"').split("|")
    return base64.b64decode(fields[4].partition(":")[2]).decode()


def run(rehearsal: Coroutine[None, None, Result]) -> Result:
    """Run a rehearsal to its end, also where a notebook's own loop is running: in a thread of its own.

    Examples
    --------
    >>> async def nobody() -> int:
    ...     return 0
    >>> run(nobody())
    0
    """
    with ThreadPoolExecutor(1) as one:
        return one.submit(asyncio.run, rehearsal).result()


async def rehearse(
    url: str,
    *,
    people: int,
    seconds: float,
    rng: np.random.Generator,
    joining: float = 5.0,
    net: Net | None = None,
    only_simulated: bool = True,
) -> Sequence[Walk]:
    """Let simulated people walk a form at the same time.

    Parameters
    ----------
    url : str
        The page, on this machine.
    people : int
        How many.
    seconds : float
        How long the questions take together, for each of them.
    rng : numpy.random.Generator
        Where chance comes from.
    joining : float
        Seconds during which they arrive.
    net : Net, optional
        How bad the net is; good when not given.
    only_simulated : bool
        Whether a page that does not mark its answers as invented is refused.

    Returns
    -------
    sequence of Walk
        One per person, in no order that matters.

    Raises
    ------
    KunskapError
        ``REHE-01`` … ``REHE-04``.
    """
    host, port = loopback_place(url)
    starts = np.sort(rng.uniform(0, joining, people))
    begun = monotonic()

    async def one(start: float, chance: np.random.Generator) -> Walk:
        phone = Phone(host, port, rng=chance, net=net)
        await asyncio.sleep(max(0.0, begun + start - monotonic()))
        await phone.join(only_simulated=only_simulated)
        total = int(re.search(r'<progress[^>]*max="(\d+)"', phone.html)[1])  # type: ignore[index]
        # everyone begins to answer when all have come, and then at their own pace
        moments = begun + joining + np.sort(chance.uniform(0, seconds, total))
        place = 0
        while True:
            moment = moments[place] if place < total else monotonic() + 0.5
            await asyncio.sleep(max(0.0, float(moment) - monotonic()))
            if not await phone.step() or place > 3 * total:
                break
            place += 1
        await phone.close()
        return phone.walk

    try:
        async with asyncio.TaskGroup() as group:
            walks = [
                group.create_task(one(float(start), chance))
                for start, chance in zip(starts, rng.spawn(people), strict=True)
            ]
    except* KunskapError as several:
        raise _first(several) from None
    except* (OSError, EOFError, TimeoutError) as several:
        raise KunskapError([fault("REHE-05", url)]) from several
    return [walk.result() for walk in walks]


def _first(group: BaseExceptionGroup) -> BaseException:
    found = group.exceptions[0]
    return _first(found) if isinstance(found, BaseExceptionGroup) else found


def summary(walks: Sequence[Walk]) -> Mapping[str, float]:
    """How many, how much and how quickly: seconds at the median, the 95th percentile and at most."""
    waits = np.array([wait for walk in walks for wait in walk.waits] or [0.0])
    return {
        "people": len(walks),
        "completed": sum(walk.completed for walk in walks),
        "answers": sum(len(walk.saved) for walk in walks),
        "cut": sum(walk.cut for walk in walks),
        "refused": sum(walk.refused for walk in walks),
        "median": float(np.median(waits)),
        "p95": float(np.quantile(waits, 0.95)),
        "most": float(waits.max()),
    }
