"""Ways to meet the questions: all on one page, a limited number of tries, a hint, a diploma, the next module."""

from __future__ import annotations

import re
from collections.abc import Callable

from kunskap.bank import read_bank
from kunskap.readers import read_responses
from tests.serve.conftest import Served, Visitor

BANK = read_bank()
Serving = Callable[..., Served]
New = Callable[[Served], Visitor]
OWN = ("/mitt-resultat.html", "/mitt-resultat.pdf")


def places(html: str) -> dict[int, int]:
    """Question on the sheet → how many options it has."""
    found: dict[int, int] = {}
    for number, place in re.findall(r'name="chosen-(\d+)" value="(\d+)"', html):
        found[int(number)] = max(found.get(int(number), 0), int(place))
    return found


def test_a_survey_on_one_page_is_kept_and_handed_in_without_script(serving: Serving, visitor: New) -> None:
    served = serving("--form", "baslinje", "--wave", "v", "--shown", "all")
    person = visitor(served)
    person.enter()
    assert person.html.count("<form") == 1 and person.html.count("<fieldset") > 20
    before = person.html.count("<fieldset")
    sheet = person.hidden()
    # the role decides which questions there are: nothing is handed in until they have been seen
    person.step("finish", **{"chosen-1": "2", "chosen-2": "1"})
    assert person.html.count("<fieldset") > before
    assert "gav några frågor till" in person.html
    # a page left open in another tab is told, and changes nothing
    person.post("/fragor", {**sheet, "do": "answer", "chosen-1": "1"})
    assert "sidan hade ändrats" in person.html
    several = {int(n) for n in re.findall(r'type="checkbox"[^>]*name="chosen-(\d+)"', person.html)}
    ticked = {f"chosen-{number}": most - 1 for number, most in places(person.html).items()} | {"chosen-1": 2}
    spoilt = {**ticked, f"chosen-{min(several)}": ["1", str(places(person.html)[min(several)])]}
    person.step("finish", **spoilt)
    assert f"fråga {min(several)}" in person.html and "Tack för dina svar" not in person.html
    sent = {**person.hidden(), "do": "finish", **ticked}
    person.post("/fragor", sent)
    assert "Tack för dina svar" in person.html
    assert "Nästa modul för dig" in person.html and "Rätt svar:" not in person.html
    assert "Ditt resultat" not in person.open(OWN[0]), "of a survey it would show the key"
    person.post("/fragor", sent)  # a replay
    imported = read_responses(served.store, bank=BANK, form="baslinje")
    assert imported.rejects.empty and len(imported.responses) == 1
    assert imported.respondents.iloc[0]["role"] == "tjm"
    row = imported.responses.iloc[0]
    assert "skip" not in {str(row[item_id]) for item_id in ("goals01", "rds03") if item_id in row}
    assert "Traceback" not in served.log.read_text()


def test_a_quiz_with_hints_and_one_try_ends_in_a_diploma_and_a_page_of_ones_own(serving: Serving, visitor: New) -> None:
    served = serving("--form", "r4a", "--paced", "self", "--tries", "1")
    person = visitor(served)
    person.open("/intyg")
    assert "Intyg" not in person.html
    code = person.enter()
    for _ in range(2):
        person.step("next", "1")
    for item_id in BANK.forms["r4a"].item_ids:
        item = BANK.items[item_id]
        assert item.hint["sv"] in person.html.replace("&#x27;", "'")
        chosen = []
        for option_id in item.key:
            text = re.escape(item.option(option_id).text["sv"])
            place = re.search(r'value="(\d+)"[^>]*><label[^>]*><span>' + text, person.html)
            assert place, person.html
            chosen.append(place[1])
        person.step("answer", chosen)
        assert "Rätt" in person.html
        last = item_id == BANK.forms["r4a"].item_ids[-1]
        if last:
            for address in ("/intyg", *OWN):
                person.open(address)
                assert "<article" not in person.html and "Ditt resultat" not in person.html  # not finished yet
            person.open(f"/fragor?q={len(BANK.forms['r4a'].item_ids) + 2}")
        person.step("finish" if last else "next")
    assert 'href="/intyg"' in person.html and all(f'href="{address}"' in person.html for address in OWN)
    person.open("/intyg")
    assert "4 av 4" in person.html and BANK.forms["r4a"].title["sv"] in person.html
    assert "<input" not in person.html
    person.open("/intyg?lang=en")
    assert "Namn:" in person.html or "Name:" in person.html
    keeps_what_is_ones_own(person, code, stranger=visitor(served))
    assert "4 av 4" not in served.log.read_text("utf-8") and code not in served.log.read_text("utf-8")


def keeps_what_is_ones_own(person: Visitor, code: str, *, stranger: Visitor) -> None:
    """Who took the quiz gets the page, by the session or by the code; nobody else does."""
    page = person.open(OWN[0])
    assert "4 av 4 rätt" in page and BANK.forms["r4a"].title["sv"] in page
    assert (person.headers["Cache-Control"], person.headers["Content-Type"]) == ("no-store", "text/html; charset=utf-8")
    assert person.headers["Content-Disposition"] == 'attachment; filename="mitt-resultat.html"'
    asked = [BANK.items[item_id] for item_id in BANK.forms["r4a"].item_ids]
    assert not [
        text for item in asked for text in (item.stem["sv"], item.option(item.key[0]).text["sv"]) if text in page
    ]
    stranger.open(OWN[0])
    assert "Ditt resultat" not in stranger.html and "Content-Disposition" not in stranger.headers
    own = stranger.enter()  # has a code of their own, has begun and not finished
    for given in (own, "abborre abborre abborre abborre abborre"):
        stranger.open("/mina-svar")
        stranger.post("/mina-svar", {"_xsrf": stranger.hidden()["_xsrf"], "do": "html", "code": given})
        assert "4 av 4" not in stranger.html and "Content-Disposition" not in stranger.headers
    # the holder of the code, on another phone
    stranger.open("/mina-svar")
    fields = {"_xsrf": stranger.hidden()["_xsrf"], "code": code}
    assert 'value="pdf"' in stranger.post("/mina-svar", {**fields, "do": "see"})
    assert "4 av 4 rätt" in stranger.post("/mina-svar", {**fields, "do": "html"})


def test_all_questions_of_a_quiz_on_one_page_keep_their_feedback(serving: Serving, visitor: New) -> None:
    served = serving("--form", "r4b", "--paced", "self", "--shown", "all")
    person = visitor(served)
    person.enter()
    forms = person.html.split('class="kq-question"')[1:]
    third = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', forms[2].split("</form>")[0]))
    person.post("/fragor", {**third, "do": "answer", "chosen": "1"})
    assert person.html.count("kq-feedback") == 1
    last = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', forms[-1].split("</form>")[0]))
    person.post("/fragor", {**last, "do": "finish"})
    assert "Ditt resultat" in person.html and "Inte besvarade" in person.html


def test_what_cannot_be_is_told_before_anyone_comes(serving: Serving) -> None:
    from kunskap.errors import KunskapError
    from kunskap.project import open_project
    from kunskap.serve import settings_for
    from kunskap.words import read_words

    for wrong in ({"shown": "some"}, {"tries": 0}):
        try:
            settings_for(
                open_project(None),
                store="sqlite://",
                bank=BANK,
                words={"sv": read_words(language="sv")},
                form="r4a",
                **wrong,  # type: ignore[arg-type]
            )
        except KunskapError as error:
            assert error.codes == ("QUIZ-05",)
        else:
            raise AssertionError(wrong)
