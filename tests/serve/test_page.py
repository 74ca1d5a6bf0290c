"""The page without JavaScript, as anyone might use or misuse it."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kunskap.bank import read_bank
from kunskap.readers import read_responses
from kunskap.store import open_store
from kunskap.withdrawal import read_withdrawals
from tests.serve.conftest import Served, Visitor

BANK = read_bank()
Serving = Callable[..., Served]
New = Callable[[Served], Visitor]


def read(served: Served, form: str = "namnd"):  # type: ignore[no-untyped-def]
    return read_responses(served.store, bank=BANK, form=form)


def walk(person: Visitor, *, option: int = 1) -> int:
    """Answer every question with the same place (or some words) and hand in."""
    for number in range(1, 100):
        kind = re.search(r'<(?:input|textarea)[^>]*name="chosen"[^>]*>', person.html)
        assert kind, person.html
        is_written = "textarea" in kind[0] or 'type="text"' in kind[0]
        last = 'value="finish"' in person.html
        person.step("finish" if last else "next", 'Åäö "citat" \'; DROP' if is_written else str(option))
        if last:
            return number
    raise AssertionError("the form never ends")


def test_a_form_is_answered_read_and_reported(serving: Serving, visitor: New) -> None:
    served = serving("--form", "namnd", "--wave", "2026")
    people = [visitor(served) for _ in range(3)]
    for person in people:
        person.enter()
        walk(person)
        assert "Tack för dina svar" in person.html
    imported = read(served)
    assert imported.rejects.empty
    assert len(imported.responses) == 3
    assert imported.responses["completed_at"].notna().all()
    assert imported.responses["respondent_id"].nunique() == 3
    first = BANK.forms["namnd"].background[0]
    assert set(imported.respondents[first]) == {BANK.variables[first].level_ids[0]}


def test_the_same_code_goes_on_in_another_browser(serving: Serving, visitor: New) -> None:
    served = serving("--form", "namnd")
    one, other = visitor(served), visitor(served)
    code = one.enter()
    one.step("next", "1")
    assert "Fråga 2 av" in one.html
    other.open("/")
    other.post("/kod", {"_xsrf": other.hidden()["_xsrf"], "code": code.upper().replace("-", " ")})
    assert "Fråga 2 av" in other.html
    other.step("previous")
    assert re.search(r'value="1" checked', other.html)


def test_no_key_and_no_explanation_reaches_the_browser_in_a_survey(serving: Serving, visitor: New) -> None:
    served = serving("--form", "namnd")
    person = visitor(served)
    person.enter()
    seen = ""
    while 'value="finish"' not in person.html:
        seen += person.html
        person.step("next", "1" if "textarea" not in person.html else "ord")
    seen += person.html + person.step("finish", "1")
    for item_id in BANK.forms["namnd"].item_ids:
        for option in BANK.items[item_id].options:
            for text in option.explanation.values():
                assert text not in seen
    assert "kq-right" not in seen
    # nor how many were right: two sittings that differ in one answer would tell
    assert "Tack för dina svar" in person.html
    assert "Rätt svar" not in seen + person.html


def test_a_teaching_quiz_explains_and_can_be_looked_at_again(serving: Serving, visitor: New) -> None:
    served = serving("--form", "r4a", "--occasion", "before", "--paced", "self")
    person = visitor(served)
    person.enter()
    person.step("answer", "1")
    assert "kq-feedback" in person.html
    while 'value="next"' in person.html:
        person.step("next")
    person.step("answer", "1")
    person.step("finish")
    assert "Ditt resultat" in person.html
    person.step("review")
    assert "Fråga" in person.html
    imported = read_responses(served.store, bank=BANK, form="r4a", occasion="before")
    assert len(imported.responses) == 1
    assert set(imported.responses["occasion"]) == {"before"}


def test_a_replayed_form_and_two_tabs_leave_one_answer(serving: Serving, visitor: New) -> None:
    served = serving("--form", "namnd")
    person = visitor(served)
    person.enter()
    old = {**person.hidden(), "do": "next", "chosen": "1"}
    person.post("/fragor", old)
    person.step("previous")
    person.step("next", "2")
    person.post("/fragor", old)  # the old posting once more
    person.open("/fragor?q=1")
    assert re.search(r'value="2" checked', person.html)
    other_tab = {**person.hidden(), "do": "next", "chosen": "1"}
    person.post("/fragor", other_tab)
    person.open("/fragor?q=1")
    assert re.search(r'value="1" checked', person.html)
    imported = read(served)
    assert len(imported.responses) == 1


def test_a_form_of_a_question_that_is_not_there_any_more_is_not_taken(serving: Serving, visitor: New) -> None:
    served = serving("--form", "namnd")
    person = visitor(served)
    person.enter()
    person.step("next", "1", item="goals01")
    assert "kanske i en annan flik" in person.html
    assert "Fråga 1 av" in person.html


@pytest.mark.parametrize(
    "changes",
    [
        {"do": "fly"},
        {"question": "99999"},
        {"question": "-1"},
        {"question": ["1", "2"]},
        {"chosen": "77"},
        {"chosen": ["1", "2"]},
        {"chosen": "<script>alert(1)</script>"},
        {"item": "../../etc/passwd"},
        {"receipt": "x" * 5000},
    ],
    ids=str,
)
def test_hostile_forms_are_refused_in_words(serving: Serving, visitor: New, changes: dict[str, object]) -> None:
    served = serving("--form", "namnd")
    person = visitor(served)
    person.enter()
    person.post("/fragor", {**person.hidden(), "do": "next", "chosen": "1", **changes})
    assert person.status in (200, 409)
    assert "Traceback" not in person.html
    assert "<script>alert" not in person.html
    assert "Traceback" not in served.log.read_text()
    if "receipt" not in changes:
        assert read(served).responses.drop(columns=["started_at"]).select_dtypes("category").isna().all(axis=None)


def test_text_is_text(serving: Serving, visitor: New) -> None:
    served = serving("--form", "baslinje")
    person = visitor(served)
    person.enter()
    while "textarea" not in person.html:
        person.step("next", "1")
    person.step("next", '</textarea><script>alert("x")</script>')
    person.step("previous")
    assert "<script>alert" not in person.html
    assert "&lt;script&gt;" in person.html


def test_forged_borrowed_and_lost_sessions(serving: Serving, visitor: New) -> None:
    served = serving("--form", "namnd")
    person = visitor(served)
    person.enter()
    fields = {**person.hidden(), "do": "next", "chosen": "1"}
    stranger = visitor(served)
    stranger.post("/fragor", fields)
    assert stranger.status == 403
    assert "ladda om sidan" in stranger.html
    stranger.open("/", Cookie="sitting=2|1:0|10:1700000000|7:sitting|44:Zm9yZ2Vk|deadbeef")
    stranger.open("/fragor", Cookie="sitting=2|1:0|10:1700000000|7:sitting|44:Zm9yZ2Vk|deadbeef")
    assert "Jag har en kod" in stranger.html
    assert "kq-question" not in stranger.html


def test_large_bodies_and_wrong_addresses(serving: Serving, visitor: New) -> None:
    served = serving("--form", "namnd")
    person = visitor(served)
    person.enter()
    with socket.create_connection(("127.0.0.1", served.port), timeout=10) as raw:
        raw.sendall(b"POST /fragor HTTP/1.1\r\nHost: x\r\nContent-Length: 900000000\r\n\r\n")
        assert b"200" not in raw.recv(4000)[:20]
    person.open("/finns/inte")
    assert person.status == 404
    assert "Sidan finns inte" in person.html
    person.open("/static/../settings.py")
    assert person.status == 404
    person.open("/")
    assert person.status == 200


def test_every_page_says_what_may_be_loaded_and_sends_nothing_on(serving: Serving, visitor: New) -> None:
    served = serving("--form", "namnd")
    person = visitor(served)
    for path in ("/", "/mina-svar", "/om-dina-svar", "/tillganglighet", "/nej", "/static/quiz.css"):
        person.open(path)
        assert "default-src 'none'" in person.headers["Content-Security-Policy"]
        assert person.headers["X-Content-Type-Options"] == "nosniff"
        assert person.headers["Referrer-Policy"] == "no-referrer"
        assert "Server" not in person.headers
        if path != "/static/quiz.css":
            assert not re.findall(r'(?:src|href|action)="(?!/|#)', person.html), path
            assert person.headers["Cache-Control"] == "no-store"
    for cookie in person.jar:
        assert cookie.get_nonstandard_attr("SameSite") == "Strict"


def test_no_address_and_no_code_is_logged_or_stored(serving_process: Serving, visitor: New) -> None:
    served = serving_process("--form", "namnd")
    person = visitor(served)
    code = person.enter()
    person.step("next", "1")
    person.post("/mina-svar", {"_xsrf": person.hidden()["_xsrf"], "code": code})
    served.stop()
    kept = b"".join(path.read_bytes() for path in (served.project / "answers").iterdir()) + served.log.read_bytes()
    for word in (code, *code.split("-")):
        assert word.encode() not in kept.split(b"http://")[0] + kept.split(b"Ctrl+C.")[-1]
    assert b"127.0.0.1" not in kept.replace(f"127.0.0.1:{served.port}".encode(), b"")


def test_one_sees_takes_along_and_withdraws_ones_own(serving: Serving, visitor: New) -> None:
    served = serving("--form", "namnd", "--wave", "2026")
    other = visitor(served)
    other.enter()
    walk(other)
    person = visitor(served)
    code = person.enter()
    walk(person, option=2)
    stranger = visitor(served)
    stranger.open("/mina-svar")
    token = stranger.hidden()["_xsrf"]
    stranger.post("/mina-svar", {"_xsrf": token, "code": code})
    variable = BANK.variables[BANK.forms["namnd"].background[0]]
    assert variable.levels[1].text["sv"] in stranger.html
    stranger.post("/mina-svar", {"_xsrf": token, "code": code, "do": "json"})
    taken = json.loads(stranger.html)
    assert taken["sittings"][0]["answers"][variable.id] == [[variable.levels[1].id]]
    stranger.post("/mina-svar", {"_xsrf": token, "code": code, "do": "csv"})
    assert stranger.html.startswith("\ufeff")
    stranger.post("/mina-svar", {"_xsrf": token, "code": code, "do": "withdraw"})
    assert len(read(served).responses) == 2  # only asked whether
    stranger.post("/mina-svar", {"_xsrf": token, "code": code, "do": "withdraw_now"})
    assert "inte beslutat" in stranger.html
    assert len(read(served).responses) == 1
    assert len(read_withdrawals(served.project)) == 1
    stranger.post("/kod", {"_xsrf": token, "code": code})
    assert "tagit tillbaka" in stranger.html


def test_a_decision_on_erasure_is_told(serving: Serving, visitor: New) -> None:
    served = serving("--form", "namnd")
    served.stop()
    policy = served.project / "survey" / "policy.toml"
    text = policy.read_text(encoding="utf-8")
    old = '[decisions.erasure]\ndecision = "ej fattat"\nnumber = ""\ndate = ""'
    assert old in text
    new = '[decisions.erasure]\ndecision = "gallras efter uppföljningen"\nnumber = "12/2026"\ndate = "2026-09-01"'
    policy.write_text(text.replace(old, new), encoding="utf-8")
    served.start()
    person = visitor(served)
    code = person.enter()
    person.post("/mina-svar", {"_xsrf": person.hidden()["_xsrf"], "code": code, "do": "withdraw_now"})
    assert "gallras efter uppföljningen" in person.html
    assert "12/2026" in person.html


def test_codes_cannot_be_guessed_at_speed(serving: Serving, visitor: New) -> None:
    from kunskap.codes import issue_codes

    served = serving("--form", "namnd")
    person = visitor(served)
    person.open("/mina-svar")
    token = person.hidden()["_xsrf"]
    told = [person.post("/mina-svar", {"_xsrf": token, "code": code}) for code in issue_codes(10)]
    assert "inga svar med den koden" in told[0]
    assert "Vänta en minut" in told[-1]


def test_it_opens_and_closes_on_time(serving: Serving, visitor: New) -> None:
    early = serving("--wave", "a", waves='[waves.a]\nform = "namnd"\nopens = 2099-01-01\n')
    assert "öppnar 2099-01-01" in visitor(early).open("/")
    late = serving("--wave", "a", waves='[waves.a]\nform = "namnd"\ncloses = 2001-01-01\n')
    person = visitor(late)
    assert "stängde 2001-01-01" in person.open("/")
    assert "stängde" in person.open("/fragor") or "Jag har en kod" not in person.html
    person.open("/mina-svar")
    assert "Visa mina svar" in person.html  # one's own answers can be seen and withdrawn afterwards too


def test_a_killed_server_comes_back_with_every_acknowledged_answer(serving_process: Serving, visitor: New) -> None:
    served = serving_process("--form", "namnd")
    person = visitor(served)
    person.enter()
    for _ in range(3):
        person.step("next", "1")
    served.kill()
    with pytest.raises(OSError):
        person.step("next", "1")
    served.start()
    person.open("/fragor")
    assert "Fråga 4 av" in person.html
    walk(person)
    assert "Tack för dina svar" in person.html


def test_it_stops_gracefully_and_tells_where_answers_are_and_that_the_wave_has_no_dates(
    serving_process: Serving,
) -> None:
    served = serving_process("--form", "namnd", "--wave", "2026")
    assert served.stop() == 0
    told = served.log.read_text()
    assert "Stängt. Svaren ligger i sqlite:///" in told
    assert "Omgången 2026 står inte i" in told


def test_a_room_answers_at_once(serving: Serving, visitor: New) -> None:
    served = serving("--form", "namnd")

    def one(number: int) -> int:
        person = visitor(served)
        person.enter()
        return walk(person, option=1 + number % 2)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(24)))
    imported = read(served)
    assert len(imported.responses) == 24
    assert imported.responses["completed_at"].notna().all()
    variable = BANK.forms["namnd"].background[0]
    assert imported.respondents[variable].value_counts().tolist() == [12, 12]


def test_two_pages_at_once_keep_apart(serving: Serving, visitor: New) -> None:
    one, other = serving("--form", "namnd", "--wave", "a"), serving("--form", "namnd", "--wave", "b")
    person = visitor(one)
    person.enter()
    walk(person)
    assert len(read(one).responses) == 1
    assert open_store(other.store)


def test_english(serving: Serving, visitor: New) -> None:
    served = serving("--form", "namnd")
    person = visitor(served)
    person.open("/?lang=en")
    assert '<html lang="en">' in person.html
    person.enter()
    assert "Question 1 of" in person.html


def test_a_letter_is_shown_once_its_fields_are_filled_in(serving: Serving, visitor: New) -> None:
    served = serving("--form", "namnd")
    person = visitor(served)
    assert "{{" not in person.open("/om-dina-svar")
    letter = served.project / "survey" / "letters" / "information.md"
    text = re.sub(r"\{\{\w+\}\}", "Region Exempel", letter.read_text(encoding="utf-8"))
    letter.write_text(text, encoding="utf-8")
    assert "Region Exempel" in person.open("/om-dina-svar")
    assert "Innan du publicerar" not in person.html


def test_unknown_forms_and_occasions_are_refused_and_nothing_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from typer.testing import CliRunner

    from kunskap.cli import app

    monkeypatch.chdir(tmp_path)
    told = CliRunner().invoke(app, ["serve", "--form", "finnsinte"])
    assert told.exit_code == 1
    assert "SERVE-01" in told.output
    told = CliRunner().invoke(app, ["serve", "--form", "namnd", "--occasion", "aldrig"])
    assert "SERVE-02" in told.output
    told = CliRunner().invoke(app, ["serve", "--form", "namnd", "--store", "nonsense"])
    assert "STORE-01" in told.output
    assert not list(tmp_path.iterdir())
