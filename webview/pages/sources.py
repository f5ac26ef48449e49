"""*Sources*: which are read, which are not and why, how often they publish."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from storage.reading import sources
from storage.reading.sources import Daily, Watched
from webview.charts import heat
from webview.charts.heat import Heat
from webview.pages import Request, Shown, missing
from webview.remembering import Remembered

_DAYS = 28
_WEEKS = 13
_ITEMS = 50
_PASSES = 20
#: Every pass of four weeks over every source is counted for them.
_STRIPS = Remembered(seconds=60)
_STATES = ("broken", "blocked", "doubtful", "quiet", "new", "ok", "disabled")


@dataclass(frozen=True, slots=True)
class Row:
    """One source with the strip of its last four weeks."""

    source: Watched
    strip: Heat
    items: int
    failed: int


def sources_page(request: Request) -> Shown:
    """All sources, those that need an eye first."""
    state = request.asked.one_of("state", _STATES)
    found = sources.watched(request.store)
    first = _first(request)
    daily = _STRIPS.answer((request.site.store, first), lambda: sources.days(request.store, first))
    by_source: dict[str, list[Daily]] = {}
    for each in daily:
        by_source.setdefault(each.source, []).append(each)
    rows = [_row(each, by_source.get(each.id, []), request) for each in found if not state or each.state == state]
    counts = Counter(each.state for each in found)
    return Shown(
        "sources.html",
        "Sources",
        {
            "rows": rows,
            "states": [(name, counts[name]) for name in _STATES if counts[name]],
            "state": state,
            "days": _DAYS,
        },
    )


def source_page(request: Request) -> Shown:
    """One source: its ways, its week, its last items and passes."""
    found = sources.one(request.store, request.asked.name)
    if found is None:
        return missing("There is no source of this id.")
    since = request.now - timedelta(weeks=_WEEKS)
    daily = sources.days(request.store, _first(request), found.id)
    hours = sources.hours(request.store, found.id, since)
    items = sources.listed(request.store, found.id, _ITEMS)
    return Shown(
        "source.html",
        found.name,
        {
            "row": _row(found, daily, request),
            "days": _DAYS,
            "weeks": _WEEKS,
            "week": heat.week(hours),
            "observed": sum(items for _, _, items in hours),
            "ways": sources.ways(request.store, found.id),
            "items": items,
            "passes": sources.passes(request.store, found.id, _PASSES),
        },
        hidden=request.hidden_of([each.document for each in items if each.document]),
    )


def _first(request: Request) -> date:
    return request.now.date() - timedelta(days=_DAYS - 1)


def _row(source: Watched, daily: Sequence[Daily], request: Request) -> Row:
    known = {each.day: each for each in daily}
    first = _first(request)
    days = []
    for offset in range(_DAYS):
        day = first + timedelta(days=offset)
        each = known.get(day)
        days.append((f"{day.day} {day:%B}", each.items if each else 0, each.failed if each else 0))
    return Row(source, heat.strip(days), sum(items for _, items, _ in days), sum(failed for _, _, failed in days))
