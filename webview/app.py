"""A Datasette over one store: ours to look at, guarded underneath."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from datasette.app import Datasette
from datasette.plugins import pm

from webview import failing, plugin
from webview.database import NAME, GuardedDatabase
from webview.environment import environment
from webview.site import Site

_HERE = Path(__file__).parent
_LIMITS = {
    "sql_time_limit_ms": 2000,
    "max_returned_rows": 1000,
    "default_page_size": 50,
    "facet_time_limit_ms": 200,
    "facet_suggest_time_limit_ms": 50,
    "suggest_facets": False,
    "allow_download": False,
    "allow_csv_stream": False,
    "num_sql_threads": 3,
    "default_cache_ttl": 0,
    # A pragma that would have to be allowed for everybody.
    "cache_size_kb": 0,
    "truncate_cells_html": 300,
}


def application(site: Site) -> Any:
    """The Datasette of this site; `.app()` is what an ASGI server runs, `.client` asks it in this process."""
    _register()
    settings = {**_LIMITS, "base_url": f"{site.prefix}/"}
    datasette = _Served(site, settings)
    datasette.add_database(GuardedDatabase(datasette, path=str(site.store)), name=NAME)
    datasette.remove_database("_memory")
    return datasette


def _register() -> None:
    if pm.is_registered(plugin):
        return
    pm.register(plugin, name="prrwatch")
    # Datasette's own tells visitors the exception, and the log the value of every variable.
    if before := pm.get_plugin("datasette.handle_exception"):
        pm.unregister(before)
    pm.register(failing, name="prrwatch-failing")


class _Served(Datasette):  # type: ignore[misc]  # Datasette ships no types
    """Known as a site of ours before its routes are made, which its constructor does."""

    def __init__(self, site: Site, settings: dict[str, Any]) -> None:
        plugin.sites[self] = plugin.Served(site, environment(site))
        super().__init__(
            [],
            settings=settings,
            template_dir=str(_HERE / "templates"),
            static_mounts=[("static", str(_HERE / "static"))],
        )
