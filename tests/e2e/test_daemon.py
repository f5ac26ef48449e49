"""`prrwatch run` on the sample world with a real mail server and a Slack-compatible receiver: everything, and once."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import partial

import pytest

from scheduler.demo import Mail, Post

TOKEN = re.compile(r"prrwatch-id: ([A-Za-z0-9._-]{8,80})")
DISCOVERY = {
    "osce": "/press-releases",
    "un": "/en/news",
    "herald": "/feed/",
    "gazette": "/sitemap.xml",
    "portal": "/latest",
    "relay": "/rss/world.xml",
}
#: The stories of day 2, each by a word of the URLs of its documents; `relay` copies OSCE, `portal` and, in Russian,
#: `herald` retell it. Whether the Russian one is found to be the same story is not this test's business.
NEWS = {
    "mediators": ("600120", "900502", "mediators-to-prepare", "mediatory-podgotovyat"),
    "council": ("second_meeting",),
    "workshop": ("4125-workshop",),
}


@dataclass(frozen=True)
class Life:
    """What two lives of the daemon left behind."""

    statuses: tuple[int, ...]
    first_day: tuple[Mail, ...]
    mails: tuple[Mail, ...]
    posts: tuple[Post, ...]
    asked: Counter[str]
    discovery: tuple[tuple[str, int], ...]
    documents: list[dict]
    relevant: list[dict]
    alerts: list[dict]
    status: dict
    refused: tuple[int, str]


def told(mails, kind: str) -> tuple:
    return tuple(mail for mail in mails if mail.message["X-Prrwatch-Id"].startswith(kind))


def tokens(texts) -> list[str]:
    return [TOKEN.findall(text)[-1] for text in texts]


@pytest.fixture(scope="module")
def life(shared_house) -> Life:
    """Day 1, day 2, SIGTERM, a second life in which nothing new appears, SIGTERM."""
    house = shared_house
    first = house.start()
    house.wait(house.mailbox.mails, lambda mails: told(mails, "summary"))
    first_day = tuple(house.mailbox.mails)
    house.world.day(2)
    refused = house.run("run")
    house.wait(house.mailbox.mails, lambda mails: len(told(mails, "new")) >= len(NEWS))
    house.wait(house.webhook.posts, lambda posts: len(posts) > len(NEWS))
    _two_rounds(house)
    statuses = [first.terminate()]
    asked = len(house.world.requests)
    second = house.start()
    _two_rounds(house)
    statuses.append(second.terminate())
    return Life(
        statuses=tuple(statuses),
        first_day=first_day,
        mails=tuple(house.mailbox.mails),
        posts=tuple(house.webhook.posts),
        asked=Counter(f"{site.url}{each.request.path}" for site in house.world for each in site.exchanges),
        discovery=tuple(
            (each.request.path, each.status)
            for each in house.world.requests[asked:]
            if each.request.path in DISCOVERY.values()
        ),
        documents=house.rows("documents"),
        relevant=house.rows("relevant"),
        alerts=house.rows("alerts"),
        status=house.status(),
        refused=(refused.returncode, refused.stderr),
    )


def _two_rounds(house) -> None:
    """Until every site was asked twice more for what is new: then the first of these rounds is filed and told."""
    enough = {name: house.world[name].count(path) + 2 for name, path in DISCOVERY.items()}
    for name, path in DISCOVERY.items():
        house.wait(house.world[name].exchanges, partial(_asked, path, enough[name]))


def _asked(path: str, times: int, seen) -> bool:
    return sum(each.request.path == path for each in seen) >= times


def test_sigterm_ends_it_well(life):
    assert life.statuses == (0, 0)


def test_every_article_is_there_and_was_asked_for_once(life, shared_house):
    articles = shared_house.listed(day=2)
    assert Counter(row["url"] for row in life.documents) == dict.fromkeys(articles, 1)
    assert {url: life.asked[url] for url in articles} == dict.fromkeys(articles, 1)


def test_discovery_of_an_unchanged_world_is_answered_by_304(life):
    assert {path for path, _ in life.discovery} == set(DISCOVERY.values())
    assert {status for _, status in life.discovery} == {304}


def test_the_first_day_is_one_summary(life):
    assert len(told(life.mails, "summary")) == 1
    assert not told(life.first_day, "new")


def test_each_news_is_told_once_in_each_channel(life):
    """The second document of a story is no news, whoever came first."""
    stories = {
        name: {row["story"] for row in life.relevant if any(word in row["url"] for word in words)}
        for name, words in NEWS.items()
    }
    assert stories["council"].isdisjoint(stories["mediators"])
    fresh = set().union(*stories.values())
    for channel in ("analysts", "room"):
        rows = [row for row in life.alerts if row["channel"] == channel and row["kind"] == "new"]
        assert Counter(row["story"] for row in rows) == dict.fromkeys(fresh, 1)
    for texts in ([mail.text for mail in told(life.mails, "new")], [post.text for post in life.posts]):
        for name, words in NEWS.items():
            assert any(word in text for text in texts for word in words), name


def test_no_message_arrives_twice(life):
    """Operators and analysts have one mail server; every message is to one address."""
    for texts in ([mail.text for mail in life.mails], [post.text for post in life.posts]):
        assert Counter(tokens(texts)).most_common(1)[0][1] == 1
    received = Counter(tokens([mail.text for mail in life.mails] + [post.text for post in life.posts]))
    noted = Counter(row["message"] for row in life.alerts if row["state"] == "sent")
    assert received == noted
    assert life.status["outbox"] == {"waiting": 0, "sent": len(life.alerts), "dead": 0}
    assert life.status["backlog"] == 0


def test_every_relevant_document_was_told_by_its_address_or_joined_a_story_that_was(life):
    told_urls = "\n".join(mail.text for mail in life.mails)
    stories = {row["story"] for row in life.relevant if row["url"] in told_urls}
    assert {row["story"] for row in life.relevant} == stories


def test_the_status_names_what_fails(life):
    sources = {source["id"]: source for source in life.status["sources"]}
    assert (sources["sample-ministry"]["state"], sources["sample-ministry"]["reason"]) == ("broken", "http-403")
    gazette = sources["sample-gazette"]
    assert (gazette["state"], [way["reason"] for way in gazette["ways"]]) == ("ok", ["not-a-feed", None])
    [notice] = told(life.mails, "operator")
    assert notice.message["Subject"] == "source sample-ministry: broken (http-403)"


def test_a_second_daemon_on_the_same_store_is_refused_with_one_line(life, shared_house):
    status, said = life.refused
    assert status == 1
    assert re.fullmatch(r"prrwatch: another prrwatch \(process \d+\) works on \S+prrwatch\.db; .*\n", said), said
