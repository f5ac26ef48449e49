"""A small world of records to file: one source, its articles, its passes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256

from prrwatch import urls
from prrwatch.crawl import Fetched, JobDone, Policy, Reason, Unreadable, Validators, WayRead
from prrwatch.document import Dated, Document, Item, Original, Precision
from prrwatch.source import Expect, Kind, Source, Way, WayKind
from prrwatch.verdict import Evidence, Phase, Verdict

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
POLICY = Policy(contact="mailto:ops@example.org")
FEED = "https://news.example.org/feed.xml"
LISTING = "https://news.example.org/all"
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def source(name: str = "example", *, kind: Kind = Kind.MEDIA, host: str = "news.example.org", **more) -> Source:
    return Source(
        id=name,
        name=f"The {name}",
        publisher="Example Office",
        kind=kind,
        homepage=f"https://{host}/",
        languages=("en", "ru"),
        every=HOUR,
        tier=1,
        article=r"/a/\d+$",
        ways=(Way(WayKind.FEED, f"https://{host}/feed.xml"), Way(WayKind.LISTING, f"https://{host}/all")),
        **more,
    )


def item(
    n: int, *, host: str = "news.example.org", title: str | None = None, published: datetime | None = None
) -> Item:
    url = f"https://{host}/a/{n}"
    dated = Dated(published, Precision.MINUTE, published.isoformat(), "feed") if published else None
    return Item(url, urls.key(url), title or f"Article {n}", dated)


def way_read(job: str, items=(), *, at: datetime = NOW, way: int = 0, source: str = "example", **more) -> WayRead:
    url = (FEED, LISTING)[way]
    return WayRead(job, source, way, url, at, tuple(items), **more)


def document(listed: Item, text: str = "", *, at: datetime = NOW, source: str = "example", **more) -> Document:
    fields = {
        "key": listed.key,
        "url": listed.url,
        "source": source,
        "title": listed.title,
        "text": text or f"The text of {listed.title}. Таджикистан вернул женщин и детей.",
        "language": "en",
        "published": listed.published,
        "issuer": None,
        "fetched": at,
    }
    return Document(**(fields | more))


def original(url: str, body: bytes, at: datetime) -> Original:
    headers = (("Content-Type", "text/html"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"))
    return Original(url, body, headers, 200, at, sha256(body).hexdigest())


def fetched(job: str, listed: Item, text: str = "", *, at: datetime = NOW, source: str = "example", **more) -> Fetched:
    read = document(listed, text, at=at, source=source, **more)
    body = f"<html><title>{read.title}</title>{read.text}</html>".encode()
    return Fetched(job, listed, read, original(read.url, body, at), Validators(read.url, '"v1"', None))


def unreadable(job: str, listed: Item, reason: Reason = Reason.HTTP_5XX, *, at: datetime = NOW, **more) -> Unreadable:
    return Unreadable(job, "example", listed, reason, "because", more.pop("permanent", False), at, **more)


def done(job: str, *, at: datetime = NOW, source: str = "example", cut_short: str = "") -> JobDone:
    return JobDone(job, source, at, at + MINUTE, 7, 12345, cut_short)


def verdict(text: str, *, relevant: bool = True, score: float = 1.5, ruleset: str = "rules-1") -> Verdict:
    proofs = (Evidence("who", text[:5], 0, 5), Evidence("what", text[4:9], 4, 9))
    phases = (Phase.REPATRIATION, Phase.REINTEGRATION)
    return Verdict(relevant, score, phases if relevant else (), proofs, ruleset, ("TJ",) if relevant else ())


def quiet(days: int) -> Expect:
    return Expect(quiet_after=timedelta(days=days))
