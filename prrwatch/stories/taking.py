"""Takes the fingerprint of a document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from math import log, sqrt
from typing import NamedTuple

from prrwatch.furniture import CLOSING
from prrwatch.prose import Sentence, prose
from prrwatch.stories import gazetteer, terms
from prrwatch.stories.counting import counts
from prrwatch.stories.days import days, known, months, stamp
from prrwatch.stories.motifs import motifs
from prrwatch.stories.rarity import Rarity
from prrwatch.stories.record import Day, Fingerprint, Telling, Weights

_READ = 400  #: sentences
_LEAD = 2  #: sentences after the title
_HEAD_WORDS = 70
_HEADLINE_WORDS = 16
_FACTS = 12  #: sentences whose numbers and places count
_MOST_WORDS = 160
_MOST_NAMES = 40
_LONGEST_TEXT = 60_000


class _Read(NamedTuple):
    """What stands in a document, whatever the archive."""

    sentences: Sequence[Sentence]
    main: tuple[Day, ...]
    days: tuple[Day, ...]
    words: Counter[str]
    numbers: frozenset[str]
    names: frozenset[str]
    motifs: Counter[str]


def fingerprint(telling: Telling, rarity: Rarity) -> Fingerprint:
    """What a document tells, to be compared with others. Pure; bounded in its input; takes any text."""
    read = _read(telling)
    facts, lead = read.sentences[:_FACTS], _lead(read.sentences)
    seen = known(telling.published) or stamp(read.sentences)
    return Fingerprint(
        language=telling.language,
        published=seen.isoformat() if seen else None,
        main=read.main,
        dates=_weighed(map(day_key, read.main), rarity, _MOST_NAMES),
        days=read.days,
        cities=gazetteer.cities(facts),
        countries=gazetteer.countries(facts),
        series=gazetteer.series(facts),
        numbers=_weighed(read.numbers, rarity, _MOST_NAMES),
        names=_weighed(read.names, rarity, _MOST_NAMES),
        entities=_weighed(_bodies(telling), rarity, _MOST_NAMES),
        title=_unit(_weighed(_title(read.sentences, telling.language), rarity, _HEAD_WORDS)),
        head=_weighed(
            (stem for sentence in lead for stem in terms.stems(sentence, telling.language)), rarity, _HEAD_WORDS
        ),
        words=_unit(_counted(read.words, rarity)),
        motifs=_unit(_counted(read.motifs, rarity)),
        lead=frozenset(
            [f"+{city}" for city in gazetteer.cities(lead)]
            + sorted(counts(lead, telling.language))
            + [f"/{month}" for month in months(lead, telling.language)]
            + [f"{what}:{number}" for what, numbers in gazetteer.series(lead).items() for number in numbers]
        ),
    )


def keys(telling: Telling) -> set[str]:
    """The keys whose counts in the archive decide the weights of this document's fingerprint."""
    read = _read(telling)
    return {*map(day_key, read.main), *read.words, *read.numbers, *read.names, *read.motifs, *_bodies(telling)}


@lru_cache(maxsize=2)
def _read(telling: Telling) -> _Read:
    """Kept for a moment: a document is asked for its keys first, and with their counts for its fingerprint."""
    sentences = _sentences(telling)
    main, every = days(sentences, telling.published)
    return _Read(
        sentences,
        main,
        every,
        Counter(stem for sentence in sentences for stem in terms.stems(sentence, telling.language)),
        frozenset(counts(sentences[:_FACTS], telling.language)),
        frozenset(f"~{each}" for each in terms.names(sentences)),
        Counter({f"={motif}": count for motif, count in motifs(sentences[:_FACTS]).items()}),
    )


def _bodies(telling: Telling) -> Iterable[str]:
    return (f"@{each}" for each in telling.entities)


def day_key(day: Day) -> str:
    """A day as a key: "!2024-11-27"."""
    return f"!{f'{day.year}-' if day.year else ''}{day.month:02}-{day.day:02}"


def _sentences(telling: Telling) -> list[Sentence]:
    body = prose(telling.text[:_LONGEST_TEXT])[:_READ]
    if telling.title:
        return [*prose(telling.title[:1000], is_title=True), *body]
    if len(body) > 1 and _is_headline(body[0]):
        return [replace(body[0], is_title=True), *body[1:]]
    return body


def _is_headline(sentence: Sentence) -> bool:
    return len(sentence.tokens) <= _HEADLINE_WORDS and sentence.text.strip()[-1:] not in CLOSING


def _lead(sentences: Sequence[Sentence]) -> Sequence[Sentence]:
    titles = sum(each.is_title for each in sentences)
    return sentences[: titles + _LEAD + (not titles)]


def _weighed(keys: Iterable[str], rarity: Rarity, most: int) -> Weights:
    """The keys with their surprise, the most surprising ones."""
    return _first({key: rarity.of(key) for key in keys}, most)


def _counted(words: Counter[str], rarity: Rarity) -> Weights:
    """The words by surprise, those said again more: once more counts less each time."""
    return _first({word: rarity.of(word) * (1 + log(count)) for word, count in words.items()}, _MOST_WORDS)


def _unit(weights: Weights) -> Weights:
    """The same direction, of length 1."""
    length = sqrt(sum(weight * weight for weight in weights.values())) or 1.0
    return {key: round(weight / length, 4) for key, weight in weights.items()}


def _title(sentences: Iterable[Sentence], language: str | None) -> Iterator[str]:
    return (stem for sentence in sentences if sentence.is_title for stem in terms.stems(sentence, language))


def _first(weights: Mapping[str, float], most: int) -> Weights:
    ranked = sorted(weights, key=lambda key: (-weights[key], key))
    return {key: round(weights[key], 3) for key in ranked[:most]}
