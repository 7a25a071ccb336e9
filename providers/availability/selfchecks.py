"""What must always hold of members' time."""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased, selectinload

from providers.availability import queries
from providers.availability.models import Absence, Booking, BusyTime, HolidayChoice, Season, WeeklyInterval
from providers.availability.public_holidays import countries
from providers.availability.rules import MAX_PAUSE_MINUTES, overlapping
from providers.profiles.models import Member


def members_booked_twice(session: Session) -> list[str]:
    """Nobody can hold two sessions at once."""
    return [
        f"member {one.member_id} has sessions for the requests {one.request_id} and {other.request_id} at the same time"
        for one, other in _neighbours(session)
        if one.when.overlaps(other.when)
    ]


def pauses_not_kept(session: Session) -> list[str]:
    """Who keeps a pause around sessions was not booked within it."""
    return [
        f"member {one.member_id} has no pause between the requests {one.request_id} and {other.request_id}"
        for one, other in _neighbours(session)
        if not one.when.overlaps(other.when) and _is_within_pause(*sorted((one, other), key=lambda each: each.id))
    ]


def _is_within_pause(first: Booking, later: Booking) -> bool:
    """Tell whether what was booked later breaks the pause that was kept by then; the first knew of nothing."""
    return later.when.widened(timedelta(minutes=later.pause_minutes)).overlaps(first.when)


def _neighbours(session: Session) -> Iterator[tuple[Booking, Booking]]:
    """Give any two sessions of a member that overlap, or lie within the longest pause."""
    longest = timedelta(minutes=MAX_PAUSE_MINUTES)
    near: list[Booking] = []
    for booking in session.scalars(select(Booking).order_by(Booking.member_id, Booking.starts_at, Booking.id)):
        near = [one for one in near if one.member_id == booking.member_id and one.ends_at + longest > booking.starts_at]
        yield from ((one, booking) for one in near)
        near.append(booking)


def busy_times_that_overlap(session: Session) -> list[str]:
    """Busy times of one calendar were joined where they overlap."""
    other = aliased(BusyTime)
    both = select(BusyTime.calendar_id, other.starts_at).join(other, other.calendar_id == BusyTime.calendar_id)
    crossing = both.where(other.starts_at > BusyTime.starts_at, other.starts_at <= BusyTime.ends_at)
    return [f"busy times of calendar {calendar_id} overlap at {at}" for calendar_id, at in session.execute(crossing)]


def hours_that_overlap(session: Session) -> list[str]:
    """Nobody works twice at the same time."""
    members = session.scalars(select(WeeklyInterval.member_id).distinct().order_by(WeeklyInterval.member_id))
    return [
        f"the hours of member {member_id} overlap"
        for member_id, weekly in queries.weekly_by_member(session, members.all()).items()
        if overlapping(weekly)
    ]


def seasons_that_overlap(session: Session) -> list[str]:
    """No day belongs to two seasons of a member."""
    other = aliased(Season)
    both = select(Season.member_id, other.first_day).join(other, other.member_id == Season.member_id)
    crossing = both.where(other.id > Season.id, other.first_day <= Season.last_day, other.last_day >= Season.first_day)
    return [f"seasons of member {member_id} overlap at {day}" for member_id, day in session.execute(crossing)]


def hours_of_seasons_that_overlap(session: Session) -> list[str]:
    """Nobody works twice at the same time in a season either."""
    seasons = session.scalars(select(Season).options(selectinload(Season.intervals)).order_by(Season.id))
    return [
        f"the hours of season {one.id} overlap"
        for one in seasons
        if overlapping([interval.weekly for interval in one.intervals])
    ]


def absences_that_overlap(session: Session) -> list[str]:
    """No day belongs to two absences of a member."""
    other = aliased(Absence)
    both = select(Absence.member_id, other.first_day).join(other, other.member_id == Absence.member_id)
    crossing = both.where(
        other.id > Absence.id, other.first_day <= Absence.last_day, other.last_day >= Absence.first_day
    )
    return [f"absences of member {member_id} overlap at {day}" for member_id, day in session.execute(crossing)]


def stand_ins_of_others(session: Session) -> list[str]:
    """Who stands in for a member works, or has worked, for the same provider."""
    away, stand_in = aliased(Member), aliased(Member)
    strange = (
        select(Absence.id)
        .join(away, away.id == Absence.member_id)
        .join(stand_in, stand_in.id == Absence.stand_in_id)
        .where(away.provider_id != stand_in.provider_id)
    )
    return [
        f"somebody of another provider stands in for absence {absence_id}" for absence_id in session.scalars(strange)
    ]


def holidays_that_nobody_knows(session: Session) -> list[str]:
    """A member keeps the holidays of a country and a region of which we know them."""
    chosen = select(HolidayChoice).where(HolidayChoice.country.is_not(None)).order_by(HolidayChoice.member_id)
    return [
        f"nobody knows the holidays of {one.country} {one.region or ''} that member {one.member_id} keeps"
        for one in session.scalars(chosen)
        if one.country not in countries() or (one.region and one.region not in queries.regions_of(one.country))
    ]


CHECKS = (
    members_booked_twice,
    pauses_not_kept,
    busy_times_that_overlap,
    hours_that_overlap,
    seasons_that_overlap,
    hours_of_seasons_that_overlap,
    absences_that_overlap,
    stand_ins_of_others,
    holidays_that_nobody_knows,
)
