"""What a page says of itself for machines: JSON-LD, meta tags, link relations."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from crawler.extract.page import Element
from prrwatch import hygiene

_SCRIPT_LIMIT = 400_000
_NODES = 2000
_ARTICLE = re.compile(r"Article$|Posting$|^Report$|PressRelease$|^CreativeWork$", re.IGNORECASE)
_PAGE = re.compile(r"^(?:Item|About|Video)?(?:Web)?Page$|^VideoObject$|^Event$", re.IGNORECASE)
_LOOSE = re.compile(r'"datePublished"\s*:\s*"([^"]{4,40})"')

_DATE_NAMES = (
    "article:published_time og:article:published_time og:published_time article:published datepublished date-published"
    " published_time publication_date publication-date pubdate pub_date publishdate publish-date publish_date"
    " published-date published dc.date.issued dc.issued dcterms.issued dcterms.date dc.date dc.date.created"
    " dcterms.created dc.created parsely-pub-date sailthru.date cxenseparse:recs:publishtime"
    " citation_publication_date citation_online_date article.published originalpublicationdate bt:pubdate"
    " release_date ptime date"
)
#: Names of meta tags that hold the time of publication, in the order of trust. "date" says less than the others.
DATE_METAS = tuple(_DATE_NAMES.split())
_MODIFIED = (
    "article:modified_time",
    "og:updated_time",
    "dcterms.modified",
    "dc.date.modified",
    "datemodified",
    "lastmod",
)
_TOLD = frozenset(
    {"og:title", "twitter:title", "og:site_name", "og:url", "dc.publisher", "dc.creator", "author"}
    | {*DATE_METAS, *_MODIFIED}
)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What machines are told. Dates stand in the order of trust, raw."""

    title: str | None
    site: str | None
    json_ld_dates: tuple[str, ...]
    meta_dates: tuple[str, ...]
    modified: tuple[str, ...]  #: never when it was published, but it was by then
    organisation: str | None
    author: str | None
    alternates: tuple[str, ...]


def read(tree: Element, url: str) -> Metadata:
    """Everything at once, while the scripts are still in the tree."""
    metas = _metas(tree)
    nodes, loose = _json_ld(tree)
    articles = [node for node in nodes if _is(node, _ARTICLE)] or [node for node in nodes if _is(node, _PAGE)]
    first = articles[0] if articles else {}
    headline = _text(first.get("headline")) if articles and _is(first, _ARTICLE) else None
    return Metadata(
        title=metas.get("og:title") or headline or metas.get("twitter:title"),
        site=metas.get("og:site_name") or _name(first.get("publisher")),
        json_ld_dates=_published(articles) or loose,
        meta_dates=tuple(metas[name] for name in DATE_METAS if name in metas),
        modified=tuple(raw for raw in (_text(first.get("dateModified")), *map(metas.get, _MODIFIED)) if raw),
        organisation=_name(first.get("publisher")) or metas.get("dc.publisher") or metas.get("og:site_name"),
        author=_name(first.get("author")) or metas.get("author") or metas.get("dc.creator"),
        alternates=_alternates(tree, url, metas.get("og:url")),
    )


def _metas(tree: Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for meta in tree.iter("meta"):
        told = meta.attrib
        name = (told.get("property") or told.get("name") or told.get("itemprop") or "").strip().casefold()
        if name in _TOLD and name not in found and (content := hygiene.one_line(told.get("content") or "", 1000)):
            found[name] = content
    return found


def _json_ld(tree: Element) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    nodes: list[dict[str, Any]] = []
    loose: list[str] = []
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or ""):
            continue
        words = (script.text or "")[:_SCRIPT_LIMIT].strip().strip(";")
        try:
            nodes.extend(_nodes(json.loads(words, strict=False)))
        except (ValueError, RecursionError):  # broken by templates that do not escape: take the one thing that counts
            loose.extend(_LOOSE.findall(words)[:1])
    return nodes[:_NODES], tuple(loose)


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every object with a type, outer ones first. Bounded in breadth; json itself bounds the depth."""
    waiting = [value]
    for _ in range(_NODES):
        if not waiting:
            return
        node = waiting.pop(0)
        if isinstance(node, list):
            waiting.extend(node[:200])
        elif isinstance(node, dict):
            if "@type" in node:
                yield node
            waiting.extend(node[key] for key in ("@graph", "mainEntity", "mainEntityOfPage") if key in node)


def _is(node: dict[str, Any], kind: re.Pattern[str]) -> bool:
    types = node.get("@type")
    names = types if isinstance(types, list) else [types]
    return any(isinstance(name, str) and kind.search(name.rsplit("/", 1)[-1]) for name in names)


def _published(articles: list[dict[str, Any]]) -> tuple[str, ...]:
    """Of one article; a page with several different dates is a list of articles and has none of its own."""
    dates = [words for node in articles for key in ("datePublished", "uploadDate") if (words := _text(node.get(key)))]
    days = {words[:10] for words in dates}
    return tuple(dates[:1]) if len(days) == 1 or len(articles) < 3 else ()


def _text(value: Any) -> str | None:
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("@value")
    return hygiene.one_line(value) if isinstance(value, str) and value.strip() else None


def _name(value: Any) -> str | None:
    if isinstance(value, list):
        value = value[0] if value else None
    return _text(value.get("name")) if isinstance(value, dict) else _text(value)


def _alternates(tree: Element, url: str, og_url: str | None) -> tuple[str, ...]:
    """Other addresses the page calls its own: canonical, AMP, language editions."""
    found: dict[str, None] = {}
    for link in tree.iter("link"):
        relations = (link.get("rel") or "").casefold().split()
        own = "canonical" in relations or "amphtml" in relations or ("alternate" in relations and link.get("hreflang"))
        if own and (reference := link.get("href")):
            found.setdefault(_absolute(url, reference), None)
    if og_url:
        found.setdefault(_absolute(url, og_url), None)
    return tuple(each for each in found if each and each != url and _names_an_article(each, url))[:50]


def _absolute(base: str, reference: str) -> str:
    try:
        whole = urljoin(base, reference.strip())
        parts = urlsplit(whole)
    except ValueError:
        return ""
    return whole if parts.scheme in {"http", "https"} and parts.hostname and len(whole) < 2000 else ""


def _names_an_article(alternate: str, url: str) -> bool:
    # Careless templates call the front page canonical on every page.
    return bool(urlsplit(alternate).path.strip("/") or urlsplit(alternate).query) or not urlsplit(url).path.strip("/")
