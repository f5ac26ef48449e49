"""Sources that publish, break and recover for a month, read by the real walk at the moments that it plans itself.

What a crawler would say of each pass is told by hand (tests/crawler proves that it says so); the clock jumps from one
planned look to the next.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from newsroom import DAY, HOUR, START, Newsroom

from prrwatch import planning, urls
from prrwatch.alert import AlertKind
from prrwatch.comparing import compared
from prrwatch.crawl import Fetched, HostClock, JobDone, Paused, Reason, Unreadable, WayRead
from prrwatch.document import Dated, Document, Item, Original, Precision
from prrwatch.health import State
from storage import health, jobs, outbox

BREAKS, MENDS, ENDS = START + 14 * DAY, START + 22 * DAY, START + 30 * DAY
WINDOW = 10
FAILURES = (
    Reason.DNS,
    Reason.TLS,
    Reason.REFUSED,
    Reason.HTTP_403,
    Reason.HTTP_404,
    Reason.HTTP_5XX,
    Reason.TIMEOUT,
    Reason.CHALLENGE,
    Reason.EMPTY,
    Reason.NOT_A_FEED,
    Reason.MALFORMED,
    Reason.LAYOUT_CHANGED,
    Reason.TOO_FEW_ITEMS,
    Reason.REDIRECT_LOOP,
    Reason.TOO_LARGE,
    Reason.ROBOTS_DISALLOW,
    Reason.ROBOTS_UNREACHABLE,
    Reason.FORBIDDEN_ADDRESS,
)
WHOLE = (*FAILURES, Reason.HTTP_429, Reason.NO_ARTICLES, Reason.UNDATED, Reason.SAME_DATES, Reason.STALE, Reason.QUIET)
STATES = {
    Reason.ROBOTS_DISALLOW: "blocked",
    Reason.FORBIDDEN_ADDRESS: "blocked",
    Reason.UNDATED: "doubtful",
    Reason.SAME_DATES: "doubtful",
    Reason.STALE: "doubtful",
    Reason.QUIET: "quiet",
}
#: Looks until it is told where three of them are not what shows it: two comparisons, a silence that is no chance.
PATIENCE = {Reason.NO_ARTICLES: 6, Reason.STALE: 8, Reason.QUIET: 16}
SEED = """
id = "{name}"
name = "{name}"
publisher = "{name}"
kind = "media"
homepage = "https://{name}.example.org/"
languages = ["en"]
every = "{every}"
tier = 1
article = '/a/'
[[discover]]
way = "feed"
url = "https://{name}.example.org/feed.xml"
[[discover]]
way = "sitemap"
url = "https://{name}.example.org/sitemap.xml"
"""


@dataclass
class Outlet:
    """A source: what it publishes and what is wrong with it when."""

    name: str
    a_day: float
    fault: Callable[[datetime], Reason | None]
    published: list[tuple[datetime, str]] = field(default_factory=list)
    looks: list[datetime] = field(default_factory=list)

    def until(self, now: datetime) -> list[tuple[datetime, str]]:
        return [each for each in self.published if each[0] <= now]


@dataclass(frozen=True)
class Notice:
    """What operators were told of a source."""

    source: str
    words: str  #: "broken (dns)"
    at: datetime


def for_a_while(reason: Reason) -> Callable[[datetime], Reason | None]:
    return lambda now: reason if BREAKS <= now < MENDS else None


def by_turns(now: datetime) -> Reason | None:
    """Away for two days of three, then for a day there: never well for three looks in a row."""
    return Reason.TIMEOUT if BREAKS <= now < MENDS and (now - BREAKS) % (40 * HOUR) < 30 * HOUR else None


class Month:
    """The outlets, their month, and the notices that it brings."""

    def __init__(self, folder, reasons, well=("well", "slow", "seldom", "lively", "turns"), every="12h") -> None:
        self.outlets = {each.name: each for each in _outlets(reasons, well)}
        self.room = self.opened(folder)
        for name in self.outlets:
            (folder / "seeds" / f"{name}.toml").write_text(self.seed(name, every), encoding="utf-8")
        self.known: dict[str, set[str]] = {name: set() for name in self.outlets}
        self.notices: list[Notice] = []
        self.passes = 0

    def opened(self, folder) -> Newsroom:
        return Newsroom(folder, subscriptions="", sources=())

    def seed(self, name: str, every: str) -> str:
        return SEED.format(name=name, every=every)

    def live(self) -> Month:
        self.room.begin()
        walk = self.room.walk
        self.room.walk.store.database.execute("PRAGMA synchronous = OFF")  # of speed, not of what is kept
        while self.room.now < ENDS:
            walk.outlook()
            histories = jobs.histories(walk.store, walk.sources)
            planned = {name: each.due for name, each in histories.items()}
            self.look(planning.due(walk.sources.values(), planned, self.room.now))
            dues = [each.due for each in jobs.histories(walk.store, walk.sources).values()]
            self.room.now = max(min(dues), self.room.now + timedelta(minutes=1))
        self.healths = {each.id: each for each in health.healths(walk.store, walk.sources.values())}
        self.room.end()
        return self

    def look(self, sources) -> None:
        """A pass over each of these sources, and what the operators hear of it."""
        for source in sources:
            self._look(self.outlets[source.id], source)
            self.hear()

    def hear(self) -> None:
        waiting = outbox.listing(self.room.walk.store, limit=10_000)
        told = [each for each in waiting if each.kind is AlertKind.OPERATOR]
        for each in reversed(told[: len(told) - len(self.notices)]):
            source, words = each.subject.removeprefix("source ").split(": ", 1)
            self.notices.append(Notice(source, words, self.room.now))

    def told(self, name: str) -> list[str]:
        return [each.words for each in self.notices if each.source == name]

    def check(self, reasons) -> None:
        """Each way of breaking was told of once, by its class, in time, and its end once; nothing else was told."""
        for reason in reasons:
            told = [each for each in self.notices if each.source == reason.value]
            assert [each.words for each in told] == [f"{STATES.get(reason, 'broken')} ({reason})", "recovered"]
            assert self._looks(reason, BREAKS, told[0].at) <= self.patience(reason)
            assert self._looks(reason, MENDS, told[1].at) <= self.patience_after(reason)
            assert self.healths[reason.value].state is State.OK
        others = self.outlets.keys() - {reason.value for reason in reasons}
        told = {name: self.told(name) for name in others if self.told(name)}
        assert told == ({"turns": ["broken (timeout)", "recovered"]} if "turns" in others else {})

    def patience(self, reason: Reason) -> int:
        """Looks until a trouble is told of, at most."""
        return PATIENCE.get(reason, 3)

    def patience_after(self, reason: Reason) -> int:
        """Looks that the end of a trouble may take."""
        return 3

    def _looks(self, reason: Reason, since: datetime, until: datetime) -> int:
        return sum(since <= at <= until for at in self.outlets[reason.value].looks)

    def table(self) -> Iterator[str]:
        """One line an outlet: what was told, after how many looks and hours."""
        for name, outlet in self.outlets.items():
            looks = len(outlet.looks)
            for notice in (each for each in self.notices if each.source == name):
                began = MENDS if notice.words == "recovered" else BREAKS
                late = (notice.at - began) / HOUR
                seen = sum(began <= at <= notice.at for at in outlet.looks)
                yield f"{name:<20} {looks:>4} looks  {notice.words:<32} after {late:6.1f} h, {seen} looks"

    def _look(self, outlet: Outlet, source) -> None:
        now = self.began(outlet)
        job = self.room.walk.job(source)
        self.room.walk.file([*self._records(outlet, job, now), self._done(outlet, job, now)])

    def began(self, outlet: Outlet) -> datetime:
        self.passes += 1
        outlet.looks.append(self.room.now)
        return self.room.now

    def _done(self, outlet: Outlet, job, now) -> JobDone:
        cut_short = "Retry-After" if outlet.fault(now) is Reason.HTTP_429 else ""
        slow = timedelta(minutes=25) if outlet.name == "slow" else timedelta(minutes=1)
        return JobDone(job.id, outlet.name, now, now + slow, 2, 99, cut_short)

    def _records(self, outlet: Outlet, job, now):
        fault = outlet.fault(now)
        feed = WayRead(job.id, outlet.name, 0, job.source.ways[0].url, now)
        if fault in FAILURES:
            other = replace(feed, way=1, url=job.source.ways[1].url, failure=fault)
            return [replace(feed, failure=fault, detail="scripted"), other]
        if fault is Reason.HTTP_429:
            return [Paused(job.id, HostClock(f"{outlet.name}.example.org", now + HOUR))]
        out = [each for each in outlet.until(now) if fault is not Reason.STALE or each[0] < BREAKS]
        items = tuple(_item(outlet.name, at, key, fault, now) for at, key in reversed(out[-WINDOW:]))
        records = [replace(feed, items=items)]
        listed = list(items)
        if job.compare:
            whole = tuple(_item(outlet.name, at, key, None, now) for at, key in reversed(outlet.until(now)[-30:]))
            counts = compared(0, items, whole, job.known)
            records.append(replace(feed, way=1, url=job.source.ways[1].url, items=whole, compared=counts))
            listed += whole
        fresh = {item.key: item for item in listed if item.key not in job.known}
        return [*records, *(_article(job, item, now, fault) for item in fresh.values())]


def _outlets(reasons, well) -> Iterator[Outlet]:
    """One for each way of breaking, and some that are well or nearly so."""
    dice = random.Random(20260302)
    for reason in reasons:
        yield _publishing(Outlet(reason.value, 5.0, for_a_while(reason)), dice)
    hiccup = lambda now: Reason.TIMEOUT if now.day % 9 == 0 and now.hour < 12 else None  # noqa: E731 - a line of a table
    for name, a_day, fault in (
        ("well", 5.0, lambda _: None),
        ("slow", 4.0, hiccup),
        ("seldom", 0.3, lambda _: None),
        ("lively", 12.0, lambda _: None),
        ("turns", 5.0, by_turns),
    ):
        if name in well:
            yield _publishing(Outlet(name, a_day, fault), dice)


def _publishing(outlet: Outlet, dice: random.Random) -> Outlet:
    """Items at random hours from three days before the month; silence while it is to be quiet."""
    at, number = START - 3 * DAY, 0
    while at < ENDS:
        at += timedelta(days=dice.expovariate(outlet.a_day))
        if outlet.fault(at) is not Reason.QUIET:
            number += 1
            outlet.published.append((at, f"{outlet.name}.example.org/a/{number}"))
    return outlet


def _item(name: str, at: datetime, key: str, fault: Reason | None, now: datetime) -> Item:
    url = f"https://{key}"
    stated = None if fault is Reason.UNDATED else Dated(at, Precision.SECOND, "", "feed")
    if fault is Reason.SAME_DATES and stated:
        stated = replace(stated, at=now)
    return Item(url, urls.key(url), None, stated)


def _article(job, item: Item, now: datetime, fault: Reason | None):
    if fault is Reason.NO_ARTICLES:
        return Unreadable(job.id, job.source.id, item, fault, "", permanent=True, at=now)
    text = f"The apricot harvest of {item.key} will be late, because frost came in April."
    digest = hashlib.sha256(text.encode()).hexdigest()
    read = Document(item.key, item.url, job.source.id, "Apricots", text, "en", item.published, None, now)
    return Fetched(job.id, item, read, Original(item.url, text.encode(), (), 200, now, digest))
