"""What a robots.txt file says to one crawler (RFC 9309). Pure: text in, rules out.

Where the RFC leaves room this reads as Google's parser does (github.com/google/robotstxt), for which most files are
written: misspelt keys, missing colons, names of crawlers up to the first character that none may have.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from urllib.parse import urlsplit

_BOM = b"\xef\xbb\xbf"


def _lines(usual: str, key: str) -> re.Pattern[str]:
    r"""Finds the values of all lines with a key like that. A missing colon is forgiven where two words stand alone.

    Some files have tens of thousands of lines: to try the `usual` spelling first halves the time, `\n` is three times
    as fast as `^`.
    """
    colon = r"(?:[^:#\n]*:|[ \t]+(?=[^\s:#]+[ \t]*(?:[#\n]|\Z)))"
    return re.compile(rf"\n(?:(?-i:{usual}:)|[ \t\0\v\f]*+(?:{key}){colon})([^#\n]*)", re.IGNORECASE)


_AGENT = _lines("User-agent", "user[ -]?agent")
_ALLOW = _lines("Allow", "allow")
_DISALLOW = _lines("Disallow", "disallow|dissallow|dissalow|disalow|diasllow|disallaw")
_DELAY = _lines("Crawl-delay", "crawl-delay")
_LONGEST_PATTERN = 2083 * 8  #: as Google cuts it: eight times the longest URL of old browsers
_TOKEN = re.compile(r"[A-Za-z_-]*")
_ESCAPE = re.compile(r"%([0-9a-fA-F]{2})")
_OCTETS = {octet: f"%{octet:02X}" for octet in range(0x80, 0x100)}
_SIGN = re.compile(r"[%*$]")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")  # RFC 3986 section 2.3
_SECONDS = re.compile(r"\d{1,9}(?:\.\d{0,9})?|\.\d{1,9}")


@dataclass(frozen=True, slots=True)
class Patterns:
    """Patterns of paths, percent-encoded, as written but for the case of escapes.

    Those that are mere beginnings are looked up, not tried: some files have five thousand.
    """

    beginnings: frozenset[str] = frozenset()
    lengths: tuple[int, ...] = ()  #: of the beginnings, the longest first
    signs: tuple[str, ...] = ()  #: the patterns with `*`, `$` or escapes

    @classmethod
    def of(cls, patterns: Sequence[str]) -> Patterns:
        """Sorts the patterns."""
        signs = tuple(each for each in patterns if "*" in each or "$" in each or "%" in each)
        beginnings = frozenset(patterns).difference(signs) if signs else frozenset(patterns)
        return cls(beginnings, tuple(sorted(set(map(len, beginnings)), reverse=True)), signs)

    def longest_beginning(self, path: str) -> int:
        """The length of the longest beginning of `path` among them; 0 without one."""
        return next((len(path[:size]) for size in self.lengths if path[:size] in self.beginnings), 0)


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules that hold for one crawler."""

    allowed: Patterns = Patterns()
    disallowed: Patterns = Patterns()
    delay: float | None = None  #: Crawl-delay in seconds

    def allows(self, url: str) -> bool:
        """Whether a percent-encoded URL may be asked for: the longest pattern that matches decides, in doubt it may.

        What is disallowed is so in any spelling of the URL; what is allowed, only as it is written.
        """
        parts = urlsplit(url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        plain = _plain(path)
        against = max(
            self.disallowed.longest_beginning(path),
            self.disallowed.longest_beginning(plain),
            _longest(
                each for each in self.disallowed.signs if _matches(each, path) or _matches_plain(each, path, plain)
            ),
        )
        return against <= max(
            self.allowed.longest_beginning(path),
            _longest(each for each in self.allowed.signs if _matches(each, path)),
        )


def parse(body: bytes, token: str) -> Rules:
    """The rules for the crawler named `token`: those of all groups that name it, else those for all (`*`)."""
    said: dict[str, list[str]] = {}
    listening: set[str] = set()
    for agent, lines in _groups(_text(body)):
        listening |= {token} if _names(agent, token) else {"*"} if _is_everybody(agent) else set()
        for each in listening:
            said.setdefault(each, []).append(lines)
        if _ALLOW.search(lines) or _DISALLOW.search(lines):
            listening = set()
    return _rules("".join(said.get(token) or said.get("*") or ()))


def _groups(text: str) -> Iterator[tuple[str, str]]:
    """Each agent with the lines up to the next one."""
    agents = [*_AGENT.finditer(text)]
    for agent, onward in zip_longest(agents, agents[1:]):
        yield agent[1].strip(), text[agent.end() : onward.start() if onward else len(text)]


def _rules(lines: str) -> Rules:
    delays = [float(each) for each in _values(_DELAY, lines) if _SECONDS.fullmatch(each)]
    allowed = _escaped(_values(_ALLOW, lines))
    allowed += _folders(allowed)
    return Rules(Patterns.of(allowed), Patterns.of(_escaped(_values(_DISALLOW, lines))), max(delays, default=None))


def _values(of: re.Pattern[str], lines: str) -> list[str]:
    """Without empty ones: an empty Disallow disallows nothing."""
    return [value for each in of.findall(lines) if (value := each.strip())]


def _text(body: bytes) -> str:
    """One character an octet, a newline before each line, no byte order mark, also where only its beginning is left."""
    mark = next((size for size in (3, 2, 1) if body.startswith(_BOM[:size])), 0)
    return "\n" + body[mark:].decode("latin-1").replace("\r\n", "\n").replace("\r", "\n")


def _names(value: str, token: str) -> bool:
    found = _TOKEN.match(value)
    return found is not None and found[0].lower() == token.lower()


def _is_everybody(value: str) -> bool:
    return value[:1] == "*" and not value[1:2].strip()


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
    if plain == path and ("%" not in pattern or not plain.startswith(_SIGN.split(pattern, 1)[0])):
        return False
    return _matches(_plain(pattern), plain)


def _escaped(patterns: Iterable[str]) -> list[str]:
    """Octets beyond ASCII as escapes, escapes in upper case."""
    cut = [each[:_LONGEST_PATTERN] for each in patterns]
    everything = "".join(cut)
    if everything.isascii() and "%" not in everything:  # of most files
        return cut
    upper = [_ESCAPE.sub(_upper, each) if "%" in each else each for each in cut]
    return [each if each.isascii() else each.translate(_OCTETS) for each in upper]


def _upper(escape: re.Match[str]) -> str:
    return escape[0].upper()


def _plain(text: str) -> str:
    """Without escapes that need not be: `%62` is `b` (RFC 9309 section 2.2.2)."""
    return _ESCAPE.sub(_unescaped, text) if "%" in text else text


def _unescaped(match: re.Match[str]) -> str:
    char = chr(int(match[1], 16))
    return char if _UNRESERVED.fullmatch(char) else match[0].upper()
