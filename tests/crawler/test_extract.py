from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.extract import Unusable, extract, saved
from prrwatch.crawl import Reason
from prrwatch.document import Dated, Document, Item, Precision
from prrwatch.source import Kind, Selectors, Source

SEEN = datetime(2024, 12, 6, 8, 0, tzinfo=UTC)
URL = "https://news.example/society/12345"
SENTENCE = "The children who came home last spring now go to the school of their village. "
RUSSIAN = "Дети, вернувшиеся прошлой весной домой, теперь ходят в школу своего кишлака. "
PARAGRAPHS = "".join(f"<p>{number}. {SENTENCE * 2}</p>" for number in range(1, 6))
SOURCE = Source(
    id="example",
    name="Example",
    publisher="Example Office",
    kind=Kind.OFFICIAL,
    homepage="https://news.example/",
    languages=("en", "ru"),
    every=timedelta(hours=1),
    tier=1,
    article=".",
    ways=(),
)


def page(body: str, head: str = "", title: str = "Children go to school again") -> bytes:
    return f"<!doctype html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>".encode()


def read(
    body: bytes, source: Source = SOURCE, *, charset: str | None = None, item: Item | None = None
) -> Document | Unusable:
    return extract(body, url=URL, source=source, fetched=SEEN, media_type="text/html", charset=charset, item=item)


def document(body: bytes, source: Source = SOURCE, *, charset: str | None = None, item: Item | None = None) -> Document:
    got = read(body, source, charset=charset, item=item)
    assert isinstance(got, Document), got
    return got


def told(body: str, head: str = "") -> str | None:
    dated = document(page(f"<h1>Children go to school again</h1>{body}{PARAGRAPHS}", head)).published
    return dated.value if dated else None


# --- dates: what wins, and what never may -------------------------------------------------------------------------


def test_json_ld_wins_over_a_later_change_and_a_teaser() -> None:
    head = """<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2024-11-27",
    "dateModified":"2024-12-01"}</script><meta property="article:modified_time" content="2024-12-02">"""
    assert told('<div class="related"><time datetime="2024-12-05">5 December</time></div>', head) == "2024-11-27"


def test_json_ld_that_a_template_broke_still_tells_its_date() -> None:
    head = (
        '<script type="application/ld+json">{"headline":"He said "no"","datePublished":"2024-11-27T10:00:00Z"}</script>'
    )
    assert told("", head) == "2024-11-27T10:00:00+00:00"


@pytest.mark.parametrize(
    "trap",
    [
        "<footer>Copyright © 2019-2024</footer>",
        "<p>© 2024</p>",
        '<div class="clock">Today is Friday, 6 December 2024, 13:02</div>',
        "<p>USD 12 850.15 on 06.12.2024</p>",
        '<aside><p>Published: 5 December 2024</p><a href="/x">Another story</a></aside>',
        '<div class="comments"><p>Posted on 1 December 2024 by reader</p></div>',
        "<p>The law of 3 March 2020 gives them the right to return, and the decree of 2023 the money for it.</p>",
        "<p>On 27 November 2024, over forty experts gathered in the capital to speak of it.</p>",
        "<div>Last updated: 5 December 2024</div>",
        "<p>Page 2 of 2024</p>",
        '<meta name="last-modified" content="2024-12-05">',
    ],
)
def test_no_date_is_invented(trap: str) -> None:
    assert told(trap) is None
    assert document(page(f"{trap}<h1>Children go to school again</h1>{PARAGRAPHS}")).published is None


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ("<p>Issued on: 27 November 2024</p>", "2024-11-27"),
        ("<dl><dt>Publishing date</dt><dd>27/11/2024</dd></dl>", "2024-11-27"),
        ("<div><span>Опубликовано:</span> <span>27 ноября 2024 г.</span></div>", "2024-11-27"),
        ("<div>Дата публикации</div><div>27.11.2024 10:15</div>", "2024-11-27"),
        ('<time datetime="2024-11-27T10:15:00+05:00">27 Nov</time>', "2024-11-27T10:15:00+05:00"),
        ('<span itemprop="datePublished" content="2024-11-27">yesterday</span>', "2024-11-27"),
        ("<div>27-noyabr 2024, 18:00</div>", "2024-11-27"),
        ("<div>2024 жылғы 27 қараша</div>", "2024-11-27"),
        ("<p>Posted on November 27, 2024 by Editor</p>", "2024-11-27"),
    ],
)
def test_the_date_beside_the_title_is_found(body: str, value: str) -> None:
    assert told(body) == value


