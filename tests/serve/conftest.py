"""The page as its visitors meet it: a process of its own, on the loopback address."""

from __future__ import annotations

import http.cookiejar
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kunskap.project import new_project

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


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Callable[..., Served]]:
    """Start the page for a new project: `serving("--form", "namnd")`."""
    started: list[Served] = []

    def start(*options: str, waves: str = "", beside: Served | None = None) -> Served:
        project = beside.project if beside else tmp_path / f"projekt{len(started)}"
        new_project(project)
        if waves:
            (project / "waves.toml").write_text(waves, encoding="utf-8")
        served = Served(project, *options)
        started.append(served)
        return served.start()

    yield start
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
