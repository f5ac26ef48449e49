"""The sample world is a tool of other tests, so it is proved here first: pages, 304, faults, mail, webhook, end."""

from __future__ import annotations

import contextlib
import gzip
import http.client
import json
import re
import smtplib
import socket
import time
import tomllib
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

import feedparser
import pypdfium2
import pytest
from lxml import etree, html

from prrwatch import settings
from scheduler.demo import Mailbox, Webhook, World, environment, faults, pages, site_file
from scheduler.demo.mailbox import Hang, Refuse, RefuseMessage, Vanish
from scheduler.demo.pdf import pdf

NEW_ITEM = "/project-co-ordinator-in-uzbekistan/600120"
RELEASE = "/sites/default/files/press_release_second_meeting_rec.pdf"
HOSTILE = "/news/4125-workshop-receives-second-order"


@dataclass
class Got:
    status: int
    headers: dict[str, str]
    body: bytes


def get(port, target="/", *, method="GET", body=None, timeout=5.0, **headers) -> Got:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, target, body=body, headers=named)
        answer = connection.getresponse()
        return Got(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
    finally:
        connection.close()


@pytest.fixture
def world():
    with World() as world:
        yield world


@pytest.fixture
def mailbox():
    with Mailbox() as mailbox:
        yield mailbox


@pytest.fixture
def webhook():
    with Webhook() as webhook:
        yield webhook


# The sites ---------------------------------------------------------------------------------------------------------


def test_every_link_of_every_listing_feed_and_sitemap_leads_to_an_article(world):
    world.day(2)
    for name, listing in [("osce", "/press-releases"), ("un", "/en/news"), ("portal", "/latest")]:
        tree = html.fromstring(get(world[name].port, listing).body)
        links = tree.xpath("//article//a/@href")
        assert len(links) >= 4
        assert {get(world[name].port, link).status for link in links} == {200}
    for name, feed in [("herald", "/feed/"), ("herald", "/ru/feed/"), ("relay", "/rss/world.xml")]:
        entries = feedparser.parse(get(world[name].port, feed).body).entries
        assert len(entries) >= 3
        assert all(entry.link.startswith(world[name].url) and entry.published_parsed for entry in entries)
        assert {get(world[name].port, entry.link.removeprefix(world[name].url)).status for entry in entries} == {200}
    located = etree.fromstring(get(world["gazette"].port, "/sitemap.xml").body).xpath("//*[local-name()='loc']/text()")
    assert {get(world["gazette"].port, url.removeprefix(world["gazette"].url)).status for url in located} == {200}


def test_the_listing_has_labelled_cards_and_a_pager_that_ends(world):
    first = html.fromstring(get(world["osce"].port, "/press-releases").body)
    labels = first.xpath("//article[1]//span[@class='label']/text()")
    assert labels == ["Publishing date:", "Content type:", "Where we are:", "What we do:"]
    [following] = first.xpath("//li[@class='pager-next']/a/@href")
    last = html.fromstring(get(world["osce"].port, following).body)
    assert len(last.xpath("//article")) == 2
    assert not last.xpath("//li[@class='pager-next']")


def test_at_least_150_menu_lines_stand_before_the_text_of_an_osce_like_article(world):
    page = get(world["osce"].port, "/secretariat/600101").body.decode()
    before, label, after = page.partition("Issued on:")
    assert before.count("<li") >= 150
    assert label
    assert "21 April 2026" in after
    assert "Issued by:" in after


def test_robots_txt_asks_for_a_small_delay(world):
    assert b"Crawl-delay: 0.1" in get(world["osce"].port, "/robots.txt").body


def test_the_second_day_brings_news_to_every_site_that_works(world):
    fresh = {
        "osce": NEW_ITEM,
        "un": RELEASE,
        "herald": "/ru/2026/05/mediatory-podgotovyat-semi-k-vozvrashcheniyu-rodnykh/",
        "portal": "/uzbekistan/mediators-to-prepare-families-of-returnees",
        "relay": "/article/900502/osce-and-un-help-central-asian-mediators",
        "gazette": HOSTILE,
    }
    assert {get(world[name].port, path).status for name, path in fresh.items()} == {404}
    world.day(2)
    assert {get(world[name].port, path).status for name, path in fresh.items()} == {200}


def test_the_syndicator_copies_word_for_word():
    [original] = [each for each in pages.load("osce").articles if each.path == NEW_ITEM]
    [copy] = [each for each in pages.load("relay").articles if "900502" in each.path]
    assert (copy.title, copy.text) == (original.title, original.text)
    assert copy.issuer != original.issuer


def test_every_article_is_long_enough_to_be_one_and_every_page_says_that_it_is_invented(world):
    world.day(2)
    for site in world:
        for article in pages.load(site.name).shown(2).values():
            assert sum(map(len, article.text)) > 500, article.path
            if not article.path.endswith(".pdf"):
                assert b"Invented sample page" in get(site.port, article.path).body


def test_the_release_is_a_pdf_whose_text_can_be_read_and_announces_a_later_meeting(world):
    world.day(2)
    got = get(world["un"].port, RELEASE)
    assert got.headers["content-type"] == "application/pdf"
    document = pypdfium2.PdfDocument(got.body)
    try:
        text = " ".join(document[0].get_textpage().get_text_range().split())
    finally:
        document.close()
    assert text.startswith("12 MAY 2026 | TASHKENT")
    assert "PRESS RELEASE" in text
    assert "Tashkent/New York, May 6, 2026 - The second meeting" in text
    assert "will be held on May 12." in text


def test_a_long_pdf_has_several_pages_and_keeps_every_paragraph():
    created = pages.load("un").articles[-1].published
    body = pdf("Title (with \\ brackets)", [f"Paragraph number {n} (of 120)." for n in range(120)], created)
    document = pypdfium2.PdfDocument(body)
    try:
        text = "".join(page.get_textpage().get_text_range() for page in document)
        count, title = len(document), document.get_metadata_value("Title")
    finally:
        document.close()
    assert count > 1
    assert all(f"number {n} (of 120)." in text for n in range(120))
    assert title == "Title (with \\ brackets)"


def test_the_hostile_title_arrives_as_written_and_not_as_markup(world):
    world.day(2)
    tree = html.fromstring(get(world["gazette"].port, HOSTILE).body)
    [heading] = tree.xpath("//h1")
    title = heading.text_content()
    assert len(heading) == 0
    assert not tree.xpath("//script")
    for hostile in ["<script>", "=cmd|", "<!channel>", "\u202e", "\r\nBcc:"]:
        assert hostile in title


def test_the_ministry_lets_nobody_in_and_the_gazettes_feed_lies(world):
    assert get(world["ministry"].port, "/feed").status == 403
    assert get(world["ministry"].port, "/en/press").status == 500
    lie = get(world["gazette"].port, "/rss.xml")
    assert lie.status == 200
    assert lie.headers["content-type"].startswith("text/html")


def test_all_feeds_and_the_sitemap_are_well_formed(world):
    world.day(2)
    for name, path in [("herald", "/feed/"), ("herald", "/ru/feed/"), ("relay", "/rss/world.xml")]:
        etree.fromstring(get(world[name].port, path).body)
    etree.fromstring(get(world["gazette"].port, "/sitemap.xml").body)


# HTTP --------------------------------------------------------------------------------------------------------------


def test_an_unchanged_page_is_answered_by_304_and_a_changed_one_by_200(world):
    port = world["osce"].port
    got = get(port, "/press-releases")
    again = {"If_None_Match": got.headers["etag"], "If_Modified_Since": got.headers["last-modified"]}
    unchanged = get(port, "/press-releases", **again)
    assert (unchanged.status, unchanged.body) == (304, b"")
    assert unchanged.headers["etag"] == got.headers["etag"]
    world.day(2)
    assert get(port, "/press-releases", **again).status == 200
    assert get(port, "/secretariat/600101", **again).status == 200


def test_if_modified_since_works_alone_and_the_tag_wins_over_it(world):
    port = world["osce"].port
    got = get(port, "/press-releases")
    assert parsedate_to_datetime(got.headers["last-modified"]).isoformat() == "2026-04-29T13:00:00+00:00"
    assert get(port, "/press-releases", If_Modified_Since=got.headers["last-modified"]).status == 304
    assert get(port, "/press-releases", If_Modified_Since="Mon, 01 Jan 2001 00:00:00 GMT").status == 200
    assert get(port, "/press-releases", If_Modified_Since="not a date").status == 200
    both = {"If_None_Match": '"another"', "If_Modified_Since": got.headers["last-modified"]}
    assert get(port, "/press-releases", **both).status == 200


def test_an_error_page_is_never_answered_by_304(world):
    assert get(world["ministry"].port, "/feed", If_None_Match="*").status == 403


def test_gzip_is_used_when_asked_for_and_holds_the_same_page(world):
    plain = get(world["osce"].port, "/press-releases")
    packed = get(world["osce"].port, "/press-releases", Accept_Encoding="gzip, br")
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert len(packed.body) < len(plain.body) / 2
    assert gzip.decompress(packed.body) == plain.body
    assert packed.headers["etag"] == plain.headers["etag"]


def test_head_has_the_length_of_get_and_no_body(world):
    head = get(world["osce"].port, "/press-releases", method="HEAD")
    assert head.body == b""
    assert int(head.headers["content-length"]) == len(get(world["osce"].port, "/press-releases").body)


def test_requests_are_counted_by_path_and_kept_in_order(world):
    osce = world["osce"]
    get(osce.port, "/press-releases", User_Agent="one")
    get(osce.port, "/press-releases?page=1")
    get(world["un"].port, "/en/news")
    assert osce.count("/press-releases") == 2
    assert osce.count() == 2
    assert osce.counts() == {"/press-releases": 1, "/press-releases?page=1": 1}
    assert [each.request.target for each in world.requests] == ["/press-releases", "/press-releases?page=1", "/en/news"]
    assert osce.exchanges[0].request.headers["user-agent"] == "one"
    assert [each.status for each in world.requests] == [200, 200, 200]


def test_several_requests_go_over_one_connection(world):
    connection = http.client.HTTPConnection("127.0.0.1", world["un"].port, timeout=5)
    try:
        for _ in range(3):
            connection.request("GET", "/en/news")
            assert connection.getresponse().read()
            assert connection.sock is not None
    finally:
        connection.close()


@pytest.mark.parametrize(
    "garbage",
    [b"\x16\x03\x01\x02\x00", b"GET\r\n\r\n", b"A" * 100_000, b"GET / HTTP/1.1\r\nContent-Length: -4\r\n\r\n"],
)
def test_garbage_ends_the_connection_and_nothing_else(world, garbage):
    with socket.create_connection(("127.0.0.1", world["un"].port), timeout=5) as client:
        client.sendall(garbage)
        client.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionResetError):  # unread garbage makes the system close with RST
            assert client.recv(100) == b""
    assert get(world["un"].port, "/en/news").status == 200


