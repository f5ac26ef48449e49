"""robots.txt, delays and patience, on the wire."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise

import pytest

from prrwatch import __version__
from prrwatch.crawl import HostClock
from prrwatch.document import Item

#: Seconds by which a busy server may note the end of an answer too late, or the start of a request.
EARLY = 0.07


def gaps(seen) -> list[float]:
    """Seconds between the end of one request and the start of the next."""
    ordered = sorted(seen, key=lambda each: each.started)
    return [after.started - before.ended for before, after in pairwise(ordered)]


def items(site, count):
    return tuple(Item(f"{site.url}/news/{n}", f"127.0.0.1:{site.port}/news/{n}") for n in range(count))


def test_eight_requests_at_once_against_disallow_fetch_nothing(worker, site, kit):
    site.pages["/robots.txt"] = kit.Page(b"User-agent: *\nDisallow: /\n")
    done = worker.do(kit.job(kit.feed(f"{site.url}/feed"), carry=items(site, 8)))
    assert site.paths() == ["/robots.txt"]
    assert done.failures() == ["robots-disallow"]
    assert done.reasons() == ["robots-disallow"] * 8
    assert all(each.permanent for each in done.unreadable)


def test_our_own_group_in_robots_wins(worker, site, kit):
    rules = b"User-agent: *\nDisallow: /\n\nUser-agent: prrwatch\nAllow: /\nDisallow: /news/two\n"
    site.pages["/robots.txt"] = kit.Page(rules)
    done = worker.do(kit.job(kit.serve_feed(site, "one", "two")))
    assert [each.item.url[-3:] for each in done.fetched] == ["one"]
    assert done.reasons() == ["robots-disallow"]


@pytest.mark.parametrize("status", [500, 503, 429])
def test_robots_that_cannot_be_read_disallow_all(worker, site, kit, status):
    site.pages["/robots.txt"] = kit.Page(b"oops", status=status)
    done = worker.do(kit.job(kit.serve_feed(site, "one")))
    assert done.failures() == ["robots-unreachable"]
    assert set(site.paths()) == {"/robots.txt"}


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_no_robots_no_rules(worker, site, kit, status):
    site.pages["/robots.txt"] = kit.Page(b"User-agent: *\nDisallow: /", status=status)
    assert worker.do(kit.job(kit.serve_feed(site, "one"))).failures() == [None]


def test_robots_follow_redirects_and_hold_at_every_hop(worker, site, other_site, kit):
    site.pages["/robots.txt"] = kit.Page(status=301, headers={"Location": "/robots2.txt"})
    site.pages["/robots2.txt"] = kit.Page(b"User-agent: *\nDisallow: /closed\n")
    other_site.pages["/robots.txt"] = kit.Page(b"User-agent: *\nDisallow: /\n")
    way = kit.serve_feed(site, "one", "away")
    site.pages["/news/away"] = kit.Page(status=302, headers={"Location": f"{other_site.url}/story"})
    done = worker.do(kit.job(kit.feed(f"{site.url}/closed"), way))
    assert done.failures() == ["robots-disallow", None]
    assert done.reasons() == ["robots-disallow"]
    assert other_site.paths() == ["/robots.txt"]
    assert site.paths().count("/robots.txt") == 1, "kept for a day"


def test_the_user_agent_stands_on_everything(worker, site, kit):
    worker.do(kit.job(kit.serve_feed(site, "one")))
    assert site.paths() == ["/robots.txt", "/feed", "/news/one"]
    assert {seen.headers["User-Agent"] for seen in site.seen} == {f"prrwatch/{__version__} (+mailto:test@example.org)"}


def test_delay_between_all_requests_and_across_jobs_on_one_host(worker, site, kit):
    way = kit.serve_feed(site, "one", "two")
    jobs = [kit.job(way, delay=0.2, carry=items(site, 1)), kit.job(kit.feed(f"{site.url}/feed"), delay=0.2)]
    for job in jobs:
        worker.give(job)
    for job in jobs:
        worker.take(job.id)
    assert len(site.seen) == 8
    assert min(gaps(site.seen)) >= 0.2 - EARLY


def test_jobs_on_different_hosts_run_side_by_side_but_share_a_third_hosts_clock(worker, site, other_site, kit):
    third = kit.Site("127.0.0.3")
    jobs = []
    for each in (site, other_site):
        links = [f"{third.url}/news/{each.port}-{n}" for n in range(3)]
        each.pages["/feed"] = kit.Page(kit.feed_of(*links), headers=kit.XML)
        jobs.append(kit.job(kit.feed(f"{each.url}/feed"), delay=0.1, homepage=f"{each.url}/"))
        worker.give(jobs[-1])
    for job in jobs:
        worker.take(job.id)
    third.close()
    assert third.paths().count("/robots.txt") == 1
    assert len(third.seen) == 7
    assert min(gaps(third.seen)) >= 0.1 - EARLY


def test_crawl_delay_wins_over_a_shorter_delay(worker, site, kit):
    site.pages["/robots.txt"] = kit.Page(b"User-agent: *\nCrawl-delay: 0.3\n")
    worker.do(kit.job(kit.serve_feed(site, "one", "two"), delay=0.1))
    assert len(site.seen) == 4
    # Between arrivals: one request may be on its way 10 ms longer than the next.
    assert min(gaps(site.seen)) >= 0.3 - EARLY


def test_a_fraction_of_a_second_is_no_floor(worker, site, kit):
    names = [f"n{number}" for number in range(20)]
    started = time.monotonic()
    worker.do(kit.job(kit.serve_feed(site, *names), delay=0.01))
    assert time.monotonic() - started < 10


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_silences_the_host_in_this_job_and_the_next(worker, site, kit, status, form):
    way = kit.serve_feed(site, "one", "two", "three")
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=100)
    value = "100" if form == "seconds" else format_datetime(until, usegmt=True)
    for name in ("one", "two", "three"):
        site.pages[f"/news/{name}"] = kit.Page(b"wait", status=status, headers={"Retry-After": value})
    first = worker.do(kit.job(way))
    assert len(site.seen) == 3, "robots.txt, the feed, and one article that asked for patience"
    [paused] = first.paused
    assert paused.clock.host == site.host
    assert abs((paused.clock.not_before - until).total_seconds()) < 15
    assert "patience" in first.end.cut_short
    second = worker.do(kit.job(way))
    assert (len(site.seen), second.ways) == (3, [])
    assert "patience" in second.end.cut_short


def test_a_clock_in_the_job_holds_and_other_hosts_are_read(worker, site, other_site, kit):
    clock = HostClock(site.host, datetime.now(UTC) + timedelta(seconds=60))
    done = worker.do(kit.job(kit.serve_feed(site, "one"), kit.serve_feed(other_site, "two"), clocks=(clock,)))
    assert site.seen == []
    assert [way.way for way in done.ways] == [1]
    assert len(done.fetched) == 1


def test_articles_that_a_pause_of_their_host_holds_back_are_told(worker, site, other_site, kit):
    kit.serve_feed(other_site, "one")
    site.pages["/feed"] = kit.Page(kit.feed_of(f"{other_site.url}/news/one"), headers=kit.XML)
    clock = HostClock(other_site.host, datetime.now(UTC) + timedelta(seconds=600))
    done = worker.do(kit.job(kit.feed(f"{site.url}/feed"), clocks=(clock,)))
    assert (done.failures(), len(done.ways[0].items), done.fetched, other_site.seen) == ([None], 1, [], [])
    assert f"{other_site.host} asked for patience" in done.end.cut_short


def test_a_short_pause_ends(worker, site, kit):
    way = kit.serve_feed(site, "one")
    for seconds in (0.3, 3, 30):  # a busy machine may take the shorter ones to begin
        clock = HostClock(site.host, datetime.now(UTC) + timedelta(seconds=seconds))
        held = worker.do(kit.job(way, clocks=(clock,)))
        if datetime.now(UTC) < clock.not_before:
            break
    assert held.ways == []
    while datetime.now(UTC) < clock.not_before:
        time.sleep(0.01)
    assert worker.do(kit.job(way)).failures() == [None]


def test_server_errors_are_retried_as_often_as_the_policy_says(worker, site, kit):
    way = kit.serve_feed(site, "one")
    answers = iter([kit.Page(b"", status=502), kit.Page(b"", status=500), site.pages["/feed"]])
    site.pages["/feed"] = lambda _: next(answers)
    assert worker.do(kit.job(way, retries=2)).failures() == [None]
    assert site.paths().count("/feed") == 3
