"""Reads a folder of rules. All that is wrong is told at once, each with file and key."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from prrwatch.errors import Problem, RulesError
from prrwatch.problems import problems_of
from prrwatch.relevance.folding import fold
from prrwatch.relevance.gate import Gate, telling_needs
from prrwatch.relevance.lexicon import Lexicon
from prrwatch.relevance.patterns import Notation, Pattern
from prrwatch.relevance.ruleset import Confuser, PhaseSigns, Picture, Rule, Ruleset, Term
from prrwatch.verdict import Phase

HOME = "home"  #: the concept of every country but those `abroad`, where the zones are
ENGINE = "2"  #: part of every fingerprint; raised when the same rules judge differently
_Terms = dict[str, tuple[str, ...]]
_Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$")]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _RuleTable(_Table):
    id: _Id
    why: str
    needs: Annotated[tuple[str, ...], Field(min_length=1, max_length=4)]
    within: Annotated[int, Field(ge=1, le=200)]
    weight: Annotated[float, Field(gt=0, le=3)]
    sentence: bool = False
    doubt: Annotated[float, Field(ge=0, le=1)] = 1.0
    positive: Annotated[tuple[str, ...], Field(min_length=1)]
    negative: Annotated[tuple[str, ...], Field(min_length=1)]


class _PictureTable(_Table):
    id: _Id
    why: str
    needs: Annotated[tuple[str, ...], Field(min_length=1, max_length=4)]
    within: Annotated[int, Field(ge=1, le=1000)]
    traits: dict[_Id, Annotated[float, Field(gt=0, le=3)]]
    doubt: Annotated[float, Field(ge=0, le=1)] = 1.0
    positive: Annotated[tuple[str, ...], Field(min_length=1)]
    negative: Annotated[tuple[str, ...], Field(min_length=1)]


class _PhaseTable(_Table):
    id: Phase
    signs: dict[_Id, Annotated[float, Field(gt=0, le=3)]]
    least: Annotated[float, Field(ge=0)]
    share: Annotated[float, Field(ge=0, le=1)]


class _ConfuserTable(_Table):
    id: _Id
    why: str
    weight: Annotated[float, Field(ge=0, le=3)]


class _EntityTable(_Table):
    id: _Id
    kind: str
    names: tuple[str, ...]
    concept: str | None = None
    country: str | None = None
    wikidata: Annotated[str | None, Field(pattern=r"^Q[1-9][0-9]*$")] = None
    note: str = ""


class _Examples(_Table):
    positive: tuple[str, ...] = ()
    negative: tuple[str, ...] = ()


class _File(_Table):
    """One file of the folder; every table may stand in any file."""

    language: str = ""
    common: str = ""
    prefixes: tuple[str, ...] = ()
    concepts: dict[_Id, str] = {}
    phase: tuple[_PhaseTable, ...] = ()
    rule: tuple[_RuleTable, ...] = ()
    picture: tuple[_PictureTable, ...] = ()
    confuser: tuple[_ConfuserTable, ...] = ()
    entity: tuple[_EntityTable, ...] = ()
    lists: _Terms = {}
    terms: _Terms = {}
    instead: _Terms = {}
    countries: _Terms = {}
    abroad: tuple[str, ...] = ()
    acts: tuple[str, ...] = ()
    things: tuple[str, ...] = ()
    telling: tuple[str, ...] = ()
    examples: _Examples = _Examples()


def load_rules(folder: Path | None = None) -> Ruleset:
    """The ruleset of a folder of TOML files, by default the packaged one (read once a process).

    Raises RulesError with every problem of every file.
    """
    return _packaged() if folder is None else _load(folder)


@lru_cache(maxsize=1)
def _packaged() -> Ruleset:
    return _load(resources.files("prrwatch") / "rules")


def _load(folder: Traversable) -> Ruleset:
    problems: list[Problem] = []
    files = _read(folder, problems)
    if not files and not problems:
        problems.append(Problem(str(folder), "", "no rules: the folder has no .toml file"))
    ruleset = _assemble(files, problems)
    if problems:
        raise RulesError(problems)
    return ruleset


def examples(folder: Path | None = None) -> tuple[tuple[str, str, str, bool], ...]:
    """Every example of the files: file, rule id ("" for one of a language), text, whether it is relevant."""
    problems: list[Problem] = []
    files = _read(folder or resources.files("prrwatch") / "rules", problems)
    if problems:
        raise RulesError(problems)
    found: list[tuple[str, str, str, bool]] = []
    for name, file in files.items():
        owners: list[tuple[str, _Examples | _RuleTable | _PictureTable]] = [
            ("", file.examples),
            *((rule.id, rule) for rule in file.rule),
            *((picture.id, picture) for picture in file.picture),
        ]
        for holder, owner in owners:
            found += [(name, holder, text, True) for text in owner.positive]
            found += [(name, holder, text, False) for text in owner.negative]
    return tuple(found)


def _read(folder: Traversable, problems: list[Problem]) -> dict[str, _File]:
    files: dict[str, _File] = {}
    entries = folder.iterdir() if folder.is_dir() else ()
    for entry in sorted(entries, key=lambda each: each.name):
        if entry.name.endswith(".toml"):
            file = _parse(entry, problems)
            if file is not None:
                files[entry.name] = file
    return files


def _parse(entry: Traversable, problems: list[Problem]) -> _File | None:
    try:
        return _File.model_validate(tomllib.loads(entry.read_text("utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.append(Problem(entry.name, "", f"not TOML: {error}"))
    except OSError as error:
        problems.append(Problem(entry.name, "", f"cannot be read: {error.strerror}"))
    except ValidationError as error:
        problems.extend(problems_of(error, entry.name))
    return None


def _assemble(files: Mapping[str, _File], problems: list[Problem]) -> Ruleset:
    concepts = {HOME} | {name for file in files.values() for name in file.concepts}
    confusers = {each.id: Confuser(each.id, each.weight) for file in files.values() for each in file.confuser}
    abroad = frozenset(code for file in files.values() for code in file.abroad)
    acts = frozenset(each for file in files.values() for each in file.acts)
    things = frozenset(each for file in files.values() for each in file.things)
    telling = frozenset(each for file in files.values() for each in file.telling) or frozenset(concepts)
    gathered: dict[Term, list[Pattern]] = defaultdict(list)
    for name, file in files.items():
        _check(name, file, concepts, confusers, problems)
        notation = Notation(file.lists, file.prefixes)
        for key, term, written in _terms_of(file, abroad):
            try:
                kept = replace(term, is_act=term.concept in acts, is_thing=term.concept in things)
                gathered[kept].append(notation.read(written))
            except ValueError as error:
                problems.append(Problem(name, key, str(error)))
    _check_telling(files, telling, problems)
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
        lexicons=_lexicons(gathered),
        gate=_gate(gathered, (*rules, *pictures), telling),
        fingerprint=_fingerprint(files.values()),
    )


def _lexicons(gathered: Mapping[Term, Iterable[Pattern]]) -> dict[str, Lexicon]:
    by_language: dict[str, list[tuple[int, Pattern]]] = defaultdict(list)
    for number, (term, patterns) in enumerate(gathered.items()):
        by_language[term.language] += ((number, pattern) for pattern in patterns)
    return {language: Lexicon(terms) for language, terms in by_language.items()}


def _gate(gathered: Mapping[Term, Iterable[Pattern]], rules: Iterable[Rule | Picture], telling: frozenset[str]) -> Gate:
    terms = ((term.concept, pattern) for term, patterns in gathered.items() for pattern in patterns if term.concept)
    needs = (telling_needs(rule.needs, telling) for rule in rules)
    return Gate(((concept, pattern) for concept, pattern in terms if concept in telling), needs)


def _terms_of(file: _File, abroad: frozenset[str]) -> Iterable[tuple[str, Term, str]]:
    language = file.language
    for concept, written in file.terms.items():
        yield from ((f"terms.{concept}", Term(language, concept=concept), each) for each in written)
    for confuser, written in file.instead.items():
        yield from ((f"instead.{confuser}", Term(language, confuser=confuser, swallows=True), each) for each in written)
    for country, written in file.countries.items():
        home = None if country in abroad else HOME
        yield from ((f"countries.{country}", Term(language, home, country=country), each) for each in written)
    for entity in file.entity:
        term = Term(concept=entity.concept, entity=entity.id, country=entity.country)
        yield from ((f"entity.{entity.id}", term, each) for each in entity.names)


def _check(
    name: str, file: _File, concepts: set[str], confusers: Mapping[str, Confuser], problems: list[Problem]
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


def _check_telling(files: Mapping[str, _File], telling: frozenset[str], problems: list[Problem]) -> None:
    for name, file in files.items():
        tables = [("rule", table.id, table.needs) for table in file.rule]
        tables += [("picture", table.id, table.needs) for table in file.picture]
        problems.extend(
            Problem(name, f"{kind}.{named}.needs", "no need is of `telling` concepts alone")
            for kind, named, needs in tables
            if not telling_needs((frozenset(need.split("|")) for need in needs), telling)
        )


def _rule(table: _RuleTable) -> Rule:
    return Rule(
        id=table.id,
        needs=tuple(frozenset(need.split("|")) for need in table.needs),
        within=table.within,
        weight=table.weight,
        sentence=table.sentence,
        doubt=table.doubt,
    )


def _picture(table: _PictureTable) -> Picture:
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


def _fingerprint(files: Iterable[_File]) -> str:
    """Of what is judged by: not of comments, reasons, examples, file names."""
    parts = sorted(
        json.dumps(file.model_dump(mode="json", exclude=_UNJUDGED), sort_keys=True, ensure_ascii=False)
        for file in files
    )
    return hashlib.sha256("\n".join([ENGINE, *parts]).encode()).hexdigest()[:16]
