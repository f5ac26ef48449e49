"""`prrwatch sources`: the catalogue, as it is written and as it answers."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from prrwatch.errors import PrrwatchError
from scheduler import clock, lines
from scheduler.options import Chosen, chosen
from scheduler.tables import table

if TYPE_CHECKING:
    from prrwatch.catalogue.verified import Finding
    from prrwatch.crawl import CrawlRecord, Job
    from prrwatch.source import Source
    from storage.records import Plan


class SourceFailedError(PrrwatchError):
    """The source could not be read."""


@click.group("sources")
def command() -> None:
    """List, check or try the sources of the catalogue."""


@command.command("list")
@chosen
def list_(chosen: Chosen) -> None:
    """Every source with its state, when it is looked at next, and how long that is after the last look."""
    from scheduler import site
    from storage import health, planning
    from storage.store import open_readonly

    settings = chosen.settings()
    sources = site.sources(settings)
    states, plans = {}, {}
    if settings.store.exists():
        with open_readonly(settings.store) as store:
            states = {each.id: each.state for each in health.healths(store, sources)}
            plans = planning.plans(store)
    rows = [
        _row(source, states.get(source.id, "new" if source.enabled else "disabled")) | _planned(plans.get(source.id))
        for source in sources
    ]
    if chosen.as_json:
        lines.write_document(rows)
    else:
        click.echo(table(rows))


@command.command("check")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@chosen
def check(chosen: Chosen, *, folder: Path | None) -> None:
    """Check every source file, offline: keys, URLs, selectors, patterns, and that the examples fit."""
    from prrwatch import catalogue

    settings = chosen.settings()
    sources = catalogue.load(folder or settings.catalogue, settings.policy.allow_private_hosts)
    ways = Counter(way.kind for source in sources for way in source.ways)
    enabled = sum(source.enabled for source in sources)
    summary = {
        "sources": len(sources),
        "enabled": enabled,
        "examples": sum(len(source.examples) for source in sources),
        "ways": dict(sorted(ways.items())),
    }
    if chosen.as_json:
        lines.write_document(summary)
    else:
        told = ", ".join(f"{count} {kind}" for kind, count in sorted(ways.items()))
        click.echo(f"{len(sources)} sources, {enabled} enabled; ways: {told}; all {summary['examples']} examples fit")


@command.command("try")
@click.argument("source_id", metavar="ID")
@click.option("--pages", default=5, show_default=True, type=click.IntRange(1, 200), help="Pages to ask for at most.")
@chosen
def try_(chosen: Chosen, *, source_id: str, pages: int) -> None:
    """Read one source now and show what would be stored. Nothing is stored."""
    from prrwatch.crawl import JobDone, WayRead
    from scheduler import site

    settings = chosen.settings()
    source = site.source(settings, source_id)
    policy = replace(settings.policy, max_pages=pages)
    records = asyncio.run(_records(_job(source, policy)))
    for record in records:
        if shown := _shown(record):
            lines.write(shown) if chosen.as_json else click.echo(_told(shown))
    ways = [record for record in records if isinstance(record, WayRead)]
    if not any(isinstance(record, JobDone) for record in records) or all(way.failure for way in ways):
        raise SourceFailedError(f"{source_id}: no way in worked")


@command.command("verify")
@click.argument("ids", metavar="[ID]...", nargs=-1)
@click.option("--pages", default=1, show_default=True, type=click.IntRange(0, 20), help="Articles read as a sample.")
@click.option("--report", type=click.Path(path_type=Path), help="Also write verify.{json,txt,diff} into this folder.")
@chosen
def verify(chosen: Chosen, *, ids: tuple[str, ...], pages: int, report: Path | None) -> None:
    """Read every way of the sources on the live web, and say what the source files should say of them.

    Sources that are off are read as well, but those that are opt-in only when they are named. Nothing is stored and no
    file is changed: the diff is yours to look at, and to apply with `patch -p1`.
    """
    from scheduler import site, verify

    settings = chosen.settings()
    sources = [site.source(settings, each) for each in ids] or [
        source for source in site.catalogue_as_written(settings) if source.enabled or "opt-in" not in source.note
    ]
    found = asyncio.run(_found(sources, replace(settings.policy, max_pages=pages)))
    order = {source.id: place for place, source in enumerate(sources)}
    found.sort(key=lambda finding: order[finding.source])
    diff = verify.changes(sources, found, clock.now().date())
    whole = {"at": clock.now().isoformat(), "findings": [verify.row(each) for each in found], "diff": diff}
    text = table([verify.line(each) for each in found])
    if report:
        _written(report, whole, text, diff)
    lines.write_document(whole) if chosen.as_json else click.echo(f"{text}\n\n{diff}".rstrip())
    dead = {each.source for each in found if not each.skipped} - {each.source for each in found if each.works}
    if dead:
        raise SourceFailedError(f"no way in worked: {', '.join(sorted(dead))}")


@command.command("add")
@click.argument("url")
@click.option("--id", "identity", help="Id of the source; absent = from the host.")
@click.option("--into", type=click.Path(path_type=Path), help="Folder of the new file; absent = the site's catalogue.")
@chosen
def add(chosen: Chosen, *, url: str, identity: str | None, into: Path | None) -> None:
    """Find the ways into a site, write a source file, check it, and say what is left to fill in by hand.

    The page itself is a way where its links are addressed as articles are; name a page that lists the news.
    """
    from prrwatch import catalogue
    from prrwatch.catalogue.drafting import draft
    from prrwatch.errors import CatalogueError
    from scheduler import adding

    settings = chosen.settings()
    file = _new_file(into or settings.catalogue, identity or _identity(url))
    site = asyncio.run(adding.explore(url, settings.policy))
    for kind, attempt in site.attempts:
        answer = f"{attempt.failure}: {attempt.detail}" if attempt.failure else f"{len(attempt.items)} links"
        click.echo(_told({kind: attempt.read_at or attempt.url, "answer": answer}), nl=False)
    if not site.found:
        raise SourceFailedError(
            f"{url}: no feed, sitemap, WordPress or list of articles; write a listing by hand (docs/sources.md)"
        )
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(draft(file.stem, url, site.found, site.languages), encoding="utf-8")
    catalogue_read = catalogue.read(file.parent, settings.policy.allow_private_hosts)
    if problems := [problem for problem in catalogue_read.problems if problem.file == str(file)]:
        raise CatalogueError(problems)
    click.echo(f'\nWritten: {file}\nFill in the lines with "?", then: prrwatch sources try {file.stem}')


def _new_file(folder: Path | None, identity: str) -> Path:
    """Where the new source goes. Raises `OperatorError` when that cannot be."""
    from prrwatch.errors import OperatorError, Problem

    if folder is None:
        raise OperatorError([Problem("prrwatch.toml", "catalogue.path", "not set; say --into FOLDER")])
    file = folder / f"{identity}.toml"
    if taken := next(iter(folder.rglob(f"{identity}.toml")), None):
        raise OperatorError([Problem(str(taken), "id", "there is a source of this id; say --id")])
    return file


def _identity(url: str) -> str:
    """An id from the host: `https://www.example.org/x` gives `example-org`. Raises `OperatorError` for no URL."""
    from prrwatch.errors import OperatorError, Problem
    from prrwatch.urls import host_key

    host = host_key(url) if url.startswith(("http://", "https://")) else ""
    if not host:
        raise OperatorError([Problem(url, "URL", "not an absolute http(s) URL")])
    return re.sub(r"[^a-z0-9]+", "-", host.removeprefix("www.")).strip("-")[:80]


async def _found(sources: list[Source], policy: Any) -> list[Finding]:
    """All findings; each is told on a terminal when it is there, for this takes long."""
    from scheduler import verify

    found = []
    async for finding in verify.findings(sources, policy):
        found.append(finding)
        if sys.stderr.isatty():
            click.echo(f"{len(found)}: {finding.source} {finding.way} {finding.reason or 'works'}", err=True)
    return found


def _written(folder: Path, whole: dict[str, Any], text: str, diff: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "verify.json").write_text(json.dumps(whole, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    (folder / "verify.txt").write_text(text + "\n", encoding="utf-8")
    (folder / "verify.diff").write_text(diff, encoding="utf-8")


def _job(source: Source, policy: Any) -> Job:
    from prrwatch import catalogue
    from prrwatch.crawl import Job

    return Job(id=f"try-{source.id}", source=source, policy=policy, key=catalogue.key_of(source, os.environ))


async def _records(job: Job) -> list[CrawlRecord]:
    from scheduler.worker import CrawlWorker, WorkerLost

    worker = CrawlWorker()
    records: list[CrawlRecord] = []
    try:
        async for batch in worker.batches(job):
            records.extend(batch)
    except WorkerLost as error:
        raise SourceFailedError(f"{job.source.id}: the crawl worker was lost") from error
    finally:
        await worker.close()
    return records


def _row(source: Source, state: str) -> dict[str, Any]:
    return {
        "id": source.id,
        "state": str(state),
        "tier": source.tier,
        "kind": str(source.kind),
        "languages": " ".join(source.languages),
        "ways": " ".join(way.kind for way in source.ways),
        "publisher": source.publisher,
    }


def _planned(plan: Plan | None) -> dict[str, str]:
    from prrwatch.durations import shortly

    return {
        "next": plan.at.isoformat(timespec="minutes") if plan and plan.at else "",
        "every": shortly(plan.interval) if plan and plan.interval else "",
    }


def _shown(record: CrawlRecord) -> dict[str, Any]:
    """What of a record a person who tries a source wants to see."""
    from prrwatch.crawl import Fetched, Unreadable, WayRead

    match record:
        case WayRead(failure=None):
            return {"way": record.url, "answer": f"{len(record.items)} articles listed"}
        case WayRead():
            return {"way": record.url, "answer": f"{record.failure}: {record.detail}"}
        case Unreadable():
            return {"url": record.item.url, "unreadable": f"{record.reason}: {record.detail}"}
        case Fetched(document=read):
            return {
                "url": read.url,
                "title": read.title,
                "published": read.published and f"{read.published.value} ({read.published.origin})",
                "issuer": read.issuer,
                "language": read.language,
                "text": f"{len(read.text)} characters: {read.text[:200]}",
            }
        case _:
            return {}


def _told(shown: dict[str, Any]) -> str:
    from prrwatch.escape import terminal

    return "\n".join(f"{key:>10}  {terminal(str(value))}" for key, value in shown.items() if value is not None) + "\n"
