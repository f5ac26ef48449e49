"""Canonical keys fold the spellings of one page and nothing else."""

import csv
import io
import json
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prrwatch import urls

REAL_DATA = Path(__file__).resolve().parents[2].parent / "shared" / "real-data"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://www.example.org/a/b/", "example.org/a/b"),
        ("HTTP://WWW.Example.ORG:80/a#top", "example.org/a"),
        ("https://example.org:443", "example.org/"),
        ("http://example.org:8080/a", "example.org:8080/a"),
        ("example.org/a", "example.org/a"),
        ("//example.org/a", "example.org/a"),
        ("https://example.org./a", "example.org/a"),
        ("https://www.com/a", "www.com/a"),
        ("https://example.org/a?utm_source=x&p=7&fbclid=1&gclid=2&ysclid=3&testme=4", "example.org/a?p=7"),
        ("https://example.org/?p=12", "example.org/?p=12"),
        ("https://example.org/view?123456", "example.org/view?123456"),
        ("https://example.org/a?b=2&a=1&b=2", "example.org/a?a=1&b=2"),
        ("https://example.org/a?lang=ru", "example.org/a?lang=ru"),
        ("https://example.org/a?cid=5&eid=6&uid=7&source=8", "example.org/a?cid=5&eid=6&source=8&uid=7"),
        ("https://example.org/a/amp", "example.org/a"),
        ("https://example.org/a/amp/", "example.org/a"),
        ("https://example.org/a?amp=1", "example.org/a"),
        ("https://example.org/a?amp", "example.org/a"),
        ("https://amp.example.org/a", "example.org/a"),
        ("https://example-org.cdn.ampproject.org/c/s/www.example.org/a/amp/", "example.org/a"),
        ("https://www.google.com/amp/s/www.example.org/a", "example.org/a"),
        ("https://example.org/lamp", "example.org/lamp"),
        ("https://example.org/a//b/./c/../d", "example.org/a/b/d"),
        ("https://example.org/%7euser/%d0%b0", "example.org/~user/%D0%B0"),
        ("https://example.org/а", "example.org/%D0%B0"),
        ("https://example.org/a%2fb", "example.org/a%2Fb"),
        ("https://example.org/100%", "example.org/100%25"),
        ("https://example.org/a b", "example.org/a%20b"),
        ("https://example.org/a?q=x%20y", "example.org/a?q=x+y"),
        ("https://example.org/a;jsessionid=8F3A?x=1", "example.org/a?x=1"),
        ("https://президент.рф/a", "xn--d1abbgf6aiiy.xn--p1ai/a"),
        ("https://user:secret@example.org/a", "example.org/a"),
        ("http://[2001:DB8::1]:8080/a", "[2001:db8::1]:8080/a"),
        # language editions are different texts
        ("https://news.example.org/ru/a", "news.example.org/ru/a"),
    ],
)
def test_spellings_of_one_page_fold(url, expected):
    assert urls.key(url) == expected


@pytest.mark.parametrize(
    ("url", "story"),
    [
        ("https://www.osce.org/secretariat/581629", "581629"),
        ("http://www.osce.org/node/581629", "581629"),
        ("https://bishkek.osce.org/node/660454", "660454"),
        ("https://tntd.osce.org/secretariat/600338?page=2", "600338"),
        ("https://odihr.osce.org/odihr/17772", "17772"),
        ("https://www.osce.org/node/46370/", "46370"),
    ],
)
def test_osce_ids_are_the_page_over_hosts_and_paths(url, story):
    assert urls.key(url) == f"osce.org/node/{story}"


def test_a_translation_is_another_document_of_the_same_kin():
    russian = "https://bishkek.osce.org/ru/programme-office-in-bishkek/581629"
    assert urls.key(russian) == "osce.org/ru/node/581629" == urls.key("osce.org/ru/node/581629")
    assert urls.kin(russian) == "osce.org/node/581629" == urls.kin("https://www.osce.org/secretariat/581629")
    assert urls.kin("https://www.osce.org/pc/581629") == "osce.org/node/581629"
    assert urls.kin("https://example.org/ru/node/1") == "example.org/ru/node/1"


