"""How the ways of a source were read in vain; see `prrwatch.guesses`."""

from __future__ import annotations

from collections import defaultdict

from prrwatch.crawl import Reason
from prrwatch.guesses import TIMES, Tries, switched_off
from prrwatch.source import Source
from storage.store import Store


def off(store: Store, source: Source) -> tuple[int, ...]:
    """Places of the ways that are switched off."""
    return switched_off(source, tries(store, source.id))


def tries(store: Store, source: str) -> dict[str, Tries]:
    """What is known of each way that was ever read, by its URL."""
    worked = store.query("SELECT DISTINCT url FROM way_results WHERE source = ? AND failure IS NULL", (source,))
    failed = store.query(
        """
        SELECT url, failure FROM (
            SELECT url, failure, row_number() OVER (PARTITION BY url ORDER BY id DESC) AS n
            FROM way_results WHERE source = ? AND failure IS NOT NULL)
        WHERE n <= ? ORDER BY url, n
        """,
        (source, TIMES),
    )
    last: dict[str, list[Reason]] = defaultdict(list)
    for row in failed:
        last[row["url"]].append(Reason(row["failure"]))
    good = {row["url"] for row in worked}
    return {url: Tries(url in good, tuple(last.get(url, ()))) for url in good | last.keys()}
