"""A source that another one of the catalogue carries: resolved when the catalogue is read, walked as any other."""

from __future__ import annotations

from prrwatch import catalogue
from prrwatch.source import WayKind
from prrwatch.urls import hosts_of, key

CARRIER = """
id = "carrier"
name = "A newsroom that carries releases"
publisher = "A newsroom"
kind = "media"
homepage = "{base}/"
languages = ["en"]
article = '^{base}/news/'
{more}
[[discover]]
way = "feed"
url = "{base}/feed"
[[discover]]
way = "sitemap"
url = "{base}/sitemap.xml"
[[example]]
url = "{base}/news/one"
article = true
"""
CARRIED = """
id = "carried"
name = "An office whose site is down"
publisher = "An office"
kind = "official"
homepage = "{own}/"
languages = ["en"]
article = '^{own}/release/'
[expect]
items = 3
[[discover]]
way = "feed"
url = "{own}/feed"
[[discover]]
way = "republisher"
url = "carrier"
{keep}
[[example]]
url = "{own}/release/1"
article = true
"""


def carried(folder, site, other_site, keep: str):
    (folder / "carrier.toml").write_text(CARRIER.format(base=site.url, more=""))
    (folder / "carried.toml").write_text(CARRIED.format(own=other_site.url, keep=keep))
    return catalogue.load(folder)[0]


def test_its_articles_are_found_where_they_are_carried(worker, site, other_site, kit, tmp_path):
    entries = "".join(
        f"<item><title>{name}</title><link>{site.url}/news/{name}</link><description>Words. {line}</description></item>"
        for name, line in (("one", "///An office, 8 May"), ("two", "///Another office, 8 May"))
    )
    site.pages["/feed"] = kit.Page(f'<rss version="2.0"><channel>{entries}</channel></rss>'.encode(), headers=kit.XML)
    site.pages["/news/one"] = kit.Page(kit.article_of("one"), headers=kit.HTML)
    source = carried(tmp_path, site, other_site, "keep = '///An office'")
    assert [(way.kind, way.via) for way in source.ways] == [(WayKind.FEED, None), (WayKind.FEED, "carrier")]
    assert site.host in hosts_of(source), "the carrier's host is not asked by two passes at once"
    job = kit.job(*source.ways, article=source.article, expect=source.expect, homepage=source.homepage)
    done = worker.do(job)
    assert done.failures() == ["http-404", None]
    assert [each.document.url for each in done.fetched] == [f"{site.url}/news/one"]
    assert done.fetched[0].item.key == key(f"{site.url}/news/one")


def test_a_day_without_a_release_is_no_failure_and_a_dead_carrier_is(worker, site, other_site, kit, tmp_path):
    kit.serve_feed(site, "one", "two")
    source = carried(tmp_path, site, other_site, "keep = '///An office'")
    done = worker.do(kit.job(*source.ways, article=source.article, expect=source.expect))
    assert done.failures() == ["http-404", None]
    assert done.ways[1].items == ()
    site.pages["/feed"] = kit.Page(b"no", 500)
    done = worker.do(kit.job(*source.ways, article=source.article, expect=source.expect))
    assert done.failures() == ["http-404", "http-5xx"]


def test_without_keep_the_links_to_the_source_are_its_articles(worker, site, other_site, kit, tmp_path):
    links = (f"{site.url}/news/x", f"{other_site.url}/release/7")
    site.pages["/feed"] = kit.Page(kit.feed_of(*links), headers=kit.XML)
    other_site.pages["/release/7"] = kit.Page(kit.article_of("seven"), headers=kit.HTML)
    source = carried(tmp_path, site, other_site, "")
    done = worker.do(kit.job(*source.ways, article=source.article))
    assert [each.document.url for each in done.fetched] == [f"{other_site.url}/release/7"]


def test_a_carrier_that_needs_a_key_or_is_carried_itself_gives_no_way(tmp_path, site, other_site):
    source = carried(tmp_path, site, other_site, "")
    assert len(source.ways) == 2
    keyed = CARRIER.format(base=site.url, more='needs_env = "A_KEY"').replace("/feed", "/feed?k={A_KEY}")
    (tmp_path / "carrier.toml").write_text(keyed)
    assert [way.url for way in catalogue.load(tmp_path)[0].ways] == [f"{other_site.url}/feed"]


def test_the_shipped_republishers_are_resolved():
    sources = {source.id: source for source in catalogue.load()}
    assert [way for source in sources.values() for way in source.ways if way.kind is WayKind.REPUBLISHER] == []
    via = [(way.kind, way.url, way.keep) for way in sources["unrcca"].ways if way.via == "newscentralasia-net"]
    assert (WayKind.FEED, "https://www.newscentralasia.net/feed/", "///UNRCCA") in via
