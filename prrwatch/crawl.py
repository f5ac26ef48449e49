"""What passes between the daemon and the crawl worker: jobs in, records out. `prrwatch.wire` has the line format."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from prrwatch.document import Document, Item, Original
from prrwatch.source import Source


class Reason(StrEnum):
    """Why something could not be read. Stable codes: `prrwatch status --json` and operators rely on them."""

    ROBOTS_DISALLOW = "robots-disallow"
    ROBOTS_UNREACHABLE = "robots-unreachable"
    DNS = "dns"
    TLS = "tls"
    REFUSED = "refused"
    HTTP_403 = "http-403"  #: the server will not answer us: 401, 402, 403, 405, 406, 451 and other 4xx
    HTTP_404 = "http-404"  #: 404 and 410
    HTTP_429 = "http-429"
    HTTP_5XX = "http-5xx"
    TIMEOUT = "timeout"
    REDIRECT_LOOP = "redirect-loop"
    FORBIDDEN_ADDRESS = "forbidden-address"
    TOO_LARGE = "too-large"
    NOT_A_FEED = "not-a-feed"
    EMPTY = "empty"
    TOO_FEW_ITEMS = "too-few-items"
    MALFORMED = "malformed"
    NO_ARTICLES = "no-articles"
    LAYOUT_CHANGED = "layout-changed"
    CHALLENGE = "challenge"
    NO_BROWSER = "no-browser"  #: scripts fill the page, and the extra `js` or Chromium is not there
    QUIET = "quiet"
    UNDATED = "undated"  #: it used to date what it lists
    SAME_DATES = "same-dates"  #: all that it lists is of one date
    STALE = "stale"  #: another way of the source lists what this one does not


@dataclass(frozen=True, slots=True)
class Policy:
    """How to behave on the web; from `[crawler]` of the site file. Seconds and bytes."""

    contact: str
    allow_private_hosts: tuple[str, ...] = ()  #: addresses, host names or CIDRs
    delay: float = 2.0  #: between the end of one request and the start of the next to the same host
    timeout: float = 60.0  #: a whole request, body included
    max_bytes: int = 16 * 1024 * 1024  #: of one body, after decompression
    max_pages: int = 200  #: requests for articles and listing pages per source and pass
    retries: int = 2


@dataclass(frozen=True, slots=True)
class Validators:
    """RFC 9110 validators that a URL answered with."""

    url: str
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Revisit:
    """A known article that is due to be looked at again."""

    item: Item
    validators: Validators


@dataclass(frozen=True, slots=True)
class HostClock:
    """No request to `host` before `not_before`. Kept in the store, so that a restart obeys Retry-After."""

    host: str  #: see `prrwatch.urls.host_key`
    not_before: datetime


@dataclass(frozen=True, slots=True)
class Key:
    """The secret that a source's URLs name as `{NAME}`. Only jobs hold it: not records, nor the store, nor logs."""

    name: str
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Job:
    """One pass over one source, complete: the worker needs nothing else."""

    id: str
    source: Source
    policy: Policy
    validators: tuple[Validators, ...] = ()  #: of discovery pages
    known: frozenset[str] = frozenset()  #: keys that need no fetch
    carry: tuple[Item, ...] = ()  #: listed on an earlier pass and not read yet
    revisit: tuple[Revisit, ...] = ()
    clocks: tuple[HostClock, ...] = ()
    key: Key | None = None  #: what the placeholder in the source's URLs stands for
    #: places of ways; the first of them behind the one that works is walked too and compared with it
    compare: tuple[int, ...] = ()
    off: frozenset[int] = frozenset()  #: places of ways not to be asked: guesses that proved wrong
    #: since when something may have fallen between two looks: ways of `compare` are walked until one reaches back
    gap_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a way lists beside another one of its source, in articles. All zero where it failed."""

    against: int  #: place of the other way, the one that the pass went by
    both: int = 0
    only_other: int = 0
    only_this: int = 0
    new_only_other: int = 0  #: not listed by the source before: what this way alone would have missed
    new_only_this: int = 0  #: what the other way alone would have missed


@dataclass(frozen=True, slots=True)
class WayRead:
    """One way of one job was tried. `failure` None means it worked; `unchanged` that it was answered by 304."""

    job: str
    source: str
    way: int  #: its place in `Source.ways`
    url: str
    at: datetime
    items: tuple[Item, ...] = ()  #: articles listed, known ones too
    unchanged: bool = False
    failure: Reason | None = None
    detail: str = ""
    validators: tuple[Validators, ...] = ()  #: to be kept only once the job has ended well
    read_at: str | None = None  #: where it was read, when the page at `url` named another address
    compared: Comparison | None = None  #: it was walked only to be compared: a way before it had worked
    fresh_for: timedelta | None = None  #: how long the server says its answer holds (`Cache-Control`, `ttl`)


@dataclass(frozen=True, slots=True)
class Fetched:
    """An article was read."""

    job: str
    item: Item
    document: Document
    original: Original
    validators: Validators | None = None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An article was not read. `permanent`: asking again will not help (404, 410, robots, not an article)."""

    job: str
    source: str
    item: Item
    reason: Reason
    detail: str
    permanent: bool
    at: datetime
    original: Original | None = None  #: kept where the bytes came but hold no article


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A revisited article answered 304."""

    job: str
    item: Item
    at: datetime


@dataclass(frozen=True, slots=True)
class Paused:
    """A host asked for patience (Retry-After, 429, 503)."""

    job: str
    clock: HostClock


@dataclass(frozen=True, slots=True)
class JobDone:
    """The end of a job: everything it had to say was said before this line."""

    job: str
    source: str
    started: datetime
    ended: datetime
    requests: int
    bytes_received: int
    cut_short: str = ""  #: why not everything was read (max_pages, pause of the host, time limit); "" when all was


CrawlRecord = WayRead | Fetched | Unreadable | Unchanged | Paused | JobDone

#: A job that runs longer than this is killed by its parent.
JOB_TIME_LIMIT = timedelta(minutes=30)
