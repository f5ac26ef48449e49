"""A small HTTP/1.1 server on loopback whose answers are values, faults included. For the demo and tests only."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType

from scheduler.demo.exchange import Answer, Cut, Drip, Request, Silence, Whole, compressed, conditional
from scheduler.demo.faults import Fault
from scheduler.demo.journal import Journal
from scheduler.demo.loop import ThreadedLoop

_HEAD_LIMIT = 64 * 1024
_BODY_LIMIT = 4 * 1024 * 1024

Respond = Callable[[Request], Answer]


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request with the status it got. `began` and `ended` are seconds of `time.monotonic`."""

    request: Request
    status: int
    began: float
    ended: float
    answer: Answer


@dataclass(slots=True)
class _Planned:
    fault: Fault
    path: str | None
    left: int | None


class Server:
    """Answers on 127.0.0.1 with what `respond` says, unless a fault is switched on. One port, chosen by the system."""

    def __init__(self, loop: ThreadedLoop, respond: Respond) -> None:
        self.exchanges: Journal[Exchange] = Journal()
        self._respond = respond
        self._faults: list[_Planned] = []
        self._open: set[asyncio.Task[None]] = set()
        self._loop = loop
        self._server = loop.run(asyncio.start_server(self._connection, "127.0.0.1", 0, limit=_HEAD_LIMIT))
        self.port: int = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def break_(self, fault: Fault, *, path: str | None = None, times: int | None = None) -> None:
        """Switch a fault on, for one path or all, for the next `times` requests or until `mend`. The newest counts."""
        self._faults.insert(0, _Planned(fault, path, times))

    def mend(self) -> None:
        """All faults off."""
        self._faults.clear()

    def count(self, path: str | None = None) -> int:
        """Requests so far, of one path (without query) or of all."""
        return sum(path in (None, exchange.request.path) for exchange in self.exchanges)

    def counts(self) -> Mapping[str, int]:
        """Requests so far by target, query included."""
        return Counter(exchange.request.target for exchange in self.exchanges)

    def close(self) -> None:
        """Stop listening and drop every connection."""
        self._loop.run(self._close())

    async def _close(self) -> None:
        self._server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)
        await self._server.wait_closed()

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine always runs in a task
        self._open.add(task)
        # The client may leave at any moment, or send no HTTP: both end the connection, neither is ours to report.
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
            try:
                while await self._exchange(reader, writer):
                    pass
            finally:
                self._open.discard(task)
                writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One request and its answer; whether the connection goes on."""
        request = await _read(reader)
        began = time.monotonic()
        answer = self.answer(request)
        if not isinstance(answer.sending, Whole):
            # Noted first: a client that is cut off or kept waiting never sees an end that a test could wait for.
            self.exchanges.add(Exchange(request, answer.status, began, began, answer))
            await _send_badly(answer, _wire(request, answer), reader, writer)
            return False
        # Noted before the last byte leaves, so that whoever has the answer also finds it in the journal.
        self.exchanges.add(Exchange(request, answer.status, began, time.monotonic(), answer))
        writer.write(_wire(request, answer))
        await writer.drain()
        return request.headers.get("connection", "").lower() != "close"

    def answer(self, request: Request) -> Answer:
        """What goes out: the answer, the fault on top, then validators, then compression."""
        answer = self._respond(request)
        if fault := self._fault(request.path):
            answer = fault(request, answer)
        return compressed(request, conditional(request, answer))

    def _fault(self, path: str) -> Fault | None:
        for planned in self._faults:
            if planned.path in (None, path) and planned.left != 0:
                planned.left = planned.left and planned.left - 1
                return planned.fault
        return None


async def _read(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.rstrip("\r\n").split("\r\n")
    method, target, _version = first.split(" ")
    pairs = (line.partition(":") for line in lines)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    length = int(headers.get("content-length", "0"))
    if not 0 <= length <= _BODY_LIMIT:
        raise ValueError(f"a body of {length} bytes")
    return Request(method, target, MappingProxyType(headers), await reader.readexactly(length))


def _wire(request: Request, answer: Answer) -> bytes:
    phrase = HTTPStatus(answer.status).phrase
    headers = [("Server", "sample"), ("Content-Type", answer.media_type), *answer.headers]
    if answer.status != HTTPStatus.NOT_MODIFIED:
        headers.append(("Content-Length", str(len(answer.body))))
    lines = [f"HTTP/1.1 {answer.status} {phrase}", *(f"{name}: {value}" for name, value in headers), "", ""]
    head = "\r\n".join(lines).encode("latin-1")
    return head if request.method == "HEAD" else head + answer.body


async def _send_badly(answer: Answer, wire: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    match answer.sending:
        case Silence():
            await reader.read()
        case Cut(after):
            writer.write(wire[:after])
            await writer.drain()
            _reset(writer)
        case Drip(pause):
            for place in range(len(wire)):
                writer.write(wire[place : place + 1])
                await writer.drain()
                await asyncio.sleep(pause)


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close with RST instead of FIN, as a crashed server or a firewall does."""
    connection = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