@pytest.mark.parametrize("query", ["?page=", "?page=x", "?page=-1", "?page=%00", "?page=%C2%B2", "?&&&"])
def test_an_odd_page_number_is_the_first_page(world, query):
    assert get(world["osce"].port, "/press-releases" + query).body == get(world["osce"].port, "/press-releases").body


# Faults ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [403, 404, 410, 429, 500, 503])
def test_a_status_is_switched_on_and_off(world, code):
    world["un"].break_(faults.status(code, retry_after="7"))
    got = get(world["un"].port, "/en/news")
    assert (got.status, got.headers["retry-after"]) == (code, "7")
    world["un"].mend()
    assert get(world["un"].port, "/en/news").status == 200


def test_a_fault_may_hold_for_one_path_and_for_some_requests_only(world):
    un = world["un"]
    un.break_(faults.status(500), path="/en/news", times=2)
    assert get(un.port, "/robots.txt").status == 200
    assert [get(un.port, "/en/news").status for _ in range(3)] == [500, 500, 200]


def test_a_hanging_site_says_nothing_and_still_shuts_down(world):
    world["un"].break_(faults.hang())
    with pytest.raises(TimeoutError):
        get(world["un"].port, "/en/news", timeout=0.2)
    waiting = socket.create_connection(("127.0.0.1", world["un"].port), timeout=5)
    waiting.sendall(b"GET / HTTP/1.1\r\n\r\n")
    world["un"].exchanges.wait(lambda seen: len(seen) == 2, 5)
    began = time.monotonic()
    world.close()
    assert time.monotonic() - began < 10
    with waiting:
        assert waiting.recv(10) == b""


