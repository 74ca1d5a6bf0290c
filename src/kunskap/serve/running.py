"""Run the page until it is told to stop; what is on its way is answered first."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import io
import ipaddress
import signal
import socket
from collections.abc import Callable

import segno
from tornado.web import Application

from kunskap.errors import KunskapError, fault
from kunskap.serve.app import make_server
from kunskap.system_errors import problem

__all__ = ["address_of", "is_loopback", "qr_code", "run"]

GRACE = 5.0  # seconds for what is on its way


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a host name or address.

    Examples
    --------
    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def address_of(host: str, port: int, *, public: str | None = None) -> str:
    """The address that participants type.

    Parameters
    ----------
    host : str
        What the server listens to; of "all addresses" the one that other machines in the net reach is found.
    port : int
        The port.
    public : str, optional
        The address where a server with TLS takes the visitors; it goes before all.

    Examples
    --------
    >>> address_of("127.0.0.1", 8000)
    'http://127.0.0.1:8000/'
    """
    if public:
        return public.rstrip("/") + "/"
    name = _own_address() if host in ("0.0.0.0", "::", "") else host
    return f"http://{f'[{name}]' if ':' in name else name}:{port}/"


def _own_address() -> str:
    """The address of this machine in its net: no packet is sent by asking which way one would go."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect(("192.0.2.1", 9))  # an address for documentation (RFC 5737): it is nobody's
            return str(asking.getsockname()[0])
        except OSError:
            return "127.0.0.1"


def qr_code(address: str) -> str:
    """The address as a picture for the terminal.

    Examples
    --------
    >>> len(qr_code("http://127.0.0.1:8000/").splitlines()) > 10
    True
    """
    drawn = io.StringIO()
    segno.make(address, error="m", micro=False).terminal(drawn, compact=True)
    return drawn.getvalue()


def run(application: Application, *, host: str, port: int, started: Callable[[int], None]) -> None:
    """Serve until SIGINT or SIGTERM; then take no more, answer what has come, and return.

    Parameters
    ----------
    application : Application
        From `make_app`.
    host : str
        Which address to listen to.
    port : int
        0 takes any that is free.
    started : callable
        Called with the port when visitors are welcome.

    Raises
    ------
    KunskapError
        ``SERVE-05`` if the port cannot be used.
    """
    asyncio.run(_run(application, host, port, started))


async def _run(application: Application, host: str, port: int, started: Callable[[int], None]) -> None:
    server = make_server(application)
    try:
        server.listen(port, host)
    except OSError as error:
        raise KunskapError([fault("SERVE-05", f"{host}:{port}", problem=problem(error))]) from error
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows stops by KeyboardInterrupt
            loop.add_signal_handler(name, stop.set)
    sockets = [handle.getsockname()[1] for handle in _sockets(server)]
    # what is there now stays: else everyone waits a fifth of a second, now and then, while it is looked through
    gc.collect()
    gc.freeze()
    started(sockets[0] if sockets else port)
    with contextlib.suppress(asyncio.CancelledError, KeyboardInterrupt):
        await stop.wait()
    server.stop()
    with contextlib.suppress(asyncio.TimeoutError):
        await asyncio.wait_for(server.close_all_connections(), GRACE)


def _sockets(server: object) -> list[socket.socket]:
    return list(getattr(server, "_sockets", {}).values())
