"""The content of one sample site: its articles and the pages that list them, read from `pages/<name>/site.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "pages"


@dataclass(frozen=True, slots=True)
class Article:
    """One article. `day` is the day of the world on which it appears; the same path on a later day is an edit."""

    path: str
    day: int
    published: datetime
    title: str
    text: tuple[str, ...]  #: paragraphs
    language: str = "en"
    kind: str = "News"
    issuer: str = ""
    place: str = ""
    topic: str = ""
    modified: datetime | None = None  #: None: as published

    @property
    def changed(self) -> datetime:
        """When the page last changed."""
        return self.modified or self.published

    @property
    def summary(self) -> str:
        """The first paragraph."""
        return self.text[0]


@dataclass(frozen=True, slots=True)
class View:
    """A page that is no article: a listing, a feed, robots.txt, an error page."""

    path: str
    template: str = ""
    media_type: str = "text/html; charset=utf-8"
    language: str = ""  #: only articles in it; empty: all
    per_page: int = 100
    status: int = 200
    title: str = ""


@dataclass(frozen=True, slots=True)
class Pages:
    """One sample site."""

    name: str
    title: str
    articles: tuple[Article, ...]
    views: tuple[View, ...]
    menu: tuple[str, ...] = ()

    def shown(self, day: int) -> dict[str, Article]:
        """The articles of that day by path, newest first."""
        current = {article.path: article for article in self.articles if article.day <= day}
        return dict(sorted(current.items(), key=lambda pair: pair[1].published, reverse=True))

    def view(self, path: str) -> View | None:
        """The page at that path, if it is no article."""
        return next((view for view in self.views if view.path == path), None)


def names() -> tuple[str, ...]:
    """The sites of the world."""
    return tuple(sorted(file.parent.name for file in FOLDER.glob("*/site.toml")))


@cache
def load(name: str) -> Pages:
    """The site of that name. A mistake in its file is a mistake of this package: it raises whatever Python raises."""
    table = tomllib.loads((FOLDER / name / "site.toml").read_text(encoding="utf-8"))
    return Pages(
        name=name,
        title=table["title"],
        menu=tuple(table.get("menu", ())),
        articles=tuple(_article(each) for each in table["article"]),
        views=tuple(View(**each) for each in table["view"]),
    )


def _article(table: dict[str, Any]) -> Article:
    """An article as written, or a copy: `copy = ["site", "/path"]` takes title and text from there, word for word."""
    if "copy" in table:
        site, path = table.pop("copy")
        original = next(article for article in load(site).articles if article.path == path)
        return Article(title=original.title, text=original.text, **table)
    text = tuple(" ".join(part.split()) for part in table.pop("text").split("\n\n") if part.strip())
    return Article(text=text, **table)
