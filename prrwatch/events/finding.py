"""The events of a document: those that it is about, not every date in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice

from prrwatch import dates
from prrwatch.document import Dated, Precision
from prrwatch.events import days, lexicon, naming
from prrwatch.events.days import Days
from prrwatch.events.lexicon import LANGUAGES
from prrwatch.events.record import Event, Kind, Status
from prrwatch.figures.lexicon import language as figure_words
from prrwatch.phrases import Hit, Line, line
from prrwatch.prose import Sentence, prose
from prrwatch.verdict import Field

_LEAD = 10  #: statements of the text in which it says what it is about
_READ = 40  #: statements in which it says who organises
_NEXT = 3  #: statements that are of the event even if they call it "it"
_LONGEST = 2_000
_LONG_AGO = timedelta(days=120)  #: what was held longer before the publication is background
_SLACK = timedelta(days=1)  #: zones, and releases dated a day late
_VERB_LAST = frozenset(["uz", "kk", "ky", "tg"])
_FAR = datetime(2100, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Read:
    """A document as events are looked for in it."""

    title: str | None
    sentences: tuple[Sentence, ...]  #: the title first, when there is one, then the lead
    language: str
    published: Dated | None
    fetched: datetime | None


def events(
    title: str | None, text: str, language: str | None, published: Dated | None = None, fetched: datetime | None = None
) -> tuple[Event, ...]:
    """The meetings, trainings, court hearings and repatriation flights that the document is about, with their days.

    Looked for in the title and the lead only. A day without a year takes the one nearest to `published` (origin
    "text+published"), else to `fetched` ("text+sighting"), unless the document names that day in full elsewhere; with
    neither, `start` is None. Pure; languages other than the eight of the ledger give nothing.
    """
    language = (language or "").partition("-")[0].casefold()
    if language not in LANGUAGES:
        return ()
    every = prose(text)[:_READ]
    statements = every[:_LEAD]
    published = published or _dateline(statements, language)
    heading = prose(title, is_title=True) if title else []
    read = _Read(title or _headline(statements, language), (*heading, *statements), language, published, fetched)
    found = [event for sentence in read.sentences for event in _event(sentence, read)]
    about = [event for event in found if not _is_background(event, published)]
    organisers = _organisers(every, language)
    place = _place_of_date_line(read)
    merged = _merged(about)
    return tuple(
        replace(each, organisers=each.organisers or (organisers if at == 0 else ()), place=each.place or place)
        for at, each in enumerate(merged)
    )


def _event(sentence: Sentence, read: _Read) -> Iterator[Event]:
    """The event of one sentence: it needs a noun of events, a day, and for flights people who come home."""
    start = _after_dateline(sentence.text, read.language)
    written = line(sentence.text[start:_LONGEST])
    nouns = lexicon.find(lexicon.of("nouns", read.language), written)
    named = days.spans(written.text, read.published)
    if not nouns or not named:
        return
    noun = next((hit for hit in nouns if hit.meaning != Kind.FLIGHT), nouns[0])
    if noun.meaning == Kind.FLIGHT and not _brings_people(written, read.language):
        return
    status = _status(written, read.language)
    day = _new_day(named[-1]) if status is Status.MOVED else next((each for each in named if not each.is_one), named[0])
    first, last = days.dated(_with_year(day, read), written.text, read.published, read.fetched)
    quote = sentence.text.strip()
    at = sentence.start + len(sentence.text) - len(sentence.text.lstrip())
    yield Event(
        name=naming.name(written, noun, read.title, read.language, _cuts(written, named, read.language)),
        kind=Kind(noun.meaning),
        start=first,
        end=last,
        place=_place(written, day),
        organisers=naming.organisers(written, read.language),
        status=_by_the_calendar(status, first, read.published),
        quote=quote,
        quote_start=at,
        quote_end=at + len(quote),
        field=Field.TITLE if sentence.is_title else Field.TEXT,
    )


def _cuts(written: Line, named: Sequence[Days], language: str) -> list[tuple[int, int]]:
    """Where the sentence speaks of days, towns and of holding: no part of a name."""
    hits = [*lexicon.find(lexicon.of("status", language), written), *lexicon.find(lexicon.of("places"), written)]
    spans = [(written.words[hit.first].start, written.words[hit.past - 1].end) for hit in hits]
    return sorted([*spans, *((day.start, day.end) for day in named)])


def _new_day(day: Days) -> Days:
    """What is moved "from 20 May to 12 June" now takes place on the last day named."""
    return replace(day, month=day.last_month, day=day.last_day)


def _status(written: Line, language: str) -> Status | None:
    hits = lexicon.find(lexicon.of("status", language), written)
    for strong in (Status.CANCELLED, Status.MOVED):
        if any(hit.meaning == strong for hit in hits):
            return strong
    if not hits:
        return None
    return Status((hits[-1] if language in _VERB_LAST else hits[0]).meaning)


def _by_the_calendar(status: Status | None, first: Dated | None, published: Dated | None) -> Status:
    """Where words and calendar differ, the calendar knows: what lies behind the publication was held."""
    if status in {Status.CANCELLED, Status.MOVED} or first is None or published is None:
        return status or Status.HELD
    if first.at > published.at + _SLACK:
        return Status.ANNOUNCED
    return Status.HELD if status is None or first.at < published.at - _SLACK else status


def _brings_people(written: Line, language: str) -> bool:
    words = figure_words(language)
    hits = [*words.find("action", written, "repatriated", "returned"), *words.find("both", written)]
    return bool(hits) and bool(words.find("context", written, "here") or words.find("who", written))


def _place(written: Line, day: Days) -> str | None:
    """The place nearest to the day, what stands behind it first."""

    def distance(hit: Hit) -> int:
        start = written.words[hit.first].start
        return start - day.end if start >= day.end else 3 * (day.start - start)

    places = lexicon.find(lexicon.of("places"), written)
    return min(places, key=distance).meaning if places else None


def _place_of_date_line(read: _Read) -> str | None:
    """The place on a line that holds little but a date: "14 MAY 2024 | TASHKENT"."""
    for sentence in read.sentences:
        written = line(sentence.text[:_LONGEST])
        places = lexicon.find(lexicon.of("places"), written)
        if len(written.words) <= 6 and places and days.spans(sentence.text, None):
            return places[0].meaning
    return None


def _with_year(day: Days, read: _Read) -> Days:
    """The year that the document gives for the same day elsewhere: a line above, a caption."""
    if day.year is not None:
        return day
    every = (each for sentence in read.sentences for each in days.spans(sentence.text, None))
    full = next((each for each in every if each.year and (each.month, each.day) == (day.month, day.day)), None)
    return replace(day, year=full.year) if full else day


def _dateline(statements: Sequence[Sentence], language: str) -> Dated | None:
    text = "\n".join(sentence.text for sentence in statements)
    dated = dates.dateline(text, (language,), _FAR)
    return dated if dated and "+" not in dated.origin and dated.precision is not Precision.YEAR else None


def _after_dateline(sentence: str, language: str) -> int:
    """Where a sentence begins behind its "Tashkent, May 8, 2024 -": that is not the event's day."""
    dated = dates.dateline(sentence, (language,), _FAR)
    at = sentence.find(dated.raw) if dated else -1
    end = at + len(dated.raw) if dated and at >= 0 else 0
    return end if end < len(sentence) - 20 else 0


