"""What a text counts and measures: numbers in digits and words, ages, terms of years and months."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from prrwatch.figures import lexicon
from prrwatch.figures.lexicon import Language
from prrwatch.figures.numbers import Number, numbers
from prrwatch.phrases import Line, key, line
from prrwatch.prose import Sentence

_LONGEST = 2_000
_SENTENCES = 64  #: kept for a moment: those of the lead are asked for again
_LONGEST_TERM = 99
_HEAD = 8  #: letters of a unit's head
#: "36-jährige", "38-летнего"; "Otabek S. (38)".
_COMPOUND = re.compile(r"(?<![\d.,/–-])(\d{1,2})[-‑–]([^\W\d_]{2,})")
_AGE_BEHIND = re.compile(r"(?<=[^\W\d_]|\.|['’])\s\((\d{2})\)|(?<=[^\W\d_]),\s(\d{2}),")
_AND = re.compile(r"(?<!\w)([وبل])(?=\d)")
_TANWEEN = re.compile(r"[\u064b-\u0652]")


def counts(sentences: Iterable[Sentence], language: str | None) -> set[str]:
    """Counts as "#27"; ages and terms as "y36" (years) and "m3" (months). No dates, years, shares, sums of money."""
    return {fact for sentence in sentences for fact in _counts(sentence, language)}


@lru_cache(maxsize=_SENTENCES)
def _counts(sentence: Sentence, language: str | None) -> frozenset[str]:
    return frozenset(_read(sentence, language))


def _read(sentence: Sentence, language: str | None) -> Iterator[str]:
    words = _language(language)
    if words is None:
        found = (int(token.key) for token in sentence.numbers_of(sentence.tokens) if token.key.isdecimal())
        yield from (f"#{value}" for value in found if _is_count(value))
        return
    text = sentence.text[:_LONGEST]
    written = line(_in_digits(text) if language == "ar" else text)
    ages = set(_ages(text))
    yield from ages
    for number in _joined(numbers(written, words)):
        unit = _unit(written.words[number.past].key) if number.past < len(written.words) else None
        if unit and 1 < number.value <= _LONGEST_TERM:
            yield f"{unit}{number.value}"
        elif _is_count(number.value) and f"y{number.value}" not in ages and not _in_a_code(written, number):
            yield f"#{number.value}"


def _ages(text: str) -> Iterator[str]:
    yield from (f"{unit}{int(match[1])}" for match in _COMPOUND.finditer(text) if (unit := _unit(key(match[2]))))
    yield from (f"y{match[1] or match[2]}" for match in _AGE_BEHIND.finditer(text))


def _is_count(value: int) -> bool:
    return value > 1 and not 1990 <= value <= 2060 and value < 10**8


def _in_a_code(written: Line, number: Number) -> bool:
    """Digits right behind a letter are part of a name or a code: "ab74"."""
    start = written.words[number.first].start
    return start > 0 and written.text[start].isdecimal() and written.text[start - 1].isalpha()


def _joined(found: Sequence[Number]) -> Iterator[Number]:
    """A number with its thousands written apart is one: "2 bin 214"."""
    last: Number | None = None
    for each in found:
        if last and last.past == each.first and last.value % 1000 == 0 and 0 < each.value < 1000:
            last = Number(last.value + each.value, last.first, each.past)
            continue
        if last:
            yield last
        last = each
    if last:
        yield last


def _unit(word: str) -> str | None:
    """What the word measures: "y" years, "m" months."""
    whole, heads = _units()
    if word in whole:
        return whole[word]
    return next((heads[word[:n]] for n in range(min(len(word), _HEAD), 1, -1) if word[:n] in heads), None)


@cache
def _language(code: str | None) -> Language | None:
    """The words of a language; of those that the ledger of figures does not read the numbers alone."""
    if code in lexicon.LANGUAGES:
        return lexicon.language(code)
    if code != "ar" and code not in _table()["numbers"]:
        return None
    own: Mapping[str, int] = _table()["numbers"].get(code, {})
    return Language(
        verb_last=code == "tr",
        numbers={key(word): value for word, value in own.items()},
        joins=frozenset(),
        leads=frozenset(),
        articles=frozenset([key("bir")]),
        returns_people=False,
        adjective=None,
        meanings={},
    )


def _in_digits(text: str) -> str:
    """Arabic numbers from two to ninety-nine in digits: the ones come before the tens; "and" is written to its word."""
    return _arabic()[0].sub(_digits, _AND.sub(r"\1 ", _TANWEEN.sub("", text)))


def _digits(match: re.Match[str]) -> str:
    values = _arabic()[1]
    ones, teen, tens = match["ones"], match["teen"], match["tens"] or match["alone"]
    value = (values[ones] if ones else 0) + (10 if teen else 0) + (_tens(values[tens]) if tens else 0)
    return f"{match['before']} {value} " if value > 1 else match[0]


def _tens(value: int) -> int:
    """The value of a ten by its one; "twenty" is the plural of ten."""
    return 20 if value == 10 else value * 10


@cache
def _arabic() -> tuple[re.Pattern[str], Mapping[str, int]]:
    """Numbers in words, and the value of each head; a ten is the head of its one with a plural ending."""
    table = _table()["arabic"]
    ones = {head: value for value, head in enumerate(table["units"], 1)}
    heads, tens = "|".join(ones), "|".join(table["tens"])
    written = (
        rf"(?P<before>(?<!\w)[وبل]?)(?:(?P<alone>{tens})(?:ون|ين)(?!\w)"
        rf"|(?P<ones>{heads})(?:ة|ا|ي|ى|ان|تا|تي|ين|ية|ي)?(?:\s(?P<teen>عشرة?(?!\w))|\sو(?P<tens>{tens})(?:ون|ين)(?!\w)|(?!\w)))\s?"
    )
    return re.compile(written), ones


@cache
def _units() -> tuple[Mapping[str, str], Mapping[str, str]]:
    rows = [(head, unit[0]) for unit, heads in _table()["units"].items() for head in heads]
    whole = {key(head[:-1]): unit for head, unit in rows if head.endswith("$")}
    return whole, {key(head): unit for head, unit in rows if not head.endswith("$")}


@cache
def _table() -> Mapping[str, Any]:
    file = resources.files("prrwatch.stories") / "words" / "counting.toml"
    return tomllib.loads(file.read_text("utf-8"))
