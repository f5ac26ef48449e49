"""What a report is about, in no language: a trial, a flight, a course, a law. For texts that share no words."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib import resources

from prrwatch.prose import Sentence
from prrwatch.remembered import WORDS
from prrwatch.stories.letters import bare

_SIGNS = str.maketrans("", "", "ʻʼ'’-\u0307")
_LONGEST = 16


def motifs(sentences: Iterable[Sentence]) -> Counter[str]:
    """How often each motif of `words/motifs.toml` is touched."""
    found = (_motif(token.key) for sentence in sentences for token in sentence.tokens if not token.is_number)
    return Counter(motif for motif in found if motif)


@lru_cache(maxsize=WORDS)
def _motif(word: str) -> str | None:
    """The motif whose longest head begins the word."""
    whole, heads = _heads()
    word = bare(word.translate(_SIGNS))
    if word in whole:
        return whole[word]
    return next((heads[word[:n]] for n in range(min(len(word), _LONGEST), 2, -1) if word[:n] in heads), None)


@cache
def _heads() -> tuple[Mapping[str, str], Mapping[str, str]]:
    file = resources.files("prrwatch.stories") / "words" / "motifs.toml"
    rows = tomllib.loads(file.read_text("utf-8"))["motifs"]
    pairs = [(head.casefold().translate(_SIGNS), motif) for motif, heads in rows.items() for head in heads]
    whole = {head[:-1]: motif for head, motif in pairs if head.endswith("$")}
    return whole, {bare(head): motif for head, motif in pairs if not head.endswith("$")}
