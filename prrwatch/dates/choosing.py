"""Which of several dates of a page is the one it was published on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time

from prrwatch.dates.parsing import GRACE, SIGHTING
from prrwatch.document import Dated, Precision

#: Most trusted first. `Last-Modified` is never asked: it tells when a cache was filled.
TRUST = ("selector", "feed", "api", "json-ld", "meta", "label", "dateline", "listing", "time", "url", "header")

_FINENESS = (Precision.YEAR, Precision.MONTH, Precision.DAY, Precision.MINUTE, Precision.SECOND)


def resolve(candidates: Iterable[Dated], *, seen: datetime) -> Dated | None:
    """The date of publication among what a page states, or None when nothing of it can be that.

    A date more than two days after `seen` announces something: it is not when the page was published. The most trusted
    origin wins; of those that agree with it the most exact one is taken; and where more others agree on an earlier day,
    they win.
    """
    possible = [dated for dated in candidates if dated.at <= seen + GRACE]
    ranked = sorted(possible, key=_rank)
    if not ranked:
        return None
    winner = _outvoted(ranked) or ranked[0]
    agreeing = [dated for dated in ranked if _agree(winner, dated)]
    return max(agreeing, key=lambda dated: _FINENESS.index(dated.precision))


def _rank(dated: Dated) -> tuple[int, int]:
    name = dated.origin.removesuffix(SIGHTING)
    return int(_is_vague(dated)), TRUST.index(name) if name in TRUST else len(TRUST)


def _outvoted(ranked: list[Dated]) -> Dated | None:
    """A feed or a template may carry the day of the last change; more witnesses for an earlier day know better.

    As many are enough where the first is a bare day and they know the time: a print date beside the time of posting.
    """
    first = ranked[0]
    if _is_vague(first):
        return None
    support = len({other.origin for other in ranked if _near(first, other)})
    for dated in ranked[1:]:
        against = len({other.origin for other in ranked if _near(dated, other) and not _near(first, other)})
        better = against > support or (against == support > 1 and _is_exact(dated) and not _is_exact(first))
        if better and dated.at < first.at and not _is_vague(dated):
            return dated
    return None


def _is_vague(dated: Dated) -> bool:
    """A completed year and a bare month are guesses beside a full date."""
    return dated.origin.endswith(SIGHTING) or dated.precision in {Precision.YEAR, Precision.MONTH}


def _is_exact(dated: Dated) -> bool:
    # Midnight in Greenwich is a bare day that a machine moved into a zone.
    return dated.precision in {Precision.MINUTE, Precision.SECOND} and dated.at.time() != time()


def _near(one: Dated, other: Dated) -> bool:
    """The same day, where one of them is told in another zone or without its time."""
    if _is_exact(one) and _is_exact(other):
        return abs((one.at - other.at).total_seconds()) < 24 * 3600
    return one.value[:10] == other.value[:10] or one.at.date() == other.at.date()


def _agree(winner: Dated, other: Dated) -> bool:
    if winner.precision is Precision.YEAR:
        return winner.at.year == other.at.year
    if winner.precision is Precision.MONTH:
        return winner.value == other.at.isoformat()[:7]
    return winner == other or (winner.precision is Precision.DAY and winner.value == other.value[:10])
