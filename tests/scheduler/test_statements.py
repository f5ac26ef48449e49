"""What documents state, through the whole walk: the ledger, its conflicts, events, and what copies lend."""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from icalendar import Calendar
from newsroom import DAILY, DAY, HOUR, NOW_ALL, Article

from prrwatch.alert import AlertKind
from prrwatch.mutes import Muted
from scheduler import clock
from scheduler.cli import cli
from scheduler.compose import open_digests
from scheduler.daemon import Daemon
from scheduler.deliver import Delivered, Delivering
from scheduler.reminding import open_reminders
from scheduler.worker import CrawlWorker
from storage import muting, regrouping, statements

SEEDS = Path(__file__).resolve().parents[2] / ".." / "shared" / "seed-documents"
FLIGHT = (
    "Kazakhstan repatriated 148 women from camps in north-east Syria on 2 March 2026, the Ministry of Foreign Affairs "
    "said. The women and their children were brought to a rehabilitation and reintegration centre in Aktau, where "
    "psychologists and social workers help the returnees from conflict zones to settle. Relatives were told by "
    "telephone and may visit them from next week on. It was the sixth operation of this kind, and doctors went along."
)
COUNCIL = (
    "The third meeting of the Regional Expert Council on the Rehabilitation and Reintegration of Returnees from "
    "Conflict Zones will be held in Tashkent on {day} March 2026. Experts of the five states of Central Asia will "
    "discuss the prosecution, rehabilitation and reintegration of returnees from Syria and Iraq. The meeting is "
    "organised by UNOCT and the OSCE. Kazakhstan, Kyrgyzstan, Tajikistan, Turkmenistan and Uzbekistan send their "
    "deputy ministers, the organisers said."
)
REPORT = (
    "14 марта 2026 года в Ташкенте состоялось заседание Регионального экспертного совета по реабилитации и "
    "реинтеграции возвращенцев из зон конфликтов. Эксперты Казахстана, Кыргызстана, Таджикистана, Туркменистана и "
    "Узбекистана обсудили реинтеграцию граждан, возвращённых из лагерей Сирии и Ирака."
)
ANNOUNCED = Article(
    COUNCIL.format(day=14), "Regional Expert Council to meet in Tashkent", datetime(2026, 3, 2, tzinfo=UTC)
)


def rows(room, view, *columns):
    named = ", ".join(f'"{name}"' for name in columns)
    return [tuple(row) for row in room.walk.store.query(f"SELECT {named} FROM {view}")]


def everything(room):
    tables = ("figures", "claims", "claim_tellings", "claim_conflicts", "event_tellings", "story_facts")
    found = {name: rows_of(room, name) for name in tables}
    return found | {"occasions": rows(room, "occasions", "id", "name", "status", "start", "sequence")}


def rows_of(room, table):
    return sorted(map(tuple, room.walk.store.query(f"SELECT * FROM {table}")), key=str)


def seed(number):
    [path] = SEEDS.glob(f"{number}_*.txt")
    return path.read_text(encoding="utf-8")


