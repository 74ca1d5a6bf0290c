"""The participants' pages: what each address answers."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence

from tornado.web import HTTPError

from kunskap.codes import check_code, issue_codes, read_code_words
from kunskap.errors import Fault, KunskapError, fault
from kunskap.pseudonym import pseudonym
from kunskap.quiz import QuizState
from kunskap.quiz_markup import ENDINGS, diploma
from kunskap.serve.own_answers import answers_as_csv, answers_as_json, answers_to_show
from kunskap.serve.own_result import RESULT_FILES, OwnResultPage, SendsResult, latest_taken
from kunskap.serve.pages import LOG, SESSION, Page, told
from kunskap.serve.settings import HERE
from kunskap.serve.sheets import letter, static_file
from kunskap.serve.sittings import drawn, fresh_state, place_of, post_form, seen
from kunskap.serve.whole_sheet import post_sheet
from kunskap.store import Holding, begin, issue, load, own_sittings, withdraw
from kunskap.withdrawal import withdraw as withdraw_everywhere

__all__ = ["ADDRESSES", "Enter", "Landing", "Missing", "Questions", "WithoutCode"]

TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}


class Landing(Page):
    """What it is about, and the ways in."""

    def get(self) -> None:
        """Show it."""
        if self.is_closed():
            return
        self.landing()

    def landing(self, faults: tuple[str, ...] = (), code: str = "") -> None:
        """Show it, with what was wrong with a code."""
        intro = self.setting.form.intro.get(self.language, "")
        self.show("landing", faults=faults, code=code, has_begun=self.sitting_id is not None, intro=intro)


class Enter(Landing):
    """A code, and the questions begin."""

    async def post(self) -> None:
        """Begin, or go on where one stopped."""
        if self.is_closed():
            return
        typed = self.get_body_argument("code", "")
        if not self.limits.allows(self.visitor):
            self.landing((self.words("serve.slow_down"),), typed)
            return
        try:
            code = check_code(typed, words=read_code_words(self.setting.survey))
            person = await self.at_desk(lambda: pseudonym(code, key=self.setting.key))
            sitting = await self.at_desk(lambda: self.begun(person))
        except KunskapError as error:
            self.limits.misses(self.visitor)
            self.landing(told(error, self.language), typed)
            return
        self.keep(SESSION, sitting)
        self.redirect("/fragor", status=303)

    def begun(self, person: str | None) -> str:
        """The sitting's id."""
        setting = self.setting
        sitting = begin(
            setting.store,
            form=setting.form.id,
            wave=setting.wave,
            occasion=setting.occasion,
            language=self.language,
            pseudonym=person,
        )
        return sitting.sitting_id


class NewCode(Enter):
    """A code for one who has none."""

    async def post(self) -> None:
        """Draw a code, keep its pseudonym, show it once."""
        if self.is_closed():
            return
        (code,) = issue_codes(1, words=read_code_words(self.setting.survey))
        try:
            person = await self.at_desk(lambda: pseudonym(code, key=self.setting.key))
            await self.at_desk(lambda: issue(self.setting.store, [person], wave=self.setting.wave))
        except KunskapError as error:
            self.landing(told(error, self.language))
            return
        self.show("new_code", code=code)


class WithoutCode(Enter):
    """One who wants no code: the answers cannot be found again, by anyone."""

    async def post(self) -> None:
        """Begin."""
        if self.is_closed():
            return
        try:
            self.keep(SESSION, await self.at_desk(lambda: self.begun(None)))
        except KunskapError as error:
            self.landing(told(error, self.language))
            return
        self.redirect("/fragor", status=303)


