"""When each source is to be looked at next, so that relevant items are found as early as the budget of requests allows.

    learn(rhythm, look, expected), judged(rhythm, n, relevant) -> Rhythm    after each good pass; after its judging
    look(before, now, known), gap(before, now) -> Look, Gap | None           what a read of a way tells
    believed(source, rhythm, outlook), expected(tempo, since, until)           what was to come between two looks
    outlook(sources, rhythms, allowance) -> Outlook                          once a day: the price of a look
    next_pass(source, past, outlook) -> datetime | None                      after each pass: when next
    due(sources, planned, now) -> sources                                    at each tick
    quiet_from(tempo, rhythm, last_new) -> datetime | None                   when a silence is no longer chance

Everything is pure. See docs/planning.md for the reasons and the figures.
"""

from prrwatch.planning.bounds import CLOCKED
from prrwatch.planning.fleet import NO_OUTLOOK, Allowance, Outlook, Past, believed, due, next_pass, outlook, wished
from prrwatch.planning.gaps import Gap, gap, look
from prrwatch.planning.price import corrected
from prrwatch.planning.rhythm import Look, Rhythm, judged, learn
from prrwatch.planning.silence import quiet_from
from prrwatch.planning.tempo import Tempo, expected

__all__ = [
    "CLOCKED",
    "NO_OUTLOOK",
    "Allowance",
    "Gap",
    "Look",
    "Outlook",
    "Past",
    "Rhythm",
    "Tempo",
    "believed",
    "corrected",
    "due",
    "expected",
    "gap",
    "judged",
    "learn",
    "look",
    "next_pass",
    "outlook",
    "quiet_from",
    "wished",
]
