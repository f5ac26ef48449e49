"""The bytes of pages as received, compressed, each once, under its SHA-256."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from hashlib import sha256

from prrwatch.errors import StoreError
from storage.faults import told
from storage.store import Store, originals_path

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

#: Level 3 makes HTML 4.15 times smaller; higher levels cost time and gain little.
_LEVEL = 3


def keep(store: Store, bodies: Iterable[bytes]) -> tuple[str, ...]:
    """Commit the bodies to their own file and return their addresses, in order. To be called before rows name them."""
    packed = [(sha256(body).hexdigest(), len(body), zstd.compress(body, level=_LEVEL)) for body in bodies]
    if packed:
        with store.originals_transaction() as connection:
            connection.executemany(
                "INSERT INTO bodies (sha256, size, zstd) VALUES (?, ?, ?) ON CONFLICT (sha256) DO NOTHING", packed
            )
    return tuple(address for address, _, _ in packed)


def body(store: Store, address: str) -> bytes | None:
    """The bytes with this SHA-256; None when they were never kept or have been pruned.

    Raises `StoreError` when what is kept under the address is not what was put there.
    """
    with told(originals_path(store.path)):
        query = "SELECT size, zstd FROM bodies WHERE sha256 = ?"
        row = store.originals.conn.execute(query, (address,)).fetchone()
    if row is None:
        return None
    whole = unpack(row["zstd"], row["size"])
    if whole is None or sha256(whole).hexdigest() != address:
        raise StoreError(f"{originals_path(store.path)}: the original {address} is damaged; restore the last backup")
    return whole


def unpack(packed: object, size: object) -> bytes | None:
    """The body of `size` bytes; None when it cannot be unpacked to that size, also where damage left other types."""
    if not isinstance(packed, bytes) or not isinstance(size, int) or size < 0:
        return None
    try:
        whole = zstd.ZstdDecompressor().decompress(packed, max_length=size + 1)
    except (zstd.ZstdError, OverflowError):
        return None
    return whole if len(whole) == size else None
