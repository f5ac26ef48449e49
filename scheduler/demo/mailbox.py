"""A mail server on loopback that keeps what it takes, and refuses, hangs or vanishes when told to."""

from __future__ import annotations

import asyncio
import email.policy
from collections.abc import Collection
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Self

from aiosmtpd.smtp import SMTP, Envelope, Session

from scheduler.demo.journal import Journal
from scheduler.demo.loop import ThreadedLoop


@dataclass(frozen=True, slots=True)
class Mail:
    """One message as taken. `answered` False: taken, but the sender never heard so."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage
    raw: bytes
    answered: bool = True

    @property
    def text(self) -> str:
        """The plain text part, lines ended by a newline alone; empty when there is none."""
        return self._part("plain")

    @property
    def html(self) -> str:
        """The HTML part; empty when there is none."""
        return self._part("html")

    def _part(self, kind: str) -> str:
        part = self.message.get_body(preferencelist=(kind,))
        return str(part.get_content()).replace("\r\n", "\n") if part else ""


@dataclass(frozen=True, slots=True)
class Refuse:
    """Refuse these recipients, or all, with that reply: 4xx for now, 5xx for good (RFC 5321, 4.2.1)."""

    reply: str = "550 5.1.1 no such user here"
    recipients: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class RefuseMessage:
    """Take the recipients, refuse the message after DATA with that reply."""

    reply: str = "451 4.3.0 try again later"


@dataclass(frozen=True, slots=True)
class Hang:
    """Take the message off the wire, never answer, keep nothing."""


@dataclass(frozen=True, slots=True)
class Vanish:
    """Keep the message, then drop the connection instead of saying so."""


MailFault = Refuse | RefuseMessage | Hang | Vanish


class _Connection(SMTP):
    """One client's session, known to its mailbox while it is open."""

    def __init__(self, mailbox: Mailbox, open_: set[asyncio.BaseTransport], loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(mailbox, hostname="localhost", ident="sample mail server", enable_SMTPUTF8=True, loop=loop)
        self._open = open_

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._open.add(transport)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._open -= {self.transport}
        super().connection_lost(error)


class Mailbox:
    """Takes all mail at 127.0.0.1 on a port chosen by the system. Speaks SMTP without TLS and without login."""

    def __init__(self) -> None:
        self.mails: Journal[Mail] = Journal()
        self._fault: MailFault | None = None
        self._left: int | None = None
        self._open: set[asyncio.BaseTransport] = set()
        self._loop = ThreadedLoop()
        loop = self._loop.loop
        listen = loop.create_server(lambda: _Connection(self, self._open, loop), "127.0.0.1", 0)
        self._server = self._loop.run(listen)
        self.port: int = self._server.sockets[0].getsockname()[1]

    def url(self, *recipients: str, sender: str = "prrwatch@sample.example.org") -> str:
        """The channel, as apprise spells it."""
        return f"mailto://127.0.0.1:{self.port}/{'/'.join(recipients)}?from={sender}&smtp=127.0.0.1&mode=insecure"

    def break_(self, fault: MailFault, *, times: int | None = None) -> None:
        """Switch a fault on, for so many messages (with `Refuse`: recipients) or until `mend`."""
        self._fault, self._left = fault, times

    def mend(self) -> None:
        """No fault any more."""
        self._fault = None

    async def handle_RCPT(  # noqa: N802 - the name is aiosmtpd's
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Called by aiosmtpd for each recipient."""
        match self._fault:
            case Refuse(reply, recipients) if (not recipients or address in recipients) and self._use():
                return reply
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(  # noqa: N802 - the name is aiosmtpd's
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Called by aiosmtpd for each message."""
        match self._fault:
            case RefuseMessage(reply) if self._use():
                return reply
            case Hang() if self._use():
                await asyncio.Event().wait()
            case Vanish() if self._use():
                self.mails.add(_mail(envelope, answered=False))
                assert isinstance(server.transport, asyncio.WriteTransport)  # noqa: S101 - a session has one
                server.transport.abort()
                return "421 4.3.0 never seen"
        self.mails.add(_mail(envelope, answered=True))
        return "250 2.0.0 taken"

    def _use(self) -> bool:
        """Whether the fault still holds; uses it up by one."""
        if self._left is None:
            return True
        self._left -= 1
        return self._left >= 0

    def close(self) -> None:
        """Stop receiving and drop every connection. A second time does nothing."""
        if self._loop.closed:
            return
        self._loop.run(self._close())
        self._loop.close()

    async def _close(self) -> None:
        self._server.close()
        for transport in tuple(self._open):
            transport.close()
        await self._server.wait_closed()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _mail(envelope: Envelope, *, answered: bool) -> Mail:
    raw = envelope.content
    assert isinstance(raw, bytes)  # noqa: S101 - decode_data is off
    message = BytesParser(EmailMessage, policy=email.policy.default).parsebytes(raw)
    return Mail(envelope.mail_from or "", tuple(envelope.rcpt_tos), message, raw, answered)
