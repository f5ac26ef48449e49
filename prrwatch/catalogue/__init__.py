"""The source catalogue: a folder of TOML files, one per source, read and checked as a whole.

    read(folder) -> Catalogue    every sound source and every problem, nothing raised
    load(folder) -> sources      the sources, or `CatalogueError` with every problem of every file
    check(folder) -> problems    for `prrwatch sources check`

seeds/README.md explains the files to those who write them.
"""

from __future__ import annotations

from prrwatch.catalogue.folder import Catalogue, check, load, read
from prrwatch.catalogue.secrets import key_of

__all__ = ["Catalogue", "check", "key_of", "load", "read"]
