"""The hosted page: TLS only, two workers as one, no address in any log, nothing lost when a worker dies."""

from __future__ import annotations

import http.client
import socket
import ssl
import time
import urllib.request

import pytest
from sqlalchemy import func, select

from kunskap.store import open_store
from kunskap.store.schema import answers
from tests.deploy.conftest import NAME, VISITOR, Browser, Hosted


def saved(hosted: Hosted) -> int:
    url = hosted.workers[0].options[hosted.workers[0].options.index("--store") + 1]
    with open_store(url).engine.connect() as connection:
        return connection.execute(select(func.count()).where(answers.c.tries != "[]")).scalar_one()


def straight(port: int, browser: Browser, path: str) -> str:
    """Ask one worker, past nginx, with the cookies that the other one made."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}")
    request.add_header("Cookie", "; ".join(f"{name}={value}" for name, value in browser.cookies.items()))
    with urllib.request.urlopen(request, timeout=10) as got:
        return str(got.read().decode())


def test_what_is_begun_over_one_worker_goes_on_over_the_other(hosted: Hosted) -> None:
    person = Browser(hosted)
    person.begin()
    for _ in range(4):
        assert person.step().status == 303
    assert "Fråga 5 av" in person.html
    for worker in hosted.workers:
        assert "Fråga 5 av" in straight(worker.port, person, "/fragor")


def test_cookies_never_leave_tls(hosted: Hosted) -> None:
    person = Browser(hosted)
    cookies = [*person.open("/").cookies, *person.begin().cookies]
    assert {each.partition("=")[0] for each in cookies} >= {"_xsrf", "sitting", "language"}
    for each in cookies:
        flags = {part.strip().casefold() for part in each.split(";")[1:]}
        assert "secure" in flags, each
        assert "samesite=strict" in flags, each
        if not each.startswith("language"):
            assert "httponly" in flags, each


def test_headers(hosted: Hosted) -> None:
    answer = Browser(hosted).open("/")
    assert answer.status == 200
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Server"] == "nginx"  # and no version


def test_without_tls_there_is_only_a_way_to_tls(hosted: Hosted) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", hosted.plain, timeout=10)
    for method, path in (("GET", "/"), ("POST", "/kod"), ("GET", "/fragor")):
        connection.request(method, path, headers={"Host": NAME})
        got = connection.getresponse()
        body = got.read().decode()
        assert (got.status, got.headers["Location"]) == (308, f"https://{NAME}/")
        assert "kq" not in body
        assert got.headers.get_all("Set-Cookie") is None
    connection.close()


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_old_tls_is_refused(hosted: Hosted, version: ssl.TLSVersion) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(hosted.folder / "fullchain.pem")
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning):
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = version
    with (
        socket.create_connection(("127.0.0.1", hosted.tls), 10) as plain,
        pytest.raises(OSError),
        context.wrap_socket(plain, server_hostname=NAME),
    ):
        pass


def test_another_name_gets_no_answer(hosted: Hosted) -> None:
    context = ssl.create_default_context()
    with (
        socket.create_connection(("127.0.0.1", hosted.tls), 10) as plain,
        pytest.raises(ssl.SSLError, match=r"(?i)unrecognized.name"),
        context.wrap_socket(plain, server_hostname="other.example.se"),
    ):
        pass


@pytest.mark.parametrize(
    "path", ["/rum", "/rum/", "/rum/lage", "/RUM/steg", "//rum/lage", "/%72um/lage", "/x/../rum/lage"]
)
def test_the_trainers_addresses_are_not_there_from_outside(hosted: Hosted, path: str) -> None:
    for method in ("GET", "POST"):
        answer = Browser(hosted).ask(method, path, Authorization="Bearer x")
        assert answer.status == 404
        assert "nginx" in answer.body, "it was nginx that refused"


def test_large_bodies_and_odd_methods_stop_at_the_door(hosted: Hosted) -> None:
    person = Browser(hosted)
    person.open("/")
    assert person.ask("POST", "/kod", "code=" + "x" * 70_000).status == 413
    assert person.ask("DELETE", "/fragor").status in (403, 405)
    assert person.ask("PUT", "/kod", "x=1").status == 403


def test_killing_a_worker_loses_nothing(hosted: Hosted) -> None:
    person = Browser(hosted)
    person.begin()
    before = saved(hosted)
    for turn in range(1, 11):
        if turn == 4:
            hosted.kill(0)
        if turn == 7:
            hosted.workers[0].start()
            time.sleep(0.2)
        assert person.step().status == 303, turn
        assert saved(hosted) == before + turn
    assert "Fråga 11 av" in person.html


def test_no_address_in_any_log(hosted: Hosted) -> None:
    """Also when both workers are down, when nginx has most to tell."""
    person = Browser(hosted)
    person.begin()
    assert straight(hosted.workers[1].port, person, "/")
    for worker in (0, 1):
        hosted.kill(worker)
    try:
        assert person.open("/fragor").status == 502
        person.ask("POST", "/kod", "code=" + "x" * 70_000)
        with socket.create_connection(("127.0.0.1", hosted.tls), 10, (VISITOR, 0)) as plain:
            plain.sendall(b"GET / HTTP/1.1\r\n\r\n")
            plain.recv(1000)
    finally:
        for worker in hosted.workers:
            worker.start()
    assert "Enkäten namnd" in hosted.logs, "the workers' own words are among them"
    assert VISITOR not in hosted.logs
    assert not (hosted.folder / "logs" / "access.log").read_text()


def test_the_search_of_the_logs_finds_a_planted_address(hosted: Hosted) -> None:
    planted = hosted.folder / "logs" / "planted.log"
    planted.write_text(f"2026/11/22 [error] client: {VISITOR}")
    assert VISITOR in hosted.logs
    planted.unlink()
