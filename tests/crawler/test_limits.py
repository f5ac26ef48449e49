"""Hostile servers: endless, slow, huge, hanging. Each costs its own way or article and nothing else."""

from __future__ import annotations

import gzip
import socket
import threading
import time
import zlib

import brotli
import pytest

try:
    from compression import zstd
except ImportError:
    from backports import zstd

BOMB = 30_000_000


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(bytes(BOMB))),
        ("br", brotli.compress(bytes(BOMB), quality=5)),
        ("zstd", zstd.compress(bytes(BOMB))),
        ("gzip, gzip", gzip.compress(gzip.compress(bytes(BOMB)))),
    ],
)
def test_compression_bombs_are_too_large(worker, site, kit, coding, body):
    site.pages["/bomb"] = kit.Page(body, headers={"Content-Encoding": coding})
    way = kit.serve_feed(site, "one")
    site.pages["/news/bomb"] = site.pages["/bomb"]
    site.pages["/feed"] = kit.Page(kit.feed_of(f"{site.url}/news/bomb", f"{site.url}/news/one"))
    done = worker.do(kit.job(kit.feed(f"{site.url}/bomb"), way))
    assert done.failures() == ["too-large", None]
    assert done.reasons() == ["too-large"]
    assert len(done.fetched) == 1


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd", "deflate"])
def test_content_codings_are_undone(worker, site, kit, coding):
    encode = {"gzip": gzip.compress, "br": brotli.compress, "zstd": zstd.compress, "deflate": zlib.compress}[coding]
    way = kit.serve_feed(site, "one")
    for page in site.pages.values():
        page.body = encode(page.body)
        page.headers = {**page.headers, "Content-Encoding": coding}
    done = worker.do(kit.job(way))
    assert done.fetched[0].original.body == kit.article_of("one")


def test_a_body_without_end(worker, site, kit):
    def endless(handler):
        handler.send_response(200)
        handler.end_headers()
        while True:
            handler.wfile.write(bytes(65536))

    site.pages["/feed1"] = endless
    done = worker.do(kit.job(kit.feed(f"{site.url}/feed1"), kit.serve_feed(site, "one")))
    assert done.failures() == ["too-large", None]


def test_headers_without_end(worker, site, kit):
    sent = 0

    def endless(handler):
        nonlocal sent
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while sent < 50_000_000:
            sent += handler.wfile.write(b"X-Header: and one more of them\r\n" * 1000)

    site.pages["/feed1"] = endless
    done = worker.do(kit.job(kit.feed(f"{site.url}/feed1"), kit.serve_feed(site, "one")))
    assert done.failures() == ["malformed", None]
    assert sent < 50_000_000


def test_a_body_announced_too_large_is_not_read(worker, site, kit):
    site.pages["/feed1"] = kit.Page(b"x", headers={"Content-Length": "99999999"})
    done = worker.do(kit.job(kit.feed(f"{site.url}/feed1"), kit.serve_feed(site, "one")))
    assert done.failures() == ["too-large", None]


def test_a_body_that_breaks_off(worker, site, kit):
    def short(handler):
        handler.close_connection = True
        return kit.Page(b"<rss>", headers={"Content-Length": "5000"})

    site.pages["/feed1"] = short
    done = worker.do(kit.job(kit.feed(f"{site.url}/feed1"), kit.serve_feed(site, "one")))
    assert done.failures() == ["malformed", None]


def test_a_slow_drip_has_the_time_of_one_request(worker, site, kit):
    def drip(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        for _ in range(1000):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.05)

    site.pages["/feed1"] = drip
    started = time.monotonic()
    done = worker.do(kit.job(kit.feed(f"{site.url}/feed1"), kit.serve_feed(site, "one"), timeout=0.6))
    assert done.failures() == ["timeout", None]
    assert time.monotonic() - started < 6


def test_redirects_without_end_and_to_themselves(worker, site, kit):
    for number in range(20):
        site.pages[f"/r{number}"] = kit.Page(status=302, headers={"Location": f"/r{number + 1}"})
    site.pages["/self"] = kit.Page(status=301, headers={"Location": ""})
    site.pages["/a"] = kit.Page(status=307, headers={"Location": "/b"})
    site.pages["/b"] = kit.Page(status=308, headers={"Location": "/a"})
    ways = [kit.feed(f"{site.url}{path}") for path in ("/r0", "/self", "/a")]
    done = worker.do(kit.job(*ways, kit.serve_feed(site, "one")))
    assert done.failures() == ["redirect-loop"] * 3 + [None]
    assert site.paths().count("/r5") == 1
    assert "/r6" not in site.paths()


def test_nobody_there_and_no_such_name(worker, site, kit):
    with kit.listen(lambda: socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
    ways = (kit.feed(f"http://127.0.0.1:{port}/feed"), kit.feed("http://no-such-name.invalid/feed"))
    done = worker.do(kit.job(*ways, kit.serve_feed(site, "one")))
    assert done.failures() == ["refused", "dns", None]


def test_no_http_at_all(worker, site, kit):
    server = kit.listen(lambda: socket.create_server(("127.0.0.1", 0)))
    url = f"http://127.0.0.1:{server.getsockname()[1]}/feed"

    def talk():
        for _ in range(2):
            connection, _ = server.accept()
            connection.recv(1000)
            connection.sendall(b"220 smtp.example.org ESMTP\r\n\r\n")
            connection.close()

    thread = threading.Thread(target=talk, daemon=True)
    thread.start()
    done = worker.do(kit.job(kit.feed(url), kit.serve_feed(site, "one")))
    server.close()
    assert done.failures() == ["robots-unreachable", None]


def test_certificates_are_verified(worker, site, kit, trusted, tmp_path):
    safe, other_name = kit.Site(tls=trusted), kit.Site("127.0.0.2", tls=trusted)
    unknown = kit.Site(tls=kit.certificate(tmp_path))
    for each in (safe, other_name, unknown):
        each.pages["/feed"] = kit.Page(kit.feed_of(f"{each.url}/news/one"))
    ways = [kit.feed(f"{each.url}/feed") for each in (other_name, unknown, safe)]
    done = worker.do(kit.job(*ways))
    assert done.failures() == ["tls", "tls", None]
    assert (other_name.seen, unknown.seen) == ([], [])
    for each in (safe, other_name, unknown):
        each.close()


def test_a_page_that_hangs_its_reader_costs_only_itself(worker, site, other_site, kit):
    # 100,000 attributes on one element: libxml2 compares each with all before it.
    attributes = " ".join(f"attribute{number}=x" for number in range(100_000))
    site.pages["/list"] = kit.Page(f"<html><body><p {attributes}>x</p></body></html>".encode(), headers=kit.HTML)
    way = kit.listing(f"{site.url}/list", items="li")
    job = kit.job(way, homepage=f"{site.url}/", max_bytes=5_000_000)
    worker.give(job)
    beside = worker.do(kit.job(kit.serve_feed(other_site, "one", "two")))
    assert len(beside.fetched) == 2
    [read] = [each for each in worker.take(job.id) if hasattr(each, "failure")]
    assert str(read.failure) == "timeout"
    again = worker.do(kit.job(kit.serve_feed(site, "one")))
    assert len(again.fetched) == 1
