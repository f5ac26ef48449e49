"""The rules by which the reading processes tell which pages need no full extraction.

They are loaded once, in the server that the processes are forked from (half a second, 20 MB), so their name reaches it
in the environment.
"""

from __future__ import annotations

import logging
import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from prrwatch.errors import PrrwatchError

if TYPE_CHECKING:
    from prrwatch.relevance import Ruleset

BUILT_IN = "built-in"
_NAME = "PRRWATCH_GATE_RULES"
_log = logging.getLogger(__name__)


def choose(rules: str | None) -> None:
    """The rules of all reading processes started from now on: a folder, or `BUILT_IN`; None: no gate."""
    os.environ.pop(_NAME, None)
    if rules is not None:
        os.environ[_NAME] = rules


@cache
def rules() -> Ruleset | None:
    """The chosen rules; None where every page is to be read in full, also because the rules cannot be read."""
    from prrwatch.relevance import load_rules  # noqa: PLC0415 - the worker names this module and judges nothing

    chosen = os.environ.get(_NAME)
    if chosen is None:
        return None
    try:
        return load_rules(None if chosen == BUILT_IN else Path(chosen))
    except PrrwatchError as error:
        # Whoever started us has refused to work with such rules, or will: no reason to lose a page meanwhile.
        _log.warning("pages are read in full, since the rules cannot be read: %s", error)
        return None
