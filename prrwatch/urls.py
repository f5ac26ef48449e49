"""URLs: the canonical key of an article, the host that politeness counts by, links made absolute.

Two stories under one key would lose one of them for good; one story under two keys costs a second request, and the
near-copy check joins them later. So every rule here folds only what is known to be the same page. That is why
neither `courlan.clean_url` (drops `cid`, `eid`, `uid`, `source` and value-less queries such as `?123456`, which are
the identity of pages on real sites) nor `w3lib.canonicalize_url` (keeps trackers, ports, AMP forms, `www.`) serves.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from ipaddress import IPv6Address
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit

from w3lib.url import safe_url_string

from prrwatch.source import Source

MAX_KEY = 512  #: characters; a longer key keeps its host and becomes a hash
MAX_URL = 2048  #: characters; the limit of sitemaps.org, and it bounds what `article` patterns are matched against
_REMEMBERED = 512  #: the host of a page under way is asked for several times


@dataclass(frozen=True, slots=True)
class Family:
    """Hosts that share the identity of a page in their paths: a match of `path` becomes `form`, without query."""

    host: str  #: this host and every host below it
    path: re.Pattern[str]
    form: str  #: template for `Match.expand`; must be its own fixed point


_PANGEA = re.compile(r"/(?:amp/)?(?:a/)?(?:[^/]+/)?(?P<id>\d{6,9})\.html")
#: Ids are known to be unique within a service only, so the Russian edition of Azattyq stands before its host.
_RFERL = ("rferl.org", "rus.azattyq.org", "azattyq.org", "azattyk.org", "ozodlik.org", "ozodi.org", "azathabar.com")
_KAZINFORM = re.compile(r"/(?:[a-z]{2}/)?[^/]*_(?P<id>a?\d{5,})")
#: A page and its translations share the id but not the text: they are different documents of one story, see `kin`.
_EDITION = r"/(?P<edition>(?:(?:ru|fr|de|it|es|uz|kk|ky|tg|tk)/)?)(?!files/|sites/)"
#: osce.org moves from one CMS to another: `www.osce.org/<unit>/<id>`, `/node/<id>` and `<unit>.osce.org/...` are one
#: page; the id survives the move. Ids under a unit have five digits or more: shorter ones are years.
_OSCE = r"osce.org/\g<edition>node/\g<id>"
#: EIN Presswire, RFE/RL (/a/<slug>/<id>.html, /a/<id>.html, /amp/...), Kazinform (three domains) and the GCTF (one
#: article under several module ids) answer to the id of the article; the words around it change.
FAMILIES: tuple[Family, ...] = (
    Family("osce.org", re.compile(_EDITION + r"(?:[^/]+/)*(?:node/0*(?P<id>\d{1,7}))"), _OSCE),
    Family("osce.org", re.compile(_EDITION + r"(?:[^/]+/)+(?P<id>[1-9]\d{4,6})"), _OSCE),
    Family("einpresswire.com", re.compile(r"/article/(?P<id>\d+)(?:/.*)?"), r"einpresswire.com/article/\g<id>"),
    *(Family(host, _PANGEA, rf"{host}/a/\g<id>.html") for host in _RFERL),
    Family("inform.kz", _KAZINFORM, r"inform.kz/_\g<id>"),
    Family("kazinform.kz", _KAZINFORM, r"inform.kz/_\g<id>"),
    #: The page of one post, its place in the channel's preview, and the form without a frame.
    Family("t.me", re.compile(r"/(?:s/)?(?P<channel>[A-Za-z0-9_]{3,64})/(?P<id>\d+)"), r"t.me/\g<channel>/\g<id>"),
    Family("thegctf.org", re.compile(r"(?:/.*)?/ArticleID/(?P<id>\d+)(?:/.*)?"), r"thegctf.org/ArticleID/\g<id>"),
)

_KIN = re.compile(r"^osce\.org/[a-z]{2}/node/")

#: Query parameters that say where a reader came from, never what the page is.
_TRACKING_PREFIXES = ("utm_", "at_", "mtm_", "pk_", "hsa_", "mc_", "itm_", "oly_", "vero_", "_hs")
_TRACKING = re.compile(
    r"_ga|_gl|amp|dclid|fb_action_ids|fb_action_types|fb_source|fbclid|frm|gad_source|gbraid|gclid|gclsrc|guccounter"
    r"|igsh|igshid|jsessionid|mkt_tok|mkwid|msclkid|ocid|openstat|phpsessid|rb_clickid|ref_src|ref_url|sfnsn|sms_ss"
    r"|soc_src|soc_trk|spm|srsltid|testme|twclid|wbraid|wickedid|wt_mc|xtor|yclid|ymclid|ysclid|zanpid"
)
_TRACKING_PAIRS = frozenset({"outputtype=amp", "view=amp", "amp=1", "output=amp"})

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):?//")
_HOST = re.compile(r"[a-z0-9_-][a-z0-9._-]{0,252}")
_NOT_A_HOST = re.compile(r"(?:mailto|javascript|tel|sms|data|file|about|blob):", re.IGNORECASE)
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})|(%)|([^A-Za-z0-9\-._~!$&'()*+,;=:@/?])")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_CACHED_AMP = re.compile(
    r"(?:[^/?]+\.cdn\.ampproject\.org/[civwr]/|google\.[a-z.]{2,6}/amp/)(?:s/)?(?P<page>[^/?]+\.[^/?]+/.*)"
)
_SESSION = re.compile(r";jsessionid=[^/;]*", re.IGNORECASE)
_SLASHES = re.compile(r"/{2,}")
_DEFAULT_PORTS = frozenset({80, 443})


def key(url: str) -> str:
    """The canonical key of an article: `host[:port]/path[?query]`, at most `MAX_KEY` ASCII characters.

    Equal for the spellings of one page: scheme, `www.`, default port, case of the host, percent-encoding, order of the
    query, trailing slash, fragment, trackers, AMP forms, `FAMILIES`. Language editions and `?p=` stay apart.
    Idempotent; never raises: what is no http(s) URL gets a key under the reserved host `invalid` (RFC 2606).
    """
    parts = _split(url)
    host = _host(parts) if parts else ""
    if parts is None or not host:
        return f"invalid/~{_digest(url)}"
    path = _path(parts.path)
    whole = _family(host, path) or f"{_bare(host)}{_port(parts)}{path}{_query(parts.query)}"
    if cached := _CACHED_AMP.fullmatch(whole):
        return key(cached["page"])
    return whole if len(whole) <= MAX_KEY else f"{_bare(host)[:256]}/~{_digest(whole)}"


def kin(url: str) -> str:
    """The key that a page shares with its translations, where the publisher gives them one id; else its own key."""
    return _KIN.sub(r"osce.org/node/", key(url))


@lru_cache(_REMEMBERED)
def host_key(url: str) -> str:
    """What politeness counts by: the host in lower case (IDNA as ASCII), with `:port` unless 80 or 443; "" for none."""
    parts = _split(url)
    host = _host(parts) if parts else ""
    return f"{host}{_port(parts)}" if parts and host else ""


def hosts_of(source: Source) -> frozenset[str]:
    """The hosts that a pass over the source asks for certain; articles may stand on others."""
    return frozenset(host_key(url) for url in (source.homepage, *(way.url for way in source.ways))) - {""}


def absolute(base: str, link: str) -> str | None:
    """The http(s) URL that `link` on the page `base` points to, percent-encoded, without fragment.

    None for what leads to no other page: empty, `#...`, `mailto:`, `javascript:`, credentials, garbage, over-long.
    """
    link = _slashes(link.strip())
    if not link or link.startswith("#") or len(link) > MAX_URL:
        return None
    try:
        url = safe_url_string(urljoin(base, link)).partition("#")[0]
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(_host(parts)) and parts.username is None
    except ValueError:  # urllib's word for a malformed host, port or IPv6 address
        return None
    return url if usable and len(url) <= MAX_URL else None


def _slashes(url: str) -> str:
    """Backslashes before the query as slashes, as browsers read them (WHATWG URL, special schemes)."""
    place, mark, query = url.partition("?")
    return place.replace("\\", "/") + mark + query


def _split(url: str) -> SplitResult | None:
    """The parts of an http(s) URL, or of one written without its scheme; None for anything else."""
    url = _slashes(url.strip())
    scheme = _SCHEME.match(url)
    if (scheme and scheme[1].lower() not in {"http", "https"}) or _NOT_A_HOST.match(url):
        return None
    rest = (url[scheme.end() :] if scheme else url).lstrip("/")
    try:
        parts = urlsplit(f"//{rest}", scheme="http")
        _ = parts.port
    except ValueError:  # urllib's word for a malformed host, port or IPv6 address
        return None
    return parts


def _host(parts: SplitResult) -> str:
    """Lower case, IDNA 2003 as ASCII, no final dot; "" when it cannot be a host."""
    name = parts.hostname or ""
    try:
        if ":" in name:
            return f"[{IPv6Address(name).compressed}]" if "%" not in name else ""
        host = unquote(name).rstrip(".").encode("idna").decode("ascii").lower().rstrip(".")  # U+2024 is a dot, too
    except ValueError:  # no IPv6 address, or nothing that IDNA can spell
        return ""
    return host if _HOST.fullmatch(host) else ""


def _port(parts: SplitResult) -> str:
    return f":{parts.port}" if parts.port is not None and parts.port not in _DEFAULT_PORTS else ""


def _bare(host: str) -> str:
    """The host without `www.` and `amp.` in front, as long as a name with a dot remains."""
    while host.startswith(("www.", "amp.")) and "." in host[4:]:
        host = host[4:]
    return host


def _path(path: str) -> str:
    segments: list[str] = []
    for segment in _SLASHES.sub("/", _escapes(_SESSION.sub("", path))).split("/"):
        if segment == "..":
            segments = segments[:-1]
        elif segment not in {"", "."}:
            segments.append(segment)
    while segments and segments[-1] == "amp":
        segments.pop()
    return "/" + "/".join(segments)


def _query(query: str) -> str:
    pairs = sorted({pair for raw in query.split("&") if (pair := _pair(raw)) and not _is_tracking(pair)})
    return f"?{'&'.join(pairs)}" if pairs else ""


def _pair(raw: str) -> str:
    name, _, value = _escapes(raw).replace("%20", "+").partition("=")
    return f"{name}={value}" if name and value else name


def _is_tracking(pair: str) -> bool:
    name = pair.partition("=")[0].lower()
    return bool(_TRACKING.fullmatch(name)) or name.startswith(_TRACKING_PREFIXES) or pair.lower() in _TRACKING_PAIRS


def _escapes(text: str) -> str:
    """RFC 3986 section 6.2.2: unreserved characters bare, all others that need it as upper-case UTF-8 escapes."""
    return _ESCAPE.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    digits, stray, char = match.groups()
    if digits is None:
        return "%25" if stray else quote(char, safe="", errors="replace")
    value = int(digits, 16)
    return chr(value) if value in _UNRESERVED else f"%{digits.upper()}"


def _family(host: str, path: str) -> str:
    for family in FAMILIES:
        belongs = host == family.host or host.endswith(f".{family.host}")
        if belongs and (match := family.path.fullmatch(path)):
            return match.expand(family.form)
    return ""


def _digest(text: str) -> str:
    return f"sha256-{sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"
