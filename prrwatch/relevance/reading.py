"""Makes a ruleset of a folder of rules. All that is wrong is told at once, each with file and key."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from prrwatch.errors import Problem, RulesError
from prrwatch.relevance.files import File, PictureTable, RuleTable, packaged, read_files
from prrwatch.relevance.folding import fold
from prrwatch.relevance.gate import Gate, Sieve, telling_needs
from prrwatch.relevance.lexicon import Lexicon
from prrwatch.relevance.patterns import Notation, Pattern
from prrwatch.relevance.ruleset import Confuser, PhaseSigns, Picture, Rule, Ruleset, Term

HOME = "home"  #: the concept of every country but those `abroad`, where the zones are
ENGINE = "9"  #: part of every fingerprint; raised when the same rules judge differently


def load_rules(folder: Path | None = None) -> Ruleset:
    """The ruleset of a folder of TOML files, by default the packaged one (read once a process).

    Raises RulesError with every problem of every file. The terms of the packaged one, which the tests have read, are
    read when a text first needs them.
    """
    if folder is None:
        return _packaged()
    problems: list[Problem] = []
    ruleset = _assemble(folder, problems)
    for lexicon in ruleset.lexicons.values():
        try:
            lexicon.terms()
        except RulesError as error:
            problems.extend(error.problems)
    if problems:
        raise RulesError(problems)
    return ruleset


@lru_cache(maxsize=1)
def _packaged() -> Ruleset:
    problems: list[Problem] = []
    ruleset = _assemble(packaged(), problems)
    if problems:
        raise RulesError(problems)
    return ruleset


@dataclass(frozen=True, slots=True)
class _Written:
    """The terms of one key of a file, not read yet."""

    file: str
    key: str
    terms: Sequence[str]
    notation: Notation


_Gathered = Mapping[Term, Sequence[_Written]]


def _assemble(folder: Traversable, problems: list[Problem]) -> Ruleset:
    files = read_files(folder, problems)
    if not files and not problems:
        problems.append(Problem(str(folder), "", "no rules: the folder has no .toml file"))
    concepts = {HOME} | {name for file in files.values() for name in file.concepts}
    confusers = {each.id: Confuser(each.id, each.weight) for file in files.values() for each in file.confuser}
    telling = frozenset(each for file in files.values() for each in file.telling) or frozenset(concepts)
    # when the file that names the concepts is the broken one, every name of every other would seem to be wrong
    if not problems or any(file.concepts for file in files.values()):
        for name, file in files.items():
            _check(name, file, concepts, confusers, problems)
        _check_telling(files, telling, problems)
    gathered = _gathered(files)
    lexicons = _lexicons(gathered)
    rules = tuple(_rule(table) for file in files.values() for table in file.rule)
    pictures = tuple(_picture(table) for file in files.values() for table in file.picture)
    return Ruleset(
        rules=rules,
        pictures=pictures,
        confusers=confusers,
        phases=tuple(
            PhaseSigns(each.id, each.signs, each.least, each.share) for file in files.values() for each in file.phase
        ),
        terms=tuple(gathered),
        common={file.language: _folded(file.common) for file in files.values() if file.common},
        lexicons=lexicons,
        gate=_gate(gathered, (*rules, *pictures), telling),
        naming=Sieve(lexicons.get("") or Lexicon(partial(_patterns, ()))),
        fingerprint=_fingerprint(files.values()),
    )


def _gathered(files: Mapping[str, File]) -> _Gathered:
    abroad = frozenset(code for file in files.values() for code in file.abroad)
    acts = frozenset(each for file in files.values() for each in file.acts)
    things = frozenset(each for file in files.values() for each in file.things)
    beside = frozenset(each.id for file in files.values() for each in file.confuser if not each.swallows)
    gathered: dict[Term, list[_Written]] = defaultdict(list)
    for name, file in files.items():
        notation = Notation(file.lists, file.prefixes)
        for key, term, terms in _terms_of(file, abroad):
            kept = replace(
                term,
                is_act=term.concept in acts,
                is_thing=term.concept in things,
                swallows=term.swallows and term.confuser not in beside,
            )
            gathered[kept].append(_Written(name, key, terms, notation))
    return gathered


def _lexicons(gathered: _Gathered) -> dict[str, Lexicon]:
    by_language: dict[str, list[tuple[int, Sequence[_Written]]]] = defaultdict(list)
    for number, (term, written) in enumerate(gathered.items()):
        by_language[term.language].append((number, written))
    return {language: Lexicon(partial(_patterns, terms)) for language, terms in by_language.items()}


def _gate(gathered: _Gathered, rules: Iterable[Rule | Picture], telling: frozenset[str]) -> Gate:
    told = [(term.concept, written) for term, written in gathered.items() if term.concept in telling]
    lexicon = Lexicon(partial(_patterns, list(enumerate(written for _, written in told))))
    return Gate(
        Sieve(lexicon), [concept or "" for concept, _ in told], [telling_needs(rule.needs, telling) for rule in rules]
    )


def _patterns(terms: Iterable[tuple[int, Iterable[_Written]]]) -> Iterator[tuple[int, Pattern]]:
    """The terms, read, each with its number. Raises RulesError, at the end, with all that cannot be."""
    problems: list[Problem] = []
    for number, keys in terms:
        for written in keys:
            for term in written.terms:
                try:
                    yield number, written.notation.read(term)
                except ValueError as error:
                    problems.append(Problem(written.file, written.key, str(error)))
    if problems:
        raise RulesError(problems)


def _terms_of(file: File, abroad: frozenset[str]) -> Iterable[tuple[str, Term, Sequence[str]]]:
    language = file.language
    for concept, written in file.terms.items():
        yield f"terms.{concept}", Term(language, concept=concept), written
    for confuser, written in file.instead.items():
        yield f"instead.{confuser}", Term(language, confuser=confuser, swallows=True), written
    for country, written in file.countries.items():
        home = None if country in abroad else HOME
        yield f"countries.{country}", Term(language, home, country=country), written
    for entity in file.entity:
        term = Term(concept=entity.concept, entity=entity.id, country=entity.country)
        yield f"entity.{entity.id}", term, entity.names


def _check(
    name: str, file: File, concepts: set[str], confusers: Mapping[str, Confuser], problems: list[Problem]
) -> None:
    def want(key: str, used: Iterable[str], known: Iterable[str], kind: str) -> None:
        unknown = sorted(set(used) - set(known))
        problems.extend(Problem(name, key, f"{each!r} is not a {kind}") for each in unknown)

    want("acts", file.acts, concepts, "concept")
    want("things", file.things, concepts, "concept")
    want("telling", file.telling, concepts, "concept")
    want("terms", file.terms, concepts, "concept")
    for phase in file.phase:
        want(f"phase.{phase.id}.signs", phase.signs, concepts, "concept")
    want("instead", file.instead, confusers, "confuser")
    want("entity.concept", (each.concept for each in file.entity if each.concept), concepts, "concept")
    for rule in file.rule:
        want(f"rule.{rule.id}.needs", (part for need in rule.needs for part in need.split("|")), concepts, "concept")
    for picture in file.picture:
        named = [*picture.traits, *(part for need in picture.needs for part in need.split("|"))]
        want(f"picture.{picture.id}", named, concepts, "concept")


def _check_telling(files: Mapping[str, File], telling: frozenset[str], problems: list[Problem]) -> None:
    for name, file in files.items():
        tables = [("rule", table.id, table.needs) for table in file.rule]
        tables += [("picture", table.id, table.needs) for table in file.picture]
        problems.extend(
            Problem(name, f"{kind}.{named}.needs", "no need is of `telling` concepts alone")
            for kind, named, needs in tables
            if not telling_needs((frozenset(need.split("|")) for need in needs), telling)
        )


def _rule(table: RuleTable) -> Rule:
    return Rule(
        id=table.id,
        needs=tuple(frozenset(need.split("|")) for need in table.needs),
        within=table.within,
        weight=table.weight,
        sentence=table.sentence,
        doubt=table.doubt,
    )


def _picture(table: PictureTable) -> Picture:
    return Picture(
        id=table.id,
        needs=tuple(frozenset(need.split("|")) for need in table.needs),
        traits=table.traits,
        within=table.within,
        doubt=table.doubt,
    )


def _folded(words: str) -> frozenset[str]:
    return frozenset(fold(words).text.split())


#: What is written for people and does not change a judgement.
_UNJUDGED: Any = {
    "examples": True,
    "concepts": True,
    "rule": {"__all__": {"why", "positive", "negative"}},
    "picture": {"__all__": {"why", "positive", "negative"}},
    "confuser": {"__all__": {"why"}},
    "entity": {"__all__": {"note"}},
}


def _fingerprint(files: Iterable[File]) -> str:
    """Of what is judged by: not of comments, reasons, examples, file names."""
    parts = sorted(
        json.dumps(file.model_dump(mode="json", exclude=_UNJUDGED), sort_keys=True, ensure_ascii=False)
        for file in files
    )
    return hashlib.sha256("\n".join([ENGINE, *parts]).encode()).hexdigest()[:16]
