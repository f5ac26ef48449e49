"""What a new version of a text says differently, sentence by sentence: the old words and the new ones."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

from prrwatch.hygiene import one_line

_END = re.compile(r"(?<=[.!?…؟۔。])\s+|\n+")
_MOST_SENTENCES = 2000
_SHOWN = 400  # characters of one side


@dataclass(frozen=True, slots=True)
class Difference:
    """One change. `old` empty = added; `new` empty = removed."""

    old: str
    new: str


def differences(old: str, new: str, limit: int = 8) -> tuple[Difference, ...]:
    """What changed from `old` to `new`, at most `limit` places, each side cut to a bounded length."""
    before, after = _sentences(old), _sentences(new)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    found: list[Difference] = []
    for what, a, b, c, d in matcher.get_opcodes():
        if what != "equal":
            found += [_cut(x, y) for x, y in zip_longest(before[a:b], after[c:d], fillvalue="")]
    return tuple(found[:limit])


def _sentences(text: str) -> Sequence[str]:
    return [one_line(each, 100_000) for each in _END.split(text) if each.strip()][:_MOST_SENTENCES]


def _cut(old: str, new: str) -> Difference:
    """Both sides cut around the first difference, so that a long paragraph still shows it."""
    same = next((at for at, (x, y) in enumerate(zip(old, new, strict=False)) if x != y), 0)
    start = max(0, same - _SHOWN // 2) if max(len(old), len(new)) > _SHOWN else 0
    return Difference(_from(old, start), _from(new, start))


def _from(text: str, start: int) -> str:
    lead = "… " if start and text else ""
    return lead + one_line(text[start:], _SHOWN)
