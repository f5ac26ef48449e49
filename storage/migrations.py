"""The schema, as appended steps. Each step runs in one transaction together with the record that it ran."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from sqlite3 import complete_statement

from storage.lite import Database, Migrations

store = Migrations("prrwatch")
originals = Migrations("prrwatch-originals")


@store(name="0001_first")
def _first(db: Database) -> None:
    _run(db, "0001_first.sql")


@store(name="0002_labels")
def _labels(db: Database) -> None:
    _run(db, "0002_labels.sql")


@store(name="0003_mutes")
def _mutes(db: Database) -> None:
    _run(db, "0003_mutes.sql")


@store(name="0004_fingerprints")
def _fingerprints(db: Database) -> None:
    _run(db, "0004_fingerprints.sql")


@store(name="0005_figures")
def _figures(db: Database) -> None:
    _run(db, "0005_figures.sql")


@store(name="0006_crawl")
def _crawl(db: Database) -> None:
    _run(db, "0006_crawl.sql")


@store(name="0007_operations")
def _operations(db: Database) -> None:
    _run(db, "0007_operations.sql")


@store(name="0008_planner")
def _planner(db: Database) -> None:
    _run(db, "0008_planner.sql")


@store(name="0009_views")
def _views(db: Database) -> None:
    _run(db, "0009_views.sql")


@store(name="0010_people")
def _people(db: Database) -> None:
    _run(db, "0010_people.sql")


@store(name="0011_feedback")
def _feedback(db: Database) -> None:
    _run(db, "0011_feedback.sql")


@store(name="0012_merges")
def _merges(db: Database) -> None:
    _run(db, "0012_merges.sql")


@store(name="0013_rehearsals")
def _rehearsals(db: Database) -> None:
    _run(db, "0013_rehearsals.sql")


@store(name="0014_quicker")
def _quicker(db: Database) -> None:
    _run(db, "0014_quicker.sql")


@originals(name="0001_first")
def _first_originals(db: Database) -> None:
    _run(db, "originals_0001.sql")


def names(migrations: Migrations) -> frozenset[str]:
    """The steps that this program knows."""
    # sqlite-utils has no public list of a set's own steps; applied() and pending() are relative to a database.
    return frozenset(each.name for each in migrations.pending(Database(memory=True)))


def _run(db: Database, file: str) -> None:
    for statement in _statements(resources.files("storage").joinpath("schema", file).read_text(encoding="utf-8")):
        db.conn.execute(statement)


def _statements(script: str) -> Iterator[str]:
    """The statements of a file of ours, in which each ends where its line does.

    sqlite-utils asks SQLite after every character that could end one: 0.2 s for a new store, ten times as much as this.
    The standard library's `executescript` commits first, and a step that fails must leave nothing.
    """
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if line.rstrip().endswith(";") and complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        yield statement
