"""A source whose first way lies: the next way finds its items, and `prrwatch status` says what the first one did."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from scheduler.demo import faults

pytestmark = pytest.mark.long

SOURCE = """
id = "{id}"
name = "{id}"
publisher = "{id}"
kind = "media"
homepage = "{base}/"
languages = ["en"]
every = "2s"
tier = 3
delay = 0.0
article = '^{base_regex}/{article}$'

[[discover]]
{first}
url = "{base}/{id}"

[[discover]]
{second}

[[example]]
url = "{base}/{example}"
article = true

[[example]]
url = "{base}/"
article = false
"""
CARDS = 'way = "listing"\nitems = "article.search-result-news"\nlink = "h3.search-title a"\nnext = "li.pager-next a"'


@dataclass(frozen=True)
class Lie:
    fault: faults.Fault
    reason: str


LIES = {
    "wall": Lie(faults.html_for_xml(), "not-a-feed"),
    "eleven": Lie(faults.eleven_bytes(), "empty"),
    "json": Lie(faults.instead(b'{"items": [], "note": "this is no feed at all"}', "application/json"), "not-a-feed"),
    "nothing": Lie(faults.instead(b"", "application/rss+xml"), "empty"),
    "forbidden": Lie(faults.status(403), "http-403"),
    "missing": Lie(faults.status(404), "http-404"),
    "error": Lie(faults.status(500), "http-5xx"),
    "silent": Lie(faults.hang(), "timeout"),
    "reset": Lie(faults.drop(), "refused"),
    "loop": Lie(faults.redirect_loop(), "redirect-loop"),
    "inside": Lie(faults.redirect("http://169.254.169.254/latest/meta-data/"), "forbidden-address"),
    "huge": Lie(faults.oversize(2), "too-large"),
}


def gazette(site, name: str) -> str:
    return site.seed(
        SOURCE.replace("{id}", name)
        .replace("{article}", r"news/\d+-[a-z-]+")
        .replace("{example}", "news/4110-apricot-harvest-forecast")
        .replace("{first}", 'way = "feed"')
        .replace("{second}", 'way = "sitemap"\nurl = "{base}/sitemap.xml"')
    )


def osce(site) -> str:
    return site.seed(
        SOURCE.replace('url = "{base}/{id}"', 'url = "{base}/press-releases"')
        .replace("{id}", "redesign")
        .replace("{article}", r"[a-z-]+/\d{6}")
        .replace("{example}", "secretariat/600101")
        .replace("{first}", CARDS)
        .replace("{second}", CARDS + '\nurl = "{base}/"')
    )


def test_every_lying_first_way_is_named_and_the_second_finds_the_items(house):
    house.keep_only()
    seeds = house.folder / "seeds"
    for name, lie in LIES.items():
        (seeds / f"{name}.toml").write_text(gazette(house.world["gazette"], name), encoding="utf-8")
        house.world["gazette"].break_(lie.fault, path=f"/{name}")
    (seeds / "redesign.toml").write_text(osce(house.world["osce"]), encoding="utf-8")
    house.world["osce"].break_(faults.selectors_gone(), path="/press-releases")
    file = house.folder / "prrwatch.toml"
    impatient = file.read_text(encoding="utf-8").replace("timeout = 5.0", "timeout = 3.0\nmax_bytes = 1_000_000")
    file.write_text(impatient.replace("retries = 1", "retries = 0"), encoding="utf-8")

    done = house.run("crawl")
    assert done.returncode == 0, done.stderr
    sources = {source["id"]: source for source in house.status()["sources"]}
    wanted = {name: lie.reason for name, lie in LIES.items()} | {"redesign": "layout-changed"}
    assert {name: source["ways"][0]["reason"] for name, source in sources.items()} == wanted
    assert {(source["state"], source["ways"][1]["state"]) for source in sources.values()} == {("ok", "ok")}
    assert {row["url"] for row in house.rows("documents")} == house.listed("gazette", "osce", day=1)
