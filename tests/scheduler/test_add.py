"""`sources add`: from an address to a file that the catalogue takes and the crawl reads."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from prrwatch import catalogue
from prrwatch.catalogue.drafting import Found, draft, listed_articles
from prrwatch.source import WayKind
from scheduler.cli import cli
from scheduler.demo import World, faults

SITE = """
[crawler]
contact = "mailto:test@example.org"
allow_private_hosts = ["127.0.0.0/8"]
delay = 0.0
retries = 0
[catalogue]
path = "seeds"
"""
HOME = (
    """<html><head><link rel="alternate" type="application/rss+xml" href="{}"></head><body>Welcome, all</body></html>"""
)


@pytest.fixture
def world():
    with World() as one:
        yield one


def run(*arguments: str):
    return CliRunner().invoke(cli, ["--config", "prrwatch.toml", *arguments])


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "seeds").mkdir()
    (tmp_path / "prrwatch.toml").write_text(SITE)
    return tmp_path


def test_an_address_becomes_a_source(world, folder):
    herald = world["herald"]
    (feed,) = [way.url for way in _ways_of(world, folder, "sample-herald-en") if way.kind is WayKind.FEED][:1]
    herald.break_(faults.instead(HOME.format(feed).encode()), path="/")
    robots = f"User-agent: *\nAllow: /\nSitemap: {herald.url}/a-map.xml\n".encode()
    herald.break_(faults.instead(robots, "text/plain"), path="/robots.txt")
    urls = "".join(f"<url><loc>{herald.url}/no/{n}</loc></url>" for n in range(3))
    body = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'.encode()
    herald.break_(faults.instead(body, "application/xml"), path="/a-map.xml")
    done = run("sources", "add", f"{herald.url}/", "--id", "herald")
    assert done.exit_code == 0, done.output + str(done.exception)
    assert 'Fill in the lines with "?"' in done.output
    (source,) = [each for each in catalogue.load(folder / "seeds", ["127.0.0.0/8"]) if each.id == "herald"]
    assert [(way.kind, way.url) for way in source.ways] == [
        (WayKind.FEED, feed), (WayKind.SITEMAP, f"{herald.url}/robots.txt"),
    ]  # fmt: skip
    assert "en" in source.languages
    tried = run("sources", "try", "herald")
    assert tried.exit_code == 0, tried.output
    assert "articles listed" in tried.output
    again = run("sources", "add", f"{herald.url}/", "--id", "herald")
    assert "there is a source of this id" in str(again.exception)


def _ways_of(world, folder, identity):
    seeds = world.seeds(folder / "sample")
    return next(each for each in catalogue.load(seeds, ["127.0.0.0/8"]) if each.id == identity).ways


def test_a_site_without_ways_writes_nothing(world, folder):
    world["osce"].break_(faults.status(404))
    done = run("sources", "add", world["osce"].url)
    assert done.exit_code == 1
    assert "write a listing by hand" in str(done.exception)
    assert list((folder / "seeds").iterdir()) == []
    assert run("sources", "add", "ftp://example.org/").exit_code != 0


MENU = ["/about-us", "/press-releases", "/en/contact", "/ru/"]


def test_a_page_that_lists_headlines_is_a_way_in(world, folder):
    osce = world["osce"]
    osce.break_(faults.status(404), path="/feed")
    stories = [f"/news/{number}/families-come-home-again" for number in range(600101, 600105)]
    links = "".join(f'<li><a href="{path}">{path}</a></li>' for path in MENU + stories)
    osce.break_(faults.instead(f"<html><body>{links}{'words ' * 90}</body></html>".encode()), path="/list")
    done = run("sources", "add", f"{osce.url}/list", "--id", "osce-list")
    assert done.exit_code == 0, done.output + str(done.exception)
    (source,) = catalogue.load(folder / "seeds", ["127.0.0.0/8"])
    (way,) = source.ways
    assert (way.kind, way.url, way.items) == (WayKind.LISTING, f"{osce.url}/list", "a[href]")
    assert "4 articles listed" in run("sources", "try", "osce-list").output


@pytest.mark.parametrize(
    ("links", "known", "article"),
    [
        (MENU, [], ""),
        ([*MENU, "/a-trial-in-osh-begins", "/who-came-back-from-syria"], [], ""),
        ([*MENU, *(f"/n/{number}" for number in range(10000, 10004))], [], r"^https?://(?:www\.)?e\.org/n/\d+"),
        ([*MENU, "/n/1", "/n/22", "/n/333"], ["/n/4", "/n/5"], r"^https?://(?:www\.)?e\.org/n/\d+"),
        ([*MENU, "/a-trial-in-osh-begins"], ["/n/4", "/n/5"], ""),
    ],
)
def test_the_articles_of_a_page_are_shaped_alike_and_unlike_its_menu(links, known, article):
    found = (
        [Found(WayKind.FEED, "https://e.org/feed", tuple(f"https://e.org{each}" for each in known))] if known else []
    )
    assert listed_articles([f"https://e.org{link}" for link in links], found) == article


@pytest.mark.parametrize(
    ("urls", "article"),
    [
        (["/2024/05/08/a-b", "/2024/06/09/c"], r"^https?://(?:www\.)?e\.org/\d{4}/\d{2}/\d{2}/[^/?#]+"),
        (["/en/news/a", "/en/news/b", "/about"], r"^https?://(?:www\.)?e\.org/en/news/[^/?#]+"),
        (["/news/12345", "/news/9"], r"^https?://(?:www\.)?e\.org/news/\d+"),
        (["/only-one"], r"^https?://(?:www\.)?e\.org/[^/?#]+"),
    ],
)
def test_the_pattern_is_what_the_addresses_share(tmp_path, urls, article):
    found = [Found(WayKind.FEED, "https://www.e.org/feed", tuple(f"https://www.e.org{url}" for url in urls))]
    (tmp_path / "e-org.toml").write_text(draft("e-org", "https://www.e.org/", found, ["ru"]))
    (source,) = catalogue.load(tmp_path)
    assert (source.article, source.languages, source.note) == (article, ("ru",), "one way: no other was found")
