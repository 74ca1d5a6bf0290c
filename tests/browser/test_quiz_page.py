"""The quiz's markup, style and script in a plain page: what a participant with a keyboard, a phone, no script, large
text, a dark screen or colours of their own meets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from kunskap.quiz import QuizState, answer, finish, next_question, start
from tests.browser.axe import axe_violations
from tests.browser.site import Site
from tests.quiz_bank import TEACHING, quiz_bank

pytestmark = pytest.mark.browser
BANK = quiz_bank()
EVERY = (*TEACHING, "abil01", "num01", "text01")
Visit = Callable[..., Page]


def begin(*ids: str, **settings: object) -> QuizState:
    items = [BANK.items[item_id] for item_id in ids or TEACHING]
    return start(items, **{"seed": 5, "batteries": BANK.batteries, **settings})  # type: ignore[arg-type]


def answered() -> QuizState:
    """Every type of question on one page: right, wrong, partly, don't know, closed, a hint, and not answered."""
    state = begin(*EVERY, shown="all", tries=2, hints={"one01": "Läs målets andra led."})
    for item_id, chosen in (("one01", "b"), ("one01", "c"), ("many01", "a"), ("true01", "dk"), ("abil01", "can")):
        state = answer(state, item_id, [chosen])
    return answer(state, "num01", ["12,5"])


def place(state: QuizState, item_id: str, option_id: str) -> int:
    return state.orders[item_id].index(option_id) + 1


@pytest.mark.parametrize("name", ["before", "answered", "result", "english"])
def test_axe_finds_nothing_in_light_or_dark(visit: Visit, name: str) -> None:
    state = {
        "before": begin(hints={"one01": "Läs."}),
        "answered": answered(),
        "result": finish(answered()),
        "english": answer(begin(language="en", tries=1), "one01", ["b"]),
    }[name]
    page = visit(Site(state))
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        assert axe_violations(page) == []


@pytest.mark.parametrize(
    ("rule", "plant"),
    [
        ("label", "document.querySelectorAll('.kq-option label').forEach(label => label.remove())"),
        ("button-name", "document.querySelector('.kq-button').replaceChildren()"),
        ("color-contrast", "document.querySelector('.kq').style.setProperty('--kq-quiet', '#b0a99f')"),
        ("valid-lang", "document.querySelector('.kq').lang = 'svenska'"),
        ("aria-roles", "document.querySelector('[role=status]').setAttribute('role', 'stattus')"),
    ],
)
def test_axe_finds_what_is_planted(visit: Visit, rule: str, plant: str) -> None:
    page = visit(Site(begin()))
    page.evaluate(plant)
    found = {line.split(":")[0] for line in axe_violations(page)}
    assert rule in found


