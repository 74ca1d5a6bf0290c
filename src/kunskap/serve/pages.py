"""What all pages share: headers, language, session, errors in words."""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any, TypeVar

from tornado.web import HTTPError, RequestHandler

from kunskap.errors import KunskapError
from kunskap.serve.limits import Limits
from kunskap.serve.settings import Settings
from kunskap.serve.sheets import sheet
from kunskap.words import Words

__all__ = ["LOG", "SESSION", "Page", "told"]

LOG = logging.getLogger("kunskap.serve")
SESSION = "sitting"
VISITOR = "visitor"
LANGUAGE = "language"
Result = TypeVar("Result")


def told(error: KunskapError, language: str) -> tuple[str, ...]:
    """What is wrong, a sentence each."""
    reasons = [each.reason(language) for each in error.faults]
    return tuple(reason[:1].upper() + reason[1:] for reason in reasons)


class Page(RequestHandler):
    """What all pages share: headers, language, session, errors in words."""

    def initialize(self, settings: Settings, limits: Limits, desk: Executor) -> None:
        """Take what the application hands over."""
        self.setting = settings
        self.limits = limits
        self.desk = desk

    def set_default_headers(self) -> None:
        """Nothing from elsewhere, nothing kept, nothing told."""
        policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'"
        self.set_header(
            "Content-Security-Policy", f"{policy}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        )
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("Cross-Origin-Opener-Policy", "same-origin")
        self.set_header("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        self.set_header("Cache-Control", "no-store")
        self.clear_header("Server")

    @property
    def language(self) -> str:
        """What the visitor has chosen, else the first language of the bank."""
        chosen = self.get_query_argument("lang", None) or self.get_cookie(LANGUAGE) or ""
        return chosen if chosen in self.setting.words else next(iter(self.setting.words))

    @property
    def words(self) -> Words:
        """Interface words in that language."""
        return self.setting.words[self.language]

    @property
    def token(self) -> str:
        """Against forged forms."""
        return self.xsrf_token.decode()

    @property
    def visitor(self) -> str:
        """A random name for this browser, for limits only."""
        known = self.get_signed_cookie(VISITOR)
        name = known.decode() if known else secrets.token_hex(8)
        if not known:
            self.keep(VISITOR, name)
        return name

    def keep(self, name: str, value: str) -> None:
        """Keep a signed cookie until the browser is closed."""
        secure = self.setting.tls
        self.set_signed_cookie(name, value, expires_days=None, httponly=True, samesite="Strict", secure=secure)

    @property
    def sitting_id(self) -> str | None:
        """The sitting that this browser has begun."""
        known = self.get_signed_cookie(SESSION, max_age_days=2)
        return known.decode() if known else None

    async def at_desk(self, work: Callable[[], Result]) -> Result:
        """Run what waits for the database without letting others wait."""
        return await asyncio.get_running_loop().run_in_executor(self.desk, work)

    def show(self, name: str, *, status: int = 200, **values: Any) -> None:
        """Send a page."""
        words, language = self.words, self.language
        self.set_status(status)
        self.set_cookie(LANGUAGE, language, samesite="Strict", secure=self.setting.tls)
        shared = {
            "words": words,
            "language": language,
            "languages": {each: self.setting.words[each]("serve.own_name") for each in self.setting.words},
            "title": self.setting.form.title[language],
            "token": self.token,
            "simulated": self.setting.simulated,
            "path": self.request.path if self.request.method == "GET" else "/",
            "faults": (),
        }
        self.finish(sheet(name, **(shared | values)))

    def is_closed(self) -> bool:
        """Tell that the page is not open, if it is not."""
        state = self.setting.state
        if state != "open":
            day = self.setting.opens if state == "early" else self.setting.closes
            self.show("closed", state=state, day=day)
        return state != "open"

    def write_error(self, status_code: int, **_: Any) -> None:
        """Say what went wrong, without how."""
        key = {403: "forged", 404: "missing", 405: "missing", 413: "large"}.get(status_code, "broken")
        if self.request.headers.get("Accept", "").startswith("application/json"):
            self.finish(json.dumps({"failed": True}))
        else:
            self.show("error", status=status_code, text=self.words(f"serve.error.{key}"))

    def log_exception(self, kind: Any, value: Any, trace: Any) -> None:
        """Into the log without the request: an address is nobody's business."""
        if not isinstance(value, HTTPError):
            LOG.error("%s %s failed", self.request.method, self.request.path, exc_info=(kind, value, trace))
