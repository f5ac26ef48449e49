"""Guesses that prove wrong are switched off by themselves, and status tells of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from storage_world import HOUR, LISTING, NOW, POLICY, item, source, way_read

from prrwatch.crawl import JobDone, Reason
from prrwatch.guesses import Tries, switched_off
from prrwatch.health import State
from storage import filing, health, jobs

FEED_IS_A_GUESS = replace(
    source(), ways=(replace(source().ways[0], status="guess"), replace(source().ways[1], status="tested_ok"))
)
GONE = Reason.HTTP_404


@pytest.mark.parametrize(
    ("feed", "listing", "off"),
    [
        (Tries(worked=False, last=(GONE,) * 3), Tries(worked=True, last=()), (0,)),
        (Tries(worked=False, last=(GONE, Reason.NOT_A_FEED, Reason.EMPTY)), Tries(worked=True, last=()), (0,)),
        (Tries(worked=False, last=(GONE,) * 2), Tries(worked=True, last=()), ()),
        (Tries(worked=True, last=(GONE,) * 3), Tries(worked=True, last=()), ()),  # it was right once
        (Tries(worked=False, last=(GONE, Reason.TIMEOUT, GONE)), Tries(worked=True, last=()), ()),  # a bad day
        (Tries(worked=False, last=(GONE,) * 3), Tries(worked=False, last=(GONE,) * 3), ()),  # somebody must keep asking
    ],
)
def test_what_proves_a_guess_wrong(feed, listing, off):
    tries = {way.url: each for way, each in zip(FEED_IS_A_GUESS.ways, (feed, listing), strict=True)}
    assert switched_off(FEED_IS_A_GUESS, tries) == off


def test_what_somebody_has_read_is_never_switched_off():
    tries = {each.url: Tries(worked=False, last=(GONE,) * 3) for each in source().ways}
    assert switched_off(source(), tries | {LISTING: Tries(worked=True, last=())}) == ()


def test_a_guess_that_fails_three_times_is_asked_no_more_and_told(store):
    for n in range(4):
        at = NOW + n * HOUR
        job = jobs.job(store, FEED_IS_A_GUESS, POLICY, (), at)
        assert job.off == (frozenset({0}) if n == 3 else frozenset())
        failed = [way_read(job.id, at=at, failure=GONE, detail="HTTP status 404")] if n < 3 else []
        listed = way_read(job.id, [item(n)], at=at + timedelta(seconds=1), way=1)
        done = JobDone(job.id, "example", at, at + timedelta(seconds=2), 2, 10)
        filing.file(store, [*failed, listed, done], at)
    feed, listing = health.health(store, "example").ways
    assert (feed.state, feed.reason) == (State.DISABLED, GONE)
    assert feed.detail == "switched off, a guess that proved wrong: HTTP status 404"
    assert listing.state is State.OK
