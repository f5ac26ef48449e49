"""A text as statements: its sentences with their numbers, dates and names; no menus, counters, stamps and links."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from prrwatch.dates import reading, words
from prrwatch.furniture import CLOSING, prose_lines
from prrwatch.unwrapping import unwrapped

_LINE = re.compile(r"[^\r\n\x0b\x0c\x85\u2028\u2029]+")
_LONGEST_LINE = 20_000
#: After a word of two letters or more, so that "U.S. troops" and "г. Ош" stay whole; a number may end a sentence too.
_SENTENCE_END = re.compile(r"(?<=[^\W_][\w»”\"')])[.!?…؟。]{1,3}[\"'»”’)\]]{0,2}\s+(?=[^a-zа-яё\s])")
_TOKEN = re.compile(
    r"\d{1,3}(?:[.,\u00a0\u202f ’']\d{3})+(?![\d])(?:[.,]\d{1,2}(?!\d))?|\d+(?:[.,:]\d+)*"
    r"|[^\W\d_]+(?:['’ʻʼ‘`-][^\W_]+)*"
)
_ORDINAL = re.compile(r"(?<!\d)\d{1,2}$")
_LAST_WORD = re.compile(r"[^\W\d_]{3,10}$")
_LETTERS = re.compile(r"[^\W\d_]+")
_APOSTROPHES = str.maketrans("", "", "'’ʻʼ‘`-\u00ad")
_GROUPING = re.compile(r"[.,\u00a0\u202f ’'](?=\d{3}(?:\D|$))")
_WHOLE_WORDS = 6  #: a line of fewer words without a closing sign is a label, not a statement
_YEAR = re.compile(r"(?<![\d.,-])(?:19|20)\d\d(?![\d%]|[.,]\d)")
_CLOCK = re.compile(r"(?<![\d:.])\d{1,2}[:]\d\d(?![\d:])")
_APPEALS = re.compile(
    r"\b(?:subscribe|follow\sus|newsletter|cookies?|copyright|all\srights\sreserved|sign\sup|подпис\w+|подпиш\w+|все\sправа|telegram|телеграм\w*"
    r"|facebook|instagram|whatsapp|obuna|обуна|жазылы\w*|abonnez|abonnieren|photo|фото|foto|сурет|сүрөт)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a number: as written, as compared, and where (code points of its sentence)."""

    text: str
    key: str
    start: int
    end: int

    @property
    def is_number(self) -> bool:
        """Digits, of any grouping."""
        return self.key[:1].isdecimal()


@dataclass(frozen=True, slots=True)
class DateWords:
    """A date in a sentence: as written, as compared, and where."""

    text: str
    key: str
    start: int
    end: int


@dataclass(frozen=True)
class Sentence:
    """A statement, where it stands in its text. Not slotted: what is read from it is kept."""

    text: str
    start: int
    end: int
    is_title: bool = False

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """Words and numbers in order."""
        return tuple(_token(match) for match in _TOKEN.finditer(self.text))

    @cached_property
    def key(self) -> str:
        """Equal for sentences that differ in spaces, punctuation, quotes and capitals only."""
        return " ".join(token.key for token in self.tokens)

    @cached_property
    def plain(self) -> frozenset[str]:
        """Its words without the numbers."""
        return frozenset(token.key for token in self.tokens if not token.is_number)

    @cached_property
    def dates(self) -> tuple[DateWords, ...]:
        """Dates written out (day and month at least), lone years and clock times."""
        return tuple(_dates(self.text))

    @property
    def is_whole(self) -> bool:
        """A statement of its own, not a label or an appeal to the reader."""
        if self.is_title:
            return True
        long = len(self.tokens) >= _WHOLE_WORDS or (len(self.tokens) > 2 and self.text.rstrip()[-1:] in CLOSING)
        return long and not (_APPEALS.search(self.text) and len(self.tokens) < 25)

    def dates_of(self, tokens: Sequence[Token]) -> list[DateWords]:
        """The dates that a run of tokens touches."""
        return [
            date for date in self.dates if any(date.start < token.end and token.start < date.end for token in tokens)
        ]

    def numbers_of(self, tokens: Sequence[Token]) -> list[Token]:
        """The numbers among the tokens that belong to no date."""
        return [token for token in tokens if token.is_number and not self.dates_of([token])]

    def names_of(self, tokens: Sequence[Token]) -> list[Token]:
        """The capitalised words among the tokens that neither open a sentence nor belong to a date.

        Where every noun has a capital (German), a name is what stands beside another capital.
        """
        return [token for token in tokens if self._is_name(token) and not self.dates_of([token])]

    def around(self, number: Token) -> str:
        """The number with the word after it: "148 women"."""
        after = next((token for token in self.tokens if token.start >= number.end), None)
        if after is None or after.is_number or self.text[number.end : after.start].strip():
            return number.text
        return f"{number.text} {after.text}"

    def _is_name(self, token: Token) -> bool:
        if token.is_number or len(token.key) < 3 or not token.text[0].isupper() or self.text.isupper():
            return False
        place = self.tokens.index(token)
        if place == 0:
            return False
        if not self._capitals_nouns:
            return True
        beside = self.tokens[max(0, place - 1) : place + 2]
        return any(each is not token and each.text[0].isupper() for each in beside)

    @cached_property
    def _capitals_nouns(self) -> bool:
        inner = [token for token in self.tokens[1:] if not token.is_number]
        small = sum(
            token.key in {"der", "die", "das", "und", "den", "des", "dem", "aus", "mit", "ein", "eine"}
            for token in inner
        )
        return small >= 2


