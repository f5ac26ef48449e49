"""What is told to whom: subscriptions, alerts, deliveries, and how a delivery ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from prrwatch.verdict import Phase


class Deliver(StrEnum):
    """When a subscription wants to hear."""

    NOW = "now"
    DAILY = "daily"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True)
class Subscription:
    """Who wants to hear what, where and when. An empty tuple means all."""

    name: str
    channel: str
    deliver: Deliver = Deliver.NOW
    at: str | None = None  #: "08:00" or "mon 08:00" in `timezone`
    timezone: str = "UTC"
    countries: tuple[str, ...] = ()
    phases: tuple[Phase, ...] = ()
    languages: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    min_score: float = 0.0
    entities: tuple[str, ...] = ()  #: ids of the rules' inventory; a story must name one of them
    max_per_day: int = 20  #: a new subscription that would have sent more is refused
    force: bool = False  #: it is not
    remind_days: int = 3  #: so many days before an event of a story that it was told of; 0 = never


class AlertKind(StrEnum):
    """Why a message is sent."""

    NEW = "new"
    UPDATE = "update"
    REMINDER = "reminder"
    SUMMARY = "summary"  #: the baseline of a new source or store: one message instead of a flood
    DIGEST = "digest"
    OPERATOR = "operator"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Alert:
    """A decision to tell: one subscription, one matter. `token`, unique per (matter, subscription), rides along."""

    token: str  #: [A-Za-z0-9._-]{8,80}
    kind: AlertKind
    subscription: str  #: name of the subscription; "operators" for operators' notices
    channel: str
    stories: tuple[str, ...] = ()  #: ids, the first leads
    subject: str = ""  #: for operators' notices and tests; stories' messages are rendered from the story when sent
    body: str = ""
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Recipient:
    """One receiver of a channel. `id` is stable and holds no secret; `label` is masked for logs."""

    id: str
    label: str


class Outcome(StrEnum):
    """How one attempt to deliver ended."""

    ACCEPTED = "accepted"
    RETRY = "retry"  #: refused for now
    NEVER = "never"  #: refused for good: asking again cannot help
    AMBIGUOUS = "ambiguous"  #: no answer came after the message may have been taken: tried again, same id


@dataclass(frozen=True, slots=True)
class DeliveryResult:
    """The answer of a channel to one message for one recipient."""

    outcome: Outcome
    answer: str  #: what the service said, one line, no secrets
    retry_after: float | None = None  #: seconds the service asked us to wait


@dataclass(frozen=True, slots=True)
class Delivery:
    """One leased outbox row: one message to one recipient."""

    id: int
    alert: Alert
    recipient: str
    attempts: int
    created: datetime


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One message that could not be delivered to one recipient and was given up."""

    delivery: int  #: its row in the outbox
    message: str  #: the alert's token
    kind: AlertKind
    subscription: str
    channel: str
    recipient: str  #: masked
    attempts: int
    answer: str  #: what the service last said


@dataclass(frozen=True, slots=True)
class Message:
    """A rendered message. All text from the web in it is already made harmless for its place."""

    id: str  #: the alert's token
    subject: str  #: one line
    text: str  #: readable on its own; ends with `prrwatch-id: <id>`
    html: str
    slack: str  #: Slack mrkdwn, with & < > of foreign text escaped
    headers: tuple[tuple[str, str], ...] = ()  #: mail headers: X-Prrwatch-Id, References
    json: str = "{}"  #: the same for programs, a JSON object; see docs/alerts.md
