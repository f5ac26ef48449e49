"""The catalogue that ships: sound, complete against the researched sources, honest about what nobody has tried."""

import re
import time
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from crawler.reading.listing import read_listing
from crawler.reading.page import Listed, Page
from prrwatch import catalogue, urls
from prrwatch.keys import filled
from prrwatch.source import WayKind

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
RESEARCH = SEEDS.parents[1] / "shared" / "catalogue" / "sources.yaml"
READABLE = set(WayKind) - {WayKind.SEARCH, WayKind.REPUBLISHER}
#: Publishers of the documents that prrwatch was made from.
FOUNDING = {"osce-main", "unoct", "unrcca", "einpresswire", "caspianpost"}


@pytest.fixture(scope="module")
def sources():
    return catalogue.load()


@pytest.fixture(scope="module")
def files():
    paths = [path for path in SEEDS.rglob("*.toml") if "_classes" not in path.parts]
    return {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in paths}


@pytest.fixture(scope="module")
def research():
    if not RESEARCH.exists():
        pytest.skip("the researched catalogue is not beside this checkout")
    return yaml.load(RESEARCH.read_text(encoding="utf-8"), yaml.CSafeLoader)["sources"]


def test_every_file_is_sound_and_the_check_takes_under_a_second():
    start = time.process_time()
    problems = catalogue.check()
    assert problems == ()
    assert time.process_time() - start < 1


def test_every_file_is_a_source(sources, files):
    assert {source.id for source in sources} == set(files)
    assert len(files) >= 108


def test_every_researched_source_has_a_file_or_one_per_edition(files, research):
    absent = [each["id"] for each in research if not any(f"{id_}-".startswith(f"{each['id']}-") for id_ in files)]
    assert absent == []


def test_every_source_has_an_article_and_a_page_that_is_none_as_examples(sources):
    assert [source.id for source in sources if {example.article for example in source.examples} != {True, False}] == []


def test_no_discovery_page_is_taken_for_an_article(sources):
    wrong = [way.url for source in sources for way in source.ways if re.search(source.article, way.url)]
    assert wrong == []


def test_what_is_recorded_dead_is_no_way_of_any_source(sources, files):
    dead = {urls.key(url) for table in files.values() for url in table.get("dead", [])}
    assert len(dead) >= 15
    assert [way.url for source in sources for way in source.ways if urls.key(way.url) in dead] == []


def test_what_the_research_calls_dead_stands_in_the_files_as_dead(files, research):
    listed = {urls.key(url) for table in files.values() for url in table.get("dead", [])}
    dead = {way["url"] for each in research for way in each["discovery"] if way["status"] == "dead"}
    assert {url for url in dead if urls.key(url) not in listed} == set()


def test_a_status_is_never_better_than_what_the_research_says(sources, research):
    known = {}
    for each in research:
        for way in each["discovery"]:
            known.setdefault(way["url"], set()).add(way["status"])
    ways = [way for source in sources for way in source.ways if way.status != "method"]
    told = [(way.url, way.status) for way in ways if way.url in known]
    assert len(told) > 100
    assert [(url, status) for url, status in told if status not in known[url]] == []


def test_every_way_says_what_is_known_of_it(sources):
    assert [(source.id, way.url) for source in sources for way in source.ways if way.status is None] == []


def test_an_enabled_source_has_evidence_or_says_that_it_is_a_guess(sources):
    def evidence(source):
        return [way for way in source.ways if way.kind in READABLE and way.status not in {"guess", "method"}]

    wrong = [each.id for each in sources if each.enabled and not evidence(each) and "on a guess" not in each.note]
    assert wrong == []


def test_an_enabled_source_has_two_ways_or_says_why_not(sources):
    assert [each.id for each in sources if each.enabled and len(each.ways) < 2 and "one way" not in each.note] == []


def test_a_source_that_is_off_says_why(sources):
    assert [each.id for each in sources if not each.enabled and not each.note.startswith("off: ")] == []


def test_the_publishers_of_the_founding_documents_are_on(sources):
    enabled = {source.id for source in sources if source.enabled}
    assert enabled >= FOUNDING
    assert len(enabled) >= 12


