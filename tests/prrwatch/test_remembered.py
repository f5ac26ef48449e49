"""What functions remember of words must have a bound: texts bring new ones for as long as the daemon runs."""

from __future__ import annotations

import hashlib
import importlib
import pkgutil
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import _lru_cache_wrapper

import prrwatch
from prrwatch import relevance, statements, stories
from prrwatch.document import Document
from prrwatch.relevance import load_rules
from prrwatch.stories import Telling
from prrwatch.stories.rarity import Rarity

NOW = datetime(2026, 5, 6, 8, tzinfo=UTC)
#: Some words of each language make all its readers work; the made-up ones are new in each text.
TELLS = {
    "en": "On 5 May 2026, 37 women repatriated from camps in Syria met Minister {} {} in {} and began rehabilitation.",
    "ru": "5 мая 2026 года 37 женщин, возвращённых из лагерей Сирии, встретились с министром {} {} в {}.",
    "ar": "عادت 37 امرأة من مخيمات سوريا والتقت الوزير {} {} في {} لبدء برنامج إعادة التأهيل",
}
#: The first of ten letters that stand side by side.
FIRST = {"en": ord("a"), "ru": ord("а"), "ar": ord("ح")}


def _unbounded() -> dict[str, int]:
    """How many answers each function without a bound remembers."""
    return {name: each.cache_info().currsize for name, each in _remembering() if each.cache_info().maxsize is None}


def _remembering() -> Iterator[tuple[str, _lru_cache_wrapper]]:
    for found in pkgutil.walk_packages(prrwatch.__path__, "prrwatch."):
        for name, each in vars(importlib.import_module(found.name)).items():
            if isinstance(each, _lru_cache_wrapper):
                yield f"{found.name}.{name}", each


def _read(number: int, ruleset) -> None:
    for language, tells in TELLS.items():
        title, text = _made_up(number, language), tells.format(*(_made_up(n, language) for n in (number, -number, 99)))
        relevance.judge(title, text, language, ruleset)
        statements.statements(Document("k", "https://e.example/1", "e", title, text, language, None, None, NOW))
        stories.fingerprint(Telling(title, text, language, None, ()), Rarity())


def _made_up(number: int, language: str) -> str:
    """A word that no text has had before."""
    digits = str(int(hashlib.sha256(f"{number}".encode()).hexdigest(), 16))[:9]
    return "".join(chr(FIRST[language] + int(digit)) for digit in digits).title()


def test_no_function_remembers_every_word_for_ever():
    ruleset = load_rules()
    _read(0, ruleset)
    before = _unbounded()
    for number in range(1, 6):
        _read(number, ruleset)
    assert _unbounded() == before
