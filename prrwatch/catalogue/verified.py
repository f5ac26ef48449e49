"""What a verification of a source's ways changes in its file: a pure change of text, comments kept."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from difflib import unified_diff

from prrwatch import urls
from prrwatch.crawl import Reason
from prrwatch.guesses import LASTING, UNTRIED
from prrwatch.source import WayKind

_WORKS, _DOUBTED = "tested_ok", "conflicting"
_HEADER = re.compile(r"\s*\[")
_DISCOVER = re.compile(r"\s*\[\[\s*discover\s*\]\]")


@dataclass(frozen=True, slots=True)
class Finding:
    """One way of one source as it answered. `skipped` says why it was not asked."""

    source: str
    way: WayKind
    url: str
    status: str | None  #: as the file has it
    items: int = 0
    read: int = 0  #: articles of it that were read as a sample
    reason: Reason | None = None  #: None: it works
    detail: str = ""
    article: str = ""  #: why the sample could not be read
    robots: str = ""  #: what robots.txt says: allows, disallows, unreachable
    skipped: str = ""

    @property
    def works(self) -> bool:
        """It lists articles."""
        return not self.skipped and self.reason is None


@dataclass(frozen=True, slots=True)
class _Block:
    """One `[[discover]]` of a file: its lines from `start` to before `end`."""

    start: int
    end: int
    way: str
    url: str


def proposed(text: str, findings: Sequence[Finding], day: date) -> str:
    """The file as its verification suggests it, unchanged where nothing follows from it.

    A way that works is `tested_ok`; one that was recorded as working and fails for a lasting reason is `conflicting`;
    one that nobody had read and that fails so is switched off. A source none of whose ways works is switched off, one
    that was off because its ways were guesses is switched on once one of them works.
    """
    asked = [finding for finding in findings if not finding.skipped]
    lines = text.splitlines(keepends=True)
    hopeless = bool(asked) and len(asked) == len(findings) and not any(map(_may_work, asked))
    for finding in asked:
        lines = _changed(lines, finding, may_go_off=not hopeless)
    if hopeless:
        reasons = ", ".join(dict.fromkeys(str(finding.reason) for finding in asked))
        return "".join(_switched(lines, enabled=False, note=f"off: no way worked on {day}: {reasons}"))
    if any(finding.works for finding in asked) and _off_as_a_guess(text):
        return "".join(_switched(lines, enabled=True, note=""))
    return "".join(lines)


def difference(before: str, after: str, name: str) -> str:
    """A unified diff that `patch -p1` takes; "" for equal texts."""
    lines = unified_diff(before.splitlines(keepends=True), after.splitlines(keepends=True), f"a/{name}", f"b/{name}")
    return "".join(lines)


def _may_work(finding: Finding) -> bool:
    return finding.works or finding.reason not in LASTING


def _changed(lines: list[str], finding: Finding, *, may_go_off: bool) -> list[str]:
    """The lines with what one finding changes; a way that the class gives is written out first."""
    status, off = _verdict(finding)
    if status == finding.status and not (off and may_go_off):
        return lines
    blocks = _blocks_of(lines, finding)
    if len(blocks) > 1:  # two selector sets for one address: which of them answered is the operator's to judge
        return lines
    if not blocks:
        lines, blocks = _written_out(lines, finding)
    (block,) = blocks
    inner = _set(lines[block.start : block.end], "status", status)
    if off and may_go_off:
        inner = _set(inner, "enabled", "false", quoted=False)
    return [*lines[: block.start], *inner, *lines[block.end :]]


def _verdict(finding: Finding) -> tuple[str | None, bool]:
    """The status that follows, and whether the way is to be switched off."""
    if finding.works:
        return _WORKS, False
    if finding.reason not in LASTING:
        return finding.status, False
    untried = finding.status is None or finding.status in UNTRIED
    return (finding.status, True) if untried else (_DOUBTED, False)


def _blocks(lines: list[str]) -> list[_Block]:
    starts = [place for place, line in enumerate(lines) if _DISCOVER.match(line)]
    return [_read(lines, start) for start in starts]


def _read(lines: list[str], start: int) -> _Block:
    end = next((place for place in range(start + 1, len(lines)) if _HEADER.match(lines[place])), len(lines))
    while end > start + 1 and not lines[end - 1].partition("#")[0].strip():
        end -= 1  # what stands before the next table belongs to that one
    (table,) = tomllib.loads("".join(lines[start:end]))["discover"]
    return _Block(start, end, str(table.get("way")), str(table.get("url")))


def _blocks_of(lines: list[str], finding: Finding) -> list[_Block]:
    mark = (finding.way.value, urls.key(finding.url))
    return [block for block in _blocks(lines) if (block.way, urls.key(block.url)) == mark]


def _written_out(lines: list[str], finding: Finding) -> tuple[list[str], list[_Block]]:
    """The lines with a block for a way that came from the site's class, behind the file's own."""
    blocks = _blocks(lines)
    place = blocks[-1].end if blocks else len(lines)
    new = ["\n", "[[discover]]\n", f'way = "{finding.way.value}"\n', f"url = {_quoted(finding.url)}\n"]
    block = _Block(place + 1, place + len(new), finding.way.value, finding.url)
    return [*lines[:place], *new, *lines[place:]], [block]


def _set(lines: list[str], name: str, value: str | None, *, quoted: bool = True) -> list[str]:
    """The lines of a table with `name` set, in its place or at the end."""
    if value is None:
        return lines
    new = f"{name} = {_quoted(value) if quoted else value}\n"
    places = [place for place, line in enumerate(lines) if re.match(rf"\s*{name}\s*=", line)]
    if places:
        return [*lines[: places[0]], new, *lines[places[0] + 1 :]]
    return [*lines, new]


def _switched(lines: list[str], *, enabled: bool, note: str) -> list[str]:
    """The file with the source on or off, and its note; keys of the head stand before the first table."""
    end = next((place for place, line in enumerate(lines) if _HEADER.match(line)), len(lines))
    while end and not lines[end - 1].partition("#")[0].strip():
        end -= 1
    head = _set(lines[:end], "enabled", "true" if enabled else "false", quoted=False)
    head = [line for line in head if not re.match(r"\s*note\s*=", line)]
    if note:
        head = _set(head, "note", note)
    return [*head, *lines[end:]]


def _off_as_a_guess(text: str) -> bool:
    table = tomllib.loads(text)
    return table.get("enabled") is False and "guess" in str(table.get("note", ""))


def _quoted(text: str) -> str:
    """A basic TOML string; JSON's escapes are among its."""
    return json.dumps(text, ensure_ascii=False)
