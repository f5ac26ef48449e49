"""Pages that a script fills, by a real browser that has no network of its own.

Chromium runs the page (scrapy-playwright, the optional extra `js`). Whatever the page wants to load is fetched by the
crawler itself and handed in: the address guard, robots.txt, the hosts' clocks and the limits of size hold for each part
of it, and no name is resolved twice. Chromium is given a proxy that is not there, so nothing else gets out either.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request

from crawler.errand import Errand
from crawler.net.answers import Answer, Failed
from crawler.net.decoding import TooLarge
from crawler.net.fetching import fetch, fetch_part, user_agent
from crawler.settings import CHROMIUM
from prrwatch.crawl import Reason
from prrwatch.urls import absolute, host_key

#: What a script needs to fill a page with words.
_NEEDED = frozenset({"script", "xhr", "fetch"})
_MOST_PARTS = 60  #: of one page
_START = 60.0  #: seconds; starting takes one, on a busy machine many
_CLOSE = 10.0
_SETTLE = 3000  #: milliseconds without traffic, at most, once what was waited for is there
#: Headers that tell of the bytes as they came over the wire, which the browser does not see.
_OF_THE_WIRE = frozenset({"content-encoding", "content-length", "transfer-encoding", "connection", "link"})
_SIZE = "document.documentElement.outerHTML.length"


class Browser:
    """The browser of one job, started by the first page that needs it; to be closed."""

    def __init__(self, errand: Errand) -> None:
        self._errand = errand
        self._handler: Any = None
        self._turn = asyncio.Lock()  # one page at a time: each may bring the browser down

    async def rendered(self, url: str, ready: str | None) -> Answer | Failed:
        """The page at `url` as its scripts leave it, once `ready` (CSS) is there and it has come to rest.

        `no-browser` where the extra or Chromium is missing; nothing is asked then. What is no HTML comes as it is.
        """
        if missing := _missing():
            return missing
        page = await fetch(self._errand, url)
        if isinstance(page, Failed) or "html" not in page.header("Content-Type").lower():
            return page
        async with self._turn:
            try:
                await self._start()
            except (TimeoutError, _errors()) as error:
                await self.close()
                return Failed(Reason.NO_BROWSER, f"Chromium does not start: {_first_line(error)}")
            return await self._visit(_Visit(self._errand, page), ready)

    async def close(self) -> None:
        """End the browser, also one that a script holds."""
        handler, self._handler = self._handler, None
        if handler is not None:
            with suppress(TimeoutError, _errors()):
                await asyncio.wait_for(handler.close(), _CLOSE)

    async def _start(self) -> None:
        if self._handler is not None:
            return
        # What goes wrong in a page is in the records.
        logging.getLogger("scrapy-playwright").setLevel(logging.CRITICAL)
        module = importlib.import_module("scrapy_playwright.handler")
        self._handler = module.ScrapyPlaywrightDownloadHandler(self._errand.lasting.crawler)
        async with asyncio.timeout(_START):
            # It would start by itself with the crawl, for every crawl; there is no public way to do it later.
            await self._handler._launch()  # noqa: SLF001
            await self._handler._maybe_launch_browser()  # noqa: SLF001

    async def _visit(self, visit: _Visit, ready: str | None) -> Answer | Failed:
        try:
            async with asyncio.timeout(visit.seconds):
                response = await self._handler.download_request(visit.request(ready))
        except TimeoutError:
            await self.close()
            return Failed(Reason.TIMEOUT, f"its scripts did not come to rest within {visit.seconds:g} s")
        except TooLarge as error:
            return Failed(Reason.TOO_LARGE, str(error))
        except _errors() as error:
            await self.close()
            return Failed(Reason.MALFORMED, f"the browser gave up: {_first_line(error)}")
        return visit.answer(response.text)


class _Visit:
    """One page, and the parts that it may load."""

    def __init__(self, errand: Errand, page: Answer) -> None:
        self._errand = errand
        self._page = page
        self._parts = 0
        self._refused: list[str] = []
        policy = errand.job.policy
        self.seconds = policy.timeout
        self._most = policy.max_bytes

    def request(self, ready: str | None) -> Request:
        """What scrapy-playwright is asked for."""
        method = importlib.import_module("scrapy_playwright.page").PageMethod
        source = self._errand.source
        milliseconds = self.seconds * 1000
        meta = {
            "playwright": True,
            "playwright_context_kwargs": {
                "service_workers": "block",
                "accept_downloads": False,
                "user_agent": user_agent(self._errand.job.policy),
                "locale": source.languages[0],
            },
            "playwright_page_init_callback": self._take_over,
            "playwright_page_goto_kwargs": {"wait_until": "domcontentloaded", "timeout": milliseconds},
            "playwright_page_methods": [method(self._settle, ready)],
        }
        return Request(self._page.url, meta=meta)

    def answer(self, text: str) -> Answer:
        """The page as it came to rest; its header says that these are not the bytes of the server."""
        headers = [("Content-Type", "text/html; charset=utf-8"), ("X-Rendered-By", "chromium")]
        headers += [("X-Not-Loaded", each) for each in self._refused]
        page = self._page
        return Answer(page.asked, page.url, page.status, tuple(headers), text.encode(), datetime.now(UTC))

    async def _take_over(self, page: Any, _request: Request) -> None:
        # Of several routes the one that was added last is asked first.
        await page.route("**/*", self._serve)
        page.on("popup", _closed)

    async def _settle(self, page: Any, ready: str | None) -> None:
        with suppress(_errors()):
            if ready:
                await page.wait_for_selector(f"css={ready}", state="attached", timeout=self.seconds * 400)
        with suppress(_errors()):
            await page.wait_for_load_state("networkidle", timeout=min(_SETTLE, self.seconds * 200))
        size = await page.evaluate(_SIZE)
        if size > self._most:
            raise TooLarge(f"its scripts made {size} characters of it")

    async def _serve(self, route: Any, request: Any) -> None:
        got = await self._part(request)
        with suppress(_errors()):  # the page may be gone by now
            if got is None:
                await route.abort("aborted")  # for any other reason the page would give way to an error page
            else:
                headers = {name: value for name, value in got.headers if name.lower() not in _OF_THE_WIRE}
                await route.fulfill(status=got.status, headers=headers, body=got.body)

    async def _part(self, request: Any) -> Answer | None:
        """What the browser gets for a request of its: the page itself, scripts and data of the same site, no more."""
        if request.is_navigation_request():
            return self._page if request.url.partition("#")[0] == self._page.url else None
        url = absolute(self._page.url, request.url)
        if request.resource_type not in _NEEDED or request.method != "GET" or url is None:
            return None
        if not _same_site(url, self._page.url) or self._parts >= _MOST_PARTS:
            return None
        self._parts += 1
        got = await fetch_part(self._errand, url)
        if isinstance(got, Answer):
            return got
        self._refused.append(f"{got.reason} {url}"[:200])
        return None


async def _closed(popup: Any) -> None:
    with suppress(_errors()):
        await popup.close()


def _missing() -> Failed | None:
    """Why there is no browser here."""
    try:
        importlib.import_module("scrapy_playwright.handler")
    except ImportError:
        return Failed(Reason.NO_BROWSER, "filled by scripts; needs the extra: pip install 'prrwatch[js]'")
    if CHROMIUM is None:
        return Failed(Reason.NO_BROWSER, "filled by scripts; needs Chromium: apt install chromium")
    return None


def _errors() -> type[Exception]:
    error: type[Exception] = importlib.import_module("playwright.async_api").Error
    return error


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]


def _same_site(url: str, page: str) -> bool:
    """The host of the page, and hosts below its name: interfaces stand there. All others are third parties."""
    host, own = host_key(url), host_key(page)
    bare = (urlsplit(page).hostname or "").removeprefix("www.")
    return host == own or (urlsplit(url).hostname or "").endswith(f".{bare}")
