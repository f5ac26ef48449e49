from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import nextafter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prrwatch.planning.clock import SLOTS, hours, moment, slot, weekday
from prrwatch.planning.prior import Prior, class_prior, fleet_priors, posterior_share
from prrwatch.planning.rhythm import HALF_LIFE, Look, Rhythm, judged, learn
from prrwatch.planning.tempo import tempo
from prrwatch.planning.week import Week, day_shares, weekday_factors
from prrwatch.source import Kind, Source, Way, WayKind

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)  # a Monday
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
PRIOR = Prior(items_per_day=2.0, relevant_share=0.02)
MOMENTS = st.integers(0, 4_000_000_000).map(lambda second: datetime.fromtimestamp(second, UTC))


def source(**changes: object) -> Source:
    plain = Source(
        id="a",
        name="A",
        publisher="A",
        kind=Kind.OFFICIAL,
        homepage="https://a.example/",
        languages=("en",),
        every=HOUR,
        tier=2,
        article="x",
        ways=(Way(WayKind.FEED, "https://a.example/feed"),),
    )
    return replace(plain, **changes)


def watched(days: int, per_day: int = 4, at: int = 9, rhythm: Rhythm | None = None) -> Rhythm:
    """A source that publishes `per_day` items each day at one hour, looked at four times a day."""
    rhythm = rhythm or Rhythm()
    since = None
    for quarter in range(days * 4):
        now = NOW + quarter * 6 * HOUR
        published = now.replace(hour=at, minute=5)
        fresh = (published,) * per_day if since is not None and since < published <= now else ()
        rhythm = learn(rhythm, Look(now, since, fresh, 20))
        since = now
    return rhythm


