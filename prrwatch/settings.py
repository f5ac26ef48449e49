"""The site file `prrwatch.toml`: where things are, how to behave, whom to tell."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from prrwatch.alert import Deliver, Subscription
from prrwatch.crawl import Policy
from prrwatch.durations import parse_duration
from prrwatch.errors import Problem, SettingsError
from prrwatch.person import Names
from prrwatch.problems import problems_of
from prrwatch.verdict import Phase

DEFAULT_FILE = Path("prrwatch.toml")
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
    revisit: tuple[_Duration, ...] = (timedelta(hours=1), timedelta(days=1), timedelta(days=3), timedelta(days=7))


class _Channel(_Table):
    url: Annotated[str, AfterValidator(_env_reference)]


class _Operators(_Table):
    channel: str
    after_failures: Annotated[int, Field(ge=1)] = 3


class _Subscription(_Table):
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


class _Operations(_Table):
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


class _Site(_Table):
    store: _Store = _Store()
    catalogue: _Catalogue = _Catalogue()
    rules: _Rules = _Rules()
    crawler: _Crawler = _Crawler()
    channels: dict[str, _Channel] = {}
    operators: _Operators | None = None
    operations: _Operations = _Operations()
    canary: _Canary | None = None
    subscriptions: dict[str, _Subscription] = {}
    people: _People = _People()
    web: _Web = _Web()


@dataclass(frozen=True, slots=True)
class Operators:
    """Where operators' notices go, and after how many failed passes in a row a source is called broken."""

    channel: str
    after_failures: int


@dataclass(frozen=True, slots=True)
class Recycling:
    """When a crawl worker is replaced by a fresh one: after so many pages, so long, or above so much memory."""

    pages: int = 5000
    age: timedelta = timedelta(days=1)
    megabytes: int = 250  #: resident, of the worker itself; its extraction children have bounds of their own


@dataclass(frozen=True, slots=True)
class Operations:
    """How the daemon is watched itself, and what it may forget."""

    heartbeat: str | None = None  #: the environment variable with the URL that is asked for after each full walk
    metrics_port: int | None = None  #: on loopback; None = no metrics
    log: Literal["text", "json"] = "text"
    keep_originals: timedelta | None = None  #: of irrelevant pages; None = for ever
    recycling: Recycling = Recycling()


@dataclass(frozen=True, slots=True)
class Canary:
    """A story of our own that must come from the web to a channel `within` its time, `every` so often."""

    channel: str
    every: timedelta
    within: timedelta


@dataclass(frozen=True, slots=True)
class Settings:
    """The site file, checked. `channels` maps a name to the name of the environment variable with its apprise URL."""

    file: str
    store: Path
    catalogue: Path | None  #: None = the built-in one
    rules: Path | None  #: None = the built-in ones
    policy: Policy
    revisit: tuple[timedelta, ...]
    channels: Mapping[str, str]
    operators: Operators | None
    subscriptions: tuple[Subscription, ...]
    operations: Operations = Operations()
    canary: Canary | None = None
    names: Names = Names.COVERED
    base_url: str | None = None  #: where people reach the web view, without a final slash; None = nowhere else
    password: str | None = None  #: the environment variable with the analysts' password; None = nobody signs in


def load(path: Path | None) -> Settings:
    """Read the site file; None means `prrwatch.toml` where it exists, else the built-in defaults.

    Paths in the file are relative to the file. Raises `SettingsError` with every problem found.
    """
    file = path if path is not None else (DEFAULT_FILE if DEFAULT_FILE.exists() else None)
    if file is None:
        return _settings(_Site(), "built-in defaults", Path())
    site = _read(file)
    problems = _problems(site, str(file))
    if problems:
        raise SettingsError(problems)
    return _settings(site, str(file), file.parent)


def channel_url(settings: Settings, channel: str, environ: Mapping[str, str]) -> str:
    """The apprise URL of a channel. Raises `SettingsError` when its environment variable is unset or empty."""
    name = settings.channels[channel]
    url = environ.get(name, "").strip()
    if not url:
        problem = Problem(settings.file, f"channels.{channel}.url", f"environment variable {name} is not set")
        raise SettingsError([problem])
    return url


def _read(file: Path) -> _Site:
    try:
        table: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError([Problem(str(file), "", error.strerror or "cannot be read")]) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError([Problem(str(file), "", f"not TOML: {error}")]) from error
    try:
        return _Site.model_validate(table)
    except ValidationError as error:
        raise SettingsError(problems_of(error, str(file))) from error


def _problems(site: _Site, file: str) -> list[Problem]:
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


def _wrong_at(subscription: _Subscription) -> str:
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


def _settings(site: _Site, file: str, folder: Path) -> Settings:
    crawler = site.crawler.model_dump(exclude={"revisit"})
    return Settings(
        file=file,
        store=folder / site.store.path,
        catalogue=folder / site.catalogue.path if site.catalogue.path else None,
        rules=folder / site.rules.path if site.rules.path else None,
        policy=Policy(**crawler),
        revisit=site.crawler.revisit,
        channels={name: channel.url.removeprefix("env:") for name, channel in site.channels.items()},
        operators=Operators(**site.operators.model_dump()) if site.operators else None,
        subscriptions=tuple(
            Subscription(name=name, **subscription.model_dump()) for name, subscription in site.subscriptions.items()
        ),
        operations=_operations(site.operations),
        canary=Canary(**site.canary.model_dump()) if site.canary else None,
        names=site.people.names,
        base_url=site.web.base_url,
        password=site.web.password.removeprefix("env:") if site.web.password else None,
    )


def _operations(table: _Operations) -> Operations:
    return Operations(
        heartbeat=table.heartbeat.removeprefix("env:") if table.heartbeat else None,
        metrics_port=table.metrics_port,
        log=table.log,
        keep_originals=table.keep_originals,
        recycling=Recycling(table.worker_pages, table.worker_age, table.worker_megabytes),
    )
