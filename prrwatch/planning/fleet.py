"""All sources together: the outlook of a day, when each source is next, and which are due."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from prrwatch import urls
from prrwatch.health import PassHistory
from prrwatch.planning.bounds import CLOCKED, backed_off, limits, not_before
from prrwatch.planning.chain import Limits
from prrwatch.planning.clock import DAY, hours, moment
from prrwatch.planning.moment import next_look
from prrwatch.planning.price import Stake, fleet_price, host_prices
from prrwatch.planning.prior import Prior, class_prior, fleet_priors
from prrwatch.planning.rhythm import Rhythm
from prrwatch.planning.tempo import Tempo, refreshed, tempo
from prrwatch.source import Source

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What holds for all sources until the next reckoning, once a day or when the catalogue changes."""

    price: float  #: hours of delay of a relevant item that one look must save
    host_prices: Mapping[str, float]  #: of hosts that are dearer
    priors: Mapping[str, Prior]
    tempos: Mapping[str, Tempo]


#: Before anything was reckoned: each source has its class's prior, and a look must save an hour.
NO_OUTLOOK = Outlook(1.0, {}, {}, {})


@dataclass(frozen=True, slots=True)
class Allowance:
    """Looks a day. `per_day` None: as many as the operator's `every` of all sources come to."""

    per_day: float | None = None
    per_host: Mapping[str, float] | None = None  #: by `prrwatch.urls.host_key`, one that is not named is not bounded
    correction: float = 1.0  #: see `price.corrected`


def wished(sources: Iterable[Source]) -> float:
    """Looks a day that the `every` of the enabled sources add up to; clocked ones do not count."""
    return sum(DAY * _HOUR / source.every for source in sources if source.enabled and source.every >= CLOCKED)


def outlook(sources: Iterable[Source], rhythms: Mapping[str, Rhythm], allowance: Allowance) -> Outlook:
    """The price at which the looks at all sources come to what is allowed. Takes about a millisecond a source."""
    planned = [source for source in sources if source.enabled and source.every >= CLOCKED]
    priors = fleet_priors(planned, rhythms)
    tempos = {each.id: tempo(rhythms.get(each.id, Rhythm()), priors[each.id]) for each in planned}
    stakes = [Stake(tempos[source.id], limits(source), host=host_of(source)) for source in planned]
    per_day = wished(planned) if allowance.per_day is None else allowance.per_day
    price = fleet_price(stakes, per_day / DAY) * allowance.correction
    per_host = {host: looks / DAY for host, looks in (allowance.per_host or {}).items()}
    return Outlook(price, host_prices(stakes, price, per_host), priors, tempos)


def host_of(source: Source) -> str:
    """The host that its looks are counted for: that of its leading way."""
    return urls.host_key(source.ways[0].url) if source.ways else ""


@dataclass(frozen=True, slots=True)
class Past:
    """What the store knows of one source when its next look is planned."""

    history: PassHistory
    rhythm: Rhythm = field(default_factory=Rhythm)
    fresh_for: timedelta | None = None  #: how long the server says its last answer holds (`Cache-Control`, `ttl`)


def believed(source: Source, rhythm: Rhythm, view: Outlook) -> Tempo:
    """The tempo of a source as of its last look; a source that the outlook does not know has its class's prior."""
    prior = view.priors.get(source.id) or class_prior(source)
    known = view.tempos.get(source.id)
    return tempo(rhythm, prior) if known is None else refreshed(known, rhythm, prior)


def next_pass(source: Source, past: Past, view: Outlook) -> datetime | None:
    """When the source is to be read next; None means at once, because it never was.

    From the start of its last pass, good or failed: what a pass finds was published before it began. The server's hint
    makes way where the window would overflow before it ends.
    """
    history = past.history
    if history.last_started is None:
        return history.retry_at
    interval = _interval(source, past, view, history.last_started)
    return not_before(history.last_started + backed_off(interval, history.failures), history.retry_at)


def _interval(source: Source, past: Past, view: Outlook, last: datetime) -> timedelta:
    if source.every < CLOCKED:
        return source.every
    pace = believed(source, past.rhythm, view)
    price = view.host_prices.get(host_of(source), view.price)
    began = hours(last)
    return moment(next_look(pace, price, _limits(source, past, pace), began)) - last


def _limits(source: Source, past: Past, pace: Tempo) -> Limits:
    if past.fresh_for is None:
        return limits(source)
    return limits(source, min(past.fresh_for, timedelta(hours=min(pace.room / pace.rate, DAY))))


def due(sources: Iterable[Source], planned: Mapping[str, datetime | None], now: datetime) -> tuple[Source, ...]:
    """The enabled sources whose time has come, never read ones first, then the longest overdue.

    `planned`: `next_pass` of each source, kept from when its last pass ended. A source without an entry is due.
    """
    waiting = [(planned.get(source.id), source) for source in sources if source.enabled]
    ripe = [(at, source) for at, source in waiting if at is None or at <= now]
    ripe.sort(key=lambda pair: (pair[0] is not None, pair[0] or now, pair[1].tier, pair[1].id))
    return tuple(source for _, source in ripe)
