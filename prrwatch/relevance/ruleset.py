"""The rules in memory: what a term stands for, which proofs a rule wants, what speaks against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from prrwatch.relevance.gate import Gate, Sieve
from prrwatch.relevance.lexicon import Lexicon
from prrwatch.verdict import Phase


@dataclass(frozen=True, slots=True)
class Term:
    """What a term of the lexicon stands for: a concept, a class of confusers, a country, an entity; at least one."""

    language: str = ""  #: of the file it stands in; empty: of all languages
    concept: str | None = None
    confuser: str | None = None
    country: str | None = None
    entity: str | None = None
    swallows: bool = False  #: terms inside of it do not count
    is_act: bool = False  #: what is done, which may name whom and where and leave them their proof
    is_thing: bool = False  #: who or where, a proof of its own inside of an act


@dataclass(frozen=True, slots=True)
class Rule:
    """So many independent proofs, each of one of its concepts, within so many words, are worth `weight`."""

    id: str
    needs: tuple[frozenset[str], ...]
    within: int
    weight: float
    sentence: bool = False  #: whether all proofs must stand in one sentence
    doubt: float = 1.0  #: the share of a confuser's weight that counts against it


@dataclass(frozen=True, slots=True)
class Picture:
    """What a whole document tells when no single place of it has all the proofs of a rule.

    Each trait (a concept) that is found counts once, with its weight; all `needs` must be among them, all in one
    stretch of `within` words.
    """

    id: str
    needs: tuple[frozenset[str], ...]
    traits: Mapping[str, float]
    within: int
    doubt: float = 1.0  #: the share of a confuser's weight that counts against it


@dataclass(frozen=True, slots=True)
class PhaseSigns:
    """What tells that a document is chiefly about a phase: concepts, each with its strength."""

    phase: Phase
    signs: Mapping[str, float]
    least: float  #: the sum that it takes
    share: float  #: of the strongest phase's sum that it takes


@dataclass(frozen=True, slots=True)
class Confuser:
    """A class of things that look like the subject: off a proof beside it, half of that off a document led by it."""

    id: str
    weight: float


@dataclass(frozen=True, slots=True)
class Ruleset:
    """All rules, ready to judge. Rulesets of one `fingerprint` judge alike."""

    rules: tuple[Rule, ...]
    pictures: tuple[Picture, ...]
    confusers: Mapping[str, Confuser]
    phases: tuple[PhaseSigns, ...]
    terms: tuple[Term, ...]
    lexicons: Mapping[str, Lexicon]  #: by language of the terms
    common: Mapping[
        str, frozenset[str]
    ]  #: language -> its commonest words, folded: they tell which languages a text is in
    gate: Gate
    naming: Sieve  #: the names that are of no language
    fingerprint: str

    @property
    def size(self) -> int:
        """How many forms of terms the ruleset knows."""
        return sum(lexicon.size for lexicon in self.lexicons.values())
