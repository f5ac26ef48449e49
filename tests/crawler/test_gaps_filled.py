"""A gap from end to end: looks at a real server that share nothing, and the pass that fills what fell between."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from storage import filing, gaps, jobs
from storage.store import open_store


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "prrwatch.db") as opened:
        yield opened


LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def name(number: int) -> str:
    return f"story-{number:02}"


def publish(kit, site, last: int):
    """Items 1 to `last`: a feed of the latest two, and the pages of an archive, two on each."""
    way = kit.serve_feed(site, *(name(number) for number in range(last, last - 2, -1)))
    for page, first in enumerate(range(last, 0, -2)):
        names = [name(number) for number in range(first, first - 2, -1)]
        cards = "".join(f"<a class=card href=/news/{each}>{each}</a>" for each in names)
        onward = f"<a rel=next href=/all/{page + 1}>on</a>" if first > 2 else ""
        site.pages[f"/all/{page}"] = kit.Page(f"<body>{cards}{onward}".encode(), headers=kit.HTML)
    for number in range(1, last + 1):
        site.pages[f"/news/{name(number)}"] = kit.Page(kit.article_of(name(number)), headers=kit.HTML)
    return way, kit.listing(f"{site.url}/all/0", items="a.card", next="a[rel=next]")


def test_what_fell_between_two_looks_is_found_on_the_next_pages_of_another_way(kit, site, worker, store):
    plan = kit.job(*publish(kit, site, 2))

    def passed(hours: int = 0) -> list[str]:
        """What a pass fetches; one in which a busy machine read something too late is made again, an hour later."""
        now = datetime.now(UTC) + timedelta(hours=hours)
        done = worker.do(jobs.job(store, plan.source, plan.policy, (), now))
        filing.file(store, done.records, now)
        found = sorted(each.item.url.rpartition("/")[2] for each in done.fetched)
        is_broken = any(done.failures()) or done.unreadable or done.end.cut_short
        return sorted({*found, *passed(hours + 1)}) if is_broken and hours < 5 else found

    assert passed() == [name(1), name(2)]
    publish(kit, site, 8)
    assert passed() == [name(7), name(8)]
    [gap] = gaps.known(store, LONG_AGO)
    assert (gap.url, gap.filled) == (plan.source.ways[0].url, None)
    assert passed() == [name(number) for number in range(3, 7)]
    [gap] = gaps.known(store, LONG_AGO)
    assert gap.found == 4
    assert gap.filled is not None
    before = len(site.seen)
    assert passed() == []
    assert [seen.path for seen in site.seen[before:]] == ["/feed"]
