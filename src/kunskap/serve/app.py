"""The participants' page as one Tornado application."""

from __future__ import annotations

import logging
from concurrent.futures import Executor
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler

from kunskap.serve.desk import Desk
from kunskap.serve.handlers import ADDRESSES, Missing
from kunskap.serve.limits import Limits
from kunskap.serve.room_admin import ADMIN_ADDRESSES
from kunskap.serve.room_pages import ROOM_ADDRESSES
from kunskap.serve.room_watch import RoomWatch
from kunskap.serve.settings import Settings

__all__ = ["LARGEST_BODY", "make_app", "make_server"]

LARGEST_BODY = 64_000
"""Bytes: the longest free text in UTF-8, a page's hidden fields, and room."""
LOG = logging.getLogger("kunskap.serve")


def make_app(settings: Settings, *, desk: Executor | None = None, limits: Limits | None = None) -> Application:
    """Make the application; it listens to nothing yet.

    Parameters
    ----------
    settings : Settings
        What is asked, and where answers are kept.
    desk : Executor, optional
        Where the database is waited for: what comes in while it writes is written together the next time.  SQLite takes
        one writer at a time; for PostgreSQL there are two, so that one waits for the disk while the other works.
    limits : Limits, optional
        How often codes may be looked up.
    """
    is_file = settings.store.engine.dialect.name == "sqlite"
    desk = desk or Desk(settings.store, threads=1 if is_file else 2)
    given: dict[str, Any] = {"settings": settings, "limits": limits or Limits(), "desk": desk}
    addresses: list[tuple[str, type[RequestHandler], dict[str, Any]]] = []
    if settings.paced == "trainer":
        in_room = {**given, "watch": RoomWatch(settings, desk)}
        addresses = [(pattern, handler, in_room) for pattern, handler in (*ROOM_ADDRESSES, *ADMIN_ADDRESSES)]
    return Application(
        [*addresses, *((pattern, handler, given) for pattern, handler in ADDRESSES)],
        default_handler_class=Missing,
        default_handler_args=given,
        cookie_secret=settings.cookie_secret,
        xsrf_cookies=True,
        xsrf_cookie_kwargs={"samesite": "Strict", "httponly": True, "secure": settings.tls},
        log_function=_log,
        compress_response=True,
    )


def make_server(application: Application, **options: Any) -> HTTPServer:
    """A server with limits on what is taken in, and that does not ask who one is.

    ``xheaders`` stays off: an address in a header is not wanted either.
    """
    return HTTPServer(
        application,
        max_body_size=LARGEST_BODY,
        max_buffer_size=4 * LARGEST_BODY,
        idle_connection_timeout=120,
        body_timeout=30,
        **options,
    )


def _log(handler: RequestHandler) -> None:
    """One line per request without address, query, cookie or body."""
    duration = 1000 * handler.request.request_time()
    LOG.info("%s %s %d %.0f ms", handler.request.method, handler.request.path, handler.get_status(), duration)
