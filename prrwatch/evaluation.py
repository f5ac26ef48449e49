"""How well a ruleset judges labelled cases: precision, recall and F1 over all, by language, phase and class."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prrwatch import relevance
from prrwatch.errors import OperatorError, Problem
from prrwatch.relevance import Ruleset
from prrwatch.verdict import Phase, Verdict


@dataclass(frozen=True, slots=True)
class Case:
    """A text with the label that a person gave it."""

    id: str
    language: str
    title: str | None
    text: str
    relevant: bool
    phases: frozenset[str]
    kind: str  #: the class of relevant news or of confuser


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of one group of cases. A share of nothing is 1.0: nothing was got wrong."""

    found: int = 0  #: relevant, and judged so
    false: int = 0  #: not relevant, but judged so
    missed: int = 0  #: relevant, but not judged so
    cases: int = 0

    @property
    def precision(self) -> float:
        """Share of what was flagged that should be."""
        return self.found / (self.found + self.false) if self.found + self.false else 1.0

    @property
    def recall(self) -> float:
        """Share of what should be flagged that was."""
        return self.found / (self.found + self.missed) if self.found + self.missed else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall (van Rijsbergen, Information Retrieval, 1979)."""
        return 2 * self.found / (2 * self.found + self.false + self.missed) if self.found or self._wrong else 1.0

    @property
    def _wrong(self) -> int:
        return self.false + self.missed

    def plus(self, *, wanted: bool, got: bool) -> Tally:
        """This tally with one more case."""
        return Tally(
            self.found + (wanted and got),
            self.false + (got and not wanted),
            self.missed + (wanted and not got),
            self.cases + 1,
        )


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The tallies of a set, and the cases that were judged wrong, with the verdict."""

    overall: Tally
    languages: Mapping[str, Tally]
    phases: Mapping[str, Tally]
    kinds: Mapping[str, Tally]
    wrong: tuple[tuple[Case, Verdict], ...]


def read_cases(place: Path) -> tuple[Case, ...]:
    """The cases of a JSON lines file, or of all in a folder. Raises `OperatorError` with file and line."""
    files = sorted(place.rglob("*.jsonl")) if place.is_dir() else [place]
    problems: list[Problem] = []
    cases = [case for file in files for case in _cases(file, problems)]
    if not cases and not problems:
        problems.append(Problem(str(place), "", "no cases here"))
    if problems:
        raise OperatorError(problems)
    return tuple(cases)


def evaluate(cases: Iterable[Case], ruleset: Ruleset) -> Evaluation:
    """Judge every case and hold the verdict against its label. Phases count among the relevant cases only."""
    overall = Tally()
    languages: dict[str, Tally] = defaultdict(Tally)
    phases: dict[str, Tally] = defaultdict(Tally)
    kinds: dict[str, Tally] = defaultdict(Tally)
    wrong = []
    for case in cases:
        verdict = relevance.judge(case.title, case.text, case.language, ruleset)
        overall = overall.plus(wanted=case.relevant, got=verdict.relevant)
        languages[case.language] = languages[case.language].plus(wanted=case.relevant, got=verdict.relevant)
        kinds[case.kind] = kinds[case.kind].plus(wanted=case.relevant, got=verdict.relevant)
        if case.relevant:
            for phase in Phase:
                phases[phase] = phases[phase].plus(wanted=phase in case.phases, got=phase in verdict.phases)
        if case.relevant != verdict.relevant:
            wrong.append((case, verdict))
    return Evaluation(overall, dict(languages), dict(phases), dict(kinds), tuple(wrong))


def _cases(file: Path, problems: list[Problem]) -> Iterator[Case]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        problems.append(Problem(str(file), "", f"cannot be read: {error}"))
        return
    for number, line in enumerate(lines, start=1):
        try:
            yield _case(json.loads(line))
        except (ValueError, KeyError, TypeError) as error:
            problems.append(Problem(f"{file}:{number}", "", f"no case: {error!r}"))


def _case(row: dict[str, Any]) -> Case:
    return Case(
        id=str(row["id"]),
        language=str(row["language"]),
        title=row.get("title"),
        text=str(row["text"]),
        relevant=bool(row["relevant"]),
        phases=frozenset(row.get("phases", ())),
        kind=str(row.get("class", "")),
    )
