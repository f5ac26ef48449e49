"""What a robots.txt file says to one crawler (RFC 9309). Pure: text in, rules out.

Where the RFC leaves room this reads as Google's parser does (github.com/google/robotstxt), for which most files are
written: misspelt keys, missing colons, names of crawlers up to the first character that none may have.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_BOM = b"\xef\xbb\xbf"
#: The lines that mean something, found in one pass: some files have tens of thousands. `\n` instead of `^` is three
#: times as fast. A missing colon is forgiven where two words stand alone.
_LINE = re.compile(
    r"\n[ \t\0\v\f]*+(?=[uadc])"
    r"(?:(user[ -]?agent)|(allow)|(?:disallow|dissallow|dissalow|disalow|diasllow|disallaw)|(crawl-delay))"
    r"(?:[^:#\n]*:([^#\n]*)|[ \t]+([^\s:#]+)[ \t]*(?=[#\n]|\Z))",
    re.IGNORECASE,
)
_LONGEST_PATTERN = 2083 * 8  #: as Google cuts it: eight times the longest URL of old browsers
_TOKEN = re.compile(r"[A-Za-z_-]*")
_ESCAPE = re.compile(r"%([0-9a-fA-F]{2})|([\x80-\xff])")
_HEAD = re.compile(r"[%*$]")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")  # RFC 3986 section 2.3
_SECONDS = re.compile(r"\d{1,9}(?:\.\d{0,9})?|\.\d{1,9}")


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules that hold for one crawler: patterns, percent-encoded, as written but for the case of escapes."""

    allowed: tuple[str, ...] = ()
    disallowed: tuple[str, ...] = ()
    delay: float | None = None  #: Crawl-delay in seconds

    def allows(self, url: str) -> bool:
        """Whether a percent-encoded URL may be asked for: the longest pattern that matches decides, in doubt it may.

        What is disallowed is so in any spelling of the URL; what is allowed, only as it is written.
        """
        parts = urlsplit(url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        plain = _plain(path)
        against = _longest(
            each for each in self.disallowed if _matches(each, path) or _matches_plain(each, path, plain)
        )
        return against == 0 or against <= _longest(each for each in self.allowed if _matches(each, path))


def parse(body: bytes, token: str) -> Rules:
    """The rules for the crawler named `token`: those of all groups that name it, else those for all (`*`)."""
    own, everybody = _Group(), _Group()
    named = in_rules = False
    listening: list[_Group] = []
    for agent, allow, delay, after, alone in _LINE.findall(_text(body)):
        value = (after or alone).strip()
        if agent:
            listening = [] if in_rules else listening
            in_rules = False
            mine = _names(value, token)
            named = named or mine
            listening += [own] if mine else [everybody] if value[:1] == "*" and not value[1:2].strip() else []
        elif delay:
            for group in listening:
                group.delays.append(value)
        else:
            in_rules = True
            for group in listening if value else ():  # an empty Disallow disallows nothing
                (group.allowed if allow else group.disallowed).append(value)
    return (own if named else everybody).rules()


@dataclass(slots=True)
class _Group:
    """Lines as written."""

    allowed: list[str] = field(default_factory=list)
    disallowed: list[str] = field(default_factory=list)
    delays: list[str] = field(default_factory=list)

    def rules(self) -> Rules:
        seconds = [float(each) for each in self.delays if _SECONDS.fullmatch(each)]
        allowed = [_escaped(each) for each in self.allowed]
        allowed += _folders(allowed)
        return Rules(tuple(allowed), tuple(map(_escaped, self.disallowed)), max(seconds, default=None))


def _text(body: bytes) -> str:
    """One character an octet, a newline before each line, no byte order mark, also where only its beginning is left."""
    mark = next((size for size in (3, 2, 1) if body.startswith(_BOM[:size])), 0)
    return "\n" + body[mark:].decode("latin-1").replace("\r", "\n")


def _names(value: str, token: str) -> bool:
    found = _TOKEN.match(value)
    return found is not None and found[0].lower() == token.lower()


def _folders(allowed: Iterable[str]) -> Iterator[str]:
    """Whoever allows /index.html means the folder as well."""
    for pattern in tuple(allowed):
        folder, slash, page = pattern.rpartition("/")
        if slash and page.startswith("index.htm"):
            yield f"{folder}/$"


def _longest(patterns: Iterable[str]) -> int:
    return max(map(len, patterns), default=0)


def _matches(pattern: str, path: str) -> bool:
    """Whether `pattern` is a prefix of `path`, `*` for anything and a final `$` for its end. Linear in both."""
    if "*" not in pattern and "$" not in pattern:
        return path.startswith(pattern)
    first, *parts = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    for part in parts:
        at = path.find(part, at)
        if at < 0:
            return False
        at += len(part)
    if not pattern.endswith("$"):
        return True
    return at == len(path) or (bool(parts) and path.endswith(parts[-1]))


def _matches_plain(pattern: str, path: str, plain: str) -> bool:
    """The same whatever is escaped. Most patterns are ruled out by what stands before their first escape."""
    if plain == path and ("%" not in pattern or not plain.startswith(_HEAD.split(pattern, 1)[0])):
        return False
    return _matches(_plain(pattern), plain)


def _escaped(text: str) -> str:
    """Octets beyond ASCII as escapes, escapes in upper case."""
    if text.isascii() and "%" not in text:
        return text[:_LONGEST_PATTERN]
    cut = text[:_LONGEST_PATTERN]
    return _ESCAPE.sub(lambda match: f"%{match[1].upper() if match[1] else f'{ord(match[2]):02X}'}", cut)


def _plain(text: str) -> str:
    """Without escapes that need not be: `%62` is `b` (RFC 9309 section 2.2.2)."""
    return _ESCAPE.sub(_unescaped, text) if "%" in text else text


def _unescaped(match: re.Match[str]) -> str:
    char = chr(int(match[1] or "0", 16))
    return char if _UNRESERVED.fullmatch(char) else match[0].upper()
