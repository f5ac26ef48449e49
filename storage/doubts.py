"""What a pass showed of a source, so that it can be judged whether that is to be believed."""

from __future__ import annotations

from prrwatch.crawl import JobDone, WayRead
from prrwatch.doubts import Shown
from prrwatch.health import State
from prrwatch.source import Source
from storage import planning
from storage.store import Store

#: Items by which it is known whether a source dates them, and documents by which its fields are judged.
_EARLIER, _DOCUMENTS = 50, 5
#: The latest looks that listed anything new; the items above are among theirs.
_LOOKS = 200
#: A field of `[expect]` and the column of a version that holds it.
_COLUMNS = {"title": "title", "published": "published_at", "issuer": "issuer", "text": "text"}


def shown(store: Store, done: JobDone, source: Source) -> Shown:
    """What the pass showed, inside the transaction that ends it."""
    seen = planning.last_look(store, source.id)
    missed, compared = _missed(store, source.id)
    return Shown(
        listed=seen.items if seen is not None and seen.job == done.job else (),
        dated_before=_dated_before(store, seen) if seen is not None else None,
        rhythm=planning.rhythm(store, source.id),
        missed=missed,
        compared=compared,
        lacking=_lacking(store, source),
    )


def _dated_before(store: Store, seen: WayRead) -> float | None:
    """The share of dated items among the last that the way in use was the first to list, before any doubt began.

    A sitemap that stands in for a feed has never dated anything, and promised nothing.
    """
    row = store.first(
        """
        SELECT avg(published_at IS NOT NULL) AS share FROM (
            SELECT published_at FROM sightings WHERE source = :source
                AND first_seen IN (
                    SELECT at FROM way_results WHERE source = :source AND url = :url AND failure IS NULL
                        AND new_items > 0 ORDER BY id DESC LIMIT :looks)
                AND first_seen < coalesce(
                    (SELECT since FROM source_states WHERE source = :source AND state = :doubtful), '9')
            ORDER BY first_seen DESC LIMIT :most)
        """,
        {
            "source": seen.source,
            "url": seen.url,
            "doubtful": State.DOUBTFUL.value,
            "looks": _LOOKS,
            "most": _EARLIER,
        },
    )
    return row["share"] if row else None


def _missed(store: Store, source: str) -> tuple[int, int]:
    """Articles that only other ways listed, and comparisons, since the way in use last listed anything new.

    What was walked beside it to fill a gap shows what fell between two looks, not that the way stands still.
    """
    row = store.query(
        """
        SELECT coalesce(sum(new_only_this), 0) AS missed, count(DISTINCT run) AS compared
        FROM way_comparisons JOIN runs ON runs.job = way_comparisons.run
        WHERE way_comparisons.source = :source AND failure IS NULL AND NOT baseline
            AND started > (SELECT new_at FROM last_looks WHERE source = :source)
            AND NOT EXISTS (
                SELECT 1 FROM gaps WHERE gaps.source = :source AND until < way_comparisons.at
                    AND coalesce(tried, '9') >= way_comparisons.at)
        """,
        {"source": source},
    )[0]
    return row["missed"], row["compared"]


def _lacking(store: Store, source: Source) -> tuple[str, ...]:
    """The fields that the source file expects and none of the last documents has."""
    columns = [_COLUMNS[field] for field in source.expect.fields]
    if not columns:
        return ()
    found = store.query(
        """
        SELECT title, published_at, issuer, nullif(text, '') AS text FROM documents
        JOIN versions ON versions.id = documents.version WHERE source = ? ORDER BY documents.id DESC LIMIT ?
        """,
        (source.id, _DOCUMENTS),
    )
    if len(found) < _DOCUMENTS:
        return ()
    return tuple(field for field in source.expect.fields if all(row[_COLUMNS[field]] is None for row in found))
