"""Reads a catalogue folder: files to forms, forms held against each other, forms to sources."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from prrwatch.catalogue.carriers import resolved
from prrwatch.catalogue.classes import Classes, merged
from prrwatch.catalogue.form import SourceForm, WayForm
from prrwatch.catalogue.rules import problems_of_catalogue, problems_of_source
from prrwatch.errors import CatalogueError, Problem
from prrwatch.problems import problems_of
from prrwatch.source import Example, Expect, Selectors, Source, Way

CLASSES_FOLDER = "_classes"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What a folder holds: the sources that are sound in themselves, by id, and all problems."""

    sources: tuple[Source, ...]
    problems: tuple[Problem, ...]


def load(folder: Path | None = None, allow_private_hosts: Sequence[str] = ()) -> tuple[Source, ...]:
    """The sources of a folder (None: those that ship with prrwatch), sorted by id.

    `allow_private_hosts` (addresses, host names, CIDRs) may be read more often than once a minute, beside loopback and
    private addresses. Raises `CatalogueError` with every problem of every file.
    """
    catalogue = read(folder, allow_private_hosts)
    if catalogue.problems:
        raise CatalogueError(catalogue.problems)
    return catalogue.sources


def check(folder: Path | None = None, allow_private_hosts: Sequence[str] = ()) -> tuple[Problem, ...]:
    """Every problem of every file, none when the catalogue is sound."""
    return read(folder, allow_private_hosts).problems


def read(folder: Path | None = None, allow_private_hosts: Sequence[str] = ()) -> Catalogue:
    """Every source of the folder that is sound in itself, and every problem found."""
    shipped = Path(str(files("seeds")))
    root = folder if folder is not None else shipped
    paths = _source_files(root)
    if not paths:
        what = "holds no source files (*.toml)" if root.is_dir() else "no such folder"
        return Catalogue((), (Problem(str(root), "", what),))
    classes, problems = _classes(root, shipped)
    forms: dict[Path, SourceForm] = {}
    for path in paths:
        form = _form(path, classes)
        if isinstance(form, SourceForm):
            forms[path] = form
            problems += problems_of_source(str(path), path.stem, form, allow_private_hosts)
        else:
            problems += form
    problems += problems_of_catalogue({str(path): form for path, form in forms.items()})
    sources = resolved(_source(form, str(path)) for path, form in forms.items())
    return Catalogue(tuple(sorted(sources, key=lambda source: source.id)), tuple(problems))


def _source_files(root: Path) -> list[Path]:
    """All TOML files but those in folders (or of names) that begin with `_` or a dot."""
    found = (path for path in root.rglob("*.toml") if path.is_file())
    return sorted(path for path in found if not any(part[0] in "_." for part in path.relative_to(root).parts))


def _classes(root: Path, shipped: Path) -> tuple[Classes, list[Problem]]:
    """The site classes of the folder over those that ship with prrwatch."""
    classes: Classes = {}
    problems: list[Problem] = []
    for path in _class_files((shipped, root)):
        table = _toml(path)
        if isinstance(table, Problem):
            problems.append(table)
        elif set(table) != {"class"} or not isinstance(table["class"], dict):
            problems.append(Problem(str(path), "", "a class file holds one table, [class]"))
        else:
            classes[path.stem] = table["class"]
    return classes, problems


def _class_files(roots: Iterable[Path]) -> list[Path]:
    return [path for root in dict.fromkeys(roots) for path in sorted((root / CLASSES_FOLDER).glob("*.toml"))]


def _form(path: Path, classes: Classes) -> SourceForm | list[Problem]:
    table = _toml(path)
    if isinstance(table, Problem):
        return [table]
    name = table.get("class")
    if name is not None and (not isinstance(name, str) or name not in classes):
        return [Problem(str(path), "class", f"no such class; there are: {', '.join(sorted(classes))}")]
    try:
        return SourceForm.model_validate(merged(table, classes))
    except ValidationError as error:
        return problems_of(error, str(path))


def _toml(path: Path) -> dict[str, Any] | Problem:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        return Problem(str(path), "", error.strerror or "cannot be read")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        return Problem(str(path), "", f"not TOML: {error}")


def _source(form: SourceForm, file: str) -> Source:
    kept = form.model_dump(exclude={"every", "dead", "discover", "extract", "expect", "example"})
    return Source(
        **kept,
        every=form.interval,
        ways=tuple(_way(way) for way in form.discover if way.enabled),
        extract=Selectors(**_given(form.extract.model_dump())),
        expect=Expect(**form.expect.model_dump()),
        examples=tuple(Example(**example.model_dump()) for example in form.example),
        file=file,
    )


def _way(form: WayForm) -> Way:
    return Way(kind=form.way, **form.model_dump(exclude={"way", "enabled"}))


def _given(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
