"""Private names covered: every letter becomes █, so that no offset into the text moves."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from prrwatch.events import Occasion
from prrwatch.figures import Claim
from prrwatch.people import lexicon
from prrwatch.person import Person, Standing
from prrwatch.source import Kind
from prrwatch.story import Member, Story

_WORD = re.compile(r"[^\W\d_]+(?:['’ʻʼ‘`-][^\W_]+)*")
_LETTER = re.compile(r"[^\W_]")
_COVER = "█"


def hidden(named: Iterable[tuple[Kind, Sequence[Person]]]) -> frozenset[str]:
    """The words of names that are not to be shown, of all documents of a story and the kind of their publishers.

    A name that an official source published stands, and so do the names of those who are told of in office.
    """
    private: set[str] = set()
    shown: set[str] = set()
    for kind, people in named:
        for person in people:
            is_shown = kind is Kind.OFFICIAL or person.standing is Standing.OFFICIAL
            (shown if is_shown else private).update(person.key)
    return frozenset(private - shown)


def cover(text: str, names: Collection[str]) -> str:
    """The text with the words of these names covered, of the same length. Linear."""
    if not names:
        return text
    return _WORD.sub(lambda match: _covered(match[0], names), text)


def covered(story: Story, names: Collection[str]) -> Story:
    """The story as it may be sent: titles, texts and quotes with these names covered."""
    if not names:
        return story
    members = tuple(_member(each, names) for each in story.members)
    return replace(story, members=members, claims=tuple(_claim(each, names) for each in story.claims))


def covered_event(event: Occasion, names: Collection[str]) -> Occasion:
    """The event with these names covered: a hearing is called by the name of who is tried."""
    organisers = tuple(cover(each, names) for each in event.organisers)
    return replace(event, name=cover(event.name, names), organisers=organisers) if names else event


def _member(member: Member, names: Collection[str]) -> Member:
    return replace(
        member,
        title=None if member.title is None else cover(member.title, names),
        text=cover(member.text, names),
        issuer=None if member.issuer is None else cover(member.issuer, names),
        evidence=tuple(replace(each, quote=cover(each.quote, names)) for each in member.evidence),
        entities=tuple(replace(each, quote=cover(each.quote, names)) for each in member.entities),
    )


def _claim(claim: Claim, names: Collection[str]) -> Claim:
    figure = replace(claim.figure, sentence=cover(claim.figure.sentence, names), quote=cover(claim.figure.quote, names))
    return replace(claim, figure=figure, claimant=None if claim.claimant is None else cover(claim.claimant, names))


def _covered(word: str, names: Collection[str]) -> str:
    if not (word[0].isupper() or lexicon.is_arabic(word)):
        return word
    return _LETTER.sub(_COVER, word) if _is_name(word, names) else word


def _is_name(word: str, names: Collection[str]) -> bool:
    return lexicon.lemma(word) in names or any(
        lexicon.lemma(part) in names for part in word.split("-") if len(part) > 1
    )
