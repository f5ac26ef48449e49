"""Deliveries against a real mail server and a real HTTP receiver that fail on command."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

import alerts
from prrwatch.alert import Alert, AlertKind
from scheduler import deliver
from scheduler.deliver import Delivered, Delivering
from scheduler.demo import Mailbox, Webhook, faults
from scheduler.demo.mailbox import Hang, Refuse, RefuseMessage, Vanish
from storage import outbox
from storage.store import open_store

PEOPLE = ("a@example.org", "b@example.org", "c@example.org")


class Office:
    """A store with an outbox, a mail channel with three recipients and a web hook; the clock stands until moved."""

    def __init__(self, store, mailbox, webhook):
        self.store, self.mailbox, self.webhook = store, mailbox, webhook
        self.urls = {"mail": mailbox.url(*PEOPLE), "hook": f"json://127.0.0.1:{webhook.port}/hook"}
        self.now = datetime(2026, 11, 22, 8, tzinfo=UTC)
        self.delivering = Delivering(store, self.urls, lambda: self.now)

    def put(self, *channels, matter="1"):
        for channel in channels:
            alert = Alert(f"operator-{channel}-{matter}", AlertKind.OPERATOR, "operators", channel, (), "Hear", "this")
            outbox.enqueue(self.store, [(alert, alerts.recipients(self.urls[channel], channel))], self.now)

    def deliver(self) -> Delivered:
        return asyncio.run(self.delivering.all_channels())

    def wait(self, **span) -> None:
        self.now += timedelta(**span)

    def states(self):
        return sorted(each.state for each in outbox.listing(self.store))

    def received(self):
        return sorted(recipient for mail in self.mailbox.mails for recipient in mail.recipients)


@pytest.fixture
def office(tmp_path):
    with Mailbox() as mailbox, Webhook() as webhook, open_store(tmp_path / "prrwatch.db") as store:
        yield Office(store, mailbox, webhook)


def test_one_refused_recipient_of_three_does_not_fail_the_others(office):
    office.put("mail")
    office.mailbox.break_(Refuse("550 5.1.1 no such user", [PEOPLE[1]]))
    assert office.deliver() == Delivered(accepted=2, refused=1)
    assert office.received() == [PEOPLE[0], PEOPLE[2]]
    assert office.states() == ["dead", "sent", "sent"]
    assert office.deliver() == Delivered()


def test_a_hanging_channel_delays_no_other(office, monkeypatch):
    monkeypatch.setattr(deliver, "SEND_TIME", 1.0)
    office.put("mail", "hook")
    office.mailbox.break_(Hang())

    async def until_the_hook_heard() -> None:
        office.delivering.start()
        await asyncio.to_thread(office.webhook.posts.wait, len, 5)
        assert "leased" in office.states()
        await office.delivering.stop(10)
        office.delivering.raise_failure()

    asyncio.run(until_the_hook_heard())
    # A slow machine may not come so far within its second that the server could have taken the letter.
    outcomes = {each.outcome for each in outbox.listing(office.store) if each.channel == "mail"}
    assert outcomes <= {"ambiguous", "retry"}


def test_after_an_ambiguous_end_the_same_message_comes_again(office):
    office.put("mail")
    office.mailbox.break_(Vanish(), times=1)
    assert office.deliver() == Delivered(accepted=2, postponed=1)
    office.wait(seconds=5)
    assert office.deliver() == Delivered(accepted=1)
    assert len(office.mailbox.mails) == 4
    assert len({mail.message["X-Prrwatch-Id"] for mail in office.mailbox.mails}) == 1
    assert len({mail.message["Message-ID"] for mail in office.mailbox.mails}) == 1


def test_a_server_that_was_down_for_a_minute_has_the_message_soon_after(office):
    office.put("mail")
    office.mailbox.break_(RefuseMessage("451 4.3.0 try again later"))
    for second in range(240):
        office.deliver()
        if office.mailbox.mails:
            break
        if second == 60:
            office.mailbox.mend()
        office.wait(seconds=1)
    assert second < 120
    assert office.received() == list(PEOPLE)


def test_retry_after_holds_for_the_channel_and_is_kept(office):
    office.put("hook", "mail")
    office.put("hook", matter="2")
    office.webhook.break_(faults.status(429, retry_after="3600"))
    assert office.deliver() == Delivered(accepted=3, postponed=1)
    assert office.webhook.count() == 1
    office.wait(minutes=59)
    assert office.deliver() == Delivered()
    assert office.webhook.count() == 1
    office.webhook.mend()
    office.wait(minutes=1)
    assert office.deliver() == Delivered(accepted=2)


@pytest.mark.parametrize("fault", [faults.status(500), faults.drop(), faults.status(503, retry_after="30")])
def test_whatever_a_service_does_after_it_recovers_all_is_delivered(office, fault):
    for matter in "123":
        office.put("hook", matter=matter)
    office.webhook.break_(fault)
    assert office.deliver().accepted == 0
    office.webhook.mend()
    office.wait(seconds=30)
    assert office.deliver() == Delivered(accepted=3)
    assert office.states() == ["sent"] * 3
