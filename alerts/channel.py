"""A channel: an apprise URL, read, with its recipients told apart.

Forms that are tested, mail first (`mode=insecure|starttls|ssl`; `mailto` is insecure, `mailtos` starttls by default):

    mailto://127.0.0.1:2525/?from=prrwatch@example.org&to=a@example.org,b@example.org
    mailto://localhost:2525/?from=Name <prrwatch@example.org>&to=a@example.org&to=b@example.org
    mailtos://user:password@mail.example.org:587/?from=prrwatch@example.org&to=a@example.org
    mailtos://user:password@mail.example.org:465/?mode=ssl&to=a@example.org      (verify=no: any certificate)
    slack://T.../B.../.../            https://hooks.slack.com/services/T.../B.../...      slack://xoxb-.../#channel
    json://127.0.0.1:8000/path        and every other service that apprise knows: one recipient, plain text
"""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import getaddresses
from functools import cache
from typing import Any

from apprise import Apprise, AppriseAsset, NotifyBase, PersistentStoreMode
from apprise.plugins import url_to_dict
from apprise.plugins.email.base import NotifyEmail, PGPMode
from apprise.plugins.slack import NotifySlack

from alerts.line import hush
from alerts.mail import Mail
from alerts.masking import ChannelError, masked_address
from alerts.slack import SlackPost
from prrwatch.alert import Recipient

_REPEATABLE = ("to", "cc", "bcc")


@dataclass(frozen=True, slots=True)
class Target:
    """One recipient of a channel; `address` is the mail address or the Slack target, None elsewhere."""

    recipient: Recipient
    address: str | None


@dataclass(frozen=True, slots=True)
class Channel:
    """An opened channel: apprise's plugin and who can be reached through it."""

    plugin: Any
    targets: tuple[Target, ...]


def open_channel(url: str, channel: str = "") -> Channel:
    """Read the URL. Raises `ChannelError`; opens no connection."""
    hush()
    plugin = Apprise.instantiate(_merged(url.strip()), asset=_asset())
    if not isinstance(plugin, NotifyBase):
        raise ChannelError(url, channel)
    plugin = _ours(plugin, url.strip())
    plugin.retry, plugin.optional = 0, False  # the outbox tries again; a failure is never called a success
    plugin.request_rate_per_sec = 0
    if unkept := _unkept(plugin):
        raise ChannelError(url, channel, f"{unkept} is not supported")
    targets = _targets(plugin, url, channel)
    if not targets:
        raise ChannelError(url, channel, "names no recipient")
    return Channel(plugin, targets)


@cache
def _asset() -> AppriseAsset:
    # One service at a time in our own thread, without a limit of apprise's own: `sending` keeps the time.
    # Redirects are off: following one turns POST into GET, and the message is lost with a 200.
    return AppriseAsset(
        app_id="prrwatch",
        app_desc="prrwatch",
        app_url="",
        async_mode=False,
        service_timeout=0,
        http_redirects=False,
        storage_mode=PersistentStoreMode.MEMORY,
        secure_logging=True,
    )


def _ours(plugin: Any, url: str) -> Any:
    """Our own plugin in place of apprise's for mail and Slack, made from the same words of the URL."""
    ours: Any = {NotifyEmail: Mail, NotifySlack: SlackPost}.get(type(plugin))
    if ours is None:
        return plugin
    return ours(**{**url_to_dict(_merged(url)), "asset": _asset()})


def _unkept(plugin: Any) -> str:
    """What the URL asks for and our own plugins do not do. Encryption asked for must not be left out silently."""
    if isinstance(plugin, Mail) and plugin.pgp_mode != PGPMode.NONE:
        return "pgp="
    if isinstance(plugin, SlackPost) and plugin.template:
        return "template="
    return ""


def _merged(url: str) -> str:
    """The URL with repeated `to=` as one list: of several apprise keeps the last and drops the others silently."""
    before, mark, query = url.partition("?")
    if not mark or not before.lower().startswith(("mailto://", "mailtos://")):
        return url
    pairs = [pair.partition("=") for pair in query.split("&")]
    lists = {key: ",".join(value for name, _, value in pairs if name == key and value) for key in _REPEATABLE}
    others = [f"{name}{equals}{value}" for name, equals, value in pairs if name not in _REPEATABLE]
    return before + mark + "&".join([*others, *(f"{key}={value}" for key, value in lists.items() if value)])


def _targets(plugin: Any, url: str, channel: str) -> tuple[Target, ...]:
    if isinstance(plugin, Mail):
        return _mail_targets(plugin, url, channel)
    if isinstance(plugin, SlackPost):
        return tuple(
            Target(Recipient(f"slack:{name}" if name else "slack", f"Slack {name or ''}".strip()), name)
            for name in dict.fromkeys(plugin.channels)
        )
    schema = str(plugin.secure_protocol if plugin.secure else plugin.protocol)
    return (Target(Recipient(schema, str(plugin.service_name)), None),)


def _mail_targets(mail: Mail, url: str, channel: str) -> tuple[Target, ...]:
    found = [*(address for _, address in mail.targets), *sorted(mail.cc), *sorted(mail.bcc)]
    if not _named(url) <= {address.lower() for address in found}:
        # apprise drops what is no address with a line in its log; a recipient who silently hears nothing is worse.
        raise ChannelError(url, channel, "one of its recipients is no mail address")
    unique = {address.lower(): address for address in reversed(found)}
    order = dict.fromkeys(address.lower() for address in found)
    return tuple(Target(Recipient(unique[key], masked_address(key)), unique[key]) for key in order)


def _named(url: str) -> set[str]:
    asked = url_to_dict(_merged(url.strip()))
    lists = [*asked.get("targets", ()), asked.get("cc") or "", asked.get("bcc") or ""]
    return {address.lower() for _, address in getaddresses([each for each in lists if each]) if address}
