"""The crawl worker in a world whose time and names a folder holds: `python month_worker.py FOLDER [OPTIONS]`.

`FOLDER/ahead` says by how many seconds its clocks are ahead of the machine's; `FOLDER/names.json` where host names
lead, null: nowhere. Everything else is `python -m crawler`.
"""

from __future__ import annotations

import json
import runpy
import socket
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

FOLDER = Path(sys.argv[1])


def ahead() -> float:
    return float((FOLDER / "ahead").read_text(encoding="ascii"))


class Moved(datetime):
    @classmethod
    def now(cls, tz=None):
        return datetime.now(tz) + timedelta(seconds=ahead())


def monotonic() -> float:
    return time.monotonic() + ahead()


def resolved(host, *rest, resolve=socket.getaddrinfo, **more):
    names = json.loads((FOLDER / "names.json").read_text(encoding="utf-8"))
    leads = names.get(host, host)
    if leads is None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    return resolve(leads, *rest, **more)


def move_clocks() -> None:
    """Only those that the crawler itself reads: the event loop's timers are of this machine."""
    for name, module in list(sys.modules.items()):
        if name.startswith("crawler."):
            for known, ours in ((datetime, Moved), (time.monotonic, monotonic)):
                for key in [key for key, value in vars(module).items() if value is known]:
                    setattr(module, key, ours)


if __name__ == "__main__":
    socket.getaddrinfo = resolved
    import scrapy.core.downloader.contextfactory  # noqa: F401 - see crawler/__main__.py

    import crawler.worker  # noqa: F401 - all its modules

    move_clocks()
    sys.argv = ["crawler", *sys.argv[2:]]
    runpy.run_module("crawler", run_name="__main__")
