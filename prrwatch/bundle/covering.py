"""A dossier with private names covered: every text keeps its length, so that offsets still hold."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from prrwatch import people
from prrwatch.bundle.record import Dossier, Edition, Sheet
from prrwatch.outlets.citations import Citation
from prrwatch.people import cover, covered_event
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


def _sheet(sheet: Sheet, names: Collection[str]) -> Sheet:
    return replace(sheet, editions=tuple(_edition(each, names) for each in sheet.editions))


def _edition(edition: Edition, names: Collection[str]) -> Edition:
    title, text = _or_none(edition.title, names), cover(edition.text, names)
    return replace(
        edition,
        title=title,
        text=text,
        issuer=_or_none(edition.issuer, names),
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
    return Claimed(covered_figure, _or_none(claimed.claimant, names))


def _citation(cited: Citation, names: Collection[str]) -> Citation:
    return replace(cited, title=_or_none(cited.title, names), issuer=_or_none(cited.issuer, names))


def _or_none(text: str | None, names: Collection[str]) -> str | None:
    return None if text is None else cover(text, names)
