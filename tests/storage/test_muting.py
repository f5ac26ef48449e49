from __future__ import annotations

from storage_world import DAY, HOUR, NOW

from prrwatch.alert import Alert, AlertKind
from prrwatch.mutes import Muted
from storage import muting
from storage.records import KeptBack


def test_a_mute_is_in_force_until_it_ends_or_is_lifted(store):
    made = muting.mute(store, Muted.COUNTRY, "TJ", "flood of retellings", (NOW, NOW + DAY))
    assert muting.silence(store, NOW).mutes == (made,)
    assert muting.silence(store, NOW + DAY).mutes == ()
    assert muting.unmute(store, Muted.COUNTRY, "UZ", NOW) == 0
    assert muting.unmute(store, Muted.COUNTRY, "TJ", NOW + HOUR) == 1
    assert muting.unmute(store, Muted.COUNTRY, "TJ", NOW + HOUR) == 0
    assert muting.silence(store, NOW + HOUR).mutes == ()
    (logged,) = muting.log(store)
    assert (logged.mute, logged.lifted, logged.stories) == (made, NOW + HOUR, 0)


def test_a_second_mute_replaces_the_first_and_both_stay_in_the_log(store):
    muting.mute(store, Muted.STORY, "s-1", "one", (NOW, NOW + DAY))
    longer = muting.mute(store, Muted.STORY, "s-1", "two", (NOW + HOUR, NOW + 9 * DAY))
    assert muting.silence(store, NOW + 2 * HOUR).mutes == (longer,)
    assert [each.mute.reason for each in muting.log(store)] == ["two", "one"]


def test_what_is_kept_back_is_counted_once_a_message_and_story(store):
    with store.transaction():
        store.write_many("INSERT INTO stories (id, opened) VALUES (?, ?)", [("s-1", "2026"), ("s-2", "2026")])
    made = muting.mute(store, Muted.COUNTRY, "TJ", "why", (NOW, NOW + DAY))
    for token, stories in (("digest-0001", ("s-1", "s-2")), ("new-00000001", ("s-1",))):
        kept = KeptBack(Alert(token, AlertKind.DIGEST, "weekly", "desk", stories), made.id)
        for _ in range(2):
            muting.enqueue(store, [], [kept], NOW)
    assert store.number("SELECT count(*) FROM kept_back") == 3
    assert muting.log(store)[0].stories == 2
    # The view goes by the clock of the machine, on which these mutes may be over.
    assert store.number("SELECT count(*) FROM mutes_now") in (0, 1)
