"""Who is counted: a number, how it is meant, and the people it stands at."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from prrwatch.figures.lexicon import Language
from prrwatch.figures.numbers import Number
from prrwatch.figures.record import Quantifier, Who
from prrwatch.phrases import Hit, Line

_REACH = 6  #: words between a number and whom it counts
_BREAK = re.compile(r"[.,;:()!?|/]|\s[–—-]\s")
_DASH = re.compile(r"\s*[–—:(-]+\s*")


@dataclass(frozen=True, slots=True)
class Count:
    """A number with the people it counts: words `first` to `past`, the number among them."""

    number: int
    quantifier: Quantifier
    who: Who
    first: int
    past: int
    core: int  #: the word of the number itself
    inside: tuple[Hit, ...]  #: what is said between the number and the people: "725 repatriated citizens"
    partitive: bool = False  #: "of the 725 returned citizens": what is told next is told of a part of them


@dataclass(frozen=True, slots=True)
class Said:
    """What a sentence says, by the groups of the lexicon."""

    line: Line
    language: Language
    who: Sequence[Hit]
    actions: Sequence[Hit]  #: meanings "action:repatriated", "described:returned", "other:words"

    def at(self, hits: Sequence[Hit], place: int) -> Hit | None:
        """The hit that begins at this word."""
        return next((hit for hit in hits if hit.first == place), None)


def said(line: Line, language: Language) -> Said:
    """Finds whom and what a sentence speaks of; where meanings overlap, the longest stands."""
    found = [
        Hit(f"{group}:{hit.meaning}", hit.first, hit.past)
        for group in ("other", "action", "both", "described")
        for hit in language.find(group, line)
    ]
    # Of two that begin together the longer one, of two alike the one that says it did not happen, or that it did.
    kept: list[Hit] = []
    for hit in sorted(found, key=lambda each: each.first - each.past):
        if all(hit.past <= other.first or other.past <= hit.first for other in kept):
            kept.append(hit)
    who = language.find("who", line)
    return Said(line, language, who, sorted(kept, key=lambda each: each.first))


def counts(spoken: Said, found_numbers: Sequence[Number]) -> list[Count]:
    """Those of the sentence's numbers that count people, in order."""
    line, language = spoken.line, spoken.language
    stops = {hit.past for hit in language.find("stop", line) if hit.meaning == "before"}
    found: list[Count] = []
    for number in found_numbers:
        if number.first in stops and not line.between(number.first - 1, number.first).strip():
            continue
        if _belongs_to_others(spoken, number) or _is_year(spoken, number):
            continue
        people = _people(spoken, number) or _listed(spoken, number) or _bare(spoken, number)
        if people:
            who, past, inside = people
            quantifier, first, after = _quantifier(spoken, number)
            part = any(hit.past == first for hit in language.find("partitive", line))
            found.append(Count(number.value, quantifier, who, first, max(past, after), number.first, inside, part))
    return found


_People = tuple[Who, int, tuple[Hit, ...]]


def _people(spoken: Said, number: Number) -> _People | None:
    """The people behind the number, with nothing but what may describe them between."""
    line = spoken.line
    passed = _passed(spoken)
    unnamed = {hit.first for hit in spoken.language.find("skip", line, "people")}
    inside: list[Hit] = []
    only: int | None = None
    place = number.past
    while place < len(line.words) and place - number.past <= _REACH:
        hit = _foremost(spoken, place)
        if _is_broken(line, place, joined=hit is not None or place in passed):
            break
        if hit:
            return None if _is_stopped(spoken, hit.past) else (Who(hit.meaning), hit.past, tuple(inside))
        only = place + 1 if place in unnamed else only
        told = spoken.at(spoken.actions, place)
        if place in passed:
            place = passed[place]
        elif told and not told.meaning.startswith("action"):
            inside.append(told)
            place = told.past
        elif _is_adjective(spoken, place):
            place += 1
        else:
            break
    return (Who.TOTAL, only, ()) if only and not _is_stopped(spoken, only) else None


def _foremost(spoken: Said, place: int) -> Hit | None:
    """The people at this word; a people's name before others only describes them: "30 deutsche Kämpfer"."""
    hit = spoken.at(spoken.who, place)
    if hit and hit.meaning == Who.CITIZENS and hit.past < len(spoken.line.words):
        gap = spoken.line.between(hit.past - 1, hit.past)
        return (spoken.at(spoken.who, hit.past) if not gap.strip() else None) or hit
    return hit


def _passed(spoken: Said) -> dict[int, int]:
    """Words that may stand between a number and the people, each with the one past its term."""
    language, line = spoken.language, spoken.line
    hits = [*language.find("skip", line, "words", "copula"), *language.find("after", line)]
    return {place: hit.past for hit in hits for place in range(hit.first, hit.past)}


