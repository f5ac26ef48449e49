from __future__ import annotations

import multiprocessing
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from storage_world import DAY, HOUR, MINUTE, NOW

from prrwatch.alert import Alert, AlertKind, DeliveryResult, Outcome, Recipient
from storage import deadletters, outbox
from storage.records import Counts, DeliveryState
from storage.store import open_store

FORK = multiprocessing.get_context("fork")
PEOPLE = (Recipient("a@example.org", "a…"), Recipient("b@example.org", "b…"))
ACCEPTED = DeliveryResult(Outcome.ACCEPTED, "250 queued")
BUSY = DeliveryResult(Outcome.RETRY, "451 later")


def alert(n=1, *, channel="analysts", not_before=None, kind=AlertKind.OPERATOR):
    return Alert(f"token-{n:06}", kind, "operators", channel, (), "subject", "body", not_before)


def put(store, *alerts, people=PEOPLE):
    outbox.enqueue(store, [(each, people) for each in alerts], NOW)


def take(store, now=NOW, limit=100, channels=None):
    return outbox.lease(store, now, limit, 60, channels)


def test_a_message_a_recipient_and_each_once(store):
    put(store, alert())
    put(store, alert(), people=(*PEOPLE, Recipient("c@example.org", "c…")))
    leased = take(store)
    assert [(each.alert, each.recipient, each.attempts, each.created) for each in leased] == [
        (alert(), "a@example.org", 1, NOW),
        (alert(), "b@example.org", 1, NOW),
    ]
    assert take(store) == ()
    assert outbox.counts(store) == Counts(2, 0, 0)


def test_accepted_is_sent_and_stays_sent(store):
    put(store, alert(), people=PEOPLE[:1])
    (leased,) = take(store)
    outbox.note(store, leased, ACCEPTED, NOW + MINUTE)
    outbox.note(store, leased, ACCEPTED, NOW + HOUR)
    outbox.note(store, leased, BUSY, NOW + HOUR)
    (line,) = outbox.listing(store)
    assert (line.state, line.accepted_at, line.answer, line.attempts) == ("sent", NOW + MINUTE, "250 queued", 1)
    assert take(store, NOW + 9 * DAY) == ()
    assert outbox.next_due(store) is None
    assert store.number("SELECT count(*) FROM attempts") == 1


def test_one_refused_recipient_does_not_hold_up_the_other(store):
    put(store, alert())
    first, second = take(store)
    outbox.note(store, first, DeliveryResult(Outcome.NEVER, "550 no such user"), NOW)
    outbox.note(store, second, ACCEPTED, NOW)
    assert outbox.counts(store) == Counts(0, 1, 1)
    (dead,) = outbox.listing(store, (DeliveryState.DEAD,))
    assert (dead.recipient, dead.answer) == ("a…", "550 no such user")


@pytest.mark.parametrize("outcome", [Outcome.RETRY, Outcome.AMBIGUOUS])
def test_refusals_for_now_back_off_and_end_as_dead_letters(store, outcome):
    put(store, alert(), people=PEOPLE[:1])
    now, waits = NOW, []
    while leased := take(store, now):
        outbox.note(store, leased[0], DeliveryResult(outcome, "no"), now)
        due = outbox.next_due(store)
        if due is None:
            break
        waits.append(due - now)
        assert take(store, due - timedelta(seconds=1)) == ()
        now = due
    assert len(waits) == outbox.ATTEMPTS - 1
    assert waits[:4] == [timedelta(seconds=seconds) for seconds in (5, 10, 20, 40)]
    assert max(waits) == waits[-1] == HOUR
    assert 4 * DAY < now - NOW < 5 * DAY
    assert outbox.counts(store) == Counts(0, 0, 1)


def test_the_patience_that_a_service_asks_for_is_kept(store):
    put(store, alert(), people=PEOPLE[:1])
    (leased,) = take(store)
    outbox.note(store, leased, DeliveryResult(Outcome.RETRY, "429", retry_after=3600.0), NOW)
    assert outbox.next_due(store) == NOW + HOUR


@given(retry_after=st.one_of(st.none(), st.floats(allow_nan=False)), attempts=st.integers(1, 10_000))
def test_whatever_a_service_asks_for_the_next_attempt_is_in_bounds(retry_after, attempts):
    result = DeliveryResult(Outcome.RETRY, "", retry_after)
    state, again = outbox._after(result, attempts, 20_000, NOW)
    assert state is DeliveryState.WAITING
    assert NOW + outbox.back_off(attempts) <= again <= NOW + 7 * DAY


def test_a_lease_that_ran_out_comes_back_and_the_late_holder_cannot_undo_it(store):
    put(store, alert(), people=PEOPLE[:1])
    (first,) = take(store)
    assert take(store, NOW + timedelta(seconds=59)) == ()
    (second,) = take(store, NOW + MINUTE)
    assert (second.id, second.attempts) == (first.id, 2)
    outbox.note(store, first, DeliveryResult(Outcome.NEVER, "late"), NOW + MINUTE)
    assert outbox.listing(store)[0].state is DeliveryState.LEASED
    outbox.note(store, first, ACCEPTED, NOW + MINUTE)
    outbox.note(store, second, BUSY, NOW + MINUTE)
    assert outbox.listing(store)[0].state is DeliveryState.SENT


