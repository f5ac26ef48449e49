"""*Figures*: how many came back, by whose account, and where accounts differ."""

from __future__ import annotations

from storage.reading import figures
from storage.reading.figures import Sign
from webview.charts import ledger
from webview.charts.ledger import Ledger, Stated
from webview.pages import Request, Shown

_ACTIONS = ("repatriated", "returned", "prosecuted", "convicted", "rehabilitated", "remaining")
_BACK = ("repatriated", "returned")
_ROWS = 100
_DRAWN = 100
_CONFLICTS = 30
_MOST_COUNTRIES = 4


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
            "most": _DRAWN,
        },
        hidden=request.hidden(
            [each.story for each in claims]
            + [story for each in conflicts for story in (each.one_story, each.other_story)]
        ),
    )


def _drawing(request: Request, country: str, actions: tuple[str, ...]) -> Ledger | None:
    return ledger.dots([_stated(each) for each in figures.drawn(request.store, country, actions, _DRAWN)])


def _stated(sign: Sign) -> Stated:
    quantifier = f"{sign.quantifier} " if sign.quantifier != "exact" else ""
    day = sign.on.isoformat() if sign.dated else f"told {sign.on.isoformat()}"
    return Stated(sign.on, sign.number, sign.stock, sign.conflict, f"{quantifier}{sign.number:,} {sign.who}, {day}")
