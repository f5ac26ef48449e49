"""What planning needs to know of the past, and the job that one pass over a source is."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from prrwatch import urls
from prrwatch.comparing import comparable, second_ways
from prrwatch.crawl import HostClock, Job, Policy, Revisit, Validators
from prrwatch.document import Item
from prrwatch.health import PassHistory
from prrwatch.source import Source
from storage import comparing, gaps, guesses, rows, runs, sightings, sources
from storage.store import Store

#: A server whose ETag never changes would hide its news behind 304 for ever: so often a page is asked for whole.
TRUSTED = timedelta(days=1)
#: A page that was withdrawn and is listed again is asked for again, but not more often than this.
GONE_AGAIN = timedelta(days=1)
#: A revisit that keeps failing is given up so long after the last age of the plan.
REVISIT_PATIENCE = timedelta(days=2)


def histories(store: Store, source_ids: Iterable[str]) -> dict[str, PassHistory]:
    """The past of each source, one that was never read included. A pass that a kill cut is as if it had not begun."""
    wanted = tuple(source_ids)
    found = store.query(
        """
        SELECT sources.id, last.started, last.ended, coalesce(source_states.failures, 0) AS failures, rhythms.planned,
            (
                SELECT max(not_before) FROM host_clocks WHERE host IN (SELECT value FROM json_each(sources.hosts))
            ) AS retry_at
        FROM sources
        LEFT JOIN source_states ON source_states.source = sources.id
        LEFT JOIN rhythms ON rhythms.source = sources.id
        LEFT JOIN runs AS last ON last.job
            = (SELECT job FROM runs WHERE source = sources.id AND cut_short <> :killed ORDER BY started DESC LIMIT 1)
        WHERE sources.id IN (SELECT value FROM json_each(:wanted))
        """,
        {"wanted": rows.listed(wanted), "killed": runs.KILLED},
    )
    known = {row["id"]: rows.pass_history(row) for row in found}
    return {each: known.get(each, PassHistory(each)) for each in wanted}


def job(store: Store, source: Source, policy: Policy, revisit_ages: Sequence[timedelta], now: datetime) -> Job:
    """One pass over `source`, complete; notes that it begins.

    `known` are the articles that this source listed or that we have from the same hosts, without those in `carry`:
    listed before, not read, and due for another attempt. Where ways are to be compared nothing is asked conditionally:
    a 304 lists nothing. Where a gap is to be filled all ways are.
    """
    name = f"{source.id}-{now:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
    with store.transaction():
        sources.add(store, source, now)
        runs.begin(store, name, source.id, now)
    watched_since = sightings.first_good_pass(store, source.id)
    off = frozenset(guesses.off(store, source))
    gap_since = gaps.unfilled_since(store, source.id)
    second = second_ways(source, comparing.walked(store, source.id), watched_since, now)
    compare = tuple(place for place in (comparable(source) if gap_since else second) if place not in off)
    return Job(
        id=name,
        source=source,
        policy=policy,
        validators=() if compare else _validators(store, source, now),
        known=_known(store, source, now),
        carry=_carry(store, source, policy, now),
        revisit=_revisit(store, source, tuple(revisit_ages), now),
        clocks=_clocks(store, now),
        compare=compare,
        off=off,
        gap_since=gap_since,
    )


def _validators(store: Store, source: Source, now: datetime) -> tuple[Validators, ...]:
    found = store.query(
        "SELECT url, etag, last_modified FROM validators WHERE source = ? AND kept_at > ? ORDER BY url",
        (source.id, rows.time(now - TRUSTED)),
    )
    return tuple(rows.validators(row) for row in found)


def _known(store: Store, source: Source, now: datetime) -> frozenset[str]:
    hosts = {urls.key(way.url).partition("/")[0] for way in source.ways}
    found = store.query(
        """
        SELECT key FROM sightings
        WHERE source = :source AND (document IS NOT NULL OR next_try IS NULL OR next_try > :now)
        UNION
        SELECT key FROM document_keys WHERE kind = 'own' AND host IN (SELECT value FROM json_each(:hosts))
        EXCEPT
        SELECT document_keys.key FROM document_keys JOIN documents ON documents.id = document_keys.document
        WHERE documents.state = 'gone' AND documents.looked_at <= :gone_before
        """,
        {
            "source": source.id,
            "now": rows.time(now),
            "hosts": rows.listed(hosts),
            "gone_before": rows.time(now - GONE_AGAIN),
        },
    )
    return frozenset(row["key"] for row in found)


def _carry(store: Store, source: Source, policy: Policy, now: datetime) -> tuple[Item, ...]:
    """At most one pass's worth, the newest first: old ones must not hold up what is news."""
    found = store.query(
        """
        SELECT * FROM sightings WHERE source = ? AND document IS NULL AND next_try <= ?
        ORDER BY attempts, coalesce(published_at, first_seen) DESC, id LIMIT ?
        """,
        (source.id, rows.time(now), policy.max_pages),
    )
    return tuple(rows.item(row) for row in found)


def _revisit(store: Store, source: Source, ages: tuple[timedelta, ...], now: datetime) -> tuple[Revisit, ...]:
    """Relevant documents that have passed one more age of the plan since they were last looked at.

    With the title and date that they were listed with: read with other help, the same page could seem to have changed.
    """
    if not ages:
        return ()
    found = store.query(
        """
        SELECT documents.key, documents.url, documents.etag, documents.last_modified, documents.first_fetched,
            documents.looked_at, seen.title, seen.summary, seen.published_at, seen.published_precision,
            seen.published_raw, seen.published_origin
        FROM documents LEFT JOIN sightings AS seen ON seen.id
            = (SELECT min(id) FROM sightings WHERE document = documents.id AND sightings.source = documents.source)
        WHERE documents.source = ? AND documents.state = 'live' AND documents.relevant = 1
            AND documents.first_fetched > ? AND documents.first_fetched <= ?
        ORDER BY documents.looked_at
        """,
        (source.id, rows.time(now - max(ages) - REVISIT_PATIENCE), rows.time(now - min(ages))),
    )
    return tuple(
        Revisit(rows.item(row), rows.validators(row))
        for row in found
        if _due(rows.at(row["first_fetched"]), rows.at(row["looked_at"]), ages, now)
    )


def _due(fetched: datetime, looked_at: datetime, ages: tuple[timedelta, ...], now: datetime) -> bool:
    return any(looked_at < fetched + age <= now for age in ages)


def _clocks(store: Store, now: datetime) -> tuple[HostClock, ...]:
    found = store.query(
        "SELECT host, not_before FROM host_clocks WHERE not_before > ? ORDER BY host", (rows.time(now),)
    )
    return tuple(rows.host_clock(row) for row in found)