def _headline(statements: Sequence[Sentence], language: str) -> str | None:
    """Without a title of its own, the first line of the text that names an event and no day."""
    nouns = lexicon.of("nouns", language)
    for sentence in statements[:4]:
        if lexicon.find(nouns, line(sentence.text)) and not days.spans(sentence.text, None):
            return sentence.text
    return None


def _organisers(statements: Sequence[Sentence], language: str) -> tuple[str, ...]:
    """The first sentence that says who organises a meeting, or the event."""
    nouns = lexicon.of("nouns", language)
    written = [line(sentence.text[:_LONGEST]) for sentence in statements]
    about = (each for at, each in enumerate(written) if at < _NEXT or lexicon.find(nouns, each))
    told = (naming.organisers(each, language) for each in about)
    return max(islice((names for names in told if names), 3), key=len, default=())


def _is_background(event: Event, published: Dated | None) -> bool:
    return bool(event.start and published and event.start.at < published.at - _LONG_AGO)


def _merged(found: Sequence[Event]) -> list[Event]:
    """One event a day: the text leads, what it lacks comes from the other sentences. A second one only if to come."""
    by_day: dict[object, list[Event]] = {}
    for event in found:
        by_day.setdefault(event.start.value if event.start else None, []).append(event)
    events_ = [_joined(group) for group in by_day.values()]
    return [each for at, each in enumerate(events_) if at == 0 or each.status is not Status.HELD]


def _joined(group: Sequence[Event]) -> Event:
    lead = next((event for event in group if event.field is Field.TEXT), group[0])
    return replace(
        lead,
        name=max((event.name for event in group), key=len),
        end=next((event.end for event in group if event.end), None),
        place=next((event.place for event in [lead, *group] if event.place), None),
        organisers=max((event.organisers for event in group), key=len),
    )
