"""Numbers in a sentence: digits in any grouping, and words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from prrwatch.dates import reading
from prrwatch.figures.lexicon import Language
from prrwatch.phrases import Line

_DIGITS = re.compile(r"\d")
_DECIMAL = re.compile(r"(\d+)[.,](\d)")
#: What may be written right behind the digits of a count: Turkic cases ("500-ден", "2100dan"), Russian ones ("2-х").
_ENDING = re.compile(
    r"[-–]?(?:[дтн][ае]н|[дт][оө]н|[нд]о?н|[гқк][аеоө]|ғ[ае]|г[аеоө]|dan|ga|ta|tadan|taga|та|тадан|тага|nafar\w*|нафар\w*|х|ти|и|ю|ы|у|ү|і|сы|сі|си|си|ін|ын|ин"
    r"|нин|нын|ни|ни|tasi|таси|cha|ча|даван|тача)(?!\w)",
    re.IGNORECASE,
)
#: Behind or before a number these make it something else: an ordinal, an age, a share, money, a code.
_ELSE_BEHIND = re.compile(r"\s?[%°€$₽₸£]|[/:]\d|\s?[-–—]\s?\d|[-–]?[^\W\d_]")
_ELSE_BEFORE = re.compile(r"(?:[$€£₽₸№#+]\s?|[/:.,]|\w[-–—]|\d\s?[-–—]\s?|§\s?)$")
_TENS = 10


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number, and the words it is written in: first and past the last."""

    value: int
    first: int
    past: int


def numbers(line: Line, language: Language) -> list[Number]:
    """The numbers of a sentence that may count something: no dates, ages, ordinals, shares, money, codes."""
    found = [*_in_digits(line, language), *_in_words(line, language)]
    spans = _dates(line.text) if found else []
    return sorted((each for each in found if not _within(line, each, spans)), key=lambda each: each.first)


def _within(line: Line, number: Number, spans: Sequence[tuple[int, int]]) -> bool:
    start, end = line.words[number.first].start, line.words[number.past - 1].end
    return any(start < past and first < end for first, past in spans)


def _dates(text: str) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    at = 0
    while found := reading.find(text[at:], "DMY"):
        spans.append((at + found.start, at + found.end))
        at += found.end
    return spans


def _in_digits(line: Line, language: Language) -> Iterator[Number]:
    for at, word in enumerate(line.words):
        if not _DIGITS.match(line.text, word.start) or _ELSE_BEFORE.search(
            line.text[max(0, word.start - 4) : word.start]
        ):
            continue
        past, end = at + 1, word.end
        ending = _ENDING.match(line.text, end)
        if ending:
            past += sum(end <= other.start < ending.end() for other in line.words[past : past + 2])
        elif _ELSE_BEHIND.match(line.text, end):
            continue
        value, past = _scaled(line, language, line.text[word.start : word.end], past)
        if value is not None:
            yield Number(value, at, past)


def _scaled(line: Line, language: Language, written: str, past: int) -> tuple[int | None, int]:
    """The value, with "thousand" or "million" behind it, in whatever case."""
    scale = _scale(line.words[past].key, language) if past < len(line.words) else None
    decimal = _DECIMAL.fullmatch(written)
    if decimal:
        if not scale:
            return None, past
        return int(decimal[1]) * scale + int(decimal[2]) * scale // _TENS, past + 1
    value = int("".join(letter for letter in written if letter.isdecimal())[:12])
    return (value * scale, past + 1) if scale else (value, past)


def _scale(key: str, language: Language) -> int | None:
    value = _value(key, language)
    return value if value and value >= 1000 else None


def _in_words(line: Line, language: Language) -> Iterator[Number]:
    at = 0
    while at < len(line.words):
        values, past = _run(line, language, at)
        if not values or (at and line.words[at - 1].key.isdecimal()):
            at += 1
            continue
        total = _sum(values)
        if at and values[0] >= 100 and line.words[at - 1].key in language.leads:
            at -= 1
        if total is not None and not (past == at + 1 and line.words[at].key in language.articles):
            yield Number(total, at, past)
        at = past


def _run(line: Line, language: Language, at: int) -> tuple[list[int], int]:
    """The number words from here on; joining words count only between two of them."""
    values: list[int] = []
    past = at
    for place in range(at, len(line.words)):
        key = line.words[place].key
        value = _value(key, language)
        gap = line.between(place - 1, place) if place > at else ""
        if gap.strip(" \u00a0-‑"):
            break
        if value is not None and not _lower(values, value):
            break
        if value is not None:
            values.append(value)
            past = place + 1
        elif not (values and key in language.joins):
            break
    return values, past


def _lower(values: Sequence[int], value: int) -> bool:
    """Whether the word goes on the same number: smaller than what stands before it, or a multiplier."""
    return not values or value >= 100 or value < values[-1] or (value == 20 and values[-1] == 4)


def _value(key: str, language: Language) -> int | None:
    if key in language.numbers:
        return language.numbers[key]
    return _inflected(key, language) if language.verb_last else _compound(key, language)


def _inflected(key: str, language: Language) -> int | None:
    """Turkic cases on a number word ("жүзден"), the Tajik joining vowel ("чилу")."""
    for cut in (1, 2, 3, 4):
        stem, ending = key[:-cut], key[-cut:]
        if len(stem) > 1 and stem in language.numbers and ending in _WORD_ENDINGS:
            return language.numbers[stem]
    return None


_WORD_ENDINGS = frozenset(
    "у ю ву дан ден тан тен нан нен дон тон га ге ка ке го ко dan ga ta tadan ни нин ninг ы и та тадан тага ini".split()  # noqa: SIM905
)


def _compound(key: str, language: Language) -> int | None:
    """German writes a number as one word: "einhundertachtundvierzig"; others have none that long."""
    if "hundert" not in language.numbers or len(key) < 6:
        return None
    values: list[int] = []
    rest = key
    while rest:
        word = max((each for each in language.numbers if rest.startswith(each)), key=len, default=None)
        if word:
            values.append(language.numbers[word])
            rest = rest[len(word) :]
        elif rest.startswith("und") and values:
            rest = rest[3:]
        else:
            return None
    return _german(values)


def _german(values: Sequence[int]) -> int:
    total, current = 0, 0
    for value in values:
        if value >= 1000:
            total, current = total + max(current, 1) * value, 0
        elif value == 100:
            current = max(current, 1) * 100
        else:
            current += value
    return total + current


def _sum(values: Sequence[int]) -> int | None:
    total, current = 0, 0
    for at, value in enumerate(values):
        if value >= 1000:
            total, current = total + max(current, 1) * value, 0
        elif value == 100:
            current = (current - current % 100 if current >= 100 else 0) + max(current % 100, 1) * 100
        elif value == 20 and at and values[at - 1] == 4 and current % 10 == 4:
            current += 76
        else:
            current += value
    return total + current or None
