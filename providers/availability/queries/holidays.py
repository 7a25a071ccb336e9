"""Reading which public holidays members keep."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from providers.availability.models import HolidayChoice, WorkedHoliday
from providers.availability.public_holidays import HolidayName, holiday_names, public_holidays, regions
from providers.availability.rules import Keeping
from providers.profiles.models import Member


def keeping_of(session: Session, member: Member) -> Keeping:
    """Tell whose public holidays a member keeps: those of the provider's country, unless chosen otherwise."""
    chosen = session.get(HolidayChoice, member.id)
    return Keeping(chosen.country, chosen.region) if chosen else Keeping(member.provider.country)


def regions_of(country: str | None) -> Mapping[str, str]:
    """Name the regions of a country whose holidays differ; None has none."""
    return regions(country) if country else {}


def holidays_between(kept: Keeping, first_day: date, last_day: date) -> frozenset[date]:
    """List the public holidays that somebody keeps from one day to another, both included."""
    if kept.country is None:
        return frozenset()
    years = range(first_day.year, last_day.year + 1)
    days = (day for year in years for day in public_holidays(kept.country, year, kept.region))
    return frozenset(day for day in days if first_day <= day <= last_day)


def name_of_holiday(kept: Keeping, day: date, language: str) -> HolidayName:
    """Name a public holiday that somebody keeps, in a language if that is known; empty if it is none."""
    names = holiday_names(kept.country, day.year, kept.region, language) if kept.country else {}
    return names.get(day, HolidayName("", ""))


def worked_holidays(
    session: Session, member_ids: Collection[int] | Select[int], first_day: date, last_day: date
) -> defaultdict[int, set[date]]:
    """Tell on which public holidays members work all the same."""
    theirs = select(WorkedHoliday.member_id, WorkedHoliday.day).where(WorkedHoliday.member_id.in_(member_ids))
    found: defaultdict[int, set[date]] = defaultdict(set)
    for member_id, day in session.execute(theirs.where(WorkedHoliday.day.between(first_day, last_day))):
        found[member_id].add(day)
    return found