def test_who_begins_after_a_kill_need_not_wait_the_leases_out(store):
    put(store, alert())
    first, second = take(store)
    outbox.note(store, first, ACCEPTED, NOW)
    assert outbox.release(store, NOW + timedelta(seconds=1)) == 1
    assert take(store, NOW + timedelta(seconds=5)) == ()
    (again,) = take(store, NOW + timedelta(seconds=6))
    assert (again.id, again.attempts) == (second.id, 2)


def test_a_message_that_kills_its_sender_does_not_hold_up_the_others(store):
    put(store, alert(1), alert(2), people=PEOPLE[:1])
    (poison,) = take(store, limit=1)
    outbox.release(store, NOW)
    (other,) = take(store, limit=1)
    assert other.alert != poison.alert


def test_a_message_that_kills_its_sender_ends_as_a_dead_letter(store):
    put(store, alert(), people=PEOPLE[:1])
    now = NOW
    for _ in range(outbox.ATTEMPTS):
        assert len(take(store, now)) == 1
        now += MINUTE
    assert take(store, now) == ()
    assert outbox.counts(store) == Counts(0, 0, 1)


def test_not_before_is_kept(store):
    put(store, alert(1, not_before=NOW + HOUR), alert(2, not_before=NOW - HOUR), people=PEOPLE[:1])
    assert [each.alert.token for each in take(store)] == ["token-000002"]
    assert [each.alert.not_before for each in take(store, NOW + HOUR)][-1] == NOW + HOUR


def test_channels_are_leased_apart_and_limits_kept(store):
    put(store, *(alert(n) for n in range(5)), *(alert(n, channel="room") for n in range(5, 9)), people=PEOPLE[:1])
    assert len(take(store, limit=3, channels=("room",))) == 3
    assert [each.alert.channel for each in take(store, channels=("room",))] == ["room"]
    assert take(store, channels=()) == ()
    assert len(take(store)) == 5


def test_retry_brings_dead_and_waiting_messages_back(store):
    put(store, alert(1), alert(2), people=PEOPLE[:1])
    for leased in take(store):
        outbox.note(store, leased, DeliveryResult(Outcome.NEVER, "no"), NOW)
    assert outbox.retry(store, "token-000001", NOW + HOUR) == 1
    assert outbox.retry(store, "unknown", NOW + HOUR) == 0
    (again,) = take(store, NOW + HOUR)
    assert (again.alert.token, again.attempts) == ("token-000001", 2)
    outbox.note(store, again, BUSY, NOW + HOUR)
    assert outbox.retry(store, None, NOW + HOUR) == 2
    assert len(take(store, NOW + HOUR)) == 2


def test_a_dead_letter_is_told_once_and_again_when_it_died_again(store):
    put(store, alert(1, kind=AlertKind.NEW), alert(2), people=PEOPLE[:1])
    assert deadletters.untold(store) == ()
    for _ in range(2):
        for leased in take(store, NOW + HOUR):
            outbox.note(store, leased, DeliveryResult(Outcome.NEVER, "550 no"), NOW)
        (dead,) = deadletters.untold(store)  # the operators' own notice is not told to them
        assert (dead.message, dead.recipient, dead.answer) == ("token-000001", "a…", "550 no")
        deadletters.tell(store, [dead], [], NOW)
        assert deadletters.untold(store) == ()
        outbox.retry(store, None, NOW)


def test_the_last_digest_of_a_subscription(store):
    assert outbox.last_digest(store, "operators") is None
    put(store, alert(1, kind=AlertKind.DIGEST), alert(2))
    outbox.enqueue(store, [(alert(3, kind=AlertKind.DIGEST), PEOPLE)], NOW + DAY)
    assert outbox.last_digest(store, "operators") == NOW + DAY
    assert outbox.last_digest(store, "other") is None


def _grab(path, taken) -> None:
    mine = []
    with open_store(path) as store:
        while leased := outbox.lease(store, NOW, 3, 600):
            mine += [each.id for each in leased]
            for each in leased[:2]:
                outbox.note(store, each, ACCEPTED, NOW)
    taken.send(mine)


def test_two_processes_never_lease_the_same_row(path):
    with open_store(path) as store:
        put(store, *(alert(n) for n in range(100)))
    ends = [FORK.Pipe(duplex=False) for _ in range(2)]
    workers = [FORK.Process(target=_grab, args=(path, end)) for _, end in ends]
    for worker in workers:
        worker.start()
    taken = [each for told, _ in ends for each in (told.poll(30) and told.recv())]
    for worker in workers:
        worker.join(10)
    assert len(taken) == len(set(taken)) == 200
