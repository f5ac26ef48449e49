"""Takes the pictures of docs/screenshots: the web view on the demo's store, in the system's Chromium.

    prrwatch demo --folder FOLDER && python bench/screenshots.py FOLDER docs/screenshots

The first screen of each page, on a desk (1280 x 900) and on a phone (390 x 844), light and dark. The store is not
written: the analyst who is signed in on the picture of a story presses nothing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from storage.store import open_readonly

PASSWORD = "screenshots only"
SCREENS = {"desk": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}
#: Name, address, and what is scrolled to.
PAGES = (
    ("today", "?days=30", ""),
    ("story", "story/{story}", ""),
    ("verdict", "story/{story}", "#verdict"),
    ("figures", "figures", ""),
    ("sources", "sources", ""),
    ("search", "search?q=женщина Сирия", ""),
    ("rules", "rules", ""),
)
#: Where all four pictures are kept; of the others the one of the desk, in the light.
BOTH = frozenset({"today", "story"})


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of `prrwatch serve` on the store of this folder."""
    with tempfile.TemporaryDirectory() as place:
        site = Path(place) / "prrwatch.toml"
        path = (folder / "prrwatch.db").resolve()
        site.write_text(f'[store]\npath = "{path}"\n[web]\npassword = "env:PRRWATCH_SHOTS"\n', encoding="utf-8")
        command = [sys.executable, "-m", "scheduler", "--config", str(site), "serve", "--port", "0"]
        environ = {**os.environ, "PYTHONUNBUFFERED": "1", "PRRWATCH_SHOTS": PASSWORD}
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ) as process:
            try:
                yield process.stdout.readline().split()[0].rstrip("/")
            finally:
                process.terminate()


def shoot(browser: Browser, home: str, story: str, target: Path) -> Iterator[Path]:
    for screen, size in SCREENS.items():
        page = browser.new_page(viewport=size)
        page.goto(f"{home}/sign-in")
        page.get_by_label("Your name").fill("Ann")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            for name, address, place in PAGES:
                if name not in BOTH and (screen, scheme) != ("desk", "light"):
                    continue
                page.goto(f"{home}/{address.format(story=story)}{place}")
                path = target / f"{name}-{screen}-{scheme}.png"
                page.screenshot(path=path)
                yield path


def main(folder: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    with open_readonly(folder / "prrwatch.db") as store:
        query = "SELECT story FROM memberships GROUP BY story ORDER BY count(*) DESC, story"
        story = store.query(query)[0]["story"]
    with served(folder) as home, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for path in shoot(browser, home, story, target):
            print(f"{path}  {path.stat().st_size:,} bytes")
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