def test_a_dropped_connection_is_reset(world):
    world["un"].break_(faults.drop())
    with pytest.raises(ConnectionError):
        get(world["un"].port, "/en/news")


def test_a_body_is_cut_short_of_its_promised_length(world):
    world["un"].break_(faults.drop(after=400))
    with pytest.raises((ConnectionError, http.client.IncompleteRead)):
        get(world["un"].port, "/en/news")


def test_a_slow_drip_comes_byte_by_byte(world):
    world["un"].break_(faults.drip(0.01))
    with socket.create_connection(("127.0.0.1", world["un"].port), timeout=5) as client:
        client.sendall(b"GET /robots.txt HTTP/1.1\r\n\r\n")
        received = [client.recv(1000) for _ in range(5)]
    assert b"".join(received).startswith(b"HTTP/")
    assert max(map(len, received)) < 10


def test_html_for_xml_eleven_bytes_and_an_oversized_page(world):
    relay = world["relay"]
    relay.break_(faults.html_for_xml())
    got = get(relay.port, "/rss/world.xml")
    assert got.headers["content-type"].startswith("text/html")
    assert got.body.startswith(b"<!DOCTYPE html>")
    relay.break_(faults.eleven_bytes())
    assert len(get(relay.port, "/rss/world.xml").body) == 11
    relay.break_(faults.oversize(3))
    packed = get(relay.port, "/rss/world.xml", Accept_Encoding="gzip").body
    assert len(packed) < 20_000
    assert len(gzip.decompress(packed)) > 3 * 1024 * 1024


