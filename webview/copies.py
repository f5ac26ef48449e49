"""Who copied whom: the documents of a story as trees, from the reasons for which they belong to it. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from storage.reading.story import Teller

#: As `prrwatch.stories` writes them: "copy of URL (containment 0.97)", "same event as URL: ... (5.2)".
_REASON = re.compile(r"(copy of|same event as) (\S+?):? (.*)", re.DOTALL)
_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Branch:
    """A document, why it stands here, and those that follow it."""

    teller: Teller
    how: str  #: "copy of", "same event as", or empty: it told first
    measure: str  #: "containment 0.97", or what both tell
    followers: tuple[Branch, ...]


def branches(tellers: Sequence[Teller]) -> tuple[Branch, ...]:
    """The documents that follow none of the others, each with those that follow it. Every document stands once."""
    by_url = {each.url: each for each in reversed(tellers)}
    followed = {each.document: _followed(each, by_url) for each in tellers}
    roots = [each for each in tellers if followed[each.document] is None or _circles(each.document, followed)]
    placed = {each.document for each in roots}
    children: dict[int, list[Teller]] = {}
    for each in tellers:
        above = followed[each.document]
        if each.document not in placed and above is not None:
            children.setdefault(above, []).append(each)
    return tuple(_branch(each, children, 0) for each in roots)


def _followed(teller: Teller, by_url: dict[str, Teller]) -> int | None:
    reason = _REASON.match(teller.why)
    above = by_url.get(reason[2]) if reason else None
    return above.document if above and above.document != teller.document else None


def _circles(document: int, followed: dict[int, int | None]) -> bool:
    """Whether following leads back; then it stands by itself, because no tree can hold it."""
    at, steps = followed[document], 0
    while at is not None and at != document and steps < len(followed):
        at, steps = followed.get(at), steps + 1
    return at is not None


def _branch(teller: Teller, children: dict[int, list[Teller]], depth: int) -> Branch:
    if depth < _DEEPEST:
        below = children.get(teller.document, [])
        return Branch(teller, *_how(teller), tuple(_branch(each, children, depth + 1) for each in below))
    # Deeper chains are drawn flat: on a phone, one more indentation leaves no room for words.
    return Branch(teller, *_how(teller), tuple(Branch(each, *_how(each), ()) for each in _all_below(teller, children)))


def _all_below(teller: Teller, children: dict[int, list[Teller]]) -> list[Teller]:
    found = list(children.get(teller.document, []))
    for each in found:
        found += children.get(each.document, [])
    return found


def _how(teller: Teller) -> tuple[str, str]:
    reason = _REASON.match(teller.why)
    if reason is None:
        return "", ""
    measure = reason[3]
    return reason[1], measure[1:-1] if measure.startswith("(") and measure.endswith(")") else measure
