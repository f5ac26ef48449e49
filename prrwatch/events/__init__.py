"""Events that documents announce and report: meetings, trainings, court hearings, repatriation flights."""

from prrwatch.events.finding import events
from prrwatch.events.record import Event, Kind, Status

__all__ = ["Event", "Kind", "Status", "events"]
