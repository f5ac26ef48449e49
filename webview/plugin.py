"""Our part of Datasette: its hooks (https://docs.datasette.io/en/stable/plugin_hooks.html) for this process's sites.

Datasette keeps one list of plugins for the whole process, so what belongs to one site is looked up by its instance.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from datasette.utils.asgi import Response
from jinja2 import Environment
from pluggy import HookimplMarker

from prrwatch.errors import StoreError
from storage.store import open_readonly
from webview import environment, headers, speaking
from webview.analysts import Analysts
from webview.asking import Asked
from webview.downloads import DOWNLOADS, Download, File
from webview.pages import Page, Request, Shown, missing
from webview.pages.calendar import calendar_page
from webview.pages.figures import figures_page
from webview.pages.queries import queries_page, query_page
from webview.pages.rules import rules_page
from webview.pages.search import search_page
from webview.pages.sources import source_page, sources_page
from webview.pages.story import document_page, story_page
from webview.pages.today import today
from webview.site import Site
from webview.speaking import Visitor
from webview.wording import hiding

_Found = TypeVar("_Found")
hookimpl = HookimplMarker("datasette")


sites: WeakKeyDictionary[Any, Served] = WeakKeyDictionary()

#: Every page with the pattern of its path; `name` is the part that names a thing.
PAGES: tuple[tuple[str, Page], ...] = (
    (r"^/$", today),
    (r"^/story/(?P<name>[A-Za-z0-9._-]{1,80})$", story_page),
    (r"^/document/(?P<name>[0-9]{1,15})$", document_page),
    (r"^/sources$", sources_page),
    (r"^/source/(?P<name>[A-Za-z0-9._-]{1,80})$", source_page),
    (r"^/figures$", figures_page),
    (r"^/calendar$", calendar_page),
    (r"^/rules$", rules_page),
    (r"^/search$", search_page),
    (r"^/queries$", queries_page),
    (r"^/queries/(?P<name>[a-z0-9-]{1,80})$", query_page),
)


@dataclass(frozen=True, slots=True)
class Served:
    """A site with what its pages are written with."""

    site: Site
    pages: Environment


@hookimpl
def register_routes(datasette: Any) -> list[tuple[str, Callable[..., Any]]]:
    """Our pages, and robots.txt."""
    if datasette not in sites:
        return []
    forms = FORMS if sites[datasette].site.analysts else ()
    pages = [(pattern, _view(page)) for pattern, page in PAGES]
    taken = [(pattern, _taken(download)) for pattern, download in DOWNLOADS]
    return [(r"^/robots\.txt$", _robots), *taken, *pages, *forms]


@hookimpl
def skip_csrf(datasette: Any, scope: headers.Scope) -> bool:  # noqa: ARG001 - Datasette's signature
    """Our forms carry tokens of their own, bound to the session (`webview.analysts`); no other form is taken."""
    return datasette in sites


@hookimpl
def prepare_jinja2_environment(env: Environment, datasette: Any) -> None:
    """Every value that any template writes goes through `webview.wording`."""
    if datasette in sites:
        environment.prepare(env, sites[datasette].site)


@hookimpl(trylast=True)
def asgi_wrapper(datasette: Any) -> Callable[[headers.App], headers.App]:
    """The outermost layer."""
    if datasette not in sites:
        return lambda app: app
    site = sites[datasette].site
    takes = speaking.takes if site.analysts else _none
    return lambda app: headers.guarded(app, site.hosts, site.prefix, takes)


async def _robots() -> Any:
    return Response.text("User-agent: *\nDisallow: /\n")


def _none(_path: str) -> bool:
    return False


def _view(page: Page) -> Callable[..., Any]:
    async def view(datasette: Any, request: Any) -> Any:
        served = sites[datasette]
        visitor = speaking.visitor(served.site, request)
        # In a thread, the writing of the page too: a long one must not hold up the others.
        status, html = await asyncio.to_thread(_written, page, _asked(request), served, request.path, visitor)
        return Response.html(html, status=status)

    return view


def _taken(download: Download) -> Callable[..., Any]:
    async def view(datasette: Any, request: Any) -> Any:
        served = sites[datasette]
        found = await asyncio.to_thread(_read, download, _asked(request), served.site)
        if isinstance(found, File):
            return _answer(found, request.headers.get("if-none-match", ""))
        missed = found or missing("There is nothing of this name to take away.")
        html = _filled(missed, served, request.path, speaking.visitor(served.site, request))
        return Response.html(html, status=missed.status)

    return view


def _answer(file: File, known: str) -> Any:
    headers = {"ETag": file.tag, "Cache-Control": "private, no-cache"}
    if file.tag in known:  # RFC 9110, section 13.1.2: any of those listed
        return Response("", status=304, headers=headers)
    disposition = {"Content-Disposition": f'attachment; filename="{file.name}"'}
    return Response(file.whole, headers=headers | disposition, content_type=file.media_type)


def _asked(request: Any) -> Asked:
    return Asked({name: request.args.get(name) for name in request.args}, request.url_vars.get("name", ""))


async def _sign_in(datasette: Any, request: Any) -> Any:
    served = sites[datasette]
    visitor = speaking.visitor(served.site, request)

    def written(words: Mapping[str, object], status: int) -> Any:
        shown = Shown("sign-in.html", "Sign in", words, status)
        return Response.html(_filled(shown, served, request.path, visitor), status=status)

    return await speaking.sign_in(served.site, _analysts(served), request, written)


async def _sign_out(datasette: Any, request: Any) -> Any:
    served = sites[datasette]
    return await speaking.sign_out(served.site, _analysts(served), request)


async def _say(datasette: Any, request: Any) -> Any:
    served = sites[datasette]
    visitor = speaking.visitor(served.site, request)

    def refused(why: str, status: int) -> Any:
        shown = Shown("error.html", "Nothing was kept", {"error": why}, status)
        return Response.html(_filled(shown, served, request.path, visitor), status=status)

    return await speaking.say(served.site, _analysts(served), request, refused)


#: What takes a form, where analysts may sign in.
FORMS: tuple[tuple[str, Callable[..., Any]], ...] = (
    (r"^/sign-in$", _sign_in),
    (r"^/sign-out$", _sign_out),
    (r"^/story/(?P<name>[A-Za-z0-9._-]{1,80})/say$", _say),
)


def _analysts(served: Served) -> Analysts:
    found = served.site.analysts
    if found is None:
        raise LookupError("a form of a site that takes none")
    return found


def _written(page: Page, asked: Asked, served: Served, here: str, visitor: Visitor) -> tuple[int, str]:
    shown = _read(page, asked, served.site)
    with hiding(shown.hidden):
        return shown.status, _filled(shown, served, here, visitor)


def _filled(shown: Shown, served: Served, here: str, visitor: Visitor) -> str:
    words = {**shown.words, "title": shown.title, "here": here, "visitor": visitor}
    return served.pages.get_template(shown.template).render(words)


def _read(work: Callable[[Request], _Found], asked: Asked, site: Site) -> _Found | Shown:
    # A store opened for each page is never one that was replaced by a backup meanwhile, and holds no snapshot between
    # two pages that would keep the writer's log from being folded in. It costs 2 ms.
    try:
        with open_readonly(site.store) as store:
            return work(Request(store, asked, site, site.now()))
    except StoreError as error:
        return Shown("error.html", "The store cannot be read", {"error": str(error)}, 503)
