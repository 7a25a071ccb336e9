"""A quota fills up again evenly, and is never exceeded."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from marketplace.kernel import pace
from marketplace.kernel.pace import Meter, Pace
from tests.factories import MINUTE, NOON

SECOND = timedelta(seconds=1)
TEN = Pace(10, MINUTE)


def take(meter, times, now=NOON, who="ana"):
    """Call several times at once; give how it stands after each."""
    return [meter.take(who, TEN, now) for _time in range(times)]


def test_a_quota_may_be_used_at_once_and_then_no_further():
    standings = take(Meter(), 12)
    assert [one.is_allowed for one in standings] == [True] * 10 + [False] * 2
    assert [one.remaining for one in standings] == [*range(9, -1, -1), 0, 0]
    assert standings[0].full_in == 6 * SECOND
    assert standings[9].full_in == MINUTE
    assert standings[9].next_in == standings[11].next_in == 6 * SECOND
    assert standings[8].next_in == timedelta()


def test_one_more_is_allowed_after_each_tenth_of_the_window():
    meter = Meter()
    take(meter, 10)
    assert not take(meter, 1, NOON + 5.9 * SECOND)[0].is_allowed
    assert [one.is_allowed for one in take(meter, 2, NOON + 6 * SECOND)] == [True, False]
    assert take(meter, 1, NOON + 10 * MINUTE)[0].remaining == 9


def test_who_is_refused_does_not_wait_longer_for_having_asked():
    meter = Meter()
    take(meter, 10)
    take(meter, 100)
    assert take(meter, 1, NOON + 6 * SECOND)[0].is_allowed


def test_everybody_has_a_quota_of_their_own():
    meter = Meter()
    take(meter, 11)
    assert take(meter, 1, who="bo")[0].remaining == 9


def test_memory_has_an_end(monkeypatch):
    monkeypatch.setattr(pace, "MAX_KNOWN", 3)
    meter = Meter()
    take(meter, 10, who="ana")
    for who in ("bo", "cy"):
        take(meter, 1, who=who)
    take(meter, 1, NOON + 6 * SECOND, who="di")  # Bo and Cy have their whole quota again, so they are forgotten.
    assert take(meter, 2, NOON + 6 * SECOND, who="ana")[1].is_allowed is False
    for who in ("ed", "flo", "gus"):
        take(meter, 1, NOON + 6 * SECOND, who=who)
    assert len(meter._full_at) <= 3


@given(
    st.integers(1, 500),
    st.lists(st.timedeltas(timedelta(), 2 * MINUTE), max_size=60).map(sorted),
)
def test_no_window_holds_more_than_twice_the_quota_and_what_is_told_comes_true(quota, moments):
    meter, told = Meter(), Pace(quota, MINUTE)
    allowed = []
    for moment in moments:
        standing = meter.take("ana", told, NOON + moment)
        assert 0 <= standing.remaining < quota
        assert timedelta() <= standing.full_in <= MINUTE
        if standing.is_allowed:
            allowed.append(moment)
        else:
            later = Meter()
            later._full_at = dict(meter._full_at)
            assert later.take("ana", told, NOON + moment + standing.next_in).is_allowed
    for start in allowed:
        assert sum(start <= one < start + MINUTE for one in allowed) < 2 * quota
