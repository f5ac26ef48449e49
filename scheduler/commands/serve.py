"""`prrwatch serve`: the read-only web view of the store."""

from __future__ import annotations

import os
import socket
from datetime import timedelta
from functools import partial
from importlib.util import find_spec
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from prrwatch.errors import Problem, SettingsError
from scheduler import clock
from scheduler.options import Chosen, chosen

if TYPE_CHECKING:
    from prrwatch.feedback import Remark
    from prrwatch.settings import Settings
    from webview import Analysts

_PATIENCE = timedelta(seconds=5)  #: that a press waits for whoever writes just now
_LOCAL = frozenset({"localhost", "127.0.0.1", "[::1]"})


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8001, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
@chosen
def command(chosen: Chosen, *, host: str, port: int) -> None:
    """Show the store in a browser, for analysts and operators. Works while the daemon does.

    It only reads, unless [web] password in the site file lets analysts sign in and say what is right and wrong with a
    story, which is filed as `prrwatch label` does.

    Listens on this machine only. To let others look, put a web server with passwords and TLS in front of it and name
    its address as [web] base_url in the site file; messages then link to their story.
    """
    from storage.store import open_readonly

    if find_spec("datasette") is None:
        raise click.UsageError("the web view is not installed: pip install 'prrwatch[ui]'")
    settings = chosen.settings()
    open_readonly(settings.store).close()
    with _listening(host, port) as listener:
        from webview import Site
        from webview.serving import serve

        names = _names(host, settings.base_url)
        site = Site(settings.store, settings.base_url, names, settings.names, analysts=_analysts(settings))
        click.echo(f"http://{_named(host)}:{listener.getsockname()[1]}{site.prefix}/  (Ctrl-C ends it)")
        if not _is_loopback(host):
            click.echo("prrwatch: whoever reaches this address can read the store", err=True)
        serve(site, listener)


def _analysts(settings: Settings) -> Analysts | None:
    """Who may press the buttons, where the site file names a password."""
    from webview import Analysts
    from webview.analysts import SHORTEST

    if settings.password is None:
        return None
    password = os.environ.get(settings.password, "").strip()
    if len(password) < SHORTEST:
        what = f"environment variable {settings.password} holds no password of {SHORTEST} characters and more"
        raise SettingsError([Problem(settings.file, "web.password", what)])
    return Analysts(password, partial(_file, settings.store), secure=(settings.base_url or "").startswith("https:"))


def _file(path: Path, remark: Remark) -> bool:
    """File what an analyst says as `prrwatch label` does: one short transaction beside the daemon."""
    from storage import labels
    from storage.store import open_store

    with open_store(path, _PATIENCE) as store:
        return labels.remark(store, remark, clock.now())


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise click.UsageError(f"cannot listen on {host} port {port}: {error.strerror or error}") from error


def _names(host: str, base_url: str | None) -> frozenset[str]:
    """The names that the view answers to; any, where others may reach it and the site file does not say by which."""
    outside = frozenset({(urlsplit(base_url).hostname or "").lower()}) if base_url else frozenset()
    if _is_loopback(host):
        return _LOCAL | outside
    return _LOCAL | outside | {_named(host).lower()} if outside else frozenset()


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _named(host: str) -> str:
    return f"[{host}]" if ":" in host else host