def test_the_items_date_is_kept_where_the_page_tells_none() -> None:
    listed = Dated(datetime(2024, 11, 27, tzinfo=UTC), Precision.DAY, "27 Nov 2024", "feed")
    item = Item(url=URL, key="the-key", title="As listed", published=listed)
    got = document(page(PARAGRAPHS, title=""), item=item)
    assert (got.key, got.title, got.published) == ("the-key", "As listed", listed)


# --- selectors ----------------------------------------------------------------------------------------------------


def test_selectors_are_used_and_fall_back_where_they_find_nothing() -> None:
    body = page(
        f'<h1>Wrong</h1><h2 class="t">Right title</h2><i class="d">27.11.2024</i><b class="i">The Office</b>'
        f'<div class="b">{PARAGRAPHS}<p class="x">Drop me, please, as the catalogue says.</p></div>'
    )
    chosen = replace(SOURCE, extract=Selectors(title=".t", date=".d", issuer=".i", body=".b", drop=".x"))
    got = document(body, chosen)
    assert got.published is not None
    assert (got.title, got.published.value, got.published.origin, got.issuer) == (
        "Right title",
        "2024-11-27",
        "selector",
        "The Office",
    )
    assert "Drop me" not in got.text
    lost = replace(SOURCE, extract=Selectors(title=".no", date=".no", issuer=".no", body=".no", drop=".no"))
    assert SENTENCE.strip() in document(body, lost).text


# --- text ---------------------------------------------------------------------------------------------------------


def test_a_paragraph_in_a_second_container_is_not_lost() -> None:
    blocks = "".join(f'<div class="row"><div class="text"><p>{n}. {SENTENCE * 3}</p></div></div><hr>' for n in range(8))
    got = document(page(f"<h1>Children go to school again</h1><main>{blocks}</main>"))
    assert all(f"{number}. The children" in got.text for number in range(8))


def test_lines_of_the_file_are_no_paragraphs() -> None:
    broken = "\n".join(SENTENCE.split()) + "\n"
    got = document(page(f"<h1>Children go to school again</h1><p>{broken * 3}</p><p>And {SENTENCE * 3}</p>"))
    assert len(got.text.splitlines()) == 2


def test_hidden_signs_do_not_reach_the_store() -> None:
    got = document(page(PARAGRAPHS.replace("school", "sch\u202eo\u200bol\u0007")))
    assert "school of their village" in got.text


@pytest.mark.parametrize(
    ("encoding", "declared", "header"),
    [
        ("windows-1251", "utf-8", None),
        ("windows-1251", "windows-1251", None),
        ("windows-1251", None, None),
        ("utf-8", "windows-1251", "windows-1251"),
        ("utf-8", None, "iso-8859-1"),
        ("koi8-r", None, None),
        ("koi8-r", "koi8-r", None),
        ("utf-16", None, None),
        ("utf-8-sig", "windows-1251", None),
    ],
)
def test_the_bytes_are_believed_before_the_declarations(
    encoding: str, declared: str | None, header: str | None
) -> None:
    meta = f'<meta charset="{declared}">' if declared else ""
    html = f"<html><head>{meta}<title>Дети снова в школе</title></head><body><h1>Дети снова в школе</h1>"
    got = document((html + f"<p>{RUSSIAN * 3}</p>" * 3).encode(encoding), charset=header)
    assert (got.title, got.language) == ("Дети снова в школе", "ru")
    assert RUSSIAN.strip() in got.text


def test_other_addresses_of_the_page_are_told() -> None:
    head = """<link rel="canonical" href="/society/children"><link rel="amphtml" href="https://amp.news.example/1">
    <link rel="alternate" hreflang="ru" href="/ru/12345"><link rel="alternate" type="application/rss+xml" href="/rss">
    <link rel="canonical" href="javascript:alert(1)"><link rel="canonical" href="/">"""
    assert document(page(PARAGRAPHS, head)).alternates == (
        "https://news.example/society/children",
        "https://amp.news.example/1",
        "https://news.example/ru/12345",
    )


