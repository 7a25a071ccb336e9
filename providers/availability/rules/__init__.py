"""When a provider works, and how a day of it looks to a reader somewhere else."""

from providers.availability.rules.hours import (
    ONE_WEEK,
    Away,
    Hours,
    Interval,
    Weekly,
    is_open,
    next_open,
    open_intervals,
    overlap_hours,
    week_ahead,
    works_through,
)
from providers.availability.rules.strip import DayHours, HoursStrip, Segment, SegmentKind, days_ahead, hours_strip

__all__ = [
    "ONE_WEEK",
    "Away",
    "DayHours",
    "Hours",
    "HoursStrip",
    "Interval",
    "Segment",
    "SegmentKind",
    "Weekly",
    "days_ahead",
    "hours_strip",
    "is_open",
    "next_open",
    "open_intervals",
    "overlap_hours",
    "week_ahead",
    "works_through",
]