def day(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.skipif(not SEEDS.exists(), reason="the shared seed documents are not here")
@pytest.mark.parametrize("order", ["01234", "43210"])
def test_the_five_seed_documents(newsroom, order):
    published = {"1": day("2024-11-27"), "2": day("2025-05-01"), "4": day("2024-05-08")}
    kinds = {"0": "osce", "1": "wire", "2": "post", "3": "osce", "4": "unrcca"}
    newsroom.publish(osce="official", wire="syndicator", post="media", unrcca="official").begin()
    for number in order:
        read = Article(seed(f"00{number}"), f"Document {number}", published.get(number))
        newsroom.read(kinds[number], **{f"d{number}": read})
    ledger = rows(
        newsroom, "figures_ledger", "number", "quantifier", "as_of", "url", "documents", "restated_by", "restates"
    )
    (first, later) = sorted(ledger, key=lambda row: row[2])
    assert first[:3] == (2100, "more than", "2024-03")
    assert later[:3] == (2100, "more than", "2025-05-01")
    assert (first[3], first[4]) == ("https://osce.example.org/a/d0", 2)
    assert [bool(restated) for restated in (first[5], first[6], later[5], later[6])] == [True, False, False, True]
    assert rows(newsroom, "figure_conflicts", "claim") == []
    events = rows(newsroom, "events", "start", "end", "place", "status")
    assert sorted(events) == [
        ("2021-09-15", "2021-09-17", "online", "held"),
        ("2024-05-14", None, "Tashkent", "announced"),
        ("2024-11-27", None, None, "held"),
        ("2025-04-30", None, "Astana", "held"),
    ]
    [story] = [row[0] for row in rows(newsroom, "stories_now", "story", "documents") if row[1] == 2]
    lent = [
        row[1:]
        for row in rows(newsroom, "story_facts", "story", "fact", "value", "document", "lent")
        if row[0] == story and row[4]
    ]
    [(wire,)] = newsroom.walk.store.query("SELECT id FROM documents WHERE source = 'wire'")
    assert sorted(lent) == [("event_start", "2024-11-27", wire, 1), ("published", "2024-11-27", wire, 1)]


def test_a_copy_claims_nothing_new_and_another_number_is_a_conflict(watching):
    watching.read("one", flight=FLIGHT)
    watching.read("two", flight=f"{FLIGHT} Copied from One.")
    assert rows(watching, "figures_ledger", "number", "who", "action", "country", "documents", "claimant") == [
        (148, "women", "repatriated", "KZ", 2, "Ministry of Foreign Affairs")
    ]
    watching.read("three", flight=FLIGHT.replace("148", "156"))
    assert rows(watching, "figure_conflicts", "number", "other_number", "who", "country", "as_of") == [
        (148, 156, "women", "KZ", "2026-03-02")
    ]
    assert [row[0] for row in rows(watching, "figures_ledger", "conflicts")] == [1, 1]


def test_a_corrected_page_keeps_what_it_said_and_says_it_no_more(watching):
    watching.read("one", flight=FLIGHT)
    watching.read("two", flight=FLIGHT.replace("148", "156"))
    watching.read("one", flight=FLIGHT.replace("148", "156"))
    assert sorted(rows(watching, "figures_ledger", "number", "documents", "stands")) == [(148, 1, 0), (156, 2, 1)]
    assert rows(watching, "figure_conflicts", "claim") == []
    assert [row[0] for row in rows(watching, "figures", "number")] == [148, 156, 156]


def test_judging_and_reading_again_changes_nothing(watching):
    watching.read("one", flight=FLIGHT, council=ANNOUNCED)
    watching.read("two", flight=FLIGHT.replace("148", "156"), council=ANNOUNCED)
    before = everything(watching)
    with watching.walk.store.transaction():
        watching.walk.store.write("UPDATE documents SET ruleset = 'other rules'")
    watching.walk.judge()
    assert everything(watching) == before
    with watching.walk.store.transaction():
        watching.walk.store.write("UPDATE documents SET readers = 'poorer readers'")
    watching.walk.judge()
    assert everything(watching) == before


def test_what_was_judged_before_we_could_read_figures_is_read_once(watching):
    watching.read("one", flight=FLIGHT, council=ANNOUNCED)
    before = everything(watching)
    with watching.walk.store.transaction():
        for table in ("claims", "figures", "event_tellings", "occasions", "story_facts"):
            watching.walk.store.write(f"DELETE FROM {table}")
        watching.walk.store.write("UPDATE documents SET readers = NULL")
    watching.walk.judge()
    assert everything(watching) == before
    assert statements.unread(watching.walk.store, rows(watching, "documents", "readers")[0][0], 10) == ()


def test_what_is_no_longer_relevant_claims_nothing(watching):
    watching.read("one", flight=FLIGHT, council=ANNOUNCED)
    watching.read("one", flight="The page was emptied.", council="The page was emptied.")
    assert [row for view in ("events", "story_facts") for row in rows_of(watching, view)] == []
    assert rows(watching, "claims", "id") == []


def test_a_report_in_another_language_joins_the_announcement(watching):
    watching.read("one", council=ANNOUNCED)
    report = Article(REPORT, "Заседание экспертного совета", day("2026-03-15"), "ru")
    watching.now += 13 * DAY
    watching.read("two", report=report)
    assert rows(watching, "events", "start", "status", "announced_url", "reported_url", "documents") == [
        ("2026-03-14", "held", "https://one.example.org/a/council", "https://two.example.org/a/report", 2)
    ]


def reminded(room):
    """The reminders so far, after the daemon's own look at what is due."""
    open_reminders(room.walk, room.now)
    return room.told(AlertKind.REMINDER)


def until(room, moment):
    """Hour by hour, as a daemon would."""
    while room.now < moment:
        room.now += HOUR
        open_reminders(room.walk, room.now)


def test_a_reminder_comes_once_three_days_before_and_says_what_comes(watching):
    watching.read("one", council=ANNOUNCED)
    watching.read("two", council=ANNOUNCED)
    until(watching, day("2026-03-11") + 7 * HOUR)
    assert reminded(watching) == []
    until(watching, day("2026-03-20"))
    watching.again()
    [reminder] = reminded(watching)
    assert reminder.created.isoformat() >= "2026-03-11T08:00"
    message = watching.message(reminder)
    assert message.subject.startswith("Reminder: 14 March 2026: third meeting of the Regional Expert Council")
    assert "Coming up:\n  14 March 2026, Tashkent: third meeting" in message.text
    assert "Announced at https://one.example.org/a/council" in message.text
    assert "Organised by " in message.text
    assert "Coming up</h2>" in message.html
    assert "• 14 March 2026, Tashkent: third meeting" in message.slack
    [new] = watching.told(AlertKind.NEW)
    assert dict(message.headers)["References"] == f"<{new.message}@prrwatch.invalid>"


def test_a_moved_event_is_reminded_of_anew_and_a_cancelled_one_no_more(watching):
    watching.read("one", council=ANNOUNCED)
    until(watching, day("2026-03-12"))
    watching.read("one", council=Article(COUNCIL.format(day=20), ANNOUNCED.title, ANNOUNCED.published))
    until(watching, day("2026-03-19"))
    _, second = reminded(watching)
    assert "20 March 2026, Tashkent" in watching.message(second).text
    assert "Moved: it was announced for 14 March 2026." in watching.message(second).text
    assert rows(watching, "upcoming_events", "event") == []  # its clock is SQLite's own
    assert rows(watching, "events", "status", "start", "first_start", "sequence") == [
        ("moved", "2026-03-20", "2026-03-14", 1)
    ]
    called_off = (
        COUNCIL.format(day=28)
        .replace("will be held in Tashkent on", "that was planned in Tashkent for")
        .replace(". Experts", " has been cancelled. Experts", 1)
    )
    watching.read(
        "three", council=Article(COUNCIL.format(day=28), "Another meeting of the council", ANNOUNCED.published)
    )
    watching.read("three", council=Article(called_off, "Another meeting of the council", ANNOUNCED.published))
    until(watching, day("2026-03-29"))
    assert len(reminded(watching)) == 2


def test_who_has_just_heard_of_it_or_wants_none_is_not_reminded(watching):
    watching.new_subscription(NOW_ALL + "remind_days = 1\n" + NOW_ALL.replace(".all", ".none") + "remind_days = 0\n")
    watching.now = day("2026-03-13") + 3 * HOUR
    watching.read_all()
    watching.read("one", council=ANNOUNCED)
    until(watching, day("2026-03-14") + 7 * HOUR)
    assert reminded(watching) == []
    until(watching, day("2026-03-15"))
    assert [each.subscription for each in reminded(watching)] == ["all"]


def test_a_reminder_of_a_muted_story_is_kept_back_once(watching):
    watching.read("one", council=ANNOUNCED)
    [new] = watching.told()
    muting.mute(watching.walk.store, Muted.STORY, new.stories[0], "known", (watching.now, day("2026-04-01")))
    until(watching, day("2026-03-16"))
    assert reminded(watching) == []
    assert [row[0] for row in rows(watching, "kept_back", "kind")] == ["reminder"]


def test_alerts_deliver_rehearses_a_reminder(watching, monkeypatch):
    watching.read("one", council=ANNOUNCED)
    watching.end()
    monkeypatch.setenv("DESK", "mailto://127.0.0.1:9/?from=a@example.org&to=b@example.org")
    place = ["--config", str(watching.folder / "prrwatch.toml")]
    done = CliRunner().invoke(cli, [*place, "alerts", "deliver", "--now", "2026-03-12T09:00:00Z"])
    assert done.exit_code == 1  # nobody listens on that port
    watching.now = day("2026-03-12") + 10 * HOUR
    watching.begin()
    [reminder] = watching.told(AlertKind.REMINDER)
    assert (reminder.attempts, reminder.created.date().isoformat()) == (1, "2026-03-12")


def test_a_digest_says_what_is_coming_up_and_reminds_nobody_apart(newsroom):
    newsroom.subscribe(DAILY.format(zone="UTC"))
    newsroom.begin().read_all()
    newsroom.read("one", council=ANNOUNCED)
    for _ in range(3):
        newsroom.now += DAY
        open_digests(newsroom.walk, newsroom.now)
        open_reminders(newsroom.walk, newsroom.now)
    assert {each.kind for each in newsroom.told(*AlertKind)} == {AlertKind.DIGEST}
    texts = [newsroom.message(digest).text for digest in newsroom.told(AlertKind.DIGEST)]
    assert all("Coming up: 14 March 2026, Tashkent: third meeting" in text for text in texts[-2:])
    newsroom.now = day("2026-03-16")
    open_digests(newsroom.walk, newsroom.now)
    assert "Coming up" not in newsroom.message(newsroom.told(AlertKind.DIGEST)[-1]).text


def test_what_leaves_the_store(watching):
    watching.read("one", council=ANNOUNCED, flight=FLIGHT)
    watching.end()

    def exported(*arguments):
        done = CliRunner().invoke(cli, ["--config", str(watching.folder / "prrwatch.toml"), "export", *arguments])
        assert done.exit_code == 0, done.output
        return done.stdout

    [figure] = map(json.loads, exported("figures", "--format", "jsonl").splitlines())
    assert (figure["number"], figure["who"], figure["restated_by"], figure["stands"]) == (148, "women", [], True)
    assert figure["sentence"].startswith("Kazakhstan repatriated 148 women")
    assert exported("figures").count("148 women") == 2
    events = [json.loads(line) for line in exported("events", "--format", "jsonl").splitlines()]
    assert {(each["start"], each["status"]) for each in events} >= {("2026-03-14", "announced")}
    calendar = Calendar.from_ical(exported("--ics"))
    assert [str(each["status"]) for each in calendar.walk("VEVENT")] == ["CONFIRMED"] * len(events)
    assert exported("--ics") == exported("events", "--format", "ics")
    assert len(json.loads(exported("events", "--format", "jsonfeed"))["items"]) == len(events)


DESK = "mailto://127.0.0.1:9/?from=a@example.org&to=b@example.org"  # where nobody listens


def delivered(room):
    """What a pass over the channel came to, an hour on."""
    room.now += HOUR
    return asyncio.run(Delivering(room.walk.store, {"desk": DESK}, lambda: room.now).all_channels())


CALLED_OFF = Article(
    COUNCIL.format(day=14)
    .replace("will be held in Tashkent on", "that was planned in Tashkent for")
    .replace(". Experts", " has been cancelled. Experts", 1),
    ANNOUNCED.title,
    ANNOUNCED.published,
)
MOVED = Article(COUNCIL.format(day=20), ANNOUNCED.title, ANNOUNCED.published)


@pytest.mark.parametrize("news", [CALLED_OFF, MOVED], ids=["called off", "moved"])
def test_a_reminder_that_waits_for_its_channel_goes_when_its_event_does(watching, news):
    watching.read("one", council=ANNOUNCED)
    until(watching, day("2026-03-11") + 9 * HOUR)
    assert delivered(watching) == Delivered(postponed=2)  # the new story, and the reminder of it
    assert [each.attempts for each in reminded(watching)] == [1]
    watching.read("one", council=news)
    assert delivered(watching) == Delivered(postponed=2)  # the story, and what changed in it
    assert reminded(watching) == []
    watching.read("one", council=ANNOUNCED)  # and back again
    watching.now = day("2026-03-13") + 9 * HOUR
    assert [each.attempts for each in reminded(watching)] == [0]


def test_a_reminder_that_waited_until_the_day_was_over_is_not_sent(watching):
    watching.read("one", council=ANNOUNCED)
    until(watching, day("2026-03-11") + 9 * HOUR)
    watching.now = day("2026-03-14") + 22 * HOUR
    assert delivered(watching) == Delivered(postponed=2)  # in Honolulu it is still that day
    watching.now = day("2026-03-15") + 12 * HOUR
    assert delivered(watching) == Delivered(postponed=1)


def test_who_was_told_of_a_story_is_reminded_of_it_after_it_was_merged(watching):
    watching.read("one", council=ANNOUNCED)
    watching.read("two", flight=FLIGHT)
    council, flight = (each.stories[0] for each in watching.told())
    regrouping.merge(watching.walk.store, council, flight, "one matter", watching.now)
    regrouping.merge(watching.walk.store, council, flight, "one matter", watching.now)
    with watching.walk.store.transaction():  # as if the younger one had been told alone
        watching.walk.store.write("UPDATE alert_stories SET story = ?", (flight,))
    until(watching, day("2026-03-12"))
    assert len(reminded(watching)) == 1


async def test_the_daemon_itself_reminds(watching, eventually):
    watching.read("one", council=ANNOUNCED)
    watching.now = day("2026-03-12") + 9 * HOUR
    running = Daemon(
        watching.walk, CrawlWorker([sys.executable, "-c", ""]), Delivering(watching.walk.store, {}, clock.now)
    )
    task = asyncio.create_task(running.run())
    await eventually(lambda: watching.told(AlertKind.REMINDER))
    running.stop()
    await task


def test_a_daemon_that_was_down_reminds_late_but_never_after_the_day(watching):
    watching.read("one", council=ANNOUNCED)
    watching.read(
        "two", later=Article(COUNCIL.format(day=24).replace("third", "fourth"), "Fourth", ANNOUNCED.published)
    )
    watching.now = day("2026-03-15")
    assert reminded(watching) == []
    watching.now = day("2026-03-24") + 20 * HOUR
    assert len(reminded(watching)) == 1
