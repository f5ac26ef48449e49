"""The files of a ruleset as they are written: their tables, and reading a folder of them."""

from __future__ import annotations

import tomllib
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from prrwatch.errors import Problem, RulesError
from prrwatch.problems import problems_of
from prrwatch.verdict import Phase

_Terms = dict[str, tuple[str, ...]]
_Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$")]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RuleTable(_Table):
    """`[[rule]]`."""

    id: _Id
    why: str
    needs: Annotated[tuple[str, ...], Field(min_length=1, max_length=4)]
    within: Annotated[int, Field(ge=1, le=200)]
    weight: Annotated[float, Field(gt=0, le=3)]
    sentence: bool = False
    doubt: Annotated[float, Field(ge=0, le=1)] = 1.0
    positive: Annotated[tuple[str, ...], Field(min_length=1)]
    negative: Annotated[tuple[str, ...], Field(min_length=1)]


class PictureTable(_Table):
    """`[[picture]]`."""

    id: _Id
    why: str
    needs: Annotated[tuple[str, ...], Field(min_length=1, max_length=4)]
    within: Annotated[int, Field(ge=1, le=1000)]
    traits: dict[_Id, Annotated[float, Field(gt=0, le=3)]]
    doubt: Annotated[float, Field(ge=0, le=1)] = 1.0
    positive: Annotated[tuple[str, ...], Field(min_length=1)]
    negative: Annotated[tuple[str, ...], Field(min_length=1)]


class PhaseTable(_Table):
    """`[[phase]]`."""

    id: Phase
    signs: dict[_Id, Annotated[float, Field(gt=0, le=3)]]
    least: Annotated[float, Field(ge=0)]
    share: Annotated[float, Field(ge=0, le=1)]


class ConfuserTable(_Table):
    """`[[confuser]]`."""

    id: _Id
    why: str
    weight: Annotated[float, Field(ge=0, le=3)]
    swallows: bool = True  #: whether terms inside of one do not count


class EntityTable(_Table):
    """`[[entity]]`."""

    id: _Id
    kind: str
    names: tuple[str, ...]
    concept: str | None = None
    country: str | None = None
    wikidata: Annotated[str | None, Field(pattern=r"^Q[1-9][0-9]*$")] = None
    note: str = ""


class Examples(_Table):
    """`[examples]` of a language."""

    positive: tuple[str, ...] = ()
    negative: tuple[str, ...] = ()


class File(_Table):
    """One file of the folder; every table may stand in any file."""

    language: str = ""
    common: str = ""
    prefixes: tuple[str, ...] = ()
    concepts: dict[_Id, str] = {}
    phase: tuple[PhaseTable, ...] = ()
    rule: tuple[RuleTable, ...] = ()
    picture: tuple[PictureTable, ...] = ()
    confuser: tuple[ConfuserTable, ...] = ()
    entity: tuple[EntityTable, ...] = ()
    lists: _Terms = {}
    terms: _Terms = {}
    instead: _Terms = {}
    countries: _Terms = {}
    abroad: tuple[str, ...] = ()
    acts: tuple[str, ...] = ()
    things: tuple[str, ...] = ()
    telling: tuple[str, ...] = ()
    examples: Examples = Examples()


def packaged() -> Traversable:
    """The folder of the rules that come with the product."""
    return resources.files("prrwatch") / "rules"


def examples(folder: Path | None = None) -> tuple[tuple[str, str, str, bool], ...]:
    """Every example of the files: file, rule id ("" for one of a language), text, whether it is relevant."""
    problems: list[Problem] = []
    files = read_files(folder or packaged(), problems)
    if problems:
        raise RulesError(problems)
    found: list[tuple[str, str, str, bool]] = []
    for name, file in files.items():
        owners: list[tuple[str, Examples | RuleTable | PictureTable]] = [
            ("", file.examples),
            *((rule.id, rule) for rule in file.rule),
            *((picture.id, picture) for picture in file.picture),
        ]
        for holder, owner in owners:
            found += [(name, holder, text, True) for text in owner.positive]
            found += [(name, holder, text, False) for text in owner.negative]
    return tuple(found)


def read_files(folder: Traversable, problems: list[Problem]) -> dict[str, File]:
    """The TOML files of a folder by name; what is wrong with the others is added to `problems`."""
    files: dict[str, File] = {}
    entries = folder.iterdir() if folder.is_dir() else ()
    for entry in sorted(entries, key=lambda each: each.name):
        if entry.name.endswith(".toml"):
            file = _parse(entry, problems)
            if file is not None:
                files[entry.name] = file
    return files


def _parse(entry: Traversable, problems: list[Problem]) -> File | None:
    try:
        return File.model_validate(tomllib.loads(entry.read_text("utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.append(Problem(entry.name, "", f"not TOML: {error}"))
    except OSError as error:
        problems.append(Problem(entry.name, "", f"cannot be read: {error.strerror}"))
    except ValidationError as error:
        problems.extend(problems_of(error, entry.name))
    return None
