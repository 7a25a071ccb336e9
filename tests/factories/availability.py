"""Working hours and absences."""

from datetime import date

from providers.availability.models import (
    Absence,
    Booking,
    BusyTime,
    OtherCalendar,
    Season,
    SeasonInterval,
    SessionSettings,
    WeeklyInterval,
)
from providers.availability.rules import Interval
from tests.factories import DAY, NOON

WORKDAYS = range(5)


def make_hours(session, member, *, weekdays=WORKDAYS, start_minute=9 * 60, end_minute=17 * 60):
    """Let a member work from `start_minute` to `end_minute` on each of `weekdays`."""
    for weekday in weekdays:
        session.add(
            WeeklyInterval(member_id=member.id, weekday=weekday, start_minute=start_minute, end_minute=end_minute)
        )
    session.flush()


def make_season(
    session, member, first_day: date, last_day: date, *, weekdays=WORKDAYS, start_minute=8 * 60, end_minute=14 * 60
):
    """Let a member work other hours from `first_day` to `last_day`, both included."""
    hours = {"start_minute": start_minute, "end_minute": end_minute}
    intervals = [SeasonInterval(weekday=weekday, **hours) for weekday in weekdays]
    made = Season(member_id=member.id, first_day=first_day, last_day=last_day, intervals=intervals)
    session.add(made)
    session.flush()
    return made


def make_absence(session, member, first_day: date, last_day: date | None = None, *, stand_in=None, note=None):
    """Let a member be away from `first_day` to `last_day`, both included."""
    who = {"member_id": member.id, "stand_in_id": stand_in.id if stand_in else None}
    made = Absence(first_day=first_day, last_day=last_day or first_day, note=note, **who)
    session.add(made)
    session.flush()
    return made


def make_other_calendar(session, member, *times: Interval, **details):
    """Let a member be busy by another calendar."""
    facts = {"name": "Private", "added_at": NOON, "read_at": NOON, "known_until": NOON + 182 * DAY, **details}
    made = OtherCalendar(member_id=member.id, **facts)
    session.add(made)
    session.flush()
    for one in times:
        whose = {"calendar_id": made.id, "member_id": member.id}
        session.add(BusyTime(**whose, starts_at=one.start, ends_at=one.end))
    session.flush()
    return made


def make_booking(session, job):
    """Take the time of a session."""
    when = job.when
    session.add(Booking(member_id=job.member_id, request_id=job.request_id, starts_at=when.start, ends_at=when.end))
    session.flush()


def make_settings(session, member, *, pause_minutes=0, notice_hours=0):
    """Let a member keep a pause around sessions, and be asked so long ahead."""
    session.add(SessionSettings(member_id=member.id, pause_minutes=pause_minutes, notice_hours=notice_hours))
    session.flush()
