"""From the words of a date to a `Dated`: exact only as far as it is known, else completed from the sighting."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from prrwatch import hygiene
from prrwatch.dates import clock, foreign, reading, words
from prrwatch.document import Dated, Precision

LIMIT = 200  #: code points of a date string that are looked at
GRACE = timedelta(days=2)  #: a clock may be wrong and a zone may be missing; further ahead is the future
SIGHTING = "+sighting"

_MONTH_ONLY = re.compile(r"((?:19|20)\d\d)-(\d\d)")
_YEAR_ONLY = re.compile(r"(?:19|20)\d\d")
_EPOCH = re.compile(r"(1\d{9}|[2-9]\d{8})(\d{3})?")
_CHANGED = re.compile(
    r"updated|modified|edited|обновлен|изменен|yangilan|янгилан|жаңарт|mis à jour|aktualisiert|تحديث", re.IGNORECASE
)
_ARABIC_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")


def parse(  # noqa: PLR0913 - the parts of how a source writes dates, all named
    raw: str,
    *,
    origin: str,
    languages: tuple[str, ...] = (),
    order: str | None = None,
    timezone: str | None = None,
    seen: datetime,
    latest: datetime | None = None,
) -> Dated | None:
    """The first date in `raw`, or None: what is not known is not guessed.

    `order` is DMY, MDY or YMD for numeric dates; without it 5/6/2024 is no date. `timezone` (IANA) is that of times
    without one; a time without any zone leaves the day, since the instant is unknown by up to a day. Midnight in the
    writer's zone means that only the day was known. A date without a year is the last one not after `latest` (else
    `seen`), in a year that fits the weekday beside it; relative dates ("2 hours ago") count from `seen`; both say so by
    "+sighting" at the end of `origin`. Looks at 200 code points.
    """
    text = hygiene.one_line(raw.translate(_ARABIC_DIGITS), LIMIT)
    zone = ZoneInfo(timezone) if timezone else None
    shown = hygiene.one_line(raw, LIMIT)
    whole = _whole(text, shown, origin, seen)
    if whole:
        return whole
    found = reading.find(_without_change(text), order, (seen + GRACE).date())
    if found:
        return _dated(found, text, shown, origin, latest or seen, zone)
    return _relative(text, shown, origin, seen, zone) or foreign.parse(text, shown, origin, languages, order)


def day(at: date, raw: str, origin: str, precision: Precision = Precision.DAY) -> Dated:
    """A date of which no time is known."""
    return Dated(datetime.combine(at, time(), UTC), precision, raw, origin)


def _without_change(text: str) -> str:
    """Without the part that tells of a later change, where a date stands before it."""
    match = _CHANGED.search(text)
    return text[: match.start()] if match and reading.find(text[: match.start()], "DMY") else text


def _whole(text: str, shown: str, origin: str, seen: datetime) -> Dated | None:
    """Strings that are a date by their form alone: a year, a month, seconds since 1970 (RFC 8877 style stamps)."""
    if _YEAR_ONLY.fullmatch(text):
        return day(date(int(text), 1, 1), shown, origin, Precision.YEAR)
    month = _MONTH_ONLY.fullmatch(text)
    if month and 1 <= int(month[2]) <= 12:
        return day(date(int(month[1]), int(month[2]), 1), shown, origin, Precision.MONTH)
    epoch = _EPOCH.fullmatch(text)
    if epoch:
        at = datetime.fromtimestamp(int(epoch[1]), UTC)
        return Dated(at, Precision.SECOND, shown, origin) if at <= seen + GRACE else None
    return None


def _dated(
    found: reading.Found, text: str, shown: str, origin: str, seen: datetime, zone: tzinfo | None
) -> Dated | None:
    year = found.year if found.year is not None else _year(found, seen, words.weekday(text[: found.end]))
    origin = origin if found.year is not None else origin + SIGHTING
    if year is None:
        return None
    if found.day is None:
        return day(date(year, found.month, 1), shown, origin, Precision.MONTH)
    on = date(year, found.month, found.day)
    beside = clock.beside(text, found.start, found.end)
    return _at(on, beside, zone, shown, origin)


def _at(on: date, beside: clock.Clock | None, zone: tzinfo | None, raw: str, origin: str) -> Dated:
    where = (beside.zone or zone) if beside else None
    if beside is None or where is None or beside.at == time():
        return day(on, raw, origin)
    written = datetime.combine(on, beside.at, where)
    east = written.utcoffset() or timedelta()
    exact = Precision.SECOND if beside.has_seconds else Precision.MINUTE
    return Dated(written.astimezone(UTC), exact, raw, origin, round(east.total_seconds() / 60))


def _year(found: reading.Found, seen: datetime, weekday: int | None) -> int | None:
    """The last year in which the day lies not after the sighting; a weekday beside it says which, where it fits."""
    latest = (seen + GRACE).date()
    years = [year for year in range(latest.year, latest.year - 8, -1) if _is_by(year, found, latest)]
    fitting = (
        year for year in years if weekday is not None and date(year, found.month, found.day or 1).weekday() == weekday
    )
    return next(fitting, years[0] if years else None)


def _is_by(year: int, found: reading.Found, latest: date) -> bool:
    try:
        return date(year, found.month, found.day or 1) <= latest
    except ValueError:  # 29 February
        return False


def _relative(text: str, shown: str, origin: str, seen: datetime, zone: tzinfo | None) -> Dated | None:
    ago = words.minutes_ago(text)
    if ago:
        minutes, unit = ago
        at = (seen - timedelta(minutes=minutes)).replace(second=0, microsecond=0)
        if unit == 1:
            return Dated(at.astimezone(UTC), Precision.MINUTE, shown, origin + SIGHTING)
        return day(at.astimezone(zone or UTC).date(), shown, origin + SIGHTING)
    return _day_word(text, shown, origin, seen, zone)


def _day_word(text: str, shown: str, origin: str, seen: datetime, zone: tzinfo | None) -> Dated | None:
    """Yesterday, вчера, kecha, with or without a time; only where it leads a short string: prose says "today" too."""
    first = text.casefold().replace("şu gün", "şugün").replace(",", " ").split()[:1]
    back = words.DAY_WORDS.get(first[0].strip(".:")) if first and len(text) <= 40 else None
    if back is None:
        return None
    on = seen.astimezone(zone or UTC).date() - timedelta(days=back)
    return _at(on, clock.beside(text, 0, len(first[0])), zone, shown, origin + SIGHTING)
