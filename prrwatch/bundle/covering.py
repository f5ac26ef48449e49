"""A dossier with private names covered: every text keeps its length, so that offsets still hold.

Addresses go with the originals: who may read the pages as they are may know where they stand.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from prrwatch import people
from prrwatch.bundle.record import Dossier, Edition, Kept, Sheet
from prrwatch.outlets.citations import Citation
from prrwatch.people import cover, cover_any, covered_event, handed, handed_event
from prrwatch.statements import Claimed
from prrwatch.verdict import Entity, Evidence, Field, Verdict


def covered(dossier: Dossier, names: Collection[str]) -> Dossier:
    """The dossier as it may be handed on."""
    if not names:
        return dossier
    return Dossier(
        people.covered(dossier.story, names),
        tuple(_sheet(each, names) for each in dossier.sheets),
        tuple(replace(each, occasion=covered_event(each.occasion, names)) for each in dossier.events),
        tuple(_citation(each, names) for each in dossier.citations),
    )


def without_addresses(dossier: Dossier, names: Collection[str]) -> Dossier:
    """The dossier without the addresses, and the answers' headers, that hold these names."""
    if not names:
        return dossier
    return Dossier(
        handed(dossier.story, names),
        tuple(_unaddressed(each, names) for each in dossier.sheets),
        tuple(handed_event(each, names) for each in dossier.events),
        tuple(replace(each, url=cover(each.url, names)) for each in dossier.citations),
    )


def _unaddressed(sheet: Sheet, names: Collection[str]) -> Sheet:
    editions = tuple(
        replace(each, originals=tuple(_kept(kept, names) for kept in each.originals)) for each in sheet.editions
    )
    return replace(sheet, url=cover(sheet.url, names), why=cover(sheet.why, names), editions=editions)


def _kept(kept: Kept, names: Collection[str]) -> Kept:
    # A header may hold an address without its host; as one with a host it is covered like any other.
    whole = "https://host/"
    headers = tuple((name, cover(whole + value, names).removeprefix(whole)) for name, value in kept.headers)
    return replace(kept, url=cover(kept.url, names), headers=headers)


def _sheet(sheet: Sheet, names: Collection[str]) -> Sheet:
    return replace(sheet, editions=tuple(_edition(each, names) for each in sheet.editions))


def _edition(edition: Edition, names: Collection[str]) -> Edition:
    title, text = cover_any(edition.title, names), cover(edition.text, names)
    return replace(
        edition,
        title=title,
        text=text,
        issuer=cover_any(edition.issuer, names),
        verdict=edition.verdict and _verdict(edition.verdict, title or "", text),
        figures=tuple(_claimed(each, text, names) for each in edition.figures),
    )


def _verdict(verdict: Verdict, title: str, text: str) -> Verdict:
    # Cut out of the covered text, and not covered by themselves: a quote may begin in the middle of a name.
    def quote(place: Evidence | Entity) -> str:
        return (title if place.field is Field.TITLE else text)[place.start : place.end]

    return replace(
        verdict,
        evidence=tuple(replace(each, quote=quote(each)) for each in verdict.evidence),
        entities=tuple(replace(each, quote=quote(each)) for each in verdict.entities),
    )


def _claimed(claimed: Claimed, text: str, names: Collection[str]) -> Claimed:
    figure = claimed.figure
    covered_figure = replace(figure, quote=text[figure.start : figure.end], sentence=cover(figure.sentence, names))
    return Claimed(covered_figure, cover_any(claimed.claimant, names))


def _citation(cited: Citation, names: Collection[str]) -> Citation:
    return replace(cited, title=cover_any(cited.title, names), issuer=cover_any(cited.issuer, names))
