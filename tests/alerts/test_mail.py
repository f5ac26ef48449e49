"""Mail over a real SMTP server."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.headerregistry import Address

import pytest

import alerts
from alerts.mail import letter
from prrwatch.alert import Alert, AlertKind, Outcome
from prrwatch.messages import render
from prrwatch.source import Kind
from prrwatch.story import Member, Story


def test_each_address_is_a_recipient_of_its_own(mailbox):
    url = f"mailto://127.0.0.1:{mailbox.port}/?from=p@example.org&to=a@example.org&to=b@example.org,A@example.org&cc=c@example.org"
    assert [each.id for each in alerts.recipients(url)] == ["a@example.org", "b@example.org", "c@example.org"]
    assert alerts.recipients(url)[0].label == "a***@example.org"


def test_a_letter_arrives_whole(mailbox, message):
    result = alerts.send(mailbox.url("a@example.org", "b@example.org"), "b@example.org", message, 10)
    assert result.outcome is Outcome.ACCEPTED
    assert "taken" in result.answer
    [mail] = mailbox.mails
    assert mailbox.to == [["b@example.org"]]
    assert mail["To"] == "b@example.org"
    assert mail["From"] == "prrwatch@example.org"
    assert mail["Subject"] == message.subject
    assert mail.get_all("X-Prrwatch-Id") == [message.id]
    assert mail.get_all("Message-ID") == [f"<{message.id}@prrwatch.invalid>"]
    assert mail["References"] == "<new-first@prrwatch.invalid>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime is not None
    assert mail.get_content_type() == "multipart/alternative"
    assert mail.get_body(("plain",)).get_content().splitlines() == message.text.splitlines()
    assert mail.get_body(("html",)).get_content().strip() == message.html


def test_a_retry_has_the_same_id(mailbox, message):
    for _ in range(2):
        alerts.send(mailbox.url("a@example.org"), "a@example.org", message, 10)
    assert mailbox.mails[0]["Message-ID"] == mailbox.mails[1]["Message-ID"]


def test_several_mails_in_a_row_are_not_throttled(mailbox, message):
    started = time.monotonic()
    for _ in range(3):
        alerts.send(mailbox.url("a@example.org"), "a@example.org", message, 10)
    assert len(mailbox.mails) == 3
    assert time.monotonic() - started < 10, "5.5 s between two, if apprise had its way"


def test_one_refused_address_of_three_fails_alone(mailbox, message):
    url = mailbox.url("a@example.org", "gone@example.org", "c@example.org")
    mailbox.at_rcpt["gone@example.org"] = "550 5.1.1 no such user"
    results = [alerts.send(url, each.id, message, 10) for each in alerts.recipients(url)]
    assert [each.outcome for each in results] == [Outcome.ACCEPTED, Outcome.NEVER, Outcome.ACCEPTED]
    assert "no such user" in results[1].answer


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("451 4.3.0 later", Outcome.RETRY),
        ("421 4.3.2 closing", Outcome.RETRY),
        ("554 5.6.0 not this one", Outcome.NEVER),
        ("552 5.3.4 too big", Outcome.NEVER),
    ],
)
def test_what_the_server_says_of_the_letter(mailbox, message, answer, outcome):
    mailbox.at_data.append(answer)
    result = alerts.send(mailbox.url("a@example.org"), "a@example.org", message, 10)
    assert result.outcome is outcome
    assert answer[4:] in result.answer
    assert alerts.send(mailbox.url("a@example.org"), "a@example.org", message, 10).outcome is Outcome.ACCEPTED


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [("450 4.2.0 grey", Outcome.RETRY), ("552 5.5.3 too many", Outcome.RETRY), ("553 5.1.3 bad", Outcome.NEVER)],
)
def test_what_the_server_says_of_the_recipient(mailbox, message, answer, outcome):
    mailbox.at_rcpt["a@example.org"] = answer
    assert alerts.send(mailbox.url("a@example.org"), "a@example.org", message, 10).outcome is outcome


def test_a_refused_sender_can_be_mended(mailbox, message):
    mailbox.at_mail.append("550 5.7.1 who are you")
    assert alerts.send(mailbox.url("a@example.org"), "a@example.org", message, 10).outcome is Outcome.RETRY


def test_nobody_listens(free_port, message):
    url = f"mailto://127.0.0.1:{free_port}/?from=p@example.org&to=a@example.org"
    result = alerts.send(url, "a@example.org", message, 10)
    assert result.outcome is Outcome.RETRY
    assert "refused" in result.answer.lower()


def _talks(*lines, then=None):
    """A server that says a line after each thing it hears."""

    def talk(connection, hold):
        connection.sendall(b"220 hello\r\n")
        for line in lines:
            heard = connection.recv(65536)
            if line == b"":  # takes the whole letter first
                while not heard.endswith(b"\r\n.\r\n"):
                    heard += connection.recv(65536)
                break
            connection.sendall(line)
        if then is not None:
            then(connection, hold)

    return talk


_SESSION = (b"250 me\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n")


def _hang(connection, hold):
    hold.wait(20)


def _drip(connection, hold):
    while not hold.wait(0.05):
        connection.sendall(b"2")


@pytest.mark.parametrize("then", [None, _hang, _drip])
def test_no_answer_after_the_letter_is_ambiguous(raw_service, message, then):
    port = raw_service(_talks(*_SESSION, b"", then=then))
    url = f"mailto://127.0.0.1:{port}/?from=p@example.org&to=a@example.org"
    started = time.monotonic()
    # Long enough for a busy machine to come to the letter: 0.3 s were not, under a load of 13.
    result = alerts.send(url, "a@example.org", message, 2.0 if then else 10.0)
    assert result.outcome is Outcome.AMBIGUOUS
    assert time.monotonic() - started < 15


@pytest.mark.parametrize("then", [None, _hang, _drip])
@pytest.mark.parametrize("said", [0, 1, 3])
def test_no_answer_before_the_letter_is_tried_again(raw_service, message, then, said):
    port = raw_service(_talks(*_SESSION[:said], then=then))
    url = f"mailto://127.0.0.1:{port}/?from=p@example.org&to=a@example.org"
    started = time.monotonic()
    result = alerts.send(url, "a@example.org", message, 0.3)
    assert result.outcome is Outcome.RETRY
    assert time.monotonic() - started < 15


def test_a_hanging_goodbye_changes_nothing(raw_service, message):
    def quietly(connection, hold):
        connection.sendall(b"250 taken\r\n")
        hold.wait(20)

    port = raw_service(_talks(*_SESSION, b"", then=quietly))
    url = f"mailto://127.0.0.1:{port}/?from=p@example.org&to=a@example.org"
    assert alerts.send(url, "a@example.org", message, 3).outcome is Outcome.ACCEPTED


def test_starttls_is_not_given_up_silently(mailbox, message):
    url = f"mailtos://127.0.0.1:{mailbox.port}/?from=p@example.org&to=a@example.org"
    result = alerts.send(url, "a@example.org", message, 5)
    assert result.outcome is Outcome.RETRY
    assert "STARTTLS" in result.answer
    assert not mailbox.mails
    url += "&mode=insecure"
    assert alerts.send(url, "a@example.org", message, 5).outcome is Outcome.ACCEPTED


def test_a_recipient_who_left_the_channel_hears_nothing(mailbox, message):
    assert alerts.send(mailbox.url("a@example.org"), "b@example.org", message, 5).outcome is Outcome.NEVER
    assert not mailbox.mails


def test_a_long_token_and_a_long_subject_stay_whole(mailbox, message):
    token = "x" * 80
    long = replace(message, id=token, subject="Слово " * 49, headers=(("X-Prrwatch-Id", token),))
    alerts.send(mailbox.url("a@example.org"), "a@example.org", long, 10)
    [mail] = mailbox.mails
    assert mail["X-Prrwatch-Id"] == token
    assert mail["Message-ID"] == f"<{token}@prrwatch.invalid>"
    assert f"X-Prrwatch-Id: {token}".encode() in mailbox.raw[0]
    assert mail["Subject"].strip() == long.subject.strip()


def test_a_header_from_the_url_is_kept_but_never_doubles_ours(mailbox, message):
    url = mailbox.url("a@example.org", query="&%2BX-Team=blue&%2BX-Prrwatch-Id=fake")
    alerts.send(url, "a@example.org", message, 10)
    assert mailbox.mails[0]["X-Team"] == "blue"
    assert mailbox.mails[0].get_all("X-Prrwatch-Id") == [message.id]


def test_a_name_of_the_sender(mailbox, message):
    url = f"mailto://localhost:{mailbox.port}/?from=Наблюдатель <p@example.org>&to=a@example.org"
    assert alerts.send(url, "a@example.org", message, 10).outcome is Outcome.ACCEPTED
    assert mailbox.mails[0]["From"].addresses[0].display_name == "Наблюдатель"


@pytest.mark.parametrize("broken", ["nobody", "иван@example.org", "a@b@c"])
def test_a_recipient_that_cannot_be_reached_is_an_error_not_silence(mailbox, broken):
    with pytest.raises(alerts.ChannelError, match=r"channels\.desk\.url: mailto://\*\*\*@127.0.0.1"):
        alerts.recipients(mailbox.url("a@example.org", broken), "desk")


@pytest.mark.parametrize("secure_mailbox", ["ssl", "starttls"], indirect=True)
class TestTls:
    def url(self, box, request, password="right", verify="no"):
        mode = request.node.callspec.params["secure_mailbox"]
        return (
            f"mailtos://user:{password}@localhost:{box.port}/?mode={mode}&verify={verify}"
            "&from=p@example.org&to=a@example.org"
        )

    def test_a_letter_arrives_after_a_login(self, secure_mailbox, request, message):
        result = alerts.send(self.url(secure_mailbox, request), "a@example.org", message, 10)
        assert result.outcome is Outcome.ACCEPTED
        assert len(secure_mailbox.mails) == 1

    def test_a_certificate_that_nobody_knows_is_refused(self, secure_mailbox, request, message):
        result = alerts.send(self.url(secure_mailbox, request, verify="yes"), "a@example.org", message, 10)
        assert result.outcome is Outcome.RETRY
        assert "certificate" in result.answer.lower()
        assert not secure_mailbox.mails

    def test_a_wrong_password_is_told_but_not_shown(self, secure_mailbox, request, message):
        result = alerts.send(self.url(secure_mailbox, request, "wr0ngpassw0rd"), "a@example.org", message, 10)
        assert result.outcome is Outcome.RETRY
        assert "535" in result.answer
        assert "wr0ngpassw0rd" not in result.answer


def test_encryption_that_is_asked_for_is_not_left_out_silently(mailbox):
    with pytest.raises(alerts.ChannelError, match="pgp= is not supported"):
        alerts.recipients(mailbox.url("a@example.org", query="&pgp=encrypt"), "desk")


def test_a_reply_goes_where_the_url_says(mailbox, message):
    alerts.send(mailbox.url("a@example.org", query="&reply=desk@example.org"), "a@example.org", message, 10)
    assert mailbox.mails[0]["Reply-To"] == "desk@example.org"


@pytest.mark.parametrize(
    "title",
    ["x\r\nBcc: b@example.org", "x\r\n\r\nbody", "\u2028Bcc: b@example.org", "=?utf-8?q?=0ABcc:_b?=", "Ж" * 50_000],
    ids=lambda title: repr(title[:12]),
)
def test_no_title_opens_a_header_line(title):
    harmless, hostile = (_letter_about(words) for words in ("A title", title))
    assert [name for name, _ in hostile.items()] == [name for name, _ in harmless.items()]
    assert hostile["Bcc"] is None
    assert "\n" not in hostile["Subject"]
    assert hostile.get_body(("plain",)).get_content().rstrip().endswith("prrwatch-id: new-0123456789abcdef")


def _letter_about(title):
    now = datetime(2026, 11, 22, tzinfo=UTC)
    told = Member(
        1, "https://example.org/1", "s", title, Kind.MEDIA, title, "en", None, None, now, title, (), (), title
    )
    story = Story("story-1", now, (told,), (), (), 1.0)
    alert = Alert("new-0123456789abcdef", AlertKind.NEW, "all", "desk", ("story-1",))
    raw = letter(render(alert, [story]), Address("", addr_spec="p@example.org"), "a@example.org", {})
    return message_from_bytes(raw, policy=policy.default)


@pytest.mark.parametrize("words", range(3, 40, 6))
def test_no_space_of_a_folded_subject_is_lost(mailbox, message, words):
    subject = (
        "New: " + " ".join(["Медиаторы", "из", "четырёх", "стран", "and", "=?", "x", "«подготовят»"] * 5)[: words * 7]
    )
    subject = " ".join(subject.split())
    alerts.send(mailbox.url("a@example.org"), "a@example.org", replace(message, subject=subject), 10)
    assert mailbox.mails[0]["Subject"] == subject.replace("=?", "= ?")
