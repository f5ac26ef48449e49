"""The figures of a document: what it claims about people who return from conflict zones, and nothing else that is a number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from prrwatch import dates
from prrwatch.dates import reading as dates_reading
from prrwatch.document import Dated, Precision
from prrwatch.figures import deciding
from prrwatch.figures.lexicon import LANGUAGES, Language, Line, countries, language, line
from prrwatch.figures.reading import Count, Said, counts, said
from prrwatch.figures.record import Action, Figure, Measure
from prrwatch.prose import Sentence, prose

_LONGEST = 2_000  #: code points of a sentence that are read; a longer one is a table or hostile
_MOST = 500  #: figures of one document
_NEAR = 2  #: sentences on either side in which the conflict zone may be named when the sentence speaks of something else
_COURTS = frozenset({Action.PROSECUTED, Action.CONVICTED})


@dataclass(frozen=True, slots=True)
class _Heard:
    """A sentence with what the ledger needs of it."""

    sentence: Sentence
    line: Line
    here: bool  #: it names a conflict zone, a group, a returnee
    elsewhere: bool  #: it speaks of migrants, deportation, pandemics, prisoners of war


def figures(text: str, language_code: str | None, published: Dated | None = None) -> tuple[Figure, ...]:
    """Every claim of the text about people who came back from conflict zones, were tried, or still wait, in order.

    `language_code` is ISO 639-1; None, and languages other than `LANGUAGES`, give nothing. `published` completes dates
    without a year and dates a claim "to date". Pure; linear in the text; what a page wears around its prose (menus,
    counters, links to other stories) is not read.
    """
    if language_code not in LANGUAGES:
        return ()
    words = language(language_code)
    heard = [_heard(sentence, words) for sentence in prose(text)]
    known = any(each.here for each in heard)
    found: list[Figure] = []
    for at, each in enumerate(heard):
        if known and not _is_elsewhere(heard, at):
            near = any(other.here for other in heard[max(0, at - _NEAR) : at + _NEAR + 1])
            found += _figures(each, words, published, found[-1] if found else None, near=near)
    return tuple(_placed(found, text))[:_MOST]


def _heard(sentence: Sentence, words: Language) -> _Heard:
    written = line(sentence.text[:_LONGEST])
    here = bool(words.find("context", written, "here"))
    return _Heard(sentence, written, here, bool(words.find("context", written, "elsewhere")))


def _is_elsewhere(heard: Sequence[_Heard], at: int) -> bool:
    """The sentence speaks of other people, and not of a conflict zone."""
    return heard[at].elsewhere and not heard[at].here


def _figures(
    heard: _Heard, words: Language, published: Dated | None, last: Figure | None, *, near: bool
) -> Iterator[Figure]:
    spoken = said(heard.line, words)
    all_counts = counts(spoken)
    carried = last if words.find("carry", heard.line) else None
    for count in all_counts:
        told = _told(count, all_counts, spoken, carried)
        if told is None or (told in _COURTS and not near):
            continue
        start = heard.line.words[count.first].start
        end = heard.line.words[count.past - 1].end
        yield Figure(
            number=count.number,
            quantifier=count.quantifier,
            who=count.who,
            country=_country(heard.line) or (carried.country if carried else None),
            action=told,
            measure=_measure(told, heard.line, words),
            as_of=as_of(heard.line, words, published),
            quote=heard.line.text[start:end],
            start=heard.sentence.start + start,
            end=heard.sentence.start + end,
            sentence=" ".join(heard.sentence.text.split()),
        )


def _told(count: Count, all_counts: Sequence[Count], spoken: Said, carried: Figure | None) -> Action | None:
    hit = deciding.action(count, all_counts, spoken)
    if hit is None:
        return carried.action if carried else None
    kind, _, meaning = hit.meaning.partition(":")
    return None if kind == "other" else Action(meaning)


def _country(written: Line) -> str | None:
    """The one state whose people the sentence speaks of; None when it names none or several."""
    named = {code for code, pattern in countries() if pattern.search(written.keys)}
    return named.pop() if len(named) == 1 else None


def _measure(told: Action, written: Line, words: Language) -> Measure:
    stock = told is Action.REMAINING or words.find("now", written) or words.find("by", written, "since")
    by = any(_date_at(written, hit.past) for hit in words.find("by", written, "words"))
    return Measure.STOCK if stock or by else Measure.FLOW


def as_of(written: Line, words: Language, published: Dated | None) -> Dated | None:
    """The date that the sentence gives for its claim: "as of March 2024", "on 12 February", or "to date"."""
    text = written.text
    since = {written.words[hit.past - 1].end for hit in words.find("by", written, "since")}
    at = 0
    while found := dates_reading.find(text[at:], "DMY"):
        start, end = at + found.start, at + found.end
        if text[:start].rstrip() != text[:start] and len(text[:start].rstrip()) in since:
            at = end
            continue
        if found.year is None and published is None:
            return None
        return _dated(text[start:end], found, published)
    now = words.find("now", written)
    if now and published:
        first, past = written.words[now[0].first], written.words[now[0].past - 1]
        return replace(published, raw=text[first.start : past.end], origin="published")
    return None


def _dated(raw: str, found: dates_reading.Found, published: Dated | None) -> Dated | None:
    if found.year is not None:
        precision = Precision.DAY if found.day else Precision.MONTH
        return Dated(datetime(found.year, found.month, found.day or 1, tzinfo=UTC), precision, raw, "text")
    seen = published.at if published else None
    return dates.parse(raw, origin="text", order="DMY", seen=seen) if seen else None


def _date_at(written: Line, place: int) -> bool:
    if place >= len(written.words):
        return False
    start = written.words[place].start
    found = dates_reading.find(written.text[start : start + 60], "DMY")
    return bool(found and found.start <= 12)


def _placed(found: Sequence[Figure], text: str) -> Iterator[Figure]:
    """Every quote stands where the figure says."""
    return (figure for figure in found if text[figure.start : figure.end] == figure.quote)
