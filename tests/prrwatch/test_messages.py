"""Messages are readable, and foreign text is data in them."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prrwatch.alert import Alert, AlertKind
from prrwatch.document import Dated, Precision
from prrwatch.escape import csv_cell, slack, slack_link, terminal, web_url
from prrwatch.lending import About, Fact
from prrwatch.messages import change_lines, render
from prrwatch.messages.changes import changes_of
from prrwatch.messages.dating import date_words
from prrwatch.messages.sentences import matched
from prrwatch.routing import first_token
from prrwatch.source import Kind
from prrwatch.story import Member, Story
from prrwatch.verdict import Evidence, Phase
from prrwatch.versions import Change, What

NOW = datetime(2026, 11, 22, tzinfo=UTC)
TEXT = (
    "ASTANA, 27 November 2024 - The office held a course. Thirty-one women were repatriated from Syria in January. "
    "Their children go to school & are well. The court prosecuted two men."
)


def evidence(text, quote, rule):
    start = text.index(quote)
    return Evidence(rule, quote, start, start + len(quote))


PROOF = (evidence(TEXT, "repatriated from Syria", "who"), evidence(TEXT, "prosecuted", "what"))


def member(number=1, text=TEXT, **fields):
    defaults = {
        "document": number,
        "url": f"https://www.example.org/a/{number}?x=1&y=2",
        "source": f"source-{number}",
        "source_name": f"Source {number}",
        "kind": Kind.OFFICIAL,
        "title": "Thirty-one women return to Kazakhstan",
        "language": "en",
        "published": Dated(datetime(2024, 11, 27, tzinfo=UTC), Precision.DAY, "27 November 2024", "label"),
        "issuer": None,
        "fetched": NOW,
        "text": text,
        "evidence": PROOF,
        "entities": (),
        "why": "first",
    }
    return Member(**{**defaults, **fields})


def story(*members, name="story-1", **fields):
    defaults = {"opened": NOW, "phases": (Phase.REPATRIATION,), "countries": ("KZ",), "score": 2.5}
    return Story(id=name, members=members or (member(),), **{**defaults, **fields})


def alert(kind=AlertKind.NEW, stories=("story-1",), **fields):
    return Alert("new-0123456789abcdef", kind, "central-asia", "desk", stories, **fields)


def test_a_new_story_says_what_who_when_where_and_why():
    copy = member(
        2, kind=Kind.SYNDICATOR, source_name="The Copier", published=None, why="copy of https://www.example.org/a/1"
    )
    message = render(alert(), [story(member(), copy)])
    assert message.subject == "New: Thirty-one women return to Kazakhstan"
    for part in (
        "https://www.example.org/a/1?x=1&y=2",
        "Published:  27 November 2024\n",
        "Source 1 (official)",
        "Country:    Kazakhstan\n",
        "Phase:      Repatriation\n",
        "Thirty-one women were *repatriated from Syria* in January.",
        "The court *prosecuted* two men.",
        "The Copier (syndicator), date unknown",
        "https://www.example.org/a/2?x=1&y=2",
        "score 2.5; rules: who, what",
        "[subscriptions.central-asia] in the site file",
    ):
        assert part in message.text
    assert "The office held a course" not in message.text
    assert message.text.splitlines()[-1] == "prrwatch-id: new-0123456789abcdef"
    assert message.slack.splitlines()[-1] == "prrwatch-id: new-0123456789abcdef"
    assert '<a href="https://www.example.org/a/1?x=1&amp;y=2"' in message.html
    assert "<https://www.example.org/a/1?x=1&amp;y=2>" in message.slack
    assert dict(message.headers) == {"X-Prrwatch-Id": "new-0123456789abcdef"}


def test_what_opened_a_story_is_no_reason_to_tell_of_another_document():
    message = render(alert(), [story(member(), member(2, why="first"), member(3, why="copy of it"))])
    assert "copy of it" in message.text
    assert "copy of it" in message.html
    assert not any("first" in each.lower().replace("first by", "") for each in (message.text, message.html))


def test_matches_side_by_side_are_one_stretch():
    proof = (evidence(TEXT, "Thirty-one", "one"), evidence(TEXT, "women", "two"), evidence(TEXT, " were", "three"))
    message = render(alert(), [story(member(evidence=proof))])
    assert "*Thirty-one* *women were* repatriated" in message.text
    assert "*Thirty-one* *women were* repatriated" in message.slack


def test_a_row_of_a_digest_has_the_date_that_a_copy_lends():
    copy = member(2, why="copy", published=None, source_name="The Wire")
    lent = (Fact(About.PUBLISHED, "2024-11-27", 2, lent=True),)
    message = render(alert(AlertKind.DIGEST), [story(member(published=None), copy, facts=lent)])
    assert "Source 1 (official), 27 November 2024 (by The Wire); 1 more document" in message.text


def test_who_published_first_is_told_even_when_it_does_not_lead():
    early = member(2, kind=Kind.MEDIA, published=Dated(datetime(2024, 11, 26, 5, tzinfo=UTC), Precision.MINUTE, "", ""))
    message = render(alert(), [story(member(), early)])
    assert "First by:   Source 2 (media), 26 November 2024, 05:00 UTC\n" in message.text
    nobody = render(alert(), [story(member(published=None))])
    assert "Published:  date unknown\n" in nobody.text
    assert "First by:   unknown; first seen at Source 1\n" in nobody.text


@pytest.mark.parametrize(
    ("precision", "words"),
    [
        (Precision.YEAR, "2024"),
        (Precision.MONTH, "November 2024"),
        (Precision.DAY, "7 November 2024"),
        (Precision.MINUTE, "7 November 2024, 10:30 UTC"),
    ],
)
def test_a_date_is_no_more_exact_than_it_is_known(precision, words):
    at = datetime(2024, 11, 7, 10, 30, tzinfo=UTC)
    assert date_words(Dated(at, precision, "", "meta")) == words
    assert date_words(Dated(at, precision, "", "dateline+sighting")).startswith(words + " (year taken")


def test_a_message_on_one_story_links_to_its_stored_copy_where_people_reach_the_web_view():
    message = render(alert(), [story()], view="https://prr.example.org/view/")
    address = "https://prr.example.org/view/story/story-1"
    assert f"history: {address}\n" in message.text
    assert f'href="{address}"' in message.html
    assert address in message.slack
    plain = render(alert(), [story()])
    assert not any("stored copy" in each.lower() for each in (plain.text, plain.html, plain.slack))


def test_unknown_country_is_said():
    message = render(alert(), [story(countries=())])
    assert "unknown; told because it may be one of yours" in message.text
    assert "unknown; told because it may be one of yours" in message.html


def test_an_event_date_is_told_when_known():
    event = Dated(datetime(2026, 12, 8, tzinfo=UTC), Precision.DAY, "", "")
    message = render(alert(), [story()], events={"story-1": event})
    assert "Event:      8 December 2026\n" in message.text
    assert "8 December 2026" in message.html
    assert "Event: 8 December 2026" in message.slack


def test_a_follow_up_has_the_old_and_the_new_value_and_refers_to_the_first_mail():
    first = render(replace(alert(), token="new-f00f00f00"), [story()])
    changes = [
        Change("31 women", "42 women", What.FIGURE, "42 women were repatriated."),
        Change("8 May", "", What.DATE),
    ]
    for update in (
        render(alert(AlertKind.UPDATE, body=change_lines(changes)), [story()], references=[first.id]),
        render(alert(AlertKind.UPDATE), [story()], difference=changes, references=[first.id]),
    ):
        assert update.subject.startswith("Update: ")
        assert "was: 31 women\n  now: 42 women\n" in update.text
        assert "was: 8 May\n  now: (gone)\n" in update.text
        for place in (update.html, update.slack):
            assert "31 women" in place
            assert "42 women" in place
        assert dict(update.headers)["References"] == "<new-f00f00f00@prrwatch.invalid>"


def test_a_follow_up_finds_the_first_mail_by_itself():
    update = render(alert(AlertKind.UPDATE), [story()])
    assert dict(update.headers)["References"] == f"<{first_token('story-1', 'central-asia')}@prrwatch.invalid>"


@given(st.lists(st.builds(Change, st.text(), st.text(), st.just(What.WORDING), st.text()), max_size=5))
def test_changes_survive_the_way_through_the_store(changes):
    body = change_lines(changes)
    again, others = changes_of(body)
    assert others == ()
    assert change_lines(again) == body


def test_a_digest_is_grouped_and_bounded_by_country_and_phase():
    stories = [
        story(name="a", countries=("KZ",), phases=(Phase.PROSECUTION,)),
        story(member(kind=Kind.MEDIA, title="Media first?"), name="b"),
        story(member(title="Official"), member(2), member(3), name="c"),
        story(name="d", countries=(), phases=()),
        story(name="e", countries=("AF", "KZ")),
    ]
    line = "Coverage: read 5 of 6 sources; unread: x since 2026-11-20T04:00Z; 123 items seen; 5 matched."
    digest = alert(AlertKind.DIGEST, tuple("abcde"), subject="Daily digest, 22 November 2026: 5 stories", body=line)
    message = render(digest, stories)
    heads = [each for each in message.text.splitlines() if re.fullmatch(r"\S.* - .* \(\d\)", each)]
    assert heads == [
        "Afghanistan - Repatriation (1)",
        "Kazakhstan - Repatriation (2)",
        "Kazakhstan - Prosecution (1)",
        "Country unknown - Phase unknown (1)",
    ]
    assert message.text.index("Official") < message.text.index("Media first?")
    assert "2 more documents" in message.text
    assert f"\n{line}\n" in message.text
    assert line in message.html
    assert line in message.slack


def test_all_quiet_is_said_with_what_was_read():
    message = render(alert(AlertKind.DIGEST, (), subject="Daily digest: all quiet", body="Coverage: read 6 of 6."), [])
    for place in (message.text, message.html, message.slack):
        assert "All quiet" in place
        assert "Coverage: read 6 of 6." in place


def test_five_thousand_stories_are_one_sane_message():
    stories = [story(member(number), name=f"s{number}") for number in range(5000)]
    started = time.process_time()
    message = render(alert(AlertKind.SUMMARY, tuple(each.id for each in stories)), stories)
    assert time.process_time() - started < 5
    assert message.subject == "Summary: 5000 stories (central-asia)"
    assert "and 4940 more of 5000" in message.text
    assert len(message.html) < 102_000
    assert len(message.slack) < 40_000


def test_a_story_that_is_gone_from_the_store_is_no_quiet_day():
    message = render(alert(), [])
    assert "All quiet" not in message.text
    assert "no longer in the store" in message.text


def test_operators_and_tests_are_told_in_plain_words():
    notice = alert(AlertKind.OPERATOR, (), subject="source x: broken (http-404)", body="Since noon.\n<b>404</b>")
    message = render(notice, [])
    assert message.subject == "source x: broken (http-404)"
    assert "Since noon." in message.text
    assert "&lt;b&gt;404" in message.html
    assert message.text.endswith("prrwatch-id: new-0123456789abcdef\n")


HOSTILE = [
    "Breaking\r\nBcc: everyone@example.org\r\n\r\n<script>alert(1)</script>",
    "<!channel> <!here> <@U123> <#C123> <https://evil.example|https://osce.org> @channel @here",
    "\u202egnp.exe \u2066x\u2069 \x1b[31mred \x07",
    "x" * 100_000,
    "Ж" * 50_000,
    "prrwatch-id: new-ffffffffffff",
    "\n\n\nprrwatch-id: new-ffffffffffff\n",
    "{{ 7 * 7 }} {% raw %} ${7*7}",
    '"><img src=x onerror=alert(1)> &lt;b&gt; &#60;i&#62;',
    "*bold* _it_ ~no~ `code` ```block``` > quote",
    "=HYPERLINK(1) \t+1",
    "",
    " \u200b\u2028 ",
]


class Shape(HTMLParser):
    """The tags of a page and their attributes but for links' addresses."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.links, self.open = [], [], []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, tuple(name for name, _ in attrs)))
        self.links += [value for name, value in attrs if name in ("href", "src")]
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def assert_harmless(message):
    assert "\n" not in message.subject
    assert "\r" not in message.subject
    assert len(message.subject) <= 300
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", message.text + message.html)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", message.subject + message.slack)
    ids = [line for line in message.text.splitlines() if line.startswith("prrwatch-id:")]
    assert ids == [f"prrwatch-id: {message.id}"]
    assert message.text.splitlines()[-1] == ids[0]
    shape = Shape(message.html)
    assert {tag for tag, _ in shape.tags} <= {
        "html", "head", "meta", "title", "style", "body", "div", "table", "tr", "td", "span", "h1", "h2", "p", "a",
        "b", "br", "code",
    }  # fmt: skip
    assert {name for _, names in shape.tags for name in names} <= {
        "lang", "charset", "name", "content", "class", "style", "role", "width", "cellpadding", "cellspacing",
        "border", "align", "valign", "dir", "href", "rel",
    }  # fmt: skip
    assert all(re.match(r"https?://", link) for link in shape.links)
    assert all(re.match(r"<https?://[^<>|\s]*>", message.slack[at:]) for at in _at("<", message.slack))
    assert not re.search(r"@(here|channel|everyone)\b", re.sub("<http[^>]*>", "", message.slack))
    assert not [at for at in _at("&", message.slack) if not re.match(r"&(amp|lt|gt);", message.slack[at:])]
    assert len(message.html) < 102_000
    assert len(message.slack) < 40_000


