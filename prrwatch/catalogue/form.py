"""The form of a source file: which keys there are and what may stand in each. Only here does pydantic read it."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import lru_cache
from typing import Annotated, Literal, TypeVar
from zoneinfo import ZoneInfo

from cssselect import HTMLTranslator, SelectorError
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from prrwatch import urls
from prrwatch.catalogue.patterns import fault
from prrwatch.durations import parse_duration
from prrwatch.source import Kind, WayKind

#: What is known of a way's URL; seeds/README.md explains the words.
Status = Literal[
    "tested_ok",
    "in_use",
    "page_seen",
    "page_seen_on_mirror",
    "candidate",
    "conflicting",
    "unverified",
    "guess",
    "method",
]
_PARSEL = re.compile(r"::(?:attr\([A-Za-z][\w-]*\)|text)(?=\s*(?:,|$))")
_Member = TypeVar("_Member")
#: How often a source of a tier is read when its file does not say.
EVERY = {1: timedelta(hours=1), 2: timedelta(hours=6), 3: timedelta(hours=24)}


@lru_cache(maxsize=4096)
def _css(selector: str) -> str:
    try:
        HTMLTranslator().css_to_xpath(selector)
    except SelectorError as error:
        raise ValueError(f"not a CSS selector: {error}") from error
    return selector


def _listing_css(selector: str) -> str:
    """Listings are read with parsel, which also knows `::attr(name)` and `::text`."""
    _css(_PARSEL.sub("", selector))
    return selector


@lru_cache(maxsize=4096)
def _regex(pattern: str) -> str:
    if wrong := fault(pattern):
        raise ValueError(wrong)
    return pattern


def _address(url: str) -> str:
    if not url.startswith(("http://", "https://")) or not urls.host_key(url):
        raise ValueError("not an absolute http(s) URL")
    if len(url) > urls.MAX_URL or any(char.isspace() for char in url):
        raise ValueError(f"a URL has no spaces and at most {urls.MAX_URL} characters")
    return url


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is not an IANA time zone") from error
    return name


def _some(members: tuple[_Member, ...]) -> tuple[_Member, ...]:
    """`min_length` would also complain of members that are there but wrong."""
    if not members:
        raise ValueError("at least one")
    return members


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


_Css = Annotated[str, AfterValidator(_css)]
_ListingCss = Annotated[str, AfterValidator(_listing_css)]
_Regex = Annotated[str, Field(min_length=1), AfterValidator(_regex)]
_Address = Annotated[str, AfterValidator(_address)]
_Duration = Annotated[timedelta, BeforeValidator(parse_duration)]
_Words = Annotated[str, Field(min_length=1, max_length=300)]


class WayForm(_Table):
    """`[[discover]]`. `url` is checked later: a republisher names a source instead."""

    way: WayKind
    url: Annotated[str, Field(min_length=1)]
    enabled: bool = True  #: off: opt-in, or known to fail and kept for its history
    items: _ListingCss | None = None
    link: _ListingCss | None = None
    title: _ListingCss | None = None
    date: _ListingCss | None = None
    next: _ListingCss | None = None
    keep: _Regex | None = None
    render: Literal["js"] | None = None
    status: Status | None = None


class ExtractForm(_Table):
    """`[extract]`."""

    title: _Css | None = None
    date: _Css | None = None
    issuer: _Css | None = None
    body: _Css | None = None
    drop: _Css | None = None


class ExpectForm(_Table):
    """`[expect]`."""

    items: Annotated[int, Field(ge=0)] = 1
    quiet_after: _Duration | None = None
    fields: tuple[Literal["title", "published", "issuer", "text"], ...] = ()


class ExampleForm(_Table):
    """`[[example]]`."""

    url: _Address
    article: bool


def _some_enabled(ways: tuple[WayForm, ...]) -> tuple[WayForm, ...]:
    if not any(way.enabled for way in ways):
        raise ValueError("at least one way that is enabled")
    return ways


class SourceForm(_Table):
    """A whole source file, its class merged in."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,79}$")]
    name: _Words
    publisher: _Words
    kind: Kind
    homepage: _Address
    languages: Annotated[tuple[Annotated[str, Field(pattern=r"^[a-z]{2,3}$")], ...], AfterValidator(_some)]
    every: _Duration | None = None
    tier: Annotated[int, Field(ge=1, le=3)] = 2
    enabled: bool = True
    delay: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    needs_env: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")] | None = None
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None
    note: str = ""
    date_order: Literal["DMY", "MDY", "YMD"] | None = None
    timezone: Annotated[str, AfterValidator(_zone)] | None = None
    render: Literal["js"] | None = None
    article: _Regex
    dead: tuple[_Address, ...] = ()
    discover: Annotated[tuple[WayForm, ...], AfterValidator(_some), AfterValidator(_some_enabled)]
    extract: ExtractForm = ExtractForm()
    expect: ExpectForm = ExpectForm()
    example: tuple[ExampleForm, ...] = ()

    @property
    def interval(self) -> timedelta:
        """`every`, or what its tier means."""
        return self.every or EVERY[self.tier]
