"""What only shows when the parts of a source, or the sources of a catalogue, are held against each other."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from prrwatch import urls
from prrwatch.catalogue.form import SourceForm, WayForm
from prrwatch.errors import Problem
from prrwatch.source import WayKind

#: More often than this only hosts are read that are our own.
LEAST_EVERY = timedelta(minutes=1)
_SELECTORS = ("items", "link", "title", "date", "next", "render")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}?|\}")


def problems_of_source(file: str, stem: str, form: SourceForm, allow_private_hosts: Sequence[str]) -> list[Problem]:
    """The problems of one file whose name without `.toml` is `stem`."""
    problems = []
    if form.id != stem:
        problems.append(Problem(file, "id", f"{form.id!r} is not the name of the file"))
    if form.interval < LEAST_EVERY and not _all_ours(form, allow_private_hosts):
        problems.append(Problem(file, "every", "under 60s only for hosts in allow_private_hosts"))
    for number, example in enumerate(form.example):
        if bool(re.search(form.article, example.url)) != example.article:
            word = "does not match" if example.article else "matches"
            problems.append(Problem(file, f"example.{number}.url", f"`article` {word} {example.url}"))
    for number, way in enumerate(form.discover):
        problems += [Problem(file, f"discover.{number}.{key}", what) for key, what in _way_problems(way, form)]
    return problems


def problems_of_catalogue(forms: Mapping[str, SourceForm]) -> list[Problem]:
    """Ids given twice, republishers that are no source of the catalogue or the source itself."""
    owners = defaultdict(list)
    for file, form in forms.items():
        owners[form.id].append(file)
    problems = [
        Problem(file, "id", f"{id_!r} is already the id in {holders[0]}")
        for id_, holders in owners.items()
        for file in holders[1:]
    ]
    for file, form in forms.items():
        for number, way in enumerate(form.discover):
            if way.way is WayKind.REPUBLISHER and (way.url not in owners or way.url == form.id):
                problems.append(Problem(file, f"discover.{number}.url", f"{way.url!r} is no other source"))
    return problems


def _way_problems(way: WayForm, form: SourceForm) -> Iterator[tuple[str, str]]:
    if way.way is WayKind.LISTING and way.items is None:
        yield "items", "a listing needs the selector of its cards"
    if way.way is not WayKind.LISTING:
        given = (name for name in _SELECTORS if getattr(way, name) is not None)
        yield from ((name, "only a listing has that") for name in given)
    if way.way is not WayKind.REPUBLISHER:
        yield from (("url", what) for what in _url_problems(way.url, form))


def _url_problems(url: str, form: SourceForm) -> Iterator[str]:
    names = [match[1] or "" for match in _PLACEHOLDER.finditer(url)]
    if form.enabled and any(name != form.needs_env for name in names):
        yield "an enabled source has no placeholder in its URLs but the name in `needs_env`"
    plain = _PLACEHOLDER.sub("x", url)
    if not plain.startswith(("http://", "https://")) or not urls.host_key(plain):
        yield "not an absolute http(s) URL"
    if any(char.isspace() for char in url):
        yield "a URL has no spaces"
    if form.dead and urls.key(url) in {urls.key(dead) for dead in form.dead}:
        yield "this URL is listed in `dead`: it must not be requested"


def _all_ours(form: SourceForm, allow_private_hosts: Sequence[str]) -> bool:
    hosts = {urlsplit(f"//{urls.host_key(way.url)}").hostname or "" for way in form.discover}
    return all(_is_ours(host, allow_private_hosts) for host in hosts)


def _is_ours(host: str, allow_private_hosts: Sequence[str]) -> bool:
    if host == "localhost" or host.endswith(".localhost") or host in allow_private_hosts:
        return True
    try:
        address = ip_address(host)
    except ValueError:  # a name
        return False
    if address.is_private:
        return True
    return any(address in network for network in map(_network, allow_private_hosts) if network is not None)


def _network(words: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(words, strict=False)
    except ValueError:  # a name
        return None
