"""What happened to those who are counted: of all that a sentence tells, what belongs to this number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from prrwatch.figures.reading import Count, Said
from prrwatch.phrases import Hit, Line

#: Costs, in words of distance. Weighed on the open part of tests/eval_figures.
_COMMA = 8
_CLAUSE = 25  #: a semicolon, a dash, or another number with people of its own
_DESCRIBED = 20  #: "the 44 returned fighters were convicted": what describes them yields to what happens to them
_WRONG_SIDE = 10  #: languages whose verb comes last
_FARTHEST = 250
_COMMAS = re.compile(r",")
_CLAUSES = re.compile(r"[;:]|\s[–—]\s")
_TOGETHER = frozenset(
    [
        "and",
        "und",
        "et",
        "и",
        "мен",
        "пен",
        "бен",
        "менен",
        "va",
        "ва",
        "у",
        "with",
        "including",
        "darunter",
        "dont",
        "включая",
        "hamda",
        "ҳамда",
        "жана",
        "және",
    ]
)


def action(count: Count, counts: Sequence[Count], spoken: Said) -> Hit | None:
    """What is told of this count; None when nothing is near enough. What is told may be "other": not for the ledger."""
    decisive = [hit for hit in count.inside if hit.meaning.startswith("other")]
    if count.partitive:
        decisive += count.inside
    if decisive:
        return decisive[0]
    first, past = _group(count, counts, spoken.line)
    costs = ((_cost(hit, first, past, counts, spoken), hit.first, hit) for hit in spoken.actions)
    best = min(costs, key=lambda each: each[:2], default=None)
    return best[2] if best and best[0] <= _FARTHEST else None


def _group(count: Count, counts: Sequence[Count], line: Line) -> tuple[int, int]:
    """The words of this count and those told in one breath with it: 31 women and 64 children."""
    runs: list[list[Count]] = [[counts[0]]]
    for one, other in pairwise(counts):
        if _are_together(one, other, line):
            runs[-1].append(other)
        else:
            runs.append([other])
    run = next(run for run in runs if count in run)
    return run[0].first, run[-1].past


def _are_together(one: Count, other: Count, line: Line) -> bool:
    between = line.words[one.past : other.first]
    gap = line.text[line.words[one.past - 1].end : line.words[other.first].start]
    return len(between) <= 2 and all(word.key in _TOGETHER for word in between) and not _CLAUSES.search(gap)


def _cost(hit: Hit, first: int, past: int, counts: Sequence[Count], spoken: Said) -> int:
    """How far the telling is from the count, in words, with what stands between weighed."""
    line = spoken.line
    kind = hit.meaning.partition(":")[0]
    before = hit.past <= first
    inside = hit.first >= first and hit.past <= past
    start, end = (hit.past, first) if before else (past, hit.first)
    gap = "" if inside or start > end else line.text[_end(line, start - 1) : line.words[end].start]
    crossed = sum(start <= count.first < end for count in counts)
    beside = hit.first - past <= 1 and not before  # right behind the people it may describe them
    relative = any(0 <= hit.first - each.past <= 2 for each in spoken.language.find("relative", line))
    weak = kind == "described" or (kind == "both" and beside) or relative
    return (
        (0 if inside else max(0, end - start))
        + _COMMA * len(_COMMAS.findall(gap))
        + _CLAUSE * (len(_CLAUSES.findall(gap)) + crossed)
        + _DESCRIBED * weak
        + _WRONG_SIDE * (before and spoken.language.verb_last)
    )


def _end(line: Line, word: int) -> int:
    return line.words[word].end if word >= 0 else 0
