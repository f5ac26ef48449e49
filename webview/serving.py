"""The web view as a process: until SIGTERM or Ctrl-C, which end it in order."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from webview.app import application
from webview.site import Site

_PATIENCE = 5  #: seconds that pages under way may take at the end


def serve(site: Site, listener: socket.socket) -> None:
    """Answer on `listener` until a signal ends it."""
    config = uvicorn.Config(
        application(site).app(),
        log_level="warning",
        access_log=False,
        server_header=False,
        lifespan="on",
        timeout_graceful_shutdown=_PATIENCE,
        limit_concurrency=100,
        h11_max_incomplete_event_size=32_768,
    )
    _Server(config).run(sockets=[listener])


class _Server(uvicorn.Server):
    """Ends with status 0 on SIGTERM: uvicorn itself would end by the signal that it has already obeyed."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Obey the first signal by ending in order."""
        before = {each: signal.signal(each, self.handle_exit) for each in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)
