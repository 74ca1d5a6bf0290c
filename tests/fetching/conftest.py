"""Answers in the layouts that the sources describe, and a server on loopback that gives them.

JSON-stat 2.0 with the fields of PxWeb API v2's own example (table TAB638), and Kolada's pages of values. The figures
are invented: no answer was fetched from the net.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest

CODES = {"Region": ["22"], "Kon": ["1", "2"], "ContentsCode": ["BE0101N1"], "Tid": ["2025"]}
QUERIES = Path(__file__).resolve().parents[2] / "data" / "reference" / "queries.toml"


def dataset(**changes: object) -> bytes:
    """A JSON-stat 2.0 answer of PxWeb API v2: men 120 000 and women 119 000."""
    dimensions = {
        name: {
            "label": name.lower(),
            "category": {"index": {code: place for place, code in enumerate(codes)}, "label": {c: c for c in codes}},
            "extension": {"elimination": False, "show": "value"},
        }
        for name, codes in CODES.items()
    }
    dimensions["ContentsCode"]["category"]["unit"] = {"BE0101N1": {"base": "antal", "decimals": 0}}  # type: ignore[index]
    made = {
        "version": "2.0", "class": "dataset", "label": "Folkmängden efter region, kön, tabellinnehåll och år",
        "source": "SCB", "updated": "2026-02-20T07:00:00Z", "id": list(CODES), "size": [1, 2, 1, 1],
        "role": {"time": ["Tid"], "geo": ["Region"], "metric": ["ContentsCode"]}, "dimension": dimensions,
        "value": [120000, 119000], "extension": {"px": {"tableid": "TAB638", "decimals": 0}},
    }  # fmt: skip
    return json.dumps(made | changes).encode()


def page(kpi: str, *, year: int, women: float | None = 79.5, men: float = 81.25, following: str | None = None) -> bytes:
    """A page of Kolada's values."""
    figures = [
        {"gender": gender, "count": 1, "status": "", "value": value, "isdeleted": False}
        for gender, value in (("K", women), ("M", men), ("T", 80.0))
    ]
    entry = {"kpi": kpi, "municipality": "0022", "period": year, "values": figures}
    return json.dumps({"count": 1, "values": [entry], "next_url": following, "previous_url": None}).encode()


@pytest.fixture
def server() -> Iterator[SimpleNamespace]:
    """``answers`` maps a path to what it answers, one after another; ``asked`` is what was asked."""
    state = SimpleNamespace(answers={}, asked=[])

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.asked.append(self.path)
            given = state.answers.get(urlsplit(self.path).path, [(404, b"{}")])
            status, content = given.pop(0) if len(given) > 1 else given[0]
            self.send_response(status)
            if status == 429:
                self.send_header("Retry-After", "7")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    state.url = f"http://127.0.0.1:{http.server_address[1]}"
    yield state
    http.shutdown()
    thread.join()
    http.server_close()


@pytest.fixture
def table(server: SimpleNamespace, tmp_path: Path) -> Path:
    """The house's own queries, asked of the server on loopback."""
    text = QUERIES.read_text(encoding="utf-8")
    for host in ("https://statistikdatabasen.scb.se/api/v2", "https://api.kolada.se/v3"):
        assert host in text
        text = text.replace(host, server.url)
    path = tmp_path / "queries.toml"
    path.write_text(text, encoding="utf-8")
    return path


def answer_all(server: SimpleNamespace) -> None:
    """Every query is answered; Kolada's answers have two pages."""
    server.answers = {"/tables/TAB638/data": [(200, dataset())]}
    for kpi in ("N11800", "N03937"):
        here = f"/data/kpi/{kpi}/municipality/0022"
        server.answers[here] = [(200, page(kpi, year=2023, following=f"{server.url}/more/{kpi}"))]
        server.answers[f"/more/{kpi}"] = [(200, page(kpi, year=2024, women=60.5))]
