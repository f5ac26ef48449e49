"""The sample world: every site of `pages/` on its own loopback port, all on the same day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from scheduler.demo import pages, rendering
from scheduler.demo.exchange import Answer, Request
from scheduler.demo.loop import ThreadedLoop
from scheduler.demo.server import Exchange, Server

SEEDS = Path(__file__).parent / "seeds"


class Site(Server):
    """One site of the world."""

    def __init__(self, loop: ThreadedLoop, name: str) -> None:
        self.name = name
        self.day = 1
        self._pages = pages.load(name)
        super().__init__(loop, self._honest)

    def seed(self, template: str) -> str:
        """A catalogue file, with this run's address in it."""
        return template.replace("{base_regex}", re.escape(self.url)).replace("{base}", self.url)

    def _honest(self, request: Request) -> Answer:
        return rendering.answer(self._pages, self.day, self.url, request)


class World:
    """All sites, served until `close`. `world["osce"]` is one of them; iterating gives all."""

    def __init__(self) -> None:
        self._loop = ThreadedLoop()
        self._sites = {name: Site(self._loop, name) for name in pages.names()}

    def __getitem__(self, name: str) -> Site:
        return self._sites[name]

    def __iter__(self) -> Iterator[Site]:
        return iter(self._sites.values())

    def day(self, number: int) -> None:
        """Turn the calendar: from now on all sites show what is there on that day."""
        for site in self:
            site.day = number

    def seeds(self, folder: Path) -> Path:
        """Write the catalogue of this run into `folder`, made if need be: `sample-<file>.toml` for each source."""
        folder.mkdir(parents=True, exist_ok=True)
        for file in sorted(SEEDS.glob("*.toml")):
            site = self[file.stem.partition("-")[0]]  # herald-ru.toml is the Russian edition of the site herald
            text = site.seed(file.read_text(encoding="utf-8"))
            (folder / f"sample-{file.name}").write_text(text, encoding="utf-8")
        return folder

    @property
    def requests(self) -> tuple[Exchange, ...]:
        """What all sites were asked so far, in order of time."""
        return tuple(sorted((each for site in self for each in site.exchanges), key=lambda each: each.began))

    def close(self) -> None:
        """Stop serving. A second time does nothing."""
        if self._loop.closed:
            return
        for site in self:
            site.close()
        self._loop.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
