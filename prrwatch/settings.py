"""The site file `prrwatch.toml`: where things are, how to behave, whom to tell."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from prrwatch.alert import Subscription
from prrwatch.crawl import Policy
from prrwatch.errors import Problem, SettingsError
from prrwatch.person import Names
from prrwatch.problems import problems_of
from prrwatch.siteform import OperationsForm, SiteForm, problems_within

DEFAULT_FILE = Path("prrwatch.toml")


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
    passes_per_day: float | None = None  #: over all sources, clocked ones aside; None = what their `every` comes to
    base_url: str | None = None  #: where people reach the web view, without a final slash; None = nowhere else
    password: str | None = None  #: the environment variable with the analysts' password; None = nobody signs in


def load(path: Path | None) -> Settings:
    """Read the site file; None means `prrwatch.toml` where it exists, else the built-in defaults.

    Paths in the file are relative to the file. Raises `SettingsError` with every problem found.
    """
    file = path if path is not None else (DEFAULT_FILE if DEFAULT_FILE.exists() else None)
    if file is None:
        return _settings(SiteForm(), "built-in defaults", Path())
    site = _read(file)
    problems = problems_within(site, str(file))
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


def _read(file: Path) -> SiteForm:
    try:
        table: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError([Problem(str(file), "", error.strerror or "cannot be read")]) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError([Problem(str(file), "", f"not TOML: {error}")]) from error
    try:
        return SiteForm.model_validate(table)
    except ValidationError as error:
        raise SettingsError(problems_of(error, str(file))) from error


def _settings(site: SiteForm, file: str, folder: Path) -> Settings:
    crawler = site.crawler.model_dump(exclude={"revisit", "passes_per_day"})
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
        passes_per_day=site.crawler.passes_per_day,
        base_url=site.web.base_url,
        password=site.web.password.removeprefix("env:") if site.web.password else None,
    )


def _operations(table: OperationsForm) -> Operations:
    return Operations(
        heartbeat=table.heartbeat.removeprefix("env:") if table.heartbeat else None,
        metrics_port=table.metrics_port,
        log=table.log,
        keep_originals=table.keep_originals,
        recycling=Recycling(table.worker_pages, table.worker_age, table.worker_megabytes),
    )
