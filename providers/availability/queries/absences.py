"""Reading when members are away, and who stands in for them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from marketplace.kernel.errors import NotFound
from providers.availability.models import Absence
from providers.availability.rules import ONE_DAY
from providers.profiles.models import Member

_WITH_PEOPLE = (
    joinedload(Absence.member).joinedload(Member.person),
    joinedload(Absence.stand_in).joinedload(Member.person),
)


@dataclass(frozen=True, slots=True)
class Absent:
    """A member who is away, and who stands in at that moment: nobody, if that one is away as well."""

    absence: Absence
    stand_in: Member | None


def absences_of(session: Session, member_id: int) -> list[Absence]:
    """List when a member is away, in order, with who stands in."""
    theirs = select(Absence).filter_by(member_id=member_id).order_by(Absence.first_day)
    return list(session.scalars(theirs.options(*_WITH_PEOPLE)))


def absences_not_over(session: Session, member_ids: Collection[int], today: date) -> list[Absence]:
    """List when some members are away, today or later, in order."""
    coming = select(Absence).where(Absence.member_id.in_(member_ids), Absence.last_day >= today)
    return list(session.scalars(coming.order_by(Absence.first_day, Absence.id).options(*_WITH_PEOPLE)))


def absences_to_stand_in(session: Session, member_id: int, today: date) -> list[Absence]:
    """List for whose absences a member stands in, today or later, in order."""
    coming = select(Absence).filter_by(stand_in_id=member_id).where(Absence.last_day >= today)
    return list(session.scalars(coming.order_by(Absence.first_day, Absence.id).options(*_WITH_PEOPLE)))


def absence(session: Session, member_id: int, absence_id: int) -> Absence:
    """Find an absence of a member, or raise `NotFound`."""
    found = session.scalar(select(Absence).filter_by(id=absence_id, member_id=member_id).options(*_WITH_PEOPLE))
    if found is None:
        raise NotFound(absence_id=absence_id)
    return found


def away_now(session: Session, provider_id: int, now: datetime) -> dict[int, Absent]:
    """Tell who of a provider is away at a moment, each by the own calendar; by the ids of the members."""
    return _absent(session, select(Absence).join(Absence.member).where(Member.provider_id == provider_id), now)


def absent_on(session: Session, member_id: int, at: datetime) -> Absent | None:
    """Tell whether a member is away at a moment, and who stands in then."""
    here = select(Member.provider_id).filter_by(id=member_id).scalar_subquery()
    theirs = select(Absence).join(Absence.member).where(Member.provider_id == here)
    return _absent(session, theirs, at).get(member_id)


def _absent(session: Session, theirs: Select[Absence], at: datetime) -> dict[int, Absent]:
    # By the calendar of any zone it is yesterday, today or tomorrow.
    near = theirs.where(Absence.first_day <= at.date() + ONE_DAY, Absence.last_day >= at.date() - ONE_DAY)
    away = {
        one.member_id: one
        for one in session.scalars(near.options(*_WITH_PEOPLE))
        if one.first_day <= at.astimezone(ZoneInfo(one.member.zone)).date() <= one.last_day
    }
    return {member_id: Absent(one, _present(one.stand_in, away)) for member_id, one in away.items()}


def _present(stand_in: Member | None, away: Collection[int]) -> Member | None:
    return stand_in if stand_in is not None and stand_in.takes_jobs and stand_in.id not in away else None
