"""Events that documents announce and report: meetings, trainings, court hearings, repatriation flights."""

from prrwatch.events.finding import events
from prrwatch.events.occasions import Candidate, KnownEvent, Mention, Occasion, assign, is_one, occasion, occasion_id
from prrwatch.events.record import Event, Kind, Status

__all__ = [
    "Candidate",
    "Event",
    "Kind",
    "KnownEvent",
    "Mention",
    "Occasion",
    "Status",
    "assign",
    "events",
    "is_one",
    "occasion",
    "occasion_id",
]