def test_no_items_leaves_a_well_formed_empty_page(world):
    for name, path, item in [
        ("relay", "/rss/world.xml", b"<item>"),
        ("osce", "/press-releases", b"<article"),
        ("gazette", "/sitemap.xml", b"<url>"),
    ]:
        assert item in get(world[name].port, path).body
        world[name].break_(faults.no_items())
        assert item not in get(world[name].port, path).body


def test_a_redesign_takes_every_selector_and_leaves_the_text(world):
    before = html.fromstring(get(world["osce"].port, "/press-releases").body)
    world["osce"].break_(faults.selectors_gone())
    after = html.fromstring(get(world["osce"].port, "/press-releases").body)
    assert after.text_content() == before.text_content()
    assert not set(before.xpath("//@class")) & set(after.xpath("//@class"))


def test_redirects_in_a_circle_and_to_a_private_address(world):
    un = world["un"]
    un.break_(faults.redirect_loop())
    assert get(un.port, "/en/news").headers["location"] == "/en/news"
    un.break_(faults.redirect("http://169.254.169.254/latest/"))
    assert get(un.port, "/en/news").headers["location"] == "http://169.254.169.254/latest/"


# Catalogue and site file -------------------------------------------------------------------------------------------


def test_the_catalogue_names_the_ports_of_this_run_and_its_examples_hold(world, tmp_path):
    folder = world.seeds(tmp_path / "seeds")
    tables = [tomllib.loads(file.read_text(encoding="utf-8")) for file in sorted(folder.iterdir())]
    assert len(tables) == 8
    assert len({table["id"] for table in tables}) == 8
    for table in tables:
        assert table["every"] == "2s"
        assert all(way["url"].startswith("http://127.0.0.1:") for way in table["discover"])
        for example in table["example"]:
            assert bool(re.search(table["article"], example["url"])) is example["article"]
    assert "{base" not in "".join(file.read_text(encoding="utf-8") for file in folder.iterdir())


def test_every_article_of_the_world_matches_the_article_pattern_of_a_source(world, tmp_path):
    world.day(2)
    tables = [tomllib.loads(file.read_text(encoding="utf-8")) for file in world.seeds(tmp_path).iterdir()]
    for site in world:
        for path in pages.load(site.name).shown(2):
            matching = [table["id"] for table in tables if re.search(table["article"], site.url + path)]
            assert len(matching) == 1, path


def test_the_site_file_is_read_without_complaint_and_its_secrets_are_in_the_environment(tmp_path, mailbox):
    read = settings.load(site_file(tmp_path))
    assert read.store == tmp_path / "prrwatch.db"
    assert read.policy.allow_private_hosts == ("127.0.0.1",)
    assert {str(each.deliver) for each in read.subscriptions} == {"now", "daily"}
    for channel in read.channels:
        assert str(mailbox.port) in settings.channel_url(read, channel, environment(mailbox))


# Mail --------------------------------------------------------------------------------------------------------------


def send(mailbox, *recipients, subject="Привет", text="Ein Gruß\n.\n..dots"):
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, "me@example.org", ", ".join(recipients)
    message.set_content(text)
    message.add_alternative(f"<p>{text}</p>", subtype="html")
    with smtplib.SMTP("127.0.0.1", mailbox.port, timeout=5) as client:
        return client.send_message(message)


def test_a_mail_is_kept_as_it_was_sent(mailbox):
    send(mailbox, "a@example.org", "b@example.org")
    [mail] = mailbox.mails.wait(lambda mails: len(mails) == 1, 5)
    assert mail.recipients == ("a@example.org", "b@example.org")
    assert mail.sender == "me@example.org"
    assert mail.message["Subject"] == "Привет"
    assert mail.text == "Ein Gruß\n.\n..dots\n"
    assert "<p>Ein Gruß" in mail.html
    assert mail.answered


def test_one_recipient_is_refused_and_the_other_gets_the_mail(mailbox):
    mailbox.break_(Refuse("550 5.1.1 unknown", {"b@example.org"}))
    refused = send(mailbox, "a@example.org", "b@example.org")
    assert refused["b@example.org"][0] == 550
    assert mailbox.mails[0].recipients == ("a@example.org",)


