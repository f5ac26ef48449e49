"""The words and filters that every template may use."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from prrwatch import __version__
from prrwatch.document import Dated
from prrwatch.messages.countries import country_name
from prrwatch.messages.dating import date_words
from webview import asking, wording
from webview.site import Site

#: The pages in the order of the navigation.
MENU = (
    ("", "Today"),
    ("search", "Search"),
    ("figures", "Figures"),
    ("calendar", "Calendar"),
    ("sources", "Sources"),
    ("rules", "Rules"),
    ("queries", "Queries"),
    ("store", "Tables"),
)


def environment(site: Site) -> Environment:
    """What our own pages are written with."""
    made = Environment(loader=PackageLoader("webview"), autoescape=True, undefined=StrictUndefined)
    prepare(made, site)
    return made


def prepare(env: Environment, site: Site) -> None:
    """Make `env` write every value through `webview.wording`, and give it our filters and words."""
    env.finalize = wording.finalized
    env.trim_blocks = env.lstrip_blocks = True
    env.filters |= {
        "line": wording.line,
        "web": wording.link,
        "day": _day,
        "when": _when,
        "country": country_name,
        "seen": _seen,
    }
    env.globals |= {
        "to": partial(asking.path, site.prefix),
        "version": __version__,
        "menu": tuple((asking.path(site.prefix, part), words) for part, words in MENU),
        "style": asking.path(site.prefix, "static", "style.css", v=_fingerprint()),
        "icon": asking.path(site.prefix, "static", "icon.svg"),
    }


def _day(dated: Dated | None) -> str:
    return date_words(dated)


def _when(at: datetime | None, otherwise: str = "never") -> Markup | str:
    """An instant, to the minute, in UTC, as a `time` element."""
    if at is None:
        return otherwise
    at = at.astimezone(UTC)
    words = f"{at.day} {at:%b} {at.year}, {at:%H:%M}"
    return Markup('<time datetime="{}">{} UTC</time>').format(f"{at:%Y-%m-%dT%H:%MZ}", escape(words))


def _seen(share: float) -> str:
    """A share from 0 to 1 in per cent."""
    return f"{share * 100:.0f} %"


def _fingerprint() -> str:
    style = resources.files("webview").joinpath("static", "style.css")
    return sha256(style.read_bytes()).hexdigest()[:12]
