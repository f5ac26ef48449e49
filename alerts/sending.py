"""One message to one recipient within one time limit.

1. Open the channel and find the recipient.  2. Send in a thread of its own.  3. At the limit, cut the connections.
4. Tell accepted, again, never and ambiguous apart.
"""

from __future__ import annotations

import json
from threading import Thread
from typing import Any

from apprise import Apprise, AppriseResult, AppriseResultStatus, NotifyFormat
from apprise.plugins.custom_json import NotifyJSON

from alerts import answers
from alerts.channel import Channel, Target, open_channel
from alerts.line import Line, listening
from alerts.mail import Mail
from alerts.masking import scrubbed
from alerts.slack import SlackPost
from prrwatch.alert import DeliveryResult, Message, Outcome

_LAST_WORDS = 0.5  # seconds after the cut in which the thread may still say how it ended


def send_once(url: str, recipient: str, message: Message, timeout: float) -> DeliveryResult:
    """See `alerts.send`."""
    channel = open_channel(url)
    target = next((each for each in channel.targets if each.recipient.id == recipient), None)
    if target is None:
        return answers.never("no longer a recipient of this channel")
    return _scrubbed(_within(timeout, channel, target, message), url)


def _within(timeout: float, channel: Channel, target: Target, message: Message) -> DeliveryResult:
    # A daemon thread: only a name lookup outlives the cut, and it must not hold up the end of the process.
    attempt = _Attempt(channel, target, message, timeout)
    attempt.start()
    attempt.join(timeout)
    if attempt.is_alive():
        attempt.line.hang_up()
        attempt.join(_LAST_WORDS)
        return attempt.line.result or answers.lost(f"no answer within {timeout:g} s", gone=attempt.line.gone)
    return attempt.outcome()


class _Attempt(Thread):
    """The thread of one attempt, and how it ended."""

    def __init__(self, channel: Channel, target: Target, message: Message, timeout: float) -> None:
        super().__init__(daemon=True, name=f"send {message.id}")
        self.line = Line()
        self._channel, self._target, self._message = channel, target, message
        self._told: AppriseResult | None = None
        self._crash: BaseException | None = None
        plugin = channel.plugin
        plugin.socket_connect_timeout = plugin.socket_read_timeout = timeout

    def run(self) -> None:
        """Let apprise send."""
        try:
            with listening(self.line):
                self._told = _notify(self._channel.plugin, self._target, self._message)
        except BaseException as crash:  # noqa: BLE001  raised again in `outcome`, in the thread that asked
            self._crash = crash

    def outcome(self) -> DeliveryResult:
        """What the attempt came to. Raises what crashed it."""
        if self._crash is not None:
            raise self._crash
        return _meaning(self._told, self.line)


def _notify(plugin: Any, target: Target, message: Message) -> AppriseResult:
    apprise = Apprise()
    apprise.add(plugin)
    if isinstance(plugin, Mail | SlackPost):
        # These carry our message themselves; apprise must not convert, split or shorten it.
        plugin.address(message, target.address)
        return apprise.notify(body=message.id, body_format=NotifyFormat.TEXT)
    if isinstance(plugin, NotifyJSON):
        # apprise's own keys stay; ours stands beside them, and the id where a receiver sees it before it reads a body.
        plugin.payload_extras = {**plugin.payload_extras, "prrwatch": json.loads(message.json)}
        plugin.headers = {**plugin.headers, "X-Prrwatch-Id": message.id}
    # "text" is the one format that every plugin escapes by itself.
    return apprise.notify(body=_fitted(message, plugin), title=message.subject, body_format=NotifyFormat.TEXT)


def _fitted(message: Message, plugin: Any) -> str:
    """The text within the service's limit, shortened before its last line, which carries the id."""
    room = int(plugin.body_maxlen) - (len(message.subject) + 2 if plugin.title_maxlen <= 0 else 0)
    if len(message.text) <= room:
        return message.text
    last = f"\n[shortened]\nprrwatch-id: {message.id}"
    return message.text[: max(room - len(last), 0)] + last


def _meaning(told: AppriseResult | None, line: Line) -> DeliveryResult:
    status = told.status if told is not None else AppriseResultStatus.FAILURE
    if status == AppriseResultStatus.SUCCESS:
        return line.result if _is(line, Outcome.ACCEPTED) and line.result else answers.accepted("accepted")
    if _is(line, Outcome.ACCEPTED):
        # Status 2xx, but not what this service says when it has taken a message.
        return answers.lost("an answer that is not this service's", gone=True)
    if line.result is not None:
        return line.result
    broken = answers.lost("the connection failed or broke off", gone=line.gone)
    return answers.again(_last_log(told)) if line.gone is None else broken


def _is(line: Line, outcome: Outcome) -> bool:
    return line.result is not None and line.result.outcome is outcome


def _last_log(told: AppriseResult | None) -> str:
    lines = [entry.message for entry in told.logs()] if told is not None else []
    return lines[-1] if lines else "refused without a reason"


def _scrubbed(result: DeliveryResult, url: str) -> DeliveryResult:
    return DeliveryResult(result.outcome, scrubbed(result.answer, url), result.retry_after)
