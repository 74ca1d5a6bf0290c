"""The page as its visitors meet it, on the loopback address.

`serving` runs the command `kunskap serve` in a thread of the test, which costs a tenth of a second; `serving_process`
in a process of its own, for what is killed, stopped or listened to.
"""

from __future__ import annotations

import asyncio
import http.cookiejar
import logging
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tornado.iostream import IOStream
from tornado.netutil import bind_sockets
from tornado.web import Application

from kunskap.cli import app
from kunskap.project import new_project
from kunskap.serve import make_server, running

START = "import sys; from kunskap.cli import app; app(sys.argv[1:])"


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


class Served:
    """`kunskap serve` in a process that can be killed and started again on the same port."""

    def __init__(self, project: Path, *options: str) -> None:
        self.project, self.port = project, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.options = options
        self.log = project / "serve.log"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def store(self) -> str:
        return f"sqlite:///{self.project / 'answers' / 'svar.sqlite'}"

    def start(self) -> Served:
        command = [sys.executable, "-c", START, "serve", "--project", str(self.project), "--port", str(self.port)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen([*command, *self.options], stdout=log, stderr=log)
        for _ in range(300):
            try:
                urllib.request.urlopen(self.url + "/tillganglighet", timeout=5).read()
                return self
            except urllib.error.HTTPError:
                return self
            except OSError:
                assert self.process.poll() is None, self.log.read_text()
                time.sleep(0.1)
        raise AssertionError(self.log.read_text())

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait(10)

    def stop(self) -> int:
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(20)


class ServedHere(Served):
    """The same command in a thread: nothing is different for a visitor."""

    def __init__(self, project: Path, *options: str) -> None:
        super().__init__(project, *options)
        self.port = 0  # any that is free; the same one when it is started again

    def start(self) -> Served:
        self._ready, self._loop = threading.Event(), asyncio.new_event_loop()
        self._failed: BaseException | None = None
        self._thread = threading.Thread(target=self._serve, daemon=True)
        RUNNING[self._thread] = self
        self._thread.start()
        assert self._ready.wait(60)
        if self._failed is not None:
            raise self._failed
        return self

    def _serve(self) -> None:
        command = ["serve", "--project", str(self.project), "--port", str(self.port), *self.options]
        try:
            app(command, standalone_mode=False)
        except BaseException as error:
            self._failed = error
        finally:
            self._ready.set()

    def run(self, application: Application, *, host: str, port: int, started: Callable[[int], None]) -> None:
        """In the place of `kunskap.serve.running.run`, which waits for signals: only a main thread gets them."""

        async def serve() -> None:
            self._stopping = asyncio.Event()
            self._server = server = make_server(application)
            for listening in bind_sockets(port, host):
                server.add_socket(listening)
                self.port = int(listening.getsockname()[1])
            self.url = f"http://127.0.0.1:{self.port}"
            started(self.port)
            self._ready.set()
            await self._stopping.wait()
            server.stop()
            await server.close_all_connections()

        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(serve())

    def reached_from(self, address: str) -> socket.socket:
        """A connection that the server has accepted, as from a machine with this address."""
        with socket.create_server(("127.0.0.1", 0)) as listening:
            phone = socket.create_connection(listening.getsockname(), timeout=10)
            accepted = listening.accept()[0]
        accepted.setblocking(False)
        self._loop.call_soon_threadsafe(
            lambda: self._server.handle_stream(IOStream(accepted), (address, accepted.getpeername()[1]))
        )
        return phone

    def kill(self) -> None:
        raise AssertionError("what is killed must be a process: use serving_process")

    def stop(self) -> int:
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join(20)
        return 0


RUNNING: dict[threading.Thread, ServedHere] = {}


def starter(kind: type[Served], folder: Path, started: list[Served], log: Path | None = None) -> Callable[..., Served]:
    """Start the page for a new project: `serving("--form", "namnd")`."""

    def start(*options: str, waves: str = "", beside: Served | None = None) -> Served:
        project = beside.project if beside else folder / f"projekt{len(started)}"
        new_project(project)
        if waves:
            (project / "waves.toml").write_text(waves, encoding="utf-8")
        served = kind(project, *options)
        served.log = log or served.log
        started.append(served)
        return served.start()

    return start


@pytest.fixture
def serving(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Served]]:
    """Pages in threads."""
    started: list[Served] = []
    log = tmp_path / "serve.log"
    told = logging.FileHandler(log)
    with monkeypatch.context() as patched:
        patched.setattr(
            running, "run", lambda *given, **named: RUNNING[threading.current_thread()].run(*given, **named)
        )
        logging.getLogger().addHandler(told)
        yield starter(ServedHere, tmp_path, started, log)
        for served in started:
            served.stop()
        logging.getLogger().removeHandler(told)
        told.close()


@pytest.fixture
def serving_process(tmp_path: Path) -> Iterator[Callable[..., Served]]:
    """Pages in processes of their own."""
    started: list[Served] = []
    yield starter(Served, tmp_path, started)
    for served in started:
        if served.process is not None and served.process.poll() is None:
            served.process.kill()
            served.process.wait(10)


@dataclass
class Visitor:
    """A browser without JavaScript: it follows links, keeps cookies, and posts the forms that it is given."""

    url: str
    jar: http.cookiejar.CookieJar = field(default_factory=http.cookiejar.CookieJar)
    html: str = ""
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)

    def open(self, path: str, body: bytes | None = None, **headers: str) -> str:
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        request = urllib.request.Request(self.url + path, data=body, headers=headers)
        try:
            with opener.open(request, timeout=20) as answer:
                self.html, self.status = answer.read().decode("utf-8"), answer.status
                self.headers = dict(answer.headers)
                self.place = answer.url
        except urllib.error.HTTPError as error:
            self.html, self.status, self.headers = error.read().decode("utf-8"), error.code, dict(error.headers)
        return self.html

    def hidden(self) -> dict[str, str]:
        """The hidden fields of the page's last form (of the quiz, where there is one)."""
        part = self.html.split('class="kq-question"')[-1].split("</form>")[0]
        return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', part))

    def post(self, path: str, fields: dict[str, object], **headers: str) -> str:
        return self.open(path, urllib.parse.urlencode(fields, doseq=True).encode(), **headers)

    def enter(self) -> str:
        """Get a code and begin; returns the code."""
        self.open("/")
        self.post("/ny-kod", {"_xsrf": self.hidden()["_xsrf"]})
        found = re.search(r'class="code"[^>]*>([^<]+)<', self.html)
        assert found, self.html
        self.post("/kod", {"_xsrf": self.hidden()["_xsrf"], "code": found[1]})
        assert 'class="kq-question"' in self.html
        return found[1]

    def step(self, do: str, chosen: object = (), **changes: object) -> str:
        return self.post("/fragor", {**self.hidden(), "do": do, "chosen": chosen, **changes})


@pytest.fixture
def visitor() -> Callable[[Served], Visitor]:
    return lambda served: Visitor(served.url)
