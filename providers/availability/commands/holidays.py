"""Saying which public holidays a member keeps, and on which of them there is work all the same."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from marketplace.kernel import audit
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.translate import _
from providers.availability import queries
from providers.availability.models import HolidayChoice, WorkedHoliday
from providers.availability.rules import Keeping, holidays_until
from providers.profiles import queries as profiles
from providers.profiles.models import Member


def keep_holidays(session: Session, member: Member, country: str | None, *, now: datetime) -> None:
    """Let a member keep the public holidays of a country, or none; of the same country the region stays."""
    profiles.lock_member(session, member.id)
    kept = queries.keeping_of(session, member)
    _keep(session, member, Keeping(country, kept.region if country == kept.country else None), now)


def keep_region(session: Session, member: Member, region: str | None, *, now: datetime) -> None:
    """Let a member keep the public holidays of a region of the country, too; None for those of the whole country only.

    Raises:
        InvalidInput: the country has no such region.
    """
    profiles.lock_member(session, member.id)
    country = queries.keeping_of(session, member).country
    if region is not None and region not in queries.regions_of(country):
        raise InvalidInput({"region": [_("Choose one of the answers.")]})
    _keep(session, member, Keeping(country, region), now)


def _keep(session: Session, member: Member, kept: Keeping, now: datetime) -> None:
    session.merge(HolidayChoice(member_id=member.id, country=kept.country, region=kept.region))
    session.flush()
    facts = {"country": kept.country, "region": kept.region}
    audit.record(session, member, "keep_holidays", by=member.person_id, at=now, **facts)


def work_on_holidays(session: Session, member: Member, days: Collection[date], *, today: date, now: datetime) -> None:
    """Say on which of the coming public holidays a member works; on the others there is none.

    Raises:
        InvalidInput: some of the days are no public holidays that the member keeps, or lie too far ahead.
    """
    profiles.lock_member(session, member.id)
    last_day = holidays_until(today)
    if not set(days) <= queries.holidays_between(queries.keeping_of(session, member), today, last_day):
        raise InvalidInput({"days": [_("One of these is no public holiday that you keep. Look at them again.")]})
    coming = delete(WorkedHoliday).filter_by(member_id=member.id).where(WorkedHoliday.day.between(today, last_day))
    session.execute(coming)
    session.add_all(WorkedHoliday(member_id=member.id, day=day) for day in sorted(set(days)))
    session.flush()
    audit.record(session, member, "work_on_holidays", by=member.person_id, at=now)
