"""Persons whom a document names, and how private names are kept out of what is sent and handed on.

Returnees, relatives, defendants and all children are private: their names stay in the store, marked, and are covered
(█) in alerts, digests, feeds and exports, unless an official source published them. Who is named in office or speaks by
profession is not covered. Whoever is named without a role counts as private: a name too many covered is a nuisance, a
child's name sent around is harm. Data-protection law asks no less (GDPR, Regulation (EU) 2016/679, articles 9 and 10).
"""

from __future__ import annotations

from prrwatch.people.covering import cover, cover_any, covered, covered_event, handed, handed_event, hidden
from prrwatch.people.finding import people
from prrwatch.person import Mention, Person, Standing

__all__ = [
    "Mention",
    "Person",
    "Standing",
    "cover",
    "cover_any",
    "covered",
    "covered_event",
    "handed",
    "handed_event",
    "hidden",
    "people",
]
