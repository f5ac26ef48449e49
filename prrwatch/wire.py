"""Jobs and records as JSON lines: `{"<record>": {...}}`, one object a line, UTF-8, bytes as base64."""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError, from_json, to_json

from prrwatch.crawl import CrawlRecord, Fetched, Job, JobDone, Paused, Unchanged, Unreadable, WayRead
from prrwatch.errors import PrrwatchError

_RECORDS = {record.__name__: record for record in (Job, WayRead, Fetched, Unreadable, Unchanged, Paused, JobDone)}


class WireError(PrrwatchError):
    """A line that is no record: the two ends do not speak the same version, or something else wrote to the pipe."""


def encode(record: Job | CrawlRecord) -> str:
    """One line, without its newline. Lone surrogates, which UTF-8 cannot hold (RFC 3629, 3), are told as U+FFFD."""
    return encoded(record).decode()


def encoded(record: Job | CrawlRecord) -> bytes:
    """The same in UTF-8."""
    name = type(record).__name__
    adapter = _adapter(name)
    try:
        line = adapter.dump_json(record)
    except PydanticSerializationError:  # the whole text is looked at only then
        line = to_json(_without_surrogates(adapter.dump_python(record)), bytes_mode="base64")
    return b'{"%b":%b}' % (name.encode(), line)


def decode_job(line: str | bytes) -> Job:
    """Raises `WireError` for anything but a job."""
    match _decode(line):
        case Job() as job:
            return job
        case other:
            raise WireError(f"expected a Job, got a {type(other).__name__}")


def decode_record(line: str | bytes) -> CrawlRecord:
    """Raises `WireError` for anything but a crawl record."""
    match _decode(line):
        case Job():
            raise WireError("expected a crawl record, got a Job")
        case record:
            return record


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
    # Bytes as base64: JSON has no bytes, and an original must come out as it went in.
    config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")
    record: Any = _RECORDS[name]
    record.__pydantic_config__ = config
    return TypeAdapter(record)


def _decode(line: str | bytes) -> Job | CrawlRecord:
    try:
        [(name, plain)] = from_json(line).items()
        record: Job | CrawlRecord = _adapter(name).validate_json(to_json(plain))
    except (ValueError, AttributeError, KeyError, ValidationError) as error:
        raise WireError(f"not a record: {str(line)[:80]!r}") from error
    return record
