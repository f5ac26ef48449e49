from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prrwatch.health import PassHistory
from prrwatch.planning import Allowance, Past, Rhythm, due, judged, next_pass, outlook, wished
from prrwatch.planning.bounds import CLOCKED, LONGEST_BACKOFF, backed_off, limits
from prrwatch.planning.chain import Limits
from prrwatch.planning.clock import SLOTS, hours
from prrwatch.planning.fleet import host_of
from prrwatch.planning.moment import next_look, usual
from prrwatch.planning.price import Stake, corrected, demand, fleet_price, host_prices
from prrwatch.planning.tempo import Tempo
from prrwatch.planning.week import Week
from prrwatch.source import Kind, Source, Way, WayKind

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)  # a Monday
HOUR = timedelta(hours=1)
EVEN = Week([1 / SLOTS] * SLOTS, [1.0] * 7)
WIDE = Limits(0.05, 1000.0)


def pace(**changes: object) -> Tempo:
    return replace(Tempo(rate=1.0, relevant=0.02, dispersion=1.0, room=inf, haste=0.0, week=EVEN), **changes)


def shaped(**hours_and_weights: float) -> Week:
    """A day with so many times the weight in the named hours: h9=40."""
    weights = [1.0] * SLOTS
    for name, weight in hours_and_weights.items():
        first = int(name[1:]) * 12
        weights[first : first + 12] = [weight] * 12
    return Week([weight / sum(weights) for weight in weights], [1.0] * 7)


BURSTS = shaped(h9=40, h17=7)


def source(**changes: object) -> Source:
    plain = Source(
        id="a",
        name="A",
        publisher="A",
        kind=Kind.OFFICIAL,
        homepage="https://a.example/",
        languages=("en",),
        every=HOUR,
        tier=1,
        article="x",
        ways=(Way(WayKind.FEED, "https://a.example/feed"),),
    )
    return replace(plain, **changes)


@pytest.mark.parametrize("relevant", [0.5, 0.02, 0.001])
@pytest.mark.parametrize("price", [0.01, 0.1, 1.0])
def test_an_even_source_follows_the_root_law(relevant: float, price: float):
    even = pace(relevant=relevant)
    expected = (2 * price / relevant) ** 0.5
    assert usual(even, price, WIDE) == pytest.approx(expected)
    assert next_look(even, price, WIDE, 1000.0) - 1000.0 == pytest.approx(expected, rel=0.1)


TEMPOS = st.builds(
    lambda rate, share, haste, room: pace(rate=rate, relevant=rate * share, haste=haste, room=room, week=BURSTS),
    st.floats(1e-4, 100),
    st.floats(0, 1),
    st.floats(0, 1),
    st.floats(0.5, 500),
)
BOUNDS = st.builds(lambda shortest, wider: Limits(shortest, shortest * wider), st.floats(0.05, 20), st.floats(1, 50))


@given(TEMPOS, BOUNDS, st.floats(1e-6, 1e4), st.floats(0, 1e6))
def test_the_limits_always_hold(believed: Tempo, bounds: Limits, price: float, last: float):
    interval = next_look(believed, price, bounds, last) - last
    assert bounds.shortest - 1e-6 <= interval <= bounds.longest + 1e-5


@given(st.floats(0.1, 50), st.floats(3, 100), st.floats(0, 168), st.floats(1, 1e4))
def test_a_window_is_never_expected_to_overflow(rate: float, room: float, last: float, price: float):
    believed = pace(rate=rate, relevant=rate * 1e-4, room=room, week=shaped(h9=20))
    bounds = Limits(0.05, 48.0)
    at = next_look(believed, price, bounds, last)
    assert rate * believed.week.mass(last, at) <= room + 1e-6 or at - last <= bounds.shortest * 2 + room / rate / 6


def test_a_look_comes_right_after_a_burst_and_not_before_it():
    timer = pace(rate=0.2, relevant=0.01, week=shaped(h9=500))
    monday_seven = hours(NOW.replace(hour=7))
    at = next_look(timer, 0.1, Limits(0.25, 24), monday_seven)
    assert 10 <= at % 24 <= 10.5


