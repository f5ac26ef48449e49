"""Who is told what and how often: the real walk on a real store, fed with what a crawler would say."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from newsroom import DAILY, DAY, HOUR, NOW_ALL, Article

from prrwatch.alert import AlertKind
from prrwatch.errors import SettingsError
from prrwatch.mutes import Muted
from scheduler.compose import open_digests
from scheduler.tell import tell_deaths
from storage import muting
from storage.records import DeliveryState

#: 5,000 take minutes: `PRRWATCH_FLAGGED=5000 python -m pytest -q tests/scheduler/test_alerting.py -k flagged`.
FLAGGED = int(os.environ.get("PRRWATCH_FLAGGED", "64"))
STORY = (
    "12 women and 30 children who were repatriated from camps in north-east Syria to Kazakhstan entered a "
    "rehabilitation and reintegration programme in Aktau on Monday, the ministry said. Psychologists and social "
    "workers help the returnees from conflict zones to settle, and two women were sentenced for membership of a "
    "terrorist group. The families live in a guarded centre by the sea, where the children go to school."
)
PLACES = ("Aktau", "Almaty", "Shymkent", "Kostanay", "Pavlodar", "Taraz", "Oral", "Semey", "Atyrau", "Turkistan")


def other_story(number):
    """A text of the same kind that no other one is a copy of."""
    words = " ".join(hashlib.sha256(f"{number} {n}".encode()).hexdigest()[:7] for n in range(60))
    return f"{number} women were repatriated from Syria to Kazakhstan and began a rehabilitation programme. {words}"


def test_many_flagged_items_on_the_first_run_are_one_summary(newsroom):
    newsroom.begin().read("one", **{f"a{number}": other_story(number) for number in range(FLAGGED)})
    newsroom.walk.summarise()
    newsroom.again().walk.summarise()
    [summary] = newsroom.told()
    opened = {row["story"] for row in newsroom.walk.store.query("SELECT story FROM memberships")}
    assert (summary.kind, set(summary.stories)) == (AlertKind.SUMMARY, opened)
    assert len(opened) >= FLAGGED - FLAGGED // 20, "texts made of chance may meet"
    message = newsroom.message(summary)
    assert message.subject == f"Summary: {len(opened)} stories (all)"
    assert len(opened) <= 60 or f"and {len(opened) - 60} more of {len(opened)}" in message.text
    assert len(message.html) < 102_000  # where Gmail cuts


def test_one_story_from_five_publishers_is_one_alert_and_the_sixth_copy_silent(watching):
    for source in ("one", "two", "three", "four", "five"):
        watching.read(source, women=f"{STORY} Reported by {source}.")
    [only] = watching.told()
    assert only.kind is AlertKind.NEW
    message = watching.message(only)
    for source in ("one", "two", "three", "four", "five"):
        assert f"https://{source}.example.org/a/women" in message.text
    watching.read("six", women=STORY)
    assert [each.message for each in watching.told()] == [only.message]
    assert "https://six.example.org/a/women" in watching.message(only).text


def test_a_typo_is_silent_and_a_changed_figure_is_one_follow_up_with_the_difference(watching):
    watching.read("one", women=STORY)
    watching.read("two", women=STORY)
    watching.read("one", women=STORY.replace("Psychologists", "Psycologists"))
    assert len(watching.told()) == 1
    for source in ("one", "one"):
        watching.read(source, women=STORY.replace("12 women", "14 women"))
    new, update = watching.told()
    assert update.kind is AlertKind.UPDATE
    message = watching.message(update)
    assert "was: " in message.text
    assert "12 women" in message.text
    assert "14 women" in message.text
    assert dict(message.headers)["References"] == f"<{new.message}@prrwatch.invalid>"


def test_a_page_that_was_taken_off_the_web_is_one_follow_up(watching):
    watching.read("one", women=STORY)
    for _ in range(2):
        watching.find_gone("one", "women")
    new, update = watching.told()
    assert (new.kind, update.kind) == (AlertKind.NEW, AlertKind.UPDATE)
    assert "The one took its page off the web: Women return" in watching.message(update).text


def test_a_changed_headline_is_a_follow_up_too(watching):
    watching.read("one", women=Article(STORY, "Uzbekistan brings home 12 women from Syria"))
    watching.read("one", women=Article(STORY, "Uzbekistan brings home 14 women from Syria"))
    update = watching.told()[1]
    assert update.kind is AlertKind.UPDATE
    assert "14 women" in watching.message(update).text


def test_what_was_told_in_a_summary_has_follow_ups_too(newsroom):
    newsroom.begin().read_all(women=STORY)
    newsroom.read("one", women=STORY.replace("30 children", "35 children"))
    assert [each.kind for each in newsroom.told()] == [AlertKind.SUMMARY, AlertKind.UPDATE]


def test_three_days_of_downtime_are_one_summary_then_news_are_news(watching):
    watching.end()
    watching.now += 3 * DAY
    watching.begin()
    for source, place in zip(watching.walk.sources, PLACES, strict=False):
        watching.read(source, **{f"x{place}": other_story(place), f"y{place}": other_story(place[::-1])})
    watching.walk.summarise()
    [summary] = watching.told()
    assert (summary.kind, len(summary.stories)) == (AlertKind.SUMMARY, 12)
    watching.read("one", fresh=STORY)
    assert [each.kind for each in watching.told()] == [AlertKind.SUMMARY, AlertKind.NEW]


def test_a_night_is_no_downtime(watching):
    watching.now += 20 * HOUR
    watching.again().read("one", fresh=STORY)
    assert [each.kind for each in watching.told()] == [AlertKind.NEW]


def test_a_new_subscription_on_an_old_store_begins_with_one_summary(watching):
    for number in range(8):
        watching.read("one", **{f"a{number}": other_story(number)})
    second = NOW_ALL + NOW_ALL.replace(".all", ".second")
    watching.new_subscription(second)
    mine = [each for each in watching.told() if each.subscription == "second"]
    assert [(each.kind, len(each.stories)) for each in mine] == [(AlertKind.SUMMARY, 8)]
    watching.again().walk.summarise()
    watching.read("two", fresh=STORY)
    mine = [each for each in watching.told() if each.subscription == "second"]
    assert [each.kind for each in mine] == [AlertKind.SUMMARY, AlertKind.NEW]


def test_a_changed_subscription_is_told_only_what_it_was_not_told(watching):
    watching.new_subscription(NOW_ALL + 'countries = ["UZ"]\n')
    watching.read("one", kazakh=STORY)
    watching.read("one", uzbek=other_story(1).replace("Kazakhstan", "Uzbekistan"))
    [uzbek] = watching.told()
    watching.new_subscription(NOW_ALL)
    _, summary = watching.told()
    assert summary.kind is AlertKind.SUMMARY
    assert set(summary.stories).isdisjoint(uzbek.stories)
    assert len(summary.stories) == 1


def test_a_new_subscription_that_would_flood_is_refused_unless_forced(watching):
    for number in range(6):
        watching.read("one", **{f"a{number}": other_story(number)})
    narrow = NOW_ALL + NOW_ALL.replace(".all", ".second") + "max_per_day = 5\n"
    with pytest.raises(SettingsError, match=r"subscriptions\.second: would have sent 6\.0 messages a day lately"):
        watching.new_subscription(narrow)
    watching.opened = None
    watching.new_subscription(narrow + "force = true\n")
    watching.new_subscription(narrow)  # taken up once, it is not refused when there is much news
    assert Counter(each.subscription for each in watching.told()) == {"all": 6, "second": 1}


def test_an_entity_that_the_rules_do_not_know_is_refused(newsroom):
    with pytest.raises(SettingsError, match=r"subscriptions\.all\.entities: the rules know no entity 'al_hool'"):
        newsroom.new_subscription(NOW_ALL + 'entities = ["al_hool"]\n')
    newsroom.opened = None


def test_entities_choose(watching):
    watching.new_subscription(NOW_ALL + 'entities = ["al_hol"]\n')
    watching.read("one", nowhere=STORY)
    assert watching.told() == []
    watching.read("one", camp=other_story(1).replace("from Syria", "from the al-Hol camp in Syria"))
    assert [each.kind for each in watching.told()] == [AlertKind.NEW]


def test_what_is_muted_is_kept_back_and_counted(watching):
    span = (watching.now, watching.now + 2 * DAY)
    muting.mute(watching.walk.store, Muted.SOURCE, "one", "retells too much", span)
    watching.read("one", women=STORY)
    assert watching.told() == []
    watching.read("two", women=STORY)  # not muted: now it is news
    [new] = watching.told()
    muting.mute(watching.walk.store, Muted.STORY, new.stories[0], "known", span)
    watching.read("two", women=STORY.replace("12 women", "14 women"))
    assert len(watching.told()) == 1
    assert [(each.mute.what, each.stories) for each in muting.log(watching.walk.store)] == [("story", 1), ("source", 1)]


def test_a_summary_and_a_digest_leave_out_what_is_muted(newsroom):
    newsroom.subscribe(NOW_ALL + DAILY.format(zone="UTC"))
    newsroom.begin()
    muting.mute(newsroom.walk.store, Muted.COUNTRY, "KZ", "known", (newsroom.now, newsroom.now + 9 * DAY))
    newsroom.read_all(women=STORY, others=other_story(1).replace("Kazakhstan", "Uzbekistan"))
    [summary] = newsroom.told()
    assert len(summary.stories) == 1
    newsroom.now += DAY
    open_digests(newsroom.walk, newsroom.now)
    [digest] = newsroom.told(AlertKind.DIGEST)
    assert digest.stories == summary.stories
    text = newsroom.message(digest).text
    assert "; 1 matched." in text
    assert "Muted: 1 not told" in text
    assert text.splitlines()[-1] == f"prrwatch-id: {digest.message}"


def test_dead_letters_are_told_to_the_operators_once(watching):
    watching.read("one", women=STORY)
    assert not tell_deaths(watching.walk)
    with watching.walk.store.transaction():
        watching.walk.store.write("UPDATE deliveries SET state = 'dead', answer = '550 no such user'")
    assert tell_deaths(watching.walk)
    assert not tell_deaths(watching.again().walk)
    [notice] = watching.told(AlertKind.OPERATOR)
    assert notice.state is DeliveryState.WAITING
    assert "550 no such user" in watching.message(notice).text


@pytest.mark.parametrize(
    ("zone", "first", "days"),
    [
        ("Europe/Vienna", datetime(2026, 3, 26, tzinfo=UTC), 6),  # 02:30 is left out on 29 March
        ("Europe/Vienna", datetime(2026, 10, 22, tzinfo=UTC), 6),  # and comes twice on 25 October
        ("Asia/Tashkent", datetime(2026, 3, 26, tzinfo=UTC), 6),
    ],
)
def test_a_digest_a_day_over_the_changes_of_clocks(newsroom, zone, first, days):
    newsroom.now = first
    newsroom.subscribe(DAILY.format(zone=zone))
    newsroom.begin()
    sent = []
    while newsroom.now < first + days * DAY:
        newsroom.now += timedelta(minutes=30)
        if first + DAY < newsroom.now < first + DAY + 3 * HOUR:
            continue  # down, also at digest time in one of the zones
        open_digests(newsroom.walk, newsroom.now)
        open_digests(newsroom.walk, newsroom.now - HOUR)  # a clock set back doubles nothing
        sent += [newsroom.now] * (len(newsroom.told(AlertKind.DIGEST)) - len(sent))
    assert len(sent) == days
    assert len({at.astimezone(ZoneInfo(zone)).date() for at in sent}) == days
