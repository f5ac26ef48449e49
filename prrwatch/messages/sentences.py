"""The sentences that the rules matched, with the words marked, cut to a bounded length. Pure and linear."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from prrwatch.hygiene import clean
from prrwatch.verdict import Evidence, Field

_REACH = 220  # characters of context on each side of a match
_LONGEST = 600  # characters of one sentence that is shown
_MOST_EVIDENCE = 200  # places looked at in one document
_WORD_REACH = 30
_END = re.compile(r"[.!?…؟۔。]+[\"'»”’)\]]*\s+|\n+")
_BULLETS = " -–—•*·"  #: of a list that the sentence is taken out of
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a sentence; `marked` where a rule matched."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a document, or as much of it as stands around the matches."""

    pieces: tuple[Piece, ...]

    @property
    def plain(self) -> str:
        """The sentence without marks."""
        return "".join(piece.text for piece in self.pieces)


def matched(text: str, evidence: Iterable[Evidence], limit: int) -> tuple[Sentence, ...]:
    """At most `limit` sentences of the text, those that satisfy most rules, in the order of the text."""
    spans = sorted((each.start, each.end, each.rule) for each in evidence if _resolves(text, each))[:_MOST_EVIDENCE]
    stretches: list[tuple[int, int, list[tuple[int, int, str]]]] = []
    for start, end, rule in spans:
        left, right = _around(text, start, end)
        if stretches and left < stretches[-1][1] and right - stretches[-1][0] <= _LONGEST:
            before = stretches[-1]
            stretches[-1] = (before[0], max(right, before[1]), [*before[2], (start, end, rule)])
        elif not stretches or start >= stretches[-1][1]:
            stretches.append((max(left, stretches[-1][1] if stretches else 0), right, [(start, end, rule)]))
    best = sorted(stretches, key=lambda stretch: -len({rule for _, _, rule in stretch[2]}))[:limit]
    return tuple(_sentence(text, left, right, spans) for left, right, spans in sorted(best, key=lambda each: each[0]))


def _resolves(text: str, each: Evidence) -> bool:
    # Evidence and text come from two places of the store; a quote that does not resolve is not shown.
    inside = each.field is Field.TEXT and 0 <= each.start < each.end <= len(text)
    return inside and text[each.start : each.end] == each.quote


def _around(text: str, start: int, end: int) -> tuple[int, int]:
    end = min(end, start + _LONGEST - 2 * _REACH)
    low, high = max(0, start - _REACH), min(len(text), end + _REACH)
    begins = [found.end() for found in _END.finditer(text, low, start)]
    left = begins[-1] if begins else _at_space(text, low, start)
    stop = _END.search(text, max(end - 1, start), high)
    return left, (stop.end() if stop else _at_last_space(text, end, high))


def _at_space(text: str, low: int, start: int) -> int:
    if low == 0:
        return 0
    space = text.find(" ", low, start)
    return space + 1 if space >= 0 else low


def _at_last_space(text: str, end: int, high: int) -> int:
    if high == len(text):
        return high
    space = text.rfind(" ", end, high)
    return space if space > end else high


def _sentence(text: str, left: int, right: int, spans: list[tuple[int, int, str]]) -> Sentence:
    pieces: list[Piece] = [Piece("… ", marked=False)] if left > 0 and not _ends_before(text, left) else []
    at = left
    for start, end in _words(text, left, right, spans):
        if end <= at:
            continue
        pieces += [Piece(text[at : max(start, at)], marked=False), Piece(text[max(start, at) : end], marked=True)]
        at = end
    pieces.append(Piece(text[at:right], marked=False))
    if right < len(text) and not _ends_before(text, right):
        pieces.append(Piece(" …", marked=False))
    return Sentence(_tidy(pieces))


def _ends_before(text: str, at: int) -> bool:
    return any(found.end() == at for found in _END.finditer(text, max(0, at - 20), at))


def _words(text: str, left: int, right: int, spans: list[tuple[int, int, str]]) -> list[tuple[int, int]]:
    """The matches, widened to whole words: half a word in bold is no help, and Slack cannot show it."""
    widened = []
    for start, end, _ in spans:
        a, b = start, min(end, right)
        while a > left and start - a < _WORD_REACH and text[a].isalnum() and text[a - 1].isalnum():
            a -= 1
        while b < right and b - end < _WORD_REACH and text[b].isalnum() and text[b - 1].isalnum():
            b += 1
        widened.append((a, b))
    return widened


def _joined(pieces: Iterable[Piece]) -> Piece:
    """Two matches side by side are one stretch: Slack and readers of plain text stumble over `*one** two*`."""
    first, *rest = pieces
    return Piece("".join([first.text, *(each.text for each in rest)]), first.marked)


def _tidy(pieces: list[Piece]) -> tuple[Piece, ...]:
    tidy = [Piece(_SPACES.sub(" ", clean(piece.text)), piece.marked) for piece in pieces]
    tidy = [_joined(group) for _, group in groupby((each for each in tidy if each.text), key=lambda each: each.marked)]
    if tidy:
        tidy[0] = Piece(tidy[0].text.lstrip(_BULLETS), tidy[0].marked)
        tidy[-1] = Piece(tidy[-1].text.rstrip(), tidy[-1].marked)
    return tuple(piece for piece in tidy if piece.text)
