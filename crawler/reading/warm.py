"""Imported once by the server that the reading processes are forked from, see `crawler.bench`."""

import gc
from datetime import UTC, datetime

from crawler.reading.calls import warm_up

warm_up(datetime.now(UTC))
# What was loaded stays, so no process needs to look through it, or to copy it by counting references.
gc.collect()
gc.freeze()
