"""Dates as pages, feeds and people state them, each with its raw words, its origin and its honest precision."""

from prrwatch.dates.choosing import resolve
from prrwatch.dates.dateline import dateline
from prrwatch.dates.parsing import parse

__all__ = ["dateline", "parse", "resolve"]
