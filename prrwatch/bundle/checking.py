"""Whether a bundle is whole: every hash, every size, every quote. Nothing is unpacked to disk, reading is bounded."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, BinaryIO
from zipfile import BadZipFile, LargeZipFile, ZipFile, ZipInfo

from prrwatch.bundle.packing import FORMAT, MANIFEST, MOST_BYTES, MOST_FILES, MOST_MANIFEST
from prrwatch.hygiene import one_line

_CHUNK = 1 << 20
_MOST_WORDS = 256 << 20
_HEX = re.compile(r"[0-9a-f]{64}")
_PATH = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*){0,3}")
_KEPT = re.compile(r"documents/[0-9]+/version-[0-9]+\.(?:json|txt)")
_VERSION = re.compile(r"documents/[0-9]+/version-[0-9]+\.json")
_ENCRYPTED = 0x1
#: What zipfile and zlib raise on bytes that are no ZIP, or were one.
_DAMAGE = (BadZipFile, LargeZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError)
_MOST_PROBLEMS = 200


@dataclass(frozen=True, slots=True)
class Listed:
    """A file as the manifest lists it."""

    path: str
    size: int
    sha256: str


@dataclass(slots=True)
class _Reading:
    """A bundle being read, and how much more of it may be."""

    archive: ZipFile
    left: int
    room: int = _MOST_WORDS  #: bytes of texts that may still be kept
    kept: dict[str, bytes] = field(default_factory=dict)  #: what is needed for quotes

    def digest(self, info: ZipInfo, most: int) -> tuple[int, str, bytes | None]:
        """Size, SHA-256 and, of what is needed again, the bytes. One byte more than `most` is the most that is read."""
        size, hashed, parts = 0, sha256(), []
        keeps = info.filename == MANIFEST or (most <= self.room and bool(_KEPT.fullmatch(info.filename)))
        with self.archive.open(info) as stream:
            while size <= most and (part := stream.read(min(_CHUNK, most + 1 - size))):
                size += len(part)
                hashed.update(part)
                parts += [part] if keeps else []
        self.left -= size
        self.room -= size if keeps else 0
        return size, hashed.hexdigest(), b"".join(parts) if keeps else None


def check(source: BinaryIO, most: int = MOST_BYTES) -> tuple[str | None, tuple[str, ...]]:
    """The bundle's seal (the SHA-256 of its manifest), where it has one, and what is wrong with it: a line a problem.

    Reads at most 20,000 files, a manifest of 16 MiB and `most` bytes in all, whatever the ZIP claims of itself.
    """
    try:
        with ZipFile(source) as archive:
            reading = _Reading(archive, most)
            seal, manifest, problems = _manifest(reading)
            if manifest is not None:
                problems += _first(_problems(reading, manifest))
            return seal, tuple(problems)
    except _DAMAGE as error:
        return None, (f"not a readable ZIP: {one_line(str(error))}",)


def _first(problems: Iterator[str]) -> list[str]:
    found: list[str] = []
    for problem in problems:
        if len(found) == _MOST_PROBLEMS:
            return [*found, "and more"]
        found.append(problem)
    return found


def _manifest(reading: _Reading) -> tuple[str | None, dict[str, Any] | None, list[str]]:
    infos = [each for each in reading.archive.infolist() if each.filename == MANIFEST]
    if len(reading.archive.infolist()) > MOST_FILES + 1:
        return None, None, [f"more than {MOST_FILES} files"]
    if len(infos) != 1:
        return None, None, [f"{MANIFEST}: {'missing' if not infos else 'there are several'}"]
    size, seal, whole = reading.digest(infos[0], MOST_MANIFEST)
    if size > MOST_MANIFEST:
        return None, None, [f"{MANIFEST}: larger than {MOST_MANIFEST >> 20} MiB"]
    manifest = _parsed(whole or b"")
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        return seal, None, [f"{MANIFEST}: not of the format {FORMAT}"]
    return seal, manifest, []


def _problems(reading: _Reading, manifest: Mapping[str, Any]) -> Iterator[str]:
    listed = {each.path: each for each in _listed(manifest.get("files"))}
    if len(listed) != _length(manifest.get("files")):
        yield f"{MANIFEST}: some of its files have no path, size and hash of their own"
    seen: set[str] = set()
    for info in reading.archive.infolist():
        name = info.filename
        if name == MANIFEST:
            continue
        if wrong := _wrong_entry(info, name in seen):
            yield f"{_shown(name)}: {wrong}"
        elif name not in listed:
            yield f"{_shown(name)}: not in the manifest"
        else:
            yield from _file(reading, info, listed[name])
        seen.add(name)
        if reading.left <= 0:
            yield "too much in all: the rest was not read"
            return
    yield from (f"{_shown(path)}: missing" for path in listed if path not in seen)
    yield from _contents(reading, listed, manifest)


def _wrong_entry(info: ZipInfo, again: bool) -> str:  # noqa: FBT001 - a fact about the entry
    mode = info.external_attr >> 16
    if not _PATH.fullmatch(info.filename):
        return "a path that leads elsewhere"
    if again:
        return "there are several"
    if info.flag_bits & _ENCRYPTED:
        return "encrypted"
    return "not a plain file" if mode and mode & 0o170000 not in {0, 0o100000} else ""


def _file(reading: _Reading, info: ZipInfo, listed: Listed) -> Iterator[str]:
    try:
        size, digest, whole = reading.digest(info, min(listed.size, reading.left))
    except _DAMAGE as error:
        yield f"{_shown(info.filename)}: cannot be read: {one_line(str(error))}"
        return
    if size != listed.size:
        yield f"{_shown(info.filename)}: {'more' if size > listed.size else 'less'} than the {listed.size} bytes listed"
    elif digest != listed.sha256:
        yield f"{_shown(info.filename)}: its SHA-256 is not the one listed"
    elif whole is not None:
        reading.kept[info.filename] = whole


def _contents(reading: _Reading, listed: Mapping[str, Listed], manifest: Mapping[str, Any]) -> Iterator[str]:
    """What the files say of each other. A file that is not the one listed was told already."""
    for path, each in listed.items():
        if path.startswith("originals/") and path != f"originals/{each.sha256}.bin":
            yield f"{_shown(path)}: its name is not its SHA-256"
    for path in sorted(filter(_VERSION.fullmatch, reading.kept)):
        version = _parsed(reading.kept[path])
        if not isinstance(version, dict):
            yield f"{path}: not a JSON object"
            continue
        yield from (f"{path}: {wrong}" for wrong in _version(version, reading.kept, path))
        if manifest.get("originals") == "included":
            yield from (f"{path}: {wrong}" for wrong in _originals(version, listed))


def _version(version: Mapping[str, Any], kept: Mapping[str, bytes], path: str) -> Iterator[str]:
    text_path = path.removesuffix(".json") + ".txt"
    if version.get("text") != text_path or text_path not in kept:
        yield "its text is not there"
        return
    text = kept[text_path].decode("utf-8", "surrogatepass")
    if not version.get("text_is_covered") and sha256(kept[text_path]).hexdigest() != version.get("text_sha256_as_read"):
        yield "the text is not the one that was read"
    fields = {"text": text, "title": version.get("title") or ""}
    for place in _places(version):
        if not _resolves(place, fields):
            yield f"a quote does not stand where it should: {one_line(str(place.get('quote')), 60)!r}"


def _places(version: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    verdict = version.get("verdict")
    lists = [version.get("figures")]
    if isinstance(verdict, dict):
        lists += [verdict.get("evidence"), verdict.get("entities")]
    for each in lists:
        yield from (place for place in each if isinstance(place, dict)) if isinstance(each, list) else ()


def _resolves(place: Mapping[str, Any], fields: Mapping[str, Any]) -> bool:
    text, start, end = fields.get(str(place.get("field"))), place.get("start"), place.get("end")
    if not isinstance(text, str) or not isinstance(start, int) or not isinstance(end, int):
        return False
    return 0 <= start <= end <= len(text) and text[start:end] == place.get("quote")


def _originals(version: Mapping[str, Any], listed: Mapping[str, Listed]) -> Iterator[str]:
    originals = version.get("originals")
    for each in originals if isinstance(originals, list) else ():
        address = each.get("sha256") if isinstance(each, dict) else None
        if f"originals/{address}.bin" not in listed:
            yield f"the original {one_line(str(address), 64)} is not in the bundle"


def _listed(files: Any) -> Iterator[Listed]:
    for each in files if isinstance(files, list) else ():
        path, size, digest = (
            (each.get(key) for key in ("path", "size", "sha256")) if isinstance(each, dict) else (None,) * 3
        )
        if isinstance(path, str) and isinstance(size, int) and isinstance(digest, str) and _HEX.fullmatch(digest):
            yield Listed(path, max(size, 0), digest)


def _length(files: Any) -> int:
    return len(files) if isinstance(files, list) else -1


def _parsed(whole: bytes) -> Any:
    try:
        return json.loads(whole)
    except (ValueError, RecursionError):
        return None


def _shown(path: str) -> str:
    return one_line(path, 120)
