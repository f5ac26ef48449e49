"""Delivery: the only home of apprise. Takes a message and one recipient, gives a delivery result.

apprise costs half a second to import, so it is imported by the first call that needs it, never by `import alerts`.
"""

from __future__ import annotations

from alerts.masking import ChannelError, masked
from prrwatch.alert import DeliveryResult, Message, Recipient

__all__ = ["ChannelError", "masked", "recipients", "send"]


def recipients(url: str, channel: str = "") -> tuple[Recipient, ...]:
    """Who receives what is sent to this apprise URL: each mail address and each Slack target by itself, else one.

    `channel` is its name in the site file, for the error. Raises `ChannelError` (a ValueError) for a URL that cannot
    be used; the error holds no secret. Nothing is sent.
    """
    from alerts.channel import open_channel

    return tuple(target.recipient for target in open_channel(url, channel).targets)


def send(url: str, recipient: str, message: Message, timeout: float) -> DeliveryResult:
    """Send one message to one recipient (`Recipient.id`) and say how that ended, within `timeout` seconds.

    Blocks. Every failure to deliver is a `DeliveryResult`; only a URL that cannot be used raises `ChannelError`.
    A recipient that the URL does not name any more is refused for good. Never tries twice: the outbox does.
    """
    from alerts.sending import send_once

    return send_once(url, recipient, message, timeout)
