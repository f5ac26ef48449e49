"""As whom a sentence names somebody: the nearest word that says so, in front or in an apposition behind."""

from __future__ import annotations

import re
from collections.abc import Sequence

from prrwatch.people import lexicon
from prrwatch.person import Standing
from prrwatch.prose import Sentence, Token
from prrwatch.stories.gazetteer import is_place

_FRONT = 7  #: words in front of a name in which its office stands: "the ombudsman for children's rights in Chechnya"
_BEHIND = 6
_APPOSITION = re.compile(r"\s*[,(–—-]\s*")
_AGE = re.compile(r"\s?[,(]\s?(?:aged )?(\d{1,2})(?=\s?[,).;–-]|$)")
_HOUSE = re.compile(r" (?:of|at)(?: the)? ([A-Z][\w-]+)(?! family)")  # "of Human Rights Watch": who speaks for somebody
#: After these comes the next statement: "said Ahmadova, and a psychologist sees the family".
_GOES_ON = frozenset(
    {
        "and",
        "but",
        "while",
        "und",
        "aber",
        "et",
        "mais",
        "en",
        "maar",
        "ve",
        "dan",
        "и",
        "а",
        "но",
        "ва",
        "va",
        "және",
        "жана",
        "و",
    }
)
_OF_AGE = 18
_BREAK = re.compile(r"[;:.!?()«»\"“”]")


def standing(sentence: Sentence, start: int, end: int) -> Standing | None:
    """What the sentence says of the person named at `start` to `end`; None when it says nothing."""
    age = _AGE.match(sentence.text, end)
    if age and int(age[1]) < _OF_AGE:
        return Standing.MINOR
    return _in_front(sentence, start) or _behind(sentence, end)


def _in_front(sentence: Sentence, start: int) -> Standing | None:
    words = [token for token in sentence.tokens if token.end <= start and not token.is_number][-_FRONT:]
    for distance, token in enumerate(reversed(words)):
        if _BREAK.search(sentence.text[token.end : start]):
            return None
        said = _said(token, distance)
        if said and not (said is not Standing.OFFICIAL and _is_of_office(words, distance)):
            return said
    return None


def _is_of_office(words: Sequence[Token], distance: int) -> bool:
    """Whether it is "the commissioner for the rights of the child": a word just before says so."""
    before = words[: len(words) - 1 - distance][-2:]
    return any(lexicon.is_department(token.text) for token in before)


def _said(token: Token, distance: int) -> Standing | None:
    """A relative stands right before the name; an office may be told at length."""
    if distance < 2 and lexicon.is_role(token.text, Standing.MINOR):
        return Standing.MINOR
    if lexicon.is_role(token.text, Standing.PRIVATE):
        return Standing.PRIVATE
    return Standing.OFFICIAL if lexicon.is_role(token.text, Standing.OFFICIAL) else None


def _behind(sentence: Sentence, end: int) -> Standing | None:
    house = _HOUSE.match(sentence.text, end)
    if house and not is_place(house[1]):
        return Standing.OFFICIAL
    opened = _APPOSITION.match(sentence.text, end)
    if not opened:
        return None
    words = [token for token in sentence.tokens if token.start >= opened.end()][:_BEHIND]
    if words and words[0].key in _GOES_ON:
        return None
    roles = (_role(token) for token in words if not token.is_number)
    return next((role for role in roles if role), None)


def _role(token: Token) -> Standing | None:
    if lexicon.is_role(token.text, Standing.OFFICIAL):
        return Standing.OFFICIAL
    return Standing.PRIVATE if lexicon.is_role(token.text, Standing.PRIVATE) else None