def test_nights_are_slept_through():
    office = pace(week=shaped(**{f"h{hour}": 20 for hour in range(6, 18)}))
    asked, at = [], hours(NOW.replace(hour=0))
    end = at + 24 * 5
    while at < end:
        at = next_look(office, 0.05, Limits(0.25, 24), at)
        asked.append(at % 24)
    by_day = sum(6 <= hour <= 18.5 for hour in asked)
    assert by_day > 0.75 * len(asked)


def test_a_gap_halves_the_interval():
    calm, hasty = pace(), pace(haste=1.0)
    interval = next_look(calm, 0.1, WIDE, 0.0)
    assert next_look(hasty, 0.1, WIDE, 0.0) == pytest.approx(interval / 2, rel=0.1)


def stakes(count: int = 50) -> list[Stake]:
    return [
        Stake(pace(relevant=0.001 * 1.15**place), Limits(0.1, 24.0), host=f"h{place % 10}") for place in range(count)
    ]


@pytest.mark.parametrize("per_day", [2, 6, 24])
def test_the_price_uses_up_the_budget(per_day: int):
    budget = per_day * 50 / 24
    price = fleet_price(stakes(), budget)
    assert sum(demand(stake, price) for stake in stakes()) == pytest.approx(budget, rel=0.01)


def test_a_budget_below_the_floors_gives_the_floors():
    price = fleet_price(stakes(), 0.001)
    assert all(demand(stake, price) == pytest.approx(1 / 24) for stake in stakes())


def test_twice_as_dear_looks_are_asked_for_less():
    one, two = Stake(pace(), WIDE), Stake(pace(), WIDE, requests=4.0)
    assert demand(two, 0.1) == pytest.approx(2 * demand(one, 0.1))  # half as often, at four requests each


def test_a_host_with_a_budget_of_its_own_is_dearer():
    price = fleet_price(stakes(), 20.0)
    members = [stake for stake in stakes() if stake.host == "h9"]
    dearer = host_prices(stakes(), price, {"h9": 0.5, "h0": 1e9, "nobody": 0.1})
    assert set(dearer) == {"h9"}
    assert sum(demand(stake, dearer["h9"]) for stake in members) == pytest.approx(0.5, rel=0.01)


def test_overspending_makes_looks_dearer_and_is_bounded():
    assert corrected(1.0, 110, 100) > 1 > corrected(1.0, 90, 100)
    assert corrected(1.0, 1e9, 1) == 1.5
    assert corrected(1.0, 0, 100) == 1.0


def test_limits_come_from_the_wish_the_tier_and_the_hint():
    assert limits(source()) == Limits(1 / 12, 16.0)
    assert limits(source(tier=3, every=24 * HOUR)) == Limits(0.5, 48.0)
    assert limits(source(every=72 * HOUR)).longest == 72.0
    assert limits(source(), hint=2 * HOUR).shortest == 2.0
    assert limits(source(), hint=365 * 24 * HOUR).shortest == 6.0
    clocked = limits(source(every=timedelta(seconds=2)))
    assert clocked.shortest == clocked.longest == 2 / 3600


def test_failures_double_the_interval_up_to_a_day():
    assert [backed_off(HOUR, failures) / HOUR for failures in (0, 3, 4, 5, 6, 99)] == [1, 1, 2, 4, 8, 8]
    assert backed_off(12 * HOUR, 99) == LONGEST_BACKOFF
    assert backed_off(48 * HOUR, 99) == 48 * HOUR


SOURCES = [source(id=f"s{place}", ways=(Way(WayKind.FEED, f"https://h{place}.example/feed"),)) for place in range(12)]
VIEW = outlook(SOURCES, {}, Allowance())


def past(**changes: object) -> Past:
    return Past(replace(PassHistory("s0", last_started=NOW, last_ended=NOW), **changes))


def interval(of: Past, each: Source = SOURCES[0]) -> float:
    at = next_pass(each, of, VIEW)
    assert at is not None
    return (at - NOW) / HOUR


def test_a_fleet_of_equals_is_read_about_as_often_as_wished():
    asked, at = 0, NOW
    while at < NOW + 7 * 24 * HOUR:
        following = next_pass(SOURCES[0], past(last_started=at), VIEW)
        assert following is not None
        at, asked = following, asked + 1
    assert asked / 7 == pytest.approx(24, rel=0.2)


