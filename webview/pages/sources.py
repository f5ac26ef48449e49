"""*Sources*: which are read, which are not and why, how often they publish."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
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
_GAPS, _GAP_DAYS = 30, 90
#: Every pass of four weeks over every source is counted for them.
_MONTHS = Remembered(seconds=60)
_STATES = ("broken", "blocked", "doubtful", "quiet", "new", "ok", "disabled")


@dataclass(frozen=True, slots=True)
class Month:
    """The last four weeks of a source."""

    strip: Heat
    items: int
    failed: int


@dataclass(frozen=True, slots=True)
class Row:
    """One source with its last four weeks."""

    source: Watched
    month: Month


def sources_page(request: Request) -> Shown:
    """All sources, those that need an eye first."""
    state = request.asked.one_of("state", _STATES)
    found = sources.watched(request.store)
    first = _first(request)
    months = _MONTHS.answer((request.site.store, first), lambda: _months(sources.days(request.store, first), first))
    nothing = _month((), first)
    rows = [Row(each, months.get(each.id, nothing)) for each in found if not state or each.state == state]
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
    first, since = _first(request), request.now - timedelta(weeks=_WEEKS)
    hours = sources.hours(request.store, found.id, since)
    items = sources.listed(request.store, found.id, _ITEMS)
    return Shown(
        "source.html",
        found.name,
        {
            "row": Row(found, _month(sources.days(request.store, first, found.id), first)),
            "days": _DAYS,
            "weeks": _WEEKS,
            "week": heat.week(hours),
            "observed": sum(items for _, _, items in hours),
            "ways": sources.ways(request.store, found.id),
            "items": items,
            "gaps": sources.gaps(request.store, found.id, request.now - timedelta(days=_GAP_DAYS), _GAPS),
            "gap_days": _GAP_DAYS,
            "passes": sources.passes(request.store, found.id, _PASSES),
        },
        hidden=request.hidden_of([each.document for each in items if each.document]),
    )


def _first(request: Request) -> date:
    return request.now.date() - timedelta(days=_DAYS - 1)


def _months(daily: Sequence[Daily], first: date) -> Mapping[str, Month]:
    by_source: dict[str, list[Daily]] = {}
    for each in daily:
        by_source.setdefault(each.source, []).append(each)
    return {source: _month(found, first) for source, found in by_source.items()}


def _month(daily: Sequence[Daily], first: date) -> Month:
    known = {each.day: each for each in daily}
    days = []
    for offset in range(_DAYS):
        day = first + timedelta(days=offset)
        each = known.get(day)
        days.append((f"{day.day} {day:%B}", each.items if each else 0, each.failed if each else 0))
    return Month(heat.strip(days), sum(items for _, items, _ in days), sum(failed for _, _, failed in days))
