"""Working hours and absences."""

from datetime import date

from providers.availability.models import Absence, Booking, WeeklyInterval

WORKDAYS = range(5)


def make_hours(session, member, *, weekdays=WORKDAYS, start_minute=9 * 60, end_minute=17 * 60):
    """Let a member work from `start_minute` to `end_minute` on each of `weekdays`."""
    for weekday in weekdays:
        session.add(
            WeeklyInterval(member_id=member.id, weekday=weekday, start_minute=start_minute, end_minute=end_minute)
        )
    session.flush()


def make_absence(session, member, first_day: date, last_day: date | None = None):
    """Let a member be away from `first_day` to `last_day`, both included."""
    session.add(Absence(member_id=member.id, first_day=first_day, last_day=last_day or first_day))
    session.flush()


def make_booking(session, job):
    """Take the time of a session."""
    when = job.when
    session.add(Booking(member_id=job.member_id, request_id=job.request_id, starts_at=when.start, ends_at=when.end))
    session.flush()
