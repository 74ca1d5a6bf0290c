"""nginx as it will run: our configuration, a certificate made now, two workers and PostgreSQL behind it."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import ssl
import subprocess
import time
import urllib.parse
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kunskap.project import new_project
from tests.serve.conftest import Served, free_port

NAME = "kunskap.example.se"
VISITOR = "127.0.0.2"
"""Where the visitor of the tests comes from: it stands nowhere else, so that a log can be searched for it."""
PROGRAM = shutil.which("nginx") or "/usr/sbin/nginx"
MAIN = """\
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/logs/main.log info;
events {{ worker_connections 256; }}
http {{
  access_log {folder}/logs/access.log;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  include {folder}/kunskap.conf;
}}
"""


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    cookies: list[str]
    body: str


@dataclass
class Hosted:
    """The page behind nginx."""

    folder: Path
    workers: list[Served]
    tls: int
    plain: int
    project: Path

    def kill(self, worker: int) -> None:
        self.workers[worker].kill()

    @property
    def logs(self) -> str:
        """Everything that anyone wrote."""
        written = [*(self.folder / "logs").iterdir(), *(worker.log for worker in self.workers)]
        return "\n".join(path.read_text(errors="replace") for path in written if path.is_file())


@dataclass
class Browser:
    """Keeps cookies as a browser does: a Secure one is sent over TLS only."""

    hosted: Hosted
    cookies: dict[str, str] = field(default_factory=dict)
    html: str = ""

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> Answer:
        trusted = ssl.create_default_context(cafile=str(self.hosted.folder / "fullchain.pem"))
        connection = http.client.HTTPSConnection(
            NAME, self.hosted.tls, context=trusted, timeout=20, source_address=(VISITOR, 0)
        )
        # the name is the certificate's, the place is this machine
        connection._create_connection = lambda place, *rest: _connected(self.hosted.tls, *rest)  # type: ignore[attr-defined]
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body or None, headers)
        got = connection.getresponse()
        set_now = got.headers.get_all("Set-Cookie") or []
        for each in set_now:
            name, _, rest = each.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        answer = Answer(got.status, dict(got.headers), set_now, got.read().decode())
        connection.close()
        return answer

    def open(self, path: str) -> Answer:
        answer = self.ask("GET", path)
        self.html = answer.body
        return answer

    def hidden(self) -> dict[str, str]:
        part = self.html.split('class="kq-question"')[-1].split("</form>")[0]
        return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', part))

    def post(self, path: str, **fields: str) -> Answer:
        return self.ask("POST", path, urllib.parse.urlencode(fields))

    def begin(self) -> Answer:
        self.open("/")
        answer = self.post("/utan-kod", _xsrf=self.hidden()["_xsrf"])
        assert answer.status == 303, answer.body
        self.open("/fragor")
        assert 'class="kq-question"' in self.html
        return answer

    def step(self, chosen: str = "1") -> Answer:
        answer = self.post("/fragor", **{**self.hidden(), "do": "next", "chosen": chosen})
        if answer.status == 303:
            self.open(answer.headers["Location"])
        return answer


def _connected(port: int, timeout: float, source: tuple[str, int]):  # type: ignore[no-untyped-def]
    import socket

    return socket.create_connection(("127.0.0.1", port), timeout, source)


@pytest.fixture(scope="module")
def hosted(
    tmp_path_factory: pytest.TempPathFactory,
    postgres: Callable[[str], str],
    root: Path,
    need: Callable[[bool, str], None],
) -> Iterator[Hosted]:
    need(Path(PROGRAM).is_file(), "nginx (Debian: apt install nginx-light)")
    need(shutil.which("openssl") is not None, "openssl")
    folder = tmp_path_factory.mktemp("nginx")
    (folder / "logs").mkdir()
    project = folder / "projekt"
    new_project(project)
    workers = [Served(project) for _ in range(2)]
    for number, worker in enumerate(workers):
        worker.options = started_by_systemd(root, worker, postgres("hosted"))
        worker.log = folder / f"worker{number}.log"
        worker.start()
    made = Hosted(folder, workers, free_port(), free_port(), project)
    certificate(folder)
    (folder / "kunskap.conf").write_text(fitted(root, made), encoding="utf-8")
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder), encoding="utf-8")
    if os.geteuid() == 0:  # nginx hands over to another user
        for place in (folder, *folder.parents[:3]):
            place.chmod(place.stat().st_mode | 0o711)
    server = subprocess.Popen([PROGRAM, "-c", str(folder / "nginx.conf"), "-p", str(folder)])
    try:
        for _ in range(100):
            try:
                Browser(made).open("/tillganglighet")
                break
            except OSError:
                assert server.poll() is None, made.logs
                time.sleep(0.1)
        yield made
    finally:
        server.terminate()
        server.wait(20)
        for worker in workers:
            if worker.process is not None and worker.process.poll() is None:
                worker.kill()


def started_by_systemd(root: Path, worker: Served, store: str) -> tuple[str, ...]:
    """What the unit gives to `kunskap serve`, with this test's project, port, store and address in their places."""
    deploy = root / "deploy"
    values = dict(
        line.split("=", 1)
        for line in (deploy / "kunskap.env").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    )
    values |= {"DATABAS": store, "FORMULAR": "namnd", "ADRESS": f"https://{NAME}/"}
    unit = (deploy / "kunskap@.service").read_text(encoding="utf-8")
    found = re.search(r"^ExecStart=/opt/kunskap/\.venv/bin/kunskap serve (.*)$", unit, re.MULTILINE)
    assert found, unit
    line = found[1].replace("/srv/kunskap/projekt", str(worker.project)).replace("%i", str(worker.port))
    return tuple(re.sub(r"\$\{(\w+)\}", lambda name: values[name[1]], word) for word in line.split())


def certificate(folder: Path) -> None:
    """A certificate for an hour."""
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-days", "1", "-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}"]
    command += ["-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")]
    subprocess.run(command, check=True, capture_output=True)


def fitted(root: Path, made: Hosted) -> str:
    """The configuration with this test's ports and files in the place of the server's; nothing else is changed."""
    text = (root / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    changes = {
        "127.0.0.1:8765": f"127.0.0.1:{made.workers[0].port}",
        "127.0.0.1:8766": f"127.0.0.1:{made.workers[1].port}",
        "listen 443": f"listen 127.0.0.1:{made.tls}",
        "listen 80": f"listen 127.0.0.1:{made.plain}",
        "/etc/nginx/kunskap/": f"{made.folder}/",
        "/var/log/nginx/": f"{made.folder}/logs/",
    }
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    return re.sub(r"^ *listen \[::\].*\n", "", text, flags=re.MULTILINE)
