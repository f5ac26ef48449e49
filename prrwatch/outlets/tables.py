"""Records as tables to take away: CSV (RFC 4180) that no spreadsheet runs, and JSON lines. Pure."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any

from prrwatch.escape import csv_cell

Rows = Iterable[Sequence[object]]


def csv_lines(columns: Sequence[str], rows: Rows) -> Iterator[str]:
    """The lines with CRLF at their ends, the columns' names first.

    Every cell is harmless to a spreadsheet (`prrwatch.escape.csv_cell`); several values in one are parted by spaces.
    """
    if columns:
        yield _line(columns)
    for row in rows:
        yield _line([csv_cell(_cell(each)) for each in row])


def json_lines(columns: Sequence[str], rows: Rows) -> Iterator[str]:
    """One JSON object on a line for each row."""
    for row in rows:
        yield json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False) + "\n"


def table(records: Iterable[Any]) -> tuple[Sequence[str], Rows]:
    """Frozen records of one class as columns and rows; no columns where there is no record."""
    remaining = iter(records)
    first = next(remaining, None)
    if first is None:
        return (), ()
    columns, values = _reader(type(first))
    return columns, _values(first, remaining, values)


def _values(first: Any, remaining: Iterator[Any], values: Callable[[Any], tuple[object, ...]]) -> Iterator[Any]:
    yield values(first)
    yield from map(values, remaining)


def _reader(kind: type) -> tuple[tuple[str, ...], Callable[[Any], tuple[object, ...]]]:
    names = tuple(each.name for each in fields(kind))
    return names, attrgetter(*names)


def _line(cells: Sequence[str]) -> str:
    written = io.StringIO()
    csv.writer(written).writerow(cells)
    return written.getvalue()


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case str():
            return value
        case Iterable():
            return " ".join(map(str, value))
        case _:
            return str(value)
