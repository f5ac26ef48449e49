"""Stories as an Atom feed (RFC 4287). Every text is `type="text"`: nothing from the web becomes markup in a reader."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from prrwatch.escape import web_url
from prrwatch.hygiene import clean, one_line
from prrwatch.messages.views import headline
from prrwatch.outlets.words import changed, identity, subjects, told
from prrwatch.story import Story

_NAMESPACE = "http://www.w3.org/2005/Atom"
_MOST_LINKS = 20


def atom(stories: Sequence[Story], now: datetime) -> str:
    """The feed as an XML document, the stories in the order given; `now` is its date when there are none."""
    register_namespace("", _NAMESPACE)
    feed = Element(_name("feed"))
    _text(feed, "id", identity("stories"))
    _text(feed, "title", "prrwatch: stories")
    _text(feed, "updated", _time(max((changed(story) for story in stories), default=now)))
    _text(SubElement(feed, _name("author")), "name", "prrwatch")
    for story in stories:
        _entry(feed, story)
    return tostring(feed, encoding="unicode", xml_declaration=False)


def _entry(feed: Element, story: Story) -> None:
    entry = SubElement(feed, _name("entry"))
    _text(entry, "id", identity(f"story/{story.id}"))
    _text(entry, "title", headline(story))
    _text(entry, "updated", _time(changed(story)))
    _text(entry, "published", _time(story.opened))
    _text(SubElement(entry, _name("author")), "name", one_line(story.lead.source_name or story.lead.source))
    for number, member in enumerate(story.members[:_MOST_LINKS]):
        # RFC 4287 section 4.1.2 allows one "alternate" of a type and language.
        if url := web_url(member.url):
            rel = "related" if number else "alternate"
            SubElement(entry, _name("link"), rel=rel, href=url, title=one_line(member.source_name))
    for subject in subjects(story):
        SubElement(entry, _name("category"), term=subject)
    _text(entry, "content", clean(told(story)), type="text")


def _text(parent: Element, name: str, text: str, **attributes: str) -> None:
    SubElement(parent, _name(name), attributes).text = text


def _name(local: str) -> str:
    return f"{{{_NAMESPACE}}}{local}"


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
