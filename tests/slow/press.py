"""Sites that publish one story after another, and mail servers of good and bad temper."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from prrwatch import relevance
from scheduler.demo import Mailbox
from scheduler.demo.exchange import Answer, Request
from scheduler.demo.loop import ThreadedLoop
from scheduler.demo.mailbox import RefuseMessage, Vanish
from scheduler.demo.server import Server

SITES = ("east", "west")
#: Articles of each site that are there before we begin to watch: they are told in one summary.
BEFORE = 2
#: Neutral words: every article must be relevant by its first sentence, and resemble no other one.
WORDS = re.findall(
    r"\w+",
    """
    morning table garden river window teacher music kitchen letter mountain season bread market summer winter road
    visitor evening colour paper village station orchard picture story friend corner bridge neighbour answer language
    apple lesson flower notebook pencil weather holiday journey street tailor carpet thread needle pattern fabric
    green small quiet early bright common useful local young simple warm careful open many every first second often
    always later again together near behind under before during while since began made opened brought showed found
    asked called played walked cooked learned painted mended planted visited offered counted carried finished joined
    """,
)
PUBLISHED = datetime(2026, 5, 6, tzinfo=UTC)
SEED = """
id = "{name}"
name = "{name}"
publisher = "{name}"
kind = "media"
homepage = "{base}/"
languages = ["en"]
every = "{every}"
tier = 1
delay = {delay}
article = '^{base_regex}/a/\\d+$'

[[discover]]
way = "feed"
url = "{base}/feed.xml"

[[example]]
url = "{base}/a/1"
article = true

[[example]]
url = "{base}/"
article = false
"""


class Growing(Server):
    """A site with a feed of all its articles; each article is an event of its own."""

    def __init__(self, loop: ThreadedLoop, name: str) -> None:
        self.name = name
        self.published = BEFORE
        super().__init__(loop, self._answer)

    def seed(self, delay: float, every: str) -> str:
        """Its file in the catalogue."""
        return SEED.format(name=self.name, base=self.url, base_regex=re.escape(self.url), delay=delay, every=every)

    def articles(self) -> set[str]:
        """The addresses of all that it published."""
        return {f"{self.url}/a/{number}" for number in range(1, self.published + 1)}

    def asked(self) -> int:
        """How often somebody asked for an article."""
        return sum(each.request.path.startswith("/a/") for each in self.exchanges)

    def _answer(self, request: Request) -> Answer:
        if request.path == "/feed.xml":
            return Answer(200, self._feed().encode(), "application/rss+xml", modified=PUBLISHED)
        if article := re.fullmatch(r"/a/(\d+)", request.path):
            return Answer(200, self._page(int(article[1])).encode(), modified=PUBLISHED)
        return Answer(404)

    def _feed(self) -> str:
        items = "".join(
            f"<item><title>{self._title(n)}</title><link>{self.url}/a/{n}</link></item>"
            for n in range(1, self.published + 1)
        )
        return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{self.name}</title>{items}</channel></rss>'

    def _title(self, number: int) -> str:
        return f"Women repatriated from Syria open workshop number {self._serial(number)} in the {self.name}"

    def text(self, number: int) -> list[str]:
        """The paragraphs of an article: relevant by the first sentence of each, unlike any other by the rest."""
        chance = random.Random(f"{self.name} {number}")
        office = f"{self.name} {self._serial(number)}"
        lead = f"Women who were repatriated from camps in Syria entered rehabilitation, said {office}."
        bodies = [f"{lead} {' '.join(chance.choices(WORDS, k=60)).capitalize()}." for _ in range(5)]
        return [f"The workshop opened on {self._opened(number):%d %B %Y}.", *bodies]

    def _opened(self, number: int) -> datetime:
        """A day of its own, days from any other's: what opens then is another story."""
        return PUBLISHED - timedelta(days=7 * self._serial(number))

    def _serial(self, number: int) -> int:
        """A number of its own among all sites: two reports of "workshop number 68" are one story."""
        return len(SITES) * number + SITES.index(self.name)

    def _page(self, number: int) -> str:
        paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in self.text(number))
        return f"<html><body><article><h1>{self._title(number)}</h1>{paragraphs}</article></body></html>"


class Healthy(Mailbox):
    """A mail server that takes everything, and counts what it was offered."""

    offered = 0

    def mend(self) -> None:
        """It is well already."""

    async def handle_DATA(self, *call):  # noqa: N802  the name is aiosmtpd's
        """Called by aiosmtpd for each message."""
        self.offered += 1
        return await super().handle_DATA(*call)


class Moody(Healthy):
    """One that fails half the time, until it is in a good mood for good: refuses for now, or takes and does not say."""

    def __init__(self) -> None:
        super().__init__()
        self.chance, self.bad = random.Random(20261122), True

    async def handle_DATA(self, *call):  # noqa: N802  the name is aiosmtpd's
        """Called by aiosmtpd for each message."""
        self._fault = self.chance.choice([None, None, RefuseMessage(), Vanish()]) if self.bad else None
        return await super().handle_DATA(*call)

    def mend(self) -> None:
        """No fault any more."""
        self.bad = False


def see_that_all_are_relevant(sites: Iterable[Growing], articles: int) -> None:
    """Else an experiment would wait for alerts that nobody owes."""
    rules = relevance.load_rules()
    for site in sites:
        for number in range(1, articles + 1):
            assert relevance.judge(None, "\n\n".join(site.text(number)), "en", rules).relevant, site.text(number)
