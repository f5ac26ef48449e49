"""How the places of two documents lie to each other: where it happened, where a journey began, where it ended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from prrwatch.stories.gazetteer import is_hub, is_theatre
from prrwatch.stories.record import Fingerprint, Reason

_SAME_CITY, _OTHER_CITY = 0.5, -1.5
_LESSER_CITY, _MOST_BY_CITIES = 0.8, 1.5  #: where fewer things happen than in a capital
_ELSEWHERE = -2.1
_SAME_COUNTRY, _OTHER_COUNTRY = 0.3, -1.0
_NOWHERE = -0.5  #: no place in common, nor any that could be compared


def where(one: Fingerprint, other: Fingerprint) -> Iterator[Reason]:
    """What the cities and countries of two documents say; across languages it counts that they share none."""
    found = (*_cities(one, other), *_countries(one, other))
    yield from found
    if not found and one.language != other.language:
        yield Reason(_NOWHERE, "")


def _cities(one: Fingerprint, other: Fingerprint) -> Iterator[Reason]:
    shared = [city for city in one.cities if city in other.cities]
    if shared:
        weight = sum(_city(city) for city in shared)
        yield Reason(min(_MOST_BY_CITIES, weight), ", ".join(sorted(shared)[:2]))
    elif _at_one_end(_leading(one), _leading(other)):
        yield Reason(_OTHER_CITY, "")
    if shared and _lead_elsewhere(one, other):
        yield Reason(_ELSEWHERE, "")


def _countries(one: Fingerprint, other: Fingerprint) -> Iterator[Reason]:
    if one.countries and other.countries:
        shared = [country for country in one.countries if country in other.countries]
        yield Reason(_SAME_COUNTRY, ", ".join(sorted(shared))) if shared else Reason(_OTHER_COUNTRY, "")


def _at_one_end(some: Iterable[str], others: Iterable[str]) -> bool:
    """Whether both name where a journey began, or both where it ended: reports may name either."""
    return bool({is_theatre(city) for city in some} & {is_theatre(city) for city in others})


def _leading(print_: Fingerprint) -> Sequence[str]:
    """The cities of the lead; all of them where it is not known which these are."""
    return [city for city in print_.cities if f"+{city}" in print_.lead] if print_.lead else print_.cities


def _lead_elsewhere(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether each leads with lesser towns of its own: those of the other it names to compare."""
    mine, theirs = ({city for city in _leading(each) if not is_hub(city)} for each in (one, other))
    return bool(mine and theirs) and not mine & theirs


def _city(city: str) -> float:
    return _SAME_CITY if is_hub(city) else _LESSER_CITY
