"""Content codings and what answers mean: pure functions."""

from __future__ import annotations

import contextlib
import gzip
import zlib
from datetime import UTC, datetime, timedelta

import brotli
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.net.answers import LONGEST_PATIENCE, Answer, is_challenge, patience, refused_status
from crawler.net.decoding import TooLarge, Undecodable, decoded

try:
    from compression import zstd
except ImportError:
    from backports import zstd

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LIMIT = 100_000


def raw_deflate(body: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-15)
    return stream.compress(body) + stream.flush()


ENCODERS = [
    ("gzip", gzip.compress),
    ("x-gzip", gzip.compress),
    ("deflate", zlib.compress),
    ("deflate", raw_deflate),
    ("br", brotli.compress),
    ("zstd", zstd.compress),
]


@given(body=st.binary(max_size=2000), choice=st.sampled_from(ENCODERS), cut=st.integers(min_value=1, max_value=20))
@settings(max_examples=150, deadline=None)
def test_whole_streams_come_back_and_cut_ones_are_failures(body, choice, cut):
    coding, encode = choice
    encoded = encode(body)
    assert decoded(encoded, (coding,), LIMIT) == body
    with pytest.raises(Undecodable):
        decoded(encoded[:-cut] or b"\x00", (coding,), LIMIT)


@given(body=st.binary(min_size=1, max_size=300), coding=st.sampled_from(["gzip", "deflate", "br", "zstd", "compress"]))
@settings(max_examples=150, deadline=None)
def test_garbage_is_undecodable_or_bytes(body, coding):
    with contextlib.suppress(Undecodable, TooLarge):
        assert isinstance(decoded(body, (coding,), LIMIT), bytes)


@pytest.mark.parametrize(("coding", "encode"), ENCODERS)
def test_the_limit_holds(coding, encode):
    assert len(decoded(encode(bytes(LIMIT)), (coding,), LIMIT)) == LIMIT
    with pytest.raises(TooLarge):
        decoded(encode(bytes(LIMIT + 1)), (coding,), LIMIT)


def test_gzip_members_follow_each_other_and_trailing_garbage_is_left():
    body = gzip.compress(b"one ") + gzip.compress(b"two")
    assert decoded(body, ("gzip",), LIMIT) == b"one two"
    assert decoded(body + b"\x00\x00", ("gzip",), LIMIT) == b"one two"


@pytest.mark.parametrize(
    ("status", "retry_after", "seconds"),
    [
        (200, "100", None),
        (429, "100", 100),
        (503, "100", 100),
        (503, "", None),
        (503, "soon", None),
        (503, "0", None),
        (503, "-5", None),
        (429, "", 60),
        (429, "soon", 60),
        (503, "Sun, 22 Nov 2026 12:10:00 GMT", 600),
        (503, "Sun, 22 Nov 2020 12:10:00 GMT", None),
        (429, "999999999", LONGEST_PATIENCE.total_seconds()),
        (429, "9" * 30, 60),
    ],
)
def test_patience(status, retry_after, seconds):
    until = patience(status, retry_after, 2.0, NOW)
    assert until == (NOW + timedelta(seconds=seconds) if seconds is not None else None)


@given(status=st.integers(min_value=100, max_value=999), retry_after=st.text(max_size=40))
def test_any_status_and_header_has_a_meaning(status, retry_after):
    refused_status(status)
    patience(status, retry_after, 1.0, NOW)


@pytest.mark.parametrize(
    ("challenge", "body"),
    [
        (True, b"<html><head><title>Just a moment...</title>"),
        (True, b"<script>window._cf_chl_opt={}</script>"),
        (True, b'<iframe src="/_Incapsula_Resource?SWUDNSAI=31">'),
        (False, b"<html><title>News</title><p>The site said: just a moment, checking your browser before you go"),
        (False, b"<html><title>News</title><script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script>"),
    ],
)
def test_challenges(challenge, body):
    assert is_challenge(Answer("u", "u", 200, (), body, NOW)) is challenge


def test_cloudflare_says_so_in_a_header():
    assert is_challenge(Answer("u", "u", 403, (("CF-Mitigated", "challenge"),), b"", NOW))
