"""Slack and other HTTP services, over a real server."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from apprise.plugins.slack import NotifySlack

import alerts
from prrwatch.alert import Outcome

SLACK = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/"
SECRETS = ("T1JJ3T3L2", "A1BRTD4JD", "TIiajkdnlazkcOXrIdevi7FQ")


@pytest.fixture
def slack(receiver, monkeypatch):
    monkeypatch.setattr(NotifySlack, "webhook_url", f"http://127.0.0.1:{receiver.port}/services")
    monkeypatch.setattr(NotifySlack, "api_url", f"http://127.0.0.1:{receiver.port}/api/{{}}")
    return receiver


def test_slack_gets_our_text_as_it_is(slack, message):
    result = alerts.send(SLACK, "slack", message, 10)
    assert result.outcome is Outcome.ACCEPTED
    [(path, payload)] = slack.posts
    assert path == "/services/" + "/".join(SECRETS)
    assert payload["text"] == message.slack
    assert payload["parse"] == "none"
    assert "attachments" not in payload
    assert "blocks" not in payload


def test_each_slack_target_is_a_recipient_of_its_own(slack, message):
    url = SLACK + "#one/+C12345678"
    assert [each.id for each in alerts.recipients(url)] == ["slack:#one", "slack:+C12345678"]
    for each in alerts.recipients(url):
        alerts.send(url, each.id, message, 10)
    assert [payload["channel"] for _, payload in slack.posts] == ["#one", "C12345678"]


def test_slack_posts_are_not_throttled(slack, message):
    started = time.monotonic()
    for _ in range(10):
        alerts.send(SLACK, "slack", message, 10)
    assert len(slack.posts) == 10
    assert time.monotonic() - started < 9, "1.2 s between two, if apprise had its way"


ANSWERS = [
    (200, {}, b"ok", Outcome.ACCEPTED),
    (400, {}, b"invalid_payload", Outcome.NEVER),
    (403, {}, b"invalid_token", Outcome.NEVER),
    (404, {}, b"no_service", Outcome.NEVER),
    (410, {}, b"channel_is_archived", Outcome.NEVER),
    (408, {}, b"", Outcome.RETRY),
    (425, {}, b"", Outcome.RETRY),
    (429, {}, b"rate_limited", Outcome.RETRY),
    (500, {}, b"rollup_error", Outcome.RETRY),
    (503, {}, b"", Outcome.RETRY),
    (301, {"Location": "/elsewhere"}, b"", Outcome.NEVER),
    (302, {"Location": "/elsewhere"}, b"", Outcome.RETRY),
]


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: str(answer[0]))
@pytest.mark.parametrize("kind", ["slack", "json"])
def test_what_an_answer_means(slack, message, kind, answer):
    status, headers, body, outcome = answer
    slack.answers.append((status, headers, body))
    url = SLACK if kind == "slack" else slack.url()
    result = alerts.send(url, kind, message, 10)
    assert result.outcome is outcome
    assert str(status) in result.answer
    assert body.decode() in result.answer
    assert len(slack.posts) == 1


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [
        ("7", 7, 7),
        (format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True), 3000, 3601),
        (format_datetime(datetime.now(UTC) - timedelta(days=1), usegmt=True), 0, 0),
        ("999999999999999999999", 86400, 86400),
    ],
    ids=["seconds", "a date", "a date gone by", "too long"],  # the same in every process that collects them
)
def test_patience_is_kept(slack, message, header, least, most):
    for url, recipient in ((SLACK, "slack"), (slack.url(), "json")):
        slack.answers.append((429, {"Retry-After": header}, b""))
        result = alerts.send(url, recipient, message, 10)
        assert result.outcome is Outcome.RETRY
        assert result.retry_after is not None
        assert least <= result.retry_after <= most


@pytest.mark.parametrize("header", ["soon", "-5", "", "١٢"])
def test_a_patience_that_is_none_is_left_out(slack, message, header):
    slack.answers.append((503, {"Retry-After": header.encode().decode("latin-1")}, b""))
    assert alerts.send(SLACK, "slack", message, 10).retry_after is None


def test_slacks_web_api_says_no_with_200(slack, message):
    url = "slack://xoxb-1234567890-123456789012-abcdefghijklmnopqrstuvwx/#room"
    for body, outcome in (
        (b'{"ok":true,"channel":"C1"}', Outcome.ACCEPTED),
        (b'{"ok":false,"error":"channel_not_found"}', Outcome.NEVER),
        (b'{"ok":false,"error":"internal_error"}', Outcome.RETRY),
        (b"<html>", Outcome.AMBIGUOUS),
    ):
        slack.answers.append((200, {}, body))
        assert alerts.send(url, "slack:#room", message, 10).outcome is outcome
    assert slack.posts[0][0] == "/api/chat.postMessage"
    assert slack.posts[0][1]["channel"] == "#room"


def test_json_gets_the_text(receiver, message):
    assert alerts.send(receiver.url(), "json", message, 10).outcome is Outcome.ACCEPTED
    [(path, payload)] = receiver.posts
    assert path == "/hook"
    assert payload["title"] == message.subject
    assert payload["message"].rstrip().endswith(f"prrwatch-id: {message.id}")


def test_a_failure_that_the_url_calls_optional_is_still_a_failure(receiver, message):
    receiver.answers.append((500, {}, b""))
    assert alerts.send(receiver.url("/hook?optional=yes&retry=3"), "json", message, 10).outcome is Outcome.RETRY
    assert len(receiver.posts) == 1


def test_nobody_listens(free_port, message):
    assert alerts.send(f"json://127.0.0.1:{free_port}/", "json", message, 10).outcome is Outcome.RETRY


def _request(connection):
    heard = b""
    while b"\r\n\r\n" not in heard:
        heard += connection.recv(65536)
    head, _, body = heard.partition(b"\r\n\r\n")
    length = int(
        next(line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length"))
    )
    while len(body) < length:
        body += connection.recv(65536)


def _hang(connection, hold):
    _request(connection)
    hold.wait(20)


def _drip(connection, hold):
    _request(connection)
    connection.sendall(b"HTTP/1.1 ")
    while not hold.wait(0.05):
        connection.sendall(b"2")


def _reset(connection, hold):
    _request(connection)


@pytest.mark.parametrize("talk", [_hang, _drip, _reset])
def test_no_answer_after_the_post_is_ambiguous(raw_service, message, talk):
    started = time.monotonic()
    result = alerts.send(f"json://127.0.0.1:{raw_service(talk)}/", "json", message, 0.3)
    assert result.outcome is Outcome.AMBIGUOUS
    assert time.monotonic() - started < 15


def test_a_hang_before_the_post_is_tried_again(raw_service, message):
    def no_handshake(connection, hold):
        hold.wait(20)

    started = time.monotonic()
    result = alerts.send(f"jsons://127.0.0.1:{raw_service(no_handshake)}/", "jsons", message, 0.3)
    assert result.outcome is Outcome.RETRY
    assert time.monotonic() - started < 15


def test_no_secret_reaches_a_log_or_an_answer(slack, message, everything_logged, capfd):
    slack.answers.extend([(404, {}, ("no " + " ".join(SECRETS)).encode()), (500, {}, b""), (200, {}, b"ok")])
    answers = [alerts.send(SLACK, "slack", message, 10).answer for _ in range(3)]
    answers.append(alerts.send("json://user:s3cr3tpassword@127.0.0.1:1/longpathtoken", "json", message, 10).answer)
    with pytest.raises(ValueError, match="slack") as wrong:
        alerts.recipients("slack://T1JJ3T3L2/A1BRTD4JD/wrong!token")
    logging.getLogger("urllib3.connectionpool").debug("%s", SECRETS[0])
    out, err = capfd.readouterr()
    said = " ".join([everything_logged.text, out, err, str(wrong.value), *answers])
    for secret in (*SECRETS, "wrong!token", "s3cr3tpassword", "longpathtoken"):
        assert secret not in said


def test_a_fixed_host_can_be_moved_by_sitecustomize(receiver, tmp_path):
    (tmp_path / "sitecustomize.py").write_text(
        "import socket\n"
        "real = socket.getaddrinfo\n"
        "def moved(host, port, *rest, **more):\n"
        f"    return real('127.0.0.1', {receiver.port}, *rest, **more) if host == 'hooks.slack.com' else "
        "real(host, port, *rest, **more)\n"
        "socket.getaddrinfo = moved\n"
    )
    program = (
        "import alerts, apprise\n"
        "from apprise.plugins.slack import NotifySlack\n"
        "NotifySlack.webhook_url = NotifySlack.webhook_url.replace('https', 'http')\n"
        "from prrwatch.alert import Message\n"
        f"print(alerts.send({SLACK!r}, 'slack', Message('token-12345', 's', 't', 'h', 'hello'), 10).outcome)\n"
    )
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.strip() == "accepted", done.stderr
    assert receiver.posts[0][1]["text"] == "hello"


def test_importing_the_package_does_not_import_apprise():
    program = "import sys, alerts; print('apprise' in sys.modules, 'requests' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_a_webhook_gets_the_message_for_programs_beside_apprises_own_keys(receiver, message):
    structured = replace(message, json='{"id": "new-0123456789abcdef", "kind": "new", "stories": []}')
    assert alerts.send(receiver.url("/hook?:team=desk"), "json", structured, 10).outcome is Outcome.ACCEPTED
    [(_, payload)] = receiver.posts
    assert payload["prrwatch"] == {"id": "new-0123456789abcdef", "kind": "new", "stories": []}
    assert (payload["title"], payload["team"]) == (message.subject, "desk")
    assert payload["message"].splitlines()[-1] == f"prrwatch-id: {message.id}"
