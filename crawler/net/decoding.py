"""Content codings (RFC 9110 section 8.4), strictly: bounded, and a stream that breaks off is a failure, not a page."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Iterator

import brotli
from scrapy.http import Response

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

ACCEPTED = "gzip, deflate, br, zstd"
_CHUNK = 64 * 1024
_MOST_CODINGS = 3


class TooLarge(Exception):  # noqa: N818 - a fact about the answer
    """The body is longer than allowed."""


class Undecodable(Exception):  # noqa: N818 - a fact about the answer
    """The body is not what its Content-Encoding says, or breaks off."""


def decoded(body: bytes, codings: tuple[str, ...], limit: int) -> bytes:
    """The body with its codings undone, last first. Raises `TooLarge` beyond `limit` bytes, else `Undecodable`."""
    if len(codings) > _MOST_CODINGS:
        raise Undecodable(f"{len(codings)} content codings on one body")
    for coding in reversed(codings):
        decode = _DECODERS.get(coding)
        if decode is None:
            raise Undecodable(f"unknown content coding {coding[:40]!r}")
        body = _joined(decode(body), limit)
    return body


def gunzip(body: bytes, limit: int) -> bytes:
    """A whole gzip file. Raises `TooLarge`, `Undecodable`."""
    return _joined(_gzip(body), limit)


def codings_of(response: Response) -> tuple[str, ...]:
    """The codings that the answer names, in the order they were applied."""
    named = b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1").lower()
    return tuple(word for part in named.split(",") if (word := part.strip()) and word != "identity")


def undone(response: Response, limit: int) -> Response:
    """The answer without its codings, in plain bytes. Raises `TooLarge`, `Undecodable`."""
    codings = codings_of(response)
    return response.replace(body=decoded(response.body, codings, limit)) if codings and response.body else response


def _joined(parts: Iterator[bytes], limit: int) -> bytes:
    whole = bytearray()
    try:
        for part in parts:
            whole += part
            if len(whole) > limit:
                raise TooLarge(f"more than {limit} bytes after decompression")
    except (zlib.error, brotli.error, zstd.ZstdError, EOFError) as error:
        raise Undecodable(f"broken compression: {error}") from error
    return bytes(whole)


def _gzip(body: bytes) -> Iterator[bytes]:
    while body:  # members follow each other (RFC 1952 section 2.2)
        stream = zlib.decompressobj(wbits=31)
        yield from _zlib(stream, body)
        body = stream.unused_data if stream.unused_data[:2] == b"\x1f\x8b" else b""


def _deflate(body: bytes) -> Iterator[bytes]:
    # RFC 9110 says zlib format; servers that send raw deflate are old but many.
    zlib_header = len(body) > 1 and body[0] & 0x0F == 8 and int.from_bytes(body[:2], "big") % 31 == 0
    yield from _zlib(zlib.decompressobj(wbits=15 if zlib_header else -15), body)


def _zlib(stream: zlib._Decompress, body: bytes) -> Iterator[bytes]:
    while not stream.eof:
        part = stream.decompress(body, _CHUNK)
        if not part and not stream.eof and not stream.unconsumed_tail:
            raise EOFError("the stream breaks off")
        yield part
        body = stream.unconsumed_tail


def _brotli(body: bytes) -> Iterator[bytes]:
    stream = brotli.Decompressor()
    part = stream.process(body, output_buffer_limit=_CHUNK)
    while part:
        yield part
        part = stream.process(b"", output_buffer_limit=_CHUNK)
    if not stream.is_finished():
        raise EOFError("the stream breaks off")


def _zstd(body: bytes) -> Iterator[bytes]:
    stream = zstd.ZstdDecompressor()
    while not stream.eof:
        part = stream.decompress(body, _CHUNK)
        if not part and not stream.eof and stream.needs_input:
            raise EOFError("the stream breaks off")
        body = b""
        yield part


_DECODERS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
