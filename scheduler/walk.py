"""The walk of the data on our side of the crawl: file, judge, group, decide whom to tell.

One path for first and repeated screening. Each step takes up what the step before left in the store, so a walk that
was killed goes on where it stopped.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from prrwatch import catalogue, relevance, routing, statements, stories, versions
from prrwatch.alert import Alert, Recipient
from prrwatch.crawl import CrawlRecord, Job, JobDone, Reason, WayRead
from prrwatch.messages import change_lines
from prrwatch.planning import Outlook
from prrwatch.relevance import Ruleset
from prrwatch.settings import Settings
from prrwatch.source import Source
from prrwatch.stories import Assignment, Telling
from prrwatch.story import Change, Member, Story
from prrwatch.verdict import Verdict
from scheduler.clock import Clock
from scheduler.planning import Planner
from scheduler.settling import settle
from scheduler.silencing import unmuted
from storage import filing, health, jobs, judging, muting, withdrawals
from storage import sources as mirror
from storage import statements as claims
from storage import stories as archive
from storage.records import Decision, KeptBack, StoredDocument, Told, Withdrawal
from storage.store import Store

Addressed = tuple[Alert, tuple[Recipient, ...]]

#: What is found after so long without a good pass (and three missed ones) is told in one summary: no flood after a
#: downtime. A weekend of trouble is longer; a machine that sleeps at night is not.
LONG_UNREAD = timedelta(days=2)
#: Documents taken from the backlog at once.
_BACKLOG = 100


@dataclass(frozen=True, slots=True)
class Walk:
    """What the steps need: where things are kept, what is read, how it is judged, who is told."""

    store: Store
    sources: Mapping[str, Source]
    ruleset: Ruleset
    settings: Settings
    recipients: Mapping[str, tuple[Recipient, ...]]  #: of every channel in use
    clock: Clock
    planner: Planner = field(default_factory=Planner)

    def outlook(self) -> Outlook:
        """What is believed of the whole fleet today; every next look is planned by it."""
        return self.planner.view(self.store, self.sources.values(), self.clock(), self.settings.passes_per_day)

    def job(self, source: Source) -> Job:
        """One pass over a source, with all that the worker must know."""
        job = jobs.job(self.store, source, self.settings.policy, self.settings.revisit, self.clock())
        return replace(job, key=catalogue.key_of(source, os.environ))

    def file(self, records: Sequence[CrawlRecord]) -> None:
        """File what the worker said, judge what is new, and tell the operators when a source's state changed."""
        filing.file(self.store, records, self.clock(), self.outlook())
        self.judge()
        if any(isinstance(record, JobDone) for record in records):
            self.notice()

    def give_up(self, job: Job, why: str) -> None:
        """File a pass that could not be done as failed, so that it shows and is not begun again at once."""
        now = self.clock()
        way = WayRead(job.id, job.source.id, 0, job.source.ways[0].url, now, failure=Reason.TIMEOUT, detail=why)
        self.file([way, JobDone(job.id, job.source.id, now, now, 0, 0, cut_short=why)])

    def judge(self) -> None:
        """Judge every document that the present rules have not judged.

        One transaction each: the next document must find the story that this one opened.
        """
        while backlog := judging.unjudged(self.store, self.ruleset.fingerprint, _BACKLOG):
            for stored in backlog:
                judging.record(self.store, [self._decide(stored)], self.clock())
        self._read_again()
        self._take_back()

    def summarise(self) -> None:
        """Tell what was there when we began to watch a source, in one message a subscription."""
        untold = archive.untold_baseline(self.store)
        if not untold:
            return
        found = [story for each in untold if (story := archive.story(self.store, each))]
        known = {each.id: archive.told(self.store, each.id) for each in found}
        alerts = routing.summaries(found, self.settings.subscriptions, " ".join(untold), known)
        told, kept_back = unmuted(alerts, found, muting.silence(self.store, self.clock()))
        archive.mark_summarised(self.store, untold, self.addressed(told), kept_back, self.clock())

    def notice(self) -> None:
        """Tell the operators which sources broke and which recovered."""
        operators = self.settings.operators
        if operators is None:
            return
        told = {each.source: each.state for each in health.told(self.store)}
        now = self.clock()
        for after in health.healths(self.store, self.sources.values()):
            for alert in routing.notices(told, [after], operators):
                known = Told(after.id, after.state, after.reason, now)
                health.tell(self.store, [known], self.addressed([alert]), now)

    def addressed(self, alerts: Iterable[Alert]) -> list[Addressed]:
        """Each alert with the recipients of its channel."""
        return [(alert, self.recipients[alert.channel]) for alert in alerts]

    def _decide(self, stored: StoredDocument) -> Decision:
        """All that follows from one version of one document. What was once told of stays in its story."""
        read = stored.document
        verdict = relevance.judge(read.title, read.text, read.language, self.ruleset)
        if not verdict.relevant and stored.story is None:
            return Decision(stored.id, stored.version, verdict)
        sketch = stories.sketch(read.text)
        told = Telling(read.title, read.text, read.language, read.published, _named(verdict))
        words = frozenset(stories.keys(told))
        fingerprint = stories.fingerprint(told, archive.rarity(self.store, words))
        assignment = settle(self.store, stored, sketch, fingerprint, self.clock())
        alerts, kept_back = self._alerts(stored, verdict, assignment)
        return Decision(
            document=stored.id,
            version=stored.version,
            verdict=verdict,
            story=assignment.story,
            why=assignment.why,
            sketch=sketch,
            fingerprint=fingerprint,
            words=words,
            statements=statements.statements(read) if verdict.relevant else statements.NOTHING,
            baseline=(stored.judged_before and stored.story is None) or self._catching_up(stored),
            alerts=tuple(self.addressed(alerts)),
            kept_back=kept_back,
        )

    def _read_again(self) -> None:
        """Read figures and events of what was judged before we could, or could as well as now."""
        while waiting := claims.unread(self.store, statements.readers(), _BACKLOG):
            found = [(each.id, each.version, statements.statements(each.document)) for each in waiting]
            claims.record(self.store, found, self.clock())

    def _take_back(self) -> None:
        """Tell of pages that were taken off the web, to those who were told of their stories."""
        for each in withdrawals.untold(self.store):
            alerts, kept_back = self._withdrawn(each)
            withdrawals.tell(self.store, each, self.addressed(alerts), kept_back, self.clock())

    def _withdrawn(self, withdrawal: Withdrawal) -> tuple[tuple[Alert, ...], tuple[KeptBack, ...]]:
        story = archive.story(self.store, withdrawal.story)
        member = next((each for each in story.members if each.document == withdrawal.document), None) if story else None
        if story is None or member is None:
            return (), ()
        told = archive.told(self.store, story.id)
        alerts = routing.withdrawal(story, member, withdrawal.at, self.settings.subscriptions, told)
        mute = muting.silence(self.store, self.clock()).over_news(story, member)
        return ((), tuple(KeptBack(alert, mute.id) for alert in alerts)) if mute else (alerts, ())

    def _catching_up(self, stored: StoredDocument) -> bool:
        """Whether it was found by the first good pass after a long time without: told in a summary, like a baseline."""
        source = self.sources.get(stored.document.source)
        if source is None or stored.unread_for is None or stored.previous is not None:
            return False
        return stored.unread_for > max(LONG_UNREAD, 3 * source.every)

    def _alerts(
        self, stored: StoredDocument, verdict: Verdict, assignment: Assignment
    ) -> tuple[tuple[Alert, ...], tuple[KeptBack, ...]]:
        """What is told at once, and what mutes keep back.

        What was there before we began to watch, and what only new rules found, is told in a summary instead; what
        changes in it later is news.
        """
        fresh = stored.previous is None
        if fresh and (stored.baseline or self._catching_up(stored)):
            return (), ()
        if stored.judged_before or not verdict.relevant:
            return (), ()
        # A source that was taken out of the catalogue meanwhile is still known to the store.
        name = stored.document.source
        source = self.sources.get(name) or mirror.source(self.store, name)
        newcomer = _member(stored, verdict, source, assignment.why)
        story = _with(archive.story(self.store, assignment.story), newcomer, assignment.story, verdict, self.clock())
        alerts = self._news(stored, story, newcomer)
        if not alerts:
            return (), ()
        silence = muting.silence(self.store, self.clock())
        mute = silence.over(story) if fresh else silence.over_news(story, newcomer)
        return ((), tuple(KeptBack(alert, mute.id) for alert in alerts)) if mute else (alerts, ())

    def _news(self, stored: StoredDocument, story: Story, newcomer: Member) -> tuple[Alert, ...]:
        told = archive.told(self.store, story.id)
        if stored.previous is None:
            return routing.alerts_for(story, Change.NEW, newcomer, stored.n, self.settings.subscriptions, told)
        difference = versions.difference(
            stored.previous.text,
            stored.document.text,
            titles=(stored.previous.title, stored.document.title),
            evidence=(stored.previous.evidence, newcomer.evidence),
            language=stored.document.language,
        )
        if not difference.material:
            return ()
        alerts = routing.alerts_for(story, Change.UPDATED, newcomer, stored.n, self.settings.subscriptions, told)
        return tuple(replace(alert, body=change_lines(difference.changes)) for alert in alerts)


def _named(verdict: Verdict) -> tuple[str, ...]:
    return tuple(sorted({entity.id for entity in verdict.entities}))


def _member(stored: StoredDocument, verdict: Verdict, source: Source, why: str) -> Member:
    read = stored.document
    return Member(
        document=stored.id,
        url=read.url,
        source=source.id,
        source_name=source.name,
        kind=source.kind,
        title=read.title,
        language=read.language,
        published=read.published,
        issuer=read.issuer,
        fetched=read.fetched,
        text=read.text,
        evidence=verdict.evidence,
        entities=verdict.entities,
        why=why,
    )


def _with(story: Story | None, newcomer: Member, identity: str, verdict: Verdict, now: datetime) -> Story:
    """The story as it will be once the newcomer is filed: what is decided must be decided on that."""
    if story is None:
        return Story(identity, now, (newcomer,), verdict.phases, verdict.countries, verdict.score)
    others = tuple(member for member in story.members if member.document != newcomer.document)
    return replace(
        story,
        members=(*others, newcomer),
        phases=tuple(dict.fromkeys((*story.phases, *verdict.phases))),
        countries=tuple(sorted({*story.countries, *verdict.countries})),
        score=max(story.score, verdict.score),
    )
