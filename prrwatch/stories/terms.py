"""The words of a text as stems in Latin letters, its names as consonants."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from prrwatch.prose import Sentence
from prrwatch.remembered import WORDS
from prrwatch.stories.letters import latin, skeleton

if TYPE_CHECKING:
    from snowballstemmer.stemmer import Stemmer

STEM = 6  #: letters; what follows in Turkic and Slavic words is mostly an ending
#: Where a stemmer knows the endings; in the other languages of ours the first letters have to do.
_SNOWBALL = {"en": "english", "ru": "russian", "de": "german", "fr": "french"}
_CROWDED = 0.6  #: share of capitals from which they are a matter of style, as in English headlines


def stems(sentence: Sentence, language: str | None) -> Iterator[str]:
    """The words of a sentence, shortened to their stems; numbers and words of one or two letters left out."""
    for token in sentence.tokens:
        if not token.is_number and len(token.key) > 2:
            yield _stem(token.key, _SNOWBALL.get(language or ""))


@lru_cache(maxsize=WORDS)
def _stem(word: str, algorithm: str | None) -> str:
    return latin(_stemmer(algorithm).stemWord(word) if algorithm else word)[:STEM]


@cache
def _stemmer(algorithm: str) -> Stemmer:
    # It loads the stemmers of 30 languages, 0.3 s: not before there is a text.
    from snowballstemmer import stemmer  # noqa: PLC0415 - see above

    return stemmer(algorithm)


def names(sentences: Sequence[Sentence]) -> set[str]:
    """The names in a text, as consonants: words with a capital that do not open a sentence."""
    return {bones for sentence in sentences for written in _names(sentence) if (bones := skeleton(written))}


def _names(sentence: Sentence) -> Iterator[str]:
    words = [token for token in sentence.tokens if not token.is_number]
    capitals = [token for token in words if token.text[0].isupper()]
    if sentence.is_title and len(capitals) > _CROWDED * len(words):
        return
    crowded = len(capitals) > len(words) / 3 and _is_german(sentence)
    for at, token in enumerate(words[1:], 1):
        if token.text[0].isupper() and len(token.key) > 2:
            beside = words[at - 1 : at] + words[at + 1 : at + 2]
            if not crowded or any(each.text[0].isupper() for each in beside):
                yield token.text


def _is_german(sentence: Sentence) -> bool:
    return len({token.key for token in sentence.tokens} & {"der", "die", "das", "und", "den", "aus", "mit", "im"}) > 1
