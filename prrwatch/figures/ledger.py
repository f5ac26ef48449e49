"""The figures of a document: what it claims about people who return from conflict zones, no other number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from prrwatch.document import Dated
from prrwatch.figures import dating, deciding
from prrwatch.figures.lexicon import LANGUAGES, Language, countries
from prrwatch.figures.lexicon import language as words_of
from prrwatch.figures.numbers import numbers
from prrwatch.figures.reading import Count, Said, counts, said
from prrwatch.figures.record import Action, Figure, Who
from prrwatch.phrases import Line, line
from prrwatch.prose import prose

_LONGEST = 2_000  #: code points of a statement that are read; a longer one is a table or hostile
_MOST = 500  #: figures of one document
_NEAR = 5  #: statements on either side in which a conflict zone must be named for a trial to be one of ours
_PART = re.compile(r"[^;]+")
_COURTS = frozenset({Action.PROSECUTED, Action.CONVICTED})
#: "More than 2,100 citizens returned to the region": of several states, whatever the title names.
_REGION = re.compile(
    r" (?:region|central asia|регион|центральн|минтақа|mintaqa|markaziy|марказии|аимак|орталык|борбор)"
)


@dataclass(frozen=True, slots=True)
class _Statement:
    """A sentence, or the part of one up to a semicolon, with what the ledger needs of it."""

    start: int  #: in the text
    sentence: str
    line: Line
    here: bool  #: it names a conflict zone, a group, a returnee
    elsewhere: bool  #: it speaks of migrants, deportation, pandemics, prisoners of war


@dataclass(frozen=True, slots=True)
class _Document:
    """What holds for all statements of a text."""

    words: Language
    published: Dated | None
    home: str | None  #: the one state that the title names


def figures(
    text: str, language: str | None, published: Dated | None = None, *, title: str | None = None
) -> tuple[Figure, ...]:
    """Every claim of the text about people who came back from conflict zones, were tried, or still wait, in order.

    `language` is ISO 639-1 (of "uz-Cyrl" the first part is read); None, and languages other than `LANGUAGES`, give
    nothing. `published` completes dates without a year and dates a claim "to date". The `title` is not read for
    figures: it tells what the text is about, and whose people it counts where a sentence does not. Pure; linear in the
    text; what a page wears around its prose (menus, counters, links to other stories) is not read.
    """
    language = (language or "").partition("-")[0].casefold()
    if language not in LANGUAGES:
        return ()
    heading = line((title or "")[:_LONGEST])
    document = _Document(words_of(language), published, _country(heading))
    statements = list(_statements(text, document.words))
    if not (document.words.find("context", heading, "here") or any(each.here for each in statements)):
        return ()
    found: list[Figure] = []
    for at, each in enumerate(statements):
        if len(found) < _MOST and (each.here or not each.elsewhere):
            near = any(other.here for other in statements[max(0, at - _NEAR) : at + _NEAR + 1])
            claims = _figures(each, document, found[-1] if found else None)
            found += (claim for claim in claims if near or claim.action not in _COURTS)
    return tuple(found)


def _statements(text: str, words: Language) -> Iterator[_Statement]:
    for sentence in prose(text):
        for part in _PART.finditer(sentence.text[:_LONGEST]):
            written = line(part[0])
            here = bool(words.find("context", written, "here"))
            elsewhere = bool(words.find("context", written, "elsewhere"))
            whole = " ".join(sentence.text.split())
            yield _Statement(sentence.start + part.start(), whole, written, here, elsewhere)


def _figures(statement: _Statement, document: _Document, last: Figure | None) -> Iterator[Figure]:
    written, words = statement.line, document.words
    found = numbers(written, words)
    if not found:
        return
    spoken = said(written, words)
    all_counts = counts(spoken, found)
    carries = words.find("carry", written)
    home = _country(written) or (None if _REGION.search(written.keys) else document.home)
    as_of = dating.as_of(written, words, document.published)
    others = _are_others(spoken)
    for count in all_counts:
        carried = last if any(hit.first < count.past for hit in carries) else None
        told = _told(count, all_counts, spoken, carried)
        if told is None or (others and told in _COURTS):
            continue
        start, end = written.words[count.first].start, written.words[count.past - 1].end
        yield Figure(
            number=count.number,
            quantifier=count.quantifier,
            who=count.who,
            country=home or (carried.country if carried else None),
            action=told,
            measure=dating.measure(told, written, words),
            as_of=as_of or (carried.as_of if carried else None),
            quote=written.text[start:end],
            start=statement.start + start,
            end=statement.start + end,
            sentence=statement.sentence,
        )


def _are_others(spoken: Said) -> bool:
    """Who is tried for recruiting, paying or setting out did not come back, unless the sentence says so."""
    came_back = any(hit.meaning.endswith((Action.REPATRIATED, Action.RETURNED)) for hit in spoken.actions)
    return bool(spoken.language.find("doubt", spoken.line)) and not came_back


def _told(count: Count, all_counts: Sequence[Count], spoken: Said, carried: Figure | None) -> Action | None:
    hit = deciding.action(count, all_counts, spoken)
    if hit is None:
        return carried.action if carried and count.who is not Who.TOTAL else None
    kind, _, meaning = hit.meaning.partition(":")
    if kind == "other":
        return None
    if meaning == Action.RETURNED and hit.past == count.first and spoken.language.returns_people:
        return Action.REPATRIATED
    return Action(meaning)


def _country(written: Line) -> str | None:
    """The one state whose people the sentence speaks of; None when it names none or several."""
    named = {code for code, pattern in countries() if pattern.search(written.keys)}
    if written.words and written.words[0].key in {"iraq", "irak", "ирак", "ирок", "iroq"}:
        named.add("IQ")  # it acts: elsewhere Iraq is where people come back from
    return named.pop() if len(named) == 1 else None
