"""Kinds of arguments on the command line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import click

from prrwatch.durations import parse_duration


class _Instant(click.ParamType[datetime]):
    """An instant in ISO 8601; without an offset it is UTC."""

    name = "iso8601"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            instant = datetime.fromisoformat(value)
        except (TypeError, ValueError):
            self.fail(f"{value!r} is not an instant in ISO 8601", param, ctx)
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


INSTANT = _Instant()


class _Age(click.ParamType[timedelta]):
    """A duration as in the site file: `90d`, `12h`."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        try:
            return parse_duration(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


AGE = _Age()
