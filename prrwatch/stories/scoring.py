"""Whether two documents tell the same event, as a sum of reasons.

Record linkage after Fellegi and Sunter ("A theory for record linkage", 1969): each agreement speaks for, each
contradiction against, in nats; what is rare speaks louder. The weights here and in `placing` were set on the sets of
tests/eval_stories that had been read by then, the even topics of ECB+ and the Telegram pairs; see docs/stories.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from math import sqrt

from prrwatch.stories.placing import where
from prrwatch.stories.record import Day, Fingerprint, Reason
from prrwatch.stories.timing import When, gap, is_recalled, when
from prrwatch.stories.vectors import common, cosine, covered, product

#: What speaks against any two documents before they are looked at: most tell different events.
PRIOR = -5.5
#: Nats from which two documents tell one event. Set for precision first: a wrongly merged story is a missed alert.
SAME_EVENT = 0.0
#: Across languages less can be shared: with 1.1, of 38 pairs just below 0 that do not lead with other counts, 34 told
#: one event.
_ABROAD = 1.7
#: In one language, where the day agrees, and no place or number speaks against: without it, all 7 pairs just below 0
#: told one event. Where no text has a day of publication (Telegram, ECB+) it only costs precision.
_UNDISPUTED = 2.0
#: Where both say when they came out and nothing speaks against: with 1.0 no two events of the sets that were read are
#: joined more, with 2.0 some are.
_DATED = 1.0

_WHEN: Mapping[When, float] = {
    When.SAME: 3.5,
    When.MENTIONED: -2.7,
    When.NEXT: -0.5,
    When.CLOSE: -3.0,
    When.WEEK: -4.5,
    When.OTHER: -8.0,
    When.REPORTED: 1.5,
    When.AROUND: -0.8,
    When.ELSEWHEN: -3.5,
    When.TOGETHER: 0.7,
    When.UNKNOWN: 0.0,
}
_DAY = 0.8  #: of its surprise: a day of which many tell is a poorer proof
_RECALLED = -2.5  #: one report came out weeks after the other
_SAME_MONTH, _OTHER_MONTH = 1.0, -1.0  #: of a bulletin
_NUMBER, _MOST_BY_NUMBERS, _MOST_BY_SEVERAL = 0.7, 4.5, 6.0
_UNITS = {"y": " years", "m": " months"}
_SMALL = 12  #: such numbers meet by chance
#: Of one event's numbers two texts that name one each may name different ones; two that name several share some.
_OTHER_NUMBERS, _ANOTHER_NUMBER = -3.0, -1.0
_OTHER_LEAD = -1.2  #: of pairs in two languages just above 0 those that lead so told two events five times of seven
_OTHER_TERMS = -2.3  #: of ages and terms a report names but few
_NAMES_AT_HOME, _NAMES_FROM, _MOST_BY_NAMES, _OTHER_NAMES = 8.0, 0.2, 4.0, -0.7
_NAMES_ABROAD, _MOST_ABROAD, _NAME = 6.0, 3.0, 0.5
_BODY, _MOST_BY_BODIES = 0.2, 1.5
_MOTIFS, _MOTIFS_FROM, _LEAST_BY_MOTIFS, _MOST_BY_MOTIFS = 3.5, 0.35, -1.2, 1.8
#: What both lead with is what they tell; what neither leads with may be told of another event, to compare.
_LEADING, _IN_PASSING = 1.2, 0.8
_SAME_TURN, _OTHER_TURN = 1.0, -6.0
_TURN_MENTIONED = -2.5
#: Common wording does not reach the prior without another witness. What two texts have in common beyond it does, but
#: not where their days, places or numbers speak against it: then it is a form filled in anew.
_WORDING, _WORDING_FROM, _MOST_BY_WORDING, _MOST_BY_FORM, _NO_WORDING = 30.0, 0.2, 5.0, 4.0, -1.2
_REWRITTEN, _REWRITTEN_FROM, _MOST_BY_REWRITING, _FILLED_IN = 20.0, 0.37, 3.0, -1.0
_LOANS, _LOANS_FROM, _MOST_BY_LOANS = 15.0, 0.02, 2.5


@dataclass(frozen=True, slots=True)
class Likeness:
    """What speaks for and against two documents telling one event."""

    score: float  #: nats; above 0 more likely the same
    reasons: tuple[Reason, ...]

    @property
    def why(self) -> str:
        """What they share, in words: "27 Nov 2024, tashkent, 2100, wording 0.45"."""
        return ", ".join(reason.words for reason in self.reasons if reason.weight > 0 and reason.words)

    @property
    def is_other_day(self) -> bool:
        """Whether each names a day of its own, and neither that of the other."""
        return any(reason.words in {When.OTHER, When.WEEK} for reason in self.reasons)

    @property
    def is_other_turn(self) -> bool:
        """Whether they count themselves apart: the first meeting and the second."""
        return any(reason.weight == _OTHER_TURN for reason in self.reasons)


def likeness(one: Fingerprint, other: Fingerprint) -> Likeness:
    """Weigh two documents against each other; symmetric."""
    setting = (_when(one, other), *_turns(one, other), *where(one, other))
    told = (*setting, *_months(one, other), *_facts(one, other, _most_against(setting)))
    against = _most_against(told)
    reasons = (*told, _wording(one, other, against, setting[0].weight))
    prior = _prior(one, other, against, setting[0].weight)
    return Likeness(prior + sum(reason.weight for reason in reasons), reasons)


def _prior(one: Fingerprint, other: Fingerprint, against: float, dated: float) -> float:
    disputed = against <= _FILLED_IN or _lead_apart(one, other)
    prior = PRIOR + (_DATED if one.published and other.published and not disputed else 0.0)
    if one.language != other.language:
        return prior + _ABROAD
    agreed = dated > 0 and (one.published or other.published)
    return prior + (_UNDISPUTED if agreed and not disputed else 0.0)


def _most_against(reasons: Iterable[Reason]) -> float:
    return min(reason.weight for reason in reasons)


def is_filled_in(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether each names towns and counts of its own and none of the other's: one form, filled in anew, is no copy."""
    counts = [{number for number in _telling(each) if int(number[1:]) > _SMALL} for each in (one, other)]
    elsewhere = bool(one.cities and other.cities) and not set(one.cities) & set(other.cities)
    return elsewhere and all(counts) and not counts[0] & counts[1]


