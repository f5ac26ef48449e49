"""What the operator chose on the command line, before or after the command's name."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from prrwatch.settings import Settings


@dataclass(frozen=True, slots=True)
class Chosen:
    """The options that every command understands."""

    config: Path | None = None
    db: Path | None = None
    as_json: bool = False

    def settings(self) -> Settings:
        """The site file, with `--db` in place of its store. Raises `SettingsError`."""
        from prrwatch import settings

        loaded = settings.load(self.config)
        return replace(loaded, store=self.db) if self.db else loaded


def chosen(command: Callable[..., None]) -> Callable[..., None]:
    """Give the command its `Chosen`; `--config`, `--db` and `--json` are understood after its name too."""

    @functools.wraps(command)
    def wrapped(config: Path | None, db: Path | None, *, as_json: bool, **parameters: Any) -> None:
        above = click.get_current_context().find_object(Chosen) or Chosen()
        command(Chosen(config or above.config, db or above.db, as_json or above.as_json), **parameters)

    for option in (
        click.option("--json", "as_json", is_flag=True, hidden=True),
        click.option("--db", type=click.Path(path_type=Path), hidden=True),
        click.option("--config", type=click.Path(path_type=Path), hidden=True),
    ):
        option(wrapped)
    return wrapped
