"""The participants' pages in a room: what is asked follows the trainer, and the answer is kept or kindly put aside."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor

from kunskap.errors import Fault, KunskapError, fault
from kunskap.quiz import QuizState
from kunskap.quiz_markup import read_form, take
from kunskap.room import is_poll
from kunskap.serve.handlers import Enter, Questions, WithoutCode
from kunskap.serve.limits import Limits
from kunskap.serve.own_result import RESULT_FILES, OwnResultPage
from kunskap.serve.pages import LOG, SESSION, Page, told
from kunskap.serve.room_polls import show_poll, take_vote
from kunskap.serve.room_view import Seen, about_oneself, room_state, show_about_oneself, show_room, taken_in_room
from kunskap.serve.room_watch import RoomWatch
from kunskap.serve.settings import Settings
from kunskap.serve.sittings import place_of, receipt_of
from kunskap.store import (
    POLL,
    Sitting,
    begin,
    load,
    mark_shown,
    ready,
    save_answer,
    save_in_room,
    seat_of,
    take_seat,
)

__all__ = ["ROOM_ADDRESSES"]


class InRoom(Page):
    """A page that knows where the room is."""

    def initialize(  # type: ignore[override]
        self, settings: Settings, limits: Limits, desk: Executor, watch: RoomWatch
    ) -> None:
        """Take what the application hands over."""
        super().initialize(settings, limits, desk)
        self.watch = watch

    async def prepare(self) -> None:
        """Look where the room is: the form and the occasion are the room's."""
        try:
            self.room = await self.watch.now()
        except KunskapError as error:
            self.show("error", status=503, text=" ".join(told(error, self.language)))
            return
        self.setting = self.setting.in_room(self.room)

    def begun_in_room(self, person: str | None) -> str:
        """A sitting with a seat in the room."""
        setting, room = self.setting, self.room
        sitting = begin(
            setting.store,
            form=room.form,
            wave=setting.wave,
            occasion=room.occasion,
            language=self.language,
            pseudonym=person,
        )
        take_seat(setting.store, sitting.sitting_id, room, ready=not setting.form.background)
        return sitting.sitting_id


class RoomEnter(InRoom, Enter):
    """A code, and a seat."""

    def begun(self, person: str | None) -> str:
        """The sitting's id."""
        return self.begun_in_room(person)


class RoomWithoutCode(InRoom, WithoutCode):
    """A seat without a code."""

    def begun(self, person: str | None) -> str:
        """The sitting's id."""
        return self.begun_in_room(person)


class RoomState(InRoom):
    """Whether anything is new: a number, for phones that ask every other second."""

    def get(self) -> None:
        """Tell the room's version; no database while it is fresh, and no session."""
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.finish(json.dumps({"version": self.room.version}))


