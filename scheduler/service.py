"""What systemd is told: ready, alive, ending. Protocol: sd_notify(3), a datagram to the socket in NOTIFY_SOCKET."""

from __future__ import annotations

import contextlib
import os
import socket


def notify(state: str) -> None:
    """Tell the service manager, if there is one: `READY=1`, `WATCHDOG=1`, `STOPPING=1`, `STATUS=...`. Never fails.

    Ours rather than a library: it is this function.
    """
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
        # A leading @ stands for the NUL of Linux's abstract names.
        sender.sendto(state.encode(), address.replace("@", "\0", 1) if address[0] == "@" else address)
