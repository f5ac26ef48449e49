"""Real services on loopback that obey or fail on command."""

from __future__ import annotations

import json
import logging
import socket
import ssl
import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

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


def _login(server, session, envelope, mechanism, data) -> AuthResult:
    return AuthResult(success=data.login == b"user" and data.password == b"right", handled=False)


class _OnFreePort(Controller):
    """aiosmtpd's controller cannot take port 0; it gets a bound socket instead."""

    def __init__(self, box: Mailbox, certificate: ssl.SSLContext | None = None, tls: str = "") -> None:
        self.bound = socket.create_server(("127.0.0.1", 0))
        box.port = self.bound.getsockname()[1]
        self.tls, self.certificate = tls, certificate
        super().__init__(box, hostname="127.0.0.1", port=box.port, ssl_context=certificate if tls == "ssl" else None)

    def factory(self) -> SMTP:
        if not self.certificate:
            return SMTP(self.handler, enable_SMTPUTF8=True)
        if self.tls == "starttls":
            return SMTP(self.handler, tls_context=self.certificate, auth_required=True, authenticator=_login)
        # It does not see TLS that is not its own, and would offer no login.
        return SMTP(self.handler, auth_require_tls=False, authenticator=_login)

    def _create_server(self):
        return self.loop.create_server(self._factory_invoker, sock=self.bound, ssl=self.ssl_context)

    def _trigger_server(self) -> None:
        if self.tls != "ssl":
            super()._trigger_server()
            return
        # As the parent class does it, but without the check of a certificate that only this test trusts.
        with socket.create_connection(("127.0.0.1", self.port), 5) as plain:
            context = ssl._create_unverified_context()
            with context.wrap_socket(plain) as secure:
                secure.recv(1024)


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


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """A server's side of TLS with a certificate that nobody has signed but itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file)
    return context


@pytest.fixture
def secure_mailbox(request: pytest.FixtureRequest, certificate: ssl.SSLContext) -> Iterator[Mailbox]:
    """An SMTP server with TLS from the first byte ("ssl") or by STARTTLS, and a login: user, right."""
    box = Mailbox()
    controller = _OnFreePort(box, certificate, request.param)
    controller.start()
    yield box
    controller.stop()
