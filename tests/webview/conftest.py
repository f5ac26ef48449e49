"""A store filed through the real walk, and the view on it through Datasette's own client. No browser, no network."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from prrwatch import settings, urls
from prrwatch.crawl import Fetched, JobDone, Reason, Unreadable, WayRead
from prrwatch.document import Dated, Document, Item, Original, Precision
from prrwatch.planning import Gap
from scheduler.assembly import Assembly, assembled
from storage import gaps, labels, rehearsal
from storage.store import open_store
from webview import Site
from webview.app import application

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
HOSTILE = '<script>alert("pwned")</script> ${7*7} {{ 7*7 }} " onmouseover="x women repatriated from Syria'
LONG = "Аа́" + "длинный заголовок " * 6000  # 100 kB and more
SEED = """
id = "{name}"
name = "{title}"
publisher = "{title}"
kind = "{kind}"
homepage = "https://{name}.example.org/"
languages = ["en", "ru"]
every = "1h"
tier = 1
article = '^https://{name}\\.example\\.org/a/\\d+[a-z-]*$'
[[discover]]
way = "feed"
url = "https://{name}.example.org/feed.xml"
[[example]]
url = "https://{name}.example.org/a/1"
article = true
[[example]]
url = "https://{name}.example.org/"
article = false
"""
SITE = """
[store]
path = "prrwatch.db"
[catalogue]
path = "seeds"
[crawler]
contact = "mailto:ops@example.org"
[channels.analysts]
url = "env:PRRWATCH_TEST_MAIL"
[subscriptions.all]
channel = "analysts"
"""
FLIGHT = (
    "Twelve women and thirty children were repatriated from camps in north-east Syria to Kazakhstan on 20 "
    "November 2026, the Ministry of Foreign Affairs said. They entered a rehabilitation and reintegration "
    "programme in Aktau.\n\n"
    "Psychologists and social workers help the returnees from conflict zones to settle, and two women who "
    "came back were sentenced for membership of a terrorist group. Their children go to school since "
    "September.\n\n"
    "Since 2019 more than 700 citizens of Kazakhstan have been repatriated from Syria and Iraq, the "
    "ministry said."
)
EDITED = FLIGHT.replace("Twelve women and thirty children", "Fourteen women and thirty-one children")
RUSSIAN = (
    "В Узбекистан из лагерей на северо-востоке Сирии возвращены 48 женщин и детей, сообщил омбудсмен. "
    "Возвращение прошло в рамках гуманитарной операции. Вернувшиеся из зон боевых действий женщины прошли "
    "реабилитацию в санатории под Ташкентом, дети пошли в школу. Психологи помогают семьям с "
    "реинтеграцией в обществе."
)
ARABIC = (
    "أعادت قيرغيزستان من مخيم الهول في سوريا ثلاثين امرأة وطفلاً من عائلات مقاتلي تنظيم داعش الإرهابي، "
    "وقالت الوزارة إن العائدين سيدخلون برنامجاً لإعادة التأهيل وإعادة الإدماج في المجتمع بعد عودتهم من "
    "مناطق النزاع في سوريا والعراق."
)
TRIAL = (
    "A court in Dushanbe sentenced three men who had returned to Tajikistan from Syria, where they fought "
    "for the Islamic State group. The prosecutor said that they came back in 2023 and were arrested at "
    "the airport; the judge gave them between nine and twelve years in prison for taking part in the "
    "conflict abroad."
)
MOTHERS = (
    "Three mothers who came back to Kyrgyzstan from the Roj camp in Syria opened a bakery in Osh with a "
    "grant of the reintegration programme for returnees from conflict zones. A psychologist of the "
    "rehabilitation centre still visits."
)
NAMED = (
    "Rustam Karimov, 34, who had fought in Syria for the Islamic State group, was sentenced by a court in "
    "Tashkent to twelve years in prison after his return to Uzbekistan. His wife Zarina Karimova came "
    "back with their children from the camp at Roj in 2023 and takes part in a rehabilitation programme "
    "for women returned from conflict zones."
)
PLAIN = "The apricot harvest will be late this year, because frost came in April. Farmers ask for help. " * 3


@dataclass(frozen=True)
class Told:
    """One article of the sample."""

    source: str
    n: int
    title: str
    text: str
    language: str = "en"
    slug: str = ""

    @property
    def url(self) -> str:
        return f"https://{self.source}.example.org/a/{self.n}{self.slug}"


FIRST = (
    Told("ministry", 1, "Women and children repatriated from Syria to Kazakhstan", FLIGHT),
    Told("wire", 1, "Kazakhstan repatriates women and children", FLIGHT + "\n\nWire."),
    Told("wire", 2, "48 женщин и детей возвращены в Узбекистан из Сирии", RUSSIAN, "ru"),
    Told("wire", 3, "قيرغيزستان تعيد نساء وأطفالاً من سوريا", ARABIC, "ar"),
    Told("wire", 4, HOSTILE, f"{TRIAL} {HOSTILE}"),
    Told("wire", 5, LONG, MOTHERS),
    Told("wire", 7, "Rustam Karimov, who returned from Syria, sentenced in Tashkent", NAMED, slug="-karimov-sentenced"),
    Told("wire", 6, "Apricots will be late", PLAIN),
)
SECOND = (Told("ministry", 1, "Women and children repatriated from Syria to Kazakhstan", EDITED),)


@pytest.fixture(scope="session")
def store_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("view")
    (folder / "prrwatch.toml").write_text(SITE, encoding="utf-8")
    (folder / "seeds").mkdir()
    for name, title, kind in (("ministry", "Ministry (sample)", "official"), ("wire", "A <b>wire</b>", "media")):
        seed = SEED.format(name=name, title=title, kind=kind)
        (folder / "seeds" / f"{name}.toml").write_text(seed, encoding="utf-8")
    moment = NOW - timedelta(days=1)

    def clock() -> datetime:
        nonlocal moment
        moment += timedelta(seconds=1)
        return moment

    environ = {"PRRWATCH_TEST_MAIL": "mailto://127.0.0.1:9/?from=a@example.org&to=secret@example.org"}
    with assembled(settings.load(folder / "prrwatch.toml"), environ, clock) as parts:
        for source in ("ministry", "wire"):
            _pass(parts, source, (), baseline=True)
        for source in ("ministry", "wire"):
            _pass(parts, source, [each for each in FIRST if each.source == source])
        _pass(parts, "ministry", SECOND)
        found = labels.find(parts.walk.store, FIRST[0].url)
        labels.label(parts.walk.store, found, labels.Label(relevant=True, note="a <i>note</i>", by="ann"), clock())
        _rehearse(parts, found, clock())
        _miss(parts, clock())
    return folder / "prrwatch.db"


def _rehearse(parts: Assembly, document: int, now: datetime) -> None:
    """As `prrwatch rescreen --dry-run` does: one document less, one more."""
    reasons = ("returnees: <b>women</b> of al-Hol",)
    kept = rehearsal.Flip(document, FIRST[0].url, None, "en", relevant=False, before=1.5, score=0.25, reasons=())
    more = rehearsal.Flip(
        document + 1, FIRST[0].url, None, "en", relevant=True, before=None, score=1.25, reasons=reasons
    )
    rehearsal.keep(parts.walk.store, "rehearsed-rules", 8, (kept, more), now)


def _miss(parts: Assembly, now: datetime) -> None:
    """A gap that nothing has filled."""
    gap = Gap("wire", 0, now - timedelta(days=2), now, 8, None, 12.5)
    with parts.walk.store.transaction():
        gaps.note(parts.walk.store, gap, "https://wire.example.org/feed.xml")


def _pass(parts: Assembly, source: str, told, *, baseline: bool = False) -> None:
    walk = parts.walk
    job, now = walk.job(walk.sources[source]), walk.clock()
    items = tuple(Item(each.url, urls.key(each.url), each.title[:300]) for each in told)
    way = WayRead(job.id, source, 0, f"https://{source}.example.org/feed.xml", now, items)
    found = [_fetched(job.id, item, each, walk.clock()) for item, each in zip(items, told, strict=True)]
    lost = Item(f"https://{source}.example.org/a/99", urls.key(f"https://{source}.example.org/a/99"), "<u>lost</u>")
    broken = (
        []
        if baseline
        else [Unreadable(job.id, source, lost, Reason.HTTP_403, "HTTP status 403", permanent=False, at=now)]
    )
    if broken:
        way = WayRead(job.id, source, 0, f"https://{source}.example.org/feed.xml", now, (*items, lost))
    walk.file([way, *found, *broken, JobDone(job.id, source, now, now, len(found), 100)])
    walk.summarise()


def _fetched(job: str, item: Item, told: Told, now: datetime) -> Fetched:
    published = Dated(NOW - timedelta(days=1, hours=2), Precision.MINUTE, "Sat, 21 Nov 2026 06:00 GMT", "feed")
    body = told.text.encode()
    document = Document(item.key, item.url, told.source, told.title, told.text, told.language, published, None, now)
    original = Original(item.url, body, (("Set-Cookie", "secret"),), 200, now, hashlib.sha256(body).hexdigest())
    return Fetched(job, item, document, original)


@dataclass(frozen=True)
class View:
    """The view as a client sees it."""

    path: Path
    datasette: object

    async def get(self, address: str, status: int = 200, **options):
        answer = await self.datasette.client.get(address, **options)
        assert answer.status_code == status, (address, answer.text)
        return answer

    async def page(self, address: str, status: int = 200) -> str:
        """The page's HTML; what holds for every page is held here."""
        answer = await self.get(address, status)
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert not re.search(r"<script|<style|<iframe|javascript:| style=|\son\w+=\"", answer.text), address
        assert answer.text.count("<h1") == 1
        return answer.text

    def one(self, sql: str, *values):
        with open_store(self.path) as store:
            return store.query(sql, values)[0][0]


@pytest.fixture(scope="session")
def view(store_path: Path) -> Iterator[View]:
    datasette = application(Site(store_path, now=lambda: NOW))
    yield View(store_path, datasette)
    datasette.executor.shutdown()
    datasette.get_database("store").close()


@pytest.fixture
def now() -> datetime:
    """The time at which the sample is looked at."""
    return NOW


@pytest.fixture(scope="session")
def flight(view: View) -> str:
    """The story that two documents tell."""
    return view.one("SELECT story FROM memberships GROUP BY story ORDER BY count(*) DESC LIMIT 1")
