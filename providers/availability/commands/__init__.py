"""Saying when a member works; taking a member's time for a session, and giving it back."""

from providers.availability.commands.absences import TooManyAbsences, add_absence, change_absence, remove_absence
from providers.availability.commands.booking import DoubleBooked, TooClose, book, free
from providers.availability.commands.calendars import (
    TooManyCalendars,
    add_address,
    add_file,
    keep_times,
    lease,
    note_failure,
    remove_calendar,
)
from providers.availability.commands.feeds import close_feed, open_feed
from providers.availability.commands.holidays import keep_holidays, keep_region, work_on_holidays
from providers.availability.commands.seasons import TooManySeasons, add_season, change_season, remove_season
from providers.availability.commands.sessions import hold_sessions
from providers.availability.commands.week import OverlappingHours, set_week

__all__ = [
    "DoubleBooked",
    "OverlappingHours",
    "TooClose",
    "TooManyAbsences",
    "TooManyCalendars",
    "TooManySeasons",
    "add_absence",
    "add_address",
    "add_file",
    "add_season",
    "book",
    "change_absence",
    "change_season",
    "close_feed",
    "free",
    "hold_sessions",
    "keep_holidays",
    "keep_region",
    "keep_times",
    "lease",
    "note_failure",
    "open_feed",
    "remove_absence",
    "remove_calendar",
    "remove_season",
    "set_week",
    "work_on_holidays",
]
