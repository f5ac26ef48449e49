"""The errors that prrwatch raises on purpose.

Failures that happen on the web or in delivery are values (`Reason`, `Unreadable`, `Outcome`), not exceptions.

    PrrwatchError
    ├── OperatorError      the operator's mistake: exit 2, no traceback
    │   ├── CatalogueError   a source file is wrong
    │   ├── SettingsError    the site file is wrong, or a secret is missing
    │   └── RulesError       a rules file is wrong
    └── StoreError         the store cannot be used: exit 1, what happened and what to do
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


class PrrwatchError(Exception):
    """Root of all that prrwatch raises on purpose. `exit_code` is what the command line ends with."""

    exit_code: ClassVar[int] = 1


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in one file: which file, which key, and what is wrong with it."""

    file: str
    key: str
    what: str

    def __str__(self) -> str:
        """`file: key: what`, on one line."""
        return ": ".join(part for part in (self.file, self.key, self.what) if part)


class OperatorError(PrrwatchError):
    """The operator's mistake. Carries every problem found, not only the first."""

    exit_code = 2

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class CatalogueError(OperatorError):
    """One or more source files are wrong."""


class SettingsError(OperatorError):
    """The site file is wrong, or a secret that it names is missing."""


class RulesError(OperatorError):
    """A rules file is wrong, or contradicts its own examples."""


class StoreError(PrrwatchError):
    """The store cannot be used: missing, locked, read-only, corrupt or full. Says what to do."""
