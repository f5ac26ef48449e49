"""A plain loopback web server for experiments: a table of paths and bodies, with ETag and 304, counting requests."""

from __future__ import annotations

import contextlib
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Site:
    """What is served; `pages` maps a path to (content type, body) and may be changed while it serves."""

    pages: Mapping[str, tuple[str, bytes]]
    url: str = ""
    requests: Counter[tuple[int, str]] = field(default_factory=Counter)


@contextlib.contextmanager
def serving(pages: Mapping[str, tuple[str, bytes]]) -> Iterator[Site]:
    """Serve on 127.0.0.1 until the block ends. `{base}` in text bodies becomes the site's own address."""
    site = Site(pages)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(site))
    server.daemon_threads = True
    site.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()


def _handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            kind, body = site.pages.get(self.path, ("", b""))
            if kind.startswith(("application/rss", "application/xml")):
                body = body.replace(b"{base}", site.url.encode())
            etag = f'"{blake2b(body, digest_size=8).hexdigest()}"'
            status = 404 if not kind else 304 if self.headers.get("If-None-Match") == etag else 200
            site.requests[status, self.path] += 1
            body = body if status == 200 else b""
            self.send_response(status)
            self.send_header("ETag", etag)
            self.send_header("Content-Type", kind or "text/plain")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            pass

    return Handler
