"""Fingerprints of events as JSON and back."""

from __future__ import annotations

import json
from sqlite3 import Row

from prrwatch.stories import Candidate, Day, Fingerprint, Sketch


def fingerprint_body(telling: Fingerprint) -> str:
    """The fingerprint as one JSON object."""
    body = {
        "language": telling.language,
        "published": telling.published,
        "main": telling.main,
        "dates": telling.dates,
        "days": telling.days,
        "cities": telling.cities,
        "countries": telling.countries,
        "series": telling.series,
        "numbers": telling.numbers,
        "names": telling.names,
        "entities": telling.entities,
        "title": telling.title,
        "head": telling.head,
        "words": telling.words,
        "motifs": telling.motifs,
        "lead": sorted(telling.lead),
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def fingerprint(body: str) -> Fingerprint:
    """The fingerprint that `fingerprint_body` wrote."""
    read = json.loads(body)
    return Fingerprint(
        language=read["language"],
        published=read["published"],
        main=tuple(Day(*day) for day in read["main"]),
        dates=read["dates"],
        days=tuple(Day(*day) for day in read["days"]),
        cities=tuple(read["cities"]),
        countries=tuple(read["countries"]),
        series={what: tuple(numbers) for what, numbers in read["series"].items()},
        numbers=read["numbers"],
        names=read["names"],
        entities=read["entities"],
        title=read["title"],
        head=read["head"],
        words=read["words"],
        motifs=read.get("motifs", {}),  # a fingerprint of an earlier release has neither these nor a lead
        lead=frozenset(read.get("lead", ())),
    )


def candidate(row: Row) -> Candidate:
    """A filed document that may tell the same event; without a fingerprint when it was filed before there were any."""
    hashes = tuple(sorted(json.loads(row["hashes"])))
    told = fingerprint(row["body"]) if row["body"] else None
    return Candidate(row["story"], row["url"], Sketch(hashes, row["shingles"]), told)
