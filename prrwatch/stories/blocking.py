"""Which documents of an archive are worth weighing against a newcomer: those that share a telling key with it."""

from __future__ import annotations

from datetime import date, timedelta
from hashlib import blake2b

from prrwatch.stories.record import Day, Fingerprint, Weights

_MOST_NAMES = 12
_MOST_STEMS = 12
_SMALL = 12  #: numbers up to here are in every text
_AFTER = 3  #: days after an event in which its reports come out
_AROUND = 2  #: days between two reports that name no day


def blocks(telling: Fingerprint) -> tuple[int, ...]:
    """The keys under which a document is filed: days, numbers, names, counts of series, the telling words of its head.

    Unsigned 63 bits, so that SQLite can store them.
    """
    return _hashed(_own(telling))


def probes(telling: Fingerprint) -> tuple[int, ...]:
    """The keys under which documents of its event may be filed: its own, and days of publication around its days."""
    out: set[str] = set()
    if telling.published:
        seen = date.fromisoformat(telling.published)
        out = {_published(seen + timedelta(days=days)) for days in range(-_AROUND, _AROUND + 1)}
        out |= {f"d:{seen - timedelta(days=days)}" for days in range(_AFTER + 1)}
    for day in telling.main:
        if made := _calendar(day):
            out |= {_published(made + timedelta(days=days)) for days in range(_AFTER + 1)}
    return _hashed(_own(telling) | out)


def _own(telling: Fingerprint) -> set[str]:
    keys = {f"d:{day.month:02}-{day.day:02}" for day in telling.main}
    keys |= {f"d:{made}" for day in telling.main if (made := _calendar(day))}
    keys |= {number for number in telling.numbers if int(number[1:]) > _SMALL}
    keys |= {f"s:{what}:{number}" for what, numbers in telling.series.items() for number in numbers}
    keys |= _most(telling.names, _MOST_NAMES) | _most(telling.head, _MOST_STEMS) | _most(telling.title, _MOST_STEMS)
    if telling.published:
        keys.add(_published(date.fromisoformat(telling.published)))
    return keys


def _most(weights: Weights, most: int) -> set[str]:
    return set(sorted(weights, key=lambda key: (-weights[key], key))[:most])


def _published(day: date) -> str:
    return f"p:{day}"


def _calendar(day: Day) -> date | None:
    try:
        return date(day.year, day.month, day.day) if day.year else None
    except ValueError:
        return None


def _hashed(keys: set[str]) -> tuple[int, ...]:
    return tuple(sorted(int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), "big") >> 1 for key in keys))
