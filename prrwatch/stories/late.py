"""What late evidence shows of stories that are there already: two of them are one, or a member belongs elsewhere.

Both are decided for precision: a wrongly merged story is a missed alert, two stories of one event are only told twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from prrwatch.stories.record import Candidate
from prrwatch.stories.scoring import SAME_EVENT, Likeness, likeness

#: Members of a story that are looked at: each pair costs a fifth of a millisecond.
MOST_MEMBERS = 8
#: Nats that the members of two stories must on average have, when one document tells both and one story has one or two.
#: It was not joined to the other when it was opened, so they do not reach 0; below this they rather speak against.
_BRIDGED = -2.0
#: From so many members on they must reach 0: of two stories that grew side by side each member spoke for two.
_GROWN = 4
#: How much must speak against the closest of the others before a document that was changed leaves its story.
_ESTRANGED = -4.0


def one_event(some: Sequence[Candidate], others: Sequence[Candidate]) -> bool:
    """Whether two stories that one document tells are one event: no members count themselves apart or name other days.

    `some` begins with that document, which tells both (`Assignment.others`): it must be like all of `others`, not like
    one of them.
    """
    pairs = _pairs(some, others)
    if not pairs or any(pair.is_other_turn or pair.is_other_day for pair in pairs):
        return False
    smaller = min(len(some) - 1, len(others))
    needed = max(_BRIDGED, min(SAME_EVENT, smaller - _GROWN))
    return _mean(_pairs(some[:1], others)) > SAME_EVENT and _mean(pairs) > needed


def is_stray(document: Candidate, rest: Sequence[Candidate]) -> bool:
    """Whether a document, as it reads now, tells another event than every other document of its story.

    Without a fingerprint on both sides nothing can be said, and it stays. So does a near-copy of another member, unless
    they count themselves apart.
    """
    pairs = _pairs([document], rest)
    if not pairs:
        return False
    apart = any(pair.is_other_turn for pair in pairs) or max(pair.score for pair in pairs) < _ESTRANGED
    return apart and not any(pair.score > 0 and not pair.is_other_turn for pair in pairs)


def _mean(pairs: Sequence[Likeness]) -> float:
    return sum(pair.score for pair in pairs) / len(pairs) if pairs else -inf


def _pairs(some: Sequence[Candidate], others: Sequence[Candidate]) -> list[Likeness]:
    return [
        likeness(one.fingerprint, other.fingerprint)
        for one in some[:MOST_MEMBERS]
        for other in others[:MOST_MEMBERS]
        if one.fingerprint and other.fingerprint
    ]
