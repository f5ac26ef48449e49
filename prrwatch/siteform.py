"""The form of the site file: its tables, its keys, and what may stand in each. Only here does pydantic read it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from prrwatch.alert import Deliver
from prrwatch.durations import parse_duration
from prrwatch.errors import Problem
from prrwatch.person import Names
from prrwatch.verdict import Phase

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is not an IANA time zone") from error
    return name


def _env_reference(value: str) -> str:
    if not value.removeprefix("env:") or not value.startswith("env:"):
        raise ValueError('secrets stand in the environment only: write "env:NAME"')
    return value


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Store(_Table):
    path: Path = Path("prrwatch.db")


class _Catalogue(_Table):
    path: Path | None = None


_Duration = Annotated[timedelta, BeforeValidator(parse_duration)]


class _Rules(_Table):
    path: Path | None = None


class _Crawler(_Table):
    contact: Annotated[str, Field(min_length=3, pattern=r"^[\x21-\x7e ]+$")] = "mailto:unset@example.invalid"
    allow_private_hosts: tuple[str, ...] = ()
    delay: Annotated[float, Field(ge=0)] = 2.0
    timeout: Annotated[float, Field(gt=0)] = 60.0
    max_bytes: Annotated[int, Field(gt=0)] = 16 * 1024 * 1024
    max_pages: Annotated[int, Field(gt=0)] = 200
    retries: Annotated[int, Field(ge=0, le=10)] = 2
    passes_per_day: Annotated[float, Field(gt=0)] | None = None
    revisit: tuple[_Duration, ...] = (timedelta(hours=1), timedelta(days=1), timedelta(days=3), timedelta(days=7))


class _Channel(_Table):
    url: Annotated[str, AfterValidator(_env_reference)]


class _Operators(_Table):
    channel: str
    after_failures: Annotated[int, Field(ge=1)] = 3


class SubscriptionForm(_Table):
    """`[subscriptions.NAME]`."""

    channel: str
    deliver: Deliver = Deliver.NOW
    at: str | None = None
    timezone: Annotated[str, AfterValidator(_zone)] = "UTC"
    countries: tuple[Annotated[str, Field(pattern=r"^[A-Z]{2}$")], ...] = ()
    phases: tuple[Phase, ...] = ()
    languages: tuple[Annotated[str, Field(pattern=r"^[a-z]{2}$")], ...] = ()
    kinds: tuple[Literal["official", "media", "syndicator", "forum"], ...] = ()
    min_score: Annotated[float, Field(ge=0)] = 0.0
    entities: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    max_per_day: Annotated[int, Field(ge=1)] = 20
    force: bool = False
    remind_days: Annotated[int, Field(ge=0, le=60)] = 3


class OperationsForm(_Table):
    """`[operations]`."""

    heartbeat: Annotated[str, AfterValidator(_env_reference)] | None = None
    metrics_port: Annotated[int, Field(ge=1, le=65535)] | None = None
    log: Literal["text", "json"] = "text"
    keep_originals: _Duration | None = None
    worker_pages: Annotated[int, Field(ge=1)] = 5000
    worker_age: _Duration = timedelta(days=1)
    worker_megabytes: Annotated[int, Field(ge=100)] = 250


class _Canary(_Table):
    channel: str
    every: _Duration = timedelta(days=1)
    within: _Duration = timedelta(hours=1)


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    plain = not (parts.query or parts.fragment or parts.username)
    if parts.scheme not in {"http", "https"} or not parts.hostname or not plain:
        raise ValueError('write the address of the web view, such as "https://prr.example.org/"')
    return value.rstrip("/")


class _People(_Table):
    names: Names = Names.COVERED


class _Web(_Table):
    base_url: Annotated[str, AfterValidator(_web_address)] | None = None
    password: Annotated[str, AfterValidator(_env_reference)] | None = None


class SiteForm(_Table):
    """The whole file."""

    store: _Store = _Store()
    catalogue: _Catalogue = _Catalogue()
    rules: _Rules = _Rules()
    crawler: _Crawler = _Crawler()
    channels: dict[str, _Channel] = {}
    operators: _Operators | None = None
    operations: OperationsForm = OperationsForm()
    canary: _Canary | None = None
    subscriptions: dict[str, SubscriptionForm] = {}
    people: _People = _People()
    web: _Web = _Web()


def problems_within(site: SiteForm, file: str) -> list[Problem]:
    """What only shows when the tables are held against each other."""
    problems = []
    if site.operators and site.operators.channel not in site.channels:
        problems.append(Problem(file, "operators.channel", f"no [channels.{site.operators.channel}]"))
    if site.canary and site.canary.channel not in site.channels:
        problems.append(Problem(file, "canary.channel", f"no [channels.{site.canary.channel}]"))
    for name, subscription in site.subscriptions.items():
        key = f"subscriptions.{name}"
        if subscription.channel not in site.channels:
            problems.append(Problem(file, f"{key}.channel", f"no [channels.{subscription.channel}]"))
        if wrong := _wrong_at(subscription):
            problems.append(Problem(file, f"{key}.at", wrong))
    return problems


def _wrong_at(subscription: SubscriptionForm) -> str:
    words = (subscription.at or "").split()
    match subscription.deliver, words:
        case Deliver.NOW, []:
            return ""
        case Deliver.NOW, _:
            return 'deliver = "now" has no `at`'
        case Deliver.DAILY, [clock] if _is_clock(clock):
            return ""
        case Deliver.WEEKLY, [day, clock] if day in _WEEKDAYS and _is_clock(clock):
            return ""
        case Deliver.DAILY, _:
            return 'a daily digest needs at = "HH:MM"'
        case _:
            return 'a weekly digest needs at = "mon HH:MM"'


def _is_clock(words: str) -> bool:
    hour, colon, minute = words.partition(":")
    whole = bool(colon) and hour.isdecimal() and minute.isdecimal() and len(minute) == 2
    return whole and int(hour) < 24 and int(minute) < 60
