"""The hostile set: every page that is meant to hurt ends in bounded time and memory with a class of its own.

All of them are asked for by one worker at once, each by a source whose next way is sound, and beside them stands a
sound source. Sizes are the real ones: what is too long is streamed for as long as somebody reads it.
"""

from __future__ import annotations

import contextlib
import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

import psutil
import pytest

MIB = 1024 * 1024
#: Of the worker with the processes that read pages.
MOST_MEMORY = 600 * 1000 * 1000
SECONDS = 60.0


def streamed(megabytes: int, head: bytes, part: bytes, media_type: str) -> Callable:
    """An answer that is written for as long as somebody reads it."""

    def answer(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", media_type)
        handler.send_header("Connection", "close")
        handler.end_headers()
        chunk = part * (65536 // len(part))
        with contextlib.suppress(OSError):
            handler.wfile.write(head)
            for _ in range(megabytes * 1_000_000 // len(chunk)):
                handler.wfile.write(chunk)

    return answer


BILLION = "<!DOCTYPE rss [<!ENTITY l0 'lol'>" + "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 11))
LAUGHS = f"{BILLION}]><rss version='2.0'><channel><title>&l10;</title><item><title>&l10;</title></item></channel></rss>"
PAGES_IN_A_CIRCLE = b"""%PDF-1.4
1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj
2 0 obj <</Type/Pages/Kids[2 0 R 2 0 R 2 0 R 2 0 R]/Count 2000000000>> endobj
trailer <</Root 1 0 R>>
%%EOF"""
WORDS = "Таджикистан вернул из лагерей женщин и детей, им помогают найти школу и работу. " * 20
CYRILLIC = f"<html><head><title>Возвращение</title></head><body><article><h1>Возвращение</h1><p>{WORDS}</p></article>"


@dataclass(frozen=True)
class Hostile:
    """What stands at `/hostile`, read as a feed, a listing or an article, and what is to be told of it."""

    answer: object
    told: str | None
    read_as: str = "article"
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 200


def page(body: bytes, told: str | None, read_as: str = "article", **headers: str) -> Hostile:
    return Hostile(body, told, read_as, {"Content-Type": "text/html", **headers})


def redirect(location: str, told: str) -> Hostile:
    return Hostile(b"", told, "article", {"Location": location}, 302)


CASES = {
    "gzip bomb": page(gzip.compress(bytes(10_000_000)) * 100, "too-large", **{"Content-Encoding": "gzip"}),
    "1 GB body": Hostile(streamed(1000, b"", bytes(64), "application/octet-stream"), "too-large"),
    "1 GB feed": Hostile(streamed(1000, b"<rss>", b"<item></item>", "text/xml"), "too-large", "feed"),
    "30 MB HTML": Hostile(streamed(30, b"<html><body>", b"<p>word</p>", "text/html"), "too-large"),
    "15 MB HTML": page(b"<html><body>" + b"<p>word and word</p>" * 750_000, "too-large"),
    "nesting": page(b"<html><body>" + b"<div>" * 100_000 + b"words", "too-large"),
    "nested list": page(b"<html><body>" + b"<ul><li>" * 100_000, "empty", "listing"),
    "billion laughs": page(LAUGHS.encode(), "no-articles", "feed"),
    "wrong charset": page(CYRILLIC.encode("cp1251"), None, **{"Content-Type": "text/html; charset=utf-8"}),
    "50 MB PDF": Hostile(streamed(50, b"%PDF-1.4\n", b"0 0 0 rg\n", "application/pdf"), "too-large"),
    "endless PDF": Hostile(streamed(10_000, b"%PDF-1.4\n", b"0 0 0 rg\n", "application/pdf"), "too-large"),
    "PDF in a circle": page(PAGES_IN_A_CIRCLE, "malformed", **{"Content-Type": "application/pdf"}),
    "redirect loop": redirect("/hostile", "redirect-loop"),
    "redirect to loopback": redirect("http://127.0.0.2/", "forbidden-address"),
    "redirect to metadata": redirect("http://169.254.169.254/latest/meta-data/", "forbidden-address"),
    "redirect to a file": redirect("file:///etc/passwd", "forbidden-address"),
    "endless calendar": page(b"", None, "calendar"),
}


def serve(kit, site, case: Hostile):
    """The job for one hostile site: its way, and a sound one behind."""
    answer = case.answer
    site.pages["/hostile"] = answer if callable(answer) else kit.Page(answer, case.status, case.headers)
    sound = kit.serve_feed(site, "one")
    ways = {
        "feed": kit.feed(f"{site.url}/hostile"),
        "listing": kit.listing(f"{site.url}/hostile", items="td a"),
        "calendar": kit.listing(f"{site.url}/month/0", items="a.day", next="a.next"),
        "article": kit.feed(f"{site.url}/with"),
    }
    site.pages["/with"] = kit.Page(kit.feed_of(f"{site.url}/hostile", f"{site.url}/news/one"), headers=kit.XML)
    for month in range(60):
        body = f"<html><body><a class=day href=/news/{month}>A day</a><a class=next href=/month/{month + 1}>next</a>"
        site.pages[f"/month/{month}"] = kit.Page(body.encode(), headers=kit.HTML)
        site.pages[f"/news/{month}"] = site.pages["/news/one"]
    more = {"article": "/news/|/hostile", "max_bytes": 16 * MIB, "max_pages": 40}
    return kit.job(ways[case.read_as], sound, allow_private_hosts=("127.0.0.1",), **more)


@contextmanager
def watched(process: psutil.Process) -> Iterator[list[int]]:
    """The memory of the whole tree of processes, again and again; what they share counts once (PSS)."""
    most: list[int] = [0]
    over = threading.Event()

    def look():
        while not over.wait(0.1):
            family = (process, *process.children(recursive=True))
            with contextlib.suppress(psutil.NoSuchProcess):
                most.append(sum(each.memory_full_info().pss for each in family))

    thread = threading.Thread(target=look)
    thread.start()
    yield most
    over.set()
    thread.join()


@dataclass
class Day:
    """What came of it all."""

    done: dict
    beside: object
    seconds: float
    memory: int  #: bytes of the whole tree, at most
    asked: dict[str, list[str]]


@pytest.fixture(scope="module")
def day(kit, worker) -> Iterator[Day]:
    with ExitStack() as stack:
        sites = {name: kit.Site() for name in (*CASES, "sound")}
        for site in sites.values():
            stack.callback(site.close)
        jobs = {name: serve(kit, sites[name], case) for name, case in CASES.items()}
        sound = kit.job(kit.serve_feed(sites["sound"], "one", "two"))
        begun = time.monotonic()
        with watched(psutil.Process(worker.process.pid)) as memory:
            for job in (*jobs.values(), sound):
                worker.give(job)
            records = {name: worker.take(job.id) for name, job in jobs.items()}
            beside = worker.take(sound.id)
        asked = {name: site.paths() for name, site in sites.items()}
        yield Day(records, beside, time.monotonic() - begun, max(memory), asked)


def told(records) -> set[str]:
    found = (getattr(each, "failure", None) or getattr(each, "reason", None) for each in records)
    return {str(each) for each in found if each}


@pytest.mark.parametrize("name", CASES)
def test_each_ends_with_its_class_and_the_next_is_read(day, name):
    case, records = CASES[name], day.done[name]
    assert told(records) == ({case.told} if case.told else set())
    read = {record.item.url.rpartition("/")[2]: record for record in records if hasattr(record, "document")}
    if name == "endless calendar":
        assert sum(path.startswith("/month/") for path in day.asked[name]) <= 21
        assert 20 <= len(read) <= 21, "half of a pass belongs to the articles"
    elif name == "wrong charset":
        assert "Таджикистан вернул" in read["hostile"].document.text
    else:
        assert list(read) == ["one"]


def test_others_are_unharmed_and_time_and_memory_bounded(day):
    assert sum(hasattr(each, "document") for each in day.beside) == 2
    assert day.seconds < SECONDS
    assert day.memory < MOST_MEMORY


def test_a_name_that_turns_private_is_not_followed(worker, kit, site):
    """DNS rebinding: the first two answers are a machine that is permitted, every later one is another of ours."""
    kit.serve_feed(site, "one")
    for path, answer in site.pages.items():
        site.pages[path] = kit.Page(answer.body, headers={**answer.headers, "Connection": "close"})
    site.pages["/robots.txt"] = kit.Page(b"", headers={"Connection": "close"})
    base = f"http://turns.example:{site.port}"
    site.pages["/feed"].body = kit.feed_of(f"{base}/news/one")
    with socket.create_server(("127.0.0.2", site.port)) as inner:
        inner.settimeout(0.1)
        done = worker.do(kit.job(kit.feed(f"{base}/feed"), allow_private_hosts=("127.0.0.1",)))
        with pytest.raises(TimeoutError):
            inner.accept()
    assert done.failures() == [None]
    assert done.reasons() == ["forbidden-address"]
