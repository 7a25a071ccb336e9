"""The usual week of a provider, by one wall clock."""

from datetime import date
from zoneinfo import ZoneInfo

from providers.availability.rules import Away, Hours, SeasonHours, Weekly
from providers.directory.rules.usual import own_zone, usual_week

MADRID, LIMA, BERLIN = ZoneInfo("Europe/Madrid"), ZoneInfo("America/Lima"), ZoneInfo("Europe/Berlin")
TUESDAY = date(2026, 3, 10)
WORKDAYS = tuple(Weekly(day, 9 * 60, 17 * 60) for day in range(5))
NINE_TO_FIVE = [(540, 1020)]


def test_the_week_begins_with_monday_whatever_day_it_is():
    hours = [Hours(MADRID, WORKDAYS)]
    for day in (date(2026, 3, 9), TUESDAY, date(2026, 3, 15)):
        assert usual_week(hours, MADRID, day) == [NINE_TO_FIVE] * 5 + [[], []]


def test_absences_holidays_and_seasons_are_not_usual():
    away, season = Away(TUESDAY, TUESDAY), SeasonHours(date(2026, 3, 1), date(2026, 3, 31), ())
    hours = Hours(MADRID, WORKDAYS, absences=(away,), holidays=frozenset({date(2026, 3, 11)}), seasons=(season,))
    assert usual_week([hours], MADRID, TUESDAY) == [NINE_TO_FIVE] * 5 + [[], []]


def test_a_night_is_on_two_days_and_a_whole_day_has_no_gap():
    night, all_day = Hours(MADRID, (Weekly(6, 22 * 60, 30 * 60),)), Hours(MADRID, (Weekly(2, 0, 1440),))
    week = usual_week([night, all_day], MADRID, TUESDAY)
    assert week == [[(0, 360)], [], [(0, 1440)], [], [], [], [(1320, 1440)]]


def test_colleagues_elsewhere_are_told_by_the_same_clock():
    hours = [Hours(MADRID, WORKDAYS[:1]), Hours(LIMA, WORKDAYS[:1])]  # Lima is six hours behind in March.
    assert own_zone(hours) == MADRID
    assert usual_week(hours, MADRID, TUESDAY)[0] == [(9 * 60, 23 * 60)]


def test_a_clock_that_changes_in_that_week_changes_nothing():
    hours = [Hours(BERLIN, tuple(Weekly(6, start, end) for start, end in ((0, 240), (540, 1020))))]
    for sunday in (date(2026, 3, 29), date(2026, 10, 25)):
        assert usual_week(hours, BERLIN, sunday)[6] == [(0, 240), (540, 1020)]


def test_nobody_has_no_zone():
    assert own_zone([]) is None