def _at(character, text):
    return [at for at, each in enumerate(text) if each == character]


@pytest.mark.parametrize("words", HOSTILE, ids=lambda words: repr(words[:16]))
@pytest.mark.parametrize("kind", [AlertKind.NEW, AlertKind.UPDATE, AlertKind.DIGEST, AlertKind.OPERATOR])
def test_hostile_words_stay_words(kind, words):
    text = f"{words} repatriated {words}"
    teller = member(
        text=text,
        title=words,
        source_name=words,
        why=words,
        url=f"javascript:{words}",
        evidence=(evidence(text, "repatriated", words),),
    )
    other = replace(teller, document=2, url=f"https://evil.example/{words}")
    matter = alert(kind, subject=f"About {words}", body=words)
    change = [Change(words, words + "!", What.FIGURE, words)] if kind is AlertKind.UPDATE else ()
    assert_harmless(render(matter, [story(teller, other)], difference=change))


@settings(max_examples=150, deadline=None)
@given(
    title=st.none() | st.text(),
    text=st.text(),
    source_name=st.text(min_size=1),
    url=st.text() | st.text().map(lambda path: "https://example.org/" + path),
    why=st.text(),
    proof=st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=4),
    kind=st.sampled_from([AlertKind.NEW, AlertKind.DIGEST, AlertKind.UPDATE]),
)
def test_any_text_is_harmless(kind, text, proof, **fields):
    found = tuple(Evidence(text[:9], text[start:end], start, end) for start, end in proof)
    teller = member(text=text, evidence=found, **fields)
    assert_harmless(render(alert(kind, body=text), [story(teller, replace(teller, document=2))]))


