"""Whether two figures say the same, restate it, or contradict each other."""

from __future__ import annotations

from typing import Literal

from prrwatch.document import Dated
from prrwatch.figures.record import Action, Figure, Measure, Quantifier, Who

Relation = Literal["same", "restated", "conflict", "unrelated"]

_ALIKE = ({Action.REPATRIATED, Action.RETURNED}, {Who.CITIZENS, Who.TOTAL})
#: The span that a number stands for, as shares of it: "more than 2,100" is not said of 2,400.
_SPANS = {
    Quantifier.EXACT: (1.0, 1.0),
    Quantifier.ABOUT: (0.95, 1.05),
    Quantifier.MORE_THAN: (1.0, 1.1),
    Quantifier.AT_LEAST: (1.0, 1.1),
    Quantifier.UP_TO: (0.9, 1.0),
}


def conflict(one: Figure, other: Figure) -> Relation:
    """How two figures stand to each other; the order does not matter.

    same: one claim, word for word in what counts. restated: one number told as of another day, or numbers that can both
    be true ("more than 2,100" and 2,113). conflict: of the same people, deed and day, numbers that cannot both be true;
    or a sum that shrinks with time. unrelated: all else, also two operations of different days.
    """
    if not _comparable(one, other):
        return "unrelated"
    if one.number == other.number and one.quantifier is other.quantifier:
        return "same" if _day(one.as_of) == _day(other.as_of) and one.measure is other.measure else "restated"
    if one.country != other.country or one.measure is not other.measure:
        return "unrelated"
    if is_one_day(one.as_of, other.as_of):
        return "restated" if agree(one, other) else "conflict"
    return "conflict" if shrinks(one, other) else "unrelated"


def _comparable(one: Figure, other: Figure) -> bool:
    countries = {one.country, other.country} - {None}
    return len(countries) < 2 and _are_alike(one.action, other.action) and _are_alike(one.who, other.who)


def _are_alike(one: str, other: str) -> bool:
    return one == other or any({one, other} <= alike for alike in _ALIKE)


def agree(one: Figure, other: Figure) -> bool:
    """Whether both numbers can be true of the same people: "more than 2,100" and 2,113."""
    (low, high), (least, most) = _span(one), _span(other)
    return low <= most and least <= high


def _span(figure: Figure) -> tuple[float, float]:
    low, high = _SPANS[figure.quantifier]
    return figure.number * low, figure.number * high


def _day(dated: Dated | None) -> str | None:
    return dated.value[:10] if dated else None


def is_one_day(one: Dated | None, other: Dated | None) -> bool:
    """The same day, as exactly as the less exact of them tells; neither told is the same too."""
    mine, theirs = _day(one), _day(other)
    if mine is None or theirs is None:
        return mine == theirs
    shorter = min(len(mine), len(theirs))
    return mine[:shorter] == theirs[:shorter]


def shrinks(one: Figure, other: Figure) -> bool:
    """A sum up to a later day that is smaller than an earlier one, of what can only grow."""
    if one.as_of is None or other.as_of is None or one.measure is not Measure.STOCK or one.action is Action.REMAINING:
        return False
    earlier, later = (one, other) if one.as_of.at < other.as_of.at else (other, one)
    return _span(later)[1] < _span(earlier)[0]
