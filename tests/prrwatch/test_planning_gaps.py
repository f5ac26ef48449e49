from datetime import UTC, datetime, timedelta

import pytest

from prrwatch.crawl import Reason, WayRead
from prrwatch.document import Dated, Item, Precision
from prrwatch.planning import gap, look

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def item(number: int, at: datetime | None = None, precision: Precision = Precision.SECOND) -> Item:
    """Item `number` was published `number` hours after the beginning."""
    at = at or NOW + number * HOUR
    return Item(f"https://a.example/{number}", f"a.example/{number}", published=Dated(at, precision, "", "feed"))


def read(*items: Item, at: datetime = NOW, **changes: object) -> WayRead:
    return WayRead("job", "a", 0, "https://a.example/feed", at, tuple(items), **changes)


def numbered(first: int, last: int) -> list[Item]:
    """A feed's order: the newest first."""
    return [item(number) for number in range(last, first - 1, -1)]


BEFORE = read(*numbered(0, 9))


def test_what_both_list_proves_that_nothing_fell():
    assert gap(BEFORE, read(*numbered(5, 14))) is None


def test_no_overlap_is_a_gap_and_says_what_is_known_of_it():
    found = gap(BEFORE, read(*numbered(12, 21), at=NOW + 24 * HOUR), expected=13.5)
    assert found is not None
    assert (found.source, found.way, found.listed, found.expected) == ("a", 0, 10, 13.5)
    assert (found.since, found.until) == (NOW, NOW + 24 * HOUR)
    assert found.reaches_back_to == NOW + 12 * HOUR


def test_one_common_item_is_no_proof_in_a_long_list_but_in_a_list_of_one():
    assert gap(BEFORE, read(*numbered(9, 18)))
    assert gap(read(item(1)), read(item(2), item(1))) is None


def test_a_pinned_item_is_no_proof():
    pinned = [item(0), item(1)]
    assert gap(read(*pinned, *numbered(2, 9)), read(*pinned, *numbered(20, 27)))


def test_an_edited_item_that_was_lifted_to_the_top_is_no_proof():
    lifted = [item(9, NOW + 30 * HOUR), item(8, NOW + 29 * HOUR)]
    assert gap(BEFORE, read(*lifted, *numbered(20, 27)))


def test_undated_items_prove_by_being_there():
    plain = [Item(f"https://a.example/{number}", f"a.example/{number}") for number in range(20)]
    assert gap(read(*plain[:10]), read(*plain[5:15])) is None
    assert gap(read(*plain[:10]), read(*plain[10:]))


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (BEFORE, read(unchanged=True)),
        (BEFORE, read()),
        (read(), read(*numbered(1, 5))),
        (BEFORE, read(*numbered(20, 29), failure=Reason.EMPTY)),
        (read(*numbered(0, 9), failure=Reason.EMPTY), read(*numbered(20, 29))),
    ],
)
def test_what_was_not_read_shows_no_gap(before: WayRead, now: WayRead):
    assert gap(before, now) is None


def test_a_look_tells_the_new_items_with_the_minutes_that_are_known():
    day_only = item(11, precision=Precision.DAY)
    known = frozenset(each.key for each in BEFORE.items)
    seen = look(BEFORE, read(day_only, *numbered(3, 10), at=NOW + 11 * HOUR), known)
    assert seen.fresh == (None, NOW + 10 * HOUR)
    assert (seen.since, seen.listed, seen.gap) == (NOW, 9, False)
    assert look(None, BEFORE, frozenset()).since is None
    assert look(BEFORE, read(unchanged=True), frozenset()).listed is None
