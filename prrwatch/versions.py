"""What changed between two versions of an article, and whether it matters.

Material is a changed figure, date, name, status of an event or evidence sentence, and a withdrawal. A typo, white
space, punctuation, a view counter, an exchange rate, a stamp "updated", a line "read also" or a reworded sentence that
states the same is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from functools import cached_property
from typing import TypeVar

from prrwatch.figures import Figure, figures
from prrwatch.prose import DateWords, Sentence, Token, alike, is_same_date, is_same_word, prose
from prrwatch.verdict import Evidence, Field

_T = TypeVar("_T")
#: Sentences looked at on each side; two versions that differ in more are another text altogether.
_MOST = 300
_VALUE = 120  #: code points of a value that is shown
_WITHDRAWN = re.compile(
    r"(?:article|story|page|item|publication|release|report|news|text)\s(?:has\sbeen|was|is)\s(?:withdrawn|removed|retracted|deleted|taken\sdown)"
    r"|(?:материал|статья|новость|публикация|сообщение|страница)\s(?:был[аои]?\s)?(?:удал[её]н|снят|отозван)"
    r"|(?:maqola|xabar|мақола|хабар)\w*\s(?:oʻchirildi|o['‘’ʻ]chirildi|olib\stashlandi|ўчирилди|олиб\sташланди)"
    r"|(?:материал|мақала|макала|жаңылык)\w*\s(?:жойылды|өчүрүлдү|алынып\sсалынды)|(?:мавод|хабар)\s(?:нест|ҳазф)\s"
    r"|article\sa\sété\s(?:retiré|supprimé)|(?:artikel|beitrag|meldung)\swurde\s(?:gelöscht|zurückgezogen|entfernt)",
    re.IGNORECASE,
)
_CALLED_OFF = re.compile(
    r"\b(?:cancel+ed|postponed|rescheduled|called\soff|denied|refuted|отмен[её]н\w*|перенес[её]н\w*|отложен\w*|опроверг\w*"
    r"|bekor\sqilin\w*|qoldiril\w*|бекор\sқилин\w*|қолдирил\w*|күшін\sжой\w*|кейінге\sқалдыр\w*|жокко\sчыгар\w*|жылдырыл\w*"
    r"|бекор\sкарда\w*|мавқуф\w*|annulée?s?|reportée?s?|démenti\w*|abgesagt|verschoben|dementiert)\b",
    re.IGNORECASE,
)


class What(StrEnum):
    """What kind of statement a change touches."""

    FIGURE = "figure"
    DATE = "date"
    NAME = "name"
    STATUS = "status"  #: an event was called off or moved, a claim denied
    EVIDENCE = "evidence"  #: a sentence that made the document relevant
    WITHDRAWN = "withdrawn"
    WORDING = "wording"  #: never material


@dataclass(frozen=True, slots=True)
class Change:
    """One change, readable on its own; `old` or `new` is empty where something came or went."""

    old: str
    new: str
    what: What
    context: str = ""  #: the sentence it stands in now (or stood in, when it went)


@dataclass(frozen=True, slots=True)
class Difference:
    """The difference of two versions: what matters, and what is only worded otherwise."""

    changes: tuple[Change, ...] = ()  #: the material ones, in order of the text
    wording: tuple[Change, ...] = ()  #: sentences that were reworded, added or dropped without a material change

    @property
    def material(self) -> bool:
        """Whether somebody who was told of the old version must hear of the new one."""
        return bool(self.changes)


def difference(
    old: str,
    new: str,
    *,
    titles: tuple[str | None, str | None] = (None, None),
    evidence: tuple[Iterable[Evidence], Iterable[Evidence]] = ((), ()),
    language: str | None = None,
) -> Difference:
    """How the new version differs from the old one. An empty `new` is a withdrawal. Pure; bounded in time.

    `titles` and `evidence` are those of the old version and of the new one. With the evidence, a sentence that made the
    document relevant counts as a whole; with the language (ISO 639-1), so do figures whose number is a word, or whose
    "more than" became "about".

    1. Take the prose of both: no menus, counters, stamps, tickers, links to other stories.
    2. Leave out sentences that stand in both, wherever; pair the others by their words.
    3. Name in each pair what was replaced; what came or went counts only if the other version has it nowhere.
    """
    if gone := _withdrawal(old, new):
        return Difference((gone,))
    before = _Version(titles[0], old, evidence[0], language)
    after = _Version(titles[1], new, evidence[1], language)
    dropped, added = _unshared(before.sentences, after.sentences), _unshared(after.sentences, before.sentences)
    material: list[Change] = []
    wording: list[Change] = []
    for one, other in _pairs(dropped[:_MOST], added[:_MOST]):
        found = list(_judged(one, other, before, after))
        material += found
        if not found:
            wording.append(Change(_cut(one.text if one else ""), _cut(other.text if other else ""), What.WORDING))
    return Difference(tuple(dict.fromkeys(material)), tuple(wording))


class _Version:
    """One version as it is compared: its sentences (title first), its words and what of it is evidence."""

    def __init__(self, title: str | None, text: str, evidence: Iterable[Evidence], language: str | None) -> None:
        heading = prose(title, is_title=True) if title else []
        self.sentences = [*heading, *prose(text)]
        self._title, self._text, self._language = title, text, language
        self._proofs = [each for each in evidence if each.field is Field.TEXT]

    @cached_property
    def keys(self) -> frozenset[str]:
        """Every word and number of it."""
        return frozenset(token.key for sentence in self.sentences for token in sentence.tokens)

    @cached_property
    def _dates(self) -> dict[str, DateWords]:
        return {date.key: date for sentence in self.sentences for date in sentence.dates}

    def dates_it(self, date: DateWords) -> bool:
        """Whether it names that day, with or without its year."""
        return date.key in self._dates or any(is_same_date(date, other) for other in self._dates.values())

    @cached_property
    def _ledger(self) -> tuple[Figure, ...]:
        return figures(self._text, self._language, title=self._title)

    def figures_in(self, sentence: Sentence) -> list[Figure]:
        """What the ledger reads in this sentence."""
        if sentence.is_title:
            return []
        return [each for each in self._ledger if sentence.start <= each.start < sentence.end]

    def proves(self, sentence: Sentence) -> bool:
        """Whether the sentence holds evidence."""
        if sentence.is_title:
            return False
        return any(proof.start < sentence.end and sentence.start < proof.end for proof in self._proofs)


def _withdrawal(old: str, new: str) -> Change | None:
    notice = _WITHDRAWN.search(new)
    if old.strip() and not new.strip():
        return Change(_cut(old), "", What.WITHDRAWN)
    if notice and len(new) < len(old) / 2 and not _WITHDRAWN.search(old):
        return Change(_cut(old), _cut(new[notice.start() :]), What.WITHDRAWN)
    return None


def _unshared(sentences: Sequence[Sentence], others: Sequence[Sentence]) -> list[Sentence]:
    known = {sentence.key for sentence in others}
    return list({sentence.key: sentence for sentence in sentences if sentence.key not in known}.values())


def _pairs(dropped: Sequence[Sentence], added: Sequence[Sentence]) -> Iterator[tuple[Sentence | None, Sentence | None]]:
    """Each dropped sentence with the added one that is most like it; then the added ones that nothing became."""
    scored = sorted(
        ((alike(one, other), -at, -to) for at, one in enumerate(dropped) for to, other in enumerate(added)),
        reverse=True,
    )
    partner: dict[int, int] = {}
    taken: set[int] = set()
    for score, at, to in scored:
        if score >= 0.4 and -at not in partner and -to not in taken:
            partner[-at] = -to
            taken.add(-to)
    for number, one in enumerate(dropped):
        yield one, added[partner[number]] if number in partner else None
    yield from ((None, other) for number, other in enumerate(added) if number not in taken)


def _judged(one: Sentence | None, other: Sentence | None, before: _Version, after: _Version) -> Iterator[Change]:
    if one and other:
        found = list(_between(one, other, before, after))
        if not any(each.what is What.FIGURE for each in found):
            found += _claims(before.figures_in(one), after.figures_in(other), _cut(other.text))
        yield from found
        if not found and (before.proves(one) or after.proves(other)) and _says_otherwise(one, other):
            yield Change(_cut(one.text), _cut(other.text), What.EVIDENCE, _cut(other.text))
    elif one:
        yield from _alone(one, before, after, came=False)
    elif other:
        yield from _alone(other, after, before, came=True)


def _claims(ones: Sequence[Figure], others: Sequence[Figure], context: str) -> Iterator[Change]:
    """Figures that are meant otherwise, or whose numbers are words."""
    for one, other in zip(ones, others, strict=False):
        if (one.number, one.quantifier, one.who) != (other.number, other.quantifier, other.who):
            yield Change(one.quote, other.quote, What.FIGURE, context)


def _between(one: Sentence, other: Sentence, before: _Version, after: _Version) -> Iterator[Change]:
    """What was replaced, in order: the places where the two sentences part."""
    context = _cut(other.text)
    keys, new_keys = [token.key for token in one.tokens], [token.key for token in other.tokens]
    for tag, start, end, to, past in SequenceMatcher(a=keys, b=new_keys, autojunk=False).get_opcodes():
        if tag != "equal":
            yield from _replaced(one, one.tokens[start:end], other, other.tokens[to:past], (before, after), context)
    called, called_before = _CALLED_OFF.search(other.text), _CALLED_OFF.search(one.text)
    if bool(called) != bool(called_before):
        yield Change(_cut(called_before[0]) if called_before else "", called[0] if called else "", What.STATUS, context)


def _replaced(
    one: Sentence,
    gone: Sequence[Token],
    other: Sentence,
    come: Sequence[Token],
    versions: tuple[_Version, _Version],
    context: str,
) -> Iterator[Change]:
    before, after = versions
    for old, new in _zipped(one.dates_of(gone), other.dates_of(come)):
        lost, won = old and not after.dates_it(old), new and not before.dates_it(new)
        if (lost or won) and not (old and new and is_same_date(old, new)):
            yield Change(old.text if old else "", new.text if new else "", What.DATE, context)
    numbers, new_numbers = one.numbers_of(gone), other.numbers_of(come)
    for number, new_number in _zipped(numbers, new_numbers):
        if number and new_number and number.key == new_number.key:
            continue
        if (number and new_number) or (number and number.key not in after.keys):
            yield Change(one.around(number), other.around(new_number) if new_number else "", What.FIGURE, context)
        elif new_number and new_number.key not in before.keys:
            yield Change("", other.around(new_number), What.FIGURE, context)
    yield from _names(one.names_of(gone), other.names_of(come), versions, context)


def _names(
    names: Sequence[Token], new_names: Sequence[Token], versions: tuple[_Version, _Version], context: str
) -> Iterator[Change]:
    before, after = versions
    lost = [name for name in names if not _known(name, after)]
    won = [name for name in new_names if not _known(name, before)]
    if lost or won:
        yield Change(" ".join(each.text for each in lost), " ".join(each.text for each in won), What.NAME, context)


def _known(name: Token, version: _Version) -> bool:
    """The name stands there too, in this case or another, or misspelt."""
    return name.key in version.keys or any(is_same_word(name.key, key) for key in version.keys)


def _alone(sentence: Sentence, own: _Version, others: _Version, *, came: bool) -> Iterator[Change]:
    """A sentence that came or went altogether."""
    text = _cut(sentence.text)

    def change(value: str, what: What) -> Change:
        return Change("", value, what, text) if came else Change(value, "", what, text)

    if not sentence.is_whole:
        return
    dates = [date for date in sentence.dates if not others.dates_it(date)]
    numbers = [each for each in sentence.numbers_of(sentence.tokens) if each.key not in others.keys]
    names = [each for each in sentence.names_of(sentence.tokens) if not _known(each, others)]
    yield from (change(date.text, What.DATE) for date in dates)
    yield from (change(sentence.around(number), What.FIGURE) for number in numbers)
    if names:
        yield change(" ".join(each.text for each in names), What.NAME)
    if own.proves(sentence) and not (dates or numbers or names):
        yield change(text, What.EVIDENCE)


def _says_otherwise(one: Sentence, other: Sentence) -> bool:
    """Words of substance came or went, not only endings, small words and misspellings."""
    mine = {token.key for token in one.tokens if len(token.key) > 3}
    theirs = {token.key for token in other.tokens if len(token.key) > 3}
    lost = [key for key in mine - theirs if not any(is_same_word(key, each) for each in theirs - mine)]
    won = [key for key in theirs - mine if not any(is_same_word(key, each) for each in mine - theirs)]
    return bool(lost or won)


def _zipped(ones: Sequence[_T], others: Sequence[_T]) -> Iterator[tuple[_T | None, _T | None]]:
    for at in range(max(len(ones), len(others))):
        yield (ones[at] if at < len(ones) else None, others[at] if at < len(others) else None)


def _cut(text: str) -> str:
    line = " ".join(text.split())
    if len(line) <= _VALUE:
        return line
    words, _, rest = line[: _VALUE - 1].rpartition(" ")
    return (words if len(rest) < _VALUE // 2 else f"{words} {rest}").strip() + "…"