class Questions(Page):
    """The questions, one at a time."""

    async def get(self) -> None:
        """Show where the participant is."""
        if self.sitting_id is None:
            self.redirect("/", status=303)
            return
        position = place_of(self.get_query_arguments("q"))
        setting, sitting_id = self.setting, self.sitting_id
        again = position is not None and setting.feedback == "at_once"
        try:
            if setting.state != "open":
                sitting = await self.at_desk(lambda: load(setting.store, sitting_id))
                if not sitting.completed:
                    self.is_closed()
                    return
            state = await self.at_desk(
                lambda: seen(setting, sitting_id, position=position, completed=False if again else None)
            )
        except KunskapError as error:
            is_gone = "STORE-05" in error.codes
            if is_gone:  # a database that does not answer is no reason to lose where one was
                self.clear_cookie(SESSION)
            self.show("error", status=409 if is_gone else 503, text=" ".join(told(error, self.language)))
            return
        self.page(state)

    async def post(self) -> None:
        """Take an answer."""
        sitting_id = self.sitting_id
        wants_parts = self.request.headers.get("Accept", "").startswith("application/json")
        if sitting_id is None or self.setting.state != "open":
            self.lost(wants_parts)
            return
        fields = {name: [value.decode("utf-8", "replace") for value in values] for name, values in self.raw().items()}
        try:
            keep = post_sheet if self.setting.is_sheet else post_form
            taken = await self.at_desk(lambda: keep(self.setting, sitting_id, fields))
        except KunskapError as error:
            LOG.warning("an answer was not saved: %s", ", ".join(error.codes))
            self.unsaved(wants_parts, " ".join(told(error, self.language)))
            return
        if wants_parts:
            html = drawn(self.setting, taken.state, token=self.token, notices=taken.notices)
            self.set_header("Content-Type", "application/json; charset=utf-8")
            self.finish(json.dumps({"html": html, "focus": taken.focus, "failed": False}))
        elif taken.is_taken:
            self.redirect(self.place(taken.state), status=303)
        else:
            self.page(taken.state, taken.notices)

    def place(self, state: QuizState) -> str:
        """Where one goes on: a part of the page where all questions stand on it."""
        number = state.position + 1
        if state.completed:
            return "/fragor"
        if state.shown == "one":
            return f"/fragor?q={number}"
        return "/fragor#kq-sheet-status" if state.is_sheet else f"/fragor?q={number}#kq-q{number}"

    def raw(self) -> dict[str, list[bytes]]:
        """What the form sent."""
        return self.request.body_arguments

    def page(self, state: QuizState, notices: Mapping[str, Sequence[Fault]] | None = None) -> None:
        """The whole page around the quiz."""
        html = drawn(self.setting, state, token=self.token, notices=notices)
        self.show("questions", quiz=html, completed=state.completed)

    def lost(self, wants_parts: bool) -> None:
        """There is no sitting to answer in."""
        if wants_parts:
            self.set_status(409)
            self.finish(json.dumps({"failed": True}))
        elif not self.is_closed():
            self.redirect("/", status=303)

    def unsaved(self, wants_parts: bool, reason: str) -> None:
        """Say that it was not saved."""
        self.set_status(503)
        if wants_parts:
            self.finish(json.dumps({"failed": True}))
        else:
            self.show("error", status=503, text=reason)


class Diploma(Page):
    """A diploma to print, for whoever has earned it."""

    async def get(self) -> None:
        """Show it, or the questions."""
        setting, sitting_id = self.setting, self.sitting_id
        try:
            if sitting_id is None:
                raise KunskapError([fault("QUIZ-07")])
            sitting = await self.at_desk(lambda: load(setting.store, sitting_id))
            state = fresh_state(setting, sitting)
            title, day = setting.form.title[state.language], dt.datetime.now(HERE).date()
            drawn_up = diploma(state, words=setting.words[state.language], title=title, day=day)
        except KunskapError:
            self.redirect("/fragor", status=303)
            return
        self.show("diploma", diploma=drawn_up)


