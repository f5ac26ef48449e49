"""The worker as a whole: jobs in, records out."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime

from crawler.pipes import RecordWriter
from prrwatch import wire
from prrwatch.crawl import Fetched, JobDone


def test_a_feed_and_its_articles(worker, site, kit):
    way = kit.serve_feed(site, "one", "two")
    done = worker.do(kit.job(way))
    assert done.failures() == [None]
    assert [item.url for item in done.ways[0].items] == [f"{site.url}/news/one", f"{site.url}/news/two"]
    assert done.ways[0].items[0].published.value == "2024-11-27T10:30:00+00:00"
    assert {each.document.title for each in done.fetched} == {"Story one", "Story two"}
    assert done.fetched[0].original.body == kit.article_of(done.fetched[0].item.url[-3:])
    assert done.end.requests == 4
    assert done.end.cut_short == ""


def test_many_pages_of_one_host_do_not_hold_up_another(worker, site, other_site, kit):
    slow = kit.job(kit.serve_feed(site, *(f"n{number}" for number in range(40))), homepage=f"{site.url}/")
    quick = kit.job(kit.serve_feed(other_site, "one"), homepage=f"{other_site.url}/")
    worker.give(slow)
    worker.give(quick)
    first, second = worker.take(quick.id), worker.take(slow.id)
    assert sum(isinstance(record, Fetched) for record in second) == 40
    assert first[-1].ended < second[-1].ended
    assert {record.job for record in first} == {quick.id}


async def test_a_parent_that_does_not_read_slows_the_worker_down():
    reading, writing = os.pipe()
    writer = RecordWriter(writing, reader_gone=lambda: None)
    now = datetime.now(UTC)
    record = JobDone("job", "source", now, now, 0, 0, "x" * 200_000)
    saying = asyncio.ensure_future(writer.say(record))
    done, _ = await asyncio.wait({saying}, timeout=0.2)
    assert not done, "a pipe holds 64 KiB"
    line = b""
    while not line.endswith(b"\n"):
        line += await asyncio.to_thread(os.read, reading, 65536)
    await saying
    assert wire.decode_record(line) == record
    os.close(reading)
    gone = asyncio.Event()
    writer = RecordWriter(writing, reader_gone=gone.set)
    await writer.say(record)
    assert gone.is_set()
    writer.close()
    os.close(writing)
