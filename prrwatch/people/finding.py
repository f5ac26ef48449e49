"""Who is named in a document: runs of words that are names, gathered to persons."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass

from prrwatch.people import arabic, lexicon, unmarked
from prrwatch.people.standing import standing
from prrwatch.person import Mention, Person, Standing
from prrwatch.prose import Sentence, Token, every_sentence
from prrwatch.verdict import Field

_AGE_BEHIND = re.compile(r"\s?[,(]\s?(?:aged |\d{4}, )?\d{1,2}\s?(?=[,)])")
_BETWEEN = re.compile(r"[ \u00a0-]|\. ?")  # parts of one name: "Al-Hol", "A. Karimov"
#: In an English headline in title case: what follows a name is mostly a verb or a small word.
_HEADLINE_WORD = re.compile(
    r"(?:[^s]s|ed|ing)$|^(?:From|To|In|Of|On|And|Or|Over|After|With|Who|Is|Was|Has|Her|His|By|For|At|As|Will|Can|May|Back)$"
)
#: Where a capital right behind "son" or "widow" is a name. German gives one to every noun; elsewhere the place where
#: somebody lives follows: "жительница Хасавюрта", "зани Истаравшан".
_ROLE_FIRST = {"en", "fr", "nl", "it", "es", "pt", "id", "sv", "da", "no"}
_LONGEST = 4  #: words of one name
_MOST_TEXT = 200_000
_MOST = 200
_CROWDED = 0.6  #: from this share of capitals on a line is in title case, and a capital says nothing


@dataclass(frozen=True, slots=True)
class _Named:
    """One place where a name stands."""

    name: str
    key: frozenset[str]
    standing: Standing | None
    mention: Mention


def people(title: str | None, text: str, language: str | None) -> tuple[Person, ...]:
    """The persons named in a document, in the order of their first mention, at most 200 of them.

    Found by given names, ends of family names, ages behind a name, and words that introduce a name or a private person.
    Somebody whose name has none of these is missed. Linear in the length of the text.
    """
    body = [(Field.TEXT, each) for each in every_sentence(text[:_MOST_TEXT])]
    head = [(Field.TITLE, each) for each in every_sentence(title or "")]
    named = [found for field, sentence in (*head, *body) for found in _named(sentence, field, language)]
    groups = _gathered(named)
    owner = {word: number for number, group in reversed(list(enumerate(groups))) for word in group[0].key}
    taken = {field: _places(named, field) for field in Field}
    again = [each for field, sentence in (*head, *body) for each in _again(sentence, field, owner, taken[field])]
    return tuple(_persons(groups, again))[:_MOST]


def _named(sentence: Sentence, field: Field, language: str | None) -> Iterator[_Named]:
    words = [token for token in sentence.tokens if not token.is_number]
    past = 0
    for at in range(len(words)):
        if at < past or not _begins(sentence, words, at, language):
            continue
        first, past = _left(sentence, words, at), _right(sentence, words, at)
        start, end = words[first].start, words[past - 1].end
        yield _Named(
            name=sentence.text[start:end],
            key=frozenset(lexicon.lemma(each.text) for each in words[first:past] if _is_of_name(each.text)),
            standing=standing(sentence, start, end),
            mention=Mention(sentence.start + start, sentence.start + end, field),
        )


def _is_of_name(word: str) -> bool:
    return len(word) > 1 and (not arabic.is_arabic(word) or arabic.is_part(word))


def _begins(sentence: Sentence, words: Sequence[Token], at: int, language: str | None) -> bool:
    """Whether the word is, or is the first of, a name."""
    word = words[at].text
    before = sentence.text[max(0, words[at].start - 40) : words[at].start]
    if arabic.is_arabic(word):
        return lexicon.introduces(before) or unmarked.begins(sentence, words, at)
    if not word[0].isupper() or lexicon.is_given(word):
        return word[0].isupper()
    if lexicon.is_other(word) or any(lexicon.is_role(word, each) for each in Standing):
        return False
    return _is_made_a_name(sentence, words, at, language)


def _is_made_a_name(sentence: Sentence, words: Sequence[Token], at: int, language: str | None) -> bool:
    """Whether its ending or its neighbours make a name of a capitalised word."""
    if lexicon.is_introduced_behind(sentence.text[words[at].end : words[at].end + 20]):
        return True
    if _is_crowded(sentence):
        return False
    if lexicon.is_surname(words[at].text):
        return at > 0 or _is_beside_capital(sentence, words, at)
    before = sentence.text[max(0, words[at].start - 40) : words[at].start]
    return at > 0 and (lexicon.introduces(before) or _is_told_of(sentence, words, at, language))


def _is_told_of(sentence: Sentence, words: Sequence[Token], at: int, language: str | None) -> bool:
    """Whether it is "her son Xxx", "returnee Xxx", "Xxx, 27,": the role in some languages only."""
    behind = sentence.text[words[_right(sentence, words, at) - 1].end :]
    if _AGE_BEHIND.match(behind):
        return True
    before = words[at - 1]
    is_next = sentence.text[before.end : words[at].start] in {" ", "\u00a0"}
    return (
        language != "de"
        and is_next
        and any(lexicon.is_role(before.text, each) for each in (Standing.MINOR, Standing.PRIVATE))
    )


def _is_beside_capital(sentence: Sentence, words: Sequence[Token], at: int) -> bool:
    return at + 1 < len(words) and _goes_on(sentence, words, at, at + 1)


def _right(sentence: Sentence, words: Sequence[Token], at: int) -> int:
    end = at + 1
    while end < len(words) and end - at < _LONGEST and _goes_on(sentence, words, end - 1, end):
        if _is_crowded(sentence) and _HEADLINE_WORD.search(words[end].text):
            break
        end += 1
    return end - 1 if end - 1 > at and lexicon.is_particle(words[end - 1].text) else end


def _goes_on(sentence: Sentence, words: Sequence[Token], before: int, at: int) -> bool:
    between = sentence.text[words[before].end : words[at].start]
    word = words[at].text
    if not _BETWEEN.fullmatch(between) or (between.startswith(".") and len(words[before].text) > 1):
        return False
    if arabic.is_arabic(word):
        return unmarked.goes_on(words, at)
    if lexicon.is_particle(word):
        return True
    return word[0].isupper() and not lexicon.is_other(word) and not lexicon.is_role(word, Standing.OFFICIAL)


def _left(sentence: Sentence, words: Sequence[Token], at: int) -> int:
    """A family name in front, an initial."""
    before = at - 1
    if before < 0 or not _goes_on(sentence, words, before, at) or _is_crowded(sentence):
        return at
    word = words[before].text
    is_initial = len(word) == 1 and sentence.text[words[before].end] == "."
    is_name = is_initial or lexicon.is_surname(word) or (before > 0 and lexicon.is_surname(words[at].text))
    spoken = any(lexicon.is_role(word, each) for each in Standing)
    return before if word[0].isupper() and is_name and not spoken and not lexicon.is_other(word) else at


def _is_crowded(sentence: Sentence) -> bool:
    words = [token for token in sentence.tokens if not token.is_number]
    return len(words) > 3 and sum(token.text[0].isupper() for token in words) > _CROWDED * len(words)


def _gathered(named: Sequence[_Named]) -> list[list[_Named]]:
    """The mentions of each person together: "Ahmadova" is the Zarina Ahmadova of the same document."""
    groups: list[list[_Named]] = []
    for each in sorted(named, key=lambda each: -len(each.key)):
        home = next((group for group in groups if each.key and each.key <= group[0].key), None)
        if home is not None:
            home.append(each)
        elif each.key:
            groups.append([each])
    return groups


def _again(
    sentence: Sentence, field: Field, owner: Mapping[str, int], taken: Container[int]
) -> Iterator[tuple[int, Mention]]:
    """Where words of names found elsewhere stand alone; `taken`: the places of that field that are known as names."""
    for token in sentence.tokens:
        may_name = token.text[0].isupper() or arabic.is_arabic(token.text)
        known = owner.get(lexicon.lemma(token.text)) if may_name else None
        start = sentence.start + token.start
        if known is not None and start not in taken:
            yield known, Mention(start, sentence.start + token.end, field)


def _places(named: Sequence[_Named], field: Field) -> frozenset[int]:
    spans = (each.mention for each in named if each.mention.field is field)
    return frozenset(at for span in spans for at in range(span.start, span.end))


def _persons(groups: Sequence[Sequence[_Named]], again: Sequence[tuple[int, Mention]]) -> Iterator[Person]:
    order = sorted(range(len(groups)), key=lambda number: min(_place(each.mention) for each in groups[number]))
    for number in order:
        group = groups[number]
        mentions = {each.mention for each in group} | {mention for owner, mention in again if owner == number}
        yield Person(
            name=max((each.name for each in group), key=len),
            key=tuple(sorted(group[0].key)),
            standing=_known_as(group),
            mentions=tuple(sorted(mentions, key=_place)),
        )


def _known_as(group: Sequence[_Named]) -> Standing:
    """A child wherever once called one; then what is said of them anywhere; in no role: private."""
    told = {each.standing for each in group}
    if Standing.MINOR in told:
        return Standing.MINOR
    public = any(lexicon.is_public(each.name) for each in group)
    return Standing.OFFICIAL if public or Standing.OFFICIAL in told else Standing.PRIVATE


def _place(mention: Mention) -> tuple[bool, int]:
    return mention.field is Field.TEXT, mention.start
