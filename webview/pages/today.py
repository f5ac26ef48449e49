"""*Today*: what is new and what changed, by country and phase, and what it rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby

from prrwatch.digests import Coverage, Unread
from prrwatch.messages.countries import country_name
from prrwatch.verdict import Phase
from storage import health
from storage.reading import lines, trends
from storage.reading.lines import Line
from storage.reading.trends import Delay, Told
from storage.store import Store
from webview.charts import bars
from webview.charts import lines as curves
from webview.charts.bars import Bars
from webview.charts.lines import Lines
from webview.pages import Request, Shown
from webview.remembering import Remembered

_SPANS = {"1": timedelta(days=1), "7": timedelta(days=7), "30": timedelta(days=30)}
_MOST_LOOKED_AT = 1000
_MOST_SHOWN = 120
_LATEST = 12
_WEEKS = 12  #: of delays
_YEAR = 52  #: weeks of stories
_MOST_COUNTRIES = 8
_PHASES = tuple(phase.value for phase in Phase)
#: A year of stories is a quarter of a second's work, and the same for everybody.
_CHARTS = Remembered(seconds=60)
_SERIES = (*_PHASES, "phase unknown")


@dataclass(frozen=True, slots=True)
class Entry:
    """A story in the list."""

    line: Line
    new: bool
    at: datetime  #: when something happened to it last


@dataclass(frozen=True, slots=True)
class Group:
    """The stories of one country and phase, as messages group them: each under the first of both."""

    country: str
    phase: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Multiple:
    """One country's weeks among the others'."""

    country: str
    by_series: tuple[int, ...]
    drawing: Bars

    @property
    def total(self) -> int:
        """All its stories."""
        return sum(self.by_series)


def today(request: Request) -> Shown:
    """The page."""
    asked, now = request.asked, request.now
    days = asked.one_of("days", _SPANS) or "1"
    country, phase = asked.country(), asked.one_of("phase", _PHASES)
    since = now - _SPANS[days]
    entries = _entries(request.store, since)
    wanted = [each for each in entries if _wanted(each.line, country, phase)]
    latest = () if entries else lines.lines(request.store, lines.latest(request.store, _LATEST))
    weeks, delays = _CHARTS.answer((request.site.store, _monday(now)), lambda: _charts(request.store, now))
    return Shown(
        "today.html",
        "Today" if days == "1" else f"The last {days} days",
        {
            "days": days,
            "country": country,
            "phase": phase,
            "phases": _PHASES,
            "countries": sorted({each for entry in entries for each in entry.line.countries} | {country} - {""}),
            "new": sum(each.new for each in wanted),
            "changed": sum(not each.new for each in wanted),
            "groups": _groups(wanted[:_MOST_SHOWN]),
            "more": max(0, len(wanted) - _MOST_SHOWN),
            "latest": latest,
            "coverage": _coverage(request.store, since, now, len(entries)).line,
            "weeks": weeks,
            "delays": delays,
            "series": _SERIES,
        },
        hidden=request.hidden([each.line.story for each in wanted[:_MOST_SHOWN]] + [each.story for each in latest]),
    )


def _charts(store: Store, now: datetime) -> tuple[tuple[Multiple, ...], Lines | None]:
    told = trends.told_since(store, _monday(now) - timedelta(weeks=_YEAR - 1))
    delays = trends.delays_since(store, _monday(now) - timedelta(weeks=_WEEKS - 1))
    return _weeks(told, now), _delays(delays, now)


def _entries(store: Store, since: datetime) -> list[Entry]:
    at = {each.story: each.at for each in lines.active(store, since, _MOST_LOOKED_AT)}
    found = lines.lines(store, list(at))
    return [Entry(line, line.opened >= since, at[line.story]) for line in found]


def _wanted(line: Line, country: str, phase: str) -> bool:
    return (not country or country in line.countries) and (not phase or phase in line.phases)


def _groups(entries: Iterable[Entry]) -> tuple[Group, ...]:
    ordered = sorted(entries, key=lambda each: (_place(each.line), -each.at.timestamp()))
    return tuple(
        Group(country_name(place[1]) or "Country unknown", _phase(place[2]).capitalize(), tuple(found))
        for place, found in groupby(ordered, key=lambda each: _place(each.line))
    )


def _place(line: Line) -> tuple[bool, str, int]:
    country = line.countries[0] if line.countries else ""
    return not country, country, _PHASES.index(line.phases[0]) if line.phases else len(_PHASES)


def _phase(place: int) -> str:
    return _SERIES[place]


def _coverage(store: Store, since: datetime, now: datetime, matched: int) -> Coverage:
    covered = health.coverage(store, since, now)
    return Coverage(
        read=len(covered.read),
        sources=len(covered.read) + len(covered.unread),
        unread=tuple(Unread(each.source, each.since) for each in covered.unread),
        seen=covered.seen,
        matched=matched,
        near=covered.near,
        quiet=covered.quiet,
    )


def _monday(now: datetime) -> datetime:
    day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day - timedelta(days=day.weekday())


def _names(now: datetime, weeks: int) -> list[str]:
    first = _monday(now) - timedelta(weeks=weeks - 1)
    return [_day(first + timedelta(weeks=week)) for week in range(weeks)]


def _day(day: date) -> str:
    return f"{day.day} {day:%b}"


def _week(at: datetime, now: datetime, weeks: int) -> int | None:
    place = weeks - 1 - (_monday(now) - _monday(at)).days // 7
    return place if 0 <= place < weeks else None


def _weeks(told: Sequence[Told], now: datetime) -> tuple[Multiple, ...]:
    """The stories of a year by country: the countries with the most, the others together."""
    weeks = [(each, _week(each.at, now, _YEAR)) for each in told]
    counted = Counter((_first(each.countries), week, _series(each)) for each, week in weeks if week is not None)
    totals: Counter[str] = Counter()
    for (country, _, _), count in counted.items():
        totals[country] += count
    named = [country for country, _ in totals.most_common(_MOST_COUNTRIES)]
    stacks = {country: _stacks(counted, {country}) for country in named}
    if others := set(totals) - set(named):
        stacks["others"] = _stacks(counted, others)
    top = max((sum(parts) for stack in stacks.values() for parts in stack), default=0)
    names = _names(now, _YEAR)
    return tuple(
        Multiple(_country(country), tuple(map(sum, zip(*stack, strict=True))), bars.stacked(names, _SERIES, stack, top))
        for country, stack in stacks.items()
    )


def _stacks(counted: Counter[tuple[str, int, int]], countries: set[str]) -> list[list[int]]:
    return [
        [sum(counted[country, week, series] for country in countries) for series in range(len(_SERIES))]
        for week in range(_YEAR)
    ]


def _first(values: Sequence[str]) -> str:
    return values[0] if values else ""


def _series(told: Told) -> int:
    return _PHASES.index(told.phases[0]) if told.phases else len(_PHASES)


def _country(code: str) -> str:
    return "Other countries" if code == "others" else country_name(code) or "Country unknown"


def _delays(delays: Sequence[Delay], now: datetime) -> Lines | None:
    published: list[list[float]] = [[] for _ in range(_WEEKS)]
    seen: list[list[float]] = [[] for _ in range(_WEEKS)]
    for each in delays:
        if (week := _week(each.accepted, now, _WEEKS)) is not None:
            seen[week].append(max(0.0, (each.accepted - each.first_seen).total_seconds()))
            if each.published:
                published[week].append(max(0.0, (each.accepted - each.published).total_seconds()))
    if not any(seen):
        return None
    return curves.medians(
        _names(now, _WEEKS), (("from publication to alert", published), ("from first sight to alert", seen))
    )
