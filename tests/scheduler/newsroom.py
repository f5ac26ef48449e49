"""A store through several lives of the program, fed with what a crawler would say; the clock is moved by hand."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from prrwatch import settings, urls
from prrwatch.alert import AlertKind
from prrwatch.crawl import Fetched, JobDone, Reason, Unreadable, WayRead
from prrwatch.document import Dated, Document, Item, Original, Precision
from scheduler.assembly import assembled
from scheduler.compose import message_of
from storage import outbox

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
SITE = """
[store]
path = "prrwatch.db"
[catalogue]
path = "seeds"
[channels.desk]
url = "env:DESK"
[operators]
channel = "desk"
{subscriptions}
"""
NOW_ALL = '[subscriptions.all]\nchannel = "desk"\n'
DAILY = '[subscriptions.morning]\nchannel = "desk"\ndeliver = "daily"\nat = "02:30"\ntimezone = "{zone}"\n'
SEED = """
id = "{name}"
name = "The {name}"
publisher = "{name}"
kind = "{kind}"
homepage = "https://{name}.example.org/"
languages = ["en"]
every = "1h"
tier = 1
article = '/a/'
[[discover]]
way = "feed"
url = "https://{name}.example.org/feed.xml"
"""


@dataclass(frozen=True)
class Article:
    """What a page says, where its text alone does not do."""

    text: str
    title: str | None = None
    published: datetime | None = None
    language: str = "en"


class Newsroom:
    """One store through several lives of the program; the clock is moved by hand."""

    def __init__(self, folder, subscriptions=NOW_ALL, sources=("one", "two", "three", "four", "five", "six")):
        self.folder, self.now = folder, START
        (folder / "seeds").mkdir()
        self.publish(**dict.fromkeys(sources, "media"))
        self.subscribe(subscriptions)
        self.opened = None

    def publish(self, **kinds):
        """Sources by their names, each with the kind of its publisher."""
        for name, kind in kinds.items():
            (self.folder / "seeds" / f"{name}.toml").write_text(SEED.format(name=name, kind=kind), encoding="utf-8")
        return self

    def subscribe(self, text):
        (self.folder / "prrwatch.toml").write_text(SITE.format(subscriptions=text), encoding="utf-8")

    def begin(self):
        self.now += timedelta(minutes=1)
        environ = {"DESK": "mailto://127.0.0.1:9/?from=a@example.org&to=b@example.org"}
        self.opened = assembled(settings.load(self.folder / "prrwatch.toml"), environ, lambda: self.now)
        self.walk = self.opened.__enter__().walk
        return self

    def end(self):
        if self.opened:
            self.opened.__exit__(None, None, None)
            self.opened = None

    def again(self):
        self.end()
        return self.begin()

    def read(self, source, **texts):
        """A pass over a source that found these articles, by their name."""
        self.now += timedelta(minutes=1)
        job = self.walk.job(self.walk.sources[source])
        items = [Item(url := f"https://{source}.example.org/a/{name}", urls.key(url)) for name in texts]
        found = [self._fetched(job.id, source, item, text) for item, text in zip(items, texts.values(), strict=True)]
        read = WayRead(job.id, source, 0, f"https://{source}.example.org/feed.xml", self.now, tuple(items))
        self.now += timedelta(minutes=1)
        self.walk.file([read, *found, JobDone(job.id, source, self.now - timedelta(minutes=1), self.now, 2, 99)])

    def find_gone(self, source, name):
        """A pass over a source in which this article's page was no longer there."""
        self.now += timedelta(minutes=1)
        job = self.walk.job(self.walk.sources[source])
        url = f"https://{source}.example.org/a/{name}"
        gone = Unreadable(job.id, source, Item(url, urls.key(url)), Reason.HTTP_404, "404", permanent=True, at=self.now)
        self.walk.file([gone, JobDone(job.id, source, self.now - timedelta(minutes=1), self.now, 2, 99)])

    def read_all(self, **texts):
        for source in self.walk.sources:
            self.read(source, **texts)
        self.walk.summarise()

    def _fetched(self, job, source, item, text):
        if isinstance(text, str):
            text = Article(text)
        title = text.title or f"Women return, {text.text[:20]}"
        published = Dated(text.published, Precision.DAY, f"{text.published}", "meta") if text.published else None
        document = Document(item.key, item.url, source, title, text.text, text.language, published, None, self.now)
        body = text.text.encode()
        return Fetched(
            job, item, document, Original(item.url, body, (), 200, self.now, hashlib.sha256(body).hexdigest())
        )

    def told(self, *kinds):
        """The messages so far of these kinds, the oldest first."""
        found = reversed(outbox.listing(self.walk.store, limit=10_000))
        return [each for each in found if each.kind in (kinds or (AlertKind.NEW, AlertKind.UPDATE, AlertKind.SUMMARY))]

    def message(self, listed):
        leased = outbox.lease(self.walk.store, self.now, 10_000, 0)  # at once due again
        [alert] = [each.alert for each in leased if each.alert.token == listed.message]
        return message_of(self.walk.store, alert, self.walk.settings.names)

    def new_subscription(self, text):
        self.subscribe(text)
        return self.again()
