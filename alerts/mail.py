"""Mail: apprise reads the URL (server, login, TLS, sender); the letter is ours, because a message has two bodies.

apprise's own mail turns HTML into its text part, doubles a Message-ID that is given to it, waits 5.5 s between two
mails and keeps the server's reply code to itself. `NotifyBase.send` is its public extension point, and overridden here.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from contextlib import suppress
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, localtime
from io import BufferedReader
from typing import Any

from apprise.plugins.email import NotifyEmail

from alerts import answers
from alerts.answers import Stage
from alerts.line import Line, current
from prrwatch.alert import DeliveryResult, Message, Outcome
from prrwatch.messages.ids import message_id

_IDS = frozenset({"message-id", "references", "in-reply-to", "x-prrwatch-id"})
_GOODBYE = 2.0  # seconds: once a letter is taken, nothing depends on how the session ends
_STAGES = {smtplib.SMTPSenderRefused: Stage.SENDER, smtplib.SMTPDataError: Stage.MESSAGE}


class _Policy(EmailPolicy):
    """Ids stay as they are: the standard library would encode one that is longer than a line beyond recognition."""

    def fold_binary(self, name: str, value: Any) -> bytes:
        if name.lower() in _IDS and str(value).isascii():
            return f"{name}: {value}{self.linesep}".encode("ascii")
        if name.lower() == "subject" and not str(value).isascii():
            # Its newer folding drops the space between two encoded words: https://github.com/python/cpython/issues/92081
            folded = Header(str(value), "utf-8", header_name=name).encode(linesep=self.linesep)
            return f"{name}: {folded}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


#: 7-bit transfer encodings pass every server; stdlib then picks quoted-printable or base64, whichever is shorter.
_POLICY = _Policy(linesep="\r\n", cte_type="7bit")


class Mail(NotifyEmail):
    """One letter to one recipient over one SMTP session; the meaning of the server's reply goes to the line."""

    request_rate_per_sec = 0  # the outbox paces

    def address(self, message: Message, recipient: str | None) -> None:
        """What the next `send` carries, and to whom."""
        self.recipient = str(recipient)
        extra = {**self.headers, **({"Reply-To": ", ".join(sorted(self.reply_to))} if self.reply_to else {})}
        self.letter = letter(message, self._sender(), self.recipient, extra)

    def send(self, *_: Any, **__: Any) -> bool:
        """Called by apprise. True when the server has taken the letter."""
        line = current()
        line.gone = False
        line.result = self._delivered(line)
        return line.result.outcome is Outcome.ACCEPTED

    def _sender(self) -> Address:
        name, address = self.from_addr
        return Address(str(name or ""), addr_spec=str(address))

    def _delivered(self, line: Line) -> DeliveryResult:
        try:
            with _session(self) as session:
                return answers.smtp(
                    *session.deliver(str(self.from_addr[1]), self.recipient, self.letter), Stage.MESSAGE
                )
        except smtplib.SMTPRecipientsRefused as refused:
            code, reply = next(iter(refused.recipients.values()))
            return answers.smtp(code, reply, Stage.RECIPIENT)
        except smtplib.SMTPResponseException as refused:
            return answers.smtp(refused.smtp_code, refused.smtp_error, _STAGES.get(type(refused), Stage.SESSION))
        except smtplib.SMTPNotSupportedError as refused:
            return answers.again(f"the mail server cannot do it: {refused}")
        except (OSError, smtplib.SMTPException, ssl.CertificateError) as broken:
            return answers.lost(f"mail server: {_words(broken)}", gone=line.gone)


def letter(message: Message, sender: Address, recipient: str, extra: dict[str, str]) -> bytes:
    """The mail as bytes: text and HTML alternatives, one Message-ID per token, the same on every retry.

    `EmailMessage` refuses a header value with a line break, but decodes one that looks encoded: before Python 3.11.10
    a title `=?utf-8?q?=0ABcc:_x?=` opened a header line of its own (CVE-2024-6923). So no subject looks encoded.
    """
    mail = EmailMessage(policy=_POLICY)
    mail["Subject"] = message.subject.replace("=?", "= ?")
    mail["From"] = sender
    mail["To"] = Address(addr_spec=recipient)
    mail["Date"] = format_datetime(localtime())
    mail["Message-ID"] = message_id(message.id)
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no vacation notes back
    for name, value in (*message.headers, *extra.items()):
        if name.lower() not in {each.lower() for each in mail}:
            mail[name] = value
    mail.set_content(message.text)
    mail.add_alternative(message.html, subtype="html")
    return mail.as_bytes()


class _WholeLines:
    """The server's side of the talk. smtplib takes a line that breaks off ("25") for a reply; here it is the end."""

    def __init__(self, file: BufferedReader) -> None:
        self._file = file

    def readline(self, limit: int) -> bytes:
        line = self._file.readline(limit)
        return line if line.endswith(b"\n") or len(line) == limit else b""

    def close(self) -> None:
        self._file.close()


class _Session(smtplib.SMTP):
    """An SMTP session that knows whether the whole letter has gone out."""

    said: tuple[int, bytes] = (0, b"")

    def connect(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        current().carry(self)
        return super().connect(*args, **kwargs)

    def send(self, s: Any) -> None:
        super().send(s)
        # Before the final dot went out the server cannot have taken the letter (RFC 5321 section 4.1.1.4).
        if isinstance(s, bytes) and s.endswith(b"\r\n.\r\n"):
            current().gone = True

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock is not None:
            self.file = _WholeLines(self.sock.makefile("rb"))
        return super().getreply()

    def data(self, msg: Any) -> tuple[int, bytes]:
        self.said = super().data(msg)
        return self.said

    def deliver(self, sender: str, recipient: str, mail: bytes) -> tuple[int, bytes]:
        """The server's reply to the letter. Raises what smtplib raises."""
        self.sendmail(sender, [recipient], mail)
        return self.said

    def __exit__(self, *_: object) -> None:
        with suppress(OSError, smtplib.SMTPException):
            if self.sock is not None:
                self.sock.settimeout(_GOODBYE)
                self.quit()
        self.close()


class _TlsSession(_Session, smtplib.SMTP_SSL):
    """The same with TLS from the first byte."""


def _session(mail: Mail) -> _Session:
    context = ssl.create_default_context()
    if not mail.verify_certificate:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    host, port, name, limit = str(mail.smtp_host), int(mail.port or 0), _own_name(), mail.socket_connect_timeout
    if mail.secure_mode == "ssl":
        session: _Session = _TlsSession(host, port, name, context=context, timeout=limit)
    else:
        session = _Session(host, port, name, timeout=limit)
    try:
        if mail.secure_mode == "starttls":
            session.starttls(context=context)
        if mail.user and mail.password:
            session.login(mail.user, mail.password)
    except BaseException:
        session.__exit__(None, None, None)
        raise
    return session


def _own_name() -> str:
    # smtplib would ask the DNS for our full name, outside any time limit; RFC 5321 section 4.1.4 allows a literal.
    name = socket.gethostname()
    return name if "." in name and name.isascii() else "[127.0.0.1]"


def _words(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error) or type(error).__name__
