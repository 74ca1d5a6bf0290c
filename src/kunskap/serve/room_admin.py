"""The trainer's addresses: from this machine only, with the token; nothing but counts and what the gate lets out."""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
import json
from collections.abc import Callable, Mapping
from functools import partial

from kunskap.disclosure import Policy
from kunskap.errors import KunskapError, fault
from kunskap.room import (
    Result,
    ask_poll,
    before_and_after,
    is_poll,
    leave_poll,
    poll_result,
    question_result,
    questions_in_room,
    step,
)
from kunskap.serve.pages import LOG, Page
from kunskap.serve.room_pages import InRoom
from kunskap.serve.room_polls import asked_for
from kunskap.store import Poll, Room, counts_in_room, put_poll, read_poll, votes_in_poll

__all__ = ["ADMIN_ADDRESSES", "is_here"]

BY_PROXY = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")


def is_here(address: str) -> bool:
    """Whether a socket's other end is on this machine.

    Examples
    --------
    >>> is_here("127.0.0.1"), is_here("::1"), is_here("::ffff:127.0.0.1"), is_here("192.168.1.7"), is_here("")
    (True, True, True, False, False)
    """
    try:
        peer = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(peer, "ipv4_mapped", None)
    return (mapped or peer).is_loopback


class Trainer(InRoom):
    """An address of the trainer's."""

    def check_xsrf_cookie(self) -> None:
        """Stand in for the cookie: the token in a header cannot be sent by another site's form."""

    async def prepare(self) -> None:
        """Let the trainer in and nobody else: the socket's own peer decides, never what a header says."""
        given = self.request.headers.get("Authorization", "").removeprefix("Bearer ")
        is_proxied = any(name in self.request.headers for name in BY_PROXY)
        token = self.setting.token
        is_known = bool(token) and hmac.compare_digest(given.encode(), token.encode())
        if is_proxied or not is_here(self.request.remote_ip or "") or not is_known:
            self.refuse(403, KunskapError([fault("ROOM-07")]))
            return
        try:
            self.room = await self.watch.now()
        except KunskapError as error:
            self.refuse(503, error)

    def refuse(self, status: int, error: KunskapError) -> None:
        """Say no, with the codes and in both languages."""
        LOG.info("refused: %s", ", ".join(error.codes))
        words = {language: error.message(language) for language in ("sv", "en")}
        self.set_status(status)
        self.tell({"codes": list(error.codes), "message": words})

    def tell(self, content: dict[str, object]) -> None:
        """Send JSON."""
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.finish(json.dumps(content, ensure_ascii=False))

    async def tell_state(self) -> None:
        """Where the room is, in counts."""
        setting, room = self.setting.in_room(self.room), self.room
        counted = await self.at_desk(lambda: counts_in_room(setting.store, room))
        items = [item.id for item in questions_in_room(room.form, bank=setting.bank)]
        poll: Mapping[str, object] | None = None
        if is_poll(room):
            asked = await self.at_desk(lambda: read_poll(setting.store, room.name, room.item or ""))
            given = await self.at_desk(lambda: votes_in_poll(setting.store, room.name, asked.name))
            poll = {"stem": asked.stem, "options": list(asked.options), "back": asked.back_item}
            counted = {**counted, "answered": len(given), "late": 0}
        self.tell(
            {
                "room": room.name,
                "form": room.form,
                "occasion": room.occasion,
                "item": room.item,
                "phase": room.phase,
                "since": f"{room.since:%Y-%m-%dT%H:%M:%SZ}",
                "party": room.party,
                "version": room.version,
                "revealed": list(room.revealed),
                "items": items,
                "poll": poll,
                "simulated": setting.simulated,
                **counted,
            }
        )


class TrainerState(Trainer):
    """Where the room is."""

    async def get(self) -> None:
        """Tell it."""
        await self.tell_state()


class TrainerStep(Trainer):
    """A step."""

    async def post(self) -> None:
        """Take it, or say why not."""
        try:
            asked = json.loads(self.request.body)
            action = str(asked["do"]) if isinstance(asked, dict) else ""
        except (ValueError, KeyError):
            action = ""
        setting, name = self.setting, self.room.item or ""

        def taken(room: Room) -> Room:
            if action == "back" and is_poll(room):
                return leave_poll(room, read_poll(setting.store, room.name, name))
            return step(room, action, bank=setting.bank, forms=setting.forms)

        try:
            self.room = await self.watch.change(taken)
            await self.tell_state()
        except KunskapError as error:
            self.refuse(409, error)


class TrainerPoll(Trainer):
    """A question to discuss, asked in passing."""

    async def post(self) -> None:
        """Open it, or say why not."""
        setting, kept = self.setting, list[Poll]()

        def opened(room: Room) -> Room:
            after, poll = ask_poll(room, asked)
            kept[:] = [poll]
            return after

        try:
            asked = asked_for(self.request.body, bank=setting.bank)
            keep = partial(self.keep_polls, kept)
            self.room = await self.watch.change(opened, then=keep)
            await self.tell_state()
        except KunskapError as error:
            self.refuse(409, error)

    def keep_polls(self, kept: list[Poll]) -> None:
        """Keep what was opened."""
        for poll in kept:
            put_poll(self.setting.store, self.setting.room, poll)


class TrainerResult(Trainer):
    """The open question's distribution, once it is closed."""

    async def get(self) -> None:
        """Tell it as the gate lets it out, or why not."""
        setting, room = self.setting, self.room
        policy = setting.policy
        if policy is None:
            self.refuse(409, KunskapError([fault("ROOM-06", room.item or "")]))
            return
        await self.tell_result(lambda: self.computed(policy))

    def computed(self, policy: Policy) -> Result:
        """The figure of the room's question or poll."""
        setting, room = self.setting, self.room
        if is_poll(room):
            poll = read_poll(setting.store, room.name, room.item or "")
            return poll_result(setting.store, room, poll, policy=policy, simulated=setting.simulated)
        return question_result(setting.store, room, bank=setting.bank, policy=policy, simulated=setting.simulated)

    async def tell_result(self, compute: Callable[[], Result]) -> None:
        """Compute it beside the desk, so that no answer waits for it."""
        room = self.room
        try:
            result = await asyncio.to_thread(compute)
        except KunskapError as error:
            self.refuse(409, error)
            return
        self.tell(
            {
                "item": room.item,
                "reason": result.reason,
                "kind": result.kind,
                "answered": result.answered,
                "needed": result.needed,
                "revealed": room.phase == "revealed",
                "simulated": self.setting.simulated,
                "rows": [dict(row) for row in result.rows],
            }
        )


class TrainerComparison(TrainerResult):
    """Before and after."""

    async def get(self) -> None:
        """Tell it, or why not."""
        setting, room = self.setting, self.room
        policy = setting.policy
        if policy is None:
            self.refuse(409, KunskapError([fault("ROOM-06", room.item or "")]))
            return
        await self.tell_result(
            lambda: before_and_after(
                setting.store,
                room,
                bank=setting.bank,
                policy=policy,
                forms=setting.forms,
                simulated=setting.simulated,
            )
        )


ADMIN_ADDRESSES: tuple[tuple[str, type[Page]], ...] = (
    (r"/rum/lage", TrainerState),
    (r"/rum/steg", TrainerStep),
    (r"/rum/samtal", TrainerPoll),
    (r"/rum/resultat", TrainerResult),
    (r"/rum/fore-efter", TrainerComparison),
)
