"""Saying that a member works other hours for a while."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime

from sqlalchemy.orm import Session

from marketplace.kernel import audit
from marketplace.kernel.errors import Conflict, InvalidInput
from marketplace.kernel.translate import _, _l, format_day
from providers.availability import queries
from providers.availability.commands.week import check_week
from providers.availability.models import Season, SeasonInterval
from providers.availability.rules import MAX_SEASONS, SeasonHours
from providers.profiles import queries as profiles
from providers.profiles.models import Member


class TooManySeasons(Conflict):
    """What is long over can go."""

    message = _l("You have other hours for many dates. Remove some that are over, then add new ones.")


def add_season(session: Session, member: Member, hours: SeasonHours, *, now: datetime) -> None:
    """Say that a member works other hours from one day to another. Sessions that are booked stay.

    Raises:
        OverlappingHours: some of the hours overlap.
        InvalidInput: some of the days belong to another season; names it.
        TooManySeasons: nobody needs so many.
    """
    check_week(hours.weekly)
    profiles.lock_member(session, member.id)
    seasons = queries.seasons_of(session, member.id)
    if len(seasons) >= MAX_SEASONS:
        raise TooManySeasons
    _check_days(seasons, hours.first_day, hours.last_day)
    made = Season(
        member_id=member.id,
        first_day=hours.first_day,
        last_day=hours.last_day,
        intervals=[SeasonInterval(**asdict(one)) for one in hours.weekly],
    )
    session.add(made)
    session.flush()
    audit.record(session, made, "add", by=member.person_id, at=now)


def change_season(session: Session, member: Member, season_id: int, hours: SeasonHours, *, now: datetime) -> None:
    """Say otherwise what a member works in a season, and when that is.

    Raises:
        NotFound: the member has no such season.
        OverlappingHours: some of the hours overlap.
        InvalidInput: some of the days belong to another season; names it.
    """
    check_week(hours.weekly)
    profiles.lock_member(session, member.id)
    found = queries.season(session, member.id, season_id)
    others = [one for one in queries.seasons_of(session, member.id) if one is not found]
    _check_days(others, hours.first_day, hours.last_day)
    found.intervals.clear()
    session.flush()  # What goes is gone before the same hours come again.
    found.first_day, found.last_day = hours.first_day, hours.last_day
    found.intervals = [SeasonInterval(**asdict(one)) for one in hours.weekly]
    session.flush()
    audit.record(session, found, "change", by=member.person_id, at=now)


def _check_days(others: Sequence[Season], first_day: date, last_day: date) -> None:
    for one in others:
        if one.first_day <= last_day and first_day <= one.last_day:
            taken = {"first_day": format_day(one.first_day), "last_day": format_day(one.last_day)}
            told = _("You have other hours from %(first_day)s to %(last_day)s already.") % taken
            raise InvalidInput({"first_day": [told]})


def remove_season(session: Session, member: Member, season_id: int, *, now: datetime) -> None:
    """Let a member work as usual again on the days of a season.

    Raises:
        NotFound: the member has no such season.
    """
    profiles.lock_member(session, member.id)
    found = queries.season(session, member.id, season_id)
    audit.record(session, found, "remove", by=member.person_id, at=now)
    session.delete(found)
    session.flush()
