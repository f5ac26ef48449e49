"""What an analyst says of a story."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Word(StrEnum):
    """What is said, by one press of a button."""

    RELEVANT = "relevant"
    NOT_RELEVANT = "not-relevant"
    WRONG_STORY = "wrong-story"  #: its documents do not tell one event, or another story tells it too
    WRONG_DATE = "wrong-date"  #: the date shown is not that of its publication


@dataclass(frozen=True, slots=True)
class Remark:
    """One press. It speaks of the document that led the story when the page was shown."""

    story: str
    document: int
    word: Word
    note: str  #: why, in the person's words; may be empty
    by: str
