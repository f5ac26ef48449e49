"""How Scrapy is set: everything off that is not used, everything on that keeps us safe."""

from __future__ import annotations

import os
import shutil
from typing import Any

#: The browser for pages that scripts fill, None where there is none.
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

SETTINGS: dict[str, Any] = {
    # Scrapy's own components all out: what is to be done with a request is done where one is made. Cookies, proxies
    # from the environment, retries, redirects, referers, stats dumps, the telnet console and the HTTP port that runs
    # Python code go with them.
    "DOWNLOADER_MIDDLEWARES_BASE": {},
    "SPIDER_MIDDLEWARES_BASE": {},
    "EXTENSIONS_BASE": {},
    "REMOTE_CONTROL_ENABLED": False,
    "TELNETCONSOLE_ENABLED": False,
    "HTTPPROXY_ENABLED": False,
    "COOKIES_ENABLED": False,
    "STATS_CLASS": "scrapy.statscollectors.DummyStatsCollector",
    # Network: http and https only; certificates and addresses are judged where connections are made.
    "DOWNLOAD_HANDLERS_BASE": {},
    "DOWNLOAD_HANDLERS": {
        "http": "crawler.net.connect.PoliteHandler",
        "https": "crawler.net.connect.PoliteHandler",
    },
    # Politeness is the clocks' (crawler.net.clocks): Scrapy's slots know only their own crawl.
    "DOWNLOAD_DELAY": 0,
    "DOWNLOAD_DELAY_JITTER": 0,
    "CONCURRENT_REQUESTS": 256,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 64,
    # By default Scrapy makes 100 tasks per response.
    "CONCURRENT_ITEMS": 1,
    "LOG_INSTALL_ROOT_HANDLER": False,
    "LOG_ENABLED": False,
    "LOG_VERSIONS": [],
    # Used by crawler.net.browser only, where a job asks for it.
    "PLAYWRIGHT_BROWSER_TYPE": "chromium",
    "PLAYWRIGHT_LAUNCH_OPTIONS": {
        "executable_path": CHROMIUM,
        # Chromium's own sandbox cannot be had by root, who should not run this.
        "chromium_sandbox": hasattr(os, "geteuid") and os.geteuid() != 0,
        "args": [
            # Nothing listens there: what the crawler does not hand in, the browser does not get.
            "--proxy-server=127.0.0.1:9",
            "--proxy-bypass-list=<-loopback>",
            "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
            "--renderer-process-limit=1",
            "--js-flags=--max-old-space-size=256",
        ],
    },
}
