"""Spelling folded so that one form of a term finds all its spellings, with the way back to the stored text.

Per character: compatibility form, base letter without marks, lower case (Unicode NFKD, UAX #15). On top of that the
letters that sites and readers of Central Asia drop or confuse (ё/е, қ/к, ғ/г, ң/н, ү ұ/у, ө/о, ә/а, һ ҳ/х, ҷ/ч, ӣ/и,
ӯ ў/у), Turkish ı/i, and Arabic and Persian forms of yeh, kaf, alef and teh marbuta. Harakat, tatweel, soft hyphens and
zero-width signs vanish.
What is neither letter nor digit (apostrophes and hyphens too) becomes a space, so a word is what stands between spaces.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

_GONE = "\x00"  #: a character that vanishes; taken out after translation, when the places of the others are known

_PAIRS = (
    "қк ғг ңн үу ұу өо әа һх ҳх ҷч ҹч ӊн ҥн ҕг ҫс ӷг єе іи їи ґг ђд ћч љл њн џч ѕз "
    "ıi øo łl đd ðd þt ßs æa œo əa "
    "یي ىي کك ةه ەه ہه ھه ۀه ٱا"
)
_LETTERS = str.maketrans({pair[0]: pair[1] for pair in _PAIRS.split()})
_VANISHING = frozenset(
    "\u00ad\u0640\u200b\u200c\u200d\u200e\u200f\u2060\u2061\ufeff\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
#: Letters by Unicode that stand for an apostrophe: modifier letters turned comma, apostrophe, prime and their kin.
_APOSTROPHES = frozenset("ʻʼʽʾʿˈˊˋ՚ߴ")


def _fold(character: str) -> str:
    if character in _VANISHING or unicodedata.combining(character):
        return _GONE
    if character in _APOSTROPHES:
        return " "
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())
    kept = "".join(each for each in decomposed if each.isalnum()).translate(_LETTERS)
    if len(kept) > 1 and not character.isalpha():
        return " "  # a sign that is spelled out, as №, ™ or ½: no letter of a word
    return kept or " "


class _Table(dict[int, str]):
    """Fills itself as characters are met: Unicode has a million, a text has a hundred."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold(chr(code))
        return folded


_TABLE = _Table()
_FOREIGN = re.compile(r"[^\x00-\x7f]+")
#: ASCII folded. U+0000 stays: all else that it could stand for has been folded before.
_BYTES = bytes(ord(_TABLE[code]) if 0 < code < 0x80 else code for code in range(256))
_MOST_RUNS = 30_000


class _Runs(dict[str, str]):
    """Runs of characters outside of ASCII, folded: a language's words come again and again. Bounded."""

    def __missing__(self, run: str) -> str:
        if len(self) > _MOST_RUNS:
            self.clear()
        self[run] = folded = run.translate(_TABLE)
        return folded


_RUNS = _Runs()


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in folded spelling. `places` says where each character stood; None: at its own index."""

    text: str
    places: Sequence[int] | None

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The span of the stored text that `text[start:end]` (not empty) was made from, in code points."""
        if self.places is None:
            return start, end
        return self.places[start], self.places[end - 1] + 1


def fold(text: str) -> Folded:
    """Folds any string, however odd; never raises. Linear in its length."""
    folded = folded_bytes(text).decode("utf-8", "surrogatepass")
    if len(folded) == len(text) and _GONE not in folded:
        return Folded(folded, None)
    folded = text.translate(_TABLE)
    if len(folded) != len(text):
        return _fold_widening(text)
    places = [place for place, letter in enumerate(folded) if letter != _GONE]
    return Folded(folded.replace(_GONE, ""), places)


def folded_bytes(text: str) -> bytes:
    """The text in folded spelling, in UTF-8; U+0000 stands for each character that vanishes."""
    read = text.replace(_GONE, " ") if _GONE in text else text
    read = read if read.isascii() else _FOREIGN.sub(_run, read)
    return read.encode("utf-8", "surrogatepass").translate(_BYTES)


def _run(run: re.Match[str]) -> str:
    return _RUNS[run[0]]


def _fold_widening(text: str) -> Folded:
    """Ligatures and the like, where one character becomes several."""
    letters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for letter in _TABLE[ord(character)]:
            if letter != _GONE:
                letters.append(letter)
                places.append(place)
    return Folded("".join(letters), places)
