"""What each page shows of the sample store."""

from __future__ import annotations

import html
import json
import re
from datetime import timedelta

import pytest

from webview import Site, saved
from webview.app import application

LISTS = (
    "/",
    "/?days=30",
    "/sources",
    "/source/wire",
    "/figures",
    "/calendar",
    "/rules",
    "/search",
    "/queries",
    "/store",
)


@pytest.mark.parametrize("address", [*LISTS, *(f"/queries/{each.name}" for each in saved.questions())])
async def test_every_page_is_there_and_needs_no_script(view, address):
    assert '<nav aria-label="Pages">' in await view.page(address)


async def test_every_story_and_every_document_has_a_page(view):
    for kind, sql in (
        ("story", "SELECT json_group_array(id) FROM stories"),
        ("document", "SELECT json_group_array(id) FROM documents"),
    ):
        for name in json.loads(view.one(sql)):
            await view.page(f"/{kind}/{name}")


@pytest.mark.parametrize("address", ["/story/s-none", "/document/99999", "/source/none", "/queries/none", "/nothing"])
async def test_what_is_not_there_is_said(view, address):
    assert "Not found" in await view.page(address, 404)


async def test_today_says_what_is_new_and_what_it_rests_on(view, flight):
    page = await view.page("/?days=7")
    assert f'href="/story/{flight}"' in page
    assert re.search(r"Coverage: read \d of 2 sources", page)
    assert "Kazakhstan" in page
    assert "<svg" in page


async def test_today_can_be_narrowed(view, flight):
    assert flight not in await view.page("/?days=7&country=TM")
    assert flight in await view.page("/?days=7&country=KZ&phase=rehabilitation")
    assert flight in await view.page("/?days=nonsense&country='%22&phase=x")


async def test_a_quiet_day_shows_the_latest(store_path, flight, now):
    datasette = application(Site(store_path, now=lambda: now + timedelta(days=40)))
    page = (await datasette.client.get("/")).text
    assert "All quiet" in page
    assert flight in page


async def test_a_story_shows_evidence_copies_changes_figures_verdict_and_messages(view, flight):
    page = await view.page(f"/story/{flight}")
    assert "<mark>" in page
    assert "copied from the one above" in page
    assert "<del>" in page
    assert "Fourteen" in page
    assert "more than</span> 700" in page
    assert "score" in page
    assert "prrwatch-id" in page
    assert "secret@" not in page


async def test_marks_stand_at_the_offsets_of_the_evidence(view, flight):
    document = view.one("SELECT document FROM memberships WHERE story = ? AND why = 'first'", flight)
    page = await view.page(f"/document/{document}")
    body = re.search(r'<div class="text"[^>]*>(.*?)</div>', page, re.DOTALL)[1]
    text = view.one(
        "SELECT text FROM versions JOIN documents ON version = versions.id WHERE documents.id = ?", document
    )
    assert html.unescape(re.sub(r"</?mark[^>]*>", "", body)) == text
    quotes = {text[start:end] for start, end in _places(view, document)}
    marked = {html.unescape(each) for each in re.findall(r"<mark[^>]*>(.*?)</mark>", body, re.DOTALL)}
    assert marked
    assert all(any(quote in each for each in marked) for quote in quotes)


def _places(view, document):
    found = view.one(
        'SELECT json_group_array(json_array(start, "end")) FROM evidence JOIN documents USING (verdict) '
        "WHERE documents.id = ? AND field = 'text'",
        document,
    )
    return json.loads(found)


async def test_russian_is_found_in_any_form(view):
    for words in ("возвращение", "возвращению", "реабилитации женщинам", "возвр*"):
        page = await view.page(f"/search?q={words}")
        assert "48 женщин и детей" in page, words
        assert 'title="match">' in page


async def test_search_takes_anything(view):
    for words in (
        '"',
        "'; DROP TABLE documents --",
        "a AND NOT",
        "* ^ ( NEAR(",
        "\ud800".encode("utf-8", "replace").decode(),
        "%00",
    ):
        await view.page(f"/search?q={words}&country=zz9&source=../..&before=x&only=?&language=<b>")


async def test_search_can_be_narrowed(view):
    assert "Apricots" in await view.page("/search?q=apricot")
    assert "Apricots" not in await view.page("/search?q=apricot&only=relevant")
    assert "48 женщин" not in await view.page("/search?q=женщин&country=KZ")
    assert "48 женщин" in await view.page("/search?q=женщин&country=UZ&language=ru&source=wire")


async def test_languages_and_directions_are_named(view):
    page = await view.page("/?days=7")
    assert re.search(r'<h3 dir="auto" lang="ar">', page)
    assert re.search(r'<h3 dir="auto" lang="ru">', page)


async def test_a_title_of_100_kilobytes_is_cut_in_lists_and_whole_on_demand(view):
    document = view.one("SELECT document FROM versions ORDER BY length(title) DESC LIMIT 1")
    assert len(await view.page("/?days=7")) < 60_000
    page = await view.page(f"/document/{document}")
    assert "The whole title (" in page
    assert len(page) > 100_000


async def test_rules_show_precision_and_near_misses(view):
    page = await view.page("/rules")
    assert "<meter" in page
    assert "100 %" in page


async def test_a_source_shows_its_items_also_those_that_were_not_read(view):
    page = await view.page("/source/wire")
    assert "http-403" in page
    assert "&lt;u&gt;lost&lt;/u&gt;" in page
    assert "Apricots" in page


async def test_rules_show_the_last_rehearsal_with_its_reasons(view):
    page = await view.page("/rules")
    assert "on 8 documents: they would add 1 and remove 1." in page
    assert "not judged yet, 1.25 by these rules" in page
    assert "returnees: &lt;b&gt;women&lt;/b&gt; of al-Hol" in page
    assert "score 1.50 now, 0.25 by these rules: nothing matches" in page


async def test_a_source_shows_its_gaps(view):
    page = await view.page("/source/wire")
    assert re.search(r">12\.5</td><td><span class=\"state quiet\">open</span>: nothing has been tried", page)
    assert "<p>None.</p>" in await view.page("/source/ministry")


async def test_a_badge_does_not_turn_a_title_from_right_to_left(view):
    """`dir=auto` goes by the first letters that have no direction of their own."""
    page = await view.page("/?days=7")
    assert re.search(r'<h3 dir="auto"[^>]*><span class="badge \w+" lang="en" dir="ltr">\w+</span> <a [^>]+>قير', page)
