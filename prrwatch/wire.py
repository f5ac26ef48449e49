"""Jobs and records as lines of JSON, UTF-8: `{"<record>": {...}}`; the bytes of an original stand behind its line.

`183331{"Fetched": {...}}` says that so many bytes follow the newline. As base64 in the line they cost the one who
writes .3 ms a page and the one who reads .4.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError, from_json, to_json

from prrwatch.crawl import CrawlRecord, Fetched, Job, JobDone, Paused, Unchanged, Unreadable, WayRead
from prrwatch.document import Original
from prrwatch.errors import PrrwatchError

_RECORDS = {record.__name__: record for record in (Job, WayRead, Fetched, Unreadable, Unchanged, Paused, JobDone)}
_SIZE = re.compile(rb"[0-9]+")
_LARGEST = 512 * 1024 * 1024  #: bytes; a fuse: what is read from the web is bounded where that is done


class WireError(PrrwatchError):
    """A line that is no record: the two ends do not speak the same version, or something else wrote to the pipe."""


def encode(record: Job | CrawlRecord) -> str:
    """The line of what holds no bytes, without its newline."""
    return _line(record).decode()


def encoded(record: Job | CrawlRecord) -> bytes:
    """The line of a record with its newline, and the bytes behind it.

    Lone surrogates, which UTF-8 cannot hold (RFC 3629, 3), are told as U+FFFD.
    """
    match record:
        case Fetched(original=Original() as original) | Unreadable(original=Original() as original):
            bare = replace(record, original=replace(original, body=b""))
            return b"%d%b\n%b" % (len(original.body), _line(bare), original.body)
        case _:
            return _line(record) + b"\n"


def behind(line: bytes) -> int:
    """How many bytes follow the line. Raises `WireError` for more than the reader should wait for."""
    size = _SIZE.match(line[:20])
    many = int(size[0]) if size else 0
    if many > _LARGEST:
        raise WireError(f"{many} bytes are to follow, at most {_LARGEST}")
    return many


def decode_job(line: str | bytes) -> Job:
    """Raises `WireError` for anything but a job."""
    match _decode(line):
        case Job() as job:
            return job
        case other:
            raise WireError(f"expected a Job, got a {type(other).__name__}")


def decode_record(line: bytes, body: bytes = b"") -> CrawlRecord:
    """`body`: what stands behind the line. Raises `WireError` for anything but a crawl record."""
    if len(body) != behind(line):
        raise WireError(f"{behind(line)} bytes were to follow, {len(body)} came")
    match _decode(line.lstrip(b"0123456789")):
        case Job():
            raise WireError("expected a crawl record, got a Job")
        case (Fetched(original=Original() as original) | Unreadable(original=Original() as original)) as record:
            return replace(record, original=replace(original, body=body))
        case record:
            return record


def _line(record: Job | CrawlRecord) -> bytes:
    name = type(record).__name__
    adapter = _adapter(name)
    try:
        line = adapter.dump_json(record)
    except PydanticSerializationError:  # the whole text is looked at only then
        line = to_json(_without_surrogates(adapter.dump_python(record)))
    return b'{"%b":%b}' % (name.encode(), line)


def _without_surrogates(value: Any) -> Any:
    match value:
        case str():
            return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        case dict():
            return {key: _without_surrogates(each) for key, each in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_without_surrogates(each) for each in value]
        case _:
            return value


@cache
def _adapter(name: str) -> TypeAdapter[Any]:
    return TypeAdapter(_RECORDS[name])


def _decode(line: str | bytes) -> Job | CrawlRecord:
    try:
        [(name, plain)] = from_json(line).items()
        record: Job | CrawlRecord = _adapter(name).validate_json(to_json(plain))
    except (ValueError, AttributeError, KeyError, ValidationError) as error:
        raise WireError(f"not a record: {str(line)[:80]!r}") from error
    return record