def test_the_addresses_of_the_founding_documents_are_articles_of_their_sources(sources):
    documents = {
        "osce-main": "https://www.osce.org/secretariat/581629",
        "einpresswire": "https://www.einpresswire.com/article/764222958/osce-and-un-enhance-strategies",
        "caspianpost": "https://caspianpost.com/kazakhstan/kazakhstan-osce-and-un-host-dialogue-on-returnees-reintegration",
    }
    by_id = {source.id: source for source in sources}
    assert [id_ for id_, url in documents.items() if not re.search(by_id[id_].article, url)] == []


def test_a_source_that_needs_a_key_names_the_variable_and_is_skipped_without_it(sources):
    keyed = [source for source in sources if source.needs_env]
    assert {source.id for source in keyed} == {"reliefweb", "einpresswire-keyed"}
    assert [catalogue.key_of(source, {}) for source in keyed] == [None, None]
    for source in keyed:
        asked = [filled(way.url, catalogue.key_of(source, {source.needs_env: "k3y"})) for way in source.ways]
        assert any("k3y" in url for url in asked)
        assert not any("{" in url for url in asked)


def test_the_sample_of_the_readme_is_a_sound_source(tmp_path):
    sample = (SEEDS / "README.md").read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
    (tmp_path / "example-office.toml").write_text(sample, encoding="utf-8")
    (source,) = catalogue.load(tmp_path)
    assert source.ways[-1].kind is WayKind.SITEMAP  # of its class


def test_the_readme_explains_every_status(sources):
    readme = (SEEDS / "README.md").read_text(encoding="utf-8")
    assert {way.status for source in sources for way in source.ways if f"| `{way.status}` |" not in readme} == set()


#: Reconstructions after the selectors and labels that were recorded; no page of the site was copied.
_OLD_CARD = """<div class="search-result-news"><dt class="search-title"><h3><a href="/{unit}/{id}">{title}</a></h3></dt>
<div class="publishing-date"><span>Publishing date:</span> {day} September 2025</div><div>Content type: News</div>
<div>Where we are: {office}</div><div>What we do: {field}</div></div>"""
_NEW_CARD = """<a class="teaser teaser--two-cols" href="/node/{id}"><h3 class="teaser__title">{title}</h3>
<time datetime="2025-09-{day:02}T10:00:00Z">{day} September 2025</time>
<p>Where we are: {office} What we do: {field}</p></a>"""
_CARDS = (
    {"id": 597001, "unit": "bishkek", "title": "First", "day": 1, "field": "Countering terrorism"},
    {"id": 597002, "unit": "secretariat", "title": "Second", "day": 2, "field": "Gender equality"},
)
_OFFICES = ("OSCE Programme Office in Bishkek", "OSCE Secretariat")


def _osce_listing(card):
    menu = "".join(f'<li><a href="/topic-{number}">Topic {number}</a></li>' for number in range(150))
    cards = "".join(card.format(**each, office=office) for each, office in zip(_CARDS, _OFFICES, strict=True))
    body = f"<html><body><ul>{menu}</ul>{cards}</body></html>"
    return Page("https://www.osce.org/press-releases", body.encode(), "text/html", datetime(2025, 9, 3, tzinfo=UTC))


@pytest.mark.parametrize("card", [_OLD_CARD, _NEW_CARD])
def test_labelled_cards_of_both_generations_of_osce_are_read(sources, card):
    source = next(each for each in sources if each.id == "osce-main")
    page = _osce_listing(card)
    reads = [read_listing(page, source, way) for way in source.ways[:2]]
    (listed,) = [read for read in reads if isinstance(read, Listed)]
    told = [(urls.key(item.url), item.title, item.published.value[:10]) for item in listed.items]
    assert told == [("osce.org/node/597001", "First", "2025-09-01"), ("osce.org/node/597002", "Second", "2025-09-02")]


@pytest.mark.parametrize("id_", ["osce-bishkek", "osce-tntd"])
@pytest.mark.parametrize("card", [_OLD_CARD, _NEW_CARD])
def test_an_office_keeps_its_own_cards_of_the_common_listing(sources, card, id_):
    source = next(each for each in sources if each.id == id_)
    reads = [read_listing(_osce_listing(card), source, way) for way in source.ways if way.keep]
    (listed,) = [read for read in reads if isinstance(read, Listed)]
    assert [urls.key(item.url) for item in listed.items] == ["osce.org/node/597001"]
