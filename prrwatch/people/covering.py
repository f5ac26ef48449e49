"""Private names covered: every letter becomes █, so that no offset into the text moves."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from urllib.parse import unquote

from prrwatch.events import KnownEvent, Occasion
from prrwatch.figures import Claim
from prrwatch.people import arabic, lexicon
from prrwatch.person import Person, Standing
from prrwatch.source import Kind
from prrwatch.stories.letters import latin
from prrwatch.story import Member, Story

_WORD = re.compile(r"[^\W\d_]+(?:['’ʻʼ‘`-][^\W_]+)*")
_LETTER = re.compile(r"[^\W_]")
_COVER = "█"
#: What follows the host of an address that stands in a text, and its parts.
_ADDRESS = re.compile(r"(?<=://)[^\s/?#\"<>]+([^\s\"<>]+)")
_PART = re.compile(r"[^/?&=#]+")
_LETTERS = re.compile(r"[^\W\d_]+")
_SURELY = 6  #: letters of a name that is also found within a longer word: "rustamkarimov"


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
    """The text with the words of these names covered, of the same length; within addresses also the small ones. Linear.

    An address that changes is none that leads anywhere: `prrwatch.escape.web_url` says so.
    """
    if not names:
        return text
    text = _WORD.sub(lambda match: _covered(match[0], names), text)
    return _ADDRESS.sub(lambda match: _in_address(match, names), text) if "://" in text else text


def cover_any(text: str | None, names: Collection[str]) -> str | None:
    """The same of a text that may be unknown."""
    return None if text is None else cover(text, names)


def covered(story: Story, names: Collection[str]) -> Story:
    """The story as it may be sent: titles, texts and quotes with these names covered."""
    if not names:
        return story
    members = tuple(_member(each, names) for each in story.members)
    return replace(story, members=members, claims=tuple(_claim(each, names) for each in story.claims))


def handed(story: Story, names: Collection[str]) -> Story:
    """The story as it stands in feeds and files: addresses that hold these names are covered, too."""
    story = covered(story, names)
    return replace(story, members=tuple(replace(each, url=cover(each.url, names)) for each in story.members))


def covered_event(event: Occasion, names: Collection[str]) -> Occasion:
    """The event with these names covered: a hearing is called by the name of who is tried."""
    organisers = tuple(cover(each, names) for each in event.organisers)
    return replace(event, name=cover(event.name, names), organisers=organisers) if names else event


def handed_event(event: KnownEvent, names: Collection[str]) -> KnownEvent:
    """The same for calendars and files: addresses that hold these names are covered, too."""
    announced, reported = cover_any(event.announced_url, names), cover_any(event.reported_url, names)
    occasion = covered_event(event.occasion, names)
    return replace(event, occasion=occasion, announced_url=announced, reported_url=reported)


def _member(member: Member, names: Collection[str]) -> Member:
    return replace(
        member,
        title=cover_any(member.title, names),
        text=cover(member.text, names),
        issuer=cover_any(member.issuer, names),
        evidence=tuple(replace(each, quote=cover(each.quote, names)) for each in member.evidence),
        entities=tuple(replace(each, quote=cover(each.quote, names)) for each in member.entities),
    )


def _claim(claim: Claim, names: Collection[str]) -> Claim:
    figure = replace(claim.figure, sentence=cover(claim.figure.sentence, names), quote=cover(claim.figure.quote, names))
    return replace(claim, figure=figure, claimant=cover_any(claim.claimant, names))


def _covered(word: str, names: Collection[str]) -> str:
    if not (word[0].isupper() or arabic.is_arabic(word)):
        return word
    return _LETTER.sub(_COVER, word) if _is_name(word, names) else word


def _in_address(match: re.Match[str], names: Collection[str]) -> str:
    host = match[0].removesuffix(match[1])
    return host + _PART.sub(lambda part: _covered_part(part[0], names), match[1])


def _covered_part(part: str, names: Collection[str]) -> str:
    """A part of an address: of one with escaped letters all is covered."""
    plain = unquote(part)
    if plain != part and any(_is_within(each[0], names) for each in _LETTERS.finditer(plain)):
        return _COVER * len(part)
    return _LETTERS.sub(lambda word: _COVER * len(word[0]) if _is_within(word[0], names) else word[0], part)


def _is_within(word: str, names: Collection[str]) -> bool:
    if lexicon.lemma(word) in names:
        return True
    plain = latin(word)
    return len(plain) > _SURELY and any(len(name) >= _SURELY and name in plain for name in names)


def _is_name(word: str, names: Collection[str]) -> bool:
    return lexicon.lemma(word) in names or any(
        lexicon.lemma(part) in names for part in word.split("-") if len(part) > 1
    )