def test_never_read_means_at_once_unless_the_host_asked_for_patience():
    assert next_pass(SOURCES[0], Past(PassHistory("s0")), VIEW) is None
    later = NOW + HOUR
    assert next_pass(SOURCES[0], Past(PassHistory("s0", retry_at=later)), VIEW) == later


def test_retry_after_is_obeyed_and_failures_slow_down():
    assert interval(past(retry_at=NOW + 30 * HOUR)) == 30
    assert interval(past(failures=6)) == pytest.approx(8 * interval(past()))


def test_a_hint_of_the_server_is_a_floor_unless_the_window_is_shorter():
    patient = replace(past(), fresh_for=3 * HOUR)
    assert interval(patient) >= 3
    narrow = replace(patient, rhythm=replace(Rhythm(), days=30.0, items=3000.0, window=10))
    assert interval(narrow) < 3


def test_a_clocked_source_is_read_by_the_clock_and_costs_nothing_of_the_budget():
    clocked = source(id="c", every=timedelta(seconds=2))
    assert clocked.every < CLOCKED
    assert next_pass(clocked, past(), VIEW) == NOW + timedelta(seconds=2)
    assert wished([*SOURCES, clocked]) == wished(SOURCES) == 12 * 24


def test_relevant_sources_are_read_more_often_and_barren_ones_never_given_up():
    rhythms = {each.id: judged(replace(Rhythm(), days=60.0, items=300.0), 300, 0) for each in SOURCES}
    rhythms["s0"] = judged(replace(Rhythm(), days=60.0, items=300.0), 300, 100)
    view = outlook(SOURCES, rhythms, Allowance(per_day=60))
    rich, barren = (
        next_pass(SOURCES[place], Past(PassHistory(f"s{place}", last_started=NOW), rhythms[f"s{place}"]), view)
        for place in (0, 1)
    )
    assert rich is not None
    assert barren is not None
    assert (barren - NOW) > 4 * (rich - NOW)
    assert barren - NOW <= 16 * HOUR


def test_a_dear_host_is_read_less():
    view = outlook(SOURCES, {}, Allowance(per_host={"h0.example": 4}))
    assert host_of(SOURCES[0]) == "h0.example"
    dear = next_pass(SOURCES[0], past(), view)
    cheap = next_pass(SOURCES[1], past(), view)
    assert dear is not None
    assert cheap is not None
    assert dear - NOW > 2 * (cheap - NOW)


def test_due_are_the_never_read_then_the_longest_overdue():
    planned = {"s0": NOW - HOUR, "s1": NOW - 2 * HOUR, "s2": NOW + HOUR, "s3": None}
    chosen = [*SOURCES[:4], replace(SOURCES[4], enabled=False)]
    assert [each.id for each in due(chosen, planned, NOW)] == ["s3", "s1", "s0"]


def test_the_same_past_gives_the_same_moment():
    assert next_pass(SOURCES[0], past(), VIEW) == next_pass(SOURCES[0], past(), VIEW)


def test_with_the_same_requests_relevant_items_are_found_much_sooner_than_by_fixed_intervals():
    shares = [0.001 * 1.6**place for place in range(12)]  # over a hundredfold
    rhythms = {
        each.id: judged(replace(Rhythm(), days=60.0, items=240.0), 2000, round(2000 * share))
        for each, share in zip(SOURCES, shares, strict=True)
    }
    view = outlook(SOURCES, rhythms, Allowance(per_day=12 * 6))
    delay = looks = 0.0
    for each, share in zip(SOURCES, shares, strict=True):
        asked = [NOW]
        while asked[-1] < NOW + 14 * 24 * HOUR:
            at = next_pass(each, Past(PassHistory(each.id, last_started=asked[-1]), rhythms[each.id]), view)
            assert at is not None
            asked.append(at)
        gaps_ = [(after - before) / HOUR for before, after in pairwise(asked)]
        delay += share / sum(shares) * sum(gap**2 for gap in gaps_) / sum(gaps_) / 2
        looks += len(gaps_) / 14
    assert looks == pytest.approx(12 * 6, rel=0.1)
    assert delay < 0.7 * 2.0  # every 4 hours: 2 hours in the mean, at any hour
