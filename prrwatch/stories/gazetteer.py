"""Cities and countries that a text names, and what it counts off: the first meeting, Mehr-3."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from prrwatch.dates import words
from prrwatch.prose import Sentence
from prrwatch.remembered import WORDS
from prrwatch.stories.letters import bare, latin

_NUMBERED = re.compile(r"([^\W\d_]{4,})[\"'»”’]?\s?[-–—‑]\s?(\d{1,2})(?![\d.,:%]\d|\d)")
_SPACED = re.compile(r"([^\W\d_]{4,})[\"'»”’]?\s(\d)(?![\d.,:%])(?=\W*(?:\s|$))")
_DIGIT_ORDINAL = re.compile(r"^(\d{1,2})(?:st|nd|rd|th|-?(?:й|е|я|ое|ая|ый|го|ші|чи|чү|нчи|inchi|нчи|um|ум|e|ème))$")
_BEHIND = re.compile(r"\W*(?:[^\W\d_]{1,5}\W+)?(?:\d{1,2}\W+)?([^\W\d_]+)")
_OSCE = "osce"  #: in our spelling it is "ose", as "in Osh" is in Russian
_SENTENCES = 64  #: kept for a moment: those of the lead are asked for again
_REACH = 4  #: words between an ordinal and what it counts


def cities(sentences: Sequence[Sentence]) -> tuple[str, ...]:
    """The cities and camps, in order."""
    return tuple(dict.fromkeys(place for sentence in sentences for place in _places(sentence, "cities")))


def countries(sentences: Sequence[Sentence]) -> tuple[str, ...]:
    """ISO codes of the two countries named most; Syria and Iraq are the theatre of all stories and tell none apart."""
    counted = Counter(place for sentence in sentences for place in _places(sentence, "countries"))
    return tuple(place for place, _ in counted.most_common(2))


def series(sentences: Sequence[Sentence]) -> dict[str, tuple[int, ...]]:
    """What the text counts off, by what is counted, first said first: {"meeting": (2,), "aikol": (5, 3)}."""
    found: dict[str, list[int]] = {}
    for sentence in sentences:
        for what, number in _counted(sentence):
            found.setdefault(what, []).append(number)
    return {what: tuple(dict.fromkeys(each)) for what, each in found.items()}


def is_place(word: str) -> bool:
    """Whether a word names, or begins as, a city, camp or country that we know."""
    written = latin(word)
    return bool(_of("cities", written) or _of("countries", written))


def is_hub(city: str) -> bool:
    """Whether so much happens there that it says little to have it in common: a capital, the seat of organisations."""
    return city in _tables()["hubs"]["where"]


def is_theatre(city: str) -> bool:
    """Whether it lies where people come back from: a journey begins there and ends elsewhere."""
    return city in _tables()["theatre"]["where"]


@lru_cache(maxsize=_SENTENCES)
def _counted(sentence: Sentence) -> tuple[tuple[str, int], ...]:
    return tuple(_read(sentence))


def _read(sentence: Sentence) -> Iterator[tuple[str, int]]:
    numbered = [(latin(match[1]), int(match[2])) for match in _NUMBERED.finditer(sentence.text)]
    spaced = [
        (latin(match[1]), int(match[2]))
        for match in _SPACED.finditer(sentence.text)
        if not _is_day(sentence.text[match.end() : match.end() + 40])
    ]
    operation = next((named for token in sentence.tokens if (named := _of("operations", latin(token.text)))), None)
    yield from ((_of("operations", name) or f"-{name[:6]}", number) for name, number in numbered if 0 < number < 60)
    yield from ((named, number) for name, number in spaced if (named := _of("operations", name)) and 0 < number < 60)
    spelt = [latin(token.text) for token in sentence.tokens]
    for at, token in enumerate(sentence.tokens):
        number = _ordinal(spelt[at], token.text)
        noun = next((named for word in spelt[at + 1 : at + 1 + _REACH] if (named := _of("nouns", word))), None)
        if number and noun:
            yield (operation if operation and noun == "stage" and not numbered else noun), number


def _is_day(after: str) -> bool:
    """Whether what stands behind a number makes it a day: "Zhusan 7 and 9 May"."""
    word = _BEHIND.match(after)
    return bool(word and words.month(word[1]))


def _ordinal(word: str, written: str) -> int | None:
    digits = _DIGIT_ORDINAL.match(written)
    named = int(digits[1]) if digits else _of("ordinals", word)
    return int(named) if named else None


@lru_cache(maxsize=_SENTENCES)
def _places(sentence: Sentence, kind: str) -> tuple[str, ...]:
    return tuple(_named(sentence, kind))


def _named(sentence: Sentence, kind: str) -> Iterator[str]:
    written = [token.text for token in sentence.tokens if not token.is_number and token.key != _OSCE]
    spelt = [latin(bare(word)) for word in written]
    for at, word in enumerate(spelt):
        joined = word + spelt[at + 1] if at + 1 < len(spelt) else word
        place = _of(kind, word) or _of(kind, joined)
        if place:
            yield place


@lru_cache(maxsize=WORDS)
def _of(table: str, word: str) -> str | None:
    """What a word stands for in a table: the longest head that it begins with."""
    whole, heads = _heads(table)
    if word in whole:
        return whole[word]
    return next((heads[word[:length]] for length in range(min(len(word), 12), 2, -1) if word[:length] in heads), None)


@cache
def _heads(table: str) -> tuple[Mapping[str, str], Mapping[str, str]]:
    rows = [(head, name) for name, row in _tables()[table].items() for head in row]
    whole = {_bare(head[:-1]): name for head, name in rows if head.endswith("$")}
    return whole, {_bare(head): name for head, name in rows if not head.endswith("$")}


def _bare(head: str) -> str:
    return latin(bare(head.replace(" ", "")))


@cache
def _tables() -> Mapping[str, Any]:
    folder = resources.files("prrwatch.stories") / "words"
    read = (tomllib.loads((folder / f"{name}.toml").read_text("utf-8")) for name in ("places", "series"))
    return {table: rows for each in read for table, rows in each.items()}
