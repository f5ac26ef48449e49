"""*Calendar*: events to come and events held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from storage.reading import calendar
from storage.reading.calendar import Occasion
from webview.pages import Request, Shown

_MOST = 200


@dataclass(frozen=True, slots=True)
class Month:
    """The events of one month."""

    name: str
    events: tuple[Occasion, ...]


def calendar_page(request: Request) -> Shown:
    """The next first; then those that are over, the latest first."""
    today, site = request.now.date(), request.site
    upcoming, past = calendar.upcoming(request.store, today, _MOST), calendar.past(request.store, today, _MOST)
    undated = calendar.undated(request.store, _MOST)
    return Shown(
        "calendar.html",
        "Calendar",
        {
            "upcoming": _months(upcoming),
            "past": _months(past),
            "undated": undated,
            "subscribe": f"{site.base_url.rstrip('/')}/calendar.ics" if site.base_url else "",
        },
        hidden=request.hidden({story for each in (*upcoming, *past, *undated) for story in each.stories}),
    )


def _months(events: Sequence[Occasion]) -> tuple[Month, ...]:
    dated = [each for each in events if each.start]
    return tuple(
        Month(_name(month), tuple(found)) for month, found in groupby(dated, key=lambda each: (each.start or "")[:7])
    )


def _name(month: str) -> str:
    return f"{date.fromisoformat(f'{month}-01'):%B %Y}"