# --- what is no article, and what is hostile ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", Reason.EMPTY),
        (b"   \n ", Reason.EMPTY),
        (b"\x00" * 5000, Reason.MALFORMED),
        (bytes(range(256)) * 100, Reason.MALFORMED),
        (b"%PDF-1.7 nothing", Reason.MALFORMED),
        (page("<div " + " ".join(f"a{n}=1" for n in range(40_000)) + ">x</div>"), Reason.MALFORMED),
        (page("<div\t" + "\t".join(f"a{n}" for n in range(40_000)) + ">x</div>"), Reason.MALFORMED),
        (page("<b>" * 50_000), Reason.MALFORMED),
        (page("<div>" * 100_000), Reason.TOO_LARGE),
        (page("<p>word</p>" * 3_000_000), Reason.TOO_LARGE),
        (page("<script" * 100_000), Reason.EMPTY),
        (page("<!--" * 100_000), Reason.EMPTY),
        (page("<p>" + "/" * 1_000_000), Reason.EMPTY),
        (page("<p>" + " " * 2_000_000), Reason.EMPTY),
        (page('<script type="application/ld+json">' + "[" * 200_000 + "</script>"), Reason.EMPTY),
        (
            page("<h1>404</h1><p>Page not found. Perhaps it has been moved to another place of this site.</p>"),
            Reason.HTTP_404,
        ),
    ],
)
def test_hostile_and_empty_bodies_end_soon_with_a_class(body: bytes, reason: Reason) -> None:
    started = time.process_time()
    got = read(body)
    assert isinstance(got, Unusable)
    assert got.reason == reason
    assert time.process_time() - started < 8


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["", "<p>", "<meta charset=utf-16>", "<table><td>", "%PDF-1.4\n"]))
def test_no_bytes_break_it(noise: bytes, lead: str) -> None:
    got = saved(lead.encode() + noise, URL, SEEN)
    assert isinstance(got, Document | Unusable)


def test_a_short_real_item_that_speaks_of_cookies_or_404_is_an_article() -> None:
    got = document(
        page(f"<h1>Court rules on cookies</h1><p>Decision 404 of the court concerns consent.</p>{PARAGRAPHS}")
    )
    assert "Decision 404" in got.text


# --- PDF ----------------------------------------------------------------------------------------------------------


def pdf(pages: list[list[str]], title: str = "") -> bytes:
    """A PDF with one line of text per line, as an office would print it."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    for lines in pages:
        shown = " ".join(f"({line.replace('(', '').replace(')', '')}) Tj T*" for line in lines)
        stream = f"BT /F1 11 Tf 14 TL 40 780 Td {shown} ET"
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 2000 842] /Contents {len(objects)} 0 R"
            " /Resources << /Font << /F1 3 0 R >> >> >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    objects.append(f"<< /Title ({title}) >>")
    body = "%PDF-1.4\n" + "".join(f"{n} 0 obj\n{each}\nendobj\n" for n, each in enumerate(objects, 1))
    return (body + f"trailer << /Root 1 0 R /Info {len(objects)} 0 R /Size {len(objects) + 1} >>\n%%EOF").encode(
        "latin-1"
    )


RELEASE = [
    "14 MAY 2024 | TASHKENT",
    "First Central Asia Expert Council Meeting on the Reintegration of Returnees",
    "PRESS RELEASE",
    "First meeting of the Expert Council in Central Asia to be held in Tashkent",
    "Tashkent/New York/Vienna, May 8, 2024 -The first meeting of the Expert Council will be held on May 14.",
    "The Council was established in March 2022 and received support from international partners.",
]


@pytest.mark.parametrize("stated", ["", "Microsoft Word - release_final.docx", "untitled"])
def test_a_release_in_pdf_is_dated_by_its_dateline_not_by_its_event(stated: str) -> None:
    got = document(
        pdf([RELEASE, ["Two sessions will also be organized, on local communities and their role."]], stated)
    )
    assert got.published is not None
    assert (got.published.value, got.published.origin) == ("2024-05-08", "dateline")
    assert got.title == RELEASE[1]
    assert got.media_type == "application/pdf"
    assert got.language == "en"
    assert "\n\fTwo sessions" in got.text


def test_a_sane_title_of_a_pdf_is_used() -> None:
    assert document(pdf([RELEASE], "Expert Council meets in Tashkent")).title == "Expert Council meets in Tashkent"


def test_a_pdf_of_pictures_is_empty() -> None:
    got = read(pdf([[]]))
    assert isinstance(got, Unusable)
    assert got.reason == Reason.EMPTY
