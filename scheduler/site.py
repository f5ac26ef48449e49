"""What the site file names, loaded: the sources, the channels' URLs and their recipients."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace

from prrwatch import catalogue
from prrwatch.errors import OperatorError, Problem, SettingsError
from prrwatch.settings import Settings, channel_url
from prrwatch.source import Source


def sources(settings: Settings, environ: Mapping[str, str] = os.environ) -> tuple[Source, ...]:
    """The whole catalogue; sources whose key is not set are disabled, with the reason in their note.

    Raises `CatalogueError` with every problem of every file.
    """
    return tuple(_unlocked(each, environ) for each in catalogue_as_written(settings))


def catalogue_as_written(settings: Settings) -> tuple[Source, ...]:
    """The whole catalogue, whatever the environment holds. Raises `CatalogueError`."""
    return catalogue.load(settings.catalogue, settings.policy.allow_private_hosts)


def _unlocked(source: Source, environ: Mapping[str, str]) -> Source:
    if source.needs_env is None or catalogue.key_of(source, environ):
        return source
    return replace(source, enabled=False, note=f"needs the environment variable {source.needs_env}")


def source(settings: Settings, identity: str) -> Source:
    """One source by its id. Raises `OperatorError` when the catalogue has none of that id."""
    found = [each for each in sources(settings) if each.id == identity]
    if not found:
        where = str(settings.catalogue or "the built-in catalogue")
        raise OperatorError([Problem(where, identity, "no source of this id")])
    return found[0]


def urls(settings: Settings, environ: Mapping[str, str]) -> dict[str, str]:
    """The apprise URL of every channel in use. Raises `SettingsError` if one is unset."""
    used = {subscription.channel for subscription in settings.subscriptions}
    if settings.operators:
        used.add(settings.operators.channel)
    return {channel: channel_url(settings, channel, environ) for channel in sorted(used)}


def heartbeat(settings: Settings, environ: Mapping[str, str]) -> str | None:
    """The heartbeat's URL; None where none is asked for. Raises `SettingsError` when it is unset or no web address."""
    name = settings.operations.heartbeat
    if name is None:
        return None
    url = environ.get(name, "").strip()
    if not url.startswith(("http://", "https://")):
        what = f"environment variable {name} is not set to an http(s) address"
        raise SettingsError([Problem(settings.file, "operations.heartbeat", what)])
    return url