def test_refusals_for_now_end_when_they_are_used_up_or_mended(mailbox):
    mailbox.break_(Refuse("451 4.2.1 greylisted"), times=1)
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(mailbox, "a@example.org")
    send(mailbox, "a@example.org")
    mailbox.break_(RefuseMessage("554 5.6.0 no"))
    with pytest.raises(smtplib.SMTPDataError):
        send(mailbox, "a@example.org")
    mailbox.mend()
    send(mailbox, "a@example.org")
    assert len(mailbox.mails) == 2


def test_a_mail_server_that_vanishes_after_data_has_kept_the_mail(mailbox):
    mailbox.break_(Vanish())
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
        send(mailbox, "a@example.org")
    [mail] = mailbox.mails.wait(lambda mails: len(mails) == 1, 5)
    assert not mail.answered


def test_a_mail_server_that_hangs_keeps_nothing_and_still_shuts_down():
    with Mailbox() as mailbox:
        mailbox.break_(Hang())
        with (
            smtplib.SMTP("127.0.0.1", mailbox.port, timeout=0.3) as client,
            pytest.raises(smtplib.SMTPServerDisconnected),
        ):
            client.sendmail("a@example.org", ["b@example.org"], b"Subject: x\r\n\r\nx")
        idle = socket.create_connection(("127.0.0.1", mailbox.port), timeout=5)
        assert idle.recv(3) == b"220"
        assert len(mailbox.mails) == 0
    idle.close()


def test_a_large_mail_and_many_at_once(mailbox):
    send(mailbox, "a@example.org", text="x" * 70 + "\n" + "Длинная строка " * 20_000)
    assert len(mailbox.mails[0].text) > 300_000
    clients = [smtplib.SMTP("127.0.0.1", mailbox.port, timeout=5) for _ in range(20)]
    for number, client in enumerate(clients):
        client.sendmail("a@example.org", [f"r{number}@example.org"], b"Subject: x\r\n\r\nx")
        client.close()
    assert len({mail.recipients for mail in mailbox.mails}) == 21


# Webhook -----------------------------------------------------------------------------------------------------------


def post(webhook, payload, **more):
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return get(webhook.port, "/services/T0/B0/secret", method="POST", body=body, **more)


def test_a_post_is_taken_as_slack_takes_it(webhook):
    got = post(webhook, {"attachments": [{"title": "A title", "text": "two\nlines"}]})
    assert (got.status, got.body) == (200, b"ok")
    [taken] = webhook.posts
    assert taken.path == "/services/T0/B0/secret"
    assert taken.text == "A title\ntwo\nlines"
    assert taken.answered


@pytest.mark.parametrize("payload", [b"", b"not json", b"[]", b"{}", b"\xff"])
def test_a_post_that_slack_would_refuse_is_refused(webhook, payload):
    assert post(webhook, payload).status == 400
    assert get(webhook.port, "/services/x").status == 405
    assert len(webhook.posts) == 0


def test_a_webhook_asks_for_patience_and_then_takes(webhook):
    webhook.break_(faults.status(429, retry_after="1"), times=1)
    refused = post(webhook, {"text": "x"})
    assert (refused.status, refused.headers["retry-after"]) == (429, "1")
    assert len(webhook.posts) == 0
    assert post(webhook, {"text": "x"}).status == 200
    assert len(webhook.posts) == 1


def test_a_post_whose_answer_is_lost_was_taken_all_the_same(webhook):
    webhook.break_(faults.drop())
    with pytest.raises(ConnectionError):
        post(webhook, {"text": "x"})
    webhook.break_(faults.hang())
    with pytest.raises(TimeoutError):
        post(webhook, {"text": "y"}, timeout=0.2)
    assert [(each.text, each.answered) for each in webhook.posts] == [("x", False), ("y", False)]


# Life --------------------------------------------------------------------------------------------------------------


def test_two_worlds_do_not_meet_and_closing_twice_does_no_harm():
    with World() as one, World() as other:
        one.day(2)
        assert not {site.port for site in one} & {site.port for site in other}
        assert get(other["osce"].port, NEW_ITEM).status == 404
        one.close()
    one.close()
    with pytest.raises(ConnectionRefusedError):
        get(one["osce"].port, "/")


def test_waiting_for_what_does_not_come_ends_with_a_timeout(mailbox):
    with pytest.raises(TimeoutError, match="0 entries"):
        mailbox.mails.wait(bool, 0.05)
