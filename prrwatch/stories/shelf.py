"""Filed documents in memory, found as the store finds them: by the keys and hashes that they share with a newcomer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

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

    def file(self, candidate: Candidate) -> None:
        """Keep a document that has its story."""
        number = len(self._filed)
        self._filed.append(candidate)
        for value in candidate.sketch.hashes:
            self._by_hash[value].append(number)
        for key in blocks(candidate.fingerprint) if candidate.fingerprint else ():
            self._by_key[key].append(number)

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