def _is_adjective(spoken: Said, place: int) -> bool:
    """By its ending; a word with a capital is a noun in German, a name in Russian."""
    word, adjective = spoken.line.words[place], spoken.language.adjective
    return bool(adjective and adjective.search(word.key)) and not spoken.line.text[word.start].isupper()


def _is_broken(line: Line, place: int, *, joined: bool) -> bool:
    """Punctuation parts a number from what follows; a dash does not where the people follow ("64 - children")."""
    gap = line.between(place - 1, place)
    return bool(_BREAK.search(gap)) and not (joined and re.fullmatch(r"\s*[–—-]\s*", gap))


def _is_stopped(spoken: Said, past: int) -> bool:
    """A word behind the people that makes them something else: women leaders, children's books."""
    if past >= len(spoken.line.words):
        return False
    gap = spoken.line.between(past - 1, past)
    if gap.strip(" \u00a0-’'"):
        return False
    return any(hit.meaning == "after" and hit.first == past for hit in spoken.language.find("stop", spoken.line))


def _is_year(spoken: Said, number: Number) -> bool:
    """Four plain digits like a year are a count only where "more than" or the like stands at them."""
    word = spoken.line.words[number.first]
    plain = 1990 <= number.value < 2100 and spoken.line.text[word.start : word.end] == str(number.value)
    return plain and _quantifier(spoken, number)[0] is Quantifier.EXACT


def _belongs_to_others(spoken: Said, number: Number) -> bool:
    """The number tells whose families or children are meant, not how many: "families of 50 fighters"."""
    _, first, _ = _quantifier(spoken, number)
    before = [hit for hit in spoken.who if hit.past in {first, first - 1} and hit.meaning != "total"]
    if not before or first == 0:
        return False
    between = spoken.line.text[spoken.line.words[before[-1].past - 1].end : spoken.line.words[first].start]
    return between.strip() in {"", "of", "de"} and _people(spoken, number) is not None


def _listed(spoken: Said, number: Number) -> _People | None:
    """The people before the number, as lists have it: "men - 37, women (195)"."""
    line = spoken.line
    before = next((hit for hit in spoken.who if hit.past == number.first), None)
    if before is None or not _DASH.fullmatch(line.between(number.first - 1, number.first)):
        return None
    # "MALÉ - Twenty-one ..." is a dateline.
    is_place = line.text[line.words[before.first].start :][:4].isupper()
    return None if is_place or _has_rest(spoken, number) else (Who(before.meaning), number.past, ())


def _has_rest(spoken: Said, number: Number) -> bool:
    """A share ("seven of ten") is not a list."""
    rest = spoken.line.words[number.past].key if number.past < len(spoken.line.words) else ""
    return rest in {"of", "out", "из", "sur", "von"}


def _bare(spoken: Said, number: Number) -> _People | None:
    """A number that is itself the subject: "44 were convicted", "of them 12 have returned"."""
    line = spoken.line
    aux = {hit.first: hit for hit in spoken.language.find("skip", line, "aux")}
    place, seen = number.past, 0
    while place < len(line.words) and place - number.past <= _REACH:
        if place > number.past and _BREAK.search(line.between(place - 1, place)):
            return None
        told = spoken.at(spoken.actions, place)
        kind = told.meaning.partition(":")[0] if told else ""
        if told and kind in {"action", "both"} and _may_be_bare(spoken, number, seen):
            return Who.TOTAL, number.past, ()
        if told and kind in {"described", "both"} and _is_partitive(spoken, number):
            return Who.TOTAL, told.past, (told,)
        if place not in aux:
            return None
        seen += 1
        place = aux[place].past
    return None


def _is_partitive(spoken: Said, number: Number) -> bool:
    return any(hit.past == number.first for hit in spoken.language.find("partitive", spoken.line))


def _may_be_bare(spoken: Said, number: Number, seen: int) -> bool:
    """A lone number needs an auxiliary, or to open what it says; two digits at least, or "of them" before it."""
    before = spoken.line.between(number.first - 1, number.first) if number.first else ""
    opens = number.first == 0 or bool(re.search(r"[,;:–—]", before))
    return seen > 0 or opens or spoken.language.verb_last


def _quantifier(spoken: Said, number: Number) -> tuple[Quantifier, int, int]:
    """How the number is meant, with the first word and the one past the last of saying so."""
    line, language = spoken.line, spoken.language
    for hit in language.find("quantifier", line):
        if hit.past == number.first and not line.between(number.first - 1, number.first).strip():
            return Quantifier(hit.meaning), hit.first, number.past
    behind = [hit for hit in language.find("after", line) if number.first < hit.first <= number.past < hit.past]
    behind += [hit for hit in language.find("after", line) if hit.first == number.past]
    for hit in behind:
        return Quantifier(hit.meaning), number.first, hit.past
    return Quantifier.EXACT, number.first, number.past
