"""Imported once by the server that the reading processes are forked from, see `crawler.bench`."""

from datetime import UTC, datetime

from crawler.reading.calls import warm_up

warm_up(datetime.now(UTC))
