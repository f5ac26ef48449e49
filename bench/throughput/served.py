"""A loopback server in a process of its own that costs next to nothing: the crawlers are measured."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.connection import Connection

HOSTS = tuple(f"127.0.0.{number}" for number in range(1, 9))  #: each a host of its own: hosts are read side by side


@contextmanager
def serving(pages: Mapping[str, bytes]) -> Iterator[int]:
    """Serve HTML by path on all of `HOSTS` until the block ends; the port."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=_serve, args=(pages, theirs), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        process.kill()
        process.join()


def _serve(pages: Mapping[str, bytes], told: Connection) -> None:
    answers = {path.encode(): _answer(b"200 OK", body) for path, body in pages.items()}
    asyncio.run(_run(answers, told))


async def _run(answers: Mapping[bytes, bytes], told: Connection) -> None:
    loop = asyncio.get_running_loop()
    first = await loop.create_server(lambda: _Site(answers), HOSTS[0], 0)
    port = first.sockets[0].getsockname()[1]
    for host in HOSTS[1:]:
        await loop.create_server(lambda: _Site(answers), host, port)
    told.send(port)
    await asyncio.Event().wait()


def _answer(status: bytes, body: bytes) -> bytes:
    head = b"HTTP/1.1 %b\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n"
    return head % (status, len(body)) + body


class _Site(asyncio.Protocol):
    def __init__(self, answers: Mapping[bytes, bytes]) -> None:
        self._answers = answers
        self._asked = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._asked += data
        while b"\r\n\r\n" in self._asked:
            head, _, self._asked = self._asked.partition(b"\r\n\r\n")
            path = head.split(b" ", 2)[1].partition(b"?")[0]
            self._transport.write(self._answers.get(path) or _answer(b"404 Not Found", b""))
