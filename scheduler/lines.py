"""JSON lines on stdin and stdout, for commands that stand in a pipe."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

import click

from prrwatch.errors import PrrwatchError

#: One line of input; a longer one is refused, so that a stray file cannot fill the memory.
LONGEST_LINE = 64 * 1024 * 1024


class BadLinesError(PrrwatchError):
    """Some lines could not be read; each was told on stderr, the others were done."""


def objects(stream: BinaryIO, texts: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """Each line's object; `texts` are the keys that must hold text.

    A line that does not fit is told on stderr and passed over; when any was, `BadLinesError` is raised at the end.
    """
    bad = 0
    for number, line in enumerate(iter(lambda: stream.readline(LONGEST_LINE), b""), start=1):
        if not line.strip():
            continue
        read, wrong = _object(line, texts)
        if read is None:
            bad += 1
            click.echo(f"prrwatch: stdin:{number}: {wrong}", err=True)
        else:
            yield read
    if bad:
        raise BadLinesError(f"{bad} of the lines could not be read")


def write(record: dict[str, Any]) -> None:
    """One line of JSON, UTF-8, as it is (not escaped to ASCII)."""
    click.echo(json.dumps(record, ensure_ascii=False).encode("utf-8", "replace"))


def write_document(value: Any) -> None:
    """One JSON document, indented for a person's eye too."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2).encode("utf-8", "replace"))


def _object(line: bytes, texts: tuple[str, ...]) -> tuple[dict[str, Any] | None, str]:
    try:
        read = json.loads(line)
    except (ValueError, RecursionError) as error:
        return None, f"not JSON: {error}"
    if not isinstance(read, dict):
        return None, "not a JSON object"
    missing = [key for key in texts if not isinstance(read.get(key), str)]
    return (None, f"{missing[0]}: missing or not text") if missing else (read, "")