@pytest.mark.parametrize(
    "url",
    [
        "https://www.osce.org/countering-terrorism",
        "https://www.osce.org/files/f/documents/1/2/581629.pdf",
        "https://www.osce.org/files/f/documents/1/581629",
        "https://www.osce.org/annual-report/2024",
        "https://www.notosce.org/secretariat/581629",
        "https://osce.org.example.net/secretariat/581629",
    ],
)
def test_other_pages_are_not_taken_for_osce_stories(url):
    assert "/node/" not in urls.key(url)


def test_two_wordings_of_one_einpresswire_article_are_one():
    first = urls.key("https://www.einpresswire.com/article/764222958/osce-and-un-enhance-strategies")
    assert (
        first
        == urls.key("https://www.einpresswire.com/article/764222958/other-words?ref=rss")
        != urls.key("https://www.einpresswire.com/article/764222944/a")
    )


@pytest.mark.parametrize(
    ("urls_of_one", "expected"),
    [
        (
            ["https://rus.azattyq.org/a/a-slug/31629490.html", "https://rus.azattyq.org/amp/a-slug/31629490.html"],
            "rus.azattyq.org/a/31629490.html",
        ),
        (["https://ozodi.org/amp/30305432.html", "https://www.ozodi.org/a/30305432.html"], "ozodi.org/a/30305432.html"),
        (
            ["https://www.inform.kz/kz/siriyadan-kyz_a4056880", "https://en.kazinform.kz/other_a4056880"],
            "inform.kz/_a4056880",
        ),
        (
            [
                "https://www.thegctf.org/What-we-do/Detail/ArtMID/840/ArticleID/215/Returning",
                "https://thegctf.org/x/ArtMID/9/ArticleID/215",
            ],
            "thegctf.org/ArticleID/215",
        ),
        (
            ["https://t.me/s/kloopnews/123", "https://t.me/kloopnews/123?embed=1", "http://t.me/kloopnews/123?single"],
            "t.me/kloopnews/123",
        ),
    ],
)
def test_sites_that_answer_to_an_id_have_it_as_key(urls_of_one, expected):
    assert {urls.key(url) for url in urls_of_one} == {expected}
    assert urls.key(expected) == expected


@pytest.mark.parametrize("family", urls.FAMILIES)
def test_the_form_of_a_family_is_its_own_fixed_point(family):
    key = (
        family.form.replace(r"\g<edition>", "")
        .replace(r"\g<channel>", "some_channel")
        .replace(r"\g<channel>", "example")
        .replace(r"\g<id>", "1234567")
    )
    assert urls.key(key) == urls.key(f"https://www.{key}") == key


@pytest.mark.parametrize(
    "garbage",
    [
        "",
        " ",
        "mailto:",
        "javascript:alert(1)",
        "ftp://example.org/a",
        "http://[::1",
        "http://a:b:c/",
        "http://..",
        "\ud800",
        "http://" + "a" * 300,
    ],
)
def test_garbage_gets_a_key_of_its_own(garbage):
    assert urls.key(garbage).startswith("invalid/~sha256-")
    assert urls.key(urls.key(garbage)) == urls.key(garbage)


def test_long_urls_have_bounded_keys_that_differ():
    one, two = (urls.key(f"https://example.org/{'a' * 5000}{end}") for end in "xy")
    assert one != two
    assert one.startswith("example.org/~sha256-")
    assert len(one) <= urls.MAX_KEY


def test_hostile_urls_cost_little():
    hostile = [
        "http://e.org/" + "/amp" * 200_000,
        "http://e.org/?" + "&" * 500_000,
        "http://osce.org" + "/1" * 300_000,
        "%" * 500_000,
    ]
    hostile.append("http://www.google.com/amp/" * 10_000)
    start = time.process_time()
    for url in hostile:
        urls.key(url)
        urls.host_key(url)
        urls.absolute("https://example.org/", url)
    assert time.process_time() - start < 5


_PIECES = """http:// https:// // / ? & = # % %2 %2e %61 %ff .. . amp www. osce.org node/ 12345 article/ einpresswire.com
:80 :8080 @ [::1] utm_source=1 p=1 я xn-- ß google.com/amp/s/ a.cdn.ampproject.org/c/ \\"""
_pieces = st.sampled_from([*_PIECES.split(), " ", "\n", "\x00"])
_addresses = st.one_of(st.text(), st.lists(st.one_of(_pieces, st.text(max_size=3)), max_size=12).map("".join))


