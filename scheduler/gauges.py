"""What one look at the walk shows, for whoever shows it to the world."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Reading:
    """One look at the walk. Seconds and bytes."""

    backlog: int = 0
    waiting: int = 0
    dead: int = 0
    oldest_waiting: float = 0.0
    lag: float = 0.0
    running: int = 0
    failing: int = 0
    recycled: int = 0
    worker_bytes: float = 0.0
    pulses: Mapping[str, float] = field(default_factory=dict)


#: Takes a reading to where it is read: `scheduler.metrics`.
Show = Callable[[Reading], None]
