"""The catalogue reads what the contract says, refuses the rest, and tells everything that is wrong at once."""

import textwrap
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prrwatch import catalogue, keys
from prrwatch.catalogue.patterns import fault
from prrwatch.errors import CatalogueError
from prrwatch.source import Kind, WayKind

SAMPLE = r"""
id = "example-listing"
name = "Example: press releases"
publisher = "Example Office"
kind = "official"
homepage = "https://www.example.org/"
languages = ["en", "ru"]
every = "1h"
tier = 1
enabled = true
delay = 2.0
article = '^https://www\.example\.org/[a-z-]+/\d+$'

[[discover]]
way = "listing"
url = "https://www.example.org/press-releases"
items = "article.card"
link = "a.title"
title = "a.title"
date = ".date"
next = "a[rel=next]"

[[discover]]
way = "feed"
url = "https://www.example.org/rss.xml"

[extract]
title = "h1"
date = ".issued time"
issuer = ".issued-by"
body = "main .text"
drop = "nav, .related"

[expect]
items = 5
quiet_after = "14d"

[[example]]
url = "https://www.example.org/secretariat/581629"
article = true
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "seeds").mkdir()
    return tmp_path / "seeds"


def write(folder, name, text):
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(textwrap.dedent(text), encoding="utf-8")
    return file


def small(id_="a", **keys):
    """A short source file; keys replace or add top-level lines, as TOML."""
    lines = {
        "id": f'"{id_}"',
        "name": '"A"',
        "publisher": '"A"',
        "kind": '"media"',
        "homepage": '"https://example.org/"',
        "languages": '["en"]',
        "article": "'/a/'",
        "discover": '[{way = "feed", url = "https://example.org/rss"}]',
    } | keys
    return "\n".join(f"{name} = {value}" for name, value in lines.items() if value is not None)


def problems(folder, **more):
    return [(problem.key, problem.what) for problem in catalogue.check(folder, **more)]


def test_the_sample_of_the_contract_is_read_as_written(folder):
    file = write(folder, "official/example-listing.toml", SAMPLE)
    (source,) = catalogue.load(folder)
    listing, feed = source.ways
    assert (source.id, source.kind, source.every, source.file) == (
        "example-listing",
        Kind.OFFICIAL,
        timedelta(hours=1),
        str(file),
    )
    assert (listing.kind, listing.items, listing.next) == (WayKind.LISTING, "article.card", "a[rel=next]")
    assert (feed.kind, feed.url, feed.items) == (WayKind.FEED, "https://www.example.org/rss.xml", None)
    assert (source.extract.issuer, source.expect.items, source.expect.quiet_after) == (
        ".issued-by",
        5,
        timedelta(days=14),
    )
    assert source.examples[0].article
    assert source.languages == ("en", "ru")


@pytest.mark.parametrize(("tier", "every"), [(1, 1), (2, 6), (3, 24)])
def test_the_tier_says_how_often_when_the_file_does_not(folder, tier, every):
    write(folder, "a.toml", small(tier=tier))
    assert catalogue.load(folder)[0].every == timedelta(hours=every)


def test_every_problem_of_every_file_is_told_at_once(folder):
    write(folder, "a.toml", small("a", kind='"newspaper"', colour='"red"', languages="[]"))
    write(folder, "b.toml", "not toml at all [")
    write(folder, "c.toml", small("other"))
    with pytest.raises(CatalogueError) as caught:
        catalogue.load(folder)
    told = str(caught.value)
    assert caught.value.exit_code == 2
    for words in ("a.toml: kind", "a.toml: colour: unknown key", "a.toml: languages", "b.toml: not TOML", "c.toml: id"):
        assert words in told
    assert len(caught.value.problems) == 5


@pytest.mark.parametrize(
    ("keys", "key"),
    [
        ({"id": '"B"'}, "id"),
        ({"id": '"../x"'}, "id"),
        ({"name": None}, "name"),
        ({"homepage": '"example.org"'}, "homepage"),
        ({"homepage": '"http://[::1"'}, "homepage"),
        ({"homepage": '"file:///etc/passwd"'}, "homepage"),
        ({"languages": '["English"]'}, "languages.0"),
        ({"every": '"soon"'}, "every"),
        ({"every": '"0s"'}, "every"),
        ({"every": "3600"}, "every"),
        ({"tier": "4"}, "tier"),
        ({"delay": "-1"}, "delay"),
        ({"delay": "inf"}, "delay"),
        ({"country": '"Kazakhstan"'}, "country"),
        ({"timezone": '"Mars/Olympus"'}, "timezone"),
        ({"date_order": '"DYM"'}, "date_order"),
        ({"needs_env": '"lower case"'}, "needs_env"),
        ({"article": "'('"}, "article"),
        ({"article": "''"}, "article"),
        ({"article": "'^(a+)+$'"}, "article"),
        ({"class": '"no-such"'}, "class"),
        ({"class": "7"}, "class"),
        ({"discover": "[]"}, "discover"),
        ({"discover": '[{way = "pigeon", url = "https://e.org/"}]'}, "discover.0.way"),
        ({"discover": '[{way = "feed", url = "/rss"}]'}, "discover.0.url"),
        ({"discover": '[{way = "feed", url = "https://e.org/a b"}]'}, "discover.0.url"),
        ({"discover": '[{way = "feed", url = "https://e.org/{topic}"}]'}, "discover.0.url"),
        ({"discover": '[{way = "feed", url = "https://e.org/x", status = "dead"}]'}, "discover.0.status"),
        ({"discover": '[{way = "listing", url = "https://e.org/x"}]'}, "discover.0.items"),
        ({"discover": '[{way = "listing", url = "https://e.org/x", items = "a["}]'}, "discover.0.items"),
        ({"discover": '[{way = "listing", url = "https://e.org/x", items = "a", keep = "(x*)*"}]'}, "discover.0.keep"),
        ({"discover": '[{way = "feed", url = "https://e.org/x", items = "a"}]'}, "discover.0.items"),
        ({"discover": '[{way = "republisher", url = "nobody"}]'}, "discover.0.url"),
        ({"discover": '[{way = "republisher", url = "a"}]'}, "discover.0.url"),
        ({"dead": '["https://example.org/rss/"]'}, "discover.0.url"),
        ({"extract": '{headline = "h1"}'}, "extract.headline"),
        ({"extract": '{title = "h1::"}'}, "extract.title"),
        ({"expect": "{items = -1}"}, "expect.items"),
        ({"expect": '{fields = ["colour"]}'}, "expect.fields.0"),
        ({"example": '[{url = "https://example.org/b/1", article = true}]'}, "example.0.url"),
        ({"example": '[{url = "https://example.org/a/1", article = false}]'}, "example.0.url"),
    ],
)  # fmt: skip
def test_a_wrong_key_is_named_with_its_file(folder, keys, key):
    write(folder, "a.toml", small(**keys))
    (problem, *more) = catalogue.check(folder)
    assert (problem.key, more) == (key, [])
    assert problem.file.endswith("a.toml")


def test_a_listing_may_choose_an_attribute(folder):
    listing = (
        '{way = "listing", url = "https://e.org/x", items = "li", date = "time::attr(datetime)", title = "a::text"}'
    )
    write(folder, "a.toml", small(discover=f"[{listing}]"))
    assert catalogue.load(folder)[0].ways[0].date == "time::attr(datetime)"


def test_two_files_may_not_have_one_id(folder):
    write(folder, "x/a.toml", small())
    write(folder, "y/a.toml", small())
    ((key, what),) = problems(folder)
    assert key == "id"
    assert "x/a.toml" in what


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8000/f", "http://localhost/f", "http://10.1.2.3/f", "http://[::1]:80/f"]
)
def test_our_own_hosts_may_be_read_every_two_seconds(folder, url):
    write(folder, "a.toml", small(every='"2s"', discover=f'[{{way = "feed", url = "{url}"}}]'))
    assert catalogue.load(folder)[0].every == timedelta(seconds=2)


def test_other_hosts_may_not_unless_the_site_file_names_them(folder):
    write(folder, "a.toml", small(every='"2s"'))
    assert [key for key, _ in problems(folder)] == ["every"]
    assert problems(folder, allow_private_hosts=("192.0.2.0/24",)) == [("every", problems(folder)[0][1])]
    assert problems(folder, allow_private_hosts=("10.0.0.0/8", "example.org")) == []


def test_a_network_of_the_site_file_covers_its_addresses(folder):
    write(folder, "a.toml", small(every='"2s"', discover='[{way = "feed", url = "http://8.8.8.8/f"}]'))
    assert problems(folder, allow_private_hosts=("8.8.0.0/16",)) == []


@pytest.mark.parametrize("name", ["missing", "empty"])
def test_a_folder_without_sources_is_a_mistake(folder, name):
    (folder / "empty").mkdir()
    with pytest.raises(CatalogueError, match=name):
        catalogue.load(folder / name)


def test_a_class_gives_defaults_and_the_file_what_differs(folder):
    write(
        folder,
        "_classes/portal.toml",
        """
        [class]
        delay = 5.0
        date_order = "DMY"
        extract = {title = "h1", drop = ".ticker"}
        [[class.discover]]
        way = "feed"
        url = "{base}/feed/"
        status = "guess"
        [[class.discover]]
        way = "sitemap"
        url = "{base}/sitemap.xml"
        status = "guess"
        """,
    )
    own = {
        "class": '"portal"',
        "delay": "9",
        "extract": '{title = "h2"}',
        "dead": '["https://example.org/sitemap.xml"]',
    }
    write(folder, "a.toml", small(**own))
    (source,) = catalogue.load(folder)
    assert (source.delay, source.date_order) == (9.0, "DMY")
    assert (source.extract.title, source.extract.drop) == ("h2", ".ticker")
    assert [way.url for way in source.ways] == ["https://example.org/rss", "https://example.org/feed/"]


def test_a_class_that_the_file_overrides_everywhere_adds_no_way_twice(folder):
    write(folder, "_classes/portal.toml", '[class]\ndiscover = [{way = "feed", url = "{base}/rss"}]')
    write(folder, "a.toml", small(**{"class": '"portal"'}))
    assert len(catalogue.load(folder)[0].ways) == 1


def test_a_wrong_class_file_is_named(folder):
    write(folder, "_classes/portal.toml", "delay = 1")
    write(folder, "a.toml", small())
    (problem,) = catalogue.check(folder)
    assert problem.file.endswith("portal.toml")


def test_a_source_may_be_republished_by_another(folder):
    write(folder, "a.toml", small(discover='[{way = "republisher", url = "b", keep = "///UNRCCA"}]'))
    write(folder, "b.toml", small("b"))
    (way,) = catalogue.load(folder)[0].ways
    assert (way.kind, way.via, way.keep) == (WayKind.FEED, "b", "///UNRCCA")


def test_a_key_from_the_environment_is_put_in_at_the_moment_of_use(folder):
    way = '[{way = "feed", url = "https://e.org/rss/{EIN_KEY}"}]'
    write(folder, "a.toml", small(needs_env='"EIN_KEY"', discover=way))
    (source,) = catalogue.load(folder)
    assert catalogue.key_of(source, {}) is None
    assert catalogue.key_of(source, {"EIN_KEY": " "}) is None
    key = catalogue.key_of(source, {"EIN_KEY": "k/1"})
    assert keys.filled(source.ways[0].url, key) == "https://e.org/rss/k%2F1"
    assert keys.veiled("https://e.org/rss/k%2F1 k/1", key) == "https://e.org/rss/{EIN_KEY} {EIN_KEY}"
    write(folder, "a.toml", small())
    (plain,) = catalogue.load(folder)
    assert catalogue.key_of(plain, {"EIN_KEY": "k"}) is None


def test_a_way_that_is_off_is_no_way_and_a_source_needs_one_that_is_on(folder):
    off = '{way = "search", url = "https://s.example/rss?q=x", enabled = false}'
    write(folder, "a.toml", small(discover=f'[{off}, {{way = "feed", url = "https://e.org/rss"}}]'))
    assert [way.kind for way in catalogue.load(folder)[0].ways] == [WayKind.FEED]
    write(folder, "a.toml", small(discover=f"[{off}]"))
    assert "at least one way that is enabled" in str(catalogue.check(folder)[0])


@pytest.mark.parametrize(
    "pattern",
    [
        r"^(a+)+$",
        r"(a*)*",
        r"(?:a|b|ab)*x",
        r"(?:[a-z]+)*/",
        r"(?:(?:a+))+",
        r"(?:\w+\d)+",
        r".+.+.+.+x",
        r"(?i)(?:[a-z]+A)*",
    ],
)
def test_patterns_that_can_explode_are_refused(pattern):
    assert fault(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        r"^https?://(?:[a-z0-9-]+\.)?osce\.org/(?:[a-z0-9-]+/)*\d{3,7}/?$",
        r"/\d{4}/\d{2}/[a-z0-9%-]+/?$",
        r"(?:/[^/]+)*",
        r"a(?!b|c)+",
        r"(?:ab)+",
    ],
)
def test_patterns_that_cannot_explode_are_taken(pattern):
    assert not fault(pattern)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=r"ab/+*?(){}[]|\d.^$-1,:<>=!P", max_size=24))
def test_any_text_as_a_pattern_gets_an_answer(pattern):
    assert isinstance(fault(pattern), str)


@settings(max_examples=60, deadline=None)
@given(
    data=st.recursive(
        st.text(max_size=5) | st.integers() | st.booleans(), lambda x: st.lists(x, max_size=3), max_leaves=5
    ),
    key=st.sampled_from(["id", "discover", "extract", "example", "class", "dead", "article", "homepage", "every"]),
)
def test_garbage_in_a_key_is_a_problem_and_no_crash(tmp_path_factory, data, key):
    folder = tmp_path_factory.mktemp("garbage")
    write(folder, "a.toml", small(**{key: _toml(data)}))
    assert all(problem.file.endswith("a.toml") for problem in catalogue.check(folder))


def _toml(value):
    match value:
        case bool():
            return str(value).lower()
        case list():
            return f"[{', '.join(map(_toml, value))}]"
        case str():
            return '"' + "".join(f"\\U{ord(char):08x}" for char in value if not 0xD800 <= ord(char) < 0xE000) + '"'
        case _:
            return str(value % 2**60)
