"""A participant's own result as a page to keep: made when asked for, sent to who asked, and kept by nobody here."""

from __future__ import annotations

import asyncio
import datetime as dt

from kunskap.errors import KunskapError
from kunskap.quiz import QuizState, own_result
from kunskap.quiz_markup import ENDINGS, has_result
from kunskap.serve.pages import Page, told
from kunskap.serve.settings import HERE, Settings
from kunskap.serve.sittings import OWN_RESULT, fresh_state
from kunskap.store import Holding, load

__all__ = ["RESULT_FILES", "OwnResultPage", "SendsResult", "latest_taken", "result_file"]

RESULT_FILES = rf"{OWN_RESULT}\.({'|'.join(ENDINGS)})"
TYPES = {"html": "text/html; charset=utf-8", "pdf": "application/pdf"}


def latest_taken(settings: Settings, holding: Holding) -> QuizState | None:
    """The latest quiz of a code that has a result to keep, on a page where everyone goes at their own pace."""
    if settings.paced == "trainer" or holding.withdrawn:
        return None
    states = [fresh_state(settings, each) for each in holding.sittings if each.form == settings.form.id]
    return next((state for state in reversed(states) if has_result(state)), None)


def result_file(settings: Settings, state: QuizState, ending: str, *, day: dt.date) -> bytes:
    """A person's own page.

    Parameters
    ----------
    state : QuizState
        Of which `kunskap.quiz_markup.has_result` is true.
    ending : str
        One of `kunskap.quiz_markup.ENDINGS`.
    day : date
        Printed on it.

    Returns
    -------
    bytes
        Sums only.  Nothing is written to a disk.

    Raises
    ------
    KunskapError
        ``REPORT-11``, ``REPORT-12`` if there is no PDF to be made.
    """
    from kunskap.report.formats import write_format  # drawing takes memory that questions have no use for
    from kunskap.report.kinds import OwnPage, own_document

    words = settings.words[state.language]
    title = settings.form.title[state.language]
    page = OwnPage(result=own_result(state), name=title, bank=settings.bank, words=words, date=day)
    return write_format(ending, own_document(page), bank=settings.bank, words=words)


class SendsResult(Page):
    """A page that can send the own result as a file."""

    async def send_result(self, state: QuizState, ending: str) -> None:
        """Make the page beside the desk, so that no answer waits for it, and send it to be kept."""
        day = dt.datetime.now(HERE).date()
        try:
            content = await asyncio.to_thread(result_file, self.setting, state, ending, day=day)
        except KunskapError as error:
            self.show("error", status=503, text=" ".join(told(error, self.language)))
            return
        self.attach(f"mitt-resultat.{ending}", TYPES[ending], content)

    def attach(self, name: str, kind: str, content: bytes) -> None:
        """Send a file to keep."""
        self.set_header("Content-Type", kind)
        self.set_header("Content-Disposition", f'attachment; filename="{name}"')
        self.finish(content)


class OwnResultPage(SendsResult):
    """The own result as a file, for the browser that has taken the quiz."""

    async def get(self, ending: str) -> None:
        """Send it, or show the questions where there is none."""
        sitting_id = self.sitting_id
        try:
            state = await self.at_desk(lambda: self.taken(sitting_id)) if sitting_id else None
        except KunskapError:
            state = None
        if state is None or not has_result(state):
            self.redirect("/fragor", status=303)
            return
        await self.send_result(state, ending)

    def taken(self, sitting_id: str) -> QuizState | None:
        """What this browser has taken; None where there is nothing to tell of."""
        return fresh_state(self.setting, load(self.setting.store, sitting_id))