def _when(one: Fingerprint, other: Fingerprint) -> Reason:
    found = when(one, other)
    if found is not When.SAME:
        return Reason(_WHEN[found], found.value if found is not When.UNKNOWN else "")
    shared = [day for day in (*one.main, *other.main) if gap((day,), one.main) == gap((day,), other.main) == 0]
    day = min(shared, key=lambda each: (each.month, each.day, -(each.year or 0)))
    surprise = min(max(each.dates.values(), default=0.0) for each in (one, other))
    return Reason(min(_WHEN[found], _DAY * surprise) + _RECALLED * is_recalled(day, one, other), _told(day))


def _months(one: Fingerprint, other: Fingerprint) -> Iterator[Reason]:
    """The month of which both tell: the bulletin of June is not that of July."""
    mine, theirs = ({key for key in each.lead if key[0] == "/"} for each in (one, other))
    if mine and theirs:
        shared = mine & theirs
        yield Reason(_SAME_MONTH, f"month {min(shared)[1:]}") if shared else Reason(_OTHER_MONTH, "")


def _told(day: Day) -> str:
    named = date(day.year or 2024, day.month, day.day)
    return f"{named.day} {named:%b}{f' {day.year}' if day.year else ''}"


def _turns(one: Fingerprint, other: Fingerprint) -> Iterator[Reason]:
    """The first meeting is not the second; a text that names both is about the one it names first."""
    for what in sorted(one.series.keys() & other.series.keys()):
        mine, theirs = one.series[what], other.series[what]
        if mine[0] == theirs[0]:
            yield Reason(_SAME_TURN, f"{what} {mine[0]}")
        elif set(mine) & set(theirs):
            yield Reason(_TURN_MENTIONED, "")
        else:
            apart = all(not each.lead or f"{what}:{each.series[what][0]}" in each.lead for each in (one, other))
            yield Reason(_OTHER_TURN if apart else _TURN_MENTIONED, "")


def _facts(one: Fingerprint, other: Fingerprint, against: float) -> Iterator[Reason]:
    telling = [each for each in (_telling(one), _telling(other)) if each]
    numbers = common(one.numbers, other.numbers)
    if numbers:
        words = ", ".join(map(_spelt, sorted(numbers, key=lambda each: (-int(each[1:]), each))[:3]))
        told = [
            _NUMBER * surprise * _size(number) * _emphasis(number, one, other) for number, surprise in numbers.items()
        ]
        most = _MOST_BY_SEVERAL if sum(each > 1 for each in told) > 1 else _MOST_BY_NUMBERS
        yield Reason(min(most, sum(told)), words)
    if len(telling) > 1 and not telling[0] & telling[1]:
        several = min(map(len, telling)) > 1
        yield Reason(_OTHER_NUMBERS if several or against <= _FILLED_IN else _ANOTHER_NUMBER, "")
    if one.language != other.language:
        yield from _apart(one, other)
    bodies = common(one.entities, other.entities)
    if bodies:
        words = ", ".join(sorted(bodies, key=lambda each: -bodies[each])[:3]).replace("@", "").replace("_", " ")
        yield Reason(min(_MOST_BY_BODIES, _BODY * sum(bodies.values())), words)
    yield from _names(one, other)
    if one.motifs and other.motifs and one.language != other.language:
        alike = product(one.motifs, other.motifs)
        yield Reason(max(_LEAST_BY_MOTIFS, min(_MOST_BY_MOTIFS, _MOTIFS * (alike - _MOTIFS_FROM))), _matter(one, other))


