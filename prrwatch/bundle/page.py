"""The page of a bundle: readable by itself, without a network, a script or a word that is taken for markup."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from prrwatch.bundle.record import Dossier, Made
from prrwatch.escape import web_url
from prrwatch.hygiene import clean, one_line
from prrwatch.messages.countries import country_name
from prrwatch.messages.dating import date_words
from prrwatch.messages.sentences import matched
from prrwatch.messages.views import headline

_SENTENCES = 8


def page(dossier: Dossier, made: Made) -> str:
    """The HTML page. Times are UTC."""
    lead = dossier.story.lead
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            story=dossier.story,
            lead=lead,
            headline=headline(dossier.story),
            sentences=matched(lead.text, lead.evidence, _SENTENCES),
            sheets=dossier.sheets,
            events=dossier.events,
            made=made,
        )
    )


@cache
def _environment() -> Environment:
    # Every value is cleaned of control and bidi characters on its way out, and escaped by autoescape after that.
    made = Environment(
        loader=PackageLoader("prrwatch.bundle", ""),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_cleaned,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"line": one_line, "web": web_url, "day": date_words, "country": country_name}
    return made


def _cleaned(value: object) -> object:
    return clean(value) if type(value) is str else value
