"""A bundle as one ZIP whose last file, the manifest, holds size and SHA-256 of all others."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from prrwatch.bundle.record import Made
from prrwatch.errors import PrrwatchError

MANIFEST = "manifest.json"
FORMAT = "prrwatch-bundle/1"
#: What a checker reads before it says no; a writer does not go beyond.
MOST_FILES = 20_000
MOST_BYTES = 1 << 30
MOST_MANIFEST = 16 << 20


class TooLargeError(PrrwatchError):
    """The bundle would be larger than a checker reads."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """What was packed. `seal` is the manifest's SHA-256: who knows it knows every byte."""

    files: int
    size: int  #: bytes before compression
    seal: str


def pack(target: BinaryIO, story: str, files: Iterable[tuple[str, bytes]], made: Made) -> Sealed:
    """Write the files as a ZIP. The same files and time give the same bytes."""
    listed: list[dict[str, str | int]] = []
    size = 0
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for path, whole in files:
            size += len(whole)
            if size > MOST_BYTES or len(listed) >= MOST_FILES:
                raise TooLargeError(f"{story}: more than {MOST_BYTES >> 20} MiB or {MOST_FILES} files")
            _write(archive, path, whole, made)
            listed.append({"path": path, "size": len(whole), "sha256": sha256(whole).hexdigest()})
        manifest = {
            "format": FORMAT,
            "story": story,
            "made": made.at.isoformat(),
            "by": made.program,
            "names": made.names.value,
            "originals": made.originals.value,
            "files": listed,
        }
        text = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
        _write(archive, MANIFEST, text, made)
    return Sealed(len(listed), size, sha256(text).hexdigest())


def _write(archive: ZipFile, path: str, whole: bytes, made: Made) -> None:
    info = ZipInfo(path, made.at.timetuple()[:6])
    info.compress_type = ZIP_DEFLATED
    info.external_attr = 0o100644 << 16
    archive.writestr(info, whole)
