"""Exact days and invented dates on real pages, beside trafilatura's and htmldate's in the same run.

    python bench/dates.py

The pages are the fixtures of Media Cloud's metadata-lib. Days marked "lib" are those that its own tests expect; the
others were labelled by reading the page (its URL, its visible date, its metadata). None: the page has no date of
publication (front pages, search forms, error pages, standing pages). "exact" is the share of dated pages whose day is
told exactly; "invented" the share of all pages given a date where there is none, or one of a wrong year.

After them come our own cases, those of tests/prrwatch/test_dates.py, each beside the title of a page of its own.
"""

from __future__ import annotations

import importlib.util
import logging
import re
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import htmldate
import trafilatura

from crawler.extract import Unusable, charset, saved

ARCHIVE = Path(__file__).parents[2] / "shared" / "real-data" / "mediacloud-metadata-fixtures.zip"
SEEN = datetime(2024, 6, 1, tzinfo=UTC)  # after the youngest of them was saved
_CANONICAL = re.compile(r"""<link[^>]{0,200}rel=["']?canonical["']?[^>]{0,200}href=["']?([^"'\s>]+)""", re.IGNORECASE)
_ARCHIVED = re.compile(r"^.*?/web/\d+[a-z_]*/")

CASES = Path(__file__).parents[1] / "tests" / "prrwatch" / "test_dates.py"
_WORDS = "<p>The ministry said that women and children were brought home and will find schools, work and a home.</p>"
PAGE = (
    "<!doctype html><html><head><title>News</title></head><body><article><h1>News of the day</h1>"
    f"<div class=date>{{raw}}</div>{_WORDS * 6}</article></body></html>"
)

# A piece of the file's name -> (day, who says so).
LABELS: dict[str, tuple[str | None, str]] = {
    "sunsentinel": ("2021-11-29", "lib"),
    "cnncom20210430": ("2021-04-30", "lib"),
    "foxnews": ("2022-06-01", "lib"),
    "alliedmarket": (None, "lib"),
    "bakerbotts": (None, "lib"),
    "kingjames": (None, "lib"),
    "womblebond": (None, "lib"),
    "eeaseuropa": ("2022-03-30", "lib"),
    "cached-httparchiveorg": (None, "lib"),
    "atvhu": ("2019-07-30", "lib"),
    "diariobahia": ("2016-10-13", "lib"),
    "canarias7": ("2022-07-17", "lib"),
    "webarchiveorgwebhttpsexamplecom": (None, "lib"),
    "webarchiveorgwebhttpsobserversfrance24": ("2019-08-27", "lib"),
    "indiatimescomnewsindia75": ("2022-08-14", "lib"),
    "bloomberg-original": ("2022-04-26", "read"),
    "bloomberg-no-meta": ("2022-04-26", "read"),
    "nytims4K9g6u": ("2009-12-16", "read"),
    "httppeoplesdailyngcomfeed": ("2023-06-20", "read"),
    "apifollowit": ("2022-03-02", "read"),
    "cnnit3wGkGU1": ("2022-08-29", "read"),
    "datatherapy": ("2019-03-13", "read"),
    "g1globo": ("2023-01-02", "read"),
    "cached-httpsthekenyatimes": ("2022-07-30", "read"),
    "graiul": ("2022-02-25", "read"),
    "harpersbazaar": ("2021-05-14", "read"),
    "entretenimentouol": ("2019-08-25", "read"),
    "hindioneindia": ("2020-06-28", "read"),
    "naibaat": ("2022-04-08", "read"),
    "uranews": ("2017-12-20", "read"),
    "cbcca": ("2019-07-30", "read"),
    "corriere": ("2022-03-07", "read"),
    "finanznachrichten": ("2016-08-04", "read"),
    "unitednationsclimate": ("2022-03-01", "read"),
    "jpnn": ("2021-07-18", "read"),
    "iranpromete": ("2022-06-03", "read"),
    "cordobaenmarzo": ("2016-03-31", "read"),
    "webarchiveorgwebhttpswwwmkcokr": ("2020-07-07", "read"),
    "webarchiveorgwebhttpswwwnytimescominteractive": ("2018-12-10", "read"),
    "pagina12": ("2021-04-29", "read"),
    "sdpnoticias": ("2016-04-12", "read"),
    "thestar": ("2019-08-23", "read"),
    "telegrafalbo": ("2019-10-11", "read"),
    "timesofindia": ("2017-03-09", "read"),
    "huanqiu": ("2016-08-19", "read"),
    "ozap": ("2017-12-01", "read"),
    "wordpresscomblog": ("2022-05-19", "read"),
    "banduol": ("2023-01-10", "read"),
    "andrebraugher": ("2023-12-12", "read"),
    "takeaways": ("2023-12-12", "read"),
    "kenyatoday": ("2018-04-30", "read"),
    "kpbs": ("2019-07-09", "read"),
    "httpsupstractcomxfdf95bf448e1f2a8refrssencode": (None, "read"),
    "uniradioinformacomnoticiascoronavirus677126nuevossintomasdelcovidprolongadohtmlutm": ("2022-07-26", "read"),
    "httpuniradioinformacomnoticiascoronavirus677354": ("2022-07-28", "read"),
    "wdsu": ("2023-12-05", "read"),
    "informecorrientes": ("2021-04-30", "read"),
    "focus-taiwan": ("2023-11-17", "read"),
    "gpogovfdsyspkgpl": (None, "read"),
    "mysitecom": (None, "read"),
    "machete": (None, "read"),
    "azftf": (None, "read"),
    "aptsvet": (None, "read"),
    "bostonglobe": (None, "read"),
    "cached-httpwwwnytimescomglobal": (None, "read"),
    "wiredcom": (None, "read"),
    "cached-httpwwwgovcn": (None, "read"),
    "wwforjp": (None, "read"),
    "wwforgbr": (None, "read"),
    "sydneyedu": (None, "read"),
    "prigepp": (None, "read"),
    "radioalianca": (None, "read"),
    "letras": (None, "read"),
    "elimpulso": (None, "read"),
    "bizjournals": (None, "read"),
    "observadorvsports": (None, "read"),
    "cached-httpswwwexamplecom": (None, "read"),
}


