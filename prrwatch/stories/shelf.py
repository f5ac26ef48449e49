"""Filed documents in memory, found as the store finds them: by the keys and hashes that they share with a newcomer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from prrwatch.stories.blocking import blocks, probes
from prrwatch.stories.copies import Sketch
from prrwatch.stories.record import Candidate, Fingerprint

_PER_KEY = 100  #: of the documents under one key the latest so many are looked at
_MOST = 25  #: candidates by shared keys, and as many by shared wording


class Shelf:
    """Grows by what is filed."""

    def __init__(self) -> None:
        self._filed: list[Candidate] = []
        self._by_hash: dict[int, list[int]] = defaultdict(list)
        self._by_key: dict[int, list[int]] = defaultdict(list)
        self._by_story: dict[str, list[int]] = defaultdict(list)

    def file(self, candidate: Candidate) -> None:
        """Keep a document that has its story."""
        number = len(self._filed)
        self._filed.append(candidate)
        self._by_story[candidate.story].append(number)
        for value in candidate.sketch.hashes:
            self._by_hash[value].append(number)
        for key in blocks(candidate.fingerprint) if candidate.fingerprint else ():
            self._by_key[key].append(number)

    def members(self, story: str) -> list[Candidate]:
        """The documents of a story, the first filed first."""
        return [self._filed[number] for number in self._by_story.get(story, ())]

    def story(self, number: int) -> str:
        """The story, as it is now, of the document that was filed as this one, from 0."""
        return self._filed[number].story

    def merge(self, one: str, other: str) -> str:
        """Two stories are one, under the name of the one that was opened first, which is returned."""
        kept, gone = sorted((one, other), key=lambda story: self._by_story[story][0])
        moved = self._by_story.pop(gone)
        for number in moved:
            self._filed[number] = replace(self._filed[number], story=kept)
        self._by_story[kept] = sorted(self._by_story[kept] + moved)
        return kept

    def candidates(self, newcomer: Sketch, telling: Fingerprint) -> list[Candidate]:
        """The filed documents that may tell the newcomer's event."""
        best = [*_first(self._by_hash, newcomer.hashes), *_first(self._by_key, probes(telling))]
        return [self._filed[number] for number in dict.fromkeys(best)]


def _first(index: dict[int, list[int]], values: Iterable[int]) -> list[int]:
    """Those that share most of the values; a value that few hold counts more."""
    shared: dict[int, float] = defaultdict(float)
    for value in values:
        found = index.get(value, [])[-_PER_KEY:]
        for number in found:
            shared[number] += 1 + 1 / len(found)
    return sorted(shared, key=lambda number: (-shared[number], number))[:_MOST]
