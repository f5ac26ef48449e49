"""What operators must hear of deliveries, and a round of deliveries by hand."""

from __future__ import annotations

from prrwatch import routing
from scheduler.deliver import Delivered, Delivering
from scheduler.walk import Walk
from storage import deadletters


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
