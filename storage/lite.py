"""sqlite-utils, without the array libraries that it imports where it finds them.

It asks for numpy and pandas only to know their number types, of which we store none; numpy is there because py3langid
needs it, and costs half of a second and 30 MB in every process that opens a store.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def _hidden(*names: str) -> Iterator[None]:
    """Inside, these packages cannot be imported; those that already are stay as they are."""
    absent = [name for name in names if name not in sys.modules]
    for name in absent:
        sys.modules[name] = None  # type: ignore[assignment]  # None stops an import (importlib's documentation)
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]


with _hidden("numpy", "pandas"):
    from sqlite_utils import Database, Migrations

__all__ = ["Database", "Migrations"]
