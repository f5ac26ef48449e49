"""Slack: apprise reads the URL and posts; the payload is ours, because our text is already Slack's mrkdwn.

apprise would convert it once more (as CommonMark) or, passed through, revive `<!channel>` that was escaped on purpose.
"""

from __future__ import annotations

import json
from typing import Any

from apprise.plugins.slack import NotifySlack, SlackMode

from alerts import answers
from alerts.line import Line, current
from prrwatch.alert import DeliveryResult, Message, Outcome

#: Errors of Slack's Web API that pass by themselves; every other one needs a person (docs: chat.postMessage, errors).
_PASSING = frozenset(
    {"ratelimited", "rate_limited", "service_unavailable", "internal_error", "fatal_error", "request_timeout"}
)
_WORKFLOWS = (SlackMode.WORKFLOW, SlackMode.WORKFLOW_TRIGGER)


class SlackPost(NotifySlack):
    """One post to one target."""

    request_rate_per_sec = 0  # the outbox paces

    def address(self, message: Message, target: str | None) -> None:
        """What the next `send` carries, and to which channel, user or id; None = where the webhook leads."""
        if self.mode in _WORKFLOWS:
            self.payload: dict[str, Any] = {"text": message.slack}  # a workflow refuses what it did not declare
            return
        # parse=none: no bare address in foreign text becomes a link; link_names off: no bare name becomes a mention.
        self.payload = {
            "text": message.slack,
            "mrkdwn": True,
            "parse": "none",
            "link_names": False,
            "unfurl_links": False,
            "unfurl_media": False,
        }
        if target:
            self.payload["channel"] = target
        if self.user:
            self.payload["username"] = self.user

    def send(self, *_: Any, **__: Any) -> bool:
        """Called by apprise. True when Slack has taken the post."""
        line = current()
        if "channel" in self.payload:
            self.payload["channel"] = self._named(self.payload["channel"])
        plugin: Any = self  # the rest of apprise's plugin is untyped
        plugin._send(self._address(), self.payload)  # noqa: SLF001  inherited
        line.result = self._meaning(line)
        return line.result is not None and line.result.outcome is Outcome.ACCEPTED

    def _named(self, target: str) -> str:
        """The target as Slack wants it: `+ID` is an id, a mail address is looked up, a bare name is a channel."""
        if target[0] in "@#":
            return target
        if "@" in target:
            plugin: Any = self
            return str(plugin.lookup_userid(target) or target)
        return target[1:] if target[0] == "+" else f"#{target}"

    def _address(self) -> str:
        if self.mode == SlackMode.BOT:
            return str(self.api_url.format("chat.postMessage"))
        if self.mode in _WORKFLOWS:
            trigger = self.mode == SlackMode.WORKFLOW_TRIGGER
            root = self.workflow_trigger_url if trigger else self.workflow_url
            return f"{root}/{'/'.join(self.workflow_path)}"
        root = self.webhook_url if self.mode == SlackMode.WEBHOOK else self.webhook_gov_url
        return f"{root}/{self.token_a}/{self.token_b}/{self.token_c}"

    def _meaning(self, line: Line) -> DeliveryResult | None:
        # The Web API says no with status 200; a webhook says it with the status.
        if self.mode != SlackMode.BOT or line.status != 200:
            return line.result
        try:
            said = json.loads(line.body)
        except ValueError:
            return answers.lost("HTTP 200 without Slack's answer", gone=line.gone)
        error = str(said.get("error", "")) if isinstance(said, dict) and not said.get("ok") else ""
        if not error:
            return answers.accepted("HTTP 200 ok")
        return answers.again(f"Slack: {error}") if error in _PASSING else answers.never(f"Slack: {error}")