@given(MOMENTS)
def test_hours_and_moments_are_each_others_inverse(at: datetime):
    assert abs(moment(hours(at)) - at) < timedelta(milliseconds=1)
    assert weekday(hours(at)) == at.weekday()
    assert slot(hours(at)) in {_five_minutes(at), _five_minutes(at + timedelta(milliseconds=4))}
    on_time = at.replace(minute=at.minute // 5 * 5, second=0, microsecond=0)
    assert slot(hours(on_time)) == _five_minutes(on_time)


def _five_minutes(at: datetime) -> int:
    return (at.hour * 60 + at.minute) // 5


def test_a_rate_is_learned_within_days_and_forgotten_within_months():
    lively = watched(days=30)
    assert tempo(lively, PRIOR).rate * 24 == pytest.approx(4, rel=0.1)
    silent = learn(lively, Look(lively.as_of + 180 * DAY, lively.as_of, (), 20))
    assert tempo(silent, PRIOR).rate * 24 < 0.3
    assert silent.items < 2 < HALF_LIFE


def test_nothing_known_is_the_prior():
    believed = tempo(Rhythm(), PRIOR)
    assert believed.rate * 24 == pytest.approx(2.0)
    assert believed.relevant == pytest.approx(believed.rate * 0.02, rel=0.01)
    assert believed.room == float("inf")


def test_a_first_look_counts_what_it_shows_from_its_oldest_item_on():
    fresh = tuple(NOW - hour * HOUR for hour in range(24, 24 * 21, 24))
    first = learn(Rhythm(), Look(NOW, None, fresh, 20))
    assert first.days == pytest.approx(20)
    assert first.items == len(fresh) - 1
    assert sum(first.weekdays) == len(fresh)


def test_a_first_look_does_not_count_a_leader_pinned_for_years():
    first = learn(Rhythm(), Look(NOW, None, (NOW - 900 * DAY, NOW - 2 * DAY, NOW - DAY), 3))
    assert first.days == pytest.approx(60)
    assert first.items == 1


def test_a_first_look_at_a_busy_source_tells_the_rate_but_not_the_hours():
    fresh = tuple(NOW - minutes * timedelta(minutes=6) for minutes in range(20))
    first = learn(Rhythm(), Look(NOW, None, fresh, 20))
    assert tempo(first, PRIOR).rate * 24 > 10
    assert sum(first.slots) == 0


def test_what_fell_into_a_gap_is_not_watched():
    before = watched(days=3)
    fresh = tuple(before.as_of + 20 * HOUR + minutes * timedelta(minutes=10) for minutes in range(20))
    after = learn(before, Look(before.as_of + DAY, before.as_of, fresh, 20, gap=True))
    assert after.days - before.days < 0.2
    assert after.haste == 1.0
    assert learn(after, Look(after.as_of + HOUR, after.as_of, (), 20)).haste == 0.5


def test_a_look_from_the_past_changes_nothing():
    rhythm = watched(days=2)
    assert learn(rhythm, Look(rhythm.as_of - HOUR, None, (NOW,), 5)) is rhythm


@pytest.mark.parametrize("published", [None, NOW - 40 * DAY, NOW + 40 * DAY])
def test_an_item_without_a_credible_time_counts_between_the_looks(published: datetime | None):
    before = learn(Rhythm(), Look(NOW, None, (), 20))
    near = learn(before, Look(NOW + 2 * HOUR, NOW, (published,), 20))
    assert near.slots[slot(hours(NOW + HOUR))] == 1
    far = learn(before, Look(NOW + 20 * HOUR, NOW, (published,), 20))
    assert sum(far.slots) == 0
    assert far.items == 1


@given(st.lists(st.tuples(st.integers(1, 5000), st.integers(0, 50), st.booleans()), max_size=30))
def test_counts_stay_bounded_whatever_comes(looks: list[tuple[int, int, bool]]):
    rhythm, at = Rhythm(), NOW
    for minutes, fresh, gap in looks:
        since, at = at, at + timedelta(minutes=minutes)
        rhythm = learn(rhythm, Look(at, since, (at - timedelta(minutes=1),) * fresh, fresh, gap), expected=1.0)
    assert rhythm.days >= 0
    assert all(count >= 0 for count in (*rhythm.slots, *rhythm.weekdays, *rhythm.watched))
    believed = tempo(rhythm, PRIOR)
    assert believed.rate > 0
    assert believed.relevant > 0
    assert 1 <= believed.dispersion <= 30


def test_relevance_is_believed_slowly_and_never_ruled_out():
    barren = judged(Rhythm(), 1000, 0)
    rich = judged(Rhythm(), 20, 10)
    assert 0 < tempo(barren, PRIOR).relevant < tempo(Rhythm(), PRIOR).relevant / 10
    assert 0.2 < tempo(rich, PRIOR).relevant / tempo(rich, PRIOR).rate < 0.5


def test_a_share_is_the_prior_s_at_first_and_the_source_s_own_at_last():
    prior = Prior(items_per_day=2.0, relevant_share=0.03)
    assert posterior_share(prior, 0, 0) == pytest.approx(0.03, rel=0.01)
    assert posterior_share(prior, 35, 0) > 0.03 / 3  # thirty-five documents do not make a barren source
    assert posterior_share(prior, 2000, 400) == pytest.approx(0.2, rel=0.05)


@given(st.floats(1e-5, 0.5), st.floats(0, 1e6), st.floats(0, 1))
def test_a_share_is_a_probability_whatever_was_judged(share: float, documents: float, part: float):
    assert 0 < posterior_share(Prior(2.0, share), documents, documents * part) < 1


def test_a_burst_makes_the_window_smaller():
    steady, bursty = replace(Rhythm(), window=20), replace(Rhythm(), window=20, expected=100, surprise=1000)
    assert tempo(bursty, PRIOR).room < tempo(steady, PRIOR).room < 20
    assert tempo(replace(Rhythm(), window=1), PRIOR).room > 0


def test_a_timer_is_found_to_five_minutes_and_few_data_are_not_overrated():
    shares = day_shares(watched(days=30).slots)
    assert sum(shares) == pytest.approx(1)
    assert shares[9 * 12 + 1] > 0.6
    assert sum(shares[9 * 12 : 9 * 12 + 3]) > 0.8
    after_three = day_shares(watched(days=4, per_day=1).slots)
    assert 0.01 < after_three[9 * 12 + 1] < 0.6


def test_an_office_is_placed_in_its_zone():
    slots = [0.0] * SLOTS
    for hour in (3, 4, 5, 6, 7, 8, 9, 10, 11, 12):  # 8 to 18 o'clock at UTC+5
        slots[hour * 12 + 4] = 1.0
    shares = day_shares(tuple(slots))
    assert sum(shares[3 * 12 : 13 * 12]) > 0.65
    assert sum(shares[16 * 12 : 24 * 12]) < 0.2


def test_weekdays_are_learned_beside_how_long_each_was_watched():
    rhythm = replace(Rhythm(), weekdays=(20.0, 20.0, 20.0, 20.0, 20.0, 0.0, 0.0), watched=(5.0,) * 7)
    factors = weekday_factors(rhythm, 20 / 7 * 5 / 5, 1.0)
    assert sum(factors) == pytest.approx(7)
    assert factors[5] < 0.3
    assert factors[0] > 1
    monday_only = replace(Rhythm(), weekdays=(20.0, 0, 0, 0, 0, 0, 0), watched=(1.0, 0, 0, 0, 0, 0, 0))
    assert weekday_factors(monday_only, 20.0, 1.0)[0] < 1.6


@given(st.lists(st.floats(0.001, 50), min_size=SLOTS, max_size=SLOTS), st.floats(0, 400), st.floats(0, 400))
def test_the_integrals_are_those_of_the_shape(weights: list[float], began: float, span: float):
    total = sum(weights)
    week = Week([weight / total for weight in weights], [1, 1, 1, 1, 1, 0.5, 1.5])
    steps = 400
    inner = [began + span * (place + 0.5) / steps for place in range(steps)]
    masses, waits = week.marks([began, began + span])
    mass, wait = masses[1] - masses[0], waits[1] - waits[0]
    summed = sum(week.mass(began, at) for at in inner) * span / steps
    assert mass == pytest.approx(week.mass(began, began + span), abs=1e-6)
    assert wait - masses[0] * span == pytest.approx(summed, rel=2e-2, abs=1e-3)
    assert week.mass(began, began + 168) == pytest.approx(168, rel=1e-6)


def test_ends_of_bursts_are_found_over_the_turn_of_the_week():
    slots = [0.1] * SLOTS
    slots[9 * 12 : 9 * 12 + 6] = [40.0] * 6
    week = Week([value / sum(slots) for value in slots], [1.0] * 7)
    assert week.drops_between(167.0, 168 + 34) == [168 + 9.5, 168 + 33.5]
    assert week.roots() < 0.9


def test_the_fleet_corrects_the_priors_of_a_class():
    sources = [source(id=f"s{place}") for place in range(20)]
    rich = {each.id: judged(Rhythm(), 200, 60) for each in sources[:10]}
    priors = fleet_priors(sources, rich)
    assert priors["s19"].relevant_share > 3 * class_prior(sources[19]).relevant_share
    assert fleet_priors(sources, {})["s0"].relevant_share == pytest.approx(class_prior(sources[0]).relevant_share)


def test_no_large_source_outvotes_the_quiet_ones():
    sources = [source(id=f"s{place}") for place in range(20)]
    rhythms = {each.id: judged(Rhythm(), 50, 0) for each in sources} | {"s0": judged(Rhythm(), 1_000_000, 500_000)}
    assert fleet_priors(sources, rhythms)["s5"].relevant_share < 0.1


def test_a_wish_is_a_hint_of_relevance():
    sources = [source(id=f"s{place}") for place in range(5)] + [source(id="wanted", every=HOUR / 2)]
    priors = fleet_priors(sources, {})
    assert priors["wanted"].relevant_share == pytest.approx(2 * priors["s0"].relevant_share)


@pytest.mark.parametrize("days", [1, 3, 7, 70, 20_000])
def test_an_instant_before_midnight_is_before_midnight(days: int):
    week = Week([1 / SLOTS] * SLOTS, [1, 1, 1, 1, 1, 0.5, 1.5])
    before = nextafter(days * 24.0, 0.0)
    for since in (0.0, days * 24.0 - 3.0):
        assert week.mass(since, before) == pytest.approx(week.mass(since, days * 24.0))
