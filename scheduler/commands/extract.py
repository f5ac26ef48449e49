"""`prrwatch extract`: read one saved page or PDF as the crawler would."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from prrwatch.errors import PrrwatchError
from scheduler import clock, lines
from scheduler.options import Chosen, chosen
from scheduler.parameters import INSTANT

if TYPE_CHECKING:
    from prrwatch.document import Document

#: A saved page or PDF; the crawler's own default bound is the same.
_LARGEST_FILE = 16 * 1024 * 1024


class UnreadableError(PrrwatchError):
    """The file holds no article, or cannot be read."""


@click.command("extract")
@click.option("--url", help="Where the file was saved from.")
@click.option("--fetched", type=INSTANT, help="When it was saved, ISO 8601; completes dates without a year.")
@click.option("--jsonl", is_flag=True, help="Read {id, url, file, fetched?} a line from stdin instead.")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@chosen
def command(_: Chosen, *, url: str | None, fetched: datetime | None, jsonl: bool, file: Path | None) -> None:
    """Read one saved page or PDF and write what the crawler would store of it, as JSON."""
    if jsonl:
        _many(fetched or clock.now())
    elif file is None or url is None:
        raise click.UsageError("give --url URL and FILE, or --jsonl")
    else:
        lines.write(_read(file, url, fetched or clock.now()))


def _many(default: datetime) -> None:
    failed = 0
    for record in lines.objects(sys.stdin.buffer, texts=("url", "file")):
        try:
            fetched = INSTANT.convert(record["fetched"], None, None) if record.get("fetched") else default
            lines.write({"id": record.get("id"), **_read(Path(record["file"]), record["url"], fetched)})
        except (UnreadableError, click.BadParameter) as error:
            failed += 1
            lines.write({"id": record.get("id"), "error": str(error)})
    if failed:
        raise UnreadableError(f"{failed} of the files could not be read")


def _read(file: Path, url: str, fetched: datetime) -> dict[str, Any]:
    from crawler.extract import Unusable, saved

    try:
        with file.open("rb") as stream:
            body = stream.read(_LARGEST_FILE + 1)
    except OSError as error:
        raise UnreadableError(f"{file}: {error.strerror}") from error
    if len(body) > _LARGEST_FILE:
        raise UnreadableError(f"{file}: larger than {_LARGEST_FILE} bytes")
    read = saved(body, url, fetched)
    if not isinstance(read, Unusable):
        return _plain(read)
    if read.remains is None:
        raise UnreadableError(f"{file}: {read.reason}: {read.detail}")
    # The crawler would not file it as an article, but a person may want what there is.
    return {**_plain(read.remains), "unusable": read.reason}


def _plain(document: Document) -> dict[str, Any]:
    published = document.published
    return {
        "url": document.url,
        "key": document.key,
        "title": document.title,
        "text": document.text,
        "language": document.language,
        "published": published
        and {
            "value": published.value,
            "precision": published.precision,
            "raw": published.raw,
            "origin": published.origin,
        },
        "issuer": document.issuer,
        "fetched": document.fetched.isoformat(),
        "media_type": document.media_type,
        "extraction": document.extraction,
    }
