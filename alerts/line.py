"""What is known of one attempt to deliver while it runs: the answer heard, and whether the message had gone out.

apprise's result says SUCCESS, FAILURE or TIMEOUT; codes, Retry-After and the moment of a break stay inside its plugins.
They talk through `requests`, whose extension point is the transport adapter (`Session.get_adapter`). `listening` gives
requests made in its context, and only those, an adapter that notes status, headers and whether the body was sent.
The line also knows the open sockets, so that a send can be ended from outside at its time limit: socket time-outs count
per read, and a service that drips a byte a second never meets them.
"""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any, Protocol

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from alerts import answers
from prrwatch.alert import DeliveryResult

_BODY_KEPT = 65_536


class _Wire(Protocol):
    """Something with an open socket: an SMTP session or an HTTP connection."""

    sock: Any


@dataclass(slots=True)
class Line:
    """One attempt. `gone`: False = the message surely did not go out whole; True = it did; None = not known."""

    gone: bool | None = None
    result: DeliveryResult | None = None  #: what the latest answer means
    status: int | None = None  #: of the latest HTTP answer
    body: str = ""
    _wires: list[_Wire] = field(default_factory=list)
    _adapters: list[HTTPAdapter] = field(default_factory=list)

    def carry(self, wire: _Wire) -> None:
        """Remember a connection that `hang_up` has to cut."""
        self._wires.append(wire)

    def adapter(self) -> HTTPAdapter:
        """The adapter through which requests of this line go."""
        adapter = _Listening(self)
        self._adapters.append(adapter)
        return adapter

    def hear(self, response: requests.Response) -> None:
        """Note an HTTP answer: status and headers first, then its body, which may yet break off."""
        self.status, retry_after = response.status_code, response.headers.get("Retry-After")
        self.result = answers.http(response.status_code, retry_after, response.reason or "", datetime.now(UTC))
        self.body = response.content[:_BODY_KEPT].decode("utf-8", "replace")
        self.result = answers.http(response.status_code, retry_after, self.body, datetime.now(UTC))

    def hang_up(self) -> None:
        """Cut every open connection: reads that wait on them end at once."""
        for wire in self._wires:
            if isinstance(wire.sock, socket.socket):
                with suppress(OSError):
                    # Past ssl.SSLSocket.shutdown, which would take the TLS state from under a reading thread.
                    socket.socket.shutdown(wire.sock, socket.SHUT_RDWR)

    def close(self) -> None:
        """Give the connections of HTTP requests back to the system."""
        for adapter in self._adapters:
            adapter.close()


_LINE: ContextVar[Line | None] = ContextVar("prrwatch_line", default=None)


@contextmanager
def listening(line: Line) -> Iterator[None]:
    """Within this context `line` hears what `requests` sends and is answered."""
    _attach()
    token = _LINE.set(line)
    try:
        yield
    finally:
        _LINE.reset(token)
        line.close()


def current() -> Line:
    """The line of the attempt that runs in this context."""
    line = _LINE.get()
    if line is None:
        raise LookupError("no delivery runs in this context")
    return line


class _Plain(HTTPConnection):
    def connect(self) -> None:
        current().carry(self)
        super().connect()

    def request(self, *args: Any, **kwargs: Any) -> None:
        super().request(*args, **kwargs)
        current().gone = True


class _Secure(HTTPSConnection):
    def connect(self) -> None:
        current().carry(self)
        super().connect()

    def request(self, *args: Any, **kwargs: Any) -> None:
        super().request(*args, **kwargs)
        current().gone = True


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


_POOLS = {"http": _PlainPool, "https": _SecurePool}


class _Listening(HTTPAdapter):
    def __init__(self, line: Line) -> None:
        self._line = line
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = _POOLS
        return manager

    def send(self, *args: Any, **kwargs: Any) -> requests.Response:
        self._line.gone, self._line.result, self._line.status = False, None, None
        response = super().send(*args, **kwargs)
        self._line.hear(response)
        return response


@cache
def _attach() -> None:
    """Let `requests` ask us which adapter carries a request; outside `listening` its own answer stands."""
    original = requests.Session.get_adapter

    def get_adapter(session: requests.Session, url: str) -> BaseAdapter:
        line, adapter = _LINE.get(), original(session, url)
        # An adapter that somebody mounted on purpose is left in its place.
        return line.adapter() if line is not None and type(adapter) is HTTPAdapter else adapter

    setattr(requests.Session, "get_adapter", get_adapter)  # noqa: B010  mypy rightly refuses a plain assignment here
    hush()


class _Discreet(logging.Filter):
    """At DEBUG urllib3 logs the path of a request, which is Slack's token."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno >= logging.WARNING


class _Muted(_Discreet):
    """At DEBUG apprise logs URLs and tokens; while it reads a URL its warnings name them too. Sending, they do not."""

    def filter(self, record: logging.LogRecord) -> bool:
        return _LINE.get() is not None and super().filter(record)


@cache
def hush() -> None:
    """Let no log line of our libraries carry a secret. What they say of a failure is in the delivery's answer."""
    logging.getLogger("urllib3.connectionpool").addFilter(_Discreet())
    apprise = logging.getLogger("apprise")
    apprise.addFilter(_Muted())
    apprise.addHandler(logging.NullHandler())
    apprise.propagate = False