def main() -> int:
    if not ARCHIVE.exists():
        print(f"{ARCHIVE} is not here")
        return 1
    logging.disable(logging.CRITICAL)
    fits = _compared("Media Cloud's fixtures", _pages(), {key: day for key, (day, _) in LABELS.items()}, SEEN)
    pages, days, seen = _own_cases()
    return 0 if _compared("our own cases", pages, days, seen) and fits else 1


def _compared(what: str, pages: dict[str, bytes], days: dict[str, str | None], seen: datetime) -> bool:
    """Whether ours, which comes last, holds what the project promises."""
    print(f"{what}: {len(pages)} pages, {sum(map(bool, days.values()))} of them dated")
    exact = invented = 0.0
    for name, read in {"htmldate": _htmldate, "trafilatura": _trafilatura, "prrwatch": _ours}.items():
        exact, invented = _report(name, {key: read(page, seen) for key, page in pages.items()}, days)
    return exact >= 0.95 and invented <= 0.01


def _own_cases() -> tuple[dict[str, bytes], dict[str, str | None], datetime]:
    """The cases whose day is known, and those that hold no date, each where pages show one: beside the title."""
    spec = importlib.util.spec_from_file_location("cases", CASES)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(CASES)
    cases = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(cases)
    days = {raw: day and day[:10] for raw, day in (*cases.WRITTEN, *cases.SIGHTED) if day is None or len(day) >= 10}
    return {raw: PAGE.format(raw=raw).encode() for raw in days}, days, cases.SEEN


def _pages() -> dict[str, bytes]:
    with zipfile.ZipFile(ARCHIVE) as archive:
        names = archive.namelist()
        return {key: archive.read(next(name for name in names if key in name)) for key in LABELS}


def _report(name: str, told: dict[str, str | None], days: dict[str, str | None]) -> tuple[float, float]:
    dated = [key for key, day in days.items() if day]
    right = [key for key in dated if told[key] == days[key]]
    wrong = [key for key, day in told.items() if day and (days[key] or "")[:4] != day[:4]]
    exact, invented = len(right) / len(dated), len(wrong) / len(told)
    print(f"{name:12} exact {exact:6.1%} ({len(right)} of {len(dated)})", end="  ")
    print(f"invented {invented:6.1%} ({len(wrong)} of {len(told)})")
    for key in (*(key for key in dated if key not in right), *(key for key in wrong if key not in dated)):
        print(f"    {key[:40]:40} is {days[key]}, told {told[key]}")
    return exact, invented


def _ours(page: bytes, seen: datetime) -> str | None:
    read = saved(page, _url(page) or "https://example.org/article", seen)
    document = read.remains if isinstance(read, Unusable) else read
    return document.published.value[:10] if document and document.published else None


def _trafilatura(page: bytes, _seen: datetime) -> str | None:
    document = trafilatura.bare_extraction(page, url=_url(page), with_metadata=True)
    return document.date if document else None


def _htmldate(page: bytes, seen: datetime) -> str | None:
    found: str | None = htmldate.find_date(charset.decode(page, None), url=_url(page), max_date=f"{seen:%Y-%m-%d}")
    return found


def _url(page: bytes) -> str | None:
    match = _CANONICAL.search(charset.decode(page, None)[:200_000])
    return _ARCHIVED.sub("", match[1]) if match else None


if __name__ == "__main__":
    sys.exit(main())
