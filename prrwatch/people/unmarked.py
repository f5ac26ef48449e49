"""Where a name begins in Arabic script, which marks none by a capital: by lists of names and by the words beside.

A name that is no word stands alone (فاطمة). One that is a word, too (أمل, hope), is a name behind another, behind an
honorific or a role, before an age, in a filiation (بنت أحمد, فرزند احمد) or a kunya (أم عبدالله).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from prrwatch.people import arabic, lexicon
from prrwatch.person import Standing
from prrwatch.prose import Sentence, Token

_AGE = re.compile(r"\s?[،,(]\s?(?:البالغة?\s)?(?:من العمر\s)?[0-9٠-٩۰-۹]{1,2}\s")
_GAP = {" ", "\u00a0", "\u200c"}


def begins(sentence: Sentence, words: Sequence[Token], at: int) -> bool:
    """Whether the word is, or is the first of, a name."""
    word = words[at].text
    if arabic.is_link(word):
        return _is_beside(sentence, words, at + 1) and _carries(words, at)
    if not arabic.is_in("unmarked_words", word):
        return arabic.is_name(word)
    is_one_of_two = _is_beside(sentence, words, at + 1) and goes_on(words, at + 1)
    return is_one_of_two or _is_told_of(words, at) or _AGE.match(sentence.text, words[at].end) is not None


def goes_on(words: Sequence[Token], at: int) -> bool:
    """Whether the word carries on the name that the word before it belongs to."""
    word, before = words[at].text, words[at - 1].text
    if arabic.is_link(word):
        return at + 1 < len(words) and _carries(words, at)
    return arabic.is_arabic(word) and (arabic.may_name(word) or _is_carried(before, word))


def _carries(words: Sequence[Token], at: int) -> bool:
    """Whether a name follows the small word."""
    word, behind = words[at].text, words[at + 1].text
    return arabic.may_name(behind) or arabic.is_in("servant", behind) or _is_carried(word, behind)


def _is_carried(link: str, behind: str) -> bool:
    """After "son of" and "servant of the" nothing but a name can follow."""
    if arabic.is_in("servant", link):
        return arabic.names_god(behind)
    return arabic.is_in("son", link) and arabic.is_arabic(behind) and not lexicon.is_other(behind)


def _is_told_of(words: Sequence[Token], at: int) -> bool:
    before = words[at - 1].text if at else ""
    roles = (Standing.MINOR, Standing.PRIVATE)
    return arabic.is_in("honorifics", before) or any(lexicon.is_role(before, each) for each in roles)


def _is_beside(sentence: Sentence, words: Sequence[Token], at: int) -> bool:
    return at < len(words) and sentence.text[words[at - 1].end : words[at].start] in _GAP
