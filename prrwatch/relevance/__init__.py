"""Relevance: whether a document is about people who come back from terrorist-held conflict zones, and why we say so.

Rules are data (`prrwatch/rules/*.toml`, explained in docs/rules.md); this package reads and applies them.
"""

from prrwatch.relevance.judging import could_match, judge
from prrwatch.relevance.reading import load_rules
from prrwatch.relevance.ruleset import Ruleset

__all__ = ["Ruleset", "could_match", "judge", "load_rules"]
