"""A source that answers and is not to be believed: undated, of one date, fieldless, behind its other ways. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from prrwatch.crawl import Reason
from prrwatch.document import Item
from prrwatch.planning import Rhythm
from prrwatch.planning.gaps import minute_of

#: Fewer items show no pattern.
_ENOUGH = 5
#: A source that dated less than this share of what it listed never promised dates.
_DATED = 0.8
#: Articles that another way showed, in so many comparisons, since the way in use last listed anything new.
_MISSED, _COMPARED = 3, 2
#: Days that a listing must cover by the source's own rhythm before one day, or one instant, for all of it is strange.
_COVERED, _COVERED_AT_ONCE = 2.0, 0.5
#: Days watched and items before that rhythm says anything.
_DAYS, _ITEMS = 7.0, 8.0


@dataclass(frozen=True, slots=True)
class Shown:
    """What a pass showed of a source."""

    listed: Sequence[Item] = ()  #: by the way in use, as it dated them now
    dated_before: float | None = None  #: share of what it listed earlier that was dated
    rhythm: Rhythm = Rhythm()  # noqa: RUF009 - a frozen record
    missed: int = 0  #: articles that other ways listed since this one last listed anything new
    compared: int = 0  #: comparisons since then
    lacking: tuple[str, ...] = ()  #: fields of `expect.fields` that none of the last documents has


def doubt(shown: Shown) -> tuple[Reason, str] | None:
    """Why what the source shows is not to be believed; None when there is nothing to doubt."""
    if shown.lacking:
        return Reason.LAYOUT_CHANGED, f"the last articles read have no {', '.join(shown.lacking)}"
    if shown.missed >= _MISSED and shown.compared >= _COMPARED:
        return Reason.STALE, f"nothing new where it is read, and {shown.missed} articles where it is compared"
    return _dates(shown)


def _dates(shown: Shown) -> tuple[Reason, str] | None:
    stated = [item.published for item in shown.listed if item.published is not None]
    if len(shown.listed) < _ENOUGH:
        return None
    if not stated and (shown.dated_before or 0.0) >= _DATED:
        return Reason.UNDATED, f"none of {len(shown.listed)} items is dated; before, they were"
    same = len({each.value for each in stated}) == 1 and len(stated) == len(shown.listed)
    if same and _covers(shown.rhythm, len(stated)) >= (_COVERED_AT_ONCE if minute_of(stated[0]) else _COVERED):
        return Reason.SAME_DATES, f"all {len(stated)} items are dated {stated[0].value}"
    return None


def _covers(rhythm: Rhythm, items: int) -> float:
    """Days in which the source publishes so many items; 0 while that is not known."""
    if rhythm.days < _DAYS or rhythm.items < _ITEMS:
        return 0.0
    return items * rhythm.days / rhythm.items