@settings(max_examples=400, deadline=None)
@given(_addresses)
def test_keys_are_idempotent_bounded_and_never_raise(url):
    once = urls.key(url)
    assert urls.key(once) == once
    assert 0 < len(once) <= urls.MAX_KEY
    assert once.isascii()


@settings(max_examples=200, deadline=None)
@given(_addresses, _addresses)
def test_links_become_http_urls_or_nothing(base, link):
    url = urls.absolute(base, link)
    assert url is None or (url.startswith(("http://", "https://")) and urls.host_key(url))


@settings(max_examples=200, deadline=None)
@given(_addresses)
def test_host_keys_never_raise_and_are_stable(url):
    host = urls.host_key(url)
    assert not host or urls.host_key(f"http://{host}/x") == host


@pytest.mark.parametrize(
    ("base", "link", "expected"),
    [
        ("https://example.org/news/", "a", "https://example.org/news/a"),
        ("https://example.org/news", "/b?x=1#c", "https://example.org/b?x=1"),
        ("https://example.org/", "//other.org/x", "https://other.org/x"),
        ("https://example.org/", " https://example.org/а ", "https://example.org/%D0%B0"),
        ("https://example.org/", "", None),
        ("https://example.org/", "#top", None),
        ("https://example.org/", "mailto:a@example.org", None),
        ("https://example.org/", "javascript:void(0)", None),
        ("https://example.org/", "file:///etc/passwd", None),
        ("https://example.org/", "http://good.org@bad.org/", None),
        ("https://example.org/", "http://[::1", None),
        ("https://example.org/", "a" * 9000, None),
        ("", "relative", None),
    ],
)
def test_links_are_made_absolute(base, link, expected):
    assert urls.absolute(base, link) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://WWW.Example.org/a", "www.example.org"),
        ("http://127.0.0.1:8080/", "127.0.0.1:8080"),
        ("https://example.org:443/", "example.org"),
        ("http://[::1]:9/", "[::1]:9"),
        ("nonsense://x", ""),
        ("", ""),
    ],
)
def test_hosts_for_politeness(url, expected):
    assert urls.host_key(url) == expected


# Where we differ from crawler-commons on purpose: no host ("http:////" is not "http:/"), and only http(s) has keys.
_OTHER_THAN_CRAWLER_COMMONS = {
    "http:////",
    "http:///////",
    "file:/var/www/html/////./bar/index.html",
    "file:/var/www/html/foo/../bar/index.html",
}


def _crawler_commons(name):
    archive = REAL_DATA / "crawler-commons-resources.zip"
    if not archive.exists():
        pytest.skip(f"{archive.name} is not here")
    with zipfile.ZipFile(archive) as files:
        (member,) = (each for each in files.namelist() if each.endswith(name))
        return files.read(member).decode("utf-8")


def test_spellings_that_crawler_commons_calls_one_are_one():
    text = _crawler_commons("normalizer/weirdToNormalizedUrls.csv")
    lines = io.StringIO(
        "".join(line for line in io.StringIO(text, newline="\n") if not line.startswith("#")), newline="\n"
    )
    rows = [row for row in csv.reader(lines, skipinitialspace=True) if len(row) == 2]
    assert len(rows) > 100
    differ = {weird for weird, normal in rows if urls.key(weird) != urls.key(normal)}
    assert differ == _OTHER_THAN_CRAWLER_COMMONS


def test_links_resolve_as_crawler_commons_expects():
    rows = csv.reader(io.StringIO(_crawler_commons("url-utils/url-resolve.csv")), skipinitialspace=True)
    cases = [row for row in rows if len(row) == 3 and not row[0].startswith("#")]
    got = {(link, base): urls.absolute(base, link) for link, base, _ in cases}
    wrong = {(link, base) for link, base, wanted in cases if got[link, base] != wanted}
    # credentials and file: lead to no page that we may read
    assert {link for link, _ in wrong} == {"http://user:pass@foo:21/bar;par?b#c", "//server/file"}
    assert not any(got[each] for each in wrong)


def test_nothing_in_the_url_tests_of_browsers_raises_or_leads_away_from_http():
    cases = [case for case in json.loads(_crawler_commons("wpt-urltestdata.json")) if isinstance(case, dict)]
    for case in cases:
        once = urls.key(case["input"])
        assert urls.key(once) == once
        link = urls.absolute(case.get("base") or "", case["input"])
        assert link is None or case.get("failure") or case["protocol"] in {"http:", "https:"}
