"""Killed or told to end in the middle of a crawl: nothing is left behind, nothing is lost, nothing comes twice."""

from __future__ import annotations

import time
from collections import Counter

import psutil
import pytest

from scheduler.demo import faults

FIRST = "/secretariat/600101"
NEWS = "/project-co-ordinator-in-uzbekistan/600120"

pytestmark = pytest.mark.long


@pytest.fixture
def small_house(house):
    """OSCE, and the syndicator that copies it."""
    house.keep_only("sample-osce", "sample-relay")
    return house


def held_up_at(house, path: str) -> None:
    """Let the crawl come to this article and wait there, once."""
    house.world["osce"].break_(faults.hang(), path=path, times=1)


def until_asked(house, path: str, times: int = 1) -> None:
    house.wait(house.world["osce"].exchanges, lambda seen: sum(each.request.path == path for each in seen) >= times)


def test_the_worker_is_killed_then_the_daemon(small_house):
    house = small_house
    held_up_at(house, FIRST)
    first = house.start()
    until_asked(house, FIRST)
    killed = first.worker()
    killed.kill()
    until_asked(house, FIRST, times=2)
    assert first.worker().pid != killed.pid
    house.wait(house.mailbox.mails, len)
    assert Counter(row["url"] for row in house.rows("documents")) == dict.fromkeys(
        house.listed("osce", "relay", day=1), 1
    )

    held_up_at(house, NEWS)
    house.world.day(2)
    until_asked(house, NEWS)
    family = first.family()
    assert len(family) > 1, "the worker, and those who read for it"
    first.kill()
    _, orphans = psutil.wait_procs(family, timeout=10)
    assert orphans == []

    house.start()
    until_asked(house, NEWS, times=2)
    house.wait(house.mailbox.mails, lambda mails: len(mails) > 1)
    until_asked(house, "/press-releases", times=house.world["osce"].count("/press-releases") + 2)
    assert Counter(row["url"] for row in house.rows("documents")) == dict.fromkeys(
        house.listed("osce", "relay", day=2), 1
    )
    kinds = [mail.message["X-Prrwatch-Id"].partition("-")[0] for mail in house.mailbox.mails]
    assert sorted(kinds) == ["new", "summary"]
    assert [row["state"] for row in house.rows("alerts")] == ["sent"] * 4
    assert "whole" in house.read("db", "check")


def test_sigterm_in_the_middle_of_a_crawl(small_house):
    house = small_house
    held_up_at(house, FIRST)
    daemon = house.start()
    until_asked(house, FIRST)
    family = daemon.family()
    began = time.monotonic()
    assert daemon.terminate() == 0
    assert time.monotonic() - began < 15
    assert psutil.wait_procs(family, timeout=5)[1] == []
