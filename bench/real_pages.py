"""The whole walk on real pages: none lost, the stored text's F1, what was flagged, and pages per second as a ratio.

    python bench/real_pages.py ../shared/real-data/article-extraction-benchmark.zip

Serves the pages of the article extraction benchmark on loopback with a feed and a sitemap, runs `prrwatch crawl` on
them twice, and compares the crawl with extraction alone of the same pages in as many processes, in the same run.
F1 is the benchmark's own: shingles of four tokens, a page each.
"""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import tempfile
import time
import zipfile
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from extraction_f1 import f1
from loopback import Site, serving

from crawler.extract import Unusable, saved
from storage.store import open_readonly

SEED = """
id = "real-pages"
name = "Real pages"
publisher = "The article extraction benchmark"
kind = "media"
homepage = "{base}/"
languages = ["en"]
every = "1h"
tier = 1
article = '/page/[0-9a-f]{{64}}$'
[[discover]]
way = "feed"
url = "{base}/feed.xml"
[[discover]]
way = "sitemap"
url = "{base}/sitemap.xml"
[[example]]
url = "{base}/page/{page}"
article = true
"""
CONFIG = """
[store]
path = "real.db"
[catalogue]
path = "seeds"
[crawler]
contact = "mailto:bench@example.org"
allow_private_hosts = ["127.0.0.1"]
delay = 0
max_pages = 500
"""


def pages_of(archive: Path) -> tuple[dict[str, bytes], dict[str, str]]:
    """HTML by page id, and the article text that the benchmark expects."""
    with zipfile.ZipFile(archive) as zipped:
        truth = json.loads(zipped.read("ground-truth.json"))
        html = {name: gzip.decompress(zipped.read(f"html/{name}.html.gz")) for name in truth}
    return html, {name: entry["articleBody"] for name, entry in truth.items()}


def site_of(html: dict[str, bytes]) -> dict[str, tuple[str, bytes]]:
    links = "".join(f"<item><title>{name}</title><link>{{base}}/page/{name}</link></item>" for name in html)
    feed = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Real pages</title>{links}</channel></rss>'
    urls = "".join(f"<url><loc>{{base}}/page/{name}</loc></url>" for name in html)
    sitemap = f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
    pages = {f"/page/{name}": ("text/html", body) for name, body in html.items()}
    return pages | {
        "/feed.xml": ("application/rss+xml", feed.encode()),
        "/sitemap.xml": ("application/xml", sitemap.encode()),
    }


def crawl(folder: Path) -> float:
    started = time.perf_counter()
    command = [sys.executable, "-m", "scheduler", "--config", str(folder / "prrwatch.toml"), "crawl", "real-pages"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"crawl ended with {done.returncode}: {done.stderr[-2000:]}")
    return time.perf_counter() - started


def prepare(folder: Path, site: Site, some_page: str) -> None:
    (folder / "seeds" / "bench").mkdir(parents=True)
    seed = SEED.format(base=site.url, page=some_page)
    (folder / "seeds" / "bench" / "real-pages.toml").write_text(seed, encoding="utf-8")
    (folder / "prrwatch.toml").write_text(CONFIG, encoding="utf-8")


def stored(folder: Path) -> dict[str, dict[str, object]]:
    """The stored documents by page id."""
    with open_readonly(folder / "real.db") as store:
        found = store.query(
            """
            SELECT documents.url, versions.title, versions.text, documents.relevant, verdicts.score FROM documents
            JOIN versions ON versions.id = documents.version JOIN verdicts ON verdicts.id = documents.verdict
            """
        )
        return {row["url"].rsplit("/", 1)[1]: dict(row) for row in found}


def extract_one(body: bytes) -> int:
    read = saved(body, "https://www.example.org/page", datetime.now(UTC))
    return 0 if isinstance(read, Unusable) else len(read.text)


def extraction_alone(html: dict[str, bytes]) -> float:
    """Seconds for the same pages in two warm processes, fed as the worker feeds its own."""
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(extract_one, list(html.values())[:4]))
        started = time.perf_counter()
        list(pool.map(extract_one, html.values()))
        return time.perf_counter() - started


def main(archive: Path) -> None:
    html, truth = pages_of(archive)
    with tempfile.TemporaryDirectory() as name, serving(site_of(html)) as site:
        folder = Path(name)
        prepare(folder, site, next(iter(html)))
        first = crawl(folder)
        site.requests.clear()
        second = crawl(folder)
        again = dict(site.requests)
        documents = stored(folder)
        lost = sorted(set(html) - set(documents))
        score = f1(truth, {page: str(row["text"]) for page, row in documents.items()})
        alone = extraction_alone(html)
    print(f"pages {len(html)}, stored {len(documents)}, lost {len(lost)} {lost[:5]}")
    print(f"F1 of the stored text {score:.4f}")
    flagged = [(row["title"], row["score"]) for row in documents.values() if row["relevant"]]
    print(f"flagged {len(flagged)}: {flagged}")
    print(f"second pass: {second:.1f} s, requests {again}")
    print(f"crawl {len(html) / first:.1f} pages/s, extraction alone {len(html) / alone:.1f} pages/s")
    print(f"ratio crawl / extraction alone {alone / first:.2f} (start of two processes included in the crawl)")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
