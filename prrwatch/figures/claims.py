"""Claims: what a story's documents say in figures, each once, and which claims cannot both be true."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from itertools import combinations

from prrwatch.document import Precision
from prrwatch.figures.comparing import agree, is_one_day, shrinks
from prrwatch.figures.record import Action, Figure, Measure, Who

#: From so many on, two reports of the same number of the same people mean the same people, whatever day they name.
_TELLING = 100
#: So far from each other two reports of one story may be published and still speak of one time.
_AROUND = timedelta(days=31)
_MOST = 300  #: claims of a story that are compared with each other; a story has a handful
_CLASSES = {Action.REPATRIATED: "back", Action.RETURNED: "back", Who.CITIZENS: "people", Who.TOTAL: "people"}


@dataclass(frozen=True, slots=True)
class Telling:
    """A figure where it stands: in which version of which document, and since when that is public."""

    figure: Figure
    claimant: str | None
    document: int
    version: int
    n: int  #: place among the figures of the version
    told: datetime  #: published, else first seen
    is_current: bool  #: the version is the document's present one
    is_official: bool = False  #: its publisher is an authority


@dataclass(frozen=True, slots=True)
class Claim:
    """What one or more documents of a story claim."""

    id: str  #: made from the story and what is claimed
    story: str
    figure: Figure  #: as first told; country, day and measure from whoever tells them
    claimant: str | None
    first_told: datetime
    stands: bool  #: a document tells it in its present version
    tellings: tuple[Telling, ...] = ()  #: the first told it first

    @property
    def topic(self) -> str:
        """Claims of one topic speak of the same people and deed, in wide classes: returned and repatriated are one."""
        return f"{_class(self.figure.action)} {_class(self.figure.who)}"

    @property
    def refrain(self) -> str:
        """Claims with one refrain say the same again.

        A sum is told again on other days and in other stories. One event is told again where its day is the same; a
        small number without a day is told again only in its own story: two flights may well bring 12 women each.
        """
        said = (self.topic, self.figure.country, self.figure.number, self.figure.quantifier)
        if self.figure.measure is Measure.STOCK or self.figure.number >= _TELLING:
            return _token("", *said)
        return _token("", *said, _day(self.figure) or self.story)


def claims(story: str, tellings: Iterable[Telling]) -> tuple[Claim, ...]:
    """The claims of a story, each once however many documents tell it. The order of `tellings` does not matter.

    Two figures are one claim when number, quantifier, people and deed are the same, and neither country nor written
    day speaks against it: a copy published a day later says "to date" of another day and claims nothing new.
    """
    alike: dict[tuple[object, ...], list[list[Telling]]] = defaultdict(list)
    for telling in sorted(tellings, key=_order):
        groups = alike[_said(telling.figure)]
        group = next((group for group in groups if _may_be_one(_facts(group), telling.figure)), None)
        if group is None:
            groups.append([telling])
        else:
            group.append(telling)
    found = sorted((group for groups in alike.values() for group in groups), key=lambda group: _order(group[0]))
    return tuple(_claim(story, group) for group in found)


def conflicts(own: Sequence[Claim], others: Iterable[Claim]) -> tuple[tuple[Claim, Claim], ...]:
    """The pairs of a story's claims, and of these with claims of other stories, that cannot both be true.

    The one that was told first stands first. What one document says side by side is no conflict: 24 women in 2021, 18
    in 2023. Undated claims are compared within their story only.
    """
    by_topic: dict[str, list[Claim]] = defaultdict(list)
    for claim in own[:_MOST]:
        by_topic[claim.topic].append(claim)
    at_home = (pair for alike in by_topic.values() for pair in combinations(alike, 2))
    abroad = ((mine, theirs) for theirs in others for mine in by_topic.get(theirs.topic, ()))
    pairs = (*at_home, *abroad)
    found = (sorted(pair, key=lambda each: (each.first_told, each.id)) for pair in pairs if _contradict(*pair))
    return tuple((first, other) for first, other in found)


def _order(telling: Telling) -> tuple[datetime, bool, int, int, int]:
    return telling.told, not telling.is_official, telling.document, telling.version, telling.n


def _said(figure: Figure) -> tuple[object, ...]:
    return (figure.number, figure.quantifier, _class(figure.action), _class(figure.who))


def _may_be_one(known: Figure, figure: Figure) -> bool:
    """Neither country nor written day tells two figures apart that say the same."""
    days_agree = None in (_day(known), _day(figure)) or is_one_day(known.as_of, figure.as_of)
    return len({known.country, figure.country} - {None}) < 2 and days_agree


def _facts(group: Sequence[Telling]) -> Figure:
    """The figure as first told, with what it lacks from those who tell it too."""
    figures = [telling.figure for telling in group]
    summed = any(figure.measure is Measure.STOCK for figure in figures)
    dated = next((figure.as_of for figure in figures if _day(figure)), figures[0].as_of)
    return replace(
        figures[0],
        country=next((figure.country for figure in figures if figure.country), None),
        measure=Measure.STOCK if summed else Measure.FLOW,
        as_of=dated or next((figure.as_of for figure in figures if figure.as_of), None),
    )


def _claim(story: str, group: Sequence[Telling]) -> Claim:
    figure = _facts(group)
    said = (*_said(figure), figure.country, _day(figure))
    claimant = next((telling.claimant for telling in group if telling.claimant), None)
    return Claim(
        id=_token("c-", story, *said),
        story=story,
        figure=figure,
        claimant=claimant,
        first_told=group[0].told,
        stands=any(telling.is_current for telling in group),
        tellings=tuple(group),
    )


def _contradict(one: Claim, other: Claim) -> bool:
    """Two claims on one topic."""
    if not (one.stands and other.stands) or _are_told_together(one, other):
        return False
    mine, theirs = one.figure, other.figure
    if mine.measure is not theirs.measure or agree(mine, theirs):
        return False
    if one.story == other.story:
        countries = {mine.country, theirs.country} - {None}
        return len(countries) < 2 and (_is_same_span(mine, theirs) or _is_one_time(one, other) or shrinks(mine, theirs))
    return mine.country == theirs.country and (_is_same_span(mine, theirs) or shrinks(mine, theirs))


def _is_one_time(one: Claim, other: Claim) -> bool:
    """In one story what names no day speaks of the days around its publication."""
    if _day(one.figure) and _day(other.figure):
        return False
    mine, theirs = _time(one), _time(other)
    return mine is not None and theirs is not None and abs(mine - theirs) <= _AROUND


def _time(claim: Claim) -> datetime | None:
    """When it holds: the day that it names, else that of its publication; None for a whole month or year."""
    dated = claim.figure.as_of
    if dated is None or not _day(claim.figure):
        return claim.first_told
    return dated.at if dated.precision not in {Precision.MONTH, Precision.YEAR} else None


def _are_told_together(one: Claim, other: Claim) -> bool:
    return not {each.version for each in one.tellings}.isdisjoint(each.version for each in other.tellings)


def _is_same_span(one: Figure, other: Figure) -> bool:
    """Both tell one day, or one month. "In 2021" holds many days: what is said of it contradicts no other year's."""
    if one.as_of is None or other.as_of is None or one.as_of.precision is Precision.YEAR:
        return False
    return one.as_of.value[:10] == other.as_of.value[:10]


def _day(figure: Figure) -> str | None:
    """The day that the text itself writes; "to date" is the day of publication and tells no claims apart."""
    if figure.as_of is None or figure.as_of.origin == "published":
        return None
    return figure.as_of.value[:10]


def _class(told: Action | Who) -> str:
    return _CLASSES.get(told, told.value)


def _token(prefix: str, *said: object) -> str:
    return prefix + blake2b("\0".join(map(str, said)).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
