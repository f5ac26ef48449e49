"""Lines that were broken where the page ended, as in PDF and plain-text mail, joined to the statements they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

_WHOLE = re.compile(r"(?s).*")
_FIRST_WORD = re.compile(r"\s*(\S+)")
_WIDEST = 160  #: code points of a broken line; longer ones are paragraphs
_NARROWEST = 45  #: a text of shorter lines is a list or a poem
_FULL = 0.85  #: of the width: letters are not of one width
_FEWEST = 4  #: lines that are full, in a text that was broken
_BULLETS = frozenset("-•*·–—")
_ENDS = frozenset(".!?…:;")


def unwrapped(lines: Sequence[re.Match[str]]) -> list[re.Match[str]]:
    """The lines of a text, each with those that carry it on. Offsets stay: a match spans what stands between, too.

    A line is carried on when it ends in the middle of a statement and the first word of the next one would not have
    fitted on it. Only in texts that are broken as a whole; others come back as they are. Linear.
    """
    width = _width([len(line[0].rstrip()) for line in lines])
    if width is None:
        return list(lines)
    carried = [_is_carried_on(line[0], following[0], width) for line, following in pairwise(lines)]
    return list(_joined(lines, carried)) if sum(carried) >= _FEWEST else list(lines)


def _width(lengths: Sequence[int]) -> int | None:
    """How wide the page was; None where lines are paragraphs. A few may be wider: a hyphen was taken out of them."""
    ranked = sorted(lengths)
    if not ranked or ranked[-1] > _WIDEST:
        return None
    width = ranked[-1 - len(ranked) // 10]
    return width if width >= _NARROWEST else None


def _is_carried_on(line: str, following: str, width: int) -> bool:
    written, first = line.rstrip(), _FIRST_WORD.match(following)
    if first is None or not written or written[-1] in _ENDS or first[1][0] in _BULLETS:
        return False
    return len(written) + 1 + len(first[1]) > _FULL * width


def _joined(lines: Sequence[re.Match[str]], carried: Sequence[bool]) -> Iterator[re.Match[str]]:
    start = 0
    for at, line in enumerate(lines):
        if at < len(carried) and carried[at]:
            continue
        whole = _WHOLE.match(line.string, lines[start].start(), line.end())
        assert whole is not None  # noqa: S101  the expression matches anything
        yield whole
        start = at + 1