class TestSizes:
    @pytest.mark.parametrize("width", [320, 256])
    def test_a_narrow_screen_never_scrolls_sideways(self, visit: Visit, width: int) -> None:
        """320 px is also a 1280 px screen at 400 % zoom."""
        page = visit(Site(answered()), viewport={"width": width, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.add_style_tag(content="* { letter-spacing: .12em !important; word-spacing: .16em !important; "
                                   "line-height: 1.5 !important }")  # fmt: skip
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    def test_text_at_200_per_cent_keeps_everything(self, visit: Visit) -> None:
        page = visit(Site(answered()), viewport={"width": 640, "height": 640})
        page.add_style_tag(content="html { font-size: 200% }")
        assert page.evaluate("document.documentElement.scrollWidth") <= 640
        cut = "all => all.filter(e => e.scrollWidth > e.clientWidth + 1).length"
        assert page.eval_on_selector_all(".kq label, .kq button, .kq p", cut) == 0

    def test_everything_to_press_is_large_enough_for_a_thumb(self, visit: Visit) -> None:
        page = visit(Site(answered()), viewport={"width": 360, "height": 640})
        heights = page.eval_on_selector_all(
            ".kq-option label, .kq-button, .kq summary, .kq-written input", "all => all.map(e => e.offsetHeight)"
        )
        assert len(heights) > 20 and min(heights) >= 44


class TestColours:
    PAPER = "getComputedStyle(document.querySelector('.kq')).backgroundColor"

    def test_dark_follows_the_notebooks_theme_and_elsewhere_the_reader(self, visit: Visit) -> None:
        dark, light = "rgb(36, 33, 30)", "rgb(255, 253, 249)"
        page = visit(Site(begin()))
        for theme, scheme, paper in (
            (None, "light", light),
            (None, "dark", dark),
            ("false", "light", dark),
            ("true", "dark", light),
        ):
            page.emulate_media(color_scheme=scheme)
            if theme:
                page.evaluate(f"document.body.dataset.jpThemeLight = '{theme}'")
            assert page.evaluate(self.PAPER) == paper, (theme, scheme)

    def test_forced_colours_keep_what_colours_said(self, visit: Visit) -> None:
        page = visit(Site(answered()), forced_colors="active")
        assert page.evaluate("matchMedia('(forced-colors: active)').matches")
        widths = page.eval_on_selector_all(
            ".kq-option input", "all => all.map(e => [e.checked, getComputedStyle(e.nextSibling).borderTopWidth])"
        )
        assert {(checked, width) for checked, width in widths} == {(True, "3px"), (False, "1px")}
        bar = "getComputedStyle(document.querySelector('.kq progress'))"
        assert page.evaluate(f"{bar}.borderTopColor != {bar}.backgroundColor")

    def test_reduced_motion_is_respected(self, visit: Visit) -> None:
        time = "getComputedStyle(document.querySelector('.kq-button')).transitionDuration"
        page = visit(Site(begin()), reduced_motion="reduce")
        assert page.evaluate(time) == "0s"
        page.emulate_media(reduced_motion="no-preference")
        assert page.evaluate(time) != "0s"

    def test_the_focus_is_seen(self, visit: Visit) -> None:
        page = visit(Site(begin(hints={"one01": "Läs."})))
        seen = []
        for _ in range(4):
            page.keyboard.press("Tab")
            seen.append(page.evaluate(
                "(e => { const s = getComputedStyle(e.type === 'radio' ? e.nextSibling : e);"
                " return [e.tagName, s.outlineStyle, s.outlineWidth] })(document.activeElement)"
            ))  # fmt: skip
        assert seen == [[tag, "solid", "3px"] for tag in ("INPUT", "SUMMARY", "BUTTON", "BUTTON")]


class TestWithoutScript:
    def test_the_whole_quiz_is_answered_by_forms_alone(self, visit: Visit) -> None:
        state = begin("one01", "many01", "num01")
        page = visit(site := Site(state, script=False), java_script_enabled=False)
        page.check(f"#kq-q1-{place(state, 'one01', 'b')}")
        page.click("button[value=answer]")
        expect(page.get_by_role("status")).to_contain_text("Inte rätt")
        page.click("button[value=next]")
        for option_id in "ab":
            page.check(f"#kq-q2-{place(state, 'many01', option_id)}")
        page.click("button[value=answer]")
        expect(page.get_by_role("status")).to_contain_text("Rätt")
        page.click("button[value=next]")
        page.fill("#kq-q3-1", "tolv")  # there is no right answer to a number: it is kept on the way on
        page.click("button[value=finish]")
        expect(page.get_by_role("status")).to_contain_text("”tolv” går inte att läsa som ett tal.")
        page.fill("#kq-q3-1", "12,5")
        page.click("button[value=finish]")
        expect(page.locator("#kq-summary")).to_have_text("Ditt resultat")
        assert site.state.completed and site.state.replies["num01"].chosen == ("12,5",)


class TestScript:
    def test_by_keyboard_alone_from_the_first_question_to_the_result(self, visit: Visit) -> None:
        page = visit(site := Site(begin("one01", "many01")))
        keys = page.keyboard
        keys.press("Tab")
        keys.press("Space")
        for _ in range(place(site.state, "one01", "a") - 1):
            keys.press("ArrowDown")
        keys.press("Tab")
        keys.press("Enter")
        status = page.locator("#kq-q1-status")
        expect(status).to_contain_text("Rätt")
        assert page.evaluate("document.activeElement.value") == "answer", "the focus stays on the button"
        keys.press("Tab")
        keys.press("Enter")
        expect(page.locator("#kq-q2-stem")).to_be_focused()
        keys.press("Tab")
        for wanted in site.state.orders["many01"]:
            if wanted in "ab":
                keys.press("Space")
            keys.press("Tab")
        keys.press("Enter")
        expect(page.locator("#kq-q2-status")).to_contain_text("Rätt")
        keys.press("Tab")
        keys.press("Enter")
        expect(page.locator("#kq-summary")).to_be_focused()
        assert site.state.replies["many01"].chosen == ("a", "b")

    def test_enter_in_an_option_answers_and_the_focus_is_never_lost(self, visit: Visit) -> None:
        page = visit(site := Site(begin()))
        page.check(f"#kq-q1-{place(site.state, 'one01', 'a')}")
        page.keyboard.press("Enter")
        expect(page.locator("#kq-q1-status")).to_be_focused()

    def test_the_live_region_is_the_same_element_all_along_and_the_same_words_come_twice(self, visit: Visit) -> None:
        page = visit(Site(begin()))
        page.evaluate(
            "window.region = document.querySelector('#kq-q1-status'); window.heard = [];"
            "new MutationObserver(all => all.forEach(m => m.addedNodes.forEach(n => window.heard.push(n.textContent))))"
            ".observe(window.region, {childList: true, subtree: true, characterData: true})"
        )
        button = page.locator("button[value=answer]")
        for number in (1, 2):
            button.click()
            page.wait_for_function(f"window.heard.length === {number}")
        assert page.evaluate("window.heard[0] === window.heard[1] && window.region.isConnected")

    def test_the_same_wrong_answer_twice_is_told_twice(self, visit: Visit) -> None:
        page = visit(site := Site(begin()))
        page.check(f"#kq-q1-{place(site.state, 'one01', 'b')}")
        page.click("button[value=answer]")
        expect(page.locator("#kq-q1-status")).to_contain_text("Inte rätt")
        page.click("button[value=answer]")
        expect(page.locator("#kq-q1-status")).to_contain_text("Försök 2.")

    def test_what_is_ticked_and_written_elsewhere_survives_an_answer(self, visit: Visit) -> None:
        page = visit(site := Site(begin(*EVERY, shown="all", hints={"one01": "Läs."})))
        page.click("summary")
        page.check("#kq-q2-1")
        page.fill("#kq-q6-1", "7")
        page.fill("#kq-q7-1", "Mer tid")
        page.check(f"#kq-q1-{place(site.state, 'one01', 'b')}")
        page.click("#kq-q1 button")
        expect(page.locator("#kq-q1-status")).to_contain_text("Inte rätt")
        assert page.locator("details").get_attribute("open") is not None
        assert page.is_checked("#kq-q2-1") and page.input_value("#kq-q6-1") == "7"
        assert page.input_value("#kq-q7-1") == "Mer tid"

    def test_going_back_shows_what_was_answered(self, visit: Visit) -> None:
        state = begin("svy01", "text01", feedback="never")
        page = visit(site := Site(state))
        page.check("#kq-q1-2")
        page.click("button[value=next]")
        expect(page.locator("#kq-q2-stem")).to_be_focused()
        page.fill("#kq-q2-1", "Mer <b>tid</b>")
        page.click("button[value=previous]")
        expect(page.locator("#kq-q1-2")).to_be_checked()
        page.click("button[value=next]")
        expect(page.locator("#kq-q2-1")).to_have_value("Mer <b>tid</b>")
        page.click("button[value=finish]")
        expect(page.locator("#kq-summary")).to_have_text("Tack för dina svar")
        assert site.state.answered == 2

    def test_a_double_press_is_one_try(self, visit: Visit) -> None:
        page = visit(Site(begin()))
        page.evaluate("window.silent = true")
        page.locator("button[value=answer]").dblclick()
        assert page.evaluate("window.sent") == 1

    def test_texts_from_the_bank_never_become_markup(self, visit: Visit) -> None:
        page = visit(site := Site(begin("trap01", tries=1)))
        page.check(f"#kq-q1-{place(site.state, 'trap01', 'b')}")
        page.click("button[value=answer]")
        expect(page.locator("#kq-q1-status")).to_contain_text("Inget alls: <b>det</b> är bara text")
        assert page.locator(".kq :is(script, i)").count() == 0


class TestSilence:
    UNSAVED = "Inget svar från servern. Ditt svar kan vara osparat."

    def test_silence_is_told_after_eight_seconds_and_not_before(self, visit: Visit) -> None:
        page = visit(Site(begin()))
        page.clock.install()
        page.evaluate("window.silent = true")
        page.check("#kq-q1-1")
        page.click("button[value=answer]")
        page.clock.run_for(1000)
        expect(page.locator("#kq-q1-status")).to_have_text("Skickar ditt svar …")
        page.clock.run_for(6900)
        expect(page.locator("#kq-q1-status")).to_have_text("Skickar ditt svar …")
        page.clock.run_for(200)
        expect(page.locator("#kq-q1-status")).to_contain_text(self.UNSAVED)
        assert page.is_checked("#kq-q1-1")

    def test_the_answer_can_be_sent_again(self, visit: Visit) -> None:
        page = visit(site := Site(begin()))
        page.clock.install()
        page.evaluate("window.silent = true")
        page.check(f"#kq-q1-{place(site.state, 'one01', 'a')}")
        page.click("button[value=answer]")
        page.clock.run_for(8100)
        page.evaluate("window.silent = false")
        page.click("button[value=answer]")
        expect(page.locator("#kq-q1-status")).to_contain_text("Rätt")
        page.clock.run_for(20_000)
        expect(page.locator("#kq-q1-status")).to_contain_text("Rätt")

    def test_a_transport_that_fails_is_told_at_once(self, visit: Visit) -> None:
        page = visit(Site(begin()))
        page.evaluate("window.broken = true")
        page.click("button[value=answer]")
        expect(page.locator("#kq-q1-status")).to_contain_text(self.UNSAVED)

    def test_a_fault_on_the_server_is_told(self, visit: Visit) -> None:
        page = visit(Site(begin(), fails=True))
        page.click("button[value=answer]")
        expect(page.locator("#kq-q1-status")).to_contain_text("Något gick fel hos oss")


def test_before_the_answer_the_page_holds_no_key(visit: Visit) -> None:
    """The whole document, script and style, is the same whichever option is the key."""
    item = BANK.items["one01"]
    pages = set()
    for key in ("a", "b", "c"):
        options = tuple(replace(option, explanation={"sv": f"annan {key}"}) for option in item.options)
        page = visit(Site(start([replace(item, key=(key,), options=options)], seed=5)))
        pages.add(page.content())
    assert len(pages) == 1


def test_the_next_question_is_in_view(visit: Visit) -> None:
    page = visit(Site(next_question(begin())), viewport={"width": 320, "height": 480})
    page.click("button[value=next]")
    expect(page.locator("#kq-q3-stem")).to_be_in_viewport()


def test_two_views_of_one_quiz_share_no_ids_and_only_the_asking_one_takes_the_focus(visit: Visit) -> None:
    """The notebook's transport with a model of the test's own: "create new view for output" shows a quiz twice."""
    page = visit(Site(begin()))
    page.evaluate("""async () => {
        const quiz = (await import("/quiz.js")).default;
        const html = document.querySelector("#host").innerHTML;
        const listeners = {};
        const model = {
            get: (name) => ({ html, prefix: "kq" })[name],
            on: (name, call) => (listeners[name] ??= []).push(call),
            off: (name, call) => (listeners[name] = listeners[name].filter((each) => each !== call)),
            send: ({ request }) => listeners["msg:custom"].forEach(
                (call) => call({ kind: "reply", request, focus: "kq-q1-stem" })),
        };
        document.querySelector("main").innerHTML = "<div id=one></div><div id=two></div>";
        window.leave = ["one", "two"].map((id) => quiz.render({ model, el: document.getElementById(id) }));
        window.left = () => Object.values(listeners).flat().length;
    }""")
    ids = page.eval_on_selector_all("main [id]", "all => all.map(e => e.id)")
    assert len(ids) == len(set(ids)) > 20
    page.click("#two button[value=answer]")
    assert page.evaluate("document.querySelector('#two').contains(document.activeElement)")
    assert page.evaluate("document.activeElement.tagName") == "LEGEND"
    assert page.evaluate("window.leave.forEach(leave => leave()) || window.left()") == 0
