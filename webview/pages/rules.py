"""*Rules*: how often each was right, what was nearly found, what a change would do and what the last one did."""

from __future__ import annotations

from dataclasses import dataclass

from storage import labels, rehearsal
from storage.labels import Precision
from storage.reading import rules
from storage.reading.rules import Flip, Ruleset
from webview.pages import Request, Shown

_NEAR = 50
_FLIPS = 50
_TERMS = 30


@dataclass(frozen=True, slots=True)
class Change:
    """What the rules in force find that those before did not, and the reverse."""

    before: Ruleset
    now: Ruleset
    added: tuple[Flip, ...]
    removed: tuple[Flip, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """A rule, term or source with its precision as a share from 0 to 1."""

    name: str
    labelled: int
    right: int

    @property
    def share(self) -> float:
        """`right / labelled`; a row always has a label."""
        return self.right / self.labelled


def rules_page(request: Request) -> Shown:
    """The page."""
    store = request.store
    known = rules.rulesets(store)
    near, change, rehearsed = rules.near_misses(store, _NEAR), _change(request, known), rehearsal.last(store)
    told = [each.document for each in near]
    told += [each.document for each in (*change.added, *change.removed)] if change else []
    told += [each.document for each in rehearsed.flips] if rehearsed else []
    return Shown(
        "rules.html",
        "Rules",
        {
            "by_rule": _measured(labels.by_rule(store)),
            "by_source": _measured(labels.by_source(store))[:_TERMS],
            "by_term": _measured(labels.by_term(store))[:_TERMS],
            "near": near,
            "rulesets": known,
            "change": change,
            "rehearsed": rehearsed,
        },
        hidden=request.hidden_of(told),
    )


def _measured(found: tuple[Precision, ...]) -> tuple[Measured, ...]:
    return tuple(Measured(each.name, each.labelled, each.right) for each in found)


def _change(request: Request, known: tuple[Ruleset, ...]) -> Change | None:
    if len(known) < 2:
        return None
    now, before = known[0], known[1]
    flipped = [
        rules.flips(request.store, before.fingerprint, now.fingerprint, to=to, limit=_FLIPS) for to in (True, False)
    ]
    return Change(before, now, flipped[0], flipped[1])
