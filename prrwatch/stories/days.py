"""The days that a text names: the one it is about, and all others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from prrwatch.dates import words
from prrwatch.document import Dated, Precision
from prrwatch.events.days import Days, spans
from prrwatch.prose import Sentence
from prrwatch.stories import gazetteer
from prrwatch.stories.record import Day

_HEAD = 6  #: sentences in which a text says what it is about
_WHOLE = 30
_LEAD = 3  #: the title and two sentences
_NEWS = timedelta(days=8)
_OLD_NEWS = timedelta(days=20)  #: what is told first is news for longer; a day before that is what went before
_CAPITAL_MONTHS = ("en", "de")
_SHORT_MONTH = 3  #: letters: shorter words are other words too
_STAMP_WORDS = 3
_LONGEST = 1_000
_WEEKDAYS = tuple(
    re.compile(rf"\b(?:{names})\b", re.IGNORECASE)
    for names in (
        "monday|lundi|montag|понедельник|pazartesi|dushanba|душанба|дүйсенбі|понеділок|дүйшөмбү|الاثنين|الإثنين",
        "tuesday|mardi|dienstag|вторник|вівторок|salı|seshanba|сешанба|сейсенбі|шейшемби|сешанбе|الثلاثاء",
        "wednesday|mercredi|mittwoch|среду|середу|çarşamba|chorshanba|чоршанба|сәрсенбі|шаршемби|чоршанбе|الأربعاء",
        "thursday|jeudi|donnerstag|четверг|четвер|perşembe|payshanba|пайшанба|бейсенбі|бейшемби|панҷшанбе|الخميس",
        "friday|vendredi|freitag|пятницу|п['’]ятницю|cuma|juma|жума|жұма|ҷумъа|الجمعة",
        "saturday|samedi|samstag|субботу|суботу|cumartesi|shanba|шанба|сенбі|ишемби|السبت",
        r"sunday|dimanche|sonntag|воскресенье|неділю|pazar\sgünü|yakshanba|якшанба|жексенбі|жекшемби|якшанбе|الأحد",
    )
)
#: Where a text begins so, it happened on the day on which it was published.
_TODAY = re.compile(
    r"\b(?:today|сегодня|сьогодні|bugun|бугун|бүгін|бүгүн|имрӯз|heute|aujourd['’]hui|ce\sjour|bugün|اليوم)\b",
    re.IGNORECASE,
)
#: What is told of earlier times, so that the day in such a sentence is not the event's.
_EARLIER = re.compile(
    r"\b(?:previously|earlier|recall|previous|since|last\s(?:year|month)|ранее|предыдущ\w+|напомним|прежде|в\sпрошл\w+|аввал|ilgari|avvalroq|бұған\sдейін|буга\sчейин"
    r"|zuvor|früher|auparavant|précédemment|est\.?\s\d{4})\b",
    re.IGNORECASE,
)


def known(published: Dated | None) -> date | None:
    """The day of publication, when it is known to the day."""
    if published is None or published.precision in {Precision.YEAR, Precision.MONTH}:
        return None
    return date.fromisoformat(published.value[:10])


def days(sentences: Sequence[Sentence], published: Dated | None) -> tuple[tuple[Day, ...], tuple[Day, ...]]:
    """The days of the sentence that says when it happened, and every day named; years completed from publication."""
    seen = known(published)
    written = _written_near(sentences[:_LEAD], seen)
    main: tuple[Day, ...] = ()
    every: list[Day] = []
    for at, sentence in enumerate(sentences[:_WHOLE]):
        named = (
            list(_named(sentence, published, seen, written))
            if at < _HEAD or any(map(str.isdecimal, sentence.text))
            else []
        )
        every += named
        if not main and at < _HEAD and named and not _EARLIER.search(sentence.text) and not _is_stamp(sentence):
            about = _about(named, seen)
            main = about if _is_news(about, seen, _NEWS if at >= _LEAD else _OLD_NEWS) else ()
    return main, tuple(dict.fromkeys(every))


def _written_near(lead: Sequence[Sentence], seen: date | None) -> tuple[date, ...]:
    """The days that title and lead write out, about the day of publication: which Wednesday is meant."""
    found = (each for sentence in lead for each in spans(sentence.text, None)) if seen else ()
    made = [_made(each.year or _nearest(each.month, each.day, seen) or 0, each.month, each.day) for each in found]
    return tuple(day for day in made if day and seen and abs(day - seen) < _NEWS)


def _is_news(named: Sequence[Day], seen: date | None, within: timedelta) -> bool:
    """Whether any of the days lies about that of publication."""
    made = [_made(day.year, day.month, day.day) for day in named if day.year]
    return seen is None or len(made) < len(named) or any(each and each > seen - within for each in made)


def months(sentences: Sequence[Sentence], language: str | None) -> set[int]:
    """The months named without a day, 1 to 12: of which a monthly bulletin tells."""
    return {number for sentence in sentences for number in _months(sentence, language) if number}


def _months(sentence: Sentence, language: str | None) -> Iterator[int | None]:
    dated = [(each.start, each.end) for each in spans(sentence.text[:_LONGEST], None)]
    for token in sentence.tokens:
        is_word = len(token.text) > _SHORT_MONTH and (token.text[0].isupper() or language not in _CAPITAL_MONTHS)
        if is_word and not any(start < token.end and token.start < end for start, end in dated):
            yield words.month(token.text)


def stamp(sentences: Sequence[Sentence]) -> date | None:
    """The day on a line that holds nothing but a date: when a page without other dates came out."""
    for sentence in sentences[:_HEAD]:
        if _is_stamp(sentence):
            found = next(iter(spans(sentence.text, None)), None)
            return _made(found.year, found.month, found.day) if found and found.year else None
    return None


def _is_stamp(sentence: Sentence) -> bool:
    """A place beside the date makes it the line of an event: "14 MAY 2024 | TASHKENT"."""
    left = sum(not token.is_number and words.month(token.text) is None for token in sentence.tokens)
    dated = any(map(str.isdecimal, sentence.text)) and left <= _STAMP_WORDS and len(sentence.tokens) <= _STAMP_WORDS * 3
    return dated and not sentence.is_title and not gazetteer.cities([sentence])


def _about(named: Sequence[Day], seen: date | None) -> tuple[Day, ...]:
    """A dateline gives the day of writing before the day of the event."""
    others = tuple(day for day in named if seen is None or (day.month, day.day) != (seen.month, seen.day))
    return tuple(dict.fromkeys(others or named))


def _named(sentence: Sentence, published: Dated | None, seen: date | None, written: Sequence[date]) -> Iterator[Day]:
    found = spans(sentence.text, published if not sentence.is_title else None)
    for each in found:
        yield from _both_ends(each, sentence.text[each.start : each.end], seen)
    if not found and seen:
        today = Day(seen.year, seen.month, seen.day)
        yield from [today] if _TODAY.search(sentence.text[:_LONGEST]) else _weekday(sentence.text, seen, written)


def _both_ends(days: Days, written: str, seen: date | None) -> Iterator[Day]:
    # Two digits behind a month are more often a count ("17 апреля 38 активистов") than a year.
    year = days.year if str(days.year) in written else None
    year = year or _nearest(days.month, days.day, seen)
    yield Day(year, days.month, days.day)
    if not days.is_one:
        yield Day(year, days.last_month, days.last_day)


def _nearest(month: int, day: int, seen: date | None) -> int | None:
    if seen is None:
        return None
    possible = [made for year in (seen.year - 1, seen.year, seen.year + 1) if (made := _made(year, month, day))]
    return min(possible, key=lambda each: abs(each - seen)).year if possible else None


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _weekday(text: str, seen: date, written: Sequence[date]) -> Iterator[Day]:
    """The one weekday that a sentence names is the day written out near it, else the last one up to publication."""
    named = [number for number, pattern in enumerate(_WEEKDAYS) if pattern.search(text[:_LONGEST])]
    if len(named) == 1:
        last = seen - timedelta(days=(seen.weekday() - named[0]) % 7)
        on = next((day for day in written if day.weekday() == named[0]), last)
        yield Day(on.year, on.month, on.day)


def apart(one: Day, other: Day) -> int | None:
    """Days between; without a year on one side the nearest possible; None for what is no day of the calendar."""
    years = (one.year or other.year or 2024, other.year or one.year or 2024)
    first, second = _made(years[0], one.month, one.day), _made(years[1], other.month, other.day)
    return abs((first - second).days) if first and second else None
