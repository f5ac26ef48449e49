from itertools import accumulate
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prrwatch.planning.chain import INSTANT, Chart, Limits, chains

STEPS = st.lists(st.tuples(st.floats(0.05, 3.0), st.floats(0.01, 20.0)), min_size=2, max_size=25)


def chart(steps: list[tuple[float, float]], room: float) -> Chart:
    """Candidates from the hours between them and the shape's value there."""
    times = list(accumulate((hours for hours, _ in steps), initial=3.0))
    mass = list(accumulate((hours * value for hours, value in steps), initial=0.0))
    waits = [hours * (before + hours * value / 2) for before, (hours, value) in zip(mass, steps, strict=False)]
    return Chart(times, mass, list(accumulate(waits, initial=0.0)), room)


def by_trying_all(of: Chart, price: float, limits: Limits) -> list[float]:
    end = len(of.times) - 1
    cost = [0.0] + [inf] * (end - 1)
    for here in range(end):
        after = range(here + 1, end)
        late_enough = [there for there in after if of.times[there] >= of.times[here] + limits.shortest - INSTANT]
        allowed = [there for there in late_enough if _allowed(of, here, there, limits)] or late_enough[:1]
        for there in allowed:
            waited = of.wait[there] - of.wait[here] - of.mass[here] * (of.times[there] - of.times[here])
            cost[there] = min(cost[there], cost[here] + price + waited)
    return cost


def _allowed(of: Chart, here: int, there: int, limits: Limits) -> bool:
    span = of.times[there] - of.times[here]
    return span <= limits.longest + INSTANT and of.mass[there] <= of.mass[here] + of.room


@given(STEPS, st.floats(0.01, 50), st.floats(0.01, 3), st.floats(0.1, 20), st.floats(0.1, 60))
def test_the_cheapest_chains_are_those_found_by_trying_all(
    steps: list[tuple[float, float]], price: float, shortest: float, longest: float, room: float
):
    candidates, limits = chart(steps, room), Limits(shortest, max(shortest, longest))
    found = chains(candidates, price, limits)
    assert found.cost == pytest.approx(by_trying_all(candidates, price, limits), rel=1e-6, abs=1e-6)
    for last, cost in enumerate(found.cost):
        if last and cost < inf:
            assert 0 < found.first(last) <= last
