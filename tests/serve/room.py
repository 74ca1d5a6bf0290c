"""A room to test: the trainer's screen by its file, and phones that join and choose."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable

from kunskap.bank import read_bank
from tests.serve.conftest import Served, Visitor

BANK = read_bank()
FIRST = BANK.items[BANK.forms["r4a"].item_ids[0]]
Serving = Callable[..., Served]
New = Callable[[Served], Visitor]


class Trainer:
    """The trainer's screen, by the file that the room has written."""

    def __init__(self, served: Served) -> None:
        self.served = served

    @property
    def file(self) -> dict[str, str]:
        found: dict[str, str] = json.loads((self.served.project / f"rum-{self.served.port}.json").read_text())
        return found

    def ask(self, path: str, body: object = None, *, token: str | None = None, **headers: str) -> tuple[int, dict]:
        given = {"Authorization": f"Bearer {self.file['token'] if token is None else token}", **headers}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.served.url + path, data=data, headers=given)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    def do(self, *actions: str) -> dict:
        for action in actions:
            status, state = self.ask("/rum/steg", {"do": action})
            assert status == 200, state
        return state

    def state(self) -> dict:
        return self.ask("/rum/lage")[1]

    def result(self) -> dict:
        return self.ask("/rum/resultat")[1]


def join(person: Visitor, code: str | None = None, *, sex: str = "1") -> str:
    """Get a code (or use one), answer what is asked about oneself, and sit down in the room."""
    person.open("/")
    if code is None:
        person.post("/ny-kod", {"_xsrf": person.hidden()["_xsrf"]})
        found = re.search(r'class="code"[^>]*>([^<]+)<', person.html)
        assert found, person.html
        code = found[1]
    person.post("/kod", {"_xsrf": token(person), "code": code})
    while 'name="item" value="role"' in person.html or 'name="item" value="sex"' in person.html:
        person.step("finish" if 'value="finish"' in person.html else "next", sex)
    return code


def token(person: Visitor) -> str:
    found = re.search(r'name="_xsrf" value="([^"]+)"', person.html)
    assert found, person.html
    return found[1]


def choose(person: Visitor, option: str, item: str = FIRST.id) -> str:
    """Answer the open question with an option, wherever it stands in this person's order."""
    person.open("/fragor")
    text = BANK.items[item].option(option).text["sv"]
    place = re.search(r'value="(\d+)"[^>]*><label[^>]*><span>' + re.escape(text), person.html.replace("&quot;", '"'))
    assert place, person.html
    return person.step("answer", place[1])


def group(served: Served, visitor: New, size: int) -> tuple[list[Visitor], list[str]]:
    people = [visitor(served) for _ in range(size)]
    return people, [join(person) for person in people]


def key_texts() -> list[str]:
    return [text for option in FIRST.options for text in option.explanation.values()]
