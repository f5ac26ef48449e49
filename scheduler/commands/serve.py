"""`prrwatch serve`: the read-only web view of the store."""

from __future__ import annotations

import socket
from importlib.util import find_spec
from ipaddress import ip_address
from urllib.parse import urlsplit

import click

from scheduler.options import Chosen, chosen

_LOCAL = frozenset({"localhost", "127.0.0.1", "[::1]"})


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8001, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
@chosen
def command(chosen: Chosen, *, host: str, port: int) -> None:
    """Show the store in a browser, for analysts and operators. Only reads, and works while the daemon does.

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

        site = Site(settings.store, settings.base_url, _names(host, settings.base_url), settings.names)
        click.echo(f"http://{_named(host)}:{listener.getsockname()[1]}{site.prefix}/  (Ctrl-C ends it)")
        if not _is_loopback(host):
            click.echo("prrwatch: whoever reaches this address can read the store", err=True)
        serve(site, listener)


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
