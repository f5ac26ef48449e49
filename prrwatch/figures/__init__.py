"""The ledger of figures: what documents claim about how many people came back, were tried, or still wait."""

from prrwatch.figures.claimant import claimant, is_office
from prrwatch.figures.claims import Claim, Telling, claims, conflicts
from prrwatch.figures.comparing import Relation, conflict
from prrwatch.figures.ledger import figures
from prrwatch.figures.record import Action, Figure, Measure, Quantifier, Who

__all__ = [
    "Action",
    "Claim",
    "Figure",
    "Measure",
    "Quantifier",
    "Relation",
    "Telling",
    "Who",
    "claimant",
    "claims",
    "conflict",
    "conflicts",
    "figures",
    "is_office",
]