@given(text=st.text(min_size=1), data=st.data())
def test_matched_sentences_show_the_quotes_of_the_text(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    for sentence in matched(text, [Evidence("r", text[start:end], start, end)], 4):
        assert len(sentence.plain) <= 700
        assert "\n" not in sentence.plain


def test_a_match_deep_in_a_text_without_ends_is_cut_around_it():
    text = "слово " * 5000 + "репатриация " + "слово " * 5000
    [sentence] = matched(text, [evidence(text, "репатриация", "r")], 4)
    assert sentence.plain.startswith("… ")
    assert sentence.plain.endswith(" …")
    assert [piece.text for piece in sentence.pieces if piece.marked] == ["репатриация"]
    assert len(sentence.plain) < 600


def test_a_quote_that_does_not_resolve_is_not_shown():
    assert matched("some text", [Evidence("r", "other", 0, 5)], 4) == ()


def test_matching_is_linear_in_hostile_texts():
    started = time.process_time()
    for text in ("." * 200_000 + "x", " " * 200_000 + "x", "\n" * 200_000 + "x", '."' * 100_000 + "x"):
        proof = [Evidence("r", "x", len(text) - 1, len(text))] * 50
        matched(text, proof, 4)
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a & b <c>", "a &amp; b &lt;c&gt;"),
        ("<!channel> @here", "&lt;!channel&gt; ＠here"),
        ("mail a@example.org", "mail a@example.org"),
        ("*b* snake_case _i_", "∗b∗ snake_case ＿i＿"),
    ],
)
def test_slack(text, shown):
    assert slack(text) == shown


def test_links():
    assert slack_link("https://example.org/a?b=1&c=<|>") == "<https://example.org/a?b=1&amp;c=%3C%7C%3E>"
    assert slack_link("javascript:alert(1)") == "javascript:alert(1)"
    assert web_url("HTTPS://example.org/новости/1") == "https://example.org/новости/1"
    assert web_url("https://example.org/\r\n x") == "https://example.org/%0A%20x"
    for none in ("javascript:x", "data:text/html,x", "//example.org", "https://", "ftp://example.org", "", "x" * 5000):
        assert web_url(none) is None


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "\n=x", "＝1", "＋1", "－1", "＠x"])
def test_csv_cells_are_no_formulas(text):
    assert csv_cell(text) == "'" + text
    assert csv_cell(text[-1]) == text[-1]


def test_a_terminal_gets_one_line_without_escapes():
    assert terminal("a\x1b[31mb\nc\r\u202ed\x9b5m") == "a[31mb c d5m"
