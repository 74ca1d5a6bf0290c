"""The quiz as a plain page, answered from the test itself: no server, no network.

The page works as the participants' page will: forms that post, and the script that only enhances.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qs

from playwright.sync_api import Page, Route

from kunskap.errors import Fault, KunskapError
from kunskap.quiz import QuizState
from kunskap.quiz_markup import focus_after, read_form, render, take
from tests.quiz_bank import quiz_words

STATIC = Path(__file__).resolve().parents[2] / "src" / "kunskap" / "static"
PAGE = """<!doctype html>
<html lang="{language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Quiz</title>
<link rel="stylesheet" href="/quiz.css">
<style>:root {{ color-scheme: light dark; }} body {{ margin: 0; }}</style></head>
<body><main><h1>Modul</h1><div id="host">{html}</div></main>{script}</body></html>
"""
SCRIPT = """<script type="module">
import { attach } from "/quiz.js";
window.sent = 0;
let html = document.querySelector("#host").innerHTML;
const quiz = attach(document.querySelector("#host"), {
  html: () => html,
  send: async (fields, request) => {
    window.sent += 1;
    if (window.silent) return;
    if (window.broken) throw new Error("planted");
    const reply = await window.post(fields);
    html = reply.html;
    quiz.reply({ ...reply, request });
  },
});
window.ready = true;
</script>
"""


class Site:
    """One participant's page at http://quiz.test/."""

    def __init__(self, state: QuizState, *, script: bool = True, fails: bool = False) -> None:
        self.state = state
        self.script = script
        self.fails = fails
        self.notices: dict[str, tuple[Fault, ...]] = {}

    def serve(self, page: Page) -> None:
        page.route("http://quiz.test/**", self._handle)
        if self.script:
            page.expose_function("post", self._post)

    def html(self) -> str:
        return render(self.state, words=quiz_words(self.state.language), notices=self.notices)

    def step(self, fields: Mapping[str, list[str]]) -> str | None:
        before, self.notices = self.state, {}
        try:
            request = read_form(before, fields)
            self.state = take(before, request)
        except KunskapError as error:
            self.notices = {before.items[int(fields["question"][0]) - 1].id: error.faults}
        return focus_after(before, self.state)

    def _post(self, fields: Mapping[str, list[str]]) -> dict[str, object]:
        if self.fails:
            return {"html": self.html(), "focus": None, "failed": True}
        focus = self.step(fields)
        return {"html": self.html(), "focus": focus, "failed": False}

    def _handle(self, route: Route) -> None:
        name = route.request.url.removeprefix("http://quiz.test/")
        if name in ("quiz.css", "quiz.js"):
            kind = "text/css" if name.endswith("css") else "text/javascript"
            route.fulfill(body=(STATIC / name).read_text(encoding="utf-8"), content_type=f"{kind}; charset=utf-8")
            return
        if route.request.method == "POST":
            self.step(parse_qs(route.request.post_data or ""))
        body = PAGE.format(language=self.state.language, html=self.html(), script=SCRIPT if self.script else "")
        route.fulfill(body=body, content_type="text/html; charset=utf-8")
