"""Real services on loopback that obey or fail on command."""

from __future__ import annotations

import json
import logging
import socket
import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from prrwatch.alert import Message

TOKEN = "new-0123456789abcdef"


@pytest.fixture
def message() -> Message:
    return Message(
        id=TOKEN,
        subject="Казахстан: 31 woman returned & <b>tried</b>",
        text=f"New: a story\nhttps://example.org/a?b=1&c=2\n\nprrwatch-id: {TOKEN}\n",
        html=f"<html><body><p>New: a story</p><p>prrwatch-id: {TOKEN}</p></body></html>",
        slack=f"*New*: a story &amp; more <https://example.org/a?b=1&amp;c=2>\nprrwatch-id: {TOKEN}",
        headers=(("X-Prrwatch-Id", TOKEN), ("References", "<new-first@prrwatch.invalid>")),
    )


@dataclass
class Mailbox:
    """What an SMTP server took, and what it answers next at each stage."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    to: list[list[str]] = field(default_factory=list)
    at_rcpt: dict[str, str] = field(default_factory=dict)
    at_mail: deque[str] = field(default_factory=deque)
    at_data: deque[str] = field(default_factory=deque)

    def url(self, *to: str, query: str = "") -> str:
        return f"mailto://127.0.0.1:{self.port}/?from=prrwatch@example.org&to={','.join(to)}{query}"

    async def handle_MAIL(self, server, session, envelope, address, mail_options):
        if self.at_mail:
            return self.at_mail.popleft()
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if address in self.at_rcpt:
            return self.at_rcpt[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        answer = self.at_data.popleft() if self.at_data else "250 2.0.0 taken"
        if answer.startswith("250"):
            self.raw.append(envelope.content)
            self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
            self.to.append(envelope.rcpt_tos)
        return answer


class _OnFreePort(Controller):
    """aiosmtpd's controller cannot take port 0; it gets a bound socket instead."""

    def __init__(self, box: Mailbox) -> None:
        self.bound = socket.create_server(("127.0.0.1", 0))
        box.port = self.bound.getsockname()[1]
        super().__init__(box, hostname="127.0.0.1", port=box.port)

    def factory(self) -> SMTP:
        return SMTP(self.handler, enable_SMTPUTF8=True)

    def _create_server(self):
        return self.loop.create_server(self._factory_invoker, sock=self.bound)


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    box = Mailbox()
    controller = _OnFreePort(box)
    controller.start()
    yield box
    controller.stop()


@dataclass
class Receiver:
    """What an HTTP service was posted, and what it answers next: (status, headers, body)."""

    port: int = 0
    posts: list[tuple[str, dict]] = field(default_factory=list)
    answers: deque[tuple[int, dict[str, str], bytes]] = field(default_factory=deque)

    def url(self, path: str = "/hook") -> str:
        return f"json://127.0.0.1:{self.port}{path}"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    seen = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, headers, words = seen.answers.popleft() if seen.answers else (200, {}, b"ok")
            seen.posts.append((self.path, json.loads(body)))
            self.send_response(status)
            for name, value in {"Content-Length": str(len(words)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(words)

        def log_message(self, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    seen.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield seen
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def raw_service() -> Iterator:
    """Start servers from a function(connection, hold) and end them with the test."""
    hold, servers, threads = threading.Event(), [], []

    def start(talk) -> int:
        server = socket.create_server(("127.0.0.1", 0))
        servers.append(server)

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    try:
                        talk(connection, hold)
                    except OSError:
                        continue

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        threads.append(thread)
        return server.getsockname()[1]

    yield start
    hold.set()
    for server in servers:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
    for thread in threads:
        thread.join(5)


@pytest.fixture
def everything_logged(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(1)
    for name in ("apprise", "urllib3", "urllib3.connectionpool"):
        caplog.set_level(logging.DEBUG, logger=name)
    return caplog


@pytest.fixture
def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]
