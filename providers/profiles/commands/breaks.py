"""Taking a break: no jobs until a day; what is under way goes on."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from marketplace.kernel import audit
from marketplace.kernel.events import announce
from providers.profiles import queries
from providers.profiles.commands.standing import DeskStays
from providers.profiles.events import BreakTaken
from providers.profiles.models import Member
from providers.profiles.rules import check_owner, end_of_break


def take_break(session: Session, member: Member, day: date, *, now: datetime) -> None:
    """Take no jobs before a day begins where the member works; a break that has begun gets another end.

    Raises:
        OnlyOwners: the member is no owner.
        InvalidInput: the day is past, or too far away.
        DeskStays: it is the vendor's own desk.
    """
    check_owner(member.role)
    is_over_at = end_of_break(day, ZoneInfo(member.zone), now)
    provider = queries.lock_provider(session, member.provider_id)
    if provider.is_vendor_desk:
        raise DeskStays
    provider.break_until = is_over_at
    session.flush()  # Whoever hears of it asks the database who is left.
    audit.record(session, provider, "take_break", by=member.person_id, at=now, until=day.isoformat())
    announce(session, BreakTaken(provider.id, member.person_id, now))


def end_break(session: Session, member: Member, *, now: datetime) -> None:
    """Take jobs again at once; without a break nothing changes.

    Raises:
        OnlyOwners: the member is no owner.
    """
    check_owner(member.role)
    provider = queries.lock_provider(session, member.provider_id)
    if provider.on_break_until(now) is None:
        return
    provider.break_until = None
    audit.record(session, provider, "end_break", by=member.person_id, at=now)
