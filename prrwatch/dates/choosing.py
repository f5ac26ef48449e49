"""Which of several dates of a page is the one it was published on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from prrwatch.dates.parsing import GRACE, SIGHTING
from prrwatch.document import Dated, Precision

#: Most trusted first. `Last-Modified` is never asked: it tells when a cache was filled.
TRUST = ("selector", "feed", "api", "json-ld", "meta", "label", "dateline", "listing", "time", "url", "header")

_FINENESS = (Precision.YEAR, Precision.MONTH, Precision.DAY, Precision.MINUTE, Precision.SECOND)


def resolve(candidates: Iterable[Dated], *, seen: datetime) -> Dated | None:
    """The date of publication among what a page states, or None when nothing of it can be that.

    A date more than two days after `seen` announces something: it is not when the page was published. The most trusted
    origin wins; of those that agree with it the most exact one is taken; and where two others agree against it, they win.
    """
    possible = [dated for dated in candidates if dated.at <= seen + GRACE]
    ranked = sorted(possible, key=_rank)
    if not ranked:
        return None
    winner = _outvoted(ranked) or ranked[0]
    agreeing = [dated for dated in ranked if _agree(winner, dated)]
    return max(agreeing, key=lambda dated: _FINENESS.index(dated.precision))


def _rank(dated: Dated) -> tuple[int, int]:
    # A completed year and a bare month are guesses beside a full date.
    vague = dated.origin.endswith(SIGHTING) or dated.precision in {Precision.YEAR, Precision.MONTH}
    name = dated.origin.removesuffix(SIGHTING)
    return int(vague), TRUST.index(name) if name in TRUST else len(TRUST)


def _outvoted(ranked: list[Dated]) -> Dated | None:
    """A feed or a template may carry the day of the last change; two earlier witnesses of different kind know better."""
    first = ranked[0]
    others = [dated for dated in ranked[1:] if dated.at < first.at and not _near(first, dated)]
    for dated in others:
        if len({other.origin for other in others if _near(dated, other)}) >= 2:
            return dated
    return None


def _near(one: Dated, other: Dated) -> bool:
    """The same day, told in two zones."""
    return abs((one.at - other.at).total_seconds()) < 26 * 3600


def _agree(winner: Dated, other: Dated) -> bool:
    if winner.precision is Precision.YEAR:
        return winner.at.year == other.at.year
    if winner.precision is Precision.MONTH:
        return winner.value == other.at.isoformat()[:7]
    return winner == other or (winner.precision is Precision.DAY and winner.value == other.at.isoformat()[:10])
