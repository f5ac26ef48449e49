"""What comes into the outbox by the clock, what operators must hear of deliveries, a round of deliveries by hand."""

from __future__ import annotations

from prrwatch import routing
from scheduler.compose import open_digests
from scheduler.deliver import Delivered, Delivering
from scheduler.reminding import open_reminders
from scheduler.walk import Walk
from storage import deadletters


def open_due(walk: Walk) -> None:
    """Write every digest and every reminder that is due into the outbox, each once."""
    now = walk.clock()
    open_digests(walk, now)
    open_reminders(walk, now)


def tell_deaths(walk: Walk) -> bool:
    """Tell the operators of messages that were given up, each once; whether there was anything to tell."""
    operators = walk.settings.operators
    dead = deadletters.untold(walk.store) if operators else ()
    if not operators or not dead:
        return False
    deadletters.tell(walk.store, dead, walk.addressed([routing.deaths(dead, operators)]), walk.clock())
    return True


async def deliver_all(walk: Walk, delivering: Delivering) -> Delivered:
    """Send all that is due on every channel, then what the operators must hear of it."""
    delivered = await delivering.all_channels()
    return delivered + await delivering.all_channels() if tell_deaths(walk) else delivered