class OwnAnswers(SendsResult):
    """What the holder of a code has answered: to see, to take along, to withdraw."""

    def get(self) -> None:
        """Ask for the code."""
        self.ask()

    def ask(self, faults: tuple[str, ...] = ()) -> None:
        """Ask for the code, with what was wrong."""
        self.show("own_code", faults=faults)

    async def post(self) -> None:
        """Do what was asked for with the answers of this code."""
        action, typed = self.get_body_argument("do", "see"), self.get_body_argument("code", "")
        if not self.limits.allows(self.visitor):
            self.ask((self.words("serve.slow_down"),))
            return
        try:
            code = check_code(typed, words=read_code_words(self.setting.survey))
            person = await self.at_desk(lambda: pseudonym(code, key=self.setting.key))
            holding = await self.at_desk(lambda: own_sittings(self.setting.store, person))
            if not holding.sittings and not holding.withdrawn:
                self.limits.misses(self.visitor)
                self.ask((self.words("serve.nothing_with_code"),))
                return
            await self.act(action, code, person, holding)
        except KunskapError as error:
            self.limits.misses(self.visitor)
            self.ask(told(error, self.language))

    async def act(self, action: str, code: str, person: str, holding: Holding) -> None:
        """One of the things a holder can do."""
        bank, words = self.setting.bank, self.words
        result = latest_taken(self.setting, holding)
        if action == "json":
            content = answers_as_json(holding, bank=bank, words=words)
            self.attach("mina-svar.json", "application/json; charset=utf-8", content)
        elif action == "csv":
            content = answers_as_csv(holding, bank=bank, words=words)
            self.attach("mina-svar.csv", "text/csv; charset=utf-8", content)
        elif action in ENDINGS and result is not None:
            await self.send_result(result, action)
        elif action == "withdraw" and not holding.withdrawn:
            self.show("withdraw", code=code)
        elif action == "withdraw_now":
            await self.at_desk(lambda: self.withdrawn(code, person))
            self.clear_cookie(SESSION)
            self.show("withdrawn", decision=self.setting.erasure)
        else:
            sittings = answers_to_show(holding, bank=bank, words=words)
            endings = ENDINGS if result is not None else ()
            self.show("own_answers", code=code, sittings=sittings, withdrawn=holding.withdrawn, endings=endings)

    def withdrawn(self, code: str, person: str) -> None:
        """Out of this store at once, and out of every other file that the project reads."""
        withdraw(self.setting.store, person)
        if self.setting.project is not None:
            today = dt.datetime.now(HERE).date()
            withdraw_everywhere(code, folder=self.setting.project, key=self.setting.key, today=today)


class Information(Page):
    """How the answers are handled."""

    def get(self) -> None:
        """Show the project's own letter, or the short version."""
        own = letter(self.setting.survey / "letters" / "information.md") if self.language == "sv" else None
        self.show("information", letter=own, contact=self.setting.contact)


class Accessibility(Page):
    """What works, what does not, and whom to tell."""

    def get(self) -> None:
        """Show the project's own statement, or the tool's."""
        own = letter(self.setting.survey / "legal" / "tillganglighetsredogorelse.md") if self.language == "sv" else None
        self.show("accessibility", letter=own, contact=self.setting.contact)


class Static(Page):
    """Styles and scripts."""

    def get(self, name: str) -> None:
        """Send one; they are the same until the next version."""
        self.set_header("Content-Type", f"{TYPES[name.rpartition('.')[2]]}; charset=utf-8")
        self.set_header("Cache-Control", "no-cache")
        self.finish(static_file(name))


class Missing(Page):
    """Any other address."""

    def prepare(self) -> None:
        """Say so."""
        raise HTTPError(404)


ADDRESSES: tuple[tuple[str, type[Page]], ...] = (
    (r"/", Landing),
    (r"/kod", Enter),
    (r"/ny-kod", NewCode),
    (r"/utan-kod", WithoutCode),
    (r"/fragor", Questions),
    (r"/intyg", Diploma),
    (RESULT_FILES, OwnResultPage),
    (r"/mina-svar", OwnAnswers),
    (r"/om-dina-svar", Information),
    (r"/tillganglighet", Accessibility),
    (r"/static/(quiz\.css|quiz\.js|page\.css|page\.js|room\.js|icon\.svg)", Static),
)
