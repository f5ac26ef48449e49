"""Pages that a script fills, read by a real Chromium that gets what the crawler fetches for it, and nothing else."""

from __future__ import annotations

import importlib.util
import json
from dataclasses import replace

import psutil
import pytest

from crawler.net import browser
from crawler.settings import CHROMIUM

pytestmark = pytest.mark.skipif(
    CHROMIUM is None or importlib.util.find_spec("scrapy_playwright") is None,
    reason="needs Chromium and the extra js",
)
SHELL = """<!doctype html><html><head><title>News</title><script src="/main.js"></script>
<script src="THIRD/spy.js"></script><link rel=stylesheet href=/style.css><link rel=icon href=/icon.png></head>
<body><div id=root><img src=/picture.png></div><iframe src="THIRD/frame"></iframe></body></html>"""
SCRIPT = """
const show = words => { document.getElementById("root").innerHTML += words };
addEventListener("load", () => {
  fetch("/api/list").then(found => found.json()).then(list =>
    show(list.map(each => `<li class=card><a href="/news/${each}">${each}</a></li>`).join("")))
    .then(() => { location.href = "THIRD/elsewhere" });
  for (const url of ["/private/list", "http://127.0.0.3:9/", "http://169.254.169.254/", "file:///etc/passwd",
                     "THIRD/more"])
    fetch(url).then(() => show(`<li class=card><a href="/news/leak">${url}</a></li>`), () => {});
  fetch("/api/write", {method: "POST", body: "x"}).catch(() => {});
  for (const origin of [location.origin, "THIRD"])
    try { new WebSocket("ws" + origin.slice(4) + "/socket") } catch (error) {}
  navigator.sendBeacon("THIRD/beacon", "x");
  for (let number = 0; number < 5; number++) window.open("THIRD/popup");
});
"""


@pytest.fixture
def shop(kit, site, other_site):
    """A site whose list is made by its script, and a third party."""
    for path, words, kind in (("/list", SHELL, "text/html"), ("/main.js", SCRIPT, "text/javascript")):
        body = words.replace("THIRD", other_site.url).encode()
        site.pages[path] = kit.Page(body, headers={"Content-Type": kind})
    site.pages["/api/list"] = kit.Page(
        json.dumps(["one", "two"]).encode(), headers={"Content-Type": "application/json"}
    )
    site.pages["/robots.txt"] = kit.Page(b"User-agent: *\nDisallow: /private/\n")
    kit.serve_feed(site, "one", "two")
    return site


def way(kit, site, **more):
    return kit.listing(f"{site.url}/list", items="li.card", render="js", **more)


def test_a_list_made_by_a_script_is_read(worker, shop, other_site, kit):
    done = worker.do(kit.job(way(kit, shop), allow_private_hosts=("127.0.0.1", "127.0.0.2"), timeout=20.0))
    assert done.failures() == [None]
    assert sorted(each.item.url.rpartition("/")[2] for each in done.fetched) == ["one", "two"]
    assert other_site.seen == [], "third parties are not asked"
    asked = set(shop.paths()) - {"/news/one", "/news/two"}
    assert asked == {"/robots.txt", "/list", "/main.js", "/api/list"}, "no pictures, no writing, robots.txt obeyed"
    assert all(seen.headers["User-Agent"].startswith("prrwatch/") for seen in shop.seen)


def test_articles_made_by_scripts(worker, site, kit):
    words = " ".join(f"<p>Sentence {n} of women and children who came home from the camps.</p>" for n in range(30))
    page = f"<html><head><title>T</title></head><body><script>document.body.innerHTML = '<h1>Home</h1>{words}'</script>"
    feed = kit.serve_feed(site, "one")
    site.pages["/news/one"] = kit.Page(page.encode(), headers=kit.HTML)
    job = kit.job(feed, timeout=20.0)
    rendered = replace(job, source=replace(job.source, render="js"))
    done = worker.do(rendered)
    [read] = done.fetched
    assert "Sentence 29" in read.document.text
    assert ("X-Rendered-By", "chromium") in read.original.headers


@pytest.mark.long
@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("while (true) {}", "timeout"),
        ("document.body.append(new Comment('x'.repeat(3000000)))", "too-large"),
    ],
)
def test_hostile_scripts_end_with_a_class_and_the_next_way_is_read(worker, site, kit, script, told):
    body = f"<!doctype html><html><body><script>{script}</script></body></html>"
    site.pages["/list"] = kit.Page(body.encode(), headers=kit.HTML)
    done = worker.do(kit.job(way(kit, site), kit.serve_feed(site, "one"), timeout=3.0 if told == "timeout" else 40.0))
    assert done.failures() == [told, None]
    assert len(done.fetched) == 1


def test_a_page_that_is_refused_needs_no_browser(worker, site, kit):
    site.pages["/list"] = kit.Page(b"no", 403)
    done = worker.do(kit.job(way(kit, site), kit.serve_feed(site, "one")))
    assert done.failures() == ["http-403", None]


def test_no_browser_is_left_behind(worker, kit):
    family = psutil.Process(worker.process.pid).children(recursive=True)
    assert [each.name() for each in family if "chrom" in each.name() or "node" in each.name()] == []


def test_without_chromium_it_is_said(monkeypatch):
    monkeypatch.setattr(browser, "CHROMIUM", None)
    failed = browser._missing()
    assert (str(failed.reason), "apt install chromium" in failed.detail) == ("no-browser", True)


def test_without_the_extra_it_is_said(monkeypatch):
    def absent(name):
        raise ImportError(name)

    monkeypatch.setattr(browser.importlib, "import_module", absent)
    failed = browser._missing()
    assert (str(failed.reason), "prrwatch[js]" in failed.detail) == ("no-browser", True)
