"""Which addresses are talked to."""

from __future__ import annotations

import socket
from http.server import ThreadingHTTPServer

import pytest

from crawler.net.addresses import Guard

PRIVATE = [
    "127.0.0.1", "127.8.9.1", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1",
    "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::", "2002:a00:1::1", "2001::1",
    "2001:db8::1", "fec0::1", "100::1",
]  # fmt: skip
PUBLIC = ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]


@pytest.mark.parametrize("address", PRIVATE)
def test_nothing_but_global_unicast(address):
    assert not Guard.of(()).permits(address, "example.org")


@pytest.mark.parametrize("address", PUBLIC)
def test_global_unicast(address):
    assert Guard.of(()).permits(address, "example.org")


@pytest.mark.parametrize(
    "entry", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "::1", "0.0.0.0", "LOCALHOST."]
)
@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "0.0.0.0", "::", "::ffff:127.0.0.1"])
def test_the_spellings_of_loopback_are_one_address(entry, address):
    guard = Guard.of((entry,))
    assert guard.permits(address, "whatever")
    assert not guard.permits("127.0.0.2", "whatever")
    assert not guard.permits("10.0.0.1", "whatever")


def test_a_network_and_a_name():
    guard = Guard.of(("10.1.0.0/16", "intranet.example"))
    assert guard.permits("10.1.2.3", "x")
    assert guard.permits("192.168.7.7", "Intranet.Example.")
    assert not guard.permits("192.168.7.7", "x")
    assert not guard.permits("10.2.0.1", "x")
    assert not guard.permits("127.0.0.1", "x")


def spellings(port: int) -> list[str]:
    return [
        f"http://{host}:{port}/feed" for host in ("127.0.0.1", "localhost", "2130706433", "0x7f.1", "0.0.0.0", "127.1")
    ]


def test_every_spelling_of_loopback_is_refused_unless_named(worker, site, kit):
    kit.serve_feed(site, "one")
    ways = [kit.feed(url) for url in spellings(site.port)]
    done = worker.do(kit.job(*ways, allow_private_hosts=("192.168.0.0/16",)))
    assert done.failures() == ["forbidden-address"] * len(ways)
    assert site.seen == []


@pytest.mark.parametrize("entry", ["127.0.0.1", "localhost"])
def test_every_spelling_of_loopback_is_allowed_when_one_is_named(worker, site, kit, entry):
    kit.serve_feed(site, "one")
    for url in spellings(site.port):
        assert worker.do(kit.job(kit.feed(url), allow_private_hosts=(entry,))).failures() == [None], url


def test_ipv6_loopback(worker, kit, monkeypatch):
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("no IPv6 here")
    with monkeypatch.context() as patched:
        patched.setattr(ThreadingHTTPServer, "address_family", socket.AF_INET6)
        site = kit.Site("::1")
    url = f"http://[::1]:{site.port}/feed"
    site.pages["/feed"] = kit.Page(kit.feed_of(f"http://[::1]:{site.port}/news/1"), headers=kit.XML)
    assert worker.do(kit.job(kit.feed(url), allow_private_hosts=())).failures() == ["forbidden-address"]
    assert worker.do(kit.job(kit.feed(url), allow_private_hosts=("127.0.0.1",))).failures() == [None]
    site.close()


@pytest.mark.parametrize(
    "target",
    ["http://127.0.0.2:{port}/", "http://169.254.169.254/latest/meta-data", "file:///etc/passwd", "ftp://127.0.0.1/x",
     "data:text/html,hello", "gopher://127.0.0.1/", "http://10.0.0.1/", "http://[::ffff:127.0.0.9]:{port}/",
     "//127.0.0.2:{port}/", "http://user:secret@127.0.0.2:{port}/", "http://2130706434:{port}/"],
)  # fmt: skip
def test_redirects_do_not_lead_out_of_bounds(worker, site, other_site, kit, target):
    location = target.format(port=other_site.port)
    site.pages["/feed"] = kit.Page(status=302, headers={"Location": location})
    done = worker.do(kit.job(kit.feed(f"{site.url}/feed"), allow_private_hosts=("127.0.0.1",)))
    assert done.failures() == ["forbidden-address"]
    assert other_site.seen == []


def test_links_to_forbidden_places_are_no_articles(worker, site, kit):
    links = ["file:///news/passwd", "http://169.254.169.254/news/1", f"{site.url}/news/one"]
    site.pages["/feed"] = kit.Page(kit.feed_of(*links), headers=kit.XML)
    site.pages["/news/one"] = kit.Page(kit.article_of(), headers=kit.HTML)
    done = worker.do(kit.job(kit.feed(f"{site.url}/feed"), allow_private_hosts=("127.0.0.1",)))
    assert [str(each.reason) for each in done.unreadable] == ["forbidden-address"]
    assert len(done.fetched) == 1