def prose(text: str | None, *, is_title: bool = False) -> list[Sentence]:
    """The sentences of a text without what a page wears around it. Linear in its length."""
    if not text:
        return []
    lines = [match for match in _LINE.finditer(text) if match[0].strip()]
    kept = lines if is_title else prose_lines(unwrapped(lines))
    return [sentence for line in kept for sentence in _sentences(line, is_title=is_title)]


def every_sentence(text: str) -> list[Sentence]:
    """The sentences of a text with all that a page wears around it: captions, menus, labels. Linear in its length."""
    return [sentence for line in _LINE.finditer(text) for sentence in _sentences(line, is_title=False)]


def alike(one: Sentence, other: Sentence) -> float:
    """How many of their words two sentences share, 0 to 1 (Dice); numbers do not count, so 148 and 156 may meet."""
    if one.is_title != other.is_title:
        return 0.0
    if one.is_title:
        return 1.0
    mine, theirs = one.plain, other.plain
    if not mine or not theirs:
        return float(mine == theirs)
    return 2 * len(mine & theirs) / (len(mine) + len(theirs))


def is_same_date(one: DateWords, other: DateWords) -> bool:
    """One day or month, whether or not both tell the year."""
    (year, _, rest), (other_year, _, other_rest) = one.key.partition("-"), other.key.partition("-")
    return one.key == other.key or (bool(rest) and rest == other_rest and not (year and other_year))


def is_same_word(one: str, other: str) -> bool:
    """One word with another ending, or misspelt: at most one slip in five letters or more, two in nine or more."""
    if one == other:
        return True
    if one[:1].isdecimal() or other[:1].isdecimal() or min(len(one), len(other)) < 4:
        return False
    shared = _shared_head(one, other)
    if shared >= 4 and shared >= max(len(one), len(other)) - 3:
        return True
    allowed = 2 if min(len(one), len(other)) >= 9 else 1 if max(len(one), len(other)) >= 5 else 0
    return abs(len(one) - len(other)) <= allowed and _slips(one, other) <= allowed


def _shared_head(one: str, other: str) -> int:
    return next(
        (at for at, (mine, theirs) in enumerate(zip(one, other, strict=False)) if mine != theirs),
        min(len(one), len(other)),
    )


def _slips(one: str, other: str) -> int:
    """Letters wrong, missing, doubled or swapped with their neighbour (optimal string alignment distance)."""
    row = list(range(len(other) + 1))
    for at, mine in enumerate(one):
        above, row = row, [at + 1]
        for to, theirs in enumerate(other):
            row.append(min(row[to] + 1, above[to + 1] + 1, above[to] + (mine != theirs)))
    swapped = any(
        one[:at] == other[:at] and one[at : at + 2] == other[at : at + 2][::-1] and one[at + 2 :] == other[at + 2 :]
        for at in range(len(one) - 1)
    )
    return 1 if swapped else row[-1]


def _token(match: re.Match[str]) -> Token:
    written = match[0]
    key = _GROUPING.sub("", written) if written[0].isdecimal() else written.casefold().translate(_APOSTROPHES)
    return Token(written, key, match.start(), match.end())


def _sentences(line: re.Match[str], *, is_title: bool) -> Iterator[Sentence]:
    start, end = line.start(), min(line.end(), line.start() + _LONGEST_LINE)
    ends = () if is_title else _SENTENCE_END.finditer(line.string, start, end)
    breaks = [match.end() for match in ends if not _is_inside_date(match)]
    for first, past in zip([start, *breaks], [*breaks, end], strict=True):
        if line.string[first:past].strip():
            yield Sentence(line.string[first:past], first, past, is_title)


def _is_inside_date(match: re.Match[str]) -> bool:
    """The full stop of "17. April", and of "Mar. 2024"."""
    before = _LAST_WORD.search(match.string, max(0, match.start() - 12), match.start())
    if before and match.string[match.end() : match.end() + 1].isdecimal():
        return words.month(before[0]) is not None
    if not _ORDINAL.search(match.string, max(0, match.start() - 3), match.start()):
        return False
    word = _LETTERS.match(match.string, match.end())
    return word is not None and words.month(word[0]) is not None


def _dates(text: str) -> Iterator[DateWords]:
    at = 0
    found = reading.find(text, "DMY")
    while found:
        yield from _years(text, at, at + found.start)
        start, end = at + found.start, at + found.end
        yield DateWords(text[start:end], f"{found.year or ''}-{found.month}-{found.day or ''}", start, end)
        at = end
        found = reading.find(text[at:], "DMY")
    yield from _years(text, at, len(text))


def _years(text: str, start: int, end: int) -> Iterator[DateWords]:
    for pattern in (_YEAR, _CLOCK):
        for match in pattern.finditer(text, start, end):
            yield DateWords(match[0], match[0], match.start(), match.end())
