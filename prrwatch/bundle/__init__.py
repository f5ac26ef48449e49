"""The evidence bundle of a story: what was read, what was found in it, with hashes that a stranger can check. Pure.

A ZIP of plain files: `index.html` to read, `manifest.json` with size and SHA-256 of every other file, `story.json` and
`events.json`, the citations, and a folder for each document with every version's text, data and verdict. Words are
covered as in messages (`prrwatch.people`); the originals' bytes, which cannot be covered, go in when asked for.
"""

from __future__ import annotations

from prrwatch.bundle.checking import check
from prrwatch.bundle.covering import covered, without_addresses
from prrwatch.bundle.packing import Sealed, TooLargeError, pack
from prrwatch.bundle.record import Dossier, Edition, Kept, Made, Originals, Sheet
from prrwatch.bundle.writing import files

__all__ = [
    "Dossier",
    "Edition",
    "Kept",
    "Made",
    "Originals",
    "Sealed",
    "Sheet",
    "TooLargeError",
    "check",
    "covered",
    "files",
    "pack",
    "without_addresses",
]