def _matter(one: Fingerprint, other: Fingerprint) -> str:
    """What both are about, in a word or two."""
    shared = common(one.motifs, other.motifs)
    return " and ".join(sorted(shared, key=lambda each: (-shared[each], each))[:2]).replace("=", "")


def _emphasis(number: str, one: Fingerprint, other: Fingerprint) -> float:
    """What both lead with counts more; 1 where it is not known what stands in a lead."""
    if not one.lead or not other.lead:
        return 1.0
    return (_IN_PASSING, 1.0, _LEADING)[(number in one.lead) + (number in other.lead)]


def _names(one: Fingerprint, other: Fingerprint) -> Iterator[Reason]:
    """Which share of the names they have in common; across languages some are always lost on the way."""
    if not one.names or not other.names:
        return
    shared, alike = common(one.names, other.names), cosine(one.names, other.names)
    if one.language == other.language:
        weight = max(
            _OTHER_NAMES, min(_MOST_BY_NAMES, _NAMES_AT_HOME * (alike - _NAMES_FROM), _NAME * sum(shared.values()))
        )
    else:
        weight = min(_MOST_ABROAD, _NAMES_ABROAD * alike, _NAME * sum(shared.values()))
    yield Reason(weight, f"{len(shared)} names" if len(shared) > 1 else "a name" if shared else "")


def _telling(print_: Fingerprint) -> set[str]:
    """What it counts; of one event's ages and terms each report names its own."""
    return {number for number in print_.numbers if number[0] == "#"}


def _apart(one: Fingerprint, other: Fingerprint) -> Iterator[Reason]:
    """What tells two events apart that only seem one in two languages, where no wording can be compared."""
    if _have_other_terms(one, other):
        yield Reason(_OTHER_TERMS, "")
    if _lead_apart(one, other):
        yield Reason(_OTHER_LEAD, "")


def _lead_apart(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether each leads with counts, and none of the other's: what both name besides may be told in passing."""
    mine, theirs = ({fact for fact in each.lead if fact[0] == "#" and int(fact[1:]) > _SMALL} for each in (one, other))
    return bool(mine and theirs) and not mine & theirs


def _have_other_terms(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether each names ages of grown-ups, or terms as long, and none of the other's: the accused of two trials."""
    mine, theirs = (
        {number for number in each.numbers if number[0] == "y" and int(number[1:]) > _SMALL} for each in (one, other)
    )
    return bool(mine and theirs) and not mine & theirs


def _spelt(number: str) -> str:
    return number[1:] + _UNITS.get(number[0], "")


def _size(number: str) -> float:
    """Small and round numbers say less."""
    value = int(number[1:])
    if value <= _SMALL:
        return 0.05 if value <= 3 else 0.3
    return 1.0 if value % 10 else 0.7


def _wording(one: Fingerprint, other: Fingerprint, against: float, dated: float) -> Reason:
    """In one language the words of the whole and how far each tells what the other leads with; else loans and names."""
    alike = _alike(one, other)
    if one.language == other.language:
        weight = min(_MOST_BY_WORDING, _WORDING * (alike - _WORDING_FROM))
        if dated < 0 and one.published and other.published:
            weight = min(weight, _MOST_BY_FORM)
        elif against > _FILLED_IN and alike > _REWRITTEN_FROM:
            weight += min(_MOST_BY_REWRITING, _REWRITTEN * (alike - _REWRITTEN_FROM))
        return Reason(max(_NO_WORDING, weight), f"wording {alike:.2f}")
    return Reason(max(0.0, min(_MOST_BY_LOANS, _LOANS * (alike - _LOANS_FROM))), "")


def _alike(one: Fingerprint, other: Fingerprint) -> float:
    """Of the whole, of what each leads with, of what each is headed: a retelling keeps the one, a rewrite the other."""
    parts = [product(one.words, other.words)] * 2
    parts.append(sqrt(covered(one.head, other.words) * covered(other.head, one.words)))
    if one.title and other.title:
        parts.append(sqrt(covered(one.title, other.words) * covered(other.title, one.words)))
        parts.append(product(one.title, other.title))
    return sum(parts) / len(parts)
