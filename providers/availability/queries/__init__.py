"""Reading when members work."""

from providers.availability.queries.absences import (
    Absent,
    absence,
    absences_not_over,
    absences_of,
    absences_to_stand_in,
    absent_on,
    away_now,
)
from providers.availability.queries.booking import booked, bookings_of, call_link, spacing, taken
from providers.availability.queries.calendars import (
    KnownCalendar,
    busy_at,
    busy_times_of,
    calendars_due,
    calendars_of,
    known_calendars,
    other_calendar,
)
from providers.availability.queries.diaries import diary_of
from providers.availability.queries.feeds import feed_by_secret, feed_of
from providers.availability.queries.holidays import (
    holidays_between,
    keeping_of,
    name_of_holiday,
    regions_of,
    worked_holidays,
)
from providers.availability.queries.hours import hours_by_member, hours_by_provider, weekly_by_member
from providers.availability.queries.seasons import season, seasons_of

__all__ = [
    "Absent",
    "KnownCalendar",
    "absence",
    "absences_not_over",
    "absences_of",
    "absences_to_stand_in",
    "absent_on",
    "away_now",
    "booked",
    "bookings_of",
    "busy_at",
    "busy_times_of",
    "calendars_due",
    "calendars_of",
    "call_link",
    "diary_of",
    "feed_by_secret",
    "feed_of",
    "holidays_between",
    "hours_by_member",
    "hours_by_provider",
    "keeping_of",
    "known_calendars",
    "name_of_holiday",
    "other_calendar",
    "regions_of",
    "season",
    "seasons_of",
    "spacing",
    "taken",
    "weekly_by_member",
    "worked_holidays",
]
