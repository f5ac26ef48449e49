"""The catalogue that ships: sound, complete against the researched sources, honest about what nobody has tried."""

import re
import time
import tomllib
from pathlib import Path

import pytest
import yaml

from prrwatch import catalogue, urls
from prrwatch.source import WayKind

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
RESEARCH = SEEDS.parents[1] / "shared" / "catalogue" / "sources.yaml"
READABLE = {WayKind.FEED, WayKind.SITEMAP, WayKind.LISTING}
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
    assert [catalogue.filled(source, {}) for source in keyed] == [None, None]
    for source in keyed:
        filled = catalogue.filled(source, {source.needs_env: "k3y"})
        assert any("k3y" in way.url for way in filled.ways)
        assert not any("{" in way.url for way in filled.ways)


def test_the_sample_of_the_readme_is_a_sound_source(tmp_path):
    sample = (SEEDS / "README.md").read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
    (tmp_path / "example-office.toml").write_text(sample, encoding="utf-8")
    (source,) = catalogue.load(tmp_path)
    assert source.ways[-1].kind is WayKind.SITEMAP  # of its class


def test_the_readme_explains_every_status(sources):
    readme = (SEEDS / "README.md").read_text(encoding="utf-8")
    assert {way.status for source in sources for way in source.ways if f"| `{way.status}` |" not in readme} == set()
