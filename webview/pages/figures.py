"""*Figures*: how many came back, by whose account, and where accounts differ."""

from __future__ import annotations

from datetime import date

from prrwatch.messages.countries import country_name
from storage.reading import figures
from storage.reading.figures import Claim
from webview.charts import ledger
from webview.charts.ledger import Ledger, Stated
from webview.pages import Request, Shown

_ACTIONS = ("repatriated", "returned", "prosecuted", "convicted", "rehabilitated", "remaining")
_BACK = ("repatriated", "returned")
_ROWS = 150
_DRAWN = 1000
_CONFLICTS = 50
_MOST_COUNTRIES = 5


def figures_page(request: Request) -> Shown:
    """The ledger of a country, or of all, with a drawing for each country shown."""
    store, asked = request.store, request.asked
    country, action = asked.country(), asked.one_of("action", _ACTIONS)
    actions = (action,) if action else _BACK
    known = figures.countries(store)
    drawn = [country] if country else ["", *(code for code, _ in known[:_MOST_COUNTRIES])]
    claims = figures.ledger(store, country, actions, _ROWS)
    conflicts = figures.conflicts(store, country, _CONFLICTS)
    return Shown(
        "figures.html",
        "Figures",
        {
            "country": country,
            "action": action,
            "actions": _ACTIONS,
            "countries": known,
            "drawings": [(code, drawing) for code in drawn if (drawing := _drawing(request, code, actions))],
            "claims": claims,
            "conflicts": conflicts,
            "said": " or ".join(actions),
        },
        hidden=request.hidden(
            [each.story for each in claims]
            + [story for each in conflicts for story in (each.one_story, each.other_story)]
        ),
    )


def _drawing(request: Request, country: str, actions: tuple[str, ...]) -> Ledger | None:
    claims = figures.ledger(request.store, country, actions, _DRAWN)
    return ledger.dots([_stated(each) for each in claims if each.stands])


def _stated(claim: Claim) -> Stated:
    who = f"{claim.quantifier} " if claim.quantifier != "exact" else ""
    label = f"{who}{claim.number:,} {claim.who} {claim.action}"
    people = f" ({country_name(claim.country)})" if claim.country else ""
    return Stated(
        _day(claim), claim.number, claim.stock, claim.conflicts > 0, f"{label}{people}, {claim.as_of or 'no day'}"
    )


def _day(claim: Claim) -> date:
    """The day that the claim speaks of; where it names none, the day on which it was first told."""
    if claim.as_of is None:
        return claim.first_told.date()
    return date.fromisoformat((claim.as_of + "-01-01")[:10] if len(claim.as_of) < 10 else claim.as_of)