class RoomQuestions(InRoom, Questions):
    """The room's question, or what comes before and after it."""

    async def get(self) -> None:
        """Show where the room is."""
        if self.sitting_id is None:
            self.away()
            return
        sitting_id, token = self.sitting_id, self.token
        position = place_of(self.get_query_arguments("q"))
        try:
            followed = await self.at_desk(lambda: self.follow(sitting_id))
            if followed is None:
                self.clear_cookie(SESSION)
                self.away()
                return
            seen = await self.at_desk(lambda: self.seen(followed, token=token, position=position))
        except KunskapError as error:
            LOG.warning("the room could not be shown: %s", ", ".join(error.codes))
            self.unsaved(self.wants_parts, " ".join(told(error, self.language)))
            return
        self.keep(SESSION, followed.sitting_id)
        self.send(seen)

    async def post(self) -> None:
        """Take an answer."""
        sitting_id, token = self.sitting_id, self.token
        if sitting_id is None or self.setting.state != "open":
            self.away()
            return
        fields = {name: [value.decode("utf-8", "replace") for value in values] for name, values in self.raw().items()}
        try:
            followed = await self.at_desk(lambda: self.follow(sitting_id))
            if followed is None:
                self.away()
                return
            seen = await self.at_desk(lambda: self.taken(followed, fields, token=token))
        except KunskapError as error:
            LOG.warning("an answer was not saved: %s", ", ".join(error.codes))
            self.unsaved(self.wants_parts, " ".join(told(error, self.language)))
            return
        self.keep(SESSION, followed.sitting_id)
        self.send(seen)

    @property
    def wants_parts(self) -> bool:
        """Whether the page's script asks."""
        return self.request.headers.get("Accept", "").startswith("application/json")

    def follow(self, sitting_id: str) -> Sitting | None:
        """The sitting in the round where the room is now; None if its group has left.

        Who was there before the module is asked after it without typing the code again.
        """
        setting, room = self.setting, self.room
        seat = seat_of(setting.store, sitting_id)
        if seat is None or (seat.room, seat.party) != (room.name, room.party):
            return None
        sitting = load(setting.store, sitting_id)
        if seat.occasion == room.occasion:
            return sitting
        later = begin(
            setting.store,
            form=room.form,
            wave=setting.wave,
            occasion=room.occasion,
            language=sitting.language,
            pseudonym=seat.pseudonym,
        )
        # who one is has been answered already, and is carried over
        known = {name: tries for name, tries in sitting.tries.items() if name in setting.form.background}
        for name, tries in known.items():
            if name not in later.tries:
                chosen = tries[-1] if tries else ()
                later = save_answer(setting.store, later.sitting_id, name, chosen, receipt=f"carried {name}")
        take_seat(setting.store, later.sitting_id, room, ready=seat.ready)
        return load(setting.store, later.sitting_id)

    def seen(self, sitting: Sitting, *, token: str, position: int | None = None) -> Seen:
        """What there is to see."""
        setting, room = self.setting, self.room
        seat = seat_of(setting.store, sitting.sitting_id)
        if seat is not None and not seat.ready and room.phase != "ended":
            state = about_oneself(setting, sitting, position=position)
            if state is not None:
                self.note_shown(sitting, state.items[state.position].id)
                return show_about_oneself(setting, state, token=token)
        if room.phase == "open" and room.item is not None and not is_poll(room):
            self.note_shown(sitting, room.item)
        return self.shown(sitting, token=token)

    def shown(self, sitting: Sitting, *, token: str, notice: str = "", faults: Sequence[Fault] = ()) -> Seen:
        """Draw where the room is."""
        setting, room = self.setting, self.room
        draw = show_poll if is_poll(room) and room.phase != "ended" else show_room
        return draw(setting, room, sitting, token=token, notice=notice, faults=faults)

    def note_shown(self, sitting: Sitting, item_id: str) -> None:
        """Note that a question has been shown."""
        if item_id not in sitting.tries and not sitting.completed:
            mark_shown(self.setting.store, sitting.sitting_id, [item_id])

    def taken(self, sitting: Sitting, fields: Mapping[str, list[str]], *, token: str) -> Seen:
        """Do what a form asks for."""
        item_id = "".join(fields.get("item", ()))
        if item_id in self.setting.form.background:
            return self.taken_about_oneself(sitting, fields, token=token)
        if item_id.startswith(POLL):
            notice, faults = take_vote(self.setting, self.room, sitting, fields)
            return self.shown(sitting, token=token, notice=notice, faults=faults)
        return self.taken_in_room(sitting, item_id, fields, token=token)

    def taken_about_oneself(self, sitting: Sitting, fields: Mapping[str, list[str]], *, token: str) -> Seen:
        """A question about oneself."""
        setting = self.setting
        before = about_oneself(setting, sitting, position=place_of(fields.get("question", ())))
        if before is None or sitting.completed:
            return self.seen(sitting, token=token)
        item = before.items[before.position]
        try:
            after = take(before, read_form(before, fields))
        except KunskapError as error:
            return show_about_oneself(setting, before, token=token, notices={item.id: error.faults})
        if after.replies != before.replies:
            reply = after.replies.get(item.id)
            chosen = reply.chosen if reply else ()
            save_answer(setting.store, sitting.sitting_id, item.id, chosen, receipt=receipt_of(fields))
        if after.completed:
            ready(setting.store, sitting.sitting_id)
        fresh = load(setting.store, sitting.sitting_id)
        return self.seen(fresh, token=token, position=None if after.completed else after.position)

    def taken_in_room(self, sitting: Sitting, item_id: str, fields: Mapping[str, list[str]], *, token: str) -> Seen:
        """The room's question, or one that the room has left."""
        setting, room = self.setting, self.room
        items = {item.id for item in setting.bank.items.values() if item.id in setting.form.item_ids}
        if item_id not in items:
            return self.shown(sitting, token=token, notice="changed")
        before = room_state(setting, sitting, item_id)
        try:
            after = take(before, read_form(before, {**fields, "question": [str(before.position + 1)]}))
            reply = after.replies.get(item_id)
            if reply is None:
                raise KunskapError([fault("QUIZ-13", item_id)])
        except KunskapError as error:
            if item_id != room.item:
                return self.shown(sitting, token=token, notice="changed")
            return self.shown(sitting, token=token, faults=error.faults)
        name, receipt = room.name, receipt_of(fields)
        saved = save_in_room(setting.store, name, sitting.sitting_id, item_id, reply.chosen, receipt=receipt)
        fresh = load(setting.store, sitting.sitting_id)
        notice = {"late": "late", "over": "over", "kept": "kept"}.get(saved, "")
        if not notice and (item_id != room.item or room.phase != "open"):
            notice = "in_time"
        return self.shown(fresh, token=token, notice=notice)

    def away(self) -> None:
        """There is no seat: to the first page."""
        if self.wants_parts:
            self.set_status(409)
            self.finish(json.dumps({"failed": True, "away": True}))
        elif not self.is_closed():
            self.redirect("/", status=303)

    def send(self, seen: Seen) -> None:
        """The whole page, or the part that the script puts in place."""
        if not self.wants_parts:
            version = self.room.version
            self.show("room", quiz=seen.html, view=seen.name, version=version, waits=seen.waits)
            return
        self.set_header("Content-Type", "application/json; charset=utf-8")
        told_to_page = {"html": seen.html, "focus": seen.focus, "view": seen.name, "version": self.room.version}
        self.finish(json.dumps({**told_to_page, "failed": False}))


class RoomOwnResult(InRoom, OwnResultPage):
    """The own result of what the room has been told, once its round is over."""

    def taken(self, sitting_id: str) -> QuizState | None:
        """What this browser has taken; None where its group has left."""
        setting, room = self.setting, self.room
        seat = seat_of(setting.store, sitting_id)
        if seat is None or (seat.room, seat.party) != (room.name, room.party):
            return None
        return taken_in_room(setting, room, load(setting.store, sitting_id))


ROOM_ADDRESSES: tuple[tuple[str, type[Page]], ...] = (
    (r"/kod", RoomEnter),
    (r"/utan-kod", RoomWithoutCode),
    (r"/fragor", RoomQuestions),
    (r"/lage", RoomState),
    (RESULT_FILES, RoomOwnResult),
)
